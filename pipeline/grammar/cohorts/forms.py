"""How a text puts a count: "12 patients", "n = 12", "SLE, 12", "12 were infused", or none of these."""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import Form, is_open
from pipeline.grammar.cohorts.predicates import PREDICATE, card, said_by_label
from pipeline.grammar.endings import ending
from pipeline.grammar.numbers import Number

_LISTED_BEFORE: Final = ending(r"[\ue001\ue003](?: ?\([^()\d]{1,12}\))?(?:, | ?\(|: ?| )(?:n ?= ?)?$")
_LISTED_CLOSE: Final = re.compile(r"\s?(?:[),;.\]]|$|and\b|\n)")
_CLOSED: Final = re.compile(r" ?[,;)]")
_IN_LIST: Final = ending(r"[(,;:|/–—]\s?(?:and |plus )?$")
_LISTED_AFTER: Final = re.compile(
    r" (?:(?!with|of|for|in|to|and|or|from)[a-z-]+ )?\ue001+(?:[,;.)\n]|$| (?:and|or)\b)"
)
_MORE_AFTER: Final = re.compile(r"\+|,? or (?:more|fewer|less|higher|greater)\b")
_ONE_IS: Final = re.compile(r" (?:with|had|has|got|received|was|of (?:them|whom)|each|under|at)\b|[),;]")
#: What a summand in brackets counts: "(10 ABCD, 3 sABC)", "(182 [drug], 189 [drug] alone)".
_COUNTED: Final = re.compile(
    r"\)| (?!f\b|m\b|\w*(?:women|men|"
    r"males?)\b)(?:[\w\ue001-\ue004+/-]+ ){0,5}[\w\ue001-\ue004-]{2,}(?:[,;)]| and\b)"
)
_SHARE_ASIDE: Final = re.compile(r" ?[(\[]\d+(?:[.·]\d+)? ?%[)\]]")
#: A column of a table that was flattened to text: "Started      [31]   [12]   [10]".
_CELL_BEFORE: Final = re.compile(r"[^\W\d][^\n]*?(?: {2,}|\t ?|\| ?)(?:\d+(?: {2,}|\t ?|\| ?))*$")
_CELL_ENDS: Final = tuple(gap + end for gap in ("  ", "\t", "\t ", "|", "| ") for end in ("", "\n"))
#: "IP arm [12], IV arm [15]": arms are numbered with one digit.
_OF_ARM: Final = ending(r"\b(?:arm|group|cohort) $")
_MANY: Final = 10
_SIGN_REACH: Final = 4  # characters: "=" or ":", what may stand behind it, and a line break
#: "In September [52] had been allocated": no label has such a verb.
_SUBJECT_OF: Final = re.compile(r" (?:had|have|were|got|received|went|did)\b")
_OTHERS: Final = re.compile(r" others\b")
_OF_US: Final = re.compile(r" of us\b")


def form_of(number: Number, left: str, right: str) -> tuple[Form | None, str | None, int]:
    """Form, unit, and where in `right` the phrase ends."""
    if phrase := cues.UNIT_PHRASE.match(right):
        label = cues.STEP_BEFORE.search(left)
        if label and not number.is_word:
            return None, None, 0
        return "unit", cues.UNITS[phrase["unit"]], phrase.end()
    if (share := _SHARE_ASIDE.match(right)) and (phrase := cues.UNIT_PHRASE.match(right[share.end() :])):
        return "unit", cues.UNITS[phrase["unit"]], share.end() + phrase.end()
    if us := _OF_US.match(right):
        return "us", "people", us.end()
    if _is_equal(left, right):
        return "equals", None, 0
    if card(left):
        return "card", None, 0
    if _is_no_count(number, left, right):
        return None, None, 0
    if (_IN_LIST.search(left) and _LISTED_AFTER.match(right)) or (
        _LISTED_BEFORE.search(left) and _LISTED_CLOSE.match(right)
    ):
        return "listed", None, 0
    if cues.SERIES_BEFORE.search(left) and cues.PRONOMINAL.match(right):
        return "series", None, 0
    return "ellipsis", None, 0


def _is_equal(left: str, right: str) -> bool:
    """Whether a sign or a bracket makes a number that of a group: "n = [12]", "the control group ([12])"."""
    if ("=" in left[-_SIGN_REACH:] or ":" in left[-_SIGN_REACH:]) and cues.N_EQUALS.search(left):
        return True
    return right.startswith(")") and cues.GROUP_BRACKET.search(left) is not None


def _is_no_count(number: Number, left: str, right: str) -> bool:
    """Whether it is a year, a measure or a label."""
    if 1900 <= number.value <= 2100 and not number.is_word:
        return True
    if cues.MEASURE_AFTER.match(right) and not _OTHERS.match(right):
        return True
    if cues.THING_BEFORE.search(left) and not said_by_label(left):
        return True  # "Sites: 9", not "Received the cells: 9"
    if _SUBJECT_OF.match(right) and not cues.OF_MANY_BEFORE.search(left):
        return False
    return cues.is_label(left) and not (number.value >= _MANY and _OF_ARM.search(left))


def form_of_summand(form: Form | None, left: str, right: str) -> Form | None:
    """Form of a count that adds up to one told before, with its neighbours."""
    if form == "ellipsis" and _IN_LIST.search(left) and _COUNTED.match(right):
        return "listed"
    is_aside = is_open(left) and _CLOSED.match(right)  # "(one drug 38, the other 41)"
    return "listed" if is_aside else form


def form_alone(left: str) -> Form:
    """Form of a number that nothing beside it makes a count."""
    return "cell" if left.endswith(_CELL_ENDS) and _CELL_BEFORE.search(left) else "bare"


def is_pronominal(number: Number, left: str, right: str) -> bool:
    """Whether the count stands for a noun: "[117] were infused", not "[one] intravenous dose"."""
    if _MORE_AFTER.match(right) or (right.startswith(")") and "(" not in left[-60:]):
        return False
    if not number.is_word and not cues.may_stand_alone(left):
        return False
    if number.value == 1 and not _ONE_IS.match(right):
        return False
    return bool(cues.PRONOMINAL.match(right)) or bool(PREDICATE.match(right.lstrip()))
