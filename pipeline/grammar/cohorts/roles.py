"""What the words beside a group tell of it: that it is an arm, a subgroup, another study's.

These are answers for the cases that are plain. The learned model hears them among other things, and believes
them of groups of the text's own study (`model`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.grammar.cohorts.sources import OwnStudy, Told
from pipeline.grammar.endings import ending
from pipeline.vocabulary import CohortRole

_ALSO_TREATED: Final = re.compile(
    r"\band (?:[a-z]+ )?(?:infused|treated|dosed)\b"
    r"(?! (?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b))"
)
_AT_LEVEL: Final = re.compile(r"[^.;:,]{0,25}\b(?:at|on) (?:the )?(?:dose|dl|level|dosage)")
#: "DL1: 50 million cells, [3]", "level 2, once: [8]", "(dose level 3, n = [6])".
_LEVEL_BEFORE: Final = re.compile(
    r"\b(?:dose level|dl|level|tier) ?-?\d{1,2}[ab]?\b(?!\s*(?:\)|and\b|or\b|to\b))[^.;|\n]{0,70}?"
    r"(?:[:=,(]|\bn ?=|  ) ?$"
)
#: "[four] at the low dose", "[three] took part in the escalation": parts by dose.
_IN_PART: Final = re.compile(
    r"[^.;:,]{0,30}?\b(?:at|on|with|received|got) (?:the )?(?:low|lower|high|higher|middle|medium|"
    r"intermediate|top|highest|lowest|full|reduced)[ -]dose|[^.;:,]{0,30}?\b(?:took part in|entered|joined|"
    r"in) the (?:\w+[ -])?(?:dose[ -])?(?:escalation|expansion|finding)"
)
#: "[seven] made up the control group".
_FORMS_ARM: Final = re.compile(
    r"[^.;:]{0,40}?\b(?:formed|ma[dk]e up|served as|constituted) (?:the |an? )?(?:[\w-]+ ){0,3}(?:group|"
    r"arm|controls?)\b"
)
#: "Arm B (n = [12])", "Arm B: standard care, [12]", "[12] in the control group".
_ARM_LABEL: Final = re.compile(r"(?:^|[.;:|•\n(,] ?|\band )(?:the )?arm [a-z0-9]{1,2}\b[^.;\n]{0,60}$")
_CONTROL_AFTER: Final = re.compile(
    r"[^.;:,]{0,12} (?:in|of|from) the (?:control|placebo|comparator|standard\S*) (?:group|arm)\b"
)
#: "Five patients received a [second infusion]": a part of those treated.
_AGAIN: Final = re.compile(
    r"[^.;]{0,60}\b(?:second|third|another|repeat|further|additional) (?:infusion|dose|course)|"
    r"[^.;,]{0,30}\b(?:re-?infused|re-?treated)\b"
)
#: Those of a level whom a harm befell are no group: "(DL2: fever in 3)", "DL2, 3/6".
_HARM_OR_RATE: Final = re.compile(r"\ue002|[%/]")
_ASSIGNED: Final = re.compile(r"[^.;,]{0,30}\b(?:assigned|allocated|randomi[sz]ed) to\b")
_ON_THERAPY: Final = re.compile(r" (?:with|on|got|received|given|receiving) (?:the )?\ue003")
#: "[21] without and [18] with the vaccine", "[9] with (or without) it": what they were given sets them apart.
_NUMBER: Final = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_WITH_AND_WITHOUT: Final = re.compile(
    r"\b(?:infused|dosed|treated|given|received|randomi[sz]ed|assigned|allocated)\b[^.;]*?[ ,(](?:"
    rf"# without(?: [^.;,()#\d]{{1,30}})?,? and {_NUMBER} with\b|"
    rf"# with(?: [^.;,()#\d]{{1,30}})?,? and {_NUMBER} without\b|"
    rf"{_NUMBER} without(?: [^.;,()#\d]{{1,30}})?,? and # with\b|"
    rf"{_NUMBER} with(?: [^.;,()#\d]{{1,30}})?,? and # without\b)(?! (?:[a-z]+ ){{0,2}}[\ue001\ue002])"
)
#: "the team followed [eleven]": whom a study is said to watch, before any other group, are those it treated.
_WATCHED: Final = ending(r"\b(?:followed|tracked|monitored)(?: up)? (?:the |these |all )?$")
_COULD_BE_ASSESSED: Final = re.compile(
    r"(?: [a-z]+)? (?:who|that) (?:could|can) be (?:[a-z]+ )?(?:assessed|evaluated|analy[sz]ed)\b"
)
_APHERESIS: Final = re.compile(r"\b(?:leuk)?apheresis (?:was|had been) (?:\w+ )?(?:in|on|from) $")
_TOTAL_TREATED: Final = re.compile(
    r"\b(?:infused|treated|dosed)(?: (?:patients|subjects))? ?[(:]? ?n ?[=:] ?$"
)
_VERSUS_AFTER: Final = re.compile(r"\s*(?:vs\.?|versus)\s*\d")
_VERSUS_BEFORE: Final = re.compile(r"\d\s*(?:vs\.?|versus)\s*$")
_NEAR: Final = 40  # characters: room for a few words


def told_by_words(counts: Sequence[Candidate], own: OwnStudy, shade: str) -> list[Told]:
    """What the words beside each count tell.

    Args:
        counts: groups in order; several may tell of the same one.
        own: the study that the text is about.
        shade: the text's shadow (`cohort_cues.shadow`).
    """
    groups: list[Told] = []
    largest = 0
    for count in counts:
        is_external = own.is_external(count, groups)
        last = groups[-1] if groups else None
        groups.append(Told(count, _worded_role(count, last, largest, shade), is_external))
        largest = max(largest, count.n)
    return groups


def _worded_role(candidate: Candidate, last: Told | None, largest: int, shade: str) -> CohortRole | None:
    """Role that the words right beside a count tell; `last` and the `largest` were told before it."""
    if told := _role_by_words(candidate, last, shade):
        return told
    if last and _goes_on_with_part(last, candidate, shade):
        return last.role
    is_smaller = candidate.n < largest
    if _is_worded_part(candidate, is_smaller=is_smaller):
        return "subgroup"
    if candidate.predicate == "enrolled":
        if is_smaller and _ASSIGNED.match(candidate.right):
            return "arm"
        if _ALSO_TREATED.search(candidate.right):
            return "treated"
    return None


def _is_worded_part(candidate: Candidate, *, is_smaller: bool) -> bool:
    """Whether it is a part by dose level, or those who were treated again; `is_smaller` than one before."""
    is_at_level = candidate.predicate in ("treated", "trait") and _AT_LEVEL.match(candidate.right)
    is_again = candidate.predicate == "treated" and is_smaller and _AGAIN.match(candidate.right)
    left = candidate.left
    is_of_level = (
        ("level" in left or "dl" in left or "tier" in left)
        and _LEVEL_BEFORE.search(left)
        and not _HARM_OR_RATE.search(left[-_NEAR:])
    )
    return bool(is_at_level or is_again or is_of_level or _IN_PART.match(candidate.right))


def _role_by_words(candidate: Candidate, last: Told | None, shade: str) -> CohortRole | None:
    """Role that the words right beside the count tell, whatever was told before."""
    named = 0
    if last and last.candidate.sentence == candidate.sentence and _ON_THERAPY.match(candidate.right):
        # "88 with X and 105 with Y": what they were given is what sets them apart.
        named = len(_ON_THERAPY.findall(shade[slice(*candidate.sentence)]))
    is_pair = candidate.right.startswith(" with") and _WITH_AND_WITHOUT.search(
        f"{candidate.left}#{candidate.right}"
    )
    if named > 1 or is_pair or _VERSUS_AFTER.match(candidate.right) or _VERSUS_BEFORE.search(candidate.left):
        return "arm"
    if (
        _FORMS_ARM.match(candidate.right)
        or _CONTROL_AFTER.match(candidate.right)
        or _ARM_LABEL.search(candidate.left)
    ):
        return "arm"
    if _COULD_BE_ASSESSED.match(candidate.right):
        return "evaluable"
    if candidate.predicate == "treated" and _APHERESIS.search(candidate.left):
        return "enrolled"
    if last is None and _WATCHED.search(candidate.left):
        return "treated"
    return "treated" if _TOTAL_TREATED.search(candidate.left) else None


def _goes_on_with_part(last: Told, candidate: Candidate, shade: str) -> bool:
    """Whether a count goes on from a part: "three joined the escalation, [eleven] got six infusions"."""
    is_part = last.role == "arm" or (last.role == "subgroup" and _IN_PART.match(last.candidate.right))
    if not is_part or last.candidate.sentence != candidate.sentence or candidate.form != "ellipsis":
        return False
    between = shade[last.candidate.extent[1] : candidate.extent[0]]
    is_step = candidate.predicate in ("screened", "outcome") or "evaluab" in candidate.right[:_NEAR]
    return not is_step and bool(re.search(r"(?:, and|,| and|;) $", between))
