"""What a group is in its study: enrolled, treated, evaluable, an arm, a subgroup, screened.

The words beside a count decide first (what subjects were assigned to, what was done with them), then how the
group relates to those told before it: a part of a larger one, one of several beside each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_evidence import Candidate
from pipeline.vocabulary import CohortRole

_ALSO_TREATED: Final = re.compile(r"\band (?:[a-z]+ )?(?:infused|treated|dosed)\b")
_DOSE_BEFORE: Final = re.compile(
    r"\d ?(?:mg|µg|million|[×x] ?10[^ ]*)[^.;,]{0,20} (?:in|to) (?:the )?(?:\w+ )?$"
)
_TO_OR_IN: Final = re.compile(r" (?:to|in) ")
_OF_ALL: Final = re.compile(
    r"(?:patients|participants|subjects|adults|children|people|individuals) ?[(\[]n ?= ?$"
)
_OBJECT: Final = re.compile(r"\b(?:in|to|for|into) (?:the )?$")
_AT_LEVEL: Final = re.compile(r"[^.;:,]{0,25}\b(?:at|on) (?:the )?(?:dose|dl|level|dosage)")
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
_ASSIGNED: Final = re.compile(r"[^.;,]{0,30}\b(?:assigned|allocated|randomi[sz]ed) to\b")
_DOSE_OBJECT: Final = re.compile(
    r"^[^.;:,(]{0,40}?(?:\bdl ?\d|dose level|\d ?(?:×|x|\*) ?10|\d+(?:\.\d+)? (?:mg|million)|at the)"
)
_ON_THERAPY: Final = re.compile(r" (?:with|on|got|received|given|receiving) (?:the )?\ue003")
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
_REACH: Final = 600  # characters: a whole is told in the paragraph of its parts
_FIRST_BEFORE: Final = re.compile(r"\b(?:first|last|initial) $")


class RuledGroup(NamedTuple):
    """A candidate that passed, and what the document makes of it."""

    candidate: Candidate
    role: CohortRole
    unit: str
    is_external: bool

    @property
    def n(self) -> int:
        """Size of the group."""
        return self.candidate.n


class Study(NamedTuple):
    """What is asked of the text beyond the count's sentence."""

    shade: str
    is_randomised: bool
    parts: frozenset[Extent] = (
        frozenset()
    )  # counts that are parts of a whole told elsewhere (`parts_of_sums`)


def parts_of_sums(candidates: Sequence[Candidate]) -> frozenset[Extent]:
    """Counts beside each other in one form that add up to another count: "(n = 9) … (n = 5). Fourteen …".

    Args:
        candidates: counts of the text that are groups, in order.

    Returns:
        Extents of the parts.
    """
    found: set[Extent] = set()
    for place, first in enumerate(candidates):
        if first.form not in ("equals", "listed"):
            continue
        row = [first]
        for other in candidates[place + 1 :]:
            if other.form != first.form or other.sentence != first.sentence:
                break
            row.append(other)
        total = sum(one.n for one in row)
        is_told = any(
            one.n == total and 0 <= one.extent[0] - row[-1].extent[1] <= _REACH for one in candidates
        )
        if len(row) > 1 and is_told:
            found.update(one.extent for one in row)
    return frozenset(found)


def role_of(candidate: Candidate, groups: list[RuledGroup], unit: str, study: Study) -> CohortRole:
    """Role in its own study, given the groups of that study told before.

    Args:
        candidate: the count.
        groups: groups of the same study told before it, in order.
        unit: noun for the subjects, a value of `cohort_cues.UNITS`.
        study: the text.
    """
    last = groups[-1] if groups else None
    if last and last.candidate.sentence == candidate.sentence:
        between = study.shade[last.candidate.extent[1] : candidate.extent[0]]
        if between.strip() in ("and", "versus", "vs", "vs."):
            return last.role  # "88 and 48, respectively, received"
    predicate = candidate.predicate
    if told := _role_by_words(candidate, last, study.shade):
        return told
    if last and _goes_on_with_part(last, candidate, study.shade):
        return last.role
    if candidate.extent in study.parts:
        return "arm" if study.is_randomised or unit in cues.ANIMAL_UNITS else "subgroup"
    larger = [group for group in groups if group.n > candidate.n]
    if _is_worded_part(candidate, larger):
        return "subgroup"
    if predicate != "screened" and (share := _role_of_share(candidate, groups, larger, unit, study)):
        return share
    if predicate in ("screened", "enrolled", "evaluable"):
        is_treated = predicate == "enrolled" and _ALSO_TREATED.search(candidate.right)
        return "treated" if is_treated else predicate
    if predicate == "treated":
        return "subgroup" if _is_some_of_treated(candidate, larger) else "treated"
    is_apart = predicate == "trait" or candidate.is_definite or candidate.form not in ("unit", "card")
    has_dose = bool(larger and _DOSE_BEFORE.search(candidate.left))
    if has_dose or (unit in cues.ANIMAL_UNITS and not (larger and is_apart)):
        return "arm"
    return "subgroup" if larger else "treated"


