"""Findings of tests in words that no list of terms holds: "a rise in ALT", "low platelets", "temp of 39.2".

What is measured and the way it went make one term of CTCAE or its usual medical name. Pure functions on
characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.caseless import caseless, lowered_document
from pipeline.grammar.prefilter import Alternatives


class LaboratoryFinding(NamedTuple):
    """Words for a finding of a test, and its term."""

    extent: Extent
    term: str


class _Measure(NamedTuple):
    """What is measured, and the terms for too much and too little of it (None where it is no harm)."""

    words: str
    high: str | None
    low: str | None


_MEASURES: Final = (
    _Measure(
        r"(?:ALT|SGPT|alanine (?:amino)?trans\w{1,40})",
        "alanine aminotransferase increased",
        None,
    ),
    _Measure(
        r"(?:AST|SGOT|aspartate (?:amino)?trans\w{1,40})",
        "aspartate aminotransferase increased",
        None,
    ),
    _Measure(
        r"(?:transaminases?|aminotransferases?|(?:liver|hepatic) (?:enzymes?|function tests?|tests?|numbers|"
        r"values|readings)|"
        r"LFTs?)",
        "transaminases increased",
        None,
    ),
    _Measure(r"(?:blood |serum |total )?bilirubin", "blood bilirubin increased", None),
    _Measure(r"(?:serum |blood )?creatinine", "creatinine increased", None),
    _Measure(r"(?:CK|CPK|creatine (?:phospho)?kinase)", "blood creatine phosphokinase increased", None),
    _Measure(r"(?:serum )?lipase", "lipase increased", None),
    _Measure(r"(?:serum )?amylase", "serum amylase increased", None),
    _Measure(r"(?:alkaline phosphatase|ALP)", "alkaline phosphatase increased", None),
    _Measure(r"(?:gamma[- ]?glutamyl ?transferase|GGT)", "ggt increased", None),
    _Measure(r"(?:intracranial pressure|ICP)", "intracranial pressure increased", None),
    _Measure(r"(?:cardiac )?troponin(?: [TI])?", "cardiac troponin increased", None),
    _Measure(r"(?:serum |blood )?sodium", "hypernatremia", "hyponatremia"),
    _Measure(r"(?:serum |blood )?potassium", "hyperkalemia", "hypokalemia"),
    _Measure(r"(?:serum |blood )?calcium", "hypercalcemia", "hypocalcemia"),
    _Measure(r"(?:serum |blood )?mag(?:nesium)?", "hypermagnesemia", "hypomagnesemia"),
    _Measure(r"(?:serum |blood )?phos(?:phate|phorus)?", "hyperphosphatemia", "hypophosphatemia"),
    _Measure(r"(?:serum |blood )?albumin", None, "hypoalbuminemia"),
    _Measure(r"(?:serum )?fibrinogen", None, "fibrinogen decreased"),
    _Measure(r"(?:blood )?(?:sugar|glucose)", "hyperglycemia", "hypoglycemia"),
    _Measure(r"(?:platelets?|thrombocytes?)", None, "thrombocytopenia"),
    _Measure(r"lymphocytes?", None, "lymphopenia"),
    _Measure(r"(?:neutrophils?|neuts)", None, "neutropenia"),
    _Measure(r"(?:white (?:blood )?cells?|leu[ck]ocytes?|WBC)", None, "leukopenia"),
    _Measure(r"(?:ha?emoglobin|red (?:blood )?cells?|Hb)", None, "anemia"),
    _Measure(
        r"(?:blood counts?|(?:(?<=my )|(?<=her )|(?<=his )|(?<=their )|(?<=low ))counts)",
        None,
        "cytopenia",
    ),
    _Measure(
        r"(?:serum )?(?:immunoglobulins?(?: G)?|IgG|gamma ?globulins?)",
        None,
        "hypogammaglobulinemia",
    ),
    _Measure(r"(?:blood pressure|BP)", "hypertension", "hypotension"),
    _Measure(r"(?:oxygen(?: saturation)?|O2 sats?|sats)", None, "hypoxia"),
    _Measure(
        r"(?:(?:left[- ]ventricular )?ejection fraction|LVEF)",
        None,
        "ejection fraction decreased",
    ),
    _Measure(r"(?:eGFR|GFR|glomerular filtration(?: rate)?)", None, "glomerular filtration rate decreased"),
    _Measure(
        r"left[- ]ventricular (?:systolic )?function",
        None,
        "left ventricular systolic dysfunction",
    ),
)
_LEVELS: Final = r"(?:[ -](?:levels?|counts?|values?|concentrations?|saturation))?"
_OF: Final = r"(?:in|of) (?:the |her |his |my |serum )?"
_UP_BEFORE: Final = re.compile(
    rf"\b(?:elevated|raised|increased|high|rising|(?:rise|increase|elevation|surge|spike)s? {_OF}) ?$",
    re.IGNORECASE,
)
_DOWN_BEFORE: Final = re.compile(
    rf"\b(?:low|lowered|decreased|reduced|depressed|falling|dropping|"
    rf"(?:fall|drop|decline|decrease|reduction|dip)s? {_OF}) ?$",
    re.IGNORECASE,
)
_BE: Final = (
    r"(?: (?:was|were|is|are|had|have|has|went|became|got|may|might|could|can|will|stayed|remained))*"
    r"(?: (?:\w+ly|very|so|too|still|all|right|quite|really|way))*"
)
_UP_AFTER: Final = re.compile(
    rf"(?:{_BE} (?:rose|risen|elevated|raised|increased|high|up|rise|spiked|climbed|soared|surged|jumped|"
    rf"shot up|doubled|tripled|through the roof|sky[- ]high|off the (?:charts?|scale))|"
    rf"[ -](?:elevations?|increases?))\b",
    re.IGNORECASE,
)
_DOWN_AFTER: Final = re.compile(
    rf"(?:{_BE} (?:fell|fallen|dropped|dipped|low|down|decreased|reduced|crash(?:ed)?|tank(?:ed)?|"
    r"plummet(?:ed)?|plunged|sank|fall|drop|depleted|rubbish|collapsed|bottomed out|wiped out|"
    r"(?:(?:in|on|through|at|hit) )?(?:the |my |her |his |their )?(?:gutter|floor|boots|basement|cellar|"
    r"toilet|"
    r"rock[- ]bottom))|[ -](?:decreases?|drops?|decline))\b",
    re.IGNORECASE,
)
#: Characters before a measure in which it is said which way it went.
_WINDOW: Final = 30
_BELOW: Final = (
    r"(?: counts?)?(?: (?:was|were|is|are|fell|dropped|stuck))?(?: to)?"
    r"(?: (?:of|at|below|under|around|only))? ?<? ?"
)
#: Figures that are out of bounds by themselves: degrees Celsius, and cells in thousands a microlitre.
_OUT_OF_BOUNDS: Final = (
    (
        "fever",
        r"\b(?:temp(?:erature)?s?(?: of| was| at| hit| up to| reached| rose to| went (?:up )?to|:)? "
        r"(?:(?:3[89]|4[01])(?:[.,]\d)?|10[1-6](?:[.,]\d)?)|"
        r"(?:ran a|high) temperature)\b",
    ),
    ("thrombocytopenia", rf"\bplatelets?{_BELOW}[1-4]?\d\b(?![.,%]?\d| ?(?:%|of|days|weeks))"),
    ("neutropenia", rf"\bneutrophils?{_BELOW}0[.,]\d+\b"),
)
#: What is sought: measures, and terms for figures of themselves.
_PATTERNS: Final[Alternatives[_Measure | str]] = Alternatives(
    (
        *((measure, caseless(rf"(?<![\w-]){measure.words}{_LEVELS}\b")) for measure in _MEASURES),
        *((term, caseless(words)) for term, words in _OUT_OF_BOUNDS),
    )
)
#: Around a temperature: a laboratory's, or the fever that it is the figure of.
_NO_BODY: Final = re.compile(
    r"\b(?:incubat|stor(?:e|age)|heat|water bath|anneal|centrifug|oven|cultur|pcr|warmed|fever|pyrexia|"
    r"latitude|angle|for \d+ ?(?:s|sec|min|h)\b)",
    re.IGNORECASE,
)
_AROUND: Final = 40
#: A figure of a fever by its unit, by its verb, or by how long it was so: "38.4 for an evening". There are
#: figures all over a paper: this is tried only where one begins like a temperature.
_TEMPERATURE: Final = re.compile(
    r"(?<![\d.,≥>–-])(?<![≥>] )(?<!at )(?<!from )(?:"
    r"(?:(?:3[89]|4[01])(?:[.,]\d)? ?(?:°(?! ?F)|degrees?\b(?! [F\d]| of| angle))|"
    r"10[0-5](?:[.,]\d)? ?(?:° ?F\b|degrees F|F\b))(?: ?(?:C|Celsius|celsius|centigrade)\b)?|"
    r"(?<=spiked )(?:3[89]|4[01])(?:[.,]\d)?(?! ?%|[\d.])|"
    r"(?:3[89]|4[01])[.,]\d(?= for (?:an?|one|two|three|four|five|\d+|several|the|some|most) "
    r"(?:\w+ )?(?:evening|night|day|hour|afternoon|morning|week)s?\b))",
)
_LIKE_TEMPERATURE: Final = re.compile(r"3[89]|4[01]|10[0-5]")
#: What a measure's words may be part of without a finding: "low sodium diet".
_NO_FINDING_AFTER: Final = re.compile(
    r"[ -](?:of|diet|intake|transfusion|support|doses?|channels?|antibod)", re.IGNORECASE
)


def find_laboratory(text: str) -> Iterator[LaboratoryFinding]:
    """Findings of tests in a text, in order, not overlapping.

    Example:
        >>> [f.term for f in find_laboratory("A rise in ALT, low platelets and a temp of 39.2.")]
        ['alanine aminotransferase increased', 'thrombocytopenia', 'fever']
    """
    temperatures = (_TEMPERATURE.match(text, like.start()) for like in _LIKE_TEMPERATURE.finditer(text))
    found = [
        LaboratoryFinding(match.span(), "fever")
        for match in temperatures
        if match and _is_of_a_body(text, match)
    ]
    for sought, match in _PATTERNS.everywhere(text, lowered_document(text)):
        if isinstance(sought, _Measure):
            if finding := _finding(text, sought, match):
                found.append(finding)
        elif sought != "fever" or _is_of_a_body(text, match):
            found.append(LaboratoryFinding(match.span(), sought))
    yield from sorted(found)


def _is_of_a_body(text: str, temperature: re.Match[str]) -> bool:
    around = text[max(0, temperature.start() - _AROUND) : temperature.end() + _AROUND]
    return _NO_BODY.search(around) is None


def _finding(text: str, measure: _Measure, match: re.Match[str]) -> LaboratoryFinding | None:
    """What went up or down, told before or after the words for what is measured; None where neither is."""
    start, end = match.span()
    before = text[max(0, start - _WINDOW) : start]
    for term, earlier, later in (
        (measure.high, _UP_BEFORE, _UP_AFTER),
        (measure.low, _DOWN_BEFORE, _DOWN_AFTER),
    ):
        if term is None:
            continue
        led = earlier.search(before)
        followed = None if led else later.match(text, end)
        if not (led or followed):
            continue
        left = start - len(led.group()) if led else start
        right = followed.end() if followed else end
        if not _NO_FINDING_AFTER.match(text, right):
            return LaboratoryFinding((left, right), term)
    return None


@lru_cache(maxsize=1024)
def laboratory_term(words: str) -> str | None:
    """The term for words that tell a finding of a test; None where they tell none."""
    return next((f.term for f in find_laboratory(words) if f.extent == (0, len(words))), None)
