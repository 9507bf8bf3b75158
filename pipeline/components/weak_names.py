"""Weak names of conditions that count in a document: short forms ("MPA"), names without a head ("mantle").

Such a name means too many things to be believed by itself. It counts where people have it, and, if its
condition is on the list written for cell therapies, where the document names kin of that condition in full:
"MPA" beside "ANCA-associated vasculitis" is no mycophenolate. What leaves its head away must stand alone,
too: "nine follicular, four mantle", not "follicular dendritic cells".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from pipeline.findings import Extent
from pipeline.lexicon import KnowledgeBase, Name, same_family

#: How many of the nearest kinds that a condition belongs to make its kin.
_NEAREST: Final = 3
_WRITTEN_LIST: Final = ("cartographer:condition.", "cartographer:disease.")
#: Words that only a condition follows or precedes.
_HAVING: Final = re.compile(
    r"(?:\b(?:patients?|pts?|people|persons?|adults?|children|subjects|participants|women|men|individuals|families|"
    r"cases?|those|diagnosed|presenting|presented) (?:living )?with (?:\w+ )?|"
    r"\b(?:relapsed|refractory|recurrent|newly[- ]diagnosed|[Rr]/[Rr]|diagnosis of|suffer\w* from) )$"
)
_HAD_BY: Final = re.compile(r" (?:patients?|pts?)\b")
#: Where they name what is affected or carried ("LN involvement", "AAV vector"), they name no condition.
_PART: Final = re.compile(
    r"[ -](?:involve\w*|metasta\w*|vectors?|biops\w*|nodes?|positiv\w*|express\w*|mutat\w*|genes?|proteins?|"
    r"levels?|antibod\w*|receptors?)\b"
)
_REACH: Final = 40  # characters; the longest cue with one word after it
#: Words, not a short form.
_WORDS: Final = re.compile(r"[a-z]{3}")
#: Behind a name that stands alone.
_ALONE: Final = re.compile(
    r"\s*(?:[,;.:)\]!?]|$|\n)| (?:patients?|pts?|people|folks?|cases?|ones?|groups?|cohorts?|arms?|"
    r"survivors?|too|as well|myself|here|since)\b|"
    r" (?:and|or) (?:\d|an?|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)
_JOIN: Final = re.compile(r" ?(?:and|or|&|/) ?")


def conditions(names: Collection[Name]) -> list[str]:
    """The conditions that names mean, if all of them are weak."""
    if not all(name.is_weak for name in names):
        return []
    return list(dict.fromkeys(name.concept_id for name in names if same_family(name.label, "DISEASE")))


def is_somebodys(text: str, extent: Extent) -> bool:
    """Whether an acronym is a condition because people have it: "patients with MM", "relapsed FL"."""
    start, end = extent
    if end - start < 2 or not text[start:end].isupper() or is_part(text, end):
        return False
    return bool(_HAVING.search(text[max(0, start - _REACH) : start]) or _HAD_BY.match(text, end))


def goes_on(text: str, extent: Extent, starts: Collection[int]) -> bool:
    """Whether a name without its head is followed by another head; short forms leave none away.

    Args:
        text: text of the document.
        extent: of the name.
        starts: where other conditions are named; "ovarian and endometrial cancer" names two.
    """
    start, end = extent
    if not _WORDS.search(text, start, end) or _ALONE.match(text, end):
        return False
    join = _JOIN.match(text, end)
    return join is None or join.end() not in starts


def is_part(text: str, end: int) -> bool:
    """Whether a short form that ends here only says what is affected or carried."""
    return _PART.match(text, end) is not None


def is_written(knowledge: KnowledgeBase, concept_id: str) -> bool:
    """Whether a condition is on the list written for cell therapies."""
    return any(one.startswith(_WRITTEN_LIST) for one in (concept_id, *knowledge.concept(concept_id).xrefs))


class Kin:
    """Tells conditions that are kin of each other; what was looked up is kept.

    Args:
        knowledge: tells what a condition is a kind of.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        self._above: dict[str, tuple[str, ...]] = {}

    def among(self, candidates: Collection[str], named: Collection[str]) -> Iterator[str]:
        """Those of some conditions on the written list that are kin of one that is named."""
        written = [one for one in candidates if is_written(self._knowledge, one)]
        if not written:
            return
        others = [one for one in named if self._knowledge.label(one) == "DISEASE"]
        for one in written:
            near = set(self._kinds(one)[:_NEAREST])
            if any(other in near or not near.isdisjoint(self._kinds(other)) for other in others):
                yield one

    def _kinds(self, concept_id: str) -> tuple[str, ...]:
        if concept_id not in self._above:
            self._above[concept_id] = self._knowledge.above(concept_id)
        return self._above[concept_id]
