"""Findings of tests in words that no list of terms holds: "a rise in ALT", "low platelets", "temp of 39.2".

What is measured and the way it went make one term of CTCAE or its usual medical name. Pure functions on
characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from pipeline.findings import Extent


class LaboratoryFinding(NamedTuple):
    """Words for a finding of a test, and its term."""

    extent: Extent
    term: str


class _Measure(NamedTuple):
    """What is measured, and the terms for too much and too little of it (None where neither is a harm)."""

    words: str
    high: str | None
    low: str | None


_MEASURES: Final = (
    _Measure(r"(?:ALT|SGPT|alanine (?:amino)?trans\w+)", "alanine aminotransferase increased", None),
    _Measure(r"(?:AST|SGOT|aspartate (?:amino)?trans\w+)", "aspartate aminotransferase increased", None),
    _Measure(
        r"(?:transaminases?|aminotransferases?|(?:liver|hepatic) (?:enzymes?|function tests?|tests?)|LFTs?)",
        "transaminases increased",
        None,
    ),
    _Measure(r"(?:blood |serum |total )?bilirubin", "blood bilirubin increased", None),
    _Measure(r"(?:serum |blood )?creatinine", "creatinine increased", None),
    _Measure(r"(?:serum )?lipase", "lipase increased", None),
    _Measure(r"(?:serum )?amylase", "serum amylase increased", None),
    _Measure(r"(?:alkaline phosphatase|ALP)", "alkaline phosphatase increased", None),
    _Measure(r"(?:gamma[- ]?glutamyl ?transferase|GGT)", "ggt increased", None),
    _Measure(r"(?:intracranial pressure|ICP)", "intracranial pressure increased", None),
    _Measure(r"(?:cardiac )?troponin(?: [TI])?", "cardiac troponin increased", None),
    _Measure(r"(?:serum |blood )?sodium", "hypernatremia", "hyponatremia"),
    _Measure(r"(?:serum |blood )?potassium", "hyperkalemia", "hypokalemia"),
    _Measure(r"(?:serum |blood )?calcium", "hypercalcemia", "hypocalcemia"),
    _Measure(r"(?:serum |blood )?magnesium", "hypermagnesemia", "hypomagnesemia"),
    _Measure(r"(?:serum |blood )?phosphate", "hyperphosphatemia", "hypophosphatemia"),
    _Measure(r"(?:serum |blood )?albumin", None, "hypoalbuminemia"),
    _Measure(r"(?:serum )?fibrinogen", None, "fibrinogen decreased"),
    _Measure(r"(?:blood )?(?:sugar|glucose)", "hyperglycemia", "hypoglycemia"),
    _Measure(r"(?:platelets?|thrombocytes?)", None, "thrombocytopenia"),
    _Measure(r"neutrophils?", None, "neutropenia"),
    _Measure(r"(?:white (?:blood )?cells?|leu[ck]ocytes?|WBC)", None, "leukopenia"),
    _Measure(r"(?:ha?emoglobin|red (?:blood )?cells?|Hb)", None, "anemia"),
    _Measure(r"blood (?=counts?)", None, "cytopenia"),
    _Measure(r"(?:serum )?(?:immunoglobulins?(?: G)?|IgG|gamma ?globulins?)", None, "hypogammaglobulinemia"),
    _Measure(r"(?:blood pressure|BP)", "hypertension", "hypotension"),
    _Measure(r"(?:oxygen(?: saturation)?|O2 sats?|sats)", None, "hypoxia"),
    _Measure(
        r"(?:(?:left[- ]ventricular )?ejection fraction|LVEF)",
        None,
        "ejection fraction decreased",
    ),
    _Measure(r"left[- ]ventricular (?:systolic )?function", None, "left ventricular systolic dysfunction"),
)
_GROUPS: Final = {f"m{place}": measure for place, measure in enumerate(_MEASURES)}
_MEASURED: Final = "|".join(f"(?P<{name}>{measure.words})" for name, measure in _GROUPS.items())
_LEVELS: Final = r"(?:[ -](?:levels?|counts?|values?|concentrations?|saturation))?"
_UP_NOUN: Final = r"(?:rise|increase|elevation|surge|spike)s?"
_DOWN_NOUN: Final = r"(?:fall|drop|decline|decrease|reduction|dip)s?"
_OF: Final = r" (?:in|of) (?:the |her |his |my |serum )?"
_UP: Final = r"(?:elevated|raised|increased|high|rising)"
_DOWN: Final = r"(?:low|lowered|decreased|reduced|depressed|falling|dropping)"
_BE: Final = r"(?: (?:was|were|is|are|had|have|has|went|became|got|may|might|could|can|will))*(?: \w+ly)?"
_UP_AFTER: Final = (
    rf"(?:{_BE} (?:rose|risen|elevated|raised|increased|high|up|rise|spiked)|[ -](?:elevations?|increases?))"
)
_DOWN_AFTER: Final = (
    rf"(?:{_BE} (?:fell|fallen|dropped|low|down|decreased|reduced|crash(?:ed)?|tank(?:ed)?|plummet(?:ed)?|"
    r"plunged|sank|fall|drop|depleted|in the gutter|on the floor)|[ -](?:decreases?|drops?|decline))"
)
_PATTERN: Final = re.compile(
    rf"(?<![\w-])(?:(?:(?P<up>{_UP} |{_UP_NOUN}{_OF})|(?P<down>{_DOWN} |"
    rf"{_DOWN_NOUN}{_OF}))(?:{_MEASURED}){_LEVELS}|"
    rf"(?:{re.sub(r'<m', '<n', _MEASURED)}){_LEVELS}(?:(?P<up_after>{_UP_AFTER})|"
    rf"(?P<down_after>{_DOWN_AFTER})))\b",
    re.IGNORECASE,
)
_TEMPERATURE: Final = re.compile(
    r"\b(?:temp(?:erature)?s?)(?: of| was| at| hit| up to| reached| rose to|:)? (?:3[89]|4[01])(?:[.,]\d)?\b",
    re.IGNORECASE,
)
#: What a measure's words may be part of without a finding: "low sodium diet".
_NO_FINDING_AFTER: Final = re.compile(
    r"[ -](?:diet|intake|transfusion|support|doses?|channels?|antibod)", re.IGNORECASE
)


def find_laboratory(text: str) -> Iterator[LaboratoryFinding]:
    """Findings of tests in a text, in order, not overlapping.

    Example:
        >>> [f.term for f in find_laboratory("A rise in ALT, low platelets and a temp of 39.2.")]
        ['alanine aminotransferase increased', 'thrombocytopenia', 'fever']
    """
    found = [LaboratoryFinding(match.span(), "fever") for match in _TEMPERATURE.finditer(text)]
    for match in _PATTERN.finditer(text):
        measure = next(
            _GROUPS[f"m{name[1:]}"] for name, said in match.groupdict().items() if said and name[1:].isdigit()
        )
        term = measure.high if match["up"] or match["up_after"] else measure.low
        if term and not _NO_FINDING_AFTER.match(text, match.end()):
            found.append(LaboratoryFinding(match.span(), term))
    yield from sorted(found)


def laboratory_term(words: str) -> str | None:
    """The term for words that tell a finding of a test; None where they tell none."""
    return next((f.term for f in find_laboratory(words) if f.extent == (0, len(words))), None)
