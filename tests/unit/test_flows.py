"""The order of the stages: what is met, read, kept, counted and published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from pipeline import flows
from pipeline.errors import ReconcileError, SourceError, StoreError
from pipeline.increment import KeyedDocument
from pipeline.reading import Batch, Outcome, Read, batches
from pipeline.records import ROW_TYPES, Document, DocumentRow, Extraction, Failure, Payload
from pipeline.store import Snapshot, write_shard


@pytest.fixture(scope="module", autouse=True)
def _prefect() -> Iterator[None]:
    """A Prefect of these tests' own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


def row_of(keyed: KeyedDocument, run_id: str) -> DocumentRow:
    document, key = keyed
    return DocumentRow(
        doc_id=document.doc_id,
        source_uri=document.source_uri,
        media_type=document.media_type,
        kind=document.kind,
        text=document.text,
        text_sha256=document.text_sha256,
        n_chars=len(document.text),
        extraction_key=key,
        run_id=run_id,
        title=None,
        publisher=None,
        published_on=None,
        url=None,
        doi=None,
        pmid=None,
        pmcid=None,
        trial_ids=(),
        language=None,
        is_machine_written=None,
        duplicate_of=None,
    )


class Stages:
    """Stand-ins: a file is a document, its name the id; reading takes the text as it is.

    Attributes:
        read_ids: documents that were read, in order.
        before_reading: called with each batch; may raise.
    """

    def __init__(self) -> None:
        self.read_ids: list[str] = []
        self.before_reading: Callable[[Batch], None] = lambda batch: None
        self.lost: set[str] = set()

    def parse(self, payload: Payload) -> Iterator[Document | Failure]:
        text = payload.body.decode()
        if "crash" in text:
            raise RuntimeError("the parser fell over")
        if "unreadable" in text:
            yield Failure(payload.source_uri, "parse", "ParseError", "can't be read", payload.sha256)
        else:
            doc_id = payload.source_uri.rpartition("/")[2]
            yield Document(doc_id, payload.source_uri, "text/plain", "news", text, ())

    def read(self, batch: Batch) -> Outcome:
        self.before_reading(batch)
        self.read_ids += [keyed.document.doc_id for keyed in batch.documents]
        kept = [keyed for keyed in batch.documents if keyed.document.doc_id not in self.lost]
        extractions = [Extraction(row_of(keyed, batch.run_id)) for keyed in kept]
        return Outcome((write_shard(batch.staging, batch.name, extractions),))


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    made = Stages()

    @contextmanager
    def reader(n_workers: int) -> Iterator[Read]:
        yield made.read

    monkeypatch.setattr(flows, "documents", made.parse)
    monkeypatch.setattr(flows, "reader", reader)
    monkeypatch.setattr(flows, "fingerprint", lambda models: "f" * 32)
    return made


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of three documents."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Text of {name}.")
    return folder


def run(news: Path, **options: bool | int) -> Snapshot:
    return flows.build_tables([str(news)], str(news.parent / "out"), **options)  # type: ignore[arg-type]


def counts(snapshot: Snapshot) -> dict[str, int]:
    run_id = snapshot.manifest["run_id"]
    (row,) = (row for row in snapshot.arrow("runs").to_pylist() if row["run_id"] == run_id)
    return {name[2:]: n for name, n in row.items() if name.startswith("n_") and n}


def test_a_second_run_reads_only_what_is_new_or_changed(stages: Stages, news: Path) -> None:
    """The rest is taken over, and the counts say so."""
    assert counts(run(news)) == {"seen": 3, "new": 3}
    (news / "b.txt").write_text("Another text.")
    (news / "d.txt").write_text("Text of d.")
    stages.read_ids.clear()
    snapshot = run(news)
    assert counts(snapshot) == {"seen": 4, "new": 1, "changed": 1, "unchanged": 2}
    assert stages.read_ids == ["b.txt", "d.txt"]
    assert sorted(snapshot.index()) == ["a.txt", "b.txt", "c.txt", "d.txt"]


