"""The fingerprint changes with what shapes an extraction, and with nothing else."""

from __future__ import annotations

import os
import pickle
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest

import pipeline
from pipeline.errors import ModelError
from pipeline.fingerprint import ROOMS, extraction_key, fingerprint
from pipeline.records import Document, Section


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("weights/ner/model", "weights/config.cfg", "knowledge/concepts.jsonl", "config.cfg"):
        path = tmp_path / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "models"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "pipeline"
    (root / "components").mkdir(parents=True)
    (root / "components" / "grounder.py").write_text("RULE = 1\n")
    (root / "records.py").write_text("ROW = 1\n")
    (root / "cli.py").write_text("HELP = 1\n")
    return root


def test_same_content_gives_the_same_hash(models: Path, source: Path) -> None:
    """Neither the folder nor the time of change counts, only names and contents."""
    before = fingerprint(models, source=source)
    moved = models.rename(models.with_name("elsewhere"))
    os.utime(moved / "weights/ner/model", (1, 1))
    assert fingerprint(moved, source=source) == before


@pytest.mark.parametrize("name", ["weights/ner/model", "knowledge/concepts.jsonl", "config.cfg"])
def test_each_model_file_counts(models: Path, source: Path, name: str) -> None:
    """Weights, knowledge and config each change the hash, also within one process."""
    before = fingerprint(models, source=source)
    (models / name).write_text("other content")
    assert fingerprint(models, source=source) != before


def test_a_renamed_file_counts(models: Path, source: Path) -> None:
    """The same bytes under another name are another model."""
    before = fingerprint(models, source=source)
    (models / "weights/ner/model").rename(models / "weights/ner/model2")
    assert fingerprint(models, source=source) != before


def test_moving_a_border_between_files_counts(models: Path, source: Path) -> None:
    """Contents are hashed file by file: shifting bytes from one to the next is seen."""
    first, second = models / "weights/a", models / "weights/b"
    first.write_text("xy"), second.write_text("z")
    before = fingerprint(models, source=source)
    first.write_text("x"), second.write_text("yz")
    assert fingerprint(models, source=source) != before


def test_source_of_the_rooms_counts(models: Path, source: Path) -> None:
    """A changed rule re-reads the documents; a changed command line and compiled or hidden files do not."""
    before = fingerprint(models, source=source)
    (source / "cli.py").write_text("HELP = 2\n")
    (source / "components" / "__pycache__").mkdir()
    (source / "components" / "__pycache__" / "grounder.pyc").write_text("compiled")
    (models / "weights" / ".gitignore").write_text("*")
    assert fingerprint(models, source=source) == before
    (source / "components" / "grounder.py").write_text("RULE = 2\n")
    assert fingerprint(models, source=source) != before


def test_package_versions_count(models: Path, source: Path) -> None:
    """Another set of packages is another fingerprint, in whatever order they are named."""
    one = fingerprint(models, ("numpy",), source)
    assert one != fingerprint(models, ("numpy", "spacy"), source)
    assert fingerprint(models, ("spacy", "numpy"), source) == fingerprint(models, ("numpy", "spacy"), source)


def test_missing_weights_stop_the_run(models: Path, source: Path) -> None:
    """A hash of nothing would call every document unchanged."""
    (models / "knowledge/concepts.jsonl").unlink()
    with pytest.raises(ModelError, match="knowledge is missing or empty"):
        fingerprint(models, source=source)


def test_every_room_exists() -> None:
    """A room that was renamed would drop out of the hash without a word."""
    package = Path(pipeline.__file__).parent
    assert [
        room for room in ROOMS if not (package / room).is_dir() and not (package / f"{room}.py").is_file()
    ] == []


DOCUMENT = Document("d1", "file:///a", "text/plain", "news", "text", (Section("body", 0, 4),))
OTHER = {
    "doc_id": "d2",
    "source_uri": "file:///b",
    "media_type": "text/html",
    "kind": "paper",
    "text": "texts",
    "sections": (Section("quote", 0, 4),),
    "published_on": date(2026, 2, 4),
    "trial_ids": ("NCT1",),
    "is_machine_written": False,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Document)])
def test_every_field_of_a_document_is_in_its_key(name: str) -> None:
    """A field that changes a row changes the key."""
    other = replace(DOCUMENT, **{name: OTHER.get(name, "x")})
    assert extraction_key(other, "f") != extraction_key(DOCUMENT, "f")


def test_the_key_depends_on_fingerprint_and_content_alone() -> None:
    """Equal documents have equal keys; another fingerprint gives another key."""
    assert extraction_key(replace(DOCUMENT), "f") == extraction_key(DOCUMENT, "f")
    assert extraction_key(DOCUMENT, "g") != extraction_key(DOCUMENT, "f")


def test_a_text_with_a_lone_surrogate_has_a_key() -> None:
    """JSON input can hold half a surrogate pair; the key must not be what fails on it."""
    assert extraction_key(replace(DOCUMENT, text="\ud800"), "f") != extraction_key(DOCUMENT, "f")


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ("models/weights/ner/model", "model"),
        ("models/config.cfg", "model"),
        ("models/knowledge/concepts.jsonl", "knowledge"),
        ("pipeline/components/grounder.py", "code"),
    ],
)
def test_the_parts_tell_what_changed(models: Path, source: Path, changed: str, part: str) -> None:
    """Model, knowledge and code have a hash each; the others stay. A fingerprint can be sent to a worker."""
    before = fingerprint(models, source=source)
    (models.parent / changed).write_text("other content")
    after = fingerprint(models, source=source)
    assert {name for name in after.parts if after.parts[name] != before.parts[name]} == {part}
    assert pickle.loads(pickle.dumps(after)).parts == after.parts
