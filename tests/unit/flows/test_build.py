"""The order of the stages: what is met, read, kept, counted and published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from prefect.exceptions import ParameterTypeError
from prefect.testing.utilities import prefect_test_harness

from pipeline.building import run as building
from pipeline.building import run_log
from pipeline.errors import FailureShareError, ReconcileError, SourceError, StoreError
from pipeline.flows import build, build_tables
from pipeline.increment import Met
from pipeline.parse import documents
from pipeline.reading import Batch, Outcome, PartOutcome, Reader, batches
from pipeline.records import ROW_TYPES, Document, Extraction, Payload
from pipeline.settings import Settings
from pipeline.store import Snapshot, write_shard
from tests.unit.building.stand_ins import Stages, row_of


@pytest.fixture(scope="module", autouse=True)
def _prefect() -> Iterator[None]:
    """A Prefect of these tests' own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch) -> Stages:
    made = Stages()

    @contextmanager
    def local_workers(n_workers: int) -> Iterator[Reader]:
        yield made

    monkeypatch.setattr(building, "local_workers", local_workers)
    monkeypatch.setattr(building, "fingerprint", lambda models: "f" * 32)
    return made


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of three documents."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.txt").write_text(f"Text of {name}.")
    return folder


def run(news: Path, **options: float) -> Snapshot:
    options.setdefault("max_failure_share", 1.0)
    return build_tables([str(news)], str(news.parent / "out"), **options)  # type: ignore[arg-type]


def events(news: Path) -> list[dict[str, Any]]:
    """What the log of the newest run says."""
    newest = sorted((news.parent / "out" / "logs").iterdir())[-1]
    return [json.loads(line) for line in newest.read_text("utf-8").splitlines()]


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is a batch of its own."""
    monkeypatch.setattr(batches, "BATCH_BYTES", 1)
    monkeypatch.setattr(batches, "LARGE_BYTES", 1000)


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
def test_what_cannot_be_read_is_a_row_of_failures(news: Path) -> None:
    """Of the file or of the document; the other documents are read."""
    (news / "b.txt").write_text("unreadable")
    (news / "c.txt").write_text("too hard")
    snapshot = run(news)
    assert counts(snapshot) == {"seen": 3, "new": 1, "failed": 2}
    failures = snapshot.arrow("failures").to_pylist()
    assert [(row["stage"], row["error"]) for row in failures] == [
        ("parse", "ParseError"),
        ("annotate", "WorkerLost"),
    ]


def test_what_failed_is_tried_again(stages: Stages, news: Path) -> None:
    """By the next run, though nothing has changed; what was read of it before stays until then."""
    run(news)
    (news / "c.txt").write_text("too hard")
    for _ in range(2):
        stages.read_ids.clear()
        snapshot = run(news)
        assert counts(snapshot) == {"seen": 3, "unchanged": 2, "failed": 1}
        assert sorted(snapshot.index()) == ["a.txt", "b.txt", "c.txt"]
    (news / "c.txt").write_text("Text of c, at last.")
    assert counts(run(news)) == {"seen": 3, "unchanged": 2, "changed": 1}


@pytest.mark.usefixtures("stages")
def test_too_many_failures_fail_the_run_after_it_has_published(news: Path) -> None:
    """So that an automation can tell someone; a share that is allowed, or none, fails nothing."""
    (news / "c.txt").write_text("unreadable")
    with pytest.raises(FailureShareError, match="1 of 3"):
        run(news, max_failure_share=0.3)
    assert len(pd.read_parquet(news.parent / "out" / "latest" / "documents")) == 2
    run(news, max_failure_share=0.34)
    (news / "c.txt").unlink()
    run(news, max_failure_share=0.0)


@pytest.mark.usefixtures("stages")
def test_a_run_that_could_read_nothing_fails(news: Path) -> None:
    """Whatever share is allowed."""
    for path in news.iterdir():
        path.write_text("unreadable")
    with pytest.raises(FailureShareError, match="None of 3"):
        run(news, max_failure_share=1.0)


@pytest.mark.usefixtures("stages")
def test_a_parameter_that_makes_no_sense_is_refused(news: Path) -> None:
    """As Prefect's page refuses it."""
    with pytest.raises(ParameterTypeError, match="max_failure_share"):
        run(news, max_failure_share=7)


@pytest.mark.usefixtures("stages")
def test_the_form_of_prefect_s_page_describes_every_parameter() -> None:
    """Description and range come from the flow."""
    properties = build_tables.parameters.properties
    assert all(one.get("description") for one in properties.values())
    assert properties["max_failure_share"]["maximum"] == 1


@pytest.mark.usefixtures("stages", "one_by_one")
def test_the_log_tells_what_happened_as_json_lines(news: Path) -> None:
    """Each event with the run's id: what was read, what failed, what was published."""
    (news / "c.txt").write_text("unreadable")
    run_id = run(news).manifest["run_id"]
    told = events(news)
    assert {one["run_id"] for one in told} == {run_id}
    assert [one["event"] for one in told if one["event"] != "document failed"] == [
        "run started",
        *["batch read"] * 3,
        "snapshot published",
    ]
    (failed,) = (one for one in told if one["event"] == "document failed")
    assert failed["source_uri"].endswith("c.txt")
    assert failed["level"] == "WARNING"
    assert told[-1]["n_failed"] == 1


def test_the_log_of_a_run_that_broke_says_why(stages: Stages, news: Path) -> None:
    """The last event is the error."""
    stages.lost = {"b.txt"}
    with pytest.raises(ReconcileError):
        run(news)
    assert (events(news)[-1]["event"], events(news)[-1]["error"]) == ("run failed", "ReconcileError")


