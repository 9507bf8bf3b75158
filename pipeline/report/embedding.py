"""JSON inside of a page: compressed, and in letters that can neither end a script nor start one."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import Any, Final

#: Level 6 makes 5,000 documents in half the time of level 9, and 1 per cent larger.
_LEVEL: Final = 6


def packed(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """A value as JSON in UTF-8, gzip and base64; the same for the same value.

    Base64 has no `<`, so that whatever a document says stays inside of its script element.
    """
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return base64.b64encode(gzip.compress(plain, _LEVEL, mtime=0)).decode("ascii")


def script_hash(source: str) -> str:
    """The source expression by which a Content-Security-Policy lets an inline script or style pass."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode('ascii')}'"
