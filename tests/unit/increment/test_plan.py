"""Which documents a run reads, which it keeps, and how they are counted."""

from __future__ import annotations

from pathlib import Path

from pipeline.fingerprint import extraction_key
from pipeline.increment import Increment, Met
from pipeline.records import Document, Failure

MODEL = "f" * 32


def document(doc_id: str, text: str = "Text.", source_uri: str | None = None) -> Document:
    return Document(doc_id, source_uri or f"file:///{doc_id}.txt", "text/plain", "news", text, ())


def met(doc_id: str, text: str = "Text.", source_uri: str | None = None) -> Met:
    return Met.of(document(doc_id, text, source_uri), MODEL)


class Held:
    """A snapshot of some documents."""

    def __init__(self, *documents: Document) -> None:
        self._documents = documents

    def index(self) -> dict[str, str]:
        return {one.doc_id: extraction_key(one, MODEL) for one in self._documents}

    def sources(self) -> dict[str, str]:
        return {one.doc_id: one.source_uri for one in self._documents}


def test_a_document_is_kept_while_its_key_is_the_same() -> None:
    """Another text, or another model, has another key."""
    plan = Increment(Held(document("a")))
    assert plan.is_kept([met("a")])
    assert not plan.is_kept([met("a", "Another.")])
    assert not plan.is_kept([Met.of(document("a"), "0" * 32)])
    assert not plan.is_kept([met("a"), met("new")])


def test_full_keeps_nothing() -> None:
    """With `full`, nothing need not be read."""
    plan = Increment(Held(document("a")), full=True)
    assert not plan.is_kept([met("a")])
    assert plan.keys_of("file:///a.txt") == {}


def test_documents_are_counted_once() -> None:
    """What was read, kept or failed is seen; a repetition of the same text is neither."""
    plan = Increment(Held(document("kept")))
    assert plan.read([met("new")]) == set()
    plan.keep([met("kept")])
    plan.fail(met("bad"), Failure("file:///bad.txt", "annotate", "ValueError", "bad: why"))
    plan.refuse([Failure("file:///cut.xml", "parse", "ParseError", "cut off")])
    assert plan.read([met("new", source_uri="file:///copy.txt")]) == {"new"}
    assert (plan.n_seen, plan.n_unchanged, len(plan.failures)) == (4, 1, 2)


def test_another_text_under_a_taken_id_is_a_failure_that_says_so() -> None:
    """The second of two documents with one id is not lost without a word, and its rows are not published."""
    plan = Increment(None)
    assert plan.read([met("a")]) == set()
    assert plan.read([met("a", "Another.", "file:///b.jsonl#2")]) == {"a"}
    (failure,) = plan.failures
    assert failure.source_uri == "file:///b.jsonl#2"
    assert "'a'" in failure.message
    assert plan.n_seen == 2


def test_a_failed_document_that_repeats_another_one_is_no_failure() -> None:
    """The first has been read."""
    plan = Increment(None)
    plan.read([met("a")])
    plan.fail(met("a"), Failure("file:///copy.txt", "annotate", "WorkerLost", "a: why"))
    assert plan.failures == []


def test_keys_are_told_by_the_source_that_documents_come_from() -> None:
    """Of a file, of a line of a file, and of a member of an archive."""
    plan = Increment(
        Held(
            document("alone"),
            document("first", source_uri="file:///many.jsonl#1"),
            document("second", source_uri="file:///many.jsonl#2"),
            document("member", source_uri="file:///some.zip#x.txt"),
            document("line", source_uri="file:///some.zip#y.jsonl#7"),
        )
    )
    assert set(plan.keys_of("file:///alone.txt")) == {"alone"}
    assert set(plan.keys_of("file:///many.jsonl")) == {"first", "second"}
    assert set(plan.keys_of("file:///some.zip#x.txt")) == {"member"}
    assert set(plan.keys_of("file:///some.zip#y.jsonl")) == {"line"}
    assert plan.keys_of("file:///new.txt") == {}


def test_a_document_is_missing_when_its_file_is_gone_or_no_longer_holds_it(tmp_path: Path) -> None:
    """A file that this run was not asked to look at, or that could not be read, takes nothing away."""
    (tmp_path / "elsewhere.txt").touch()
    read = "file:///read.jsonl"
    plan = Increment(
        Held(
            document("met", source_uri=f"{read}#1"),
            document("left out", source_uri=f"{read}#2"),
            document("vanished", source_uri=(tmp_path / "gone.txt").as_uri()),
            document("elsewhere", source_uri=(tmp_path / "elsewhere.txt").as_uri()),
            document("broken", source_uri="file:///broken.xml"),
        )
    )
    plan.keep([met("met")])
    plan.refuse([Failure("file:///broken.xml", "parse", "ParseError", "cut off")])
    assert plan.missing({read, "file:///broken.xml"}) == {"left out", "vanished"}
