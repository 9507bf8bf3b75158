"""The file: one page, sealed by its policy, the same for the same snapshot."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from lxml import html as parser

from pipeline import open_snapshot
from pipeline.analysis import OpenSnapshot
from pipeline.errors import UsageError
from pipeline.report import write_report
from pipeline.report.embedding import packed
from pipeline.report.page import Page, html
from tests.conftest import ROOT
from tests.unit.analysis.told import published
from tests.unit.report.samples import HOSTILE, hostile


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of documents that try to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    published(folder / "outputs", *hostile())
    write_report(open_snapshot(folder / "outputs"), folder / "page.html")
    return (folder / "page.html").read_text("utf-8")


def unpacked(page: str, name: str) -> Any:
    """A payload of the page."""
    (payload,) = parser.fromstring(page).xpath(f"//script[@id='{name}']/text()")
    return json.loads(gzip.decompress(base64.b64decode(payload)))


def test_the_policy_lets_the_pages_own_script_and_style_run_and_nothing_else(page: Page) -> None:
    """Hashes of what stands in the file; no source of anything on a network."""
    root = parser.fromstring(html(page))
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = {words[0]: words[1:] for words in (rule.split() for rule in policy.split(";"))}
    for name, path in (("script-src", "//script[not(@type)]"), ("style-src", "//style")):
        hashes = [hashlib.sha256((one.text or "").encode()).digest() for one in root.xpath(path)]
        assert rules.pop(name) == [f"'sha256-{base64.b64encode(one).decode()}'" for one in hashes]
    assert rules == {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    assert not root.xpath("//*[@style] | //@*[starts-with(name(), 'on')]")


def test_nothing_is_loaded_from_anywhere(page: Page) -> None:
    """No element that fetches; links are followed by people only."""
    root = parser.fromstring(html(page))
    assert root.xpath("//link/@href") == ["data:,"]
    assert not root.xpath("//*[@src] | //iframe | //object | //embed | //video | //audio | //base")
    assert "@import" not in html(page)


def test_the_payload_is_what_it_was(page: Page) -> None:
    """Packed and unpacked, the index is the same."""
    assert unpacked(html(page), "index") == json.loads(json.dumps(page.index))
    assert packed(page.index) == packed(page.index)


@pytest.mark.parametrize("attack", HOSTILE)
def test_what_a_document_says_is_text_to_the_last_character(hostile_page: str, attack: str) -> None:
    """It stands in the packed documents, and none of its addresses has become a link."""
    assert attack in [one["text"].partition("\n\n")[0] for one in unpacked(hostile_page, "documents-0")]
    assert not [link for one in unpacked(hostile_page, "documents-0") for link in one["links"]]


def test_no_document_adds_an_element_or_an_attribute(hostile_page: str, page: Page) -> None:
    """The page of hostile documents is built of what the page of harmless ones is built of."""

    def built_of(whole: str) -> set[tuple[str, str]]:
        elements = list(parser.fromstring(whole).iter("*"))
        return {(str(one.tag), str(name)) for one in elements for name in ("", *one.attrib)}

    assert built_of(hostile_page) <= built_of(html(page))
    scripts = parser.fromstring(hostile_page).xpath("//script[not(@type)]/text() | //style/text()")
    assert scripts == parser.fromstring(html(page)).xpath("//script[not(@type)]/text() | //style/text()")


def test_the_same_snapshot_is_the_same_page(snapshot: OpenSnapshot, page: Page, tmp_path: Path) -> None:
    """Byte for byte, and written in one step."""
    first, again = (write_report(snapshot, tmp_path / f"{n}.html") for n in (1, 2))
    assert first.path.read_bytes() == again.path.read_bytes() == html(page).encode()
    assert (first.n_documents, first.n_studies, first.n_bytes) == (4, 4, first.path.stat().st_size)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.html", "2.html"]


def test_a_file_that_cannot_be_written_is_told(snapshot: OpenSnapshot, tmp_path: Path) -> None:
    """And what was there stays."""
    with pytest.raises(UsageError, match="can't be written"):
        write_report(snapshot, tmp_path / "nowhere" / "page.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="folder"):
        write_report(snapshot, tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_an_empty_snapshot_is_a_page_as_well(tmp_path: Path) -> None:
    """Noughts, and charts that say that there is nothing to draw."""
    published(tmp_path / "outputs")
    report = write_report(open_snapshot(tmp_path / "outputs"), tmp_path / "page.html")
    assert (report.n_documents, report.n_studies) == (0, 0)
    assert report.path.read_text("utf-8").count("Nothing to draw yet") == 4


def test_every_asset_is_in_the_package(page: Page) -> None:
    """Each script and style of the folder is on the page: what nothing uses is not kept."""
    whole = html(page)
    for asset in (ROOT / "pipeline/report/assets").iterdir():
        assert asset.read_text("utf-8").strip() in whole, asset.name
