"""Assertion of the mentions of a sentence, from cue words and the clauses that they rule.

Cue words (`cues`) look forward, backward or both ways inside their clause (`clauses`). A denial
covers what it stands before and what is coordinated with that, up to a preposition that opens another matter,
a new statement, or an item that brings a figure of its own ("no CRS, fever in two"). ConText (Harkema et al.,
2009) is the ancestor; the clause borders and the distribution over lists are what is added here. Pure
functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.assertion.cues import Cue, CueKind, find_cues
from pipeline.grammar.assertion.scopes import (
    OWN_ANSWER,
    after_nobody,
    has_own_figure,
    is_after_contrast,
    is_after_phrase,
    is_beyond_phrase,
    is_new_item,
    is_told_about,
    leaves_subject,
)
from pipeline.grammar.clauses import FINITE, Clause, clause_at, coordinated_runs, split_clauses
from pipeline.grammar.prefilter import compiled, opened
from pipeline.vocabulary import Assertion


class Mention(NamedTuple):
    """What the rules need to know of a mention."""

    start_char: int
    end_char: int
    label: str

    @property
    def extent(self) -> Extent:
        """Its characters."""
        return self.start_char, self.end_char


class Judgement(NamedTuple):
    """An assertion and the extent of the words that decided it."""

    assertion: Assertion
    cue: Extent | None = None


PRESENT: Final = Judgement("present")

#: Which cue wins where several cover a mention: a doubt outranks a denial ("should not occur"), and both
#: outrank what only dates a mention.
_RANK: Final[dict[CueKind, int]] = {
    "possible": 0,
    "modal": 1,
    "conditional": 1,
    "absent": 2,
    "general": 3,
    "hypothetical": 4,
    "historical": 5,
}

# Words after which a denied phrase speaks of something else: "no drug for CRS", "not given after fever".
_ASIDE: Final = re.compile(
    r"\b(?:for|to (?:cause|treat|prevent)|despite|after|before|because|during|following|"
    r"until|among|amid|unlike|like|apart from|"
    r"other than|"
    r"except|exception|beyond|besides|related to|attributable to|patients? with|people with|"
    r"subjects? with|adults with|"
    r"children with|those with|any(?:one|body) with|every(?:one|body) with|cases? with|"
    r"treated(?! (?:arms?|groups?|patients|subjects|participants|cohorts?|animals|mice|persons?|people))|"
    r"treatment of|therapy of|management of|"
    r"graded|classified|judged|diagnosed|interpreted|labell?ed|consistent with|compatible with|"
    r"in keeping with|"
    r"who|which|that|where)\b|:\s",
    re.IGNORECASE,
)
# Denials that belong to a phrase and not to the statement that it stands in.
_PHRASE: Final = re.compile(
    r"without|in the absence|absence|lack|free|excluding|no (?:history|signs?|symptoms?)|"
    r"devoid"
)
# For what is not a harm, a denial must stand at the phrase itself: "no lupus", not "no data in lupus".
_PREPOSITION: Final = re.compile(
    r"\b(?:in|of|on|at|with|by|from|to|into|over|against|as|than|between|under|per|via|using|about)\b",
    re.IGNORECASE,
)
_TRANSPARENT: Final = re.compile(
    r"\b(?:evidence|signs?|symptoms?|history|diagnosis|cases?|sign|suspicion|presence|occurrence|"
    r"episodes?|recurrence|"
    r"kind|type|form|received?|treated|exposure|exposed) (?:of|to|with)\b",
    re.IGNORECASE,
)
# "ICANS on day 6, could not write": one comma right before the verb, so the mention is not its subject.
_SPLICED: Final = re.compile(r"[^,]+,\s*")
_AS_FOR: Final = re.compile(
    r"\s*(?:as for|as to|regarding|concerning|with respect to|in terms of)\b", re.IGNORECASE
)
# "CRS risk": a doubt that only makes a compound with the words right before it.
_COMPOUND: Final = re.compile(r"risks?$", re.IGNORECASE)
_ZERO: Final = re.compile(r"0|zero|nil|none$")
_NUMBERED: Final = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|most)\b", re.IGNORECASE
)
# What reports a result where outcomes are only announced otherwise.
_RESULT: Final = re.compile(
    r"\b(?:occurred|developed|experienced|had|(?:was|were) (?:not )?(?:seen|observed|reported|recorded))\b|"
    r"\d\s?%|\d+\s?/\s?\d|\d+ of \d",
    re.IGNORECASE,
)
# What was only waited for, in the clause before the one that says that it did not come.
_SOUGHT: Final = re.compile(
    r"\b(?:looked for|sought|searched for|screened for|watched for|monitored for|tested for|asked about|"
    r"checked for|"
    r"expected|feared|anticipated|suspected)\b",
    re.IGNORECASE,
)
# A remark that parts a subject from its verb, and the comma that closes it.
_REMARK: Final = re.compile(
    r"(?:\s?\([^()]*\))?,\s(?:which|who|that|an?|the|our|their|one|both|as|so|[\w-]+(?:ed|en|"
    r"wn))\b[^;:.]*,\s*",
    re.IGNORECASE,
)
_LED_TO: Final = re.compile(
    r"\b(?:after|with|on|following|from|to|of|by|under|during|in)\s(?:(?:an?|the|our|these)\s)?$",
    re.IGNORECASE,
)
_COMMA_END: Final = re.compile(r",\s*$")
# "…; so was X": told of X what was told before.
_SO: Final = compiled(r"\b(?:so|as) (?:was|were|did|had|has|have|is|are) (?=[a-z])", re.IGNORECASE)
_FEARED: Final = re.compile(
    r"\b(?:fear\w*|concerns?|worr(?:y|ies|ied)|expect\w*|anticipat\w*|dread\w*|hazard|risk|danger|warn\w*)\b",
    re.IGNORECASE,
)
#: Characters before the subject of a clause: a determiner and a modifier.
_NEAR_START: Final = 25


def _limits(cue: Cue, clauses: Sequence[Clause], text: str) -> tuple[int, int]:
    """Start and end of the clause that a cue rules."""
    place, last = cue.start_char, clauses[-1].end_char
    opening = cue.end_char
    while opening < len(text) and text[opening] in " ,\n":
        opening += 1
    # A cue that opens a clause ("if", "whether") rules the clause that it opens.
    holder = clause_at(clauses, place)
    is_beyond = cue.direction == "after" and holder is not None and cue.end_char > holder.end_char
    if holder is None or place >= holder.end_char or is_beyond:
        holder = clause_at(clauses, opening)
    if holder is None:
        return cue.start_char, cue.end_char
    end = holder.end_char
    if text.startswith(":", cue.end_char) and cue.kind == "possible":
        return holder.start_char, cue.end_char if _RESULT.search(text, cue.end_char, last) else last
    if cue.direction == "after" and text[cue.end_char : end].strip() == "":
        # "Boxed warning: A, B and C": the colon announces what the cue covers.
        listed = next((c for c in clauses if c.start_char >= end), None)
        if listed and listed.opener == ":" and not FINITE.search(text, listed.start_char, listed.end_char):
            end = listed.end_char
    return holder.start_char, end


def _reaches_forward(text: str, cue: Cue, mention: Mention, is_first: bool) -> bool:
    gap = text[cue.end_char : mention.start_char]
    if cue.kind == "historical":
        return FINITE.search(gap) is None and mention.label != "COHORT"
    if cue.kind == "general":
        return FINITE.search(gap) is None and _NUMBERED.search(gap) is None
    if cue.kind != "absent":
        return not is_beyond_phrase(text, cue.start_char, cue.end_char, gap)
    if is_new_item(text, gap, mention.end_char, is_first):
        return False
    words = text[cue.start_char : cue.end_char].lower()
    if _ZERO.match(words) and gap[:1] in (",", ";", ")"):
        return False  # "A 0/20, B 3/20": the zero is told of what stands before it
    if words.endswith("that") and mention.label != "ADVERSE_EVENT":
        return False  # "no evidence that A causes B": A is there
    is_phrase = _PHRASE.match(words) or re.search(r"\bwith $", text[: cue.start_char][-6:])
    if words == "not" and (FINITE.search(gap) or is_after_contrast(text, cue.start_char, gap)):
        return False  # "those on A but not B developed it"
    if is_phrase and is_after_phrase(text, cue.start_char, gap, mention.end_char):
        return False
    if mention.label == "ADVERSE_EVENT":
        return _ASIDE.search(gap, after_nobody(words, gap)) is None
    return _PREPOSITION.search(_TRANSPARENT.sub("", gap)) is None and _ASIDE.search(gap) is None


def _forward(text: str, cue: Cue, end: int, mentions: Sequence[Mention]) -> list[Mention]:
    # "The risks of X are known: Y" is one doubt, of both.
    first = cue.start_char if cue.kind == "possible" else cue.end_char
    ahead = [m for m in mentions if first <= m.start_char < end]
    reached = [m for place, m in enumerate(ahead) if _reaches_forward(text, cue, m, place == 0)]
    return reached if cue.kind != "absent" else [*_within(cue, mentions), *reached]


def _within(cue: Cue, mentions: Sequence[Mention]) -> list[Mention]:
    """What a cue names or begins to name itself ("no events of grade 4", "no increase in weight")."""
    return [m for m in mentions if cue.start_char < m.start_char < cue.end_char]


def _backward(text: str, cue: Cue, start: int, mentions: Sequence[Mention]) -> list[Mention]:
    """What a cue after its subject covers: a denial the nearest list, a doubt all that precedes it."""
    behind = [m for m in mentions if start <= m.start_char and m.end_char <= cue.start_char]
    if behind and _COMPOUND.match(text, cue.start_char, cue.end_char):
        run = coordinated_runs(text, [m.extent for m in behind])[-1]
        is_compound = text[run[-1][1] : cue.start_char].strip(" -") == ""
        return [m for m in behind if is_compound and m.extent in run]
    if cue.kind != "absent" or not behind:
        return behind
    if any(m.label == "ADVERSE_EVENT" for m in behind):
        # "fever was reported after X in nobody": what a preposition leads to is not the subject
        while behind[-1].label == "THERAPY" and _LED_TO.search(text, start, behind[-1].start_char):
            behind = behind[:-1]
    nearest = coordinated_runs(text, [m.extent for m in behind if m.label == behind[-1].label])[-1]
    if is_told_about(text, start, nearest[0][0]):
        return []
    counted = [extent for extent in nearest if has_own_figure(text, extent[1])]
    kept = set(nearest) - (set(counted) if nearest[-1] not in counted else set())
    return [m for m in behind if m.extent in kept]


def _before_remark(text: str, cue: Cue, mentions: Sequence[Mention]) -> list[Mention]:
    """The subject of a verb that a remark parts from it ("A, which others had seen, was absent")."""
    if not _COMMA_END.search(text[max(0, cue.start_char - 3) : cue.start_char]):
        return []
    behind = [m for m in mentions if m.end_char < cue.start_char and m.label == "ADVERSE_EVENT"]
    for place, mention in enumerate(behind):
        if _REMARK.fullmatch(text, mention.end_char, cue.start_char):
            run = coordinated_runs(text, [m.extent for m in behind[: place + 1]])[-1]
            return [m for m in behind if m.extent in run]
    return []


def _covered(text: str, cue: Cue, clauses: Sequence[Clause], mentions: Sequence[Mention]) -> list[Mention]:
    start, end = _limits(cue, clauses, text)
    if cue.direction == "within":
        return _within(cue, mentions)
    if cue.direction == "after":
        return _forward(text, cue, end, mentions)
    if cue.direction == "around":
        if cue.kind == "possible" and _RESULT.search(text, start, end):
            return _forward(text, cue, end, mentions)  # "A, defined as B, was seen in two": A was seen
        if leaves_subject(text, cue.start_char, cue.end_char):
            start = cue.end_char
        within = [m for m in mentions if start <= m.start_char < end]
        return [
            m
            for m in within
            if "," in text[start : m.start_char] or not _SPLICED.fullmatch(text[m.end_char : cue.start_char])
        ]
    covered = _before_remark(text, cue, mentions) or _backward(text, cue, start, mentions)
    if covered:
        return covered
    is_whole = text[cue.start_char : cue.end_char].lower().startswith("there")
    if not is_whole and len(text[start : cue.start_char].split()) > 1:
        return []  # the clause has a subject of its own
    # "Neurotoxicity: nil", "As for GVHD, there was not a single case": the subject has a clause of its own.
    earlier = [clause for clause in clauses if clause.end_char <= max(cue.start_char, start)]
    for clause in reversed(earlier):
        if any(clause.start_char <= m.start_char < clause.end_char for m in mentions):
            words = text[clause.start_char : clause.end_char]
            verb = FINITE.search(words)
            if _AS_FOR.match(words) or verb is None:
                return _backward(text, cue, clause.start_char, mentions)
            # "A and B were looked for but not found", "A, a harm that we feared, did not occur"
            remark = words.find(",")
            is_sought = _SOUGHT.search(words) is not None
            if not is_sought and not (0 < remark < verb.start() and _FEARED.search(words)):
                return []
            stop = clause.start_char + verb.start()
            subjects = [m for m in mentions if clause.start_char <= m.start_char and m.end_char <= stop]
            return subjects if subjects and subjects[0].start_char - clause.start_char < _NEAR_START else []
    return []


def _kind_for(cue: Cue, label: str) -> Assertion | None:
    """What a cue makes of a mention of this label; None where it has no say."""
    is_condition = label in ("ADVERSE_EVENT", "DISEASE")
    if cue.kind == "modal":
        return "possible" if label == "ADVERSE_EVENT" else "hypothetical"
    if cue.kind == "conditional":
        return "hypothetical"
    if cue.kind == "general":
        return "possible" if label == "ADVERSE_EVENT" else None
    if cue.kind == "possible":
        return "possible" if is_condition else None
    if cue.kind == "historical":
        return None if label == "ADVERSE_EVENT" else "historical"
    return cue.kind


def judge_sentence(text: str, start: int, end: int, mentions: Sequence[Mention]) -> dict[Extent, Judgement]:
    """Assertion of the mentions of one sentence; mentions without a cue are left out.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        mentions: its mentions, sorted by position.
    """
    if not mentions:
        return {}
    # "He could not write" is one name: what it denies is no cue.
    named = [m for m in mentions if m.label == "ADVERSE_EVENT"]
    answers = {m: answer for m in named if (answer := OWN_ANSWER.match(text, m.end_char, end))}
    cues = [
        cue
        for cue in find_cues(text, start, end)
        if not any(m.start_char <= cue.start_char and cue.end_char < m.end_char for m in named)
        and not any(a.start() <= cue.start_char < a.end() for a in answers.values())
    ]
    clauses = split_clauses(text, start, end) if cues else ()
    best: dict[Extent, tuple[int, Judgement]] = {}
    for cue in cues:
        for mention in _covered(text, cue, clauses, mentions):
            assertion = _kind_for(cue, mention.label)
            rank = _RANK[cue.kind]
            if assertion is None or (mention.extent in best and best[mention.extent][0] <= rank):
                continue
            best[mention.extent] = rank, Judgement(assertion, (cue.start_char, cue.end_char))
    judged = {extent: judgement for extent, (_, judgement) in best.items()}
    judged |= {m.extent: Judgement("absent", a.span()) for m, a in answers.items() if a["no"]}
    for match in _SO.finditer(text, start, end) if judged and opened(text, start, end) & _SO.gate else ():
        before = [m for m in mentions if m.end_char <= match.start() and m.extent in judged]
        after = [m.extent for m in mentions if m.start_char >= match.end()]
        if before and after:
            run = coordinated_runs(text, after)[0]
            judged.update({extent: judged[before[-1].extent] for extent in run if extent not in judged})
    if text[start:end].rstrip().endswith("?"):  # who asks does not know
        mark = text.rindex("?", start, end)
        asked = text.rfind(";", start, mark)  # "X rose in two; was it a flare?"
        for mention in mentions:
            if (
                mention.label == "ADVERSE_EVENT"
                and mention.extent not in judged
                and mention.start_char > asked
            ):
                judged[mention.extent] = Judgement("possible", (mark, mark + 1))
    return judged