def worded_role(candidate: Candidate, groups: Sequence[RuledGroup], shade: str) -> CohortRole | None:
    """Role that the words right beside a count tell, whatever the sizes around it.

    Args:
        candidate: the count.
        groups: those told before it, in order.
        shade: the text's shadow.
    """
    last = groups[-1] if groups else None
    if told := _role_by_words(candidate, last, shade):
        return told
    if last and _goes_on_with_part(last, candidate, shade):
        return last.role
    larger = [group for group in groups if group.n > candidate.n]
    if _is_worded_part(candidate, larger):
        return "subgroup"
    if candidate.predicate == "enrolled":
        if larger and _ASSIGNED.match(candidate.right):
            return "arm"
        if _ALSO_TREATED.search(candidate.right):
            return "treated"
    return None


def _is_worded_part(candidate: Candidate, larger: Sequence[RuledGroup]) -> bool:
    """Whether it is a part by dose level, or those who were treated again."""
    is_at_level = candidate.predicate in ("treated", "trait") and _AT_LEVEL.match(candidate.right)
    is_again = candidate.predicate == "treated" and larger and _AGAIN.match(candidate.right)
    return bool(is_at_level or is_again or _IN_PART.match(candidate.right))


def _role_by_words(candidate: Candidate, last: RuledGroup | None, shade: str) -> CohortRole | None:
    """Role that the words right beside the count tell, whatever was told before."""
    named = 0
    if last and last.candidate.sentence == candidate.sentence and _ON_THERAPY.match(candidate.right):
        # "88 with X and 105 with Y": what they were given is what sets them apart.
        named = len(_ON_THERAPY.findall(shade[slice(*candidate.sentence)]))
    if named > 1 or _VERSUS_AFTER.match(candidate.right) or _VERSUS_BEFORE.search(candidate.left):
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
    return "treated" if _TOTAL_TREATED.search(candidate.left) else None


def _goes_on_with_part(last: RuledGroup, candidate: Candidate, shade: str) -> bool:
    """Whether a count goes on from a part: "three joined the escalation, [eleven] got six infusions"."""
    is_part = last.role == "arm" or (last.role == "subgroup" and _IN_PART.match(last.candidate.right))
    if not is_part or last.candidate.sentence != candidate.sentence or candidate.form != "ellipsis":
        return False
    between = shade[last.candidate.extent[1] : candidate.extent[0]]
    is_step = candidate.predicate in ("screened", "outcome") or "evaluab" in candidate.right[:_NEAR]
    return not is_step and bool(re.search(r"(?:, and|,| and|;) $", between))


def _role_of_share(
    candidate: Candidate, groups: list[RuledGroup], larger: list[RuledGroup], unit: str, study: Study
) -> CohortRole | None:
    """Arm or subgroup, where the form already says that the group is one of several."""
    form, predicate = candidate.form, candidate.predicate
    if form == "unit" and predicate is None and cues.OPTION_BEFORE.search(candidate.left):
        return "arm"
    sentence = study.shade[slice(*candidate.sentence)]
    is_animal = unit in cues.ANIMAL_UNITS
    if is_animal and predicate == "treated" and form == "ellipsis":
        return "arm"
    is_share = form in ("equals", "listed") or (form == "ellipsis" and _TO_OR_IN.match(candidate.right))
    if is_share and (is_animal or (larger and cues.RANDOMISED.search(sentence))):
        return "arm"
    if form == "listed" and larger:
        return "subgroup"
    is_total = _OF_ALL.search(candidate.left) or not (groups or study.is_randomised)
    if form == "equals" and predicate in ("treated", None) and not is_total:
        return "arm" if study.is_randomised else "subgroup"
    if predicate == "enrolled" and larger and _ASSIGNED.match(candidate.right):
        return "arm"
    return None


def _is_some_of_treated(candidate: Candidate, larger: list[RuledGroup]) -> bool:
    """Whether a treated group is a part of another, told by its dose level or by "the first"."""
    if larger and _FIRST_BEFORE.search(candidate.left):
        return True
    if candidate.form not in ("ellipsis", "listed", "equals") and not candidate.is_definite:
        return False
    if any(group.role == "treated" for group in larger):
        return True
    has_dose = not _OBJECT.search(candidate.left) and _DOSE_OBJECT.match(candidate.right)
    return bool(larger and has_dose)


def is_same(old: RuledGroup, new: Candidate, role: CohortRole) -> bool:
    """Whether a group of the same size has been told already."""
    if old.role == role:
        return new.form not in ("equals", "listed") or old.candidate.sentence != new.sentence
    if role == "external" and new.form == "unit":
        return False
    if new.is_definite or new.form == "ellipsis":
        return True
    if "external" in (old.role, role):
        return old.role == "external" or new.form != "unit"
    if {old.role, role} <= {"enrolled", "treated", "evaluable"}:
        return True
    return role == "subgroup"
