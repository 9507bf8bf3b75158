"""The picture of the report page in README.md and docs/report.md: docs/images/report.png.

    python -m notebooks.picture OUTPUT

OUTPUT is a folder with tables of `seeds/`. Needs the system's Chromium. On the left is the page as it opens,
with the filters folded in; on the right a document, at the denial that a cell of the table leads to.
"""

from __future__ import annotations

import argparse
import base64
import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, sync_playwright

from pipeline import open_snapshot
from pipeline.report import write_report
from tests.end_to_end.browser import executable, launched

ROOT: Final = Path(__file__).resolve().parent.parent
PICTURE: Final = ROOT / "docs" / "images" / "report.png"
#: A window of that size is shown as wide as half of the picture.
_WINDOW: Final = {"width": 1280, "height": 1640}
_DENIED: Final = "#evidence-body [data-column=crs] a:has(.nought)"
_FRAME: Final = """\
<style>
body {{ margin: 0; padding: 16px; display: flex; align-items: start; gap: 16px; background: #e9e6de }}
img {{ width: 676px; border-radius: 8px; border: 1px solid #cfcabd }}
</style>
{}"""
_HALF: Final = '<img src="data:image/png;base64,{}">'


def _opened(browser: Browser, file: Path) -> Page:
    page = browser.new_context(viewport=_WINDOW, color_scheme="light").new_page()
    page.goto(file.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    return page


def _halves(browser: Browser, file: Path) -> list[bytes]:
    overview = _opened(browser, file)
    overview.click("#filter-panel summary")
    overview.mouse.move(0, 0)
    document = _opened(browser, file)
    document.locator(_DENIED).first.click()
    document.wait_for_selector(".is-pointed-at")
    document.evaluate("scrollTo(0, 0)")
    return [overview.screenshot(), document.screenshot()]


def main() -> None:
    """Write the picture."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("output", type=Path, metavar="OUTPUT")
    if (path := executable()) is None:
        sys.exit("no Chromium on this system")
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launched(playwright, path, Path(folder)) as browser,
    ):
        file = write_report(open_snapshot(reader.parse_args().output), Path(folder) / "report.html").path
        shown = "".join(_HALF.format(base64.b64encode(half).decode()) for half in _halves(browser, file))
        page = browser.new_context(viewport={"width": 1400, "height": 100}).new_page()
        page.set_content(_FRAME.format(shown))
        page.screenshot(path=PICTURE, full_page=True)


if __name__ == "__main__":
    main()
