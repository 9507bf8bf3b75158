"""Clauses and coordinated lists of a sentence, read from punctuation and function words, without a parser.

Everything here is pure and works on characters of a text, so that it does not depend on a tokenizer.
Offsets are code points, half-open, into the text that was given.

    >>> text = "There was no CRS, but two patients had fever and rash."
    >>> [(text[c.start_char : c.end_char], c.opener) for c in split_clauses(text)]
    [('There was no CRS', ''), ('two patients had fever and rash.', 'but')]
    >>> coordinated_runs(text, [(39, 44), (49, 53)])
    [[(39, 44), (49, 53)]]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.prefilter import compiled, opened, openings


class Clause(NamedTuple):
    """A stretch of a sentence with at most one statement. `opener` is the word or sign that introduces it.

    The opener is lower case and not part of the clause: "" at the start of a sentence, else one of
    `;`, `:`, `-` (a spaced dash), `,`, `and`, `or`, `nor`, `but`, `although`, `while`, `if`, `because`,
    `which` … A bracketed remark stays inside the clause that it interrupts (see `bracketed`).
    """

    start_char: int
    end_char: int
    opener: str


_CONTRAST = (
    r"but|although|though|even though|whereas|while|whilst|however|yet|except|albeit|despite|nevertheless"
)
_SUBORDINATE = (
    r"because|since|so that|such that|in order to|unless|until|if|whether|when|whenever|where|after which|"
    r"which|who|whom|whose|given that|provided that|so long as|as long as|as soon as|before it|after it"
)
# "no ICANS – and no CRS": a spaced dash, a semicolon or a line break always separates.
_HARD = re.compile(r";|:(?=\s)|\s[-–—]{1,2}\s|—|\n+|[.!?]\s+(?=[A-Z\"“(])|\s[›•|]\s")
#: What each of those has.
_HARD_SIGN = re.compile(r"[;:—\n.!?–›•|-](?:(?<=[;:—\n])|(?=\s))")
_CONNECTIVE = compiled(rf",?\s*\b(?:(?:and|or|,)\s+)?({_CONTRAST}|{_SUBORDINATE})\b,?", re.IGNORECASE)
_COORDINATOR = re.compile(
    r",\s*(?:and|or|nor|then|and then|so)\b|,(?!\d)|\b(?:and|or|nor|then)\b", re.IGNORECASE
)

#: Without a tagger: words that are finite wherever they stand; few `-ed` forms, for those also modify nouns.
FINITE = re.compile(
    r"\b(?:is|are|was|were|isn't|aren't|wasn't|weren't|has|have|had|hasn't|haven't|hadn't|do|does|did|"
    r"doesn't|"
    r"don't|didn't|can|could|may|might|will|would|shall|should|must|cannot|can't|couldn't|won't|wouldn't|"
    r"went|came|got|took|gave|led|fell|rose|saw|became|began|grew|underwent|arose|felt|"
    r"kept|lost|brought|met|"
    r"occurred|developed|experienced|resolved|died|remained|appeared|emerged|required|received|responded|"
    r"suffered|showed|relapsed|persisted|ranged|improved|happened|turned|reached|achieved|"
    r"entered|recovered|"
    r"occurs|develops|shows|remains|includes|included|needs|appears|becomes|carries|targets|binds|comes|"
    r"goes)\b",
    re.IGNORECASE,
)
#: Words with which those begin.
_FIRST_OF_FINITE = compiled(FINITE.pattern.replace("n't", "n"), re.IGNORECASE)
_REMARK_THEN_VERB = re.compile(rf"[^,]+,[^,]+,\s*{FINITE.pattern}", re.IGNORECASE)

_BRACKET_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_BRACKET: Final = re.compile(r"[][(){}]")


def bracketed(text: str, start: int = 0, end: int | None = None) -> list[Extent]:
    """Extents of what stands inside round, square or curly brackets, outermost only, without the signs.

    An opening bracket that is never closed opens nothing.

    Example:
        >>> bracketed("CRS (grade 1 [n = 3]) and fever")
        [(5, 20)]
    """
    found: list[Extent] = []
    stack: list[tuple[str, int]] = []
    for match in _BRACKET.finditer(text, start, len(text) if end is None else end):
        sign, place = match.group(), match.start()
        if sign in _BRACKET_PAIRS:
            stack.append((_BRACKET_PAIRS[sign], place))
        elif stack and sign == stack[-1][0]:
            _, opened = stack.pop()
            if not stack:
                found.append((opened + 1, place))
    return found


def _inside(place: int, extents: Sequence[Extent]) -> bool:
    return any(start <= place < end for start, end in extents)


def _outer_borders(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Borders that need no verb: signs and connectives, as `(start, end, opener)`."""
    brackets = bracketed(text, start, end)
    first = _HARD_SIGN.search(text, start, end)
    for match in _HARD.finditer(text, max(start, first.start() - 2), end) if first else ():
        if not _inside(match.start(), brackets):
            sign = match.group().strip()[:1]
            yield match.start(), match.end(), sign if sign in (";", ":") else "-" if sign in "-–—" else sign
    if not opened(text, start, end) & _CONNECTIVE.gate:
        return
    for match in _CONNECTIVE.finditer(text, start, end):
        if not _inside(match.start(1), brackets):
            yield match.start(), match.end(), " ".join(match.group(1).lower().split())


