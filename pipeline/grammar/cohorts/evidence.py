"""How much speaks for a count being a group of subjects: a sum of evidence that can be read term by term."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.cues import Predicate
from pipeline.grammar.endings import ending
from pipeline.grammar.numbers import Number

#: How a text puts a group: "12 patients"; "n = 12"; "SLE, 12"; "Enrolled: 12"; "a series of 12"; "12 of us";
#: "12 were infused"; "we describe a patient"; in a column of a flattened table; with nothing that tells.
Form = Literal["unit", "equals", "listed", "card", "series", "us", "ellipsis", "case", "cell", "bare"]

# Evidence for a group, and the score that a group needs. Set by hand on the development documents: 2 is
# enough by itself, 3 outweighs a single doubt.
_FORM_SCORE: Final[dict[Form, float]] = {
    "unit": 2.0,
    "equals": 2.0,
    "listed": 2.0,
    "card": 3.0,
    "series": 2.0,
    "us": 3.0,
    "ellipsis": 0.0,
    "case": 3.0,
    "cell": -1.0,
    "bare": -1.0,
}
_PREDICATE_SCORE: Final[dict[Predicate | None, float]] = {
    "screened": 2.0,
    "enrolled": 2.0,
    "treated": 2.0,
    "evaluable": 2.0,
    "trait": 1.5,
    "outcome": -3.0,
    None: 0.0,
}
THRESHOLD: Final = 1.5
_PLANNED: Final = 3.0
_PREVALENT: Final = 20_000  # a larger group is a population, unless it was enrolled or treated


class Candidate(NamedTuple):
    """A count and what stands around it, in the shadow of the text."""

    extent: Extent
    n: int
    number: Number
    sentence: Extent
    left: str
    right: str
    form: Form
    unit: str | None
    predicate: Predicate | None
    score: float
    is_definite: bool
    is_planned: bool = False


_PERCENT_AFTER: Final = re.compile(
    r"^(?: \w+)? ?[(\[]\s?[<>~≤≥]?\d+(?:[.·]\d+)?\s?%|^, \d+(?:[.·]\d+)?\s?%(?=[,;.)\n])"
)
OF_THEM: Final = re.compile(
    r"^ of (?:the |these |those )?(?:them|whom|these|those|which|\d+|(?:four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve)\b)"
    r",?(?: also| each)?"
)
_PART_OF_UNIT: Final = re.compile(rf" of (?:the )?[\w-]+ (?:\w+ )?{cues.UNIT_WORD.pattern}")
_PLANNED_ASIDE: Final = re.compile(r"[^\n|]{0,6}(?:estimated|anticipated|planned|target)")
_REGISTRY_SIZE: Final = ending(r"(?:actual )?enroll?ment(?: \([^)]*\))?\s?[:–-]?\s?$")
_RATE_HERE: Final = ending(r"(?:%|percent) ?[(\[,;] ?n ?= ?$")
_NEXT_STEP: Final = re.compile(r"went on to|proceeded|underwent|undergone")
_WITH_DISEASE: Final = re.compile(r" with (?:[\w-]+ ){0,3}\ue001")
_CLAUSE_BORDER: Final = re.compile(r"[;,.:)]\s|\n| [–—] ")
# What a bracket behind a count says of another number ("27 had been enrolled (30 planned)").
_OTHER_NUMBER: Final = re.compile(r" ?\((?:of )?(?:[\w-]+ ){0,2}?\d[^()]*\)")
_STATEMENT_BEGINS: Final = re.compile(r"[;.]\s|\n")
_STATEMENT_ENDS: Final = re.compile(r"[;.](?:\s|$)|\n")
_TRAIT_LIST: Final = ending(r"[(,;/]\s*$|\band $|\baged? [^;]*$")
#: "8 of [72] in the control group", "26 of [211] of the treated patients".
_WHOLE_OF_ARM: Final = re.compile(
    r"(?: ?[)\]])?(?: ?[(\[][^()\[\]]{0,20}[)\]])? (?:in|of|from|"
    r"on) (?:the )?[^.;,()]{0,40}?\b(?:groups?|arms?|"
    r"patients|women|men|participants|controls)\b"
)
_VERB: Final = re.compile(r"\b(?:is|are|was|were|had|has|have|occurred|developed|seen|reported|achieved)\b")
_DENIED_OF: Final = ending(
    r"\b(?:no|nor|neither|not|never)\b[^.;]{0,80}\b(?:in|among|of|by) (?:the |these |all )*$"
)
_ACTUAL_NEAR: Final = re.compile(r"^[^\n|]{0,24}\bactual")


def weigh(
    candidate: Candidate,
    gates: int,
    *,
    is_part: bool,
    is_whole: bool,
    is_summand: bool,
    after_outcome: bool,
) -> Candidate:
    """The candidate with its score: form and predicate, less what speaks against a group.

    Args:
        candidate: the count.
        gates: bits of the patterns that its sentence opens (`cohort_cues.opened_in`).
        is_part: whether it is the part of a fraction ("[8] of 10").
        is_whole: whether it is the whole of one ("8 of [10]").
        is_summand: whether it is one of several counts that add up to a group told before.
        after_outcome: whether the count before it in the sentence counts an outcome.
    """
    predicate = candidate.predicate
    presents = is_whole or _is_presented(candidate)
    if predicate == "outcome" and presents:
        predicate = None  # the outcome is told of the whole group
    score = _FORM_SCORE[candidate.form] + _PREDICATE_SCORE[predicate]
    if is_whole and candidate.form == "ellipsis" and _WHOLE_OF_ARM.match(candidate.right):
        score += 2.0
    if candidate.form == "ellipsis":
        score += _for_ellipsis(candidate, predicate)
    score -= _against_count(candidate, predicate, presents)
    plan = _against_plan(candidate, predicate, gates)
    score -= plan
    is_trait = predicate == "trait" and candidate.form == "ellipsis"
    if is_part and not (is_trait and not _PART_OF_UNIT.match(candidate.right)):
        score -= 3.0
    if candidate.n == 1 and not is_summand:
        score -= _against_single(candidate, predicate)
    is_bracketed = predicate is None and is_open(candidate.left)
    if after_outcome and (is_bracketed or OF_THEM.match(candidate.right)):
        score -= 2.0  # "eleven relapsed, four of them …", "twelve progressed (10 in one group …)"
    return candidate._replace(score=score, predicate=predicate, is_planned=plan >= _PLANNED)


def is_open(left: str) -> bool:
    """Whether a bracket is open behind these words."""
    return left.rfind("(") > left.rfind(")")


def _is_presented(candidate: Candidate) -> bool:
    """Whether the words before present a whole group: "all 12", "a series of 12", "80% of the 12"."""
    left = candidate.left
    return (
        bool(cues.SERIES_BEFORE.search(left))
        or cues.is_of_rate(left)
        or (candidate.n > 2 and bool(cues.ALL_BEFORE.search(left)))
        or (candidate.is_definite and candidate.form == "unit")
    )


def is_heading(left: str) -> bool:
    """Whether words tell the size of a group in a heading: "Events after [therapy] in [disease] (N = 25)"."""
    is_in_bracket = left.rstrip("n= ").endswith("(")
    return is_in_bracket and cues.THERAPY in left and not _VERB.search(left)


def _for_ellipsis(candidate: Candidate, predicate: Predicate | None) -> float:
    """What speaks for a bare count: "the 12", "all 12", "12 to the control group"."""
    left, right = candidate.left, candidate.right
    score = 0.0
    is_all = candidate.n > 2 and bool(cues.ALL_BEFORE.search(left))
    if predicate is None and (is_all or candidate.is_definite) and candidate.n > 2:
        score += 1.5
    if predicate in (None, "trait") and cues.ARM_AFTER.match(right):
        is_arm = "group" in right[:40] or " arm" in right[:40] or cues.RANDOMISED.search(left)
        score += 2.0 if is_arm else 0.0
    return score


def _against_count(candidate: Candidate, predicate: Predicate | None, presents: bool) -> float:
    """What makes it a count of outcomes or of cases."""
    form, left, right = candidate.form, candidate.left, candidate.right
    is_dealt_with = predicate in ("enrolled", "treated")
    doubt = 0.0
    if _PERCENT_AFTER.match(right):
        if form not in ("unit", "card"):
            doubt += 0.0 if is_dealt_with and not _NEXT_STEP.search(right) else 2.0
        elif form == "unit" and predicate is None and not presents:
            doubt += 2.0
    is_apart = presents or candidate.is_definite or left.endswith("(") or form == "case" or is_heading(left)
    # "No harm was seen in [six] patients": denied of all of them, so they are a group.
    is_apart = is_apart or (form == "unit" and bool(_DENIED_OF.search(left)))
    if not is_apart and cues.OUTCOME_BEFORE.search(left):
        doubt += 3.0
    if form == "equals" and _RATE_HERE.search(left):
        doubt += 3.0  # "88% [n = 14]"
    if candidate.unit == "cases":
        doubt += 1.5
    if cues.MORE_BEFORE.search(left) and not candidate.is_definite:
        doubt += 1.0
    sex = cues.DEMOGRAPHIC.match(right.lstrip()) and not cues.OPTION_BEFORE.search(left)
    if sex and _TRAIT_LIST.search(left) and not is_dealt_with:
        doubt += 3.0
    return doubt


def _against_single(candidate: Candidate, predicate: Predicate | None) -> float:
    """A single patient is a case, unless it is the treated group or has a disease of its own."""
    if candidate.form not in ("unit", "ellipsis") or predicate == "treated":
        return 0.0
    return 0.0 if _WITH_DISEASE.match(candidate.right) else 2.5


def _against_plan(candidate: Candidate, predicate: Predicate | None, gates: int) -> float:
    """What makes it a planned size, or one of a population."""
    left, right = candidate.left, candidate.right
    if registry := _REGISTRY_SIZE.search(left):
        return 0.0 if _ACTUAL_NEAR.search(right) or "actual" in registry.group() else 5.0
    doubt = 0.0
    if gates & cues.PLANNED.gate:
        is_part = OF_THEM.match(right) is not None
        if cues.PLANNED.search(_statement(left, right) if is_part else _clause(left, right)):
            doubt += 4.0
    if _PLANNED_ASIDE.match(right):
        doubt += 5.0
    is_dealt_with = predicate in ("enrolled", "treated", "screened")
    if gates & cues.PREVALENCE.gate and not is_dealt_with and cues.PREVALENCE.search(_statement(left, right)):
        doubt += 3.0
    if candidate.n > _PREVALENT and predicate not in ("enrolled", "treated"):
        doubt += 3.0
    return doubt


def _clause(left: str, right: str) -> str:
    """What the clause says around a count, with a sign for the count."""
    return (
        _CLAUSE_BORDER.split(left)[-1][-60:]
        + "#"
        + _CLAUSE_BORDER.split(_OTHER_NUMBER.sub("", right, count=1) + " ", 1)[0][:50]
    )


def _statement(left: str, right: str) -> str:
    """What the statement says around a count, with a sign for the count."""
    return _STATEMENT_BEGINS.split(left)[-1][-90:] + "#" + _STATEMENT_ENDS.split(right, 1)[0][:90]
