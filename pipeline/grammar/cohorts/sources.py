"""Whether a group belongs to another study than the one that a text is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.stretches import Stretches
from pipeline.vocabulary import CohortRole

_TRIAL_ID: Final = re.compile(r"\bNCT\d{8}\b")
_TRIAL_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]+(?:[-‐‑–]\d{1,4})\b")
#: What makes a name with a number that of a trial, not of a score or of a virus.
_AT_TRIAL: Final = re.compile(
    r"(?:^|[(\[:;,—–]\s*|\b(?:in|from|than|unlike|of|to|and) (?:the )?(?:phase [\w/]+ )?)$"
)
_TRIAL_AFTER: Final = re.compile(r" (?:trials?|stud(?:y|ies)|paper|data|results|reported|enrolled|treated)\b")
_OPENING: Final = 600  # characters in which a text names its own trial: title and first paragraph
# "in the Boston series of eight", "the three-patient report on X": what somebody else told.
_SERIES: Final = re.compile(
    r"\b(?:in|from|than) (?:the|an?) (?!present|current|whole|entire|full|same)(?:[\w-]+ ){1,4}"
    r"(?:series|reports?) "
    r"(?:of|on|from|about)\b"
)
#: Whose patients a forum's member tells of: those of the own ward or circle, or those of a paper.
_OWN_SPEAKER: Final = (
    r"ours?|us|we (?:use|treat|treated|gave|give|infused|dosed|did|do|see|saw|have (?:done|had|treated|given|"
    r"seen))|(?:my|this) (?:[\w'’-]+ ){0,2}(?:hospital|clinic|cent(?:er|re)|ward|unit|group|trial|cohort|"
    r"site|place|team|department)|(?:was|am|were|is) (?:\w+ )?(?:one|number \w+) (?:of|in)"
)
_OTHER_SPEAKER: Final = (
    r"papers?|articles?|webinar|posters?|slides?|abstract|journal|publication|published|press release|"
    r"(?:an?|one|another|earlier|previous|prior|pivotal|first|big|the) (?:[\w'’-]+ ){0,3}?"
    r"(?:trials?|stud(?:y|ies)|series|reports?|registry)|according to|"
    r"i (?:read|saw|heard|know of|count|found)|elsewhere|other places"
)
_SPEAKER: Final = re.compile(rf"\b(?:(?P<own>{_OWN_SPEAKER})|(?P<other>{_OTHER_SPEAKER}))\b")
_NEAR: Final = 40  # characters behind a count: "six at our clinic"
_PHASE: Final = re.compile(r"\bphase ?(\d|i{1,3}v?)[ab]?(?:(?:/|-| and )(\d|i{1,3})[ab]?)?\b")
_PART_OF_TRIAL: Final = re.compile(r" (?:part|portion|component|segment|stage|expansion|escalation)\b")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iiiv": "4", "iv": "4"}


class Told(NamedTuple):
    """A count that is a group, the role that the words beside it tell (if any), and whose study it is of."""

    candidate: Candidate
    role: CohortRole | None
    is_external: bool

    @property
    def n(self) -> int:
        """Size of the group."""
        return self.candidate.n


def _phases(shade: str) -> frozenset[str]:
    """Phases in the first naming of one in a stretch of text ("phase 1/2" names two)."""
    match = next((m for m in _PHASE.finditer(shade) if not _PART_OF_TRIAL.match(shade, m.end())), None)
    found = match.groups() if match else ()
    return frozenset(_ROMAN.get(phase, phase) for phase in found if phase)


class OwnStudy:
    """The study that a text is about: its numbers, names and phases, and where others speak."""

    def __init__(
        self, text: str, shade: str, posts: Sequence[Extent] = (), *, is_paper: bool = False
    ) -> None:
        """Read what the opening says.

        Args:
            text: the text.
            shade: its shadow (`cohort_cues.shadow`).
            posts: where a forum's members speak; what they tell of trials is hearsay.
            is_paper: whether it is a paper; one that tells of nobody's own study is a review.
        """
        self.is_paper = is_paper
        self.text = text
        self.shade = shade
        self._posts = Stretches(posts)
        opening = text[:_OPENING]
        self.own_ids = set(_TRIAL_ID.findall(opening))
        if not self.own_ids and "NCT" in text and (first := _TRIAL_ID.search(text)):
            self.own_ids = {first.group()}
        self.own_names = set(_TRIAL_NAME.findall(opening))
        self.own_phases = _phases(shade[: 4 * _OPENING])
        self.is_review = bool(cues.REVIEW.search(shade[:200]))

    def is_external(self, candidate: Candidate, groups: Sequence[Told]) -> bool:
        """Whether another study's group is told: by a cue, another trial's name, or the sentence before."""
        start, end = candidate.sentence
        before = self.shade[start : candidate.extent[0]]
        around = self.shade[start : min(end, candidate.extent[1] + 80)]
        if candidate.form in ("us", "case"):
            return False
        post = self._post(start)
        if self.is_review or post is not None:
            return self.is_review or (post is not None and self._is_hearsay(post[0], candidate))
        found = [cue for pattern in (cues.EXTERNAL, _SERIES) for cue in pattern.finditer(around)]
        own = [cue.end() for cue in cues.OWN.finditer(before)]
        if own:
            # "our rate is higher than in an earlier trial of [12]": the last words count.
            return any(own[-1] <= cue.start() < len(before) for cue in found)
        if found or (cues.EXTERNAL_LATER.search(around) and self._is_later(candidate, groups)):
            return True
        phases = _phases(before)
        if phases and self.own_phases and not phases & self.own_phases:
            return True
        if self._names_another(candidate.sentence, groups):
            return True
        if groups and any(found not in self.own_ids for found in _TRIAL_ID.findall(self.text[start:end])):
            return True
        if self.is_paper and groups and all(group.is_external for group in groups):
            return not cues.OWN.search(self.shade, self._first_own, candidate.extent[0])
        last = groups[-1] if groups else None
        if last is None or not last.is_external:
            return False
        gap = self.text[last.candidate.extent[1] : candidate.extent[0]]
        return "\n\n" not in gap and (start == last.candidate.sentence[0] or candidate.form != "unit")

    @cached_property
    def _first_own(self) -> int:
        """Where the text first speaks of its own study; its end where it never does."""
        first = cues.OWN.search(self.shade)
        return first.start() if first else len(self.shade)

    @staticmethod
    def _is_later(candidate: Candidate, groups: Sequence[Told]) -> bool:
        """Whether a sentence before has told of a group, or this one of another study's."""
        return any(group.candidate.sentence != candidate.sentence or group.is_external for group in groups)

    def _names_another(self, sentence: Extent, groups: Sequence[Told]) -> bool:
        """Whether a sentence names a trial that the opening does not name before it tells of a group."""
        told = groups[0].candidate.sentence[1] if groups else len(self.text)
        for name in _TRIAL_NAME.finditer(self.text, *sentence):
            is_thing = any(sign in cues.SIGNS for sign in self.shade[slice(*name.span())])
            if is_thing or (name.group() in self.own_names and self.text.find(name.group()) < told):
                continue  # a product's code, a virus
            before = self.shade[sentence[0] : name.start()]
            if _AT_TRIAL.search(before) or _TRIAL_AFTER.match(self.shade, name.end()):
                return True
        return False

    def _post(self, place: int) -> Extent | None:
        """The post in which a place lies; what is pasted between posts tells its own study."""
        return self._posts.around(place)

    def _is_hearsay(self, start: int, candidate: Candidate) -> bool:
        """Whether a post tells of others: unless its last word on whose patients they are is "our ward"."""
        end = min(candidate.sentence[1], candidate.extent[1] + _NEAR)
        ends, spoken = self._spoken
        last = bisect_right(ends, end) - 1
        return last < 0 or spoken[last].start() < start or spoken[last].lastgroup != "own"

    @cached_property
    def _spoken(self) -> tuple[list[int], list[re.Match[str]]]:
        """Where words tell who speaks: their ends, and what they are."""
        spoken = list(_SPEAKER.finditer(self.shade))
        return [match.end() for match in spoken], spoken