def _verbs(text: str, start: int, end: int) -> list[Extent]:
    """Extents of the finite verbs; sought word by word, which takes a tenth of `FINITE.finditer`."""
    words = openings(text).words(_FIRST_OF_FINITE.gate, start, end)
    found = (FINITE.match(text, place, end) for place, _ in words)
    return [match.span() for match in found if match]


def _split_coordinated(text: str, clause: Clause) -> Iterator[Clause]:
    """Split "A was seen, and B was not" where both sides have a finite verb of their own."""
    first, last = clause.start_char, clause.end_char
    verbs = _verbs(text, first, last)
    if len(verbs) < 2:
        yield clause
        return

    def has_verb(start: int, end: int) -> bool:
        return any(start <= verb_start and verb_end <= end for verb_start, verb_end in verbs)

    brackets = bracketed(text, first, last)
    joints = [m for m in _COORDINATOR.finditer(text, first, last) if not _inside(m.start(), brackets)]
    start, opener = first, clause.opener
    for place, match in enumerate(joints):
        following = joints[place + 1] if place + 1 < len(joints) else None
        # The right side must have its verb before a further comma, or it is an item of a list.
        verb_near = has_verb(match.end(), last if following is None else following.start())
        # "…, vomiting and diarrhoea were absent": the subject itself may be a pair.
        comma = text.find(",", match.end(), last)
        verb_in_pair = (
            match.group().startswith(",")
            and following is not None
            and "," not in following.group()
            and has_verb(match.end(), last if comma < 0 else comma)
        )
        # "…, and late harms, second cancers above all, could be missed": a remark after the subject.
        verb_after_remark = (
            len(match.group()) > 1 and _REMARK_THEN_VERB.match(text[match.end() : last]) is not None
        )
        if (verb_near or verb_in_pair or verb_after_remark) and has_verb(start, match.start()):
            yield Clause(start, match.start(), opener)
            start, opener = match.end(), match.group().strip(" ,").lower() or ","
    yield Clause(start, last, opener)


@lru_cache(maxsize=1024)  # several components ask for those of one sentence
def split_clauses(text: str, start: int = 0, end: int | None = None) -> tuple[Clause, ...]:
    """The clauses of a sentence, in order, without surrounding white space; none is empty.

    Args:
        text: any text.
        start: first character of the sentence.
        end: character after its last one; by default the end of the text.

    Example:
        >>> [c.opener for c in split_clauses("CRS was mild, ICANS was absent; one, who was frail, died")]
        ['', ',', ';', 'who', ',']
    """
    end = len(text) if end is None else end
    borders = sorted(_outer_borders(text, start, end))
    coarse: list[Clause] = []
    left, opener = start, ""
    for border_start, border_end, sign in borders:
        if border_start < left:  # ", but" right after ";": the later word is the opener
            left, opener = max(left, border_end), sign
            continue
        coarse.append(Clause(left, border_start, opener))
        left, opener = border_end, sign
    coarse.append(Clause(left, end, opener))
    fine: list[Clause] = []
    for clause in coarse:
        for part in _split_coordinated(text, clause):
            words = text[part.start_char : part.end_char]
            lead = len(words) - len(words.lstrip(" ,\n\t"))
            body = words.strip(" ,\n\t")
            if body:
                fine.append(Clause(part.start_char + lead, part.start_char + lead + len(body), part.opener))
    return tuple(fine)


