"""Paths and environment, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.errors import UsageError

_PACKAGE = Path(__file__).resolve().parent
_PREFIX: Final = "CARTOGRAPHER_"
#: Words that turn a switch off; any other turns it on.
_NO: Final = frozenset({"", "0", "no", "off", "false"})


def _models_dir() -> Path:
    beside = _PACKAGE.parent / "models"
    return beside if beside.is_dir() else _PACKAGE / "models"


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of them is allowed.

    Each field has an environment variable: `CARTOGRAPHER_` and its name in capitals.

    Attributes:
        models: folder with `weights/` and `knowledge/` (`CARTOGRAPHER_MODELS`).
        cache: folder for the orchestrator's own files and for what sources have fetched
            (`CARTOGRAPHER_CACHE`).
        max_document_chars: a longer text is refused with a failure row (`CARTOGRAPHER_MAX_DOCUMENT_CHARS`).
        max_payload_bytes: a larger file is refused with a failure row (`CARTOGRAPHER_MAX_PAYLOAD_BYTES`).
        max_xml_depth: XML whose elements lie deeper in each other is refused; the parser's own limit is 256.
        max_document_seconds: a document that takes longer to read fails, and costs only itself.
        max_worker_bytes: memory that a process that reads may take, about; 0 for no limit.
        kept_logs: how many runs' logs are kept.
        ner_model: an installed spaCy or scispaCy model whose entities are read as well, or ""
            (`CARTOGRAPHER_NER_MODEL`).
        ner_labels: its labels and ours, such as `DISEASE=CONDITION,DRUG=CHEMICAL`; "" for scispaCy's
            (`CARTOGRAPHER_NER_LABELS`).
        ner_mode: whether its entities `join` ours or `replace` them (`CARTOGRAPHER_NER_MODE`).
        max_archive_depth: how deep archives may lie in archives; a compression counts like an archive.
        max_archive_bytes: more than this is not unpacked from one archive.
        max_expansion: an archive that grows by more than this factor is taken for a bomb.
        max_query_records: a query that finds more is refused with a failure row.
        offline: use nothing but what has been fetched before.
        refresh_hours: an article or full text that was fetched is asked for again after so many hours.
        timeout_seconds: how long a server may be silent.
        max_attempts: how often an address is tried that answers with a passing error.
        delay_seconds: pause between two requests to one web site.
        contact: e-mail address or page that tells servers who is asking, or "".
        pubmed_url: base address of NCBI's E-utilities.
        pubmed_api_key: key of an NCBI account, or "".
        europepmc_url: base address of Europe PMC's web service.
        clinicaltrials_url: base address of the API of ClinicalTrials.gov, version 2.
    """

    models: Path = field(default_factory=_models_dir)
    cache: Path = field(default_factory=lambda: Path.home() / ".cache" / "cartographer")
    # A long book has about 1.5 million characters; beyond two million it is a dump, not a document.
    max_document_chars: int = 2_000_000
    max_payload_bytes: int = 100_000_000
    # Papers of PubMed Central reach 20 levels.
    max_xml_depth: int = 200
    # The longest text that is read takes a minute, on a busy machine two.
    max_document_seconds: float = 300.0
    # It takes 1.7 GB.
    max_worker_bytes: int = 2_500_000_000
    kept_logs: int = 100
    ner_model: str = ""
    ner_labels: str = ""
    ner_mode: str = "join"
    # A zip of compressed tars of compressed files: nobody packs deeper without intent.
    max_archive_depth: int = 4
    # The largest bulk files of open papers hold some 60 GB.
    max_archive_bytes: int = 100_000_000_000
    # Texts and XML shrink to a 3rd to a 30th, a bomb to a 1,000th and less.
    max_expansion: int = 200
    max_query_records: int = 100_000
    offline: bool = False
    refresh_hours: float = 168.0
    timeout_seconds: float = 30.0
    max_attempts: int = 5
    delay_seconds: float = 1.0
    contact: str = ""
    pubmed_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    pubmed_api_key: str = field(default="", repr=False)
    europepmc_url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    clinicaltrials_url: str = "https://clinicaltrials.gov/api/v2"

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

    Raises:
        UsageError: a variable that should be a number is none.
    """
    default = Settings()
    given = {
        each.name: _value(_PREFIX + each.name.upper(), getattr(default, each.name))
        for each in fields(Settings)
        if os.environ.get(_PREFIX + each.name.upper(), "").strip()
    }
    return Settings(**given)


def _value(variable: str, default: Any) -> Any:  # noqa: ANN401 - of the default's own type
    """What a variable of the environment says, as a value of the default's type."""
    word = os.environ[variable].strip()
    if isinstance(default, bool):
        return word.lower() not in _NO
    kind = type(default)
    try:
        return kind(word)
    except ValueError:
        example = Settings.__dataclass_fields__[variable.removeprefix(_PREFIX).lower()].default
        raise UsageError(f"{variable} is {word!r}: it must be a number, such as {example}.") from None
