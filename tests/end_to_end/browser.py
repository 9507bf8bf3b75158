"""A real Chromium that notes whatever a page does beside being shown."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

#: Names of the same browser on different systems.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def executable() -> str | None:
    """The system's Chromium, or None."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def launched(playwright: Playwright, path: str, home: Path) -> Iterator[Browser]:
    """A browser with a profile and a home of its own."""
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_CACHE_HOME": str(home)}
    browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS, env=environment)
    yield browser
    browser.close()


class Visit:
    """A page in a window of its own, and what it did that a page of ours must not do.

    Attributes:
        page: the page.
        misdeeds: errors, dialogs and requests.
    """

    def __init__(self, browser: Browser, file: Path, address: str = "", **window: Any) -> None:
        self.misdeeds: list[str] = []
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | window))
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        # Every unpacking of a payload is counted.
        self.page.add_init_script(
            "window.unpacked = 0; const Stream = DecompressionStream;"
            "window.DecompressionStream = class extends Stream"
            "{ constructor(...given) { super(...given); window.unpacked += 1; } };"
        )
        self._url = file.as_uri()
        self.page.on("pageerror", lambda error: self.misdeeds.append(f"error {error}"))
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on(
            "dialog", lambda dialog: (self.misdeeds.append(f"dialog {dialog.message}"), dialog.dismiss())
        )
        self.page.on("request", lambda request: self._asked(request.url))
        self.open(address)

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.misdeeds.append(f"{kind} {text}")

    def _asked(self, url: str) -> None:
        if url.partition("#")[0] != self._url and url != "data:,":
            self.misdeeds.append(f"request {url[:200]}")

    def open(self, address: str) -> None:
        """Open the page anew, at an address behind the #."""
        self.page.goto("about:blank")
        self.page.goto(self._url + address)
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def column(self, name: str) -> list[str]:
        """The words of a column of the evidence table, from the top."""
        cells = self.page.locator(f"#evidence-body [data-column='{name}']")
        return [" ".join(words.split()) for words in cells.all_inner_texts()]

    def focused(self) -> str:
        """Words of what has the focus."""
        words: str = self.page.evaluate(
            "(document.activeElement.innerText || document.activeElement.id).trim()"
        )
        return words

    def settled(self) -> None:
        """Wait until a document is there in full."""
        self.page.wait_for_selector("#reader:not([hidden]):not([aria-busy]) #reader-text .section")

    def is_wider_than_the_window(self) -> bool:
        """Whether the page must be scrolled sideways."""
        wider: bool = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        return wider


def scanlines(png: bytes) -> set[bytes]:
    """The distinct lines of a picture: a blank one has few."""
    width, _, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) in ((8, 2), (8, 6)), "a PNG of eight bits, with or without transparency"
    step, at, packed = width * (3 if colour == 2 else 4) + 1, 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    raw = zlib.decompress(packed)
    return {raw[place : place + step] for place in range(0, len(raw), step)}
