"""Whether an adverse event was seen, denied or only feared, weighed from rules and the words around.

Rules know cues; where there is none ("stays an open question"), and in entries of registers, which name most
harms in advance, the words before and after, headings and neighbouring sentences tell more. A logistic
regression weighs them together (`models/recipe/event_assertion.py` fits it). Pure functions on characters.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ModelError
from pipeline.findings import Extent
from pipeline.grammar.assertion.cues import Cue, find_cues
from pipeline.grammar.clauses import coordinated_runs
from pipeline.grammar.events.leads import Event
from pipeline.grammar.events.plans import reports

#: What events are told as, in the order of the weights of a feature.
ANSWERS: Final = ("absent", "possible", "present")
#: Name of the file in the folder of the weights.
WEIGHTS_FILE: Final = "event_assertion.json"

#: Of text in lower case, which takes a third less time than a pattern that ignores case.
_WORD: Final = re.compile(r"[a-z]+(?:['’]t\b)?|\d+|[^\sa-z0-9]")
_WORD_AS_WRITTEN: Final = re.compile(_WORD.pattern, re.IGNORECASE)
_LABEL: Final = re.compile(r"[ \-*•]*([A-Z][\w /-]{2,40}):")
_DIGIT: Final = re.compile(r"\d")
_NUMBER: Final = "0"
#: Words on either side of a list of events, and in the sentences before and after, that are looked at.
_WORDS: Final = 6
_NEIGHBOURS: Final = 12
#: Words of a heading or of the label of a line.
_HEADING: Final = 6
#: Characters in which these words are looked for, and in which a figure is near.
_REACH: Final = 120
_NEAR: Final = 25
#: What an entry of a register seems to announce was seen if that is likelier than all else together;
#: from 0.55 on more of what it reports is lost.
_MORE_LIKELY_THAN_NOT: Final = 0.5


class Place(NamedTuple):
    """Where events stand: their sentence, the kind of the document, the heading of the section."""

    sentence: Extent
    kind: str = "other"
    heading: str = ""


class AssertionWeights(NamedTuple):
    """Weights of the features, one for each of `ANSWERS`, and their bias."""

    bias: tuple[float, float, float]
    features: Mapping[str, tuple[float, float, float]]

    def answer(self, features: Iterable[str]) -> tuple[str, float]:
        """What features speak for together, and its probability.

        Example:
            >>> AssertionWeights((0.0, 0.0, 1.0), {"asked": (0.0, 3.0, 0.0)}).answer(["asked"])[0]
            'possible'
        """
        return likeliest(self.added(self.bias, features))

    def added(self, said: tuple[float, float, float], features: Iterable[str]) -> tuple[float, float, float]:
        """What was said for each answer, with what different features say."""
        absent, possible, present = said
        known = self.features.get
        for feature in dict.fromkeys(features):
            if weights := known(feature):
                absent, possible, present = absent + weights[0], possible + weights[1], present + weights[2]
        return absent, possible, present


def likeliest(said: tuple[float, float, float]) -> tuple[str, float]:
    """The answer for which most was said, and its probability."""
    most = max(said)
    absent, possible, present = said
    total = math.exp(absent - most) + math.exp(possible - most) + math.exp(present - most)
    return ANSWERS[said.index(most)], 1 / total


def read_weights(path: Path) -> AssertionWeights:
    """The weights in a file.

    Raises:
        ModelError: the file is missing or not as `models/recipe/event_assertion.py` writes it.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        features = {name: (float(a), float(b), float(c)) for name, (a, b, c) in told["features"].items()}
        first, second, third = told["bias"]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ModelError(
            f"the weights of assertion can't be read: {path} ({error}). Restore the models folder from the "
            "repository, or fit them anew with `python -m models.recipe.event_assertion`."
        ) from error
    return AssertionWeights((first, second, third), features)


def weighed(text: str, place: Place, events: Sequence[Event], weights: AssertionWeights) -> list[Event]:
    """The events of a sentence as they are judged in the end.

    The rules' cue stays where they agree. What is judged otherwise has for a cue what spoke most for it
    against the rules, where that is words of the sentence; a heading, the sentences around or a sentence of
    an entry that reports nothing is none.

    Args:
        text: text of the document.
        place: where the events stand.
        events: the events, as rules judge them.
        weights: of the features.
    """
    read = _Sentence(text, place, events)
    is_announced = place.kind == "registry" and not read.is_report
    judged = []
    shared = weights.added(weights.bias, read.around)
    for event in events:
        answer, chance = likeliest(weights.added(shared, read.own(event)))
        if is_announced and answer == "present" and chance < _MORE_LIKELY_THAN_NOT:
            answer = "possible"
        if answer != _answer(event):
            cue = read.weightiest(event, answer, weights)
            event = event._replace(assertion=answer, cue=cue)  # noqa: PLW2901
        judged.append(event)
    return judged


def event_features(text: str, place: Place, events: Sequence[Event]) -> list[Iterator[str]]:
    """What is told of each event of a sentence, as names of features; arguments as those of `weighed`."""
    read = _Sentence(text, place, events)
    return [read.features(event) for event in events]


