"""What speaks for the use of a therapy in a disease, and what other evidence makes void."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import UMBRELLA, Discourse, Sentence
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.vocabulary import TreatsStatus


class TreatsEvidence(NamedTuple):
    """One sentence that joins a therapy and a disease."""

    subject: Span
    object: Span
    sentence: Sentence
    status: TreatsStatus
    score: float


def settle(
    found: Sequence[TreatsEvidence], discourse: Discourse, name: Callable[[str], str]
) -> list[TreatsEvidence]:
    """Drop what other evidence makes void.

    - What is proposed, where the same use was tested or approved on the same kind of subjects; a use that was
      tried in animals may still be proposed for people.
    - What a title alone seems to say was tested, where the text has it that this therapy is planned.
    - A disease that only sums up a more special one of the same therapy ("leukaemia" beside "B-cell
      leukaemia").

    Args:
        found: all evidence of a document.
        discourse: the document.
        name: the name of a concept, "" where it has none; a text may have short forms alone.
    """

    def use(one: TreatsEvidence) -> tuple[str, str, bool]:
        therapy = discourse.of[extent_of(one.subject)]
        return therapy.key, concept_key(one.object), one.sentence.setting == "animal"

    told = [one for one in found if one.sentence.kind != "title"]
    planned = {
        use(one)
        for one in told
        if one.status == "proposed" and one.sentence.start <= one.subject.start_char < one.sentence.end
    }
    planned -= {use(one) for one in told if one.status == "tested"}
    found = [
        one
        for one in found
        if one.sentence.kind != "title" or one.status != "tested" or use(one) not in planned
    ]
    done = {use(one) for one in found if one.status != "proposed"}
    names: dict[str, set[str]] = defaultdict(set)
    full_names: dict[str, set[str]] = defaultdict(set)
    for span in discourse.mentions:
        if span.label_ == "DISEASE":
            key = concept_key(span)
            names[key].add(_head_form(span.text))
            full_names[key] |= names[key] | {_head_form(name(span.kb_id_))}
    treated: dict[str, set[str]] = defaultdict(set)
    for one in found:
        treated[use(one)[0]].add(concept_key(one.object))

    def sums_up(one: TreatsEvidence) -> bool:
        own = concept_key(one.object)
        others = [other for key in treated[use(one)[0]] - {own} for other in full_names[key]]
        return bool(others) and all(
            UMBRELLA.match(known)
            or (" " not in known and any(other.endswith(f" {known}") for other in others))
            for known in names[own]
        )

    return [one for one in found if (one.status != "proposed" or use(one) not in done) and not sums_up(one)]


def _head_form(text: str) -> str:
    """Words of a disease in a form in which "leukaemias" ends "B-cell leukemia"."""
    words = text.lower().replace("aemia", "emia").replace("tumour", "tumor").replace("‑", "-").split()
    return " ".join(
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word for word in words
    )
