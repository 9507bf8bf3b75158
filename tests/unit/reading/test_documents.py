"""A batch becomes a shard in this process, and one bad document costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from spacy.tokens import Doc

from pipeline.errors import ModelError, TableError
from pipeline.increment import Met
from pipeline.reading import Batch, PartOutcome, documents
from pipeline.reading.documents import read_batch
from pipeline.records import Document, DocumentRow, Extraction, Failure, Payload
from pipeline.store import ShardInfo

MODEL = "f" * 32


def payload(doc_id: str, text: str = "Text.") -> Payload:
    return Payload(f"file:///{doc_id}", text.encode())


def batch_of(*doc_ids: str, **options: object) -> Batch:
    parts = tuple(map(payload, doc_ids))
    return replace(Batch("b0", Path("staging"), "run", MODEL, parts), **options)  # type: ignore[arg-type]


def shard(name: str, doc_ids: Iterable[str]) -> ShardInfo:
    return ShardInfo(name, tuple(doc_ids), ("run",), {})


def names(met: Iterable[Met]) -> list[str]:
    return [one.doc_id for one in met]


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for the stages: texts "unreadable", "unextractable" and "unwritable" break one each."""

    def parse(payload: Payload) -> Iterator[Document | Failure]:
        doc_id, text = payload.source_uri.removeprefix("file:///"), payload.body.decode()
        if "crash" in doc_id:
            raise RuntimeError("the parser fell over")
        if "unparsable" in doc_id:
            yield Failure(payload.source_uri, "parse", "ParseError", "can't be read", payload.sha256)
        else:
            yield Document(doc_id.partition("#")[0], payload.source_uri, "text/plain", "news", text, ())

    def annotate(found: Iterable[Document]) -> Iterator[tuple[Document, Document]]:
        for document in found:
            if "index" in document.doc_id:
                raise ModelError("the knowledge base has no index")
            if "unreadable" in document.doc_id:
                raise ValueError("too long a sentence")
            if "enormous" in document.doc_id:
                raise MemoryError
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

    monkeypatch.setattr(documents, "documents", parse)
    monkeypatch.setattr(documents, "annotate", annotate)
    monkeypatch.setattr(documents, "extract", extract)
    monkeypatch.setattr(documents, "write_shard", write_shard)
    monkeypatch.setattr(documents, "language_pipeline", lambda: None)
    monkeypatch.setattr(documents, "knowledge", lambda: None)
    monkeypatch.setattr(documents, "_model", lambda: MODEL)


@pytest.mark.usefixtures("stages")
class TestReadBatch:
    def test_all_documents_go_to_one_shard(self) -> None:
        """A batch without trouble is one shard under its own name."""
        outcome = read_batch(batch_of("a", "b"))
        assert outcome.shards == (shard("b0", ["a", "b"]),)
        assert [names(part.read) for part in outcome.parts] == [["a"], ["b"]]
        assert all(part.is_whole and not part.failures for part in outcome.parts)

    def test_documents_that_the_store_holds_are_not_read(self) -> None:
        """The key decides; a document of another key is read again."""
        met = Met.of(Document("a", "file:///a", "text/plain", "news", "Text.", ()), MODEL)
        outcome = read_batch(batch_of("a", "b", keys={"a": met.key, "b": "another"}))
        assert outcome.shards == (shard("b0", ["b"]),)
        assert outcome.parts[0] == PartOutcome(kept=(met,))

    @pytest.mark.parametrize(
        ("bad", "stage", "error"),
        [
            ("unreadable", "annotate", "ValueError"),
            ("unextractable", "extract", "ValueError"),
            ("unwritable", "extract", "TableError"),
        ],
    )
    def test_a_bad_document_costs_only_itself(self, bad: str, stage: str, error: str) -> None:
        """Its neighbours are read; it becomes a failure that names it, the stage and the error."""
        outcome = read_batch(batch_of("a", bad, "c"))
        assert [one.doc_ids for one in outcome.shards] in ([("a", "c")], [("a",), ("c",)])
        assert [names(part.read) for part in outcome.parts] == [["a"], [], ["c"]]
        ((met, failure),) = outcome.parts[1].failed
        assert (failure.source_uri, failure.stage, failure.error) == (f"file:///{bad}", stage, error)
        assert failure.message.startswith(f"{bad}: ")
        assert met.doc_id == bad

    @pytest.mark.parametrize(("bad", "error"), [("unparsable", "ParseError"), ("crash", "RuntimeError")])
    def test_what_cannot_be_parsed_is_refused(self, bad: str, error: str) -> None:
        """Also where the parser itself falls over; the other payloads are read."""
        outcome = read_batch(batch_of(bad, "b"))
        (failure,) = outcome.parts[0].refused
        assert (failure.stage, failure.error) == ("parse", error)
        assert failure.payload_sha256
        assert names(outcome.parts[1].read) == ["b"]

    def test_of_two_documents_with_one_id_the_first_is_read(self) -> None:
        """The same text again is left out, another text is refused; also beside batches read before."""
        parts = (payload("a"), payload("a#again"), payload("a#other", "Another."), payload("b"))
        outcome = read_batch(batch_of(parts=parts))
        assert outcome.shards == (shard("b0", ["a", "b"]),)
        assert outcome.parts[1] == PartOutcome(is_whole=False)
        assert [failure.error for failure in outcome.parts[2].refused] == ["DuplicateId"]
        taken = {"b": outcome.parts[3].read[0].text_sha256}
        assert read_batch(batch_of("b", taken=taken)).shards == ()

    def test_a_batch_of_bad_documents_writes_no_shard(self) -> None:
        """No document, no file; still every one of them is accounted for."""
        outcome = read_batch(batch_of("unreadable 1", "unextractable 2"))
        assert outcome.shards == ()
        assert all(part.failures for part in outcome.parts)

    def test_memory_that_runs_out_is_not_a_document_s_failure_yet(self) -> None:
        """The process is full, and what follows would fail as well: it is left, and another one goes on."""
        with pytest.raises(MemoryError):
            read_batch(batch_of("a", "enormous"))

    def test_another_model_than_the_run_s_stops_it(self) -> None:
        """Rows would bear a key that is not theirs."""
        with pytest.raises(ModelError, match="fingerprint"):
            read_batch(batch_of("a", fingerprint="0" * 32))

    def test_a_missing_model_is_no_document_s_fault(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It stops the run instead of failing every document."""

        def missing() -> None:
            raise ModelError("weights are missing")

        monkeypatch.setattr(documents, "language_pipeline", missing)
        with pytest.raises(ModelError):
            read_batch(batch_of("a"))

    def test_a_model_that_turns_out_to_be_incomplete_stops_the_run(self) -> None:
        """Every further document would lose facts as well."""
        with pytest.raises(ModelError, match="no index"):
            read_batch(batch_of("a", "needs the index", "c"))
        with pytest.raises(ModelError, match="no index"):
            read_batch(batch_of("unreadable", "needs the index"))
