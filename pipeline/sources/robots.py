"""What web sites allow programs to read (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from pipeline.errors import SourceError

#: Name by which a robots.txt may address this program.
ROBOT: Final = "Cartographer"
#: At least half a megabyte must be read.
_MAX_BYTES: Final = 500_000
#: A longer pause that a robots.txt asks for is cut to this, so that one site can't hold up a run.
_MAX_PAUSE: Final = 30.0


class Robots:
    """The rules of the sites that were asked so far.

    Args:
        fetch: gives the bytes of a robots.txt, None where a site has none; raises SourceError where it can't
            be had: everything is forbidden then.
    """

    def __init__(self, fetch: Callable[[str], bytes | None]) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | None] = {}

    def pause(self, address: str) -> float:
        """Seconds between two requests that the site of an address asks for; 0 where it asks for none.

        Raises:
            SourceError: the site forbids the address, or its robots.txt can't be read.
        """
        parts = urlsplit(address)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            body = self._fetch(f"{site}/robots.txt")
            text = None if body is None else body[:_MAX_BYTES].decode("utf-8", "replace")
            self._rules[site] = None if text is None else Protego.parse(text)
        rules = self._rules[site]
        if rules is None:
            return 0.0
        if not rules.can_fetch(address, ROBOT):
            raise SourceError(
                f"{site}/robots.txt forbids programs to read {address}. Save the page and name the file."
            )
        return min(rules.crawl_delay(ROBOT) or 0.0, _MAX_PAUSE)
