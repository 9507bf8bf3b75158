"""What speaks for and against a count being a group of subjects, and for what the group is in its study.

Each count is described by features: how it is put, what words of which class stand before and after it in its
clause, how its size relates to those told around it, and what document and paragraph it stands in. The
weights (`model`) were learned; here stands only what is looked at.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import THRESHOLD, Candidate, Form, is_open
from pipeline.grammar.cohorts.lines import Lines
from pipeline.grammar.cohorts.sizes import SOME_EVIDENCE, Sizes
from pipeline.grammar.cohorts.surroundings import (
    in_clause,
    in_sentence,
    may_be_in_clause,
    may_be_in_sentence,
    right_beside,
)
from pipeline.grammar.numbers import Fraction
from pipeline.grammar.prefilter import openings
from pipeline.stretches import Stretches

Features = dict[str, float]
#: Some of the features of a count, and all that the parts behind them may hold, with the value 1 (None where
#: that is not known).
Part = tuple[Features, tuple[str, ...] | None]

_SAYS_WE: Final = 3  # so often a text says "we" that tells its own study
_PARAGRAPH: Final = "\n\n"
_REVIEW: Final = re.compile(
    r"\b(?:reviews?|editorial|perspective|commentary|viewpoint|opinion|digest|round-?up|newsletter|overview|"
    r"primer|lessons|landscape|history|feature|briefs?(?! title| summary)|q&a|blog)\b"
)
_REGISTRY_LABELS: Final = (
    *("enrolment:", "enrollment:", "inclusion criteria", "primary outcome", "sponsor:"),
    *("arms and interventions", "participant flow", "brief title"),
)
_REGISTRY: Final = re.compile(rf"\b(?:nct\d{{8}}|{'|'.join(_REGISTRY_LABELS)})\b")
_HEADINGS: Final = {
    "background": "background|introduction|objectives?|purpose|aims?|context",
    "methods": "methods|patients and methods|design|design/methods|participants",
    "results": "results?|findings|safety|efficacy|outcomes?",
    "conclusion": "conclusions?|discussion|interpretation",
}
_HEADING: Final = (
    " *(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HEADINGS.items()) + r")\b *[.:\n—-]?"
)
# Apart, since a pattern that begins with one character is found quickly.
_FIRST_HEADING: Final = re.compile(_HEADING)
_NEXT_HEADING: Final = re.compile("\n" + _HEADING)
_TRIAL_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]+[-‐‑–]?\d{1,4}\b|\bNCT\d{8}\b")
#: No name has its number elsewhere than behind a letter.
_NUMBERED: Final = re.compile(r"[A-Za-z][-‐‑–]?\d")
_PLACE: Final = re.compile(r"\b(?:[Aa]t|[Ii]n|[Ff]rom|[Bb]y) (?:the )?[A-Z][a-z]+")
_SEXES: Final = frozenset({"men", "women", "boys", "girls"})
_AGE_BEFORE: Final = re.compile(r"(?:^|, | at |aged? |and )$")
_AGE_WORDS: Final = 6  # characters of the longest of them, and a line break
_PERSON: Final = (
    r"he|she|who|son|daughter|husband|wife|mum|mom|dad|mother|father|brother|sister|friend|partner|cousin|"
    r"neighbour|neighbor"
)
#: "I'm [29] with lupus", "a florist of [49] had", "the boy in the next bed, [23],", "Leila, [19],".
_PERSON_BEFORE: Final = re.compile(
    rf"\b(?:i['’]?m|i am|(?:{_PERSON})(?:['’]s| is| was)|turned|turning|at|aged?|"
    rf"(?:{_PERSON}|man|woman|boy|girl|lady|bed|door),|[a-z]+ of) (?:just |only |now |about )?$"
)
_NAME_BEFORE: Final = re.compile(r"(?:^|\n)[> ]*[\w. ]{2,20}, $")
_PERSON_AFTER: Final = re.compile(r"[,.;)!?]|$| (?:and|when|with|then|at the time|now|years|yrs?)\b")
_LEFT_OF_AGE: Final = 40  # characters: room for a name
_AGES: Final = range(5, 95)
_STEPS: Final = (1, 3, 9, 29, 99, 999)  # of sizes
_AGAINST: Final = -2
_COMPARED: Final = {"~": "about", ">=": "at least"}


class Reading(NamedTuple):
    """A document in which counts are read.

    `mentions` are (first character, concept id or name) of its therapies, in order; `posts` are where a
    forum's members speak; `animal` are extents of sentences whose setting is animal.
    """

    text: str
    shade: str
    kind: str
    therapies: Sequence[tuple[int, str]]
    posts: Sequence[Extent]
    animal: Sequence[Extent]
    fractions: Sequence[Fraction]


class Describer:
    """Features of the counts of one document."""

    def __init__(self, reading: Reading) -> None:
        """Read what is asked of the whole document once."""
        self.reading = reading
        shade, text = reading.shade, reading.text
        self.part_starts = {fraction.part.start_char for fraction in reading.fractions}
        self.wholes = {fraction.whole.start_char for fraction in reading.fractions}
        headings = list(_headings(shade))
        self._heading_starts = [start for start, _ in headings]
        self._headings = ["none", *(name for _, name in headings)]
        self._posts, self._animal = Stretches(reading.posts), Stretches(reading.animal)
        opening = text[:300]
        self.own_names = set(_TRIAL_NAME.findall(opening))
        if not self.own_names and (first := _TRIAL_NAME.search(text)):
            self.own_names = {first.group()}
        names = [name for _, name in reading.therapies]
        self.main = max(names, key=names.count, default="")
        self.first = names[0] if names else ""
        self.therapies_at = [at for at, _ in reading.therapies]
        self._sentences: dict[Extent, Features] = {}
        self._possible: dict[Extent, tuple[str, ...]] = {}
        self._counts: dict[tuple[Extent, Form], Features] = {}
        self.first_paragraph = _end_of_first_paragraph(shade)
        self._of_sentences = tuple(
            f"sentence {name}"
            for name, may_be in (
                ("names no therapy", True),
                ("names main therapy", names),
                ("names other therapy", names),
                ("names own trial", self.own_names),
                ("names other trial", True),
                ("names a place", True),
                ("in a post", reading.posts),
                ("animal", reading.animal),
            )
            if may_be
        )
        self.document = {"bias": 1.0, **dict(self._of_document())}

    def _of_document(self) -> Iterator[tuple[str, float]]:
        text, shade, kind = self.reading.text, self.reading.shade, self.reading.kind
        yield f"kind {kind}", 1.0
        own = cues.OWN.around(shade, openings(text).words(cues.OWN.gate))
        told = len(list(islice(own, _SAYS_WE)))
        for name, is_so in (
            ("document is a review", _REVIEW.search(shade[:300])),
            ("document is a registry entry", _is_registry(shade)),
            ("document randomised", "randomi" in shade or "placebo" in shade),
            ("document says we", told == _SAYS_WE),
            ("document never says we", told == 0 and kind != "news"),
        ):
            if is_so:
                yield name, 1.0

    def describe(self, counts: Sequence[Candidate]) -> list[Features]:
        """Features of each count, given all that it may be compared with.

        Args:
            counts: counts of the document in order.
        """
        return [joined(part for part, _ in parts) for parts in self.parts(counts)]

    def parts(self, counts: Sequence[Candidate]) -> list[Iterator[Part]]:
        """The same in parts that share no name, those first that are found quickly.

        Most counts are no groups, and for five of six of them that is plain before their clause is looked at.
        What counts have in common is one object for all of them.
        """
        sizes = Sizes(counts, is_randomised="document randomised" in self.document)
        lines = Lines(self.reading.shade, counts, self.reading.text)
        return [self._parts(counts, place, sizes, lines) for place in range(len(counts))]

    def _parts(self, counts: Sequence[Candidate], place: int, sizes: Sizes, lines: Lines) -> Iterator[Part]:
        count = counts[place]
        previous = counts[place - 1] if place else None
        following = counts[place + 1] if place + 1 < len(counts) else None
        yield self.document, None
        itself = self._counts.get((count.extent, count.form))
        if itself is None:
            itself = self._counts[count.extent, count.form] = self._itself(count)
        yield itself, None
        yield sizes.told(place), None
        yield dict.fromkeys(lines.told(place), 1.0), None
        left_end, right_end = count.sentence
        if previous is not None and previous.sentence == count.sentence:
            left_end = max(left_end, previous.extent[1])
            yield {f"after {previous.predicate}": 1.0}, None
        if following is not None and following.sentence == count.sentence:
            right_end = max(count.extent[1], following.extent[0])
        shade = self.reading.shade
        beside = dict.fromkeys(right_beside(shade, count, right_end), 1.0)
        yield beside, self._may_be_in_sentence(count.sentence)
        inside = self._sentence(count.sentence)
        yield inside, may_be_in_clause(inside)
        between = (left_end, right_end)
        yield dict.fromkeys(in_clause(self.reading.text, shade, count, between, inside), 1.0), ()

    def _may_be_in_sentence(self, sentence: Extent) -> tuple[str, ...]:
        """What the sentence, and the clauses of its counts, may say."""
        if sentence not in self._possible:
            may_be = may_be_in_sentence(self.reading.text, self.reading.shade, *sentence)
            self._possible[sentence] = (*may_be, *self._of_sentences)
        return self._possible[sentence]

    def _sentence(self, sentence: Extent) -> Features:
        """What the sentence says."""
        if sentence not in self._sentences:
            self._sentences[sentence] = dict.fromkeys(self._in_sentence(*sentence), 1.0)
        return self._sentences[sentence]

    def _in_sentence(self, start: int, end: int) -> Iterator[str]:
        shade, text = self.reading.shade, self.reading.text
        yield from in_sentence(text, shade, start, end)
        first = bisect.bisect_left(self.therapies_at, start)
        last = bisect.bisect_left(self.therapies_at, end)
        inside = {name for _, name in self.reading.therapies[first:last]}
        if not inside:
            yield "sentence names no therapy"
        elif self.main in inside or self.first in inside:
            yield "sentence names main therapy"
        else:
            yield "sentence names other therapy"
        trials = set(_TRIAL_NAME.findall(text, start, end)) if _NUMBERED.search(text, start, end) else set()
        if trials - self.own_names:
            yield "sentence names other trial"
        if trials & self.own_names:
            yield "sentence names own trial"
        if _PLACE.search(text, start + 1, end):
            yield "sentence names a place"
        if self._posts.around(start):
            yield "sentence in a post"
        if self._animal.around(start):
            yield "sentence animal"

    def _itself(self, count: Candidate) -> Features:
        """What is true of a count whatever others there are."""
        found = _told_of(count)
        start = count.extent[0]
        found["place"] = start / max(1, len(self.reading.shade))
        if count.number.start_char in self.part_starts:
            found["part of a fraction"] = 1.0
        if count.number.start_char in self.wholes:
            found["whole of a fraction"] = 1.0
        heading = self._headings[bisect.bisect_left(self._heading_starts, start)]
        found[f"under {heading}"] = 1.0
        if start <= self.first_paragraph:
            found["in the first paragraph"] = 1.0
        return found


def _end_of_first_paragraph(shade: str) -> int:
    """Where the second paragraph of a text begins."""
    begins = len(shade) - len(shade.lstrip())
    ends = shade.find(_PARAGRAPH, begins)
    if ends < 0:
        return len(shade)
    rest = shade[ends:]
    return ends + len(rest) - len(rest.lstrip())


def _headings(shade: str) -> Iterator[tuple[int, str]]:
    """Where headings of an abstract or a paper begin, and which."""
    end = 0
    if first := _FIRST_HEADING.match(shade):
        yield first.start(), str(first.lastgroup)
        end = first.end()
    for heading in _NEXT_HEADING.finditer(shade, end):
        yield heading.start(), str(heading.lastgroup)


def _is_registry(shade: str) -> bool:
    """Whether a text has at least two of the labels of a registry's entries."""
    n_labels = 0
    for label in ("nct", *_REGISTRY_LABELS):
        place = shade.find(label)
        while place >= 0:
            n_labels += _REGISTRY.match(shade, place) is not None
            if n_labels > 1:
                return True
            place = shade.find(label, place + 1)
    return False


