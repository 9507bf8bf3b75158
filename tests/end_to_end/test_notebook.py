"""The notebook runs from top to bottom on tables of the seeds, and is committed without outputs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.end_to_end.conftest import Read

nbformat = pytest.importorskip("nbformat", reason="needs the extra 'notebook'")
nbclient = pytest.importorskip("nbclient", reason="needs the extra 'notebook'")
pytest.importorskip("ipykernel", reason="needs the extra 'notebook'")

NOTEBOOK = ROOT / "notebooks" / "evidence.ipynb"
QUESTIONS = 5


@pytest.fixture(scope="module")
def executed(read: Read, seeds: list[Path], tmp_path_factory: pytest.TempPathFactory) -> object:
    """The notebook after all its cells, beside an output folder with two snapshots."""
    place = tmp_path_factory.mktemp("analyst")
    read(place / "outputs", *seeds[:6])
    read(place / "outputs", *seeds)
    (place / "notebooks").mkdir()
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(place / "notebooks")}}
    with pytest.MonkeyPatch.context() as patched:
        # Jupyter's own files stay out of the home folder.
        for name in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
            patched.setenv(name, str(place / name.lower()))
        for name in [name for name in os.environ if name.startswith("PREFECT")]:
            patched.delenv(name)
        nbclient.NotebookClient(notebook, timeout=240, kernel_name="python3", resources=resources).execute()
    return notebook


def test_it_is_committed_without_outputs() -> None:
    """Neither pictures nor counts of executions: what it shows depends on whose tables they are."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


def outputs(executed: object) -> list[dict[str, str]]:
    """The contents of all that the cells show, by media type."""
    cells = executed.cells  # type: ignore[attr-defined]
    shown = [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]
    assert not [out for out in shown if out.output_type == "error"]
    return [out["data"] for out in shown if "data" in out]


def test_each_question_has_its_chart(executed: object) -> None:
    """Five charts, drawn without the network, each with something in it."""
    charts = [str(data["image/svg+xml"]) for data in outputs(executed) if "image/svg+xml" in data]
    assert len(charts) == QUESTIONS
    rates, sizes, years, changes, said = charts
    assert "CD22" in rates
    assert "36 of 38" in rates
    assert "myasthenia gravis" in sizes
    assert "animal" in years
    assert "adverse_events" in changes
    assert "denied" in said
    for chart in charts:
        assert chart.count("<path") > 5


def test_evidence_is_shown_marked(executed: object) -> None:
    """The sentence behind the first figure, and one statement each that is seen, denied and feared."""
    shown = [data["text/html"] for data in outputs(executed) if "<blockquote" in data.get("text/html", "")]
    assert len(shown) == 4
    assert "Cytokine release syndrome" in shown[0] or "cytokine release syndrome" in shown[0]
    assert "line-through" in shown[2]


def test_what_changed_is_told_in_words(executed: object) -> None:
    """The four documents that the second run added, and why."""
    tables = [
        data["text/html"] for data in outputs(executed) if "<th>cause</th>" in data.get("text/html", "")
    ]
    assert len(tables) == 1
    assert "added" in tables[0]


def test_the_rendered_page_is_that_of_the_notebook() -> None:
    """`python notebooks/render.py OUTPUT` writes it: all words and code of the notebook, and its pictures."""
    page = (ROOT / "docs" / "evidence-notebook.md").read_text("utf-8")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not [cell.source for cell in notebook.cells if cell.source not in page]
    pictures = re.findall(r"\]\((images/[^)]+)\)", page)
    assert len(pictures) == QUESTIONS
    for name in pictures:
        assert (ROOT / "docs" / name).read_text("utf-8").startswith("<svg")
    assert "file:///" not in page
