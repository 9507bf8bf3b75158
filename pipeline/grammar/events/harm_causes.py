"""What is told to have caused a condition: "captopril-induced cough", "torsade de pointes after amiodarone".

A condition that a therapy or a chemical has caused is a harm, whatever the word usually names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.prefilter import compiled, opened

#: Stands for an agent.
_AGENT: Final = "\ue000"
#: No more than so many words, none of which ends a clause.
_WORDS: Final = r"(?:[^\s.;:]+ ){0,%d}?"
_ADJECTIVES: Final = r"(?:[\w-]+,? (?:and )?){0,4}?"
#: Points for a harm, chosen on one half of the dev split of PHEE and verified on the other.
_TOLD: Final = 5.0
_HINTED: Final = 2.5
_CAUSED: Final = "induced|triggered|caused|mediated|provoked|precipitated"
_CAUSES: Final = (
    "induced|induces|caus(?:ed?|es|ing)|resulted in|result(?:ing|s)? in|led to|leading to|precipitated|"
    r"provoked|triggered|worsened|exacerbated|an? (?:\w+ )?cause of"
)
_HARM_OF: Final = (
    r"(?:side|adverse|toxic) (?:effects?|reactions?|events?|drug reactions?)|complications?|consequence"
)
_PERSON: Final = r"(?:patients?|man|woman|boy|girl|child|infant|user|recipient|male|female)s?"
_MODEL: Final = compiled(r"\b(?:models?|mice|mouse|rats?|murine)\b", re.IGNORECASE)
#: The word before the hyphen may be an agent that nobody marked.
_INDUCED: Final = compiled(rf"(?:{_AGENT}\)?|\w)[-‐‑](?:{_CAUSED}),? {_ADJECTIVES}$", re.IGNORECASE)
_BEFORE: Final = tuple(
    (points, re.compile(pattern, re.IGNORECASE))
    for points, pattern in (
        (_TOLD, rf"{_AGENT}\)?(?:[-‐‑ ](?:{_CAUSED}|associated|related)\b,?) {_ADJECTIVES}$"),
        (_TOLD, rf"{_AGENT}\)? (?:toxicity|therapy|treatment)[-‐‑ ](?:induced|related) {_ADJECTIVES}$"),
        (_TOLD, rf"{_AGENT}\)? {_WORDS % 5}(?:{_CAUSES}) {_WORDS % 3}$"),
        (
            _HINTED,
            rf"\b(?:after|following|starting) {_WORDS % 4}{_AGENT}[^.;:]{{0,60}}(?:with|of|developed) $",
        ),
    )
)
_AFTER: Final = tuple(
    (points, re.compile(pattern, re.IGNORECASE))
    for points, pattern in (
        (
            _TOLD,
            rf" {_WORDS % 4}(?:(?:probably |possibly |(?:most )?likely |thought to be )?(?:{_CAUSED}|"
            rf"produced) by|due to|secondary to|attribut(?:ed|able) to|related to|associated with|"
            rf"result(?:ing|ed) from|linked to|complicating) {_WORDS % 5}\(?{_AGENT}",
        ),
        (_TOLD, rf" {_WORDS % 7}(?:{_HARM_OF}) (?:of|to|with|due to|associated with) {_WORDS % 5}{_AGENT}"),
        (
            _HINTED,
            rf" {_WORDS % 3}(?:after|following|during|while (?:\w+ )?(?:on|taking|receiving)|on|upon|from|"
            rf"with|by) {_WORDS % 5}\(?{_AGENT}",
        ),
        (
            _HINTED,
            rf" {_WORDS % 5}in {_WORDS % 4}{_PERSON} {_WORDS % 3}(?:on|given|with|receiving|taking|to) "
            rf"{_WORDS % 3}{_AGENT}",
        ),
    )
)


def cause_points(text: str, start: int, end: int, condition: Extent, agents: Sequence[Extent]) -> float:
    """Evidence that an agent of the sentence caused a condition, in points.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        condition: the condition.
        agents: therapies and chemicals of the document.

    Example:
        >>> cause_points("Captopril-induced cough was mild.", 0, 33, (18, 23), [(0, 9)])
        5.0
    """
    before, after = text[start : condition[0]], text[condition[1] : end]
    # From the end on, so that the places before stay where they are.
    for agent_start, agent_end in sorted(agents, reverse=True):
        if start <= agent_start and agent_end <= condition[0]:
            before = before[: agent_start - start] + _AGENT + before[agent_end - start :]
        elif condition[1] <= agent_start and agent_end <= end:
            shift = condition[1]
            after = after[: agent_start - shift] + _AGENT + after[agent_end - shift :]
    gates = opened(text, start, end)
    if gates & _MODEL.gate and _MODEL.search(text, start, end):
        return 0.0  # what is induced in an animal is the disease that is studied
    found = [_TOLD] if gates & _INDUCED.gate and _INDUCED.search(before) else []
    if _AGENT in before:
        found += [points for points, pattern in _BEFORE if pattern.search(before)]
    if _AGENT in after:
        found += [points for points, pattern in _AFTER if pattern.match(after)]
    return max(found, default=0.0)