def test_full_reads_everything_again(stages: Stages, news: Path) -> None:
    """Documents that were known count as changed."""
    run(news)
    assert counts(run(news, full=True)) == {"seen": 3, "changed": 3}
    assert stages.read_ids == ["a.txt", "b.txt", "c.txt"] * 2


@pytest.mark.usefixtures("stages")
def test_what_cannot_be_parsed_is_a_row_of_failures(news: Path) -> None:
    """Also where the parser itself falls over; the other documents are read."""
    (news / "b.txt").write_text("unreadable")
    (news / "c.txt").write_text("crash")
    snapshot = run(news)
    assert counts(snapshot) == {"seen": 3, "new": 1, "failed": 2}
    failures = snapshot.arrow("failures").to_pylist()
    assert [(row["stage"], row["error"]) for row in failures] == [
        ("parse", "ParseError"),
        ("parse", "RuntimeError"),
    ]
    assert all(row["payload_sha256"] for row in failures)


@pytest.mark.usefixtures("stages")
def test_a_document_whose_file_is_gone_is_kept_unless_it_is_to_be_withdrawn(news: Path) -> None:
    """A folder that was emptied by accident costs no tables."""
    run(news)
    (news / "a.txt").unlink()
    assert counts(run(news)) == {"seen": 2, "unchanged": 2}
    snapshot = run(news, withdraw_missing=True)
    assert counts(snapshot) == {"seen": 2, "unchanged": 2, "removed": 1}
    assert sorted(snapshot.index()) == ["b.txt", "c.txt"]


@pytest.mark.usefixtures("stages")
def test_an_empty_folder_gives_empty_tables(tmp_path: Path) -> None:
    """All eleven are there and have a file, at the first run and at the next."""
    (tmp_path / "news").mkdir()
    for _ in range(2):
        snapshot = run(tmp_path / "news")
        assert counts(snapshot) == {}
        assert all(list((snapshot.path / row_type.TABLE).glob("*.parquet")) for row_type in ROW_TYPES)


def test_a_document_that_is_lost_on_the_way_fails_the_run(stages: Stages, news: Path) -> None:
    """Counts must add up; nothing is published otherwise."""
    stages.lost = {"b.txt"}
    with pytest.raises(ReconcileError):
        run(news)
    assert not (news.parent / "out" / "latest").exists()


def test_a_file_system_that_comes_back_costs_no_run(
    stages: Stages, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that could not be written is tried again, under another name."""
    tried: list[str] = []

    def fail_once(batch: Batch) -> None:
        tried.append(batch.name)
        if len(tried) == 1:
            raise StoreError("the network folder is away")

    stages.before_reading = fail_once
    monkeypatch.setattr(flows, "read_batch", flows.read_batch.with_options(retry_delay_seconds=0))
    assert counts(run(news)) == {"seen": 3, "new": 3}
    assert len(set(tried)) == 2


def test_a_bug_is_not_tried_again(stages: Stages, news: Path) -> None:
    """What will fail the same way fails at once, with its own error."""
    tried: list[str] = []

    def fail(batch: Batch) -> None:
        tried.append(batch.name)
        raise ZeroDivisionError

    stages.before_reading = fail
    with pytest.raises(ZeroDivisionError):
        run(news)
    assert len(tried) == 1


def test_several_workers_publish_what_one_publishes(
    stages: Stages, news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches come back in order, whoever read them."""
    alone = run(news).arrow("documents", ["doc_id", "text"])
    monkeypatch.setattr(flows, "batches", lambda *arguments: batches(*arguments, max_chars=1))
    together = run(news, full=True, workers=2).arrow("documents", ["doc_id", "text"])
    assert together.equals(alone)
    assert len(stages.read_ids) == 6


@pytest.mark.usefixtures("stages")
def test_a_path_that_names_nothing_stops_the_run(tmp_path: Path) -> None:
    """The person's own error reaches the person."""
    with pytest.raises(SourceError):
        run(tmp_path / "nowhere")
