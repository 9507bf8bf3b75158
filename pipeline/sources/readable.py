"""What all streams of bytes have in common."""

from __future__ import annotations

from typing import Protocol


class Readable(Protocol):
    """Anything that gives bytes in order; fewer than asked for only where some are left, none at the end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
