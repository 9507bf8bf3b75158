"""Documents of a batch, from bytes to a shard, in this process; one bad document costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from spacy.tokens import Doc

from pipeline.annotate import annotate, concept_row, knowledge, language_pipeline
from pipeline.duplicates import signature
from pipeline.errors import ModelError, TableError
from pipeline.extract import extract
from pipeline.fingerprint import fingerprint
from pipeline.increment import FirstMet, Met, duplicate_id
from pipeline.lexicon.neighbours import load_neighbours
from pipeline.parse import documents
from pipeline.reading.batches import Batch, Outcome, Part, PartOutcome
from pipeline.records import Document, Extraction, Failure, Payload
from pipeline.settings import settings
from pipeline.store import ShardInfo, write_shard
from pipeline.vocabulary import Stage

#: Enough words to be compared with others', and one of most kinds of facts.
_FIRST_WORDS: Final = (
    "Of 14 adults with lupus who were enrolled, 12 were infused with CD19-directed CAR T cells this spring. "
    "None had CRS above grade 2, and one had a fever for three days; all of them were well by autumn."
)


def prepare() -> None:
    """Load what reading needs.

    Raises:
        ModelError: the language pipeline or the knowledge base is missing or incomplete.
    """
    language_pipeline()
    knowledge()


def warm_up() -> None:
    """Use what is loaded at its first use: while a run waits for its orchestrator, a process can."""
    _model()
    load_neighbours(knowledge())
    signature(_FIRST_WORDS)
    found = documents(Payload("about:blank", _FIRST_WORDS.encode(), "text/plain"))
    list(annotate(one for one in found if isinstance(one, Document)))


def opened(payload: Payload) -> list[Document | Failure]:
    """The documents of a payload; what breaks the parser becomes a failure, and what came before is kept."""
    found: list[Document | Failure] = []
    try:
        found.extend(documents(payload))
    except MemoryError:
        raise
    except Exception as error:
        message = str(error) or "the parser broke; report it with the file"
        found.append(Failure(payload.source_uri, "parse", type(error).__name__, message, payload.sha256))
    return found


def read_batch(batch: Batch) -> Outcome:
    """Parse, annotate and extract a batch in this process, and write its shard.

    Raises:
        ModelError: the language pipeline or the knowledge base is missing, incomplete or another than the
            batch asks for: no document's fault.
        StoreError: the shard can't be written.
        MemoryError: there is not enough of it; this process is best left.
    """
    prepare()
    _check_model(batch)
    first = FirstMet(batch.taken)
    todo: list[tuple[Document, Met]] = []
    parts = [_sifted(part, batch, first, todo) for part in batch.parts]
    failures: dict[str, Failure] = {}
    extractions = list(_extracted(todo, batch, failures))
    shards = _written(batch, extractions, failures)
    return Outcome(shards, tuple(_settled(part, failures) for part in parts))


def _check_model(batch: Batch) -> None:
    if _model() != batch.fingerprint:
        raise ModelError(
            f"The process that reads has another model, knowledge base or code (fingerprint {_model()}) than "
            f"the run ({batch.fingerprint}): let the same version with the same models be on all machines, "
            "and leave both alone while a run is on."
        )


@cache
def _model() -> str:
    """Fingerprint of what this process has loaded."""
    return fingerprint(settings().models)


def _sifted(part: Part, batch: Batch, first: FirstMet, todo: list[tuple[Document, Met]]) -> PartOutcome:
    """What a part holds; documents that must be read are put on the list."""
    read, kept, refused = list[Met](), list[Met](), list[Failure]()
    is_whole = True
    for one in opened(part) if isinstance(part, Payload) else [part]:
        if isinstance(one, Failure):
            refused.append(one)
            continue
        met = Met.of(one, batch.fingerprint)
        meeting = first.meet(met.doc_id, met.text_sha256)
        if meeting == "clash":
            refused.append(duplicate_id(met.doc_id, met.source_uri))
        elif meeting == "again":
            is_whole = False
        elif batch.keys.get(met.doc_id) == met.key:
            kept.append(met)
        else:
            read.append(met)
            todo.append((one, met))
    return PartOutcome(tuple(read), tuple(kept), (), tuple(refused), is_whole)


def _settled(part: PartOutcome, failures: dict[str, Failure]) -> PartOutcome:
    """The part, with those of its documents that failed apart from those that were read."""
    return replace(
        part,
        read=tuple(met for met in part.read if met.doc_id not in failures),
        failed=tuple((met, failures[met.doc_id]) for met in part.read if met.doc_id in failures),
    )


def _extracted(
    todo: list[tuple[Document, Met]], batch: Batch, failures: dict[str, Failure]
) -> Iterator[Extraction]:
    keys = {met.doc_id: met.key for _, met in todo}
    for document, doc in _annotated([document for document, _ in todo], failures):
        try:
            key = keys[document.doc_id]
            row = extract(doc, document, concepts=concept_row, extraction_key=key, run_id=batch.run_id)
        except MemoryError:
            raise
        except Exception as error:
            failures[document.doc_id] = failure_of(document, "extract", error)
        else:
            yield row


def _annotated(documents: list[Document], failures: dict[str, Failure]) -> Iterator[tuple[Document, Doc]]:
    """Annotate all together; where that breaks, what is left one by one."""
    left = list(documents)
    annotated = annotate(documents)
    while left:
        try:
            document, doc = next(annotated)
        except (ModelError, MemoryError):
            raise
        except Exception:
            break
        yield document, doc
        left.pop(0)
    for document in left:
        try:
            _, doc = next(annotate([document]))
        except (ModelError, MemoryError):
            raise
        except Exception as error:
            failures[document.doc_id] = failure_of(document, "annotate", error)
        else:
            yield document, doc


def failure_of(document: Document, stage: Stage, error: Exception) -> Failure:
    """The failure of a document; the message names it."""
    return Failure(document.source_uri, stage, type(error).__name__, f"{document.doc_id}: {error}")


def _written(
    batch: Batch, extractions: list[Extraction], failures: dict[str, Failure]
) -> tuple[ShardInfo, ...]:
    """One shard; where a document's rows break the contract, the others get a shard each."""
    if not extractions:
        return ()
    try:
        return (write_shard(batch.staging, batch.name, extractions),)
    except TableError as error:
        if len(extractions) == 1:
            row = extractions[0].document
            failures[row.doc_id] = Failure(
                row.source_uri, "extract", type(error).__name__, f"{row.doc_id}: {error}"
            )
            return ()
    return tuple(
        shard
        for ordinal, extraction in enumerate(extractions)
        for shard in _written(batch.of(ordinal), [extraction], failures)
    )
