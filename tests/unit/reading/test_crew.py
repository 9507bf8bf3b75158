"""Worker processes live on, are ended when they overrun, and take no more with them than one document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ModelError
from pipeline.increment import FirstMet, Met
from pipeline.reading import Batch, Outcome, PartOutcome, crew, local_workers
from pipeline.reading.crew import Crew, Stages
from pipeline.reading.worker import Lost, Worker
from pipeline.records import Document, Failure, Payload
from pipeline.settings import Settings
from pipeline.store import ShardInfo
from tests.conftest import ROOT

MODEL = "f" * 32


def document(name: str) -> Document:
    return Document(name, f"file:///{name}", "text/plain", "news", name, ())


def payload(*names: str) -> Payload:
    """Of documents with these names."""
    return Payload(f"file:///{'+'.join(names)}", "+".join(names).encode())


def batch_of(*parts: Payload | Document) -> Batch:
    return Batch("b0", Path("staging"), "run", MODEL, parts)


def nothing() -> None:
    """What a worker prepares in these tests."""


def missing_model() -> None:
    raise ModelError("weights are missing")


def dies_at_once() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_until_known(path: Path, n_times: int) -> None:
    with path.open("a") as file:
        file.write("x")
    if path.stat().st_size <= n_times:
        dies_at_once()


def opened(payload: Payload) -> list[Document | Failure]:
    """Documents of a payload; "unparsable" is the end of the process."""
    names = payload.body.decode().split("+")
    if "unparsable" in names:
        os.kill(os.getpid(), signal.SIGKILL)
    return [document(name) for name in names]


def read_batch(batch: Batch) -> Outcome:
    """What a worker does in these tests; the names of documents say what happens."""
    first, parts, ids = FirstMet(batch.taken), [], []
    for part in batch.parts:
        met = []
        for one in opened(part) if isinstance(part, Payload) else [part]:
            _suffer(one.doc_id)  # type: ignore[union-attr] # no failures here
            told = Met.of(one, MODEL)  # type: ignore[arg-type]
            if first.meet(told.doc_id, told.text_sha256) == "first":
                met.append(told)
                ids.append(told.doc_id)
        parts.append(PartOutcome(tuple(met)))
    return Outcome((ShardInfo(f"{batch.name}-by-{os.getpid()}", tuple(ids), ("run",), {}),), tuple(parts))


def _suffer(name: str) -> None:
    if name == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "endless":
        time.sleep(600)
    if name == "enormous":
        bytearray(8_000_000_000)[::4096] = bytes(len(range(0, 8_000_000_000, 4096)))
    if name == "broken":
        raise ModelError(f"seen by process {os.getpid()}")
    if name == "strange":
        raise type("Unpicklable", (Exception,), {})("of a class that the parent does not know")


STAGES = Stages(nothing, read_batch, opened)


@pytest.fixture
def alone() -> Iterator[Crew]:
    with local_workers(1, STAGES) as made:
        yield made


@contextmanager
def limited(monkeypatch: pytest.MonkeyPatch, **limits: Any) -> Iterator[Crew]:
    monkeypatch.setattr(crew, "settings", lambda: Settings(**limits))
    with local_workers(1, STAGES) as made:
        yield made


def process_of(outcome: Outcome) -> int:
    return int(outcome.shards[0].name.rpartition("-")[2])


def read_ids(outcome: Outcome) -> list[str]:
    return [met.doc_id for part in outcome.parts for met in part.read]


def test_a_process_lives_on_and_errors_come_back(alone: Crew) -> None:
    """Batches are read in another process, the same one; a person's error reaches the parent."""
    outcomes = [alone.read(batch_of(payload(name))) for name in "abc"]
    with pytest.raises(ModelError, match="seen by process"):
        alone.read(batch_of(payload("broken")))
    with pytest.raises(RuntimeError, match="Unpicklable"):
        alone.read(batch_of(payload("strange")))
    outcomes.append(alone.read(batch_of(payload("d"))))
    assert len({process_of(outcome) for outcome in outcomes}) == 1
    assert process_of(outcomes[0]) != os.getpid()


def test_a_dead_process_costs_only_the_document_that_killed_it(alone: Crew) -> None:
    """The rest of its batch is read in a fresh process, and the next batch as well."""
    outcome = alone.read(batch_of(payload("a"), payload("deadly"), document("c")))
    assert read_ids(outcome) == ["a", "c"]
    ((met, failure),) = outcome.parts[1].failed
    assert met.doc_id == "deadly"
    assert (failure.source_uri, failure.stage, failure.error) == ("file:///deadly", "annotate", "WorkerLost")
    assert "signal 9" in failure.message
    assert read_ids(alone.read(batch_of(payload("d")))) == ["d"]