def clause_at(clauses: Sequence[Clause], char: int) -> Clause | None:
    """The clause that a character lies in; a character between two clauses belongs to the one before."""
    holder = None
    for clause in clauses:
        if clause.start_char > char:
            break
        holder = clause
    return holder


# What may stand between two items of one list, besides the coordinator itself: brackets, figures, grades,
# determiners and up to three words that are neither verbs nor prepositions ("fever, a mild dry cough").
# Each string can be read in one way only (a number never in parts, white space at one place): with two ways
# a figure, the row of a table would be tried in 2 ** figures ways before it is refused.
_NUMBER = r"\d+(?!\d)(?:[.·]\d+(?!\d))*"
_FIGURE = rf"(?:[<>≥≤~]\s*)?{_NUMBER}(?:\s*(?:%|per ?cent))?(?:\s*(?:/|of)\s*{_NUMBER})*"
_NUMBER_WORD = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
_TAIL = (
    rf"(?:\s*[(\[][^()\[\]]*[)\]]|\s*(?:,\s*)?(?:(?:in|by|for|at)\s*)?(?:{_FIGURE}|{_NUMBER_WORD})"
    r"(?: (?:patients?|participants?|subjects?|people|recipients?|children|adults|pts))?|"
    r"\s*(?:syndromes?|events?|cases?|reactions?|episodes?|of any (?:grade|kind)|"
    r"(?:of|above|beyond|over) grade \S+(?: or (?:higher|more|worse|above))?))*"
)
_SEPARATOR = (
    r"\s*(?:,\s*(?:and/or|and|or|nor|as well as|plus|then|on top of)\b|,|;|/|&|\+|"
    r"\b(?:and/or|and|or|nor|plus|as well as|along with|together with|on top of|in addition to)\b)\s*"
)
_NOT_A_MODIFIER = (
    r"(?!(?:of|in|with|without|by|for|from|to|on|at|after|before|during|under|due|than|that|which|who|"
    r"but|not|"
    rf"there|it|they|we|he|she|this|these|those|into|via|because|while|when|if)\b|{FINITE.pattern})"
)
_HEAD = (
    rf"(?:\s*(?:{_NOT_A_MODIFIER}[^\s,;:()]+)\s+){{0,3}}"
    rf"\s*(?:{_NOT_A_MODIFIER}[^\s,;:()]+[-–‑])?\s*[(\[]?"
)
_GAP = re.compile(rf"{_TAIL}{_SEPARATOR}(?:both\s+|either\s+|neither\s+)?{_HEAD}", re.IGNORECASE)
#: What each of those begins with; most of what stands between two mentions begins otherwise.
_GAP_BEGINS = re.compile(
    rf"\s*(?:[(\[,;/&+<>≥≤~\d]|{_NUMBER_WORD}|"
    r"(?:in|by|for|at|syndromes?|events?|cases?|reactions?|episodes?|of|above|beyond|over|and/or|and|or|nor|plus|"
    r"as|along|together|on)\b)",
    re.IGNORECASE,
)


def are_coordinated(text: str, first: Extent, second: Extent) -> bool:
    """Whether `second` follows `first` as the next item of one list.

    Example:
        >>> text = "neutropenia (67%), grade 3 anemia and fatigue without fever"
        >>> [are_coordinated(text, (0, 11), (27, 33)), are_coordinated(text, (38, 45), (54, 59))]
        [True, False]
    """
    between = text[first[1] : second[0]]
    return _GAP_BEGINS.match(between) is not None and _GAP.fullmatch(between) is not None


def coordinated_runs(text: str, extents: Sequence[Extent]) -> list[list[Extent]]:
    """Sort extents into lists as the text coordinates them; an extent that stands alone is a list of one.

    Args:
        text: the text that the extents point into.
        extents: not overlapping, sorted by position.
    """
    runs: list[list[Extent]] = []
    for extent in extents:
        if runs and are_coordinated(text, runs[-1][-1], extent):
            runs[-1].append(extent)
        else:
            runs.append([extent])
    return runs
