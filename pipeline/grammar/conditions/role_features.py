"""What speaks for the role of a condition, harm of treatment or disease, as features of a learned model.

Two logistic regressions, one upon the other. The first weighs what a condition is called, what it is a kind
of, and the words around it; the second weighs that with what the first says of the conditions beside it, and
of the same condition elsewhere in the document. Both are fitted by `models/recipe/condition_roles.py`.

A feature is a pair of a group and a key. Pure functions on characters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import fmean
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.caseless import lowered
from pipeline.grammar.clauses import coordinated_runs
from pipeline.grammar.conditions.cues import role_cues, word_class
from pipeline.grammar.events.harm_causes import cause_points

Feature = tuple[str, str]

#: Characters on either side that are looked at: longer than sentences are, so that only run-on text is cut.
_WINDOW: Final = 500
#: Of the words around, so many on either side are features, and they stand within so many characters.
_WORDS: Final = 5
_WORDS_REACH: Final = 60
_WORD: Final = re.compile(r"[a-z]+|\d+|[^\sa-z0-9]")
_NUMBER: Final = "0"
#: Between a therapy and what it is for.
_FOR: Final = re.compile(r"[\s)]*(?:in|for|against|of) (?:[\w/+‑-]+,? ){0,4}")
#: Between a condition and what its bearers were given.
_GIVEN: Final = re.compile(
    r" (?:[\w-]+ ){0,3}(?:with|by|to|received|receiving|given|were given|treated with) (?:[\w-]+ ){0,2}"
)
#: What the first model says of other conditions counts up to here (log-odds).
_CLIP: Final = 4.0
_CLIP_IN_LISTS: Final = 6.0
#: Share of what the other places say in what a member of a list says.
_OTHER_PLACES: Final = 0.5
#: So many conditions before tell what the text is about.
_BEFORE: Final = 3


class Condition(NamedTuple):
    """A condition where it stands.

    Attributes:
        extent: its characters.
        sentence: those of its sentence.
        label: what the lexicon takes it for, DISEASE or ADVERSE_EVENT.
        concept_id: its CURIE, or "".
        heading: heading of its section, or "".
        section: kind of its section, or "".
        document: kind of the document, or "".
        is_titled: whether the title has its words.
    """

    extent: Extent
    sentence: Extent
    label: str
    concept_id: str
    heading: str = ""
    section: str = ""
    document: str = ""
    is_titled: bool = False


def name_features(surface: str, label: str) -> Iterator[Feature]:
    """What the words say by which a condition is called."""
    kind = word_class(surface)
    yield "word_class", kind
    yield "label", label
    if kind == "other":
        yield "label_alone", label
    if surface.isupper():
        yield "form", "acronym"
    words = _words(surface)
    yield from (("name_word", word) for word in dict.fromkeys(words))
    yield from (("head", word) for word in words[-1:])


def concept_features(concept_id: str, above: Sequence[str]) -> Iterator[Feature]:
    """What a concept is a kind of.

    Args:
        concept_id: its CURIE, or "".
        above: CURIEs of the concepts above it.
    """
    yield "ontology", concept_id.split(":", maxsplit=1)[0]
    yield from (("above", one) for one in above)


def place_features(text: str, condition: Condition, agents: Sequence[Extent]) -> Iterator[Feature]:
    """What is told around a condition.

    Args:
        text: text of the document.
        condition: the condition.
        agents: therapies and chemicals of its sentence, in order.

    Example:
        >>> text = "Axi-cel for lymphoma."
        >>> found = place_features(text, Condition((12, 20), (0, 21), "DISEASE", ""), [(0, 7)])
        >>> ("agent", "for") in found
        True
    """
    start, end = condition.extent
    first, last = max(condition.sentence[0], start - _WINDOW), min(condition.sentence[1], end + _WINDOW)
    yield "section", condition.section
    yield "document", condition.document
    if condition.is_titled:
        yield "title", "named"
    for cue in role_cues(text, first, last, condition.extent, condition.heading):
        yield "cue", cue
    if points := cause_points(text, first, last, condition.extent, agents):
        yield "caused", str(points)
    before = [agent for agent in agents if agent[1] <= start]
    after = [agent for agent in agents if agent[0] >= end]
    if before:
        yield "agent", "before"
        if _FOR.fullmatch(text, before[-1][1], start):
            yield "agent", "for"
    if after:
        yield "agent", "after"
        if _GIVEN.fullmatch(text, end, after[0][0]):
            yield "agent", "given"
    words = _words(text[max(first, start - _WORDS_REACH) : start])[-_WORDS:]
    yield from (("word_right_before", word) for word in words[-1:])
    yield from (("word_before", word) for word in dict.fromkeys(words))
    words = list(islice(_words(text[end : min(last, end + _WORDS_REACH)]), _WORDS))
    yield from (("word_right_after", word) for word in words[:1])
    yield from (("word_after", word) for word in dict.fromkeys(words))


def _words(text: str) -> list[str]:
    return [_NUMBER if word[0].isdigit() else word for word in _WORD.findall(lowered(text))]


def company_features(
    text: str, conditions: Sequence[Condition], names: Sequence[str], own: Sequence[float], titled: set[str]
) -> list[dict[str, float]]:
    """What the first model says of each condition, of those beside it, and of its other places.

    Args:
        text: text of the document.
        conditions: its conditions, sorted.
        names: of each, by what the same condition is known elsewhere.
        own: of each, what the first model says (log-odds of a harm).
        titled: names that the title has.
    """
    said = [max(-_CLIP, min(_CLIP, one)) for one in own]
    places: dict[str, list[int]] = defaultdict(list)
    sentences: dict[Extent, list[int]] = defaultdict(list)
    for i, (condition, name) in enumerate(zip(conditions, names, strict=True)):
        places[name].append(i)
        sentences[condition.sentence].append(i)
    usual = [_mean_of_others(said, places[name], i) for i, name in enumerate(names)]
    smooth = [
        max(-_CLIP_IN_LISTS, min(_CLIP_IN_LISTS, one + _OTHER_PLACES * (other or 0.0)))
        for one, other in zip(said, usual, strict=True)
    ]
    found: list[dict[str, float]] = []
    for i, condition in enumerate(conditions):
        features = {"own": own[i]}
        if (other := usual[i]) is not None:
            features.update(usual=other, again=1.0)
        if (near := _mean_of_others(said, sentences[condition.sentence], i)) is not None:
            features["sentence"] = near
        if i:
            features["before"] = fmean(said[max(0, i - _BEFORE) : i])
        if names[i] in titled:
            features["title"] = 1.0
        found.append(features)
    place = {condition.extent: i for i, condition in enumerate(conditions)}
    for run in coordinated_runs(text, [condition.extent for condition in conditions]):
        for extent in run if len(run) > 1 else ():
            others = [smooth[place[other]] for other in run if other != extent]
            found[place[extent]].update(
                listed=1.0, list_mean=fmean(others), list_most=max(others), list_least=min(others)
            )
    return found


def _mean_of_others(values: Sequence[float], places: Sequence[int], own: int) -> float | None:
    others = [values[i] for i in places if i != own]
    return fmean(others) if others else None
