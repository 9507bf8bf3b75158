"""What speaks for the use of a therapy in a disease, and what other evidence makes void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.vocabulary import TreatsStatus


class TreatsEvidence(NamedTuple):
    """One sentence that joins a therapy and a disease."""

    subject: Span
    object: Span
    sentence: Sentence
    status: TreatsStatus
    score: float


def settle(found: Sequence[TreatsEvidence], discourse: Discourse) -> list[TreatsEvidence]:
    """Drop what other evidence makes void.

    - What is proposed, where the same use was tested or approved on the same kind of subjects; a use that was
      tried in animals may still be proposed for people.
    - What a title alone seems to say was tested, where the text has it that this therapy is planned.

    Args:
        found: all evidence of a document.
        discourse: the document.
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
    return [one for one in found if one.status != "proposed" or use(one) not in done]


def head_form(text: str) -> str:
    """Words of a disease in a form in which "leukaemias" ends "B-cell leukemia"."""
    words = text.lower().replace("aemia", "emia").replace("tumour", "tumor").replace("‑", "-").split()
    return " ".join(
        word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word for word in words
    )
