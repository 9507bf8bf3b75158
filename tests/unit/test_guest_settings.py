"""A guest model in the settings: in the pipeline, in the fingerprint, and missed at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import spacy

from pipeline.annotate import load
from pipeline.errors import ModelError
from pipeline.fingerprint import fingerprint
from pipeline.settings import settings


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set environment variables and read the settings anew."""

    def set_variables(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"CARTOGRAPHER_NER_{name}", value)
        settings.cache_clear()

    yield set_variables
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def guest(tmp_path: Path) -> Path:
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "DISEASE", "pattern": "gruffalo"}])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "guest")
    return tmp_path / "guest"


def test_the_pipeline_reads_with_the_guest(give: Callable[..., None], guest: Path) -> None:
    """Its entities are there before mentions are made; without the setting there is no such component."""
    models = settings().models
    assert "guest_model" not in load(models).pipe_names
    give(MODEL=str(guest))
    nlp = load(models)
    assert nlp.pipe_names.index("guest_model") < nlp.pipe_names.index("abbreviations")
    doc = nlp("Two patients with lupus received CD19 CAR T cells; one had gruffalo.")
    assert "gruffalo" in [span.text for span in doc.spans["conditions"]]


def test_a_missing_guest_stops_at_start(give: Callable[..., None]) -> None:
    """Loading and the fingerprint both say how to install it."""
    models = settings().models
    give(MODEL="en_ner_nowhere_md")
    for start in (load, fingerprint):
        with pytest.raises(ModelError, match="pip install en_ner_nowhere_md"):
            start(models)


def test_the_guest_is_part_of_the_fingerprint(give: Callable[..., None], guest: Path) -> None:
    """Its presence, mode, labels and files each change the hash."""
    models = settings().models
    seen = [fingerprint(models)]
    give(MODEL=str(guest))
    seen.append(fingerprint(models))
    give(MODE="replace")
    seen.append(fingerprint(models))
    give(LABELS="DISEASE=CONDITION")
    seen.append(fingerprint(models))
    (guest / "meta.json").write_text("{}")
    seen.append(fingerprint(models))
    assert len(set(seen)) == len(seen)
