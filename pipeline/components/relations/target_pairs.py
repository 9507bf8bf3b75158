"""What a product binds where no words tell it: features of its document's antigens, for `target_weights`.

A text often names the antigen in one sentence and the product in another ("T cells redirected to X … ABC-1
was given to nine"). Which product it is about, how often it names the antigen and how near the two stand tell
which belongs to which.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.therapies import (
    BAIT,
    TargetLookup,
    Therapy,
    bound_in_phrase,
    concept_key,
)
from pipeline.grammar.target_cues import NOT_AIMED, NOT_DESCRIBED

#: Beyond some twenty sentences one is as far as another (logarithm of sentences).
_FARTHEST: Final = 3.0
#: Sentences count before characters.
_SENTENCE: Final = 1_000_000
#: Characters before an antigen in which it may be said that it is missing.
_BEFORE: Final = 15


class TargetPair(NamedTuple):
    """A product of which no target is told, and an antigen.

    Attributes:
        product: the mention of the product that stands nearest to the antigen.
        antigen: the mention of the antigen that stands nearest to it.
        features: name → value; one that is left out is 0.
    """

    product: Span
    antigen: Span
    features: dict[str, float]


def target_pairs(
    discourse: Discourse, told: Collection[tuple[str, str]], known: TargetLookup
) -> Iterator[TargetPair]:
    """The engineered products of which no target is told, each with each antigen of the document.

    Args:
        discourse: the document.
        told: keys of therapies and antigens that words tell.
        known: what the knowledge base knows a therapy to bind; such a therapy is left to it.
    """
    aimed = {key for key, _ in told}
    free = [therapy for therapy in discourse.therapies if _is_free(therapy, aimed, known)]
    antigens: dict[str, list[tuple[int, Span]]] = defaultdict(list)
    for place, sentence in enumerate(discourse.sentences) if free else ():
        for span in sentence.labelled("ANTIGEN"):
            if _may_be_bound(span, sentence, discourse.text):
                antigens[concept_key(span)].append((place, span))
    counts = Counter({key: len(spans) for key, spans in antigens.items()})
    claimed = {antigen for _, antigen in told}
    by_key = {therapy.key: therapy for therapy in discourse.therapies}
    beside = {
        (antigen, discourse.place(span.start_char))
        for key, antigen in told
        if by_key[key].form == "product"
        for span in by_key[key].mentions
    }
    for therapy in free:
        spans = [
            (at, span) for span in therapy.mentions if (at := discourse.place(span.start_char)) is not None
        ]
        nearest = {key: _nearest(spans, own) for key, own in antigens.items()} if spans else {}
        least = min((distance for distance, *_ in nearest.values()), default=0)
        is_main = any(therapy in discourse.main(span.start_char) for _, span in spans)
        for key, (distance, product, antigen) in nearest.items():
            sentences, _ = divmod(distance, _SENTENCE)
            # Where a sentence names both and another product that binds it, its words tell whose it is.
            if sentences == 0 and (key, discourse.place(antigen.start_char)) in beside:
                continue

            share = counts[key] / sum(counts.values())
            found = {
                "main": is_main,
                "share": share,
                "main and share": is_main * share,
                "most": counts[key] == max(counts.values()),
                "main and only product": is_main and len(free) == 1,
                "claimed": key in claimed,
                "claimed, not main": key in claimed and not is_main,
                "distance": min(math.log1p(sentences), _FARTHEST),
                "same sentence": sentences == 0,
                "nearest": distance == least,
                "after it": sentences == 0 and antigen.start_char >= product.end_char,
            }
            features = {name: float(value) for name, value in found.items() if value}
            yield TargetPair(product, antigen, features)


def _nearest(products: list[tuple[int, Span]], antigens: list[tuple[int, Span]]) -> tuple[int, Span, Span]:
    """Sentences and characters between two things, and their mentions that stand nearest to each other."""
    return min(
        (
            (abs(one - two) * _SENTENCE + abs(product.start_char - antigen.start_char), product, antigen)
            for one, product in products
            for two, antigen in antigens
        ),
        key=lambda found: found[0],
    )


def _may_be_bound(antigen: Span, sentence: Sentence, text: str) -> bool:
    """Whether a mention may name what a receptor binds; not if it tells a phenotype or what is missing."""
    around = [s for s in sentence.labelled("THERAPY") if s.start_char <= antigen.start_char < s.end_char]
    if around:
        return any(bound_in_phrase(span, [antigen]) for span in around)
    before = text[max(sentence.start, antigen.start_char - _BEFORE) : antigen.start_char]
    return not (NOT_DESCRIBED.match(text, antigen.end_char) or NOT_AIMED.search(before))


def _is_free(therapy: Therapy, aimed: Collection[str], known: TargetLookup) -> bool:
    return (
        therapy.is_engineered
        and therapy.form == "product"
        and therapy.key not in aimed
        and not (therapy.first.kb_id_ and known(therapy.first.kb_id_))
        and not any(BAIT.search(span.text) for span in therapy.mentions)
    )
