"""Whether a therapy beside an adverse event is its cause or was given against it; on characters."""

from __future__ import annotations

import re
from typing import Final

from pipeline.findings import Extent

# "CRS, treated with X", "X for CRS": a therapy against the event.
_TREATED_WITH: Final = re.compile(
    r"\b(?:treat\w*|manag\w*|respond\w*|resol\w*|improv\w*|recover\w*|controlled|reversed|abated|subsided|"
    r"requir\w*|"
    r"needed|given|received|got)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_REMEDY_FOR: Final = re.compile(
    r"^[^.;]{0,30}\b(?:for|against|to (?:treat|control|manage|prevent)|as (?:treatment|prophylaxis) (?:of|"
    r"for)) "
    r"(?:the |their |his |her )?(?:[\w≥-]+ ){0,3}$",
    re.IGNORECASE,
)
# What makes a therapy the cause of an event, from one to the other.
_CAUSED_BY: Final = re.compile(
    r"[^.;,]{0,30}\b(?:caused by|due to|from|after|following|on|during|induced by|associated with|related to|"
    r"attributed to|"
    r"secondary to|with|of|by|in)\b(?: (?:the|an?|[\w-]+)){0,3} ",
    re.IGNORECASE,
)
_CAUSING: Final = re.compile(
    r"[-‐‑ ](?:(?:induced|related|associated|treated|mediated)\b|[^.;,]{0,20}\b(?:caus\w+|induc\w+|"
    r"trigger\w+|produc\w+|"
    r"led to|leads to|resulted in|associated with|developed|experienced|had)\b)(?: [\w≥-]+){0,4} ",
    re.IGNORECASE,
)


def is_remedy(text: str, event: Extent, therapy: Extent) -> bool:
    """Whether the words between an event and a therapy say that it was given against the event."""
    if therapy[0] < event[1]:
        return _REMEDY_FOR.search(text[therapy[1] : event[0]]) is not None
    return _TREATED_WITH.search(text[event[1] : therapy[0]]) is not None


def is_blamed(text: str, event: Extent, therapy: Extent) -> bool:
    """Whether the words between an event and a therapy make the therapy its cause."""
    if therapy[0] < event[1]:
        return _CAUSING.fullmatch(text[therapy[1] : event[0]]) is not None
    return _CAUSED_BY.fullmatch(text[event[1] : therapy[0]]) is not None
