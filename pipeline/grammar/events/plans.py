"""Whether a sentence of a registry entry reports events, or only tells which of them would count.

An entry names most harms in advance: as endpoints, in definitions and in criteria. One that happened is
counted, or told with how it went. Pure functions on characters; patterns are for lower case.
"""

from __future__ import annotations

from typing import Final

from pipeline.grammar.caseless import caseless, lowered_document
from pipeline.grammar.cohorts.subject_numbers import GROUP
from pipeline.grammar.initials import whole_words
from pipeline.grammar.prefilter import opened

_REPORTS: Final = tuple(
    whole_words(caseless(way))
    for way in (
        r"\b(?:did not|lasted|resolved|died|occurred|developed|experienced|(?:was|were) (?:seen|observed|"
        r"reported|recorded|noted)(?! (?:at|every|until|up to|from|for|throughout)\b)|"
        r"had|(?:participant|patient|subject) (?:no\.? ?)?\d[\d-]*|after (?:an?|one|two|three|\d+)(?= ))\b",
        r"\b(?:so far|to date)\b",
        r"\b(?:\d+ ?/ ?\d+\b|\d+ ?\(\d+(?:\.\d+)? ?%\))",
        r"\b(?:one|two|three|four|five|six|\d+) (?:events?|cases?) of\b(?! (?:the|these|those))",
        r"(?::\s+(?:(?:\d+|one|two|three|four|five|six|none|no one)\b(?! ?(?:days?|weeks?|months?))))",
    )
)
# What counts subjects, or tells how an event went, in a sentence that announces nothing.
_SUBJECTS: Final = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+)"
_COUNTS: Final = tuple(
    whole_words(caseless(way))
    for way in (
        rf"\b(?:in|by|for) (?:only |just |another |a further )?{_SUBJECTS}(?: {GROUP})?"
        r"(?: of (?:the|these|them|those|\d+)\b|(?=\s?[.,;:)(]|$))",
        rf"^\W*(?:{_SUBJECTS} (?:{GROUP}|grade|cases?|events?|DLTs?|SAEs?)|both (?:were|was|had))\b",
        rf"\b{_SUBJECTS} (?:(?:[\w-]+ )?[\w-]+ )?(?:was|were|had|has|have)\b",
        r"\b(?:there (?:was|were|has been|have been))\b",
        r"\b(?:all of (?:it|them) (?:of )?grade)\b",
        r"\b(?:was|were|has been|have been) (?:\w+ly )?(?:common|frequent|rare|mild|moderate|severe|fatal|"
        r"transient|reversible|seen|observed|noted|(?:scored|graded|rated|classed) (?:as )?(?:grade )?\d)",
    )
)
_ANNOUNCES: Final = whole_words(
    caseless(
        r"\b(?:if|unless|will|would|shall|should|must|may|or more|planned|up to|stop\w*|defined|"
        r"definitions?|means|stands? for|stood for|counts? as|of special interest|outcomes?|end ?points?|"
        r"criteria|excluded?)\b",
    )
)


def reports(text: str, start: int = 0, end: int | None = None) -> bool:
    """Whether a sentence of a registry entry, in a text, tells what happened.

    Example:
        >>> [reports(one) for one in ("Rash came up in two.", "A rash in two or more of six would stop it.")]
        [True, False]
    """
    end = len(text) if end is None else end
    gates, sentence = opened(text, start, end), lowered_document(text)[start:end]
    if any(gates & way.gate and way.search(sentence) for way in _REPORTS):
        return True
    if gates & _ANNOUNCES.gate and _ANNOUNCES.search(sentence):
        return False
    return any(gates & way.gate and way.search(sentence) for way in _COUNTS)
