"""Which documents a run reads, and which it keeps."""

from __future__ import annotations

from pathlib import Path

from pipeline.fingerprint import extraction_key
from pipeline.increment import Increment
from pipeline.records import Document, Failure

MODEL = "f" * 32


def document(doc_id: str, text: str = "Text.", source_uri: str | None = None) -> Document:
    return Document(doc_id, source_uri or f"file:///{doc_id}.txt", "text/plain", "news", text, ())


def index_of(*documents: Document) -> dict[str, str]:
    return {one.doc_id: extraction_key(one, MODEL) for one in documents}


def read_ids(plan: Increment, *met: Document | Failure) -> list[str]:
    return [keyed.document.doc_id for keyed in plan.to_read(met)]


def test_new_and_changed_documents_are_read_and_unchanged_ones_kept() -> None:
    """A document is read when its id is new or its key differs."""
    plan = Increment(index_of(document("kept"), document("changed", "Before.")), MODEL)
    assert read_ids(plan, document("kept"), document("changed", "After."), document("new")) == [
        "changed",
        "new",
    ]
    assert plan.unchanged == {"kept"}
    assert plan.n_seen == 3


def test_another_fingerprint_makes_every_document_a_changed_one() -> None:
    """The key holds the fingerprint: a new model reads everything again."""
    plan = Increment(index_of(document("a")), "0" * 32)
    assert read_ids(plan, document("a")) == ["a"]


def test_full_reads_what_has_not_changed() -> None:
    """With `full`, nothing is kept."""
    plan = Increment(index_of(document("a")), MODEL, full=True)
    assert read_ids(plan, document("a")) == ["a"]
    assert plan.unchanged == set()


def test_the_same_document_met_twice_counts_once() -> None:
    """A copy of a document is neither read twice nor a failure."""
    plan = Increment({}, MODEL)
    assert read_ids(plan, document("a"), document("a", source_uri="file:///copy.txt")) == ["a"]
    assert (plan.n_seen, plan.failures) == (1, [])


def test_another_text_under_a_taken_id_is_a_failure_that_says_so() -> None:
    """The second of two documents with one id is not lost without a word."""
    plan = Increment({}, MODEL)
    assert read_ids(plan, document("a"), document("a", "Another.", "file:///b.jsonl")) == ["a"]
    (failure,) = plan.failures
    assert failure.source_uri == "file:///b.jsonl"
    assert "'a'" in failure.message
    assert plan.n_seen == 2


def test_failures_are_counted_and_handed_on() -> None:
    """What a source or a parser could not read is seen, and failed."""
    failure = Failure("file:///x", "parse", "ParseError", "no")
    plan = Increment({}, MODEL)
    assert read_ids(plan, failure, document("a")) == ["a"]
    assert plan.failures == [failure]
    assert plan.n_seen == 2


def test_documents_are_missing_when_their_file_is_gone_or_no_longer_holds_them(tmp_path: Path) -> None:
    """A document of a file that this run did not look at is not missing."""
    elsewhere = tmp_path / "not named in this run.txt"
    elsewhere.touch()
    read, gone, failed = "file:///set.jsonl", (tmp_path / "gone.txt").as_uri(), "file:///failed.txt"
    sources = {
        "still there": read,
        "no longer in the set": f"{read}#3",
        "gone": gone,
        "elsewhere": elsewhere.as_uri(),
        "on the web": "https://example.org/a",
        "failed now": failed,
    }
    plan = Increment(dict.fromkeys(sources, "key"), MODEL)
    met = [document("still there"), Failure(failed, "parse", "ParseError", "broken")]
    list(plan.to_read(met))
    assert plan.missing(sources, read={read, failed}) == {"no longer in the set", "gone"}