def joined(parts: Iterable[Features]) -> Features:
    """Features in one piece."""
    found: Features = {}
    for part in parts:
        found |= part
    return found


def _told_of(count: Candidate) -> Features:
    form, predicate, n = count.form, count.predicate, count.n
    size = bisect.bisect_left(_STEPS, n)
    found = {
        f"form {form}": 1.0,
        f"said {predicate}": 1.0,
        f"size to {_STEPS[size] if size < len(_STEPS) else 'any'}": 1.0,
        "evidence": max(-3.0, min(4.0, count.score)) / 2,
    }
    if form in ("ellipsis", "bare", "cell"):
        found[f"said {predicate} of a number alone"] = 1.0
    if count.score >= THRESHOLD:
        found["evidence enough"] = 1.0
    if count.score >= SOME_EVIDENCE:
        found["evidence some"] = 1.0
    elif count.score <= _AGAINST:
        found["evidence against"] = 1.0
    if count.is_definite:
        found["definite"] = 1.0
    if is_open(count.left):
        found["in a bracket"] = 1.0
        if count.unit in _SEXES:
            found["of one sex in a bracket"] = 1.0
    if count.number.is_word:
        found["in words"] = 1.0
    if count.number.comparator in _COMPARED:
        found[_COMPARED[count.number.comparator]] = 1.0
    if count.is_planned:
        found["planned or of a population"] = 1.0
    if n == 1 and form != "case":
        found["alone"] = 1.0
    if count.unit in cues.ANIMAL_UNITS:
        found["of animals"] = 1.0
    elif count.unit == "cases":
        found["of cases"] = 1.0
    return found if count.unit else found | _told_of_age(count)


def _told_of_age(count: Candidate) -> Features:
    found: Features = {}
    if count.n in _AGES and _is_of_person(count):
        found["age of a person"] = 1.0
    if 15 < count.n < 95 and _AGE_BEFORE.search(count.left, len(count.left) - _AGE_WORDS):
        found["like an age"] = 1.0
    return found


def _is_of_person(count: Candidate) -> bool:
    """Whether a number stands as the age of one person does."""
    left = count.left[-_LEFT_OF_AGE:]
    if count.right.startswith(",") and _NAME_BEFORE.search(left):
        return True
    return bool(_PERSON_AFTER.match(count.right) and _PERSON_BEFORE.search(left))
