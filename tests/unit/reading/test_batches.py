"""What is read together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.increment import Increment, Memo, Met
from pipeline.reading import Batch, Step, batches, steps
from pipeline.records import Document, Failure, Payload

FIRST = Batch("b", Path("staging"), "run", "f" * 32)
BROKEN = Failure("file:///broken", "fetch", "OSError", "can't be read")


def payload(name: str, size: int = 1, content: bytes = b"x") -> Payload:
    return Payload(f"file:///{name}", content * size)


def document(name: str) -> Document:
    return Document(name, f"file:///{name}", "text/plain", "news", name, ())


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES", 10)
    monkeypatch.setattr(batches, "LARGE_BYTES", 40)
    monkeypatch.setattr(batches, "_KNOWN_TOGETHER", 3)


def grouped(
    met: Iterable[Payload | Failure],
    plan: Increment | None = None,
    memo: Memo | None = None,
    found: Iterable[Document | Failure] = (),
) -> list[Step]:
    return list(steps(met, plan or Increment(None), memo or Memo(), lambda payload: found, FIRST))


def names(step: Step) -> list[str]:
    return [part.source_uri.removeprefix("file:///") for part in step.batch.parts]


def test_a_batch_is_closed_when_it_has_enough_text() -> None:
    """Size is counted in bytes, order is kept, and nothing is lost."""
    found = grouped([payload("a", 6), payload("b", 5), payload("c", 20), payload("d")])
    assert [names(step) for step in found] == [["a", "b"], ["c"], ["d"]]
    assert len({step.batch.name for step in found}) == 3
    assert sum(step.n_bytes for step in found) == 32


def test_mark_up_counts_for_less() -> None:
    """A batch is an amount of text."""
    found = grouped([payload("a", 9, b"<p>"), payload("b", 2, b"<p>")])
    assert [names(step) for step in found] == [["a", "b"]]


def test_nothing_gives_no_step() -> None:
    """An empty run writes no shard."""
    assert grouped([]) == []


def test_what_could_not_be_fetched_keeps_its_place() -> None:
    """Between what was met before and after it."""
    (step,) = grouped([payload("a"), BROKEN, payload("c")])
    assert step.met == (None, BROKEN, None)
    assert step.sources == {"file:///a", "file:///c"}


class Held:
    """A snapshot with one document, read from `known`."""

    met = Met.of(document("known"), FIRST.fingerprint)

    def index(self) -> dict[str, str]:
        return {"known": self.met.key}

    def sources(self) -> dict[str, str]:
        return {"known": "file:///known"}


def test_a_payload_that_has_not_changed_is_not_parsed(tmp_path: Path) -> None:
    """It is in no batch; its documents are told in their place. With `full`, it is read."""
    with Memo.at(tmp_path / "memo", "f") as memo:
        memo.remember(payload("known"), [Held.met])
        memo.close()
    with Memo.at(tmp_path / "memo", "f") as memo:
        (step,) = grouped([payload("a"), payload("known")], Increment(Held()), memo)
        assert step.met == (None, (Held.met,))
        assert names(step) == ["a"]
        (step,) = grouped([payload("known")], Increment(Held(), full=True), memo)
        assert names(step) == ["known"]


def test_a_payload_that_nobody_remembers_is_sent_with_the_keys_that_are_held() -> None:
    """The worker sees for itself which of its documents have changed."""
    (step,) = grouped([payload("known"), payload("new")], Increment(Held()))
    assert names(step) == ["known", "new"]
    assert step.batch.keys == {"known": Held.met.key}


def test_a_large_payload_is_opened_and_its_documents_are_shared_out(tmp_path: Path) -> None:
    """Those that are held as they are need not be sent, and the next run knows them all."""
    found = [document("a" * 10), document("known"), document("b" * 10)]
    with Memo.at(tmp_path / "memo", "f") as memo:
        first, second = grouped([payload("large", 41)], Increment(Held()), memo, found)
        assert (names(first), names(second)) == (["a" * 10], ["b" * 10])
        assert second.met == ((Held.met,), None)
    with Memo.at(tmp_path / "memo", "f") as memo:
        assert memo.documents(payload("large", 41)) == tuple(Met.of(one, "f" * 32) for one in found)


def test_a_large_payload_with_a_failure_is_parsed_again_next_time(tmp_path: Path) -> None:
    """Nobody remembers it."""
    with Memo.at(tmp_path / "memo", "f") as memo:
        (step,) = grouped([payload("large", 41)], memo=memo, found=[document("a"), BROKEN])
        assert step.met == (None, BROKEN)
    with Memo.at(tmp_path / "memo", "f") as memo:
        assert memo.documents(payload("large", 41)) is None


def test_what_is_known_is_not_piled_up() -> None:
    """A run over a million documents that have not changed says so a few at a time."""
    found = grouped([BROKEN] * 7)
    assert [len(step.met) for step in found] == [3, 3, 1]


def test_the_last_batches_are_small_where_several_read() -> None:
    """So that nobody waits for one; order, counts and sources are those of whole batches."""
    met = [*[payload(name, 4) for name in "abcdefg"], BROKEN, payload("h", 4)]
    whole = grouped(met)
    parts = list(steps(met, Increment(None), Memo(), lambda _: (), FIRST, n_workers=2))
    assert [names(step) for step in whole] == [["a", "b", "c"], ["d", "e", "f"], ["g", "h"]]
    assert [names(step) for step in parts] == [["a", "b", "c"], ["d"], ["e"], ["f"], ["g"], ["h"]]
    assert [one for step in parts for one in step.met] == [one for step in whole for one in step.met]
    assert sum(step.n_bytes for step in parts) == sum(step.n_bytes for step in whole)
    assert {uri for step in parts for uri in step.sources} == {uri for step in whole for uri in step.sources}
    batch_names = [step.batch.name for step in parts]
    assert batch_names == sorted(set(batch_names))
