"""Batches become shards, and one bad document costs only itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from spacy.tokens import Doc

from pipeline import reading
from pipeline.errors import ModelError, TableError
from pipeline.increment import KeyedDocument
from pipeline.reading import Batch, Outcome, batches, read_batch, reader
from pipeline.records import Document, DocumentRow, Extraction, Failure
from pipeline.store import ShardInfo


def keyed(doc_id: str, text: str = "Text.") -> KeyedDocument:
    return KeyedDocument(Document(doc_id, f"file:///{doc_id}", "text/plain", "news", text, ()), "key")


def batch_of(*doc_ids: str) -> Batch:
    return Batch("b0", Path("staging"), "run", tuple(keyed(doc_id) for doc_id in doc_ids))


def shard(name: str, doc_ids: Iterable[str]) -> ShardInfo:
    return ShardInfo(name, tuple(doc_ids), ("run",), {})


def names(outcome: Outcome) -> list[str]:
    return [doc_id for one in outcome.shards for doc_id in one.doc_ids]


class TestBatches:
    def test_a_batch_is_closed_when_it_has_enough_text(self) -> None:
        """Size is counted in characters, order is kept, and no document is lost."""
        documents = [keyed("a", "x" * 6), keyed("b", "x" * 5), keyed("c", "x" * 20), keyed("d", "x")]
        found = list(batches(documents, Path(), "run", max_chars=10))
        assert [[one.document.doc_id for one in batch.documents] for batch in found] == [
            ["a", "b"],
            ["c"],
            ["d"],
        ]
        assert len({batch.name for batch in found}) == 3

    def test_no_documents_give_no_batch(self) -> None:
        """An empty run writes no shard."""
        assert list(batches([], Path(), "run")) == []


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the stages: texts "unreadable", "unextractable" and "unwritable" break one each."""

    def annotate(documents: Iterable[Document]) -> Iterator[tuple[Document, Document]]:
        for document in documents:
            if "index" in document.doc_id:
                raise ModelError("the knowledge base has no index")
            if "unreadable" in document.doc_id:
                raise MemoryError("too long a sentence")
            yield document, document

    def extract(
        doc: Doc, document: Document, *, extraction_key: str, run_id: str, concepts: object
    ) -> Extraction:
        if "unextractable" in document.doc_id:
            raise ValueError("offsets do not fit")
        row = DocumentRow(
            **{"doc_id": document.doc_id, "source_uri": document.source_uri, "run_id": run_id},
            **{"media_type": "", "kind": "news", "text": "", "text_sha256": "", "n_chars": 0},
            **{"extraction_key": extraction_key, "title": None, "publisher": None, "published_on": None},
            **{"url": None, "doi": None, "pmid": None, "pmcid": None, "trial_ids": (), "language": None},
            **{"is_machine_written": None, "duplicate_of": None},
        )
        return Extraction(row)

    def write_shard(staging: Path, name: str, extractions: list[Extraction]) -> ShardInfo:
        doc_ids = [extraction.document.doc_id for extraction in extractions]
        if any("unwritable" in doc_id for doc_id in doc_ids):
            raise TableError("a cell holds what it must not")
        return shard(name, doc_ids)

    monkeypatch.setattr(reading, "annotate", annotate)
    monkeypatch.setattr(reading, "extract", extract)
    monkeypatch.setattr(reading, "write_shard", write_shard)
    monkeypatch.setattr(reading, "language_pipeline", lambda: None)
    monkeypatch.setattr(reading, "knowledge", lambda: None)


@pytest.mark.usefixtures("stages")
class TestReadBatch:
    def test_all_documents_go_to_one_shard(self) -> None:
        """A batch without trouble is one shard under its own name."""
        outcome = read_batch(batch_of("a", "b"))
        assert outcome.shards == (shard("b0", ["a", "b"]),)
        assert outcome.failures == ()

    @pytest.mark.parametrize(
        ("bad", "stage", "error"),
        [
            ("unreadable", "annotate", "MemoryError"),
            ("unextractable", "extract", "ValueError"),
            ("unwritable", "extract", "TableError"),
        ],
    )
    def test_a_bad_document_costs_only_itself(self, bad: str, stage: str, error: str) -> None:
        """Its neighbours are read; it becomes a failure that names it, the stage and the error."""
        outcome = read_batch(batch_of("a", bad, "c"))
        assert names(outcome) == ["a", "c"]
        (failure,) = outcome.failures
        assert (failure.source_uri, failure.stage, failure.error) == (f"file:///{bad}", stage, error)
        assert failure.message.startswith(f"{bad}: ")

    def test_a_batch_of_bad_documents_writes_no_shard(self) -> None:
        """No document, no file; still every one of them is accounted for."""
        outcome = read_batch(batch_of("unreadable 1", "unextractable 2"))
        assert outcome.shards == ()
        assert len(outcome.failures) == 2

    def test_a_missing_model_is_no_document_s_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It stops the run instead of failing every document."""

        def missing() -> None:
            raise ModelError("weights are missing")

        monkeypatch.setattr(reading, "language_pipeline", missing)
        with pytest.raises(ModelError), reader(1):
            pass
        with pytest.raises(ModelError):
            read_batch(batch_of("a"))

    def test_a_model_that_turns_out_to_be_incomplete_stops_the_run(self) -> None:
        """Every further document would lose facts as well."""
        with pytest.raises(ModelError, match="no index"):
            read_batch(batch_of("a", "needs the index", "c"))
        with pytest.raises(ModelError, match="no index"):
            read_batch(batch_of("unreadable", "needs the index"))


def read_or_die(batch: Batch) -> Outcome:
    """What a worker does in these tests: the document "deadly" kills its process."""
    doc_ids = [one.document.doc_id for one in batch.documents]
    if "deadly" in doc_ids:
        os._exit(9)
    if "broken" in doc_ids:
        raise ModelError(f"seen by process {os.getpid()}")
    return Outcome((shard(batch.name, doc_ids),), (Failure(str(os.getpid()), "annotate", "", ""),))


class TestWorkers:
    def test_a_worker_lives_on_and_errors_come_back(self) -> None:
        """Batches are read in another process, the same one; a person's error reaches the parent."""
        with reader(2, read_or_die) as read:
            outcomes = [read(batch_of(doc_id)) for doc_id in "abc"]
            with pytest.raises(ModelError, match="seen by process"):
                read(batch_of("broken"))
        processes = [outcome.failures[0].source_uri for outcome in outcomes]
        assert str(os.getpid()) not in processes
        assert len(set(processes)) == 2

    def test_a_dead_worker_costs_only_the_document_that_killed_it(self) -> None:
        """The rest of its batch is read in a fresh process, and the next batch as well."""
        with reader(2, read_or_die) as read:
            outcome = read(batch_of("a", "deadly", "c"))
            later = read(batch_of("d"))
        assert names(outcome) == ["a", "c"]
        assert [f.source_uri for f in outcome.failures if f.error] == ["file:///deadly"]
        assert names(later) == ["d"]