def test_a_deadly_document_among_many_of_one_file_costs_only_itself(alone: Crew) -> None:
    """The file is opened, and its documents are read one by one; there is one answer for the file."""
    outcome = alone.read(batch_of(payload("a", "deadly", "c"), payload("d")))
    assert len(outcome.parts) == 2
    assert [met.doc_id for met in outcome.parts[0].read] == ["a", "c"]
    assert [failure.source_uri for failure in outcome.parts[0].failures] == ["file:///deadly"]
    assert read_ids(outcome) == ["a", "c", "d"]


def test_what_kills_the_parser_is_a_failure_of_the_file(alone: Crew) -> None:
    """In a batch, and when it is opened by itself."""
    outcome = alone.read(batch_of(payload("unparsable"), payload("b")))
    (failure,) = outcome.parts[0].refused
    assert (failure.stage, failure.error) == ("parse", "WorkerLost")
    assert failure.payload_sha256
    assert read_ids(outcome) == ["b"]
    (failure,) = alone.opened(payload("unparsable"))  # type: ignore[assignment]
    assert failure.stage == "parse"


def test_a_document_that_takes_too_long_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process is ended; the message names the limit."""
    with limited(monkeypatch, max_document_seconds=1.5) as alone:
        outcome = alone.read(batch_of(payload("a"), payload("endless"), payload("c")))
    assert read_ids(outcome) == ["a", "c"]
    (failure,) = outcome.parts[1].failures
    assert "1.5 s" in failure.message


@pytest.mark.skipif(
    sys.platform != "linux",
    reason="RLIMIT_DATA counts private memory on Linux alone; elsewhere no limit is set (docs/scheduling.md)",
)
def test_a_document_that_needs_too_much_memory_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses it the memory before the machine runs out of it."""
    with limited(monkeypatch, max_worker_bytes=1_000_000_000) as alone:
        outcome = alone.read(batch_of(payload("a"), payload("enormous"), payload("c")))
    assert read_ids(outcome) == ["a", "c"]
    (failure,) = outcome.parts[1].failures
    assert "1,000,000,000 bytes" in failure.message


def test_repetitions_are_left_out_also_where_parts_are_read_apart(alone: Crew) -> None:
    """A batch that is read document by document gives the rows that it would have given at once."""
    outcome = alone.read(batch_of(payload("a"), payload("deadly"), payload("a")))
    assert read_ids(outcome) == ["a"]


def test_an_old_process_is_replaced(alone: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has grown with what it read."""
    monkeypatch.setattr(crew, "CALLS_PER_WORKER", 2)
    processes = [process_of(alone.read(batch_of(payload("a")))) for _ in range(4)]
    assert processes[0] == processes[1] != processes[2] == processes[3]


def test_a_process_that_is_killed_while_it_loads_is_started_anew(tmp_path: Path) -> None:
    """Twice, and nothing is lost."""
    prepare = partial(dies_until_known, tmp_path / "times", 2)
    with local_workers(1, Stages(prepare, read_batch, opened)) as made:
        assert read_ids(made.read(batch_of(payload("a"), payload("b")))) == ["a", "b"]


def test_a_worker_that_has_ended_is_not_started_anew() -> None:
    """Though a call was waiting for it to become ready."""
    worker = Worker(nothing)
    worker.end()
    with pytest.raises(Lost, match="has ended"):
        worker.call(len, "abc", 1)


@pytest.mark.parametrize(
    ("prepare", "told"), [(missing_model, "weights are missing"), (dies_at_once, "can't be started")]
)
def test_a_process_that_cannot_start_stops_the_run(prepare: Any, told: str) -> None:
    """That is no document's fault."""
    with local_workers(1, replace_prepare(prepare)) as made, pytest.raises(ModelError, match=told):
        made.read(batch_of(payload("a")))


def replace_prepare(prepare: Any) -> Stages:
    return STAGES._replace(prepare=prepare)


def test_processes_are_gone_after_the_block(alone: Crew) -> None:
    """Whatever they were doing; and nobody starts them anew."""
    process = process_of(alone.read(batch_of(payload("a"))))
    alone.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
    with pytest.raises(RuntimeError):
        alone.read(batch_of(payload("a")))


_PARENT = """
import os, time
from pathlib import Path
from tests.unit.reading.test_crew import STAGES, batch_of, payload, process_of
from pipeline.reading.crew import Crew
print(process_of(Crew(1, STAGES).read(batch_of(payload("a")))), flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_process_ends_with_a_parent_that_was_killed() -> None:
    """Not even a killed run leaves one behind."""
    done = subprocess.run(
        [sys.executable, "-c", _PARENT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    deadline = time.monotonic() + 30
    while Path(f"/proc/{int(done.stdout)}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_threads_of_libraries_are_limited_to_the_worker_s_core() -> None:
    """Two workers on two cores would otherwise be four threads."""
    worker = Worker(nothing)
    assert worker.call(os.getenv, "OPENBLAS_NUM_THREADS", 60) == "1"
    worker.close()
