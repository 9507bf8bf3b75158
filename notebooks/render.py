"""The notebook, run on the sample documents, as a page of the documentation: docs/evidence-notebook.md.

    python notebooks/render.py OUTPUT

OUTPUT is a folder with tables of `seeds/`, best with two snapshots: the page then has something to compare.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from pathlib import Path
from typing import Final

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from traitlets.config import Config

ROOT: Final = Path(__file__).resolve().parent.parent
NOTEBOOK: Final = ROOT / "notebooks" / "evidence.ipynb"
PAGE: Final = ROOT / "docs" / "evidence-notebook.md"
IMAGES: Final = ROOT / "docs" / "images"

_MADE: Final = (
    "<!-- Made by `python notebooks/render.py OUTPUT` from the notebook and the tables of seeds/. -->"
)


def rendered(output: Path) -> tuple[str, dict[str, bytes]]:
    """The page, and its pictures by name."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "outputs").symlink_to(output.resolve())
        (Path(folder) / "notebooks").mkdir()
        place = {"metadata": {"path": str(Path(folder) / "notebooks")}}
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=place).execute()
    # Pictures and plain text: pages of a repository show no styles of their own.
    shown = ["image/svg+xml", "text/plain"]
    exporter = MarkdownExporter(config=Config(NbConvertBase={"display_data_priority": shown}))
    names = {"unique_key": "evidence", "output_files_dir": "images"}
    page, resources = exporter.from_notebook_node(notebook, resources=names)
    # Where the samples lie on this machine is nobody's business.
    here = f"file://{ROOT.as_posix()}/"
    text = re.sub(r"\s*\n\s*?\n(?=\S|    )", "\n\n", page.replace(here, ""))
    pictures = {Path(name).name: data for name, data in resources["outputs"].items()}
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join([_MADE, "", *lines, ""]), pictures


def main() -> None:
    """Write the page and its pictures."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("output", type=Path, metavar="OUTPUT")
    page, pictures = rendered(reader.parse_args().output)
    IMAGES.mkdir(exist_ok=True)
    for name, data in pictures.items():
        (IMAGES / name).write_bytes(data)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
