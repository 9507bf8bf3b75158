"""What cues of assertion leave alone in the clause that they stand in.

A denial ends at an item that brings a figure of its own ("no X, Y in two"), an adjective doubts its own
phrase only ("a possible treatment for X" leaves X alone), a modal before a verb that relates two things
doubts the relation and not its subject ("X may reflect Y"), and what was not found of a mention is not the
mention ("the cause of X was not identified"). Pure functions on characters, asked only where a cue stands.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.grammar.clauses import FINITE

_COUNT: Final = (
    r"(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|only|just|some|several|most|"
    r"many|few|all|both|"
    r"half|mild|moderate|transient|manageable|frequent|common)\b"
)
# A further item with a count of its own is no longer denied; "grade 3 CRS" is a grade, not a count.
_NEW_ITEM: Final = re.compile(
    rf"(?:,|;|\band\b|\bplus\b|\bwith\b)\s+(?:with |then |had )?(?:an? )?{_COUNT}", re.IGNORECASE
)
_NEW_STATEMENT: Final = re.compile(rf",\s*(?:and|or|but)?\s*[^,]*?{FINITE.pattern}", re.IGNORECASE)
_OWN_FIGURE: Final = re.compile(
    r"(?:\s(?:of |at )?(?:grades? |G)\d(?:[-–]\d)?)?\s*(?:\((?!0)[^()]*\d[^()]*\)|"
    r"(?:was |were |occurred |developed |seen |observed )*"
    r"(?:in|by|for|at) (?:only )?"
    r"(?:(?!0)\d+|one|two|three|four|five|six|seven|eight|nine|ten|some|most|half|all)\b)",
    re.IGNORECASE,
)
# "no ICANS, CRS grade 1": an item with a level of its own after a mere comma was there.
_NEXT_ITEM: Final = re.compile(r"[,;.]\s*$")
_OWN_GRADE: Final = re.compile(
    r"\s(?:\(|was |of |at )?(?:grades?|gr\.?|G)\s?[1-4]\b"
    r"(?!\s?(?:[+/–-]|(?:or|and) (?:higher|above|more|worse|greater|over|[3-5])))",
    re.IGNORECASE,
)
_ADJECTIVE: Final = re.compile(
    r"(?:potential|possible|putative|theoretical|hypothetical|probable|questionable|presumptive|conceivable|"
    r"foreseeable)",
    re.IGNORECASE,
)
#: Nouns that stand for what they are told of: a possible case of X, a potential risk in X.
_STANDS_FOR: Final = re.compile(
    r"\b(?:cases?|signs?|symptoms?|features?|complications?|risks?|harms?|hazards?|dangers?|threats?|"
    r"(?:side[- ])?effects?|events?|reactions?|toxicit(?:y|ies)|consequences?|sequelae|episodes?|occurrence|"
    r"development|diagnos[ie]s|presence|onset|recurrence|problems?|issues?|concerns?|associations?|"
    r"relation(?:ship)?s?|link(?:age)?s?|connections?|roles?|causes?|mechanisms?|induction|interactions?|"
    r"increases?|worsening|"
    r"exacerbations?)\b",
    re.IGNORECASE,
)
_PREPOSITION: Final = re.compile(
    r"\b(?:of|for|in(?! vi(?:vo|tro)\b)|to|by|with|from|between|on|at|after|before|during|against|among|"
    r"under|via|"
    r"through)\b",
    re.IGNORECASE,
)
# What a subject that was there may do in an uncertain way: be explained, explain, or play a part.
_RELATES: Final = re.compile(
    r"\s*(?:also |well |thus |therefore |partly |in part |\w+ly )*(?:"
    r"(?:have )?(?:reflect|represent|explain|contribute|indicate|suggest|signal|mask|mimic|"
    r"result(?=(?:ed)? from)|"
    r"stem|play|depend|correlate|account|share|point)(?:s|ed|d)?\b|"
    r"(?:be|have been) (?:(?:\w+ly|in part|at least in part) )*(?:due to|caused by|related to|explained by|"
    r"attribut(?:ed|able) to|secondary to|"
    r"mediated by|associated with|linked to|accounted for|triggered by|driven by|the result of|a result of|"
    r"a consequence of|a (?:sign|marker|manifestation|symptom|feature) of))",
    re.IGNORECASE,
)
_MAY: Final = re.compile(r"(?:could|may|might)\b", re.IGNORECASE)
# What somebody looks for in a matter that is there.
_ABOUT: Final = re.compile(
    r"(?:(?:the|an?|any|its|their|this|that|exact|precise|specific|underlying|possible|\w+(?:al|ic)) )*"
    r"(?:causes?|mechanisms?|reasons?|sources?|origins?|correlations?|associations?|relation(?:ship)?s?|"
    r"links?|"
    r"differences?|changes?|predictors?|explanations?|pathogenesis|pathophysiology|aetiolog(?:y|ies)|"
    r"etiolog(?:y|ies)|triggers?|durations?|dates?|times?|timing|severity|grades?|outcomes?|courses?|"
    r"treatments?|management|effects?|impact|influence|roles?|factors?)"
    r"(?: of| for| behind| between| with| underlying)(?: [\w-]+){0,6} ?",
    re.IGNORECASE,
)
# ", but not B, inhibited C": what follows the second comma is told of what stands before the first.
_BUT: Final = re.compile(r"\b(?:but|and|though) $", re.IGNORECASE)
_VERB_AFTER_COMMA: Final = re.compile(
    r",\s*(?:\w+ly )?(?:\w+ed|(?<=ly )\w+s|caus(?:es?|ing)|leads?|led|had|has|have|show|shows|saw|got|gave|"
    r"was|were|is|are)\b",
    re.IGNORECASE,
)
# Verbs that are surely finite only after a phrase like this ("failed to develop").
_PLURAL_VERB: Final = re.compile(r"\b(?:develop|display(?:ed)?|exhibit(?:ed)?|show|suffer)\b", re.IGNORECASE)
_LOOK_BACK: Final = 100
_OPENS_SENTENCE: Final = re.compile(
    r"(?:^|[.;:!?]\s)(?:in the |despite the |with |due to the )?$", re.IGNORECASE
)
# "In the patients without X, Y was seen": what follows the comma is the statement.
_OPENS_WITH_PREPOSITION: Final = re.compile(
    r"(?:^|[.;:!?,]\s)(?:in|among|amongst|for|of|at|within) [^,;.:!?]*$", re.IGNORECASE
)


# "Nobody treated with the cells had X": what is told of nobody follows the verb.
_NOBODY: Final = re.compile(r"nobody|no one|no-one|none|none of|neither")
_NOBODY_WHO: Final = re.compile(
    r"[^,;:.]{0,80}?(?<!who )(?<!that )(?<!which )"
    r"\b(?:had|has|have|got|developed|experienced|suffered|showed|reported)\b",
    re.IGNORECASE,
)
#: "Fever yes, CRS no": what a list answers itself, item by item.
OWN_ANSWER: Final = re.compile(
    r"\s(?:(?P<no>no|none|nope|never|nil)|yes|yep|yeah)(?=\s?(?:[,.;!)\n–—]|(?:and|but)\b|$))", re.IGNORECASE
)


def after_nobody(cue: str, gap: str) -> int:
    """Characters of a gap that only say which nobody did it ("nobody treated with the cells had")."""
    told = _NOBODY_WHO.match(gap) if _NOBODY.fullmatch(cue) else None
    return told.end() if told else 0


def has_own_figure(text: str, end: int) -> bool:
    """Whether a figure of its own follows what ends here ("fever in two")."""
    return _OWN_FIGURE.match(text, end) is not None


def is_new_item(text: str, gap: str, end: int, is_first: bool) -> bool:
    """Whether a gap leads to an item or a statement of its own, which a denial before it leaves alone.

    Args:
        text: the text.
        gap: what stands between denial and mention.
        end: character after the mention.
        is_first: whether no mention stands between the two.
    """
    if _NEW_ITEM.search(gap) or _NEW_STATEMENT.search(gap):
        return True
    if (not is_first or ", and " in gap) and has_own_figure(text, end):
        return True
    return not is_first and bool(_NEXT_ITEM.search(gap) and _OWN_GRADE.match(text, end))


def is_beyond_phrase(text: str, cue_start: int, cue_end: int, gap: str) -> bool:
    """Whether an adjective of doubt speaks of something else than what stands after the gap."""
    # "it is probable that", "has the potential to": no adjectives before a noun
    if not _ADJECTIVE.fullmatch(text, cue_start, cue_end) or gap.startswith((" that ", " to ")):
        return False
    turn = _PREPOSITION.search(gap)
    return turn is not None and _STANDS_FOR.search(gap, 0, turn.start()) is None


def leaves_subject(text: str, cue_start: int, cue_end: int) -> bool:
    """Whether a cue doubts how its subject relates to something, and not the subject itself."""
    return _MAY.match(text, cue_start, cue_end) is not None and _RELATES.match(text, cue_end) is not None


def is_told_about(text: str, start: int, mention_start: int) -> bool:
    """Whether a mention is only what the subject of its clause is about ("the cause of X")."""
    is_about = _ABOUT.fullmatch(text, start, mention_start) is not None
    return is_about and FINITE.search(text, start, mention_start) is None


def is_after_contrast(text: str, cue_start: int, gap: str) -> bool:
    """Whether a gap leads from what "but not" sets apart back to the statement."""
    return _BUT.search(text, max(0, cue_start - 8), cue_start) is not None and bool(
        _VERB_AFTER_COMMA.search(gap)
    )


def is_after_phrase(text: str, cue_start: int, gap: str, mention_end: int) -> bool:
    """Whether a denial within a phrase has ended before a mention.

    "Mice that lack B cells develop X", "in those without Y, X was seen", "with no history of Y, X began".
    """
    if FINITE.search(gap) or _PLURAL_VERB.search(gap):
        return True
    if "," not in gap:
        return False
    before = text[max(0, cue_start - _LOOK_BACK) : cue_start]
    if _OPENS_SENTENCE.search(before):
        return True
    comma = text.find(",", mention_end)
    is_subject = FINITE.search(text, mention_end, len(text) if comma < 0 else comma) is not None
    return is_subject and _OPENS_WITH_PREPOSITION.search(before) is not None
