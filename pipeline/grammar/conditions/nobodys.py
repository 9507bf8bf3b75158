"""Words for conditions that nobody has where they stand.

What immunity guards against, what antibodies and vaccines are against, a symptom in a list of what a disease
shows itself in, a heading. Pure functions on characters.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.conditions.cues import ILLNESS, RELIEVED, opened_beside
from pipeline.grammar.prefilter import Filtered, compiled

_INFECTION: Final = re.compile(r"infections?$", re.IGNORECASE)
# Immunity at large: what cells fight, guard or protect against.
_GUARDED: Final = compiled(
    r"\b(?:fight|combat|ward|fend|defend|protect|guard)(?:s|ed|ing)?(?: (?:off|us|you|people|"
    r"the body|against|from)){1,2}"
    r"(?: [\w-]+){0,2} $",
    re.IGNORECASE,
)
# What antibodies and vaccines are against ("titres to measles").
_IMMUNE_TO: Final = compiled(
    r"\b(?:titres?|titers?|antibod(?:y|ies)|immunity|protection|vaccin(?:es?|ations?|ated)|"
    r"immuni[sz](?:ed|ation)|jabs?|shots?|boosters?|IgG)\b(?:[^.;:\n]{0,40}? )?(?:to|against|for) "
    r"(?:[\w-]+,? (?:and |or |nor )?){0,4}$",
    re.IGNORECASE,
)
_VACCINE_AFTER: Final = re.compile(
    r"[ -](?:vaccin|titre|titer|jab|shot|booster|antibod|immunity|IgG)", re.IGNORECASE
)
#: Infections that people are vaccinated against.
_VACCINATED: Final = re.compile(
    r"measles|mumps|rubella|varicella|chickenpox|tetanus|diphtheria|pertussis|polio(?:myelitis)?|influenza|flu|"
    r"covid(?:-19)?|pneumococc\w+|shingles|zoster|hepatitis [AB]|rabies|yellow fever|meningococc\w+",
    re.IGNORECASE,
)
# What a disease shows itself in is no condition of its own.
_SYMPTOM_LIST: Final = compiled(
    r"\b(?:signs|symptoms?|features?|manifestations?) (?:such as|like|including) [^.;:()]{0,80}$",
    re.IGNORECASE,
)
#: What became less is what the disease had brought.
_RELIEVED: Final = re.compile(RELIEVED, re.IGNORECASE)
# A general word that begins a line and tells nothing there is a heading ("Serious adverse events (at risk)").
_HEADED: Final = re.compile(
    r"(?:(?:treatment|therapy)[- ](?:emergent|related) )?(?:serious )?"
    r"(?:adverse (?:events|effects|reactions)|side effects|(?:S|TE|TR)?AEs)",
    re.IGNORECASE,
)
_HEADING_BEFORE: Final = re.compile(
    r"[ \t]*(?:\(?\d{1,2}[.)]|[-•*#|]+)?[ \t]*(?:(?:other|all|non-?serious|related|frequent)\b[ \t]*)?"
    r"(?:\([^()\n]*\)[ \t]*)?",
    re.IGNORECASE,
)
_HEADING_AFTER: Final = re.compile(
    r"(?:(?:,| \(| (?=[^\n]*(?:threshold|affected|at risk|%)))"
    r"(?!(?:[^\n]*\b)?(?:were|was|are|is|occurred|developed|ha[ds]|have|did|none|no|in|not)\b)"
    r"(?![^\n]*\d ?(?:/|of) ?\d)[^.:;=\n]*)?(?=\n(?!\s*(?:\d|none|no\b))|$)",
    re.IGNORECASE,
)


def is_nobodys(text: str, sentence: Extent, mention: Extent, *, is_disease: bool) -> bool:
    """Whether nobody has the condition that words name.

    Args:
        text: text of the document.
        sentence: extent of the sentence.
        mention: extent of the words.
        is_disease: whether the condition is a disease there, not a harm.

    Example:
        >>> is_nobodys("Titres to measles fell.", (0, 23), (10, 17), is_disease=True)
        True
    """
    start, end = mention
    words, opens = text[start:end], opened_beside(text, *sentence, mention)

    def stands_after(cue: Filtered) -> bool:
        return cue.gate & opens != 0 and cue.search(text[sentence[0] : start]) is not None

    if _VACCINATED.fullmatch(words):
        return _VACCINE_AFTER.match(text, end) is not None or stands_after(_IMMUNE_TO)
    if _INFECTION.search(words):
        return stands_after(_GUARDED)
    if is_heading(text, mention):
        return True
    if not stands_after(_SYMPTOM_LIST) or ILLNESS.search(words):
        return False
    return is_disease or _RELIEVED.match(text[end : sentence[1]]) is not None


def is_heading(text: str, mention: Extent) -> bool:
    """Whether a general word of harm is the heading of a table or of a paragraph.

    Example:
        >>> is_heading("Serious adverse events, all arms", (0, 22))
        True
        >>> is_heading("Adverse events: 3/9", (0, 14))
        False
    """
    start = text.rfind("\n", 0, mention[0]) + 1
    return (
        _HEADED.fullmatch(text, *mention) is not None
        and _HEADING_BEFORE.fullmatch(text, start, mention[0]) is not None
        and _HEADING_AFTER.match(text, mention[1]) is not None
    )
