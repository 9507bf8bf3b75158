"""Whether a group belongs to another study than the one that a text is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_evidence import Candidate
from pipeline.grammar.cohort_roles import Group

_TRIAL_ID: Final = re.compile(r"\bNCT\d{8}\b")
_TRIAL_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]+(?:[-‐‑–]\d{1,4})\b")
_OPENING: Final = 600  # characters in which a text names its own trial: title and first paragraph
# "In a phase 2 trial, 30 patients …": where nothing was told before, that trial is what the text is about.
_A_TRIAL: Final = re.compile(r"in an? ")
# "in the Boston series of eight", "the three-patient report on X": what somebody else told.
_SERIES: Final = re.compile(
    r"\b(?:in|from|than) (?:the|an?) (?!present|current|whole|entire|full|same)(?:[\w-]+ ){1,4}"
    r"(?:series|reports?) "
    r"(?:of|on|from|about)\b"
)
_PHASE: Final = re.compile(r"\bphase ?(\d|i{1,3}v?)[ab]?(?:(?:/|-| and )(\d|i{1,3})[ab]?)?\b")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iiiv": "4", "iv": "4"}


def _phases(shade: str) -> frozenset[str]:
    """Phases in the first naming of one in a stretch of text ("phase 1/2" names two)."""
    match = _PHASE.search(shade)
    found = match.groups() if match else ()
    return frozenset(_ROMAN.get(phase, phase) for phase in found if phase)


class OwnStudy:
    """The study that a text is about: its numbers, names and phases, and where others speak."""

    def __init__(self, text: str, shade: str, posts: Sequence[Extent] = ()) -> None:
        """Read what the opening says.

        Args:
            text: the text.
            shade: its shadow (`cohort_cues.shadow`).
            posts: where a forum's members speak; what they tell of trials is hearsay.
        """
        self.text = text
        self.shade = shade
        self.posts = posts
        opening = text[:_OPENING]
        first_id = _TRIAL_ID.search(text)
        self.own_ids = {first_id.group()} if first_id else set()
        self.own_names = set(_TRIAL_NAME.findall(opening))
        self.own_phases = _phases(shade[: 4 * _OPENING])
        self.is_review = bool(cues.REVIEW.search(shade[:200]))

    def is_external(self, candidate: Candidate, groups: list[Group]) -> bool:
        """Whether another study's group is told: by a cue, another trial's name, or the sentence before."""
        start, end = candidate.sentence
        before = self.shade[start : candidate.extent[0]]
        around = self.shade[start : min(end, candidate.extent[1] + 80)]
        if candidate.form in ("us", "case"):
            return False
        if self.is_review or self._is_post(start):
            return True
        if cues.OWN.search(before):
            return False
        told = [
            group for group in groups if group.candidate.sentence != candidate.sentence or group.is_external
        ]
        if any(
            told or not _A_TRIAL.match(cue.group()) for cue in cues.EXTERNAL.finditer(around)
        ) or _SERIES.search(around):
            return True
        sentence = self.text[start:end]
        phases = _phases(before)
        if phases and self.own_phases and not phases & self.own_phases:
            return True
        if any(name not in self.own_names for name in _TRIAL_NAME.findall(sentence)):
            return True
        if groups and any(found not in self.own_ids for found in _TRIAL_ID.findall(sentence)):
            return True
        last = groups[-1] if groups else None
        if last is None or not last.is_external:
            return False
        gap = self.text[last.candidate.extent[1] : candidate.extent[0]]
        return "\n\n" not in gap and (start == last.candidate.sentence[0] or candidate.form != "unit")

    def _is_post(self, place: int) -> bool:
        """Whether a place lies in a forum's post; what is pasted between posts tells its own study."""
        return any(start <= place < end for start, end in self.posts)
