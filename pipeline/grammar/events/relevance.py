"""Whether a statement on an adverse event says something of its own, or only speaks about such events.

General words ("adverse events", "toxicity", "deaths") count only with a figure, a grade or a denial;
guidelines, comparisons and what a text does not mention are no events. Pure functions on characters.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.endings import ending
from pipeline.grammar.events.statements import Statement
from pipeline.grammar.prefilter import compiled, opened

#: Terms that say nothing by themselves: kept with a figure, a grade or a denial only.
_GENERAL: Final = frozenset(
    {
        "adverse event",
        "serious adverse event",
        "toxicity",
        "death",
        "side effect",
        "adverse reaction",
        "complication",
    }
)
# What is done about an event, or how it is measured, states nothing about its occurrence.
_ABOUT: Final = ending(
    r"\b(?:tocilizumab|steroids?|dexamethasone|anakinra|corticosteroids?|treatment|therapy|management|"
    r"prophylaxis|managed|"
    r"used|given|guidelines?|criteria|grading|graded|definitions?|scale|biomarkers?|predictors?|"
    r"model) (?:only )?(?:for|of|against)"
    r"(?: the| any| severe)? $|"
    r"\b(?:rel(?:y|ies|ied|ying)|reliance|depend(?:s|ed|ing)?) (?:\w+ )?(?:up)?on (?:[\w-]+ ){0,2}$",
    flags=re.IGNORECASE,
)
# What a text does not mention is not denied.
_UNTOLD: Final = compiled(
    r"\b(?:no|not|without)\b[^.;]{0,40}?\b(?:word|mention|information|data)(?: (?:of|on|about)(?: any)?)? $|"
    r"\b(?:mentions?|tells? of|speaks? of) (?:neither|no|nothing (?:of|on|about))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# A noun that makes the event the name of something else ("GVHD prophylaxis").
_NAMES_MORE: Final = compiled(
    r"\s(?:management|grading|guidelines?|criteria|prophylaxis|prevention|medications?|scores?)\b",
    re.IGNORECASE,
)
_ABOUT_AFTER: Final = compiled(
    r"\s?(?:(?:was|were|is|are|will be|to be) (?:counted|assessed|defined|graded|"
    r"evaluated|monitored|recorded over)|management|grading|grade (?:was|were) assessed|"
    r"guidelines?|criteria|prophylaxis|prevention|"
    r"medications?|treatment)\b|\s?[:=–-]\s?(?:n/?[ra]|not (?:reported|stated|given|mentioned))\b",
    re.IGNORECASE,
)
# "It is not CRS" tells what something else is, "no difference in the rate of infections" compares.
_IDENTITY: Final = ending(
    r"\b(?:it|this|that|these|they) (?:is|was|are|were)(?: not|n['’]t) (?:an? )?$", flags=re.IGNORECASE
)
_COMPARED: Final = ending(
    r"\bno (?:\w+ ){0,2}(?:difference|change|increase|decrease|association|correlation|"
    r"effect)s?\b[^.;,]{0,40}$",
    flags=re.IGNORECASE,
)
_ANAPHOR: Final = ending(r"\b(?:the|this|that|these|those|its|their|such) $", flags=re.IGNORECASE)
# Deaths of the disease, endpoints that count deaths, and the death of cells.
_OTHER_DEATH: Final = ending(
    r"(?:recurrence|relapse|progression|rejection) or $|(?:cell|programmed|apoptotic|hazard of|risk of|"
    r"time to) $",
    flags=re.IGNORECASE,
)
_OTHER_DEATH_AFTER: Final = re.compile(
    r"\s*(?:(?!not |other |un)\w+ ){0,6}?(?:of|from|due to|with) (?:\w+ ){0,2}(?:progress\w+|disease|"
    r"relapse|cancer|"
    r"tumou?r|leuk\w+|lymphoma|myeloma|"
    r"glioma|them\b|it\b)|[- ](?:1|ligand|receptor)",
    re.IGNORECASE,
)
# Who may take part, and what somebody had before the treatment: no harms of it.
_ELIGIBILITY: Final = compiled(
    r"\b(?:exclude[sd]?|exclusions?|ineligible|not eligible|contra-?indicated|must not have|do not (?:give|"
    r"administer|infuse))\b",
    re.IGNORECASE,
)
_FORMERLY: Final = compiled(
    r"\bhad (?:already |once |previously )?had (?:[\w-]+ ){0,4}$|"
    r"\b(?:past|previous|prior|medical) history\b[^.;]{0,60}$|"
    r"\bhistory of (?:[\w-]+ ){0,4}$",
    re.IGNORECASE,
)
# A general word that names harms, where "events" alone may be anything.
_NAMED: Final = re.compile(r"adverse|\b[ST]?AEs?\b|TEAE|toxic|effect|harm|complication", re.IGNORECASE)
_OBSERVED: Final = re.compile(
    r"\b(?:was|were|had|occurred|developed|experienced|reported|observed|seen|met|recorded|as an?|"
    r"the only|turned|"
    r"hit|got|resulted|suffered|noted|came)\b",
    re.IGNORECASE,
)


def says_something(
    text: str, sentence: Extent, event: Extent, statement: Statement, term: str, *, is_known: bool
) -> bool:
    """Whether a statement says something of its own.

    Args:
        text: text of the document.
        sentence: the sentence of the event.
        event: the mention.
        statement: what the sentence states on it.
        term: its term.
        is_known: whether the text told of the term as present before.
    """
    gates = opened(text, *sentence)
    has_figures = statement[2:] != (None,) * 5
    before, after = text[sentence[0] : event[0]], text[event[1] : sentence[1]]
    is_former = statement.assertion == "historical"
    if is_former or (statement.assertion == "absent" and gates & _IDENTITY.gate and _IDENTITY.search(before)):
        return False
    is_untold = gates & _UNTOLD.gate and _UNTOLD.search(before)
    if is_untold or (not has_figures and gates & _NAMES_MORE.gate and _NAMES_MORE.match(after)):
        return False
    if term == "death" and (_OTHER_DEATH.search(before) or _OTHER_DEATH_AFTER.match(after)):
        return False
    is_counted = statement.n is not None or statement.percent is not None
    if statement.assertion == "present" and not is_counted and _is_of_before(text, sentence, before, gates):
        return False
    if statement.assertion == "absent" or has_figures:
        return True
    if term == "dose-limiting toxicity":
        is_measured = _ABOUT_AFTER.match(after) is not None
        return statement.assertion == "possible" or (
            not is_measured and _OBSERVED.search(before + " " + after) is not None
        )
    if term in _GENERAL:
        is_named = term == "death" or _NAMED.search(text, *event) is not None
        return statement.assertion == "possible" and is_named and not after.rstrip().endswith("?")
    if statement.assertion == "present" and _ANAPHOR.search(before) and is_known:
        return False
    if gates & _COMPARED.gate and _COMPARED.search(before):
        return False
    return not (gates & _ABOUT.gate and _ABOUT.search(before)) and not _ABOUT_AFTER.match(after)


def _is_of_before(text: str, sentence: Extent, before: str, gates: int) -> bool:
    """Whether a condition is what somebody had before, or what keeps people out."""
    if gates & _ELIGIBILITY.gate and _ELIGIBILITY.search(text, *sentence):
        return True
    return gates & _FORMERLY.gate != 0 and _FORMERLY.search(before) is not None
