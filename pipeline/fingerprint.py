"""What an extraction depends on, as one hash; and the key that says whether a document must be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ModelError
from pipeline.records import Document
from pipeline.settings import settings

_PACKAGE: Final = Path(__file__).resolve().parent

#: Rooms whose source shapes the rows of a document.
ROOMS: Final[tuple[str, ...]] = (
    "annotate",
    "components",
    "duplicates",
    "extract",
    "findings",
    "grammar",
    "lexicon",
    "parse",
    "records",
    "vocabulary",
)

#: Distributions that compute with the weights: another version may give other rows.
PACKAGES: Final[tuple[str, ...]] = ("numpy", "scispacy", "spacy", "thinc")

#: Folders of `models/` that must be there, and the config, which stands in `weights/` as well.
_MODEL_FOLDERS: Final = ("knowledge", "weights")
_CONFIG: Final = "config.cfg"

_DIGEST_BYTES: Final = 16


class Fingerprint(str):
    """A fingerprint that still knows what it was made of.

    Attributes:
        parts: one hash each of the `model` (weights, config, a guest), the `knowledge` base and the `code`
            (source and packages). They tell why two fingerprints differ; nothing else depends on them.
    """

    parts: Mapping[str, str]


def fingerprint(models: Path, packages: Sequence[str] = PACKAGES, source: Path = _PACKAGE) -> Fingerprint:
    """One hash of everything but the document that shapes an extraction, 32 hex digits.

    Names (relative) and contents of the model's files, source of the rooms from parsing to extraction,
    versions of the packages. Where the files lie and when they were changed does not matter.

    Args:
        models: folder with `weights/`, `knowledge/` and, in a checkout, `config.cfg`.
        packages: distributions whose version counts.
        source: folder of the package `pipeline`.

    Raises:
        ModelError: the weights or the knowledge base are missing.
    """
    whole = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    parts = {part: hashlib.blake2b(digest_size=_DIGEST_BYTES) for part in ("model", "knowledge", "code")}
    for name, content in _parts(models, packages, source):
        told = json.dumps([name, content]).encode()
        whole.update(told)
        parts[_part_of(name)].update(told)
    result = Fingerprint(whole.hexdigest())
    result.parts = {part: digest.hexdigest() for part, digest in parts.items()}
    return result


def _part_of(name: str) -> str:
    """Which part of the fingerprint a line of it belongs to."""
    if name.startswith("models knowledge/"):
        return "knowledge"
    return "model" if name.startswith(("models ", "guest")) else "code"


def _parts(models: Path, packages: Sequence[str], source: Path) -> Iterator[tuple[str, str]]:
    for name in sorted(packages):
        yield f"package {name}", version(name)
    for folder in _MODEL_FOLDERS:
        paths = list(_files(models / folder))
        if not paths:
            raise ModelError(
                f"{models / folder} is missing or empty: train the model or set CARTOGRAPHER_MODELS"
            )
        yield from _hashes("models", models, paths)
    yield from _hashes("models", models, _files(models / _CONFIG))
    yield from _guest_parts()
    for room in ROOMS:
        paths = [*_files(source / f"{room}.py"), *_files(source / room)]
        yield from _hashes("source", source, (path for path in paths if path.suffix == ".py"))


def _guest_parts() -> Iterator[tuple[str, str]]:
    """The NER model that the settings name, if any, and how it is used."""
    given = settings()
    if not given.ner_model:
        return
    yield "guest", json.dumps([given.ner_model, given.ner_labels, given.ner_mode])
    folder = Path(given.ner_model)
    if not folder.exists():
        try:
            spec = find_spec(given.ner_model)
        except (ImportError, ValueError):
            spec = None
        if spec is None or spec.origin is None:
            raise ModelError(
                f"the model {given.ner_model} (CARTOGRAPHER_NER_MODEL) is not installed: install it into "
                f"this environment with `pip install {given.ner_model}`. scispaCy's models are archives on "
                "the release page of scispaCy: there `pip install` takes the address of the archive."
            )
        folder = Path(spec.origin).parent
    yield from _hashes("guest", folder, _files(folder))


def _hashes(kind: str, root: Path, paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        status = path.stat()
        content = _file_hash(_FileState(path, status.st_size, status.st_mtime_ns))
        yield f"{kind} {path.relative_to(root).as_posix()}", content


def _files(path: Path) -> Iterator[Path]:
    """The file itself, or the files below a folder in order of their names; hidden ones do not count."""
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir(), key=lambda child: child.name):
            if not child.name.startswith((".", "__pycache__")):
                yield from _files(child)


class _FileState(NamedTuple):
    """A file whose content is taken to be the same while size and time of change are."""

    path: Path
    size: int
    mtime_ns: int


@cache
def _file_hash(state: _FileState) -> str:
    """Hash of a file's content, remembered in this process."""
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    with state.path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def extraction_key(document: Document, fingerprint: str) -> str:
    """Hash of a document as parsed × fingerprint, 32 hex digits: equal keys have equal rows.

    Args:
        document: all its fields count, also where it came from, since its row tells that.
        fingerprint: what `fingerprint` returned.
    """
    # JSON with escapes writes every text one way, also one with lone surrogates, in every Python.
    content = json.dumps([fingerprint, asdict(document)], sort_keys=True, default=_iso)
    return hashlib.blake2b(content.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a document holds no {type(value).__name__}")
