"""What stands around a count: classes of words in its sentence and its clause, phrases right beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.cohorts import cues
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.grammar.endings import Ending, Endings, ending
from pipeline.grammar.prefilter import compiled

_CLAUSE_WINDOW: Final = 110  # characters read on either side of a count
_PHRASE: Final = 80  # characters before a count in which a phrase that leads to it stands
_CLAUSE_BORDER: Final = re.compile(r"[;:.!?]\s|\n| [–—] ")

#: Classes of words that are looked for before and after a count in its clause, and in its sentence.
_BESIDE: Final = {
    name: compiled(words)
    for name, words in {
        "treated": r"(?:re)?infus|dosed|dosing|treated|treating|receiv|giv(?:en|ing)\b|\bgave\b|\bgot\b|"
        r"administ|inject|transplant|underwent|undergone",
        "had_therapy": r"\b(?:had|has|have) (?:had |been )?(?:an? |one |the |their |his |her )*(?:\w+ )?"
        r"(?:infusions?|doses?|injections?|cells|\ue003)",
        "enrolled": r"enrol|recruit|randomi|consent|joined|took part|taken part|includ|accru|\bentered|"
        r"apheres|collect|signed|registered|participa",
        "screened": r"screen|eligib|sequenced|referred|approached|tested for|candidates",
        "evaluable": r"evalua|assess|analy|efficacy|follow-?up|\bfollowed\b|scans?\b|reached\b|complet|"
        r"available|\bdata\b|biops|per[- ]protocol|intention|\bset\b",
        "arm": r"\barms?\b|\bgroups?\b|placebo|controls?\b|assigned|allocat|allotted|versus|\bvs?\b|sham|"
        r"vehicle|observation|untransduced|mock|saline|standard|comparator",
        "part": r"of whom|of these|of those|of them|among (?:them|these|those|whom)|the other|the rest|"
        r"remaining|includ|\bboth\b",
        "dose": r"dose level|\bdl ?-?\d|\bdoses?\b|×|\bmg\b|/kg|\blow\b|\bhigh\b|million|cohort|phase|"
        r"schedule|regimen",
        "outcome": r"respon|remission|relaps|progress|\bdied\b|deaths?\b|alive|surviv|\ue002|improv|develop|"
        r"achiev|experienc|occurr|discontinu|stable|\blost\b|affected|occurred|seen in",
        "trait": r"\bwith\b|without|who\b|whose|previous|prior|refractory|relapsed|\baged?\b|older|"
        r"younger|median|history|baseline|already|years",
        "total": r"\b(?:total|overall|altogether|in all|so far|to date|all told|as of|by the (?:time|cut)|"
        r"now|data cut)\b",
        "presents": r"\b(?:compris\w+|number(?:s|ed|ing)|lists?|listed|counts?|counted|covers?|covered|"
        r"consist\w*|made up|series|sample|population|cohort|safety set|total|actual|participants)\b",
    }.items()
}
#: Classes that are looked for in the sentence.
_AROUND: Final = {
    "external": cues.EXTERNAL,
    "later": cues.EXTERNAL_LATER,
    "own": cues.OWN,
    "planned": cues.PLANNED,
    "future": cues.FUTURE,
    "prevalence": cues.PREVALENCE,
    "cited": compiled(r"\[\d+(?:[,–-] ?\d+)*\]|et al|\((?:[a-z]+,? )?(?:19|20)\d\d\)|[⁰¹²³⁴-⁹]"),
    "a_study": compiled(
        r"\b(?:an?|one|another|other|two|three|several|their|its|his|her) (?:[\w'’-]+ ){0,3}"
        r"(?:trials?|stud(?:y|ies)|series|reports?|registry|papers?|cohorts?)\b"
    ),
    "the_study": compiled(
        r"\b(?:the|this) (?:[\w-]+ ){0,2}"
        r"(?:trial|study|series|report|registry|paper|cohort|programme|program)\b"
    ),
    "published": compiled(
        r"\b(?:publi\w+|literature|meta-analys\w+|pooled|colleagues|teams?|experience|database|registry|"
        r"published|forerunner|predecessor|pivotal|historic\w*|comparator)\b"
    ),
    "pluperfect": compiled(
        r"\bhad (?:\w+ )?(?:been|shown|had)\b|\b(?:earlier|previous(?:ly)?|before|ago|first|since|last year|"
        r"in 20\d\d)\b"
    ),
    "said": compiled(r"\b(?:says?|said|told|according to|reports?|reported|describ\w+|claims?|heard|read)\b"),
    "animals": compiled(r"\b(?:mice|mouse|rats?|macaques?|monkeys?|animals?|dogs?|primates?)\b"),
    "randomised": cues.RANDOMISED,
}
_IN_CLAUSE: Final = {**_BESIDE, **{name: _AROUND[name] for name in ("external", "own", "planned", "future")}}
_IN_SENTENCE: Final = [(f"sentence {name}", cue) for name, cue in (_AROUND | _BESIDE).items()]
_IN_PARTS: Final = [
    (f"sentence {name}", f"right {name}", f"left {name}", cue) for name, cue in _IN_CLAUSE.items()
]
_OPENED: Final = reduce(or_, (cue.gate for _, cue in _IN_SENTENCE))
#: Patterns right beside the count, in the shadow: those that begin with a blank and a word, by that word.
_WORDS_AFTER: Final = {
    word: (f"followed by {name}", re.compile(pattern))
    for name, words, pattern in (
        ("of", "of", r" of (?:the |these |those |them|whom|\d)"),
        ("to", "to in on at", r" (?:to|in|on|at) "),
        ("with", "with", r" with "),
        ("who", "who that whose", r" (?:who|that|whose) "),
        ("had", "had have has", r" (?:had|have|has) "),
    )
    for word in words.split()
}
#: The others that begin with a blank.
_BLANK_AFTER: Final = [
    (f"followed by {name}", re.compile(pattern))
    for name, pattern in {
        "were": r" (?:\w+ )?(?:were|was|have been|had been|has been|are|is) ",
        "plural": r" (?:[\w-]+ )?[a-z]{2,}s\b",
        "expected": r" (?:had been|were|was|is|are) (?:\w+ )?(?:planned|anticipated|expected|foreseen|"
        r"scheduled)",
    }.items()
]
#: Those that hold a sign, by the sign.
_SIGNS_AFTER: Final = [
    (f"followed by {name}", sign, re.compile(pattern))
    for name, sign, pattern in (
        ("disease", cues.DISEASE, r"\)?[ ,]?(?:\w+ ){0,2}(?:with )?(?:\w+ ){0,2}\ue001"),
        ("therapy", cues.THERAPY, r"\)?[ ,]?(?:\w+ ){0,3}\ue003"),
        ("event", cues.EVENT, r" ?(?:\w+ ){0,3}\ue002"),
        ("percent", "%", r"[^.;:,]{0,12}[(\[,]? ?[<>~≤≥]?\d+(?:[.·]\d+)?\s?%"),
    )
]
_AFTER: Final = [
    (f"followed by {name}", re.compile(pattern))
    for name, pattern in {
        "closed": r"\s?[),;]",
        "end": r"\s*[.)]*\s*$",
        "versus": r"\s*\)?\s*(?:vs?\.?|versus)\s",
        "number": r"\s*(?:/|,|\)|\||and|to|–|-)?\s*\d",
    }.items()
]
_LONGEST_WORD: Final = 8  # characters: the blank, a word of these and the blank behind it
_PHRASES: Final[dict[str, str | Ending]] = {
    "of": r"\b(?:of|among) (?:the |these |those |all |our |their )*$",
    "in": r"\bin (?:the |these |those |all |our |their )*$",
    "all": r"\b(?:all|each of|every one of) (?:of )?(?:the )?$",
    "other": r"\b(?:other|others|another|further|remaining|additional|more|first|last) $",
    "definite": r"\b(?:the|these|those|our|their) $",
    "versus": r"(?:vs?\.?|versus)\s*\(?(?:n ?= ?)?$",
    "outcome": cues.OUTCOME_BEFORE,
    "series": cues.SERIES_BEFORE,
    "rate": r"% ?[(\[,;]? ?(?:n ?= ?)?$",
    "sign": r"[-–−'’/]\s?$",
    "up_to": r"\bup to (?:n ?= ?)?$",
    "actual": r"\bactual\W{1,3}$",
    "colon": r":\s*$",
    "thing": cues.THING_BEFORE,
    "comma": r", $",
    "start": r"^\W*$",
    "goes_on": r"(?:, and|,| and|;| plus) (?:the other |only |just )?$",
}
_SIGNS_BEFORE: Final = [
    (f"preceded by {name}", sign, re.compile(rf"{sign}[^.;,]{{0,{reach}}}$"), reach + 2)
    for name, sign, reach in (
        ("disease", cues.DISEASE, 15),
        ("therapy", cues.THERAPY, 15),
        ("event", cues.EVENT, 25),
    )
]
_BEFORE: Final = Endings(
    (f"preceded by {name}", phrase if isinstance(phrase, Ending) else ending(phrase))
    for name, phrase in _PHRASES.items()
)


@lru_cache(maxsize=4096)
def _opened_by(gates: int) -> tuple[str, ...]:
    """What `in_sentence` and `in_clause` may tell of a sentence in which these patterns may match."""
    in_sentence = [name for name, cue in _IN_SENTENCE if cue.gate & gates]
    return (*in_sentence, *(name for _, *both, cue in _IN_PARTS if cue.gate & gates for name in both))


def may_be_in_sentence(text: str, shade: str, start: int, end: int) -> tuple[str, ...]:
    """What `in_sentence` and `in_clause` may tell of a sentence, found without looking closer."""
    return _opened_by(cues.opened_in(text, shade, start, end) & _OPENED)


def may_be_in_clause(inside: Collection[str]) -> tuple[str, ...]:
    """What `in_clause` may tell of counts, given what `in_sentence` found in their sentence."""
    return tuple(name for around, *both, _ in _IN_PARTS if around in inside for name in both)


def in_sentence(text: str, shade: str, start: int, end: int) -> Iterator[str]:
    """Classes of words that a sentence of a text has, looked for in its shadow."""
    gates = cues.opened_in(text, shade, start, end)
    for name, cue in _IN_SENTENCE:
        if cue.gate & gates and cue.search(shade, start, end):
            yield name


def in_clause(
    text: str, shade: str, count: Candidate, between: Extent, inside: Collection[str]
) -> Iterator[str]:
    """Classes of words before and after a count in its clause.

    Args:
        text: the text.
        shade: its shadow.
        count: the count.
        between: from where its neighbour before it, or its sentence, leaves off, to where the next one
            begins, or its sentence ends.
        inside: what `in_sentence` found in its sentence.
    """
    parts = [part for part in _IN_PARTS if part[0] in inside]
    if not parts:
        return
    (left_end, right_end), (start, end) = between, count.extent
    right = shade[end : min(right_end, end + _CLAUSE_WINDOW)]
    left = shade[max(left_end, start - _CLAUSE_WINDOW) : start]
    border = _CLAUSE_BORDER.search(right)
    clause_right = right[: border.start()] if border else right
    *_, clause_left = _CLAUSE_BORDER.split(left)
    opened_right = cues.opened_in(text, shade, end, end + len(clause_right))
    opened_left = cues.opened_in(text, shade, start - len(left), start)
    for _, name_right, name_left, cue in parts:
        if cue.gate & opened_right and cue.search(clause_right):
            yield name_right
        if cue.gate & opened_left and cue.search(clause_left):
            yield name_left


def right_beside(shade: str, count: Candidate, right_end: int) -> Iterator[str]:
    """What is right beside a count, given where its neighbour behind it begins, or its sentence ends."""
    end = count.extent[1]
    yield from _after(shade[end : min(right_end, end + _CLAUSE_WINDOW)])
    before = count.left[-_PHRASE:]
    for name, sign, pattern, reach in _SIGNS_BEFORE:
        # The last sign alone may be near enough.
        place = before.rfind(sign, -reach)
        if place >= 0 and pattern.match(before, place):
            yield name
    yield from _BEFORE.told(before)


def _after(right: str) -> Iterator[str]:
    """What is right behind a count."""
    if right.startswith(" "):
        name, pattern = _WORDS_AFTER.get(right[1:_LONGEST_WORD].partition(" ")[0], ("", None))
        if pattern and pattern.match(right):
            yield name
        for name, pattern in _BLANK_AFTER:
            if pattern.match(right):
                yield name
    for name, sign, pattern in _SIGNS_AFTER:
        if sign in right and pattern.match(right):
            yield name
    for name, pattern in _AFTER:
        if pattern.match(right):
            yield name