class _Sentence:
    """What is looked up once for all events of a sentence; arguments as those of `weighed`."""

    def __init__(self, text: str, place: Place, events: Sequence[Event]) -> None:
        self._text, self._extent = text, place.sentence
        self.is_report = reports(text, *place.sentence)
        #: What holds for all of them; no other feature has such a name.
        self.around = _around(text, place, self.is_report)
        self._cues = find_cues(text, *place.sentence)
        runs = coordinated_runs(text, [event.extent for event in events])
        self._lists = {extent: (run[0][0], run[-1][1]) for run in runs for extent in run}

    def features(self, event: Event) -> Iterator[str]:
        """All that is told of one of the events."""
        return chain(self.around, self.own(event))

    def own(self, event: Event) -> list[str]:
        """What is told of one of the events besides."""
        words = _of_words(self._text, self._extent, self._lists[event.extent])
        return [*_of_rules(event, self._cues), *words]

    def weightiest(self, event: Event, answer: str, weights: AssertionWeights) -> Extent | None:
        """What speaks most for an answer against that of the rules, where it is words of the sentence."""
        this, that = ANSWERS.index(answer), ANSWERS.index(_answer(event))
        known = weights.features
        speak = {one: known[one][this] - known[one][that] for one in self.features(event) if one in known}
        by_words: dict[Extent, float] = defaultdict(float)
        words = _placed_words(self._text, self._extent, self._lists[event.extent])
        for feature, extent in chain(_placed_cues(event, self._cues), words):
            by_words[extent] += speak.pop(feature, 0.0)
        most = max(by_words, key=by_words.__getitem__, default=None)
        rest = max(speak.values(), default=0.0)
        return most if most is not None and by_words[most] > max(rest, 0.0) else None


def _around(text: str, place: Place, is_report: bool) -> list[str]:
    """What holds for all events of a sentence."""
    start, end = place.sentence
    found = [f"reports {is_report}"]
    if place.kind == "registry":
        found.append(f"entry reports {is_report}")
    if text[start:end].rstrip().endswith("?"):
        found.append("asked")
    before, after = _words(text[max(0, start - _REACH) : start]), _words(text[end : end + _REACH])
    found += [f"heading {word}" for word in _plain(_words(place.heading)[:_HEADING])]
    found += [f"sentence before {word}" for word in _plain(before[-_NEIGHBOURS:])]
    found += [f"sentence after {word}" for word in _plain(after[:_NEIGHBOURS])]
    return found


def _of_rules(event: Event, cues: Sequence[Cue]) -> Iterator[str]:
    """What rules say, and the cues on either side, whatever they are told of."""
    yield f"rule {_answer(event)}"
    for cue in cues:
        yield _of_cue(event, cue)


def _of_cue(event: Event, cue: Cue) -> str:
    is_before, is_after = cue.end_char <= event.start_char, cue.start_char >= event.end_char
    return f"{cue.kind} {'before' if is_before else 'after' if is_after else 'within'}"


def _beside(sentence: Extent, listed: Extent) -> tuple[Extent, Extent]:
    """Where the words before and after a list are looked for."""
    before = max(sentence[0], listed[0] - _REACH), listed[0]
    return before, (listed[1], min(sentence[1], listed[1] + _REACH))


def _of_words(text: str, sentence: Extent, listed: Extent) -> list[str]:
    """The words before and after the list that an event stands in, and the label of its line."""
    before, after = (text[slice(*extent)] for extent in _beside(sentence, listed))
    left, right = _plain(_words(before)[-_WORDS:]), _plain(_words(after)[:_WORDS])
    found = [f"left {word}" for word in left]
    found += [f"right {word}" for word in right]
    found.append(f"right before {' '.join(left[-1:])}")
    found.append(f"right after {' '.join(right[:1])}")
    found.append(f"two before {' '.join(left[-2:])}")
    found.append(f"two after {' '.join(right[:2])}")
    if _DIGIT.search(before[-_NEAR:]):
        found.append("figure before")
    if _DIGIT.search(after[:_NEAR]):
        found.append("figure after")
    line = text.rfind("\n", 0, listed[0]) + 1
    if label := _LABEL.match(text, line, listed[0]):
        found += [f"label {word}" for word in _plain(_words(label.group(1)))]
    return found


def _placed_cues(event: Event, cues: Sequence[Cue]) -> Iterator[tuple[str, Extent]]:
    """The cues of a sentence as features with their places, the nearest to an event first."""

    def distance(cue: Cue) -> int:
        return max(event.start_char - cue.end_char, cue.start_char - event.end_char)

    for cue in sorted(cues, key=distance):
        yield _of_cue(event, cue), (cue.start_char, cue.end_char)


def _placed_words(text: str, sentence: Extent, listed: Extent) -> Iterator[tuple[str, Extent]]:
    """The words that `_of_words` tells of with their places, the nearest first; marks are no words."""
    before, after = _beside(sentence, listed)
    left = [match.span() for match in _WORD_AS_WRITTEN.finditer(text, *before)][-_WORDS:]
    right = [match.span() for match in _WORD_AS_WRITTEN.finditer(text, *after)][:_WORDS]
    for side, where, near in (("left", "before", left[::-1]), ("right", "after", right)):
        for rank, (start, end) in enumerate(near):
            if text[start].isalnum():
                word = _NUMBER if text[start].isdigit() else text[start:end].lower()
                yield f"{side} {word}", (start, end)
                if rank == 0:
                    yield f"right {where} {word}", (start, end)
        if len(near) > 1 and all(text[start].isalnum() for start, _ in near[:2]):
            pair = min(near[:2])[0], max(near[:2])[1]
            yield f"two {where} {' '.join(_plain(_words(text[slice(*pair)])))}", pair


def _answer(event: Event) -> str:
    """What rules say of an event, in the words of statements."""
    return "possible" if event.assertion == "hypothetical" else event.assertion


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _plain(words: Iterable[str]) -> list[str]:
    """Words, with one sign for all numbers."""
    return [_NUMBER if word[0].isdigit() else word for word in words]
