"""Paths and environment, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _models_dir() -> Path:
    beside = _PACKAGE.parent / "models"
    return beside if beside.is_dir() else _PACKAGE / "models"


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of them is allowed. Each field has an environment variable.

    Attributes:
        models: folder with `weights/` and `knowledge/` (`CARTOGRAPHER_MODELS`).
        cache: folder for the orchestrator's own files (`CARTOGRAPHER_CACHE`).
        max_document_chars: a longer text is refused with a failure row (`CARTOGRAPHER_MAX_DOCUMENT_CHARS`).
        max_payload_bytes: a larger file is refused with a failure row (`CARTOGRAPHER_MAX_PAYLOAD_BYTES`).
        ner_model: an installed spaCy or scispaCy model whose entities are read as well, or ""
            (`CARTOGRAPHER_NER_MODEL`).
        ner_labels: its labels and ours, such as `DISEASE=CONDITION,DRUG=CHEMICAL`; "" for scispaCy's
            (`CARTOGRAPHER_NER_LABELS`).
        ner_mode: whether its entities `join` ours or `replace` them (`CARTOGRAPHER_NER_MODE`).
    """

    models: Path = field(default_factory=_models_dir)
    cache: Path = field(default_factory=lambda: Path.home() / ".cache" / "cartographer")
    # A long book has about 1.5 million characters; beyond two million it is a dump, not a document.
    max_document_chars: int = 2_000_000
    max_payload_bytes: int = 100_000_000
    ner_model: str = ""
    ner_labels: str = ""
    ner_mode: str = "join"

    @property
    def weights(self) -> Path:
        """Folder of the spaCy pipeline."""
        return self.models / "weights"

    @property
    def knowledge(self) -> Path:
        """Folder of the knowledge base."""
        return self.models / "knowledge"


@cache
def settings() -> Settings:
    """The settings of this process, from the environment.

    Example:
        >>> settings().max_document_chars > 0
        True
    """
    given = os.environ.get
    default = Settings()
    return Settings(
        models=Path(given("CARTOGRAPHER_MODELS", default.models)),
        cache=Path(given("CARTOGRAPHER_CACHE", default.cache)),
        max_document_chars=int(given("CARTOGRAPHER_MAX_DOCUMENT_CHARS", default.max_document_chars)),
        max_payload_bytes=int(given("CARTOGRAPHER_MAX_PAYLOAD_BYTES", default.max_payload_bytes)),
        ner_model=given("CARTOGRAPHER_NER_MODEL", default.ner_model).strip(),
        ner_labels=given("CARTOGRAPHER_NER_LABELS", default.ner_labels),
        ner_mode=given("CARTOGRAPHER_NER_MODE", default.ner_mode),
    )
