"""The report page's table beside DataTables: size, and how soon it can be used, in the system's Chromium.

    python -m benchmarks.table_library [--documents 5000] [--rounds 5]

The page is written twice from the same made-up documents: as it is, and with DataTables, from the bundle of
the package itables (no dependency: `pip install itables`), in place of our search, order, pager and drawing
of rows. Filters by column, cells, cards and addresses are ours in both: DataTables has none that do without
words of documents as HTML. Both are opened in turn, in fresh windows; medians are printed.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from benchmarks.report import filled, measured
from pipeline import open_snapshot
from pipeline.report import page, write_report
from tests.end_to_end.browser import executable, launched

#: What takes the place of `evidence.js` up to its cards.
_WITH_DATATABLES: Final = """
let table = null;
function buildEvidence() {
  const frame = byId("evidence-table");
  byId("filters").append(...COLUMNS.map((column) => filterField(column, () => table.draw())));
  frame.querySelector("table").remove();
  frame.append(h("table", { id: "evidence-body" }));
  frame.hidden = false;
  // Cells are nodes: a string would be parsed as HTML.
  const shown = (column, study) => h("div", {}, column.cell(study));
  DataTable.ext.search.push((settings, words, position, study) =>
    COLUMNS.every((one) => !asked.filters[one.key] || passes(one, study, asked.filters[one.key])) &&
    !isAside(study));
  table = new DataTable("#evidence-body", {
    data: INDEX.studies,
    deferRender: true,
    autoWidth: false,
    pageLength: 50,
    order: [[COLUMNS.findIndex((one) => one.key === asked.sort), "desc"]],
    columns: COLUMNS.map((column) => ({
      title: column.title,
      data: (study, kind) => kind === "display" ? shown(column, study) : column.value(study) ?? "",
    })),
  });
  byId("search").addEventListener("input", (event) => table.search(event.target.value).draw());
  frame.querySelectorAll("thead th")[COLUMNS.length - 1].dataset.sort = "source";
}
function showEvidence() {}
function fillFields() {}
"""


@contextmanager
def with_datatables() -> Iterator[None]:
    """Pages written inside hold DataTables."""
    bundle = files("itables") / "html"
    script = (bundle / "dt_bundle.js").read_text("utf-8")
    told = re.search(r"export\{.*?(\w+) as default.*?\}", script)
    if told is None:
        sys.exit("this version of itables has another bundle than the benchmark knows")
    script = script.replace(told.group(), f"globalThis.DataTable = {told.group(1)};")
    own = page._asset

    def asset(name: str) -> str:
        text = own(name)
        if name == "elements.js":
            return f"{script}\n{text}"
        if name == "evidence.js":
            return _WITH_DATATABLES + text[text.index("/** A study as a card") :]
        return (bundle / "dt_bundle.css").read_text("utf-8") + text if name == "page.css" else text

    page._asset = asset
    try:
        yield
    finally:
        page._asset = own


def main() -> None:
    """Write both pages and open them."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--documents", type=int, default=5000)
    arguments.add_argument("--rounds", type=int, default=5)
    asked = arguments.parse_args()
    if find_spec("itables") is None or (path := executable()) is None:
        sys.exit("needs the package itables and a Chromium on this system")
    with tempfile.TemporaryDirectory() as folder:
        snapshot = open_snapshot(filled(Path(folder) / "outputs", asked.documents))
        pages = {"own": write_report(snapshot, Path(folder) / "own.html")}
        with with_datatables():
            pages["DataTables"] = write_report(snapshot, Path(folder) / "datatables.html")
        with sync_playwright() as playwright, launched(playwright, path, Path(folder)) as browser:
            rounds = [
                {name: measured(browser.new_context().new_page(), one.path) for name, one in pages.items()}
                for _ in range(asked.rounds)
            ]
    print(f"{'':>16}" + "".join(f"{name:>14}" for name in pages))
    print(f"{'size':>16}" + "".join(f"{one.n_bytes / 1e6:11.2f} MB" for one in pages.values()))
    for figure in rounds[0]["own"]:
        medians = (statistics.median(one[name][figure] for one in rounds) for name in pages)
        print(f"{figure:>16}" + "".join(f"{median:11.0f} ms" for median in medians))


if __name__ == "__main__":
    main()