@pytest.mark.usefixtures("stages")
def test_only_so_many_logs_are_kept(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest."""
    monkeypatch.setattr(run_log, "settings", lambda: Settings(kept_logs=2))
    newest = [run(news).manifest["run_id"] for _ in range(3)][1:]
    assert sorted(path.stem for path in (news.parent / "out" / "logs").iterdir()) == newest


@pytest.mark.usefixtures("one_by_one")
def test_of_two_texts_under_one_id_the_first_is_published(stages: Stages, news: Path) -> None:
    """Also where different batches hold them; the second is a failure, and leaves no row."""
    (news / "b.txt").write_text("a.txt\nAnother text.")
    (news / "c.txt").write_text("d.txt\nSome text.")
    (news / "d.txt").write_text("d.txt\nSome text.")
    snapshot = run(news)
    assert counts(snapshot) == {"seen": 3, "new": 2, "failed": 1}
    assert snapshot.arrow("documents", ["text"])[0].to_pylist() == ["Text of a.", "d.txt\nSome text."]
    assert snapshot.arrow("failures", ["error"])[0].to_pylist() == ["DuplicateId"]
    assert sorted(stages.read_ids) == ["a.txt", "a.txt", "d.txt", "d.txt"]


def test_what_has_not_changed_is_not_even_parsed(stages: Stages, news: Path) -> None:
    """The workers hear of what has changed alone; without the memo they are asked once more."""
    run(news)
    asked: list[int] = []
    stages.before_reading = lambda batch: asked.append(len(batch.parts))
    run(news)
    assert asked == []
    (news / "b.txt").write_text("Another text.")
    run(news)
    assert asked == [1]


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


@pytest.mark.parametrize("how", ["lost", "vanished"])
def test_a_document_that_is_lost_on_the_way_fails_the_run(stages: Stages, news: Path, how: str) -> None:
    """Counts must add up; nothing is published otherwise."""
    setattr(stages, how, {"b.txt"})
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
    monkeypatch.setattr(build, "read_batch", build.read_batch.with_options(retry_delay_seconds=0))
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


def test_small_batches_publish_what_a_large_one_publishes(
    stages: Stages, news: Path, request: pytest.FixtureRequest
) -> None:
    """Batches come back in order, whoever read them."""
    alone = run(news).arrow("documents", ["doc_id", "text"])
    request.getfixturevalue("one_by_one")
    together = run(news, full=True, workers=2).arrow("documents", ["doc_id", "text"])
    assert together.equals(alone)
    assert len(stages.read_ids) == 6


@pytest.mark.usefixtures("stages")
def test_a_path_that_names_nothing_stops_the_run(tmp_path: Path) -> None:
    """The person's own error reaches the person."""
    with pytest.raises(SourceError):
        run(tmp_path / "nowhere")


class OfPubMed(Stages):
    """Stand-ins that parse sets of PubMed records."""

    def _read(self, batch: Batch) -> Outcome:
        parts, extractions = [], []
        for part in batch.parts:
            assert isinstance(part, Payload)
            found = [one for one in documents(part) if isinstance(one, Document)]
            met = [Met.of(one, batch.fingerprint) for one in found]
            kept = tuple(one for one in met if batch.keys.get(one.doc_id) == one.key)
            read = tuple(one for one in met if one not in kept)
            parts.append(PartOutcome(read, kept))
            new = [(one, own) for one, own in zip(found, met, strict=True) if own in read]
            extractions += [Extraction(row_of(one, own, batch.run_id)) for one, own in new]
        shards = (write_shard(batch.staging, batch.name, extractions),) if extractions else ()
        return Outcome(shards, tuple(parts))


def of_pubmed(*pmids: int, deleted: str = "") -> str:
    """A set of records; what it deletes stands at its end."""
    records = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>"
        f"<ArticleTitle>Study {pmid} of CAR T cells</ArticleTitle></Article>"
        "</MedlineCitation></PubmedArticle>"
        for pmid in pmids
    )
    ending = f"<DeleteCitation><PMID Version='1'>{deleted}</PMID></DeleteCitation>" if deleted else ""
    return f"<PubmedArticleSet>{records}{ending}</PubmedArticleSet>"


def pmids_in(snapshot: Snapshot) -> list[str]:
    return sorted(uri.rpartition(":")[2] for uri in snapshot.sources().values())


def test_what_pubmed_has_deleted_is_withdrawn_where_that_is_asked_for(
    stages: Stages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the baseline still holds it: in the run that is told, in the next, and in a fresh store."""
    made = OfPubMed()
    monkeypatch.setattr(building, "local_workers", lambda n_workers: nullcontext(made))
    folder = tmp_path / "medline"
    folder.mkdir()
    (folder / "a-baseline.xml").write_text(of_pubmed(1, 2, 3))
    assert pmids_in(run(folder)) == ["1", "2", "3"]
    (folder / "b-update.xml").write_text(of_pubmed(4, deleted="2"))
    kept = run(folder)
    assert (pmids_in(kept), counts(kept)) == (["1", "2", "3", "4"], {"seen": 4, "unchanged": 3, "new": 1})
    withdrawn = run(folder, withdraw_missing=True)
    assert (pmids_in(withdrawn), counts(withdrawn)["removed"]) == (["1", "3", "4"], 1)
    for options in ({}, {"full": True}):
        again = run(folder, withdraw_missing=True, **options)
        assert pmids_in(again) == ["1", "3", "4"]
        assert counts(again)["seen"] == 3
    fresh = build_tables([str(folder)], str(tmp_path / "fresh"), withdraw_missing=True)
    assert (pmids_in(fresh), counts(fresh)) == (["1", "3", "4"], {"seen": 3, "new": 3})
