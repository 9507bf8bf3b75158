"""Whether a text is biomedical: a ticker called CART or "B cells" in a battery are words of another world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.components.proposals import Proposal

#: Names that everyday English and other trades use too: no evidence of a biomedical text.
_EVERYDAY: Final = re.compile(
    r"(?:adverse events?|side effects?|toxic\w*|deaths?|died|relapses?|injur\w*|stress|pain|shock|fatigue|"
    r"headaches?|cancers?|tumou?rs?|"
    r"depression|infusions?|water|oxygen|gold|silver|iron|lithium|nickel|cobalt|carbon|alcohol|CARTs?)$",
    re.IGNORECASE,
)
#: A short text may be one sentence on one thing; a page on medicine names more than one.
_SHORT: Final = 600  # characters
_NAMES_NEEDED: Final = 3
#: A name of several words, one of them long, is no ticker and no typing error.
_SPELLED_OUT: Final = re.compile(r"(?=.* )[a-z]{10}")
_IN_FULL_NEEDED: Final = 2
#: On twelve stories without any biology the heads found one name this sure, and it had two letters; on 60
#: abstracts of NCBI-disease each had several.
_SURE_SCORE: Final = 0.9
_SURE_LENGTH: Final = 4
_SURE_NEEDED: Final = 2


def is_biomedical(text: str, proposals: Sequence[Proposal]) -> bool:
    """Whether enough different biomedical names are told, everyday words apart.

    The heads speak too where they are sure: on stories of other trades they hardly ever are.
    """
    names = {
        text[p.start : p.end].lower()
        for p in proposals
        if p.annotator != "model" and not _EVERYDAY.match(text[p.start : p.end])
    }
    sure = [p for p in proposals if p.annotator == "model" and _is_sure(p)]
    needed = 1 if len(text) < _SHORT else _NAMES_NEEDED
    in_full = [name for name in names if _SPELLED_OUT.search(name)]
    needed_sure = 1 if len(text) < _SHORT else _SURE_NEEDED
    return len(names) >= needed or len(in_full) >= _IN_FULL_NEEDED or len(sure) >= needed_sure


def _is_sure(proposal: Proposal) -> bool:
    return (proposal.score or 0) >= _SURE_SCORE and proposal.end - proposal.start >= _SURE_LENGTH
