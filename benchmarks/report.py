"""The report page of many documents: how large it is, and how soon it can be used, in the system's Chromium.

    python -m benchmarks.report [--documents 5000] [--rounds 5]

The documents are made up: some 3,000 characters each, with a study, 27 mentions and words that no other
one has, so that they pack no better than papers do. The page is opened in a fresh window each round; the
median is printed. `usable` is the time from the start of the navigation until table and list are there.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from pipeline import open_snapshot
from pipeline.report import write_report
from pipeline.store import Store
from tests.end_to_end.browser import executable, launched
from tests.unit.report.samples import many
from tests.unit.store.made import publish

#: Documents a shard, as a run of the main job has them.
_SHARD: Final = 250

_WATCH: Final = """
  new MutationObserver(() => {
    if (document.documentElement.dataset.ready) window.usable ??= performance.now();
  }).observe(document, { attributes: true, subtree: true });
"""
_FILTER: Final = """() => {
  const field = document.querySelector("#search");
  field.value = "gprc5d lupus";
  const from = performance.now();
  field.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  return performance.now() - from;
}"""
_SORT: Final = """async () => {
  const from = performance.now();
  const rows = document.querySelector("#evidence-body");
  const drawn = new Promise((resolve) =>
    new MutationObserver(resolve).observe(rows, { childList: true, subtree: true }));
  document.querySelector("[data-sort=source]").click();
  await drawn;
  document.body.getBoundingClientRect();
  return performance.now() - from;
}"""
_OPEN: Final = """async () => {
  const from = performance.now();
  const text = document.querySelector("#reader-text");
  const there = new Promise((resolve) => new MutationObserver(resolve).observe(text, { childList: true }));
  document.querySelector("#documents-list a").click();
  await there;
  document.body.getBoundingClientRect();
  return performance.now() - from;
}"""


def filled(output: Path, n_documents: int) -> Path:
    """An output folder with a snapshot of made-up documents."""
    extractions = [told.extraction() for told in many(n_documents)]
    batches = [extractions[at : at + _SHARD] for at in range(0, len(extractions), _SHARD)]
    publish(Store(output), "r1", batches)
    return output


def measured(page: Page, file: Path) -> dict[str, float]:
    """Milliseconds until the page can be used, and of a filter, a sort and a document that is opened."""
    page.add_init_script(_WATCH)
    page.goto(file.as_uri())
    page.wait_for_function("window.usable")
    figures = {"usable": page.evaluate("window.usable"), "sort": page.evaluate(_SORT)}
    return figures | {"filter": page.evaluate(_FILTER), "open a document": page.evaluate(_OPEN)}


def main() -> None:
    """Write the page and open it."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--documents", type=int, default=5000)
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        output, file = filled(Path(folder) / "outputs", asked.documents), Path(folder) / "report.html"
        start = time.perf_counter()
        report = write_report(open_snapshot(output), file)
        seconds = time.perf_counter() - start
        print(f"{report.n_documents:,} documents, {report.n_bytes / 1e6:.1f} MB, written in {seconds:.1f} s")
        if (path := executable()) is None:
            print("no Chromium on this system: the page was not opened")
            return
        with sync_playwright() as playwright, launched(playwright, path, Path(folder)) as browser:
            rounds = [measured(browser.new_context().new_page(), file) for _ in range(asked.rounds)]
        for name in rounds[0]:
            print(f"{name:>16} {statistics.median(one[name] for one in rounds):6.0f} ms")


if __name__ == "__main__":
    main()
