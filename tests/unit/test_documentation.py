"""What the documentation says of the project is what the project does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.annotate import REQUIRED
from pipeline.components import extensions
from pipeline.tables import data_dictionary

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "models").glob("*.md")])


def test_the_data_dictionary_is_current() -> None:
    """`docs/tables.md` is what the row records say; `make docs` writes it."""
    assert (ROOT / "docs/tables.md").read_text(encoding="utf-8") == data_dictionary()


def test_the_architecture_names_every_component() -> None:
    """Each required component has its row in the table of components, in order."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    places = [page.index(f"`{name}`") for name in REQUIRED]
    assert places == sorted(places)


def test_the_architecture_names_every_room() -> None:
    """Each module or package of the top level is in the picture of the house."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {path.stem for path in (ROOT / "pipeline").iterdir() if path.suffix == ".py" or path.is_dir()}
    rooms -= {"__init__", "__pycache__", "py"}
    assert not {room for room in rooms if f"`{room}" not in page}


def test_the_floors_of_the_architecture_are_those_of_the_import_layers() -> None:
    """What the page says of who may import whom is what import-linter enforces."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (listed,) = re.findall(r"^layers = \[\n(.*?)^\]", settings, re.MULTILINE | re.DOTALL)
    layers = [re.findall(r"\w+", layer) for layer in reversed(listed.splitlines())]
    floors = {room: str(floor) for floor, layer in enumerate(layers) for room in layer}
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (`[^|]+) \|", page, re.MULTILINE)
    told = {room: floor for floor, rooms in rows for room in re.findall(r"\w+", rooms)}
    assert {room: told.get(room) for room in floors} == floors


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page is a file or folder of the project."""
    text = re.sub(r"(?ms)^```.*?^```$|`[^`\n]*`", "", page.read_text(encoding="utf-8"))
    targets = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text)
    assert not [target for target in targets if not (page.parent / target).exists()]


def test_extensions_are_all_told() -> None:
    """The docstring of the extensions names each attribute that is registered."""
    told = extensions.__doc__ or ""
    names = [*extensions._DOC_LISTS, *extensions._DOC_VALUES, *extensions._SPAN_VALUES]
    assert not [name for name in names if not re.search(rf"\b{name}\b", told)]
