"""Whose study a group is of, told by the course of the text: what its paragraph said before, what comes back.

A text's own groups come first and are told again; those of others stand in a paragraph of their own, beside
words for what was published and antigens that the text has not named before. In talk (threads, mails,
comments) it is the other way round: what is told was mostly read somewhere, and own are the groups that a
speaker belongs to or cares for. So each feature is given once for all texts and once more for talk.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.grammar.numbers import Number
from pipeline.grammar.prefilter import compiled, openings
from pipeline.stretches import Stretches

_PARAGRAPH_ENDS: Final = re.compile(r"\n\s*\n")
_WORD: Final = re.compile(r"\w+")
_SPEAKER: Final = compiled(r"\b(?:i|i['’](?:m|ve|d)|my|me|mine)\b")
#: Share of the words that stand for the speaker, from which on a text is talk. By cross-validation over the
#: gold, 0.008 and 0.02 are worth 0.003 and 0.001 less.
_TALK: Final = 0.012
_CLOSE: Final = 60  # characters behind a count: "six at our clinic"
_SMALL: Final = 2  # numbers up to this come back by chance
_OPENING: Final = 200  # characters of the second paragraph, where the first one is but a title

#: What a paragraph says of whose groups it tells.
_CUES: Final = {
    "own circle": compiled(
        r"\b(?:of us|(?:our|my|this|the) (?:[\w'’-]+ ){0,2}(?:hospital|clinic|cent(?:er|re)|ward|unit|place|"
        r"site|team|department|group|study|trial)|(?:at|in|on) ours?|number \w+ (?:of|in)|i(?:['’]m| am) in|"
        r"took part|we (?:use|gave|treat|have|had|are|were)|we['’]ve|"
        r"i['’]ve (?:given|seen|treated|looked after)|(?:he|she|i) (?:was|is|am) (?:one|number)|"
        r"others? with (?:him|her|me)|before (?:him|her|me))\b"
    ),
    "published": compiled(
        r"\b(?:papers?|articles?|webinar|posters?|slides?|abstracts?|journal|publish\w*|publication|"
        r"press release|series|meta-analysis|pooled|yardstick|compar\w+|rivals?|competitors?|competing|"
        r"forerunner|predecessor|elsewhere|earlier|older|oldest|previous|prior|first(?!-)|years ago|"
        r"literature|historic\w*|according to|pivotal|known|registry|numbers|figures|statistics)\b"
    ),
    "own": cues.OWN,
    "a study": compiled(
        r"\b(?:an?|another|other|one|their|its|the) (?:[\w'’-]+ ){0,3}"
        r"(?:group|team|trial|study|series|investigators|colleagues|report|cohort)\b"
    ),
    "a year": compiled(r"\b(?:19|20)\d\d\b"),
}


class Discourse:
    """The course of one document: its paragraphs, and what is named or counted where.

    Attributes:
        is_talk: whether people talk in it, in a forum or elsewhere.
    """

    def __init__(
        self,
        text: str,
        shade: str,
        numbers: Sequence[Number],
        antigens: Sequence[tuple[int, str]],
        *,
        kind: str,
        posts: Sequence[Extent],
    ) -> None:
        """Note what is asked of each group.

        Args:
            text: the text.
            shade: its shadow (`cues.shadow`).
            numbers: those of the text.
            antigens: first character and concept id or name of each antigen mention, in order.
            kind: `DocumentKind` of the document.
            posts: where a forum's members speak; what is pasted between them is no talk.
        """
        self.text = text
        self.shade = shade
        self.numbers = numbers
        self.antigens = antigens
        self.kind = kind
        self._posts = Stretches(posts)
        self._told: dict[int, Mapping[str, int]] = {}

    @cached_property
    def is_talk(self) -> bool:
        """Whether people talk in it, in a forum or elsewhere."""
        if self.kind == "forum":
            return True
        most = int(len(self._said) / _TALK)  # more words than that are no talk
        return sum(1 for _ in islice(_WORD.finditer(self.shade), most + 1)) * _TALK < len(self._said)

    @cached_property
    def _said(self) -> list[int]:
        """Where words stand for the speaker."""
        words = openings(self.text).words(_SPEAKER.gate)
        return [match.start() for match in _SPEAKER.around(self.shade, words)]

    @cached_property
    def _paragraphs(self) -> list[Extent]:
        ends = [match.span() for match in _PARAGRAPH_ENDS.finditer(self.shade)]
        return list(zip([0, *(e for _, e in ends)], [*(s for s, _ in ends), len(self.shade)], strict=True))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self._paragraphs]

    @cached_property
    def _places(self) -> dict[float, list[int]]:
        """Where each whole number stands."""
        places: dict[float, list[int]] = {}
        for number in self.numbers:
            if number.kind == "integer":
                places.setdefault(number.value, []).append(number.start_char)
        return places

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        """Where each antigen is named."""
        named: dict[str, list[int]] = {}
        for place, name in self.antigens:
            named.setdefault(name, []).append(place)
        return named

    def paragraph(self, count: Candidate) -> int:
        """Which paragraph a count stands in."""
        return bisect_right(self._starts, count.extent[0]) - 1

    def _is_said(self, count: Candidate) -> bool:
        """Whether a member says it, as far as posts are known."""
        return not self._posts or self._posts.around(count.extent[0]) is not None

    def study(self, count: Candidate) -> int:
        """A key for the study of a count: reports tell one, talk and news may tell one in each paragraph."""
        return self.paragraph(count) if self.is_talk or self.kind == "news" else 0

    def describe(self, counts: Sequence[Candidate]) -> list[dict[str, float]]:
        """Features of each group.

        Args:
            counts: groups in order; several may tell of the same one.
        """
        steps = {place: step for step, place in enumerate(sorted(set(map(self.paragraph, counts))))}
        found = []
        for count in counts:
            place = self.paragraph(count)
            step = steps[place]
            told = dict.fromkeys(self._of(count, place), 1.0)
            told["paragraph with groups"] = min(step, 4) / 2
            for name, is_so in (
                ("groups in one paragraph", len(steps) == 1),
                ("first paragraph with groups", step == 0),
                ("last paragraph with groups", 0 < step == len(steps) - 1),
            ):
                if is_so:
                    told[name] = 1.0
            if self.is_talk and self._is_said(count):
                told |= {"talk": 1.0} | {f"talk: {name}": value for name, value in told.items()}
            found.append(told)
        return found

    def _of(self, count: Candidate, place: int) -> Iterator[str]:
        extent = self._paragraphs[place]
        yield from self._cues(count, place)
        said = _n_between(self._said, *extent) if self.is_talk else 0
        if said:
            yield "paragraph of a speaker"
        if said > 2:
            yield "paragraph much of a speaker"
        if count.n > _SMALL:
            places = self._places.get(count.n, ())
            inside = _n_between(places, extent[0], extent[1] + 1)
            own = _n_between(places, count.number.start_char, count.number.start_char + 1)
            if inside > own:
                yield "number again in paragraph"
            if inside < len(places):
                yield "number in another paragraph"
        yield from self._antigen(count, place)

    def _cues(self, count: Candidate, place: int) -> Iterator[str]:
        """What the paragraph says before the count, and the sentence around it."""
        start, end = self._paragraphs[place]
        first, last = max(start, count.sentence[0]), min(end, count.sentence[1], count.extent[1] + _CLOSE)
        if place not in self._told:
            gates = cues.opened_in(self.text, self.shade, start, end)
            cued = (
                (name, cue.search(self.shade, start, end)) for name, cue in _CUES.items() if cue.gate & gates
            )
            self._told[place] = {name: match.end() for name, match in cued if match}
        for name, reached in self._told[place].items():
            if reached <= count.extent[0]:
                yield f"paragraph said {name}"
            if reached <= last and _CUES[name].search(self.shade, first, last):
                yield f"sentence says {name}"

    def _antigen(self, count: Candidate, place: int) -> Iterator[str]:
        """What is known of the antigen named last in the paragraph, else next in the sentence."""
        start = self._paragraphs[place][0]
        at = bisect_left(self.antigens, (count.extent[0], ""))
        near = None
        if at and self.antigens[at - 1][0] >= start:
            near = self.antigens[at - 1][1]
        elif at < len(self.antigens) and self.antigens[at][0] < count.sentence[1]:
            near = self.antigens[at][1]
        if near is None:
            yield "antigen none"
            return
        named = self._named[near]
        if named[0] >= start and place:
            yield "antigen new in paragraph"
        if named[0] >= count.sentence[0] and place:
            yield "antigen new in sentence"
        if named[0] < self._paragraphs[0][1] + _OPENING:
            yield "antigen of the opening"
        if len(named) == 1:
            yield "antigen named once"


def _n_between(places: Sequence[int], start: int, end: int) -> int:
    """How many of some places, given in order, lie between two characters."""
    return bisect_left(places, end) - bisect_left(places, start)
