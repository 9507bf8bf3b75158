"""Whole MEDLINE files, read in pieces."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload
from pipeline.sources import medline, payloads

HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n'
    b'<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    b"<PubmedArticleSet>\n"
)
TAIL = b"</PubmedArticleSet>\n"


def _record(pmid: int, n_words: int = 12) -> bytes:
    words = " ".join(f"cell{number}" for number in range(n_words))
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><Article>'
        f"<ArticleTitle>Record {pmid} on CD19 CAR T cells</ArticleTitle><Abstract><AbstractText>{words}."
        "</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n"
    ).encode()


def _set(n_records: int) -> bytes:
    return HEAD + b"".join(_record(pmid) for pmid in range(1, n_records + 1)) + TAIL


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few records, read in blocks that end anywhere."""
    monkeypatch.setattr(medline, "CHUNK_BYTES", 2_000)
    monkeypatch.setattr(medline, "_BLOCK", 331)


def _met(path: Path) -> list[Payload | Failure]:
    return list(payloads([path]))


def _documents(met: list[Payload | Failure]) -> list[Document | Failure]:
    return [found for each in met if isinstance(each, Payload) for found in documents(each)]


@pytest.mark.parametrize("name", ["pubmed25n0001.xml.gz", "pubmed25n0001.xml"])
def test_a_large_set_is_cut_between_records(folder: Path, name: str, given: Callable[..., None]) -> None:
    """Each record once, with the address that it would have if the file were read whole."""
    given(max_payload_bytes=5_000)
    body = _set(40)
    (folder / name).write_bytes(gzip.compress(body) if name.endswith(".gz") else body)
    met = _met(folder)
    assert len(met) > 5
    assert all(isinstance(each, Payload) and len(each.body) < 5_000 for each in met)
    uri = (folder / name).as_uri()
    [whole] = [Payload(uri, body, "application/xml")]
    assert _documents(met) == list(documents(whole))


def test_a_small_set_is_handed_on_as_it_is(folder: Path) -> None:
    """Its bytes, and with them its hash, are the file's."""
    (folder / "few.xml").write_bytes(_set(3))
    [met] = _met(folder)
    assert isinstance(met, Payload)
    assert met.body == _set(3)


def test_a_truncated_set_gives_its_whole_records_and_a_failure(folder: Path) -> None:
    """Cut in the compression, or in the XML before it was compressed."""
    packed = gzip.compress(_set(400))
    (folder / "cut.xml.gz").write_bytes(packed[: len(packed) // 2])
    *read, failed = _met(folder / "cut.xml.gz")
    assert isinstance(failed, Failure)
    assert "cut off" in failed.message
    found = [each for each in _documents(read) if isinstance(each, Document)]
    assert 40 < len(found) < 400
    assert [each.pmid for each in found] == [str(pmid) for pmid in range(1, len(found) + 1)]

    (folder / "cut.xml").write_bytes(_set(40)[: -len(TAIL) - 120])
    *read, failed = _met(folder / "cut.xml")
    assert isinstance(failed, Failure)
    assert len([each for each in _documents(read) if isinstance(each, Document)]) == 39


def test_a_record_without_end_is_refused(folder: Path, given: Callable[..., None]) -> None:
    """It would fill the memory; the records before it are read."""
    given(max_payload_bytes=5_000)
    (folder / "endless.xml").write_bytes(HEAD + _record(1) + _record(2, 100_000))
    *read, failed = _met(folder)
    assert isinstance(failed, Failure)
    assert "CARTOGRAPHER_MAX_PAYLOAD_BYTES" in failed.message
    assert [each.pmid for each in _documents(read) if isinstance(each, Document)] == ["1"]


def test_bare_citations_are_cut_as_well(folder: Path) -> None:
    """As in the files of the years before PubMed's own sets."""
    citations = [
        _record(pmid).replace(b"<PubmedArticle>", b"").replace(b"</PubmedArticle>", b"")
        for pmid in range(1, 41)
    ]
    body = b"<MedlineCitationSet>" + b"".join(citations) + b"</MedlineCitationSet>"
    (folder / "old.xml").write_bytes(body)
    found = _documents(_met(folder))
    assert [each.pmid for each in found if isinstance(each, Document)] == [str(pmid) for pmid in range(1, 41)]


def test_a_large_file_of_another_kind_is_not_cut(folder: Path) -> None:
    """A paper that quotes the name of a set is one payload."""
    paper = (
        b"<article><front/><body><p>&lt;PubmedArticleSet></p>" + b"<p>cells</p>" * 500 + b"</body></article>"
    )
    (folder / "paper.xml").write_bytes(paper)
    [met] = _met(folder)
    assert isinstance(met, Payload)
    assert met.body == paper


DELETED = b'<DeleteCitation>\n<PMID Version="1">7</PMID>\n<PMID Version="1">8</PMID>\n</DeleteCitation>\n'


def test_deleted_records_are_told(folder: Path) -> None:
    """Also where the set is cut, and where it holds nothing else; none is taken for a document."""
    (folder / "large.xml").write_bytes(HEAD + b"".join(map(_record, range(1, 41))) + DELETED + TAIL)
    (folder / "small.xml").write_bytes(HEAD + DELETED + TAIL)
    for name, n_records in (("large.xml", 40), ("small.xml", 0)):
        met = _met(folder / name)
        bodies = [one.body for one in met if isinstance(one, Payload)]
        assert frozenset[str]().union(*map(medline.deleted, bodies)) == {"7", "8"}
        found = _documents(met)
        assert len(found) == n_records
        assert all(isinstance(one, Document) for one in found)
