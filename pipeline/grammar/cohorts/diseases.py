"""The disease of each group: what the text says that all of its members have.

A count and a disease are bound where the text puts them together ("12 patients with SLE", "SLE, n = 8", "SLE
in eight"). What is bound to a part ("21 were infused: SLE 12, SSc nine") is not the disease of the whole;
what is bound to the whole is that of its parts. A group that nothing is bound to has the nearest disease of
its sentence that is left, with a lower rank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar.cohorts.evidence import Candidate
from pipeline.stretches import between


class Suffered(NamedTuple):
    """The disease of a group; the rank says how plain its words are, on a scale without meaning elsewhere."""

    disease: Extent
    rank: float


#: Ranks: bound to the group; bound to the whole of which it is a part; told before the group; told after it.
_BOUND: Final = 0.9
_OF_THE_WHOLE: Final = 0.8
_BEFORE: Final = 0.7
_AFTER: Final = 0.6

_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_STRAY: Final = (
    r"(?!(?:and|or|in|on|of|for|the|to|at|by|from|after|before|who|which|that|were|was|is|are|got|received|given|"
    r"without|no)\b)"
)
#: What stands between a count and its disease: "12 [patients with relapsed] SLE", "11 [new] SLE".
_NAMES: Final = re.compile(
    r"^(?: of (?:them|these|those|whom))?(?: ?,?(?: (?!an? )[\w'’-]+){0,6}? (?:with|had|have|has|having|"
    r"whose|bearing|carrying|suffering from|living with|diagnosed with)"
    rf"(?: {_STRAY}[\w,/+’'-]+| or| and(?= [\w-]+ )){{0,7}} ?"
    rf"|(?: {_STRAY}[\w+-]+){{0,2}} ?)$"
)
#: The same where the disease comes first: "SLE, n = 8", "SLE (8", "SLE 8", "SLE was the diagnosis in eight".
_LISTS: Final = re.compile(r"^(?:['’]s)?\)?[\s,:|–—-]*[(\[]?\s*(?:[nN]\s?=\s?)?$")
_IN: Final = re.compile(r"^(?:,? [\w-]+){0,3},? in (?:the |all )?$")
_LIST_GOES_ON: Final = re.compile(r"^(?:\s*[,;.)]|\s*$|\s(?:and|or)\b)")
#: A disease of some of them, or of none.
_OF_SOME: Final = re.compile(
    r"\b(?:most|mostly|mainly|majority|predominantly|chiefly|largely|some|including|without|counting|except)\b",
    re.IGNORECASE,
)
_NONE: Final = re.compile(r"\bno\b", re.IGNORECASE)
#: The count of a part that is itself no group that is told: "148 were infused (FL [124], MZL 24)".
_COUNTED: Final = re.compile(
    r"^(?: \([\w-]+\))?,? ?[(\[]?(?:n ?= ?)?\d+(?![\d.]*\s?(?:%|years|months|mg|g\b))"
)
_DASH: Final = re.compile(r"\s[–—-]\s")
_NEXT_OF_LIST: Final = re.compile(r"^\)?[,;]?\s(?:and |plus |or |another )?$")
_OF_THEM: Final = re.compile(r"^ of (?:them|whom|these|those|which)\b")


def diseases_of(
    groups: Sequence[Candidate], counts: Sequence[Candidate], diseases: Sequence[Extent], text: str
) -> list[Suffered | None]:
    """The disease of each group; None where its sentence tells none.

    Args:
        groups: the distinct groups, in order.
        counts: every count that is a group, those that are told again among them.
        diseases: extents of the disease mentions, in order.
        text: the text that extents refer to.
    """
    by_sentence: dict[Extent, list[Candidate]] = {}
    for count in counts:
        by_sentence.setdefault(count.sentence, []).append(count)
    sentences = {
        (start, end): _Sentence(
            inside, [d for d in between(diseases, start, end, itemgetter(0)) if d[1] <= end], text
        )
        for (start, end), inside in by_sentence.items()
    }
    return [sentences[group.sentence].disease_of(group) for group in groups]


class _Sentence:
    """The groups and diseases of one sentence, and which of them are bound.

    Attributes:
        bound: the disease that is bound to each group, by the extent of the group.
        named: the full name beside which a short form stands ("lupus (SLE)"); other diseases are their own.
    """

    def __init__(self, groups: Sequence[Candidate], diseases: Sequence[Extent], text: str) -> None:
        self.groups = groups
        self.diseases = diseases
        self.text = text
        self.named = {disease: disease for disease in diseases}
        for one, other in pairwise(diseases):
            if text[one[1] : other[0]] == " (":
                self.named[other] = self.named[one]
        self.bound: dict[Extent, Extent] = {}
        for group in groups:
            named = self._named(group)
            if named:
                self.bound[group.extent] = named
        taken = set(self.bound.values())
        for group in groups:
            if group.extent not in self.bound or group.form in ("listed", "equals"):
                listed = self._listed(group)
                if listed and (listed not in taken or self._is_aside(listed, group)):
                    self.bound[group.extent] = listed

    def disease_of(self, group: Candidate) -> Suffered | None:
        """What is bound to the group, or else the nearest that may be meant."""
        bound = self.bound.get(group.extent)
        if bound:
            return None if self._is_of_part(bound, group) else Suffered(bound, _BOUND)
        if len({self.named[disease] for disease in self.bound.values()}) > 1:
            return None  # a list of diseases, and the group is none of its parts
        left = [disease for disease in self.diseases if self._may_have(group, disease)]
        after = [
            d for d in left if d[0] >= group.extent[0] and not self._counts_within(group.extent[1], d[0])
        ]
        before = [disease for disease in left if disease[1] <= group.extent[0]]
        if not after and not before:
            return None
        disease = after[0] if after else before[-1]
        if self._holders(disease):
            return Suffered(disease, _OF_THE_WHOLE)
        return Suffered(disease, _AFTER if after else _BEFORE)

    def _named(self, group: Candidate) -> Extent | None:
        """The disease within "12 SLE patients", or the next one, if the words up to it give it to them."""
        inside = (d for d in self.diseases if group.extent[0] <= d[0] and d[1] <= group.extent[1])
        if (within := next(inside, None)) is not None:
            return within
        after = next((d for d in self.diseases if d[0] >= group.extent[1]), None)
        if after is None or self._counts_within(group.extent[1], after[0]):
            return None
        gap = _BRACKETED.sub("", self.text[group.extent[1] : after[0]]).replace("  ", " ")
        return after if _NAMES.match(gap) and not _OF_SOME.search(gap) else None

    def _listed(self, group: Candidate) -> Extent | None:
        """The disease before the count in a list."""
        before = [d for d in self.diseases if d[1] <= group.extent[0]]
        if not before or self._counts_within(before[-1][1], group.extent[0]):
            return None
        gap = self.text[before[-1][1] : group.extent[0]]
        if group.form == "unit" and _DASH.search(gap):
            return None  # "studies of lupus and SSc – ten patients had been dosed"
        goes_on = _LIST_GOES_ON.match(self.text[group.extent[1] :][:8])
        return before[-1] if _LISTS.match(gap) or (goes_on and _IN.match(gap)) else None

    def _is_aside(self, disease: Extent, group: Candidate) -> bool:
        """Whether the count is the disease's beyond doubt: "SLE (8)", "SLE, n = 8"."""
        return bool(re.search(r"[(=]", self._between(group, disease)))

    def _may_have(self, group: Candidate, disease: Extent) -> bool:
        """Whether a disease that is not bound to a group may be its disease all the same."""
        gap = self._between(group, disease)
        if _OF_SOME.search(gap) or self._is_of_part(disease, group):
            return False
        if disease[0] >= group.extent[1] and (
            _NONE.search(gap) or _COUNTED.match(self.text[disease[1] : disease[1] + 30])
        ):
            return False
        if not self._holders(disease) or disease[1] > group.extent[0]:
            return True
        return not _NEXT_OF_LIST.match(gap) or bool(_OF_THEM.match(self.text[group.extent[1] :][:12]))

    def _is_of_part(self, disease: Extent, group: Candidate) -> bool:
        """Whether the disease is bound to a smaller group."""
        return any(holder.n < group.n for holder in self._holders(disease))

    def _holders(self, disease: Extent) -> list[Candidate]:
        """The groups that a disease is bound to, by its full name or its short form."""
        held = {
            group.extent: self.named[bound]
            for group in self.groups
            if (bound := self.bound.get(group.extent))
        }
        return [group for group in self.groups if held.get(group.extent) == self.named[disease]]

    def _between(self, group: Candidate, disease: Extent) -> str:
        first, second = sorted((group.extent, disease))
        return self.text[first[1] : second[0]]

    def _counts_within(self, start: int, end: int) -> bool:
        return any(start <= other.extent[0] < end for other in self.groups)
