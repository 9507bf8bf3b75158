"""Long files of JSON lines, read in parts."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.increment import Increment, Memo, Met
from pipeline.parse import documents
from pipeline.reading import Batch, steps
from pipeline.records import Document, Failure, Payload
from pipeline.sources import lines, payloads


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few lines, read in blocks that end anywhere."""
    monkeypatch.setattr(lines, "CHUNK_BYTES", 500)
    monkeypatch.setattr(lines, "_BLOCK", 77)


def _line(number: int, **more: object) -> bytes:
    return json.dumps({"text": f"Text {number} on CAR T cells.", **more}).encode() + b"\n"


def _read(path: Path) -> list[Document | Failure]:
    found: list[Document | Failure] = []
    for met in payloads([path]):
        found += [met] if isinstance(met, Failure) else documents(met)
    return found


def test_parts_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, addresses, line numbers of failures; blank lines count, and the last line needs no end."""
    path = tmp_path / "many.jsonl"
    made = [_line(number) for number in range(60)]
    made[7], made[40], made[59] = b"\n", b"no JSON\n", made[59].rstrip()
    path.write_bytes(b"\xef\xbb\xbf" + b"".join(made))
    parts = _read(path)
    assert len(list(payloads([path]))) > 3
    monkeypatch.setattr(lines, "CHUNK_BYTES", 1_000_000)
    assert len(list(payloads([path]))) == 1
    assert parts == _read(path)
    assert [one.message[:8] for one in parts if isinstance(one, Failure)] == ["Line 41:"]


def test_a_compressed_file_is_read_in_parts(tmp_path: Path) -> None:
    """As it is unpacked."""
    path = tmp_path / "many.jsonl.gz"
    path.write_bytes(gzip.compress(b"".join(map(_line, range(60)))))
    assert len(_read(path)) == 60


def test_a_line_that_is_too_long_costs_only_itself(tmp_path: Path, given: Callable[..., None]) -> None:
    """Its number is told, and what to do."""
    given(max_payload_bytes=2_000)
    path = tmp_path / "many.jsonl"
    path.write_bytes(_line(1) * 20 + _line(2, more="x" * 5_000) + _line(3) * 20 + _line(4, more="x" * 5_000))
    found = _read(path)
    failures = [one for one in found if isinstance(one, Failure)]
    assert [one.source_uri.rpartition("#")[2] for one in failures] == ["21", "42"]
    assert "CARTOGRAPHER_MAX_PAYLOAD_BYTES" in failures[0].message
    assert len(found) == 42


def test_what_was_read_before_a_break_is_handed_on(tmp_path: Path) -> None:
    """A file that was cut off gives the lines before the cut, and a failure."""
    path = tmp_path / "many.jsonl.gz"
    packed = gzip.compress(b"".join(_line(number, salt=hash(str(number))) for number in range(200)))
    path.write_bytes(packed[: len(packed) // 2])
    found = _read(path)
    assert any(isinstance(one, Document) for one in found)
    assert isinstance(found[-1], Failure)


def test_only_a_part_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the file."""
    monkeypatch.setattr(lines, "CHUNK_BYTES", 200_000)
    monkeypatch.setattr(lines, "_BLOCK", 1 << 20)

    class Endless(io.RawIOBase):
        left = 100

        def read(self, size: int = -1, /) -> bytes:
            self.left -= 1
            return b'{"text": "CAR T cells"}\n' * (1 << 15) if self.left > 0 else b""

    tracemalloc.start()
    n_lines = sum(
        part.body.count(b"\n") for part in lines.parts(Endless(), b"", 10**8) if isinstance(part.body, bytes)
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_lines == 99 * (1 << 15)
    assert peak < 10_000_000


def test_lines_of_utf_16_are_read_whole() -> None:
    """They can't be told apart as bytes."""
    assert not lines.is_lines("a\n".encode("utf-16"))
    assert lines.is_lines(b"{}\n")
    assert lines.is_claimed("application/x-ndjson; charset=utf-8")
    assert not lines.is_claimed("text/plain")


def test_a_part_is_sent_with_the_keys_of_its_own_documents(tmp_path: Path) -> None:
    """Found by id, also when it is escaped or a number, or by line; not with those of the whole file."""
    path = tmp_path / "many.jsonl"
    named = [_line(number, id=f"é{number}") for number in range(20)]
    path.write_bytes(b"".join([*named, *[_line(number, id=number) for number in range(20)], _line(1) * 40]))
    known = [one for one in _read(path) if isinstance(one, Document)]
    held = [Met.of(one, "f") for one in known]

    class Held:
        def index(self) -> dict[str, str]:
            return {one.doc_id: one.key for one in held}

        def sources(self) -> dict[str, str]:
            return {one.doc_id: one.source_uri for one in held}

    for payload in payloads([path]):
        assert isinstance(payload, Payload)
        (step,) = steps([payload], Increment(Held()), Memo(), lambda _: (), Batch("b", tmp_path, "r", "f"))
        own = {one.doc_id for one in documents(payload) if isinstance(one, Document)}
        assert own <= step.batch.keys.keys()
        assert len(step.batch.keys) <= len(own) + 1


def test_an_error_is_no_part(tmp_path: Path) -> None:
    """A line that is too long is told as an error, not as bytes."""
    (part,) = lines.parts(io.BytesIO(b"x" * 5_000), b"", 600)
    assert isinstance(part.body, SourceError)
    assert part.first_line == 1
