"""How strongly the words between a therapy and a disease in one sentence join them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence
from pipeline.components.relations.therapies import Therapy, extent_of
from pipeline.components.relations.treat_status import StatusReader
from pipeline.grammar.treat_cues import BEARERS, COMPANION, FOR, GIVEN, NOT_GIVEN, PRIOR

#: What stands for a therapy after a semicolon.
_ANAPHOR: Final = re.compile(
    r"\s*(?:it|they|this|these|both|the (?:product|cells|therapy|drug|treatment))\b", re.IGNORECASE
)
#: "eased colitis and delayed Y": a second verb of the same therapy.
_SECOND_VERB: Final = re.compile(
    r"^(?: in [\w-]+(?: [\w-]+)?)?,?\s*(?:and|but|or)(?: also)? \w+(?:ed|s)\s+(?:\w+ ){0,2}$"
)
#: "X drives lupus, so Y might be tried": what follows from a disease is for it.
_CONSEQUENCE: Final = re.compile(
    r"^[,;]? (?:and )?(?:so|hence|thus|therefore|consequently|which is why),? (?:the )?$"
)
#: A strong link excludes weaker ones to the same disease in the same sentence.
STRONG: Final = 0.8


class LinkReader:
    """Links therapies and diseases of one document.

    Args:
        discourse: the document.
        status: reads whether a sentence tells of an approval.
    """

    def __init__(self, discourse: Discourse, status: StatusReader) -> None:
        self.discourse = discourse
        self.text = discourse.text
        self.status = status

    def strength(self, sentence: Sentence, run: Sequence[Span], span: Span, group: Sequence[Span]) -> float:
        """How strongly the words between therapies and diseases join them; 0 where they do not."""
        therapy = self.discourse.of[extent_of(span)]
        forward = span.start_char < group[0].start_char
        if forward:
            lasts = [member.end_char for member in run if member.end_char <= group[0].start_char]
            left, right = max(lasts, default=span.end_char), group[0].start_char
        else:
            left, right = group[-1].end_char, run[0].start_char
        if left > right:
            return 0.0
        # Remarks in brackets interrupt; what is named in them stands between nothing.
        gap = re.sub(r"\([^()]*\)", lambda match: " " * len(match.group()), self.text[left:right])
        if self._other_between(sentence, span, group, (left, right), gap):
            return self._tail_link(sentence, therapy, (left, right)) if forward else 0.0
        if re.match(r"^\s*\([^)]*$", gap):  # "X (CD19; B-cell malignancies)"
            return STRONG
        lead = self.text[max(sentence.start, run[0].start_char - 40) : run[0].start_char]
        leads = self.discourse.leads(therapy, span.start_char)
        apart = ";" in gap and not (forward and _ANAPHOR.match(gap.rpartition(";")[2]))
        if apart or len(gap) > (150 if forward else 250) or (not leads and is_beside(span, lead, gap)):
            return 0.0
        if (FOR if forward else GIVEN).search(gap) or re.match(r"^\s*:\s*(?:\w+ ){0,3}$", gap):
            return 0.85
        if forward and leads and BEARERS.search(gap):
            return STRONG
        if not leads:
            return self._approved(sentence, span)
        if therapy.form == "generic":
            return 0.0
        if not forward and _CONSEQUENCE.match(gap):
            return 0.65
        return 0.65 if sentence.clause(span.start_char) == sentence.clause(group[0].start_char) else 0.0

    def _approved(self, sentence: Sentence, span: Span) -> float:
        """How strongly an approval joins a drug to the disease beside it; 0 where none is told."""
        clause = sentence.clause(span.start_char)
        if self.status.approval(self.text[clause.start_char : clause.end_char]) == "approved":
            return STRONG
        return 0.6 if self.status.approval(sentence.text) == "approved" else 0.0

    def _other_between(
        self, sentence: Sentence, span: Span, group: Sequence[Span], between: tuple[int, int], gap: str
    ) -> bool:
        """Whether another therapy or disease stands between the two, outside brackets."""
        left, right = between
        first = span.end_char if span.start_char < group[0].start_char else left
        for other in sentence.mentions:
            if not (first <= other.start_char and other.end_char <= right) or other in group:
                continue
            is_open = other.start_char < left or bool(gap[other.start_char - left].strip())
            if other.label_ == "DISEASE" and is_open:
                return True
            is_therapy = other.label_ == "THERAPY" and is_open and left <= other.start_char
            if NOT_GIVEN.match(self.text, other.end_char):
                continue  # "platinum-resistant" tells of the disease
            lead = self.text[max(sentence.start, other.start_char - 40) : other.start_char]
            is_named = is_therapy and self.discourse.of[extent_of(other)].form != "generic"
            if is_named and not is_beside(other, lead, ""):
                return True
        return False

    def _tail_link(self, sentence: Sentence, therapy: Therapy, between: tuple[int, int]) -> float:
        """Z in "X, sold for Y, has entered a phase 1 in Z": after another disease and words on a study."""
        left, right = between
        inside = [m for m in sentence.mentions if left <= m.start_char and m.end_char <= right]
        ends = [m.end_char for m in inside if m.label_ == "DISEASE"]
        if not ends or any(m.label_ == "THERAPY" for m in inside) or not self.discourse.leads(therapy, left):
            return 0.0
        tail = self.text[max(ends) : right]
        if _SECOND_VERB.match(tail):
            return 0.6
        studied = re.search(r"\b(?:phase|trial|study|tested|studied|entered|tried)\b", tail)
        return 0.6 if studied and ";" not in tail and FOR.search(tail) else 0.0


def is_beside(span: Span, lead: str, gap: str) -> bool:
    """Whether a drug was given earlier, or only to make way for the cells."""
    if span._.assertion == "historical" or COMPANION.search(span.text):
        return True
    return bool(PRIOR.search(lead) or PRIOR.search(gap))
