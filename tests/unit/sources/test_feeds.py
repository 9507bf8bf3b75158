"""Feeds with their articles, and single pages."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from pipeline.errors import SourceError
from pipeline.parse import documents
from pipeline.records import Document, Failure, Payload
from pipeline.sources import payloads, with_kept
from tests.local_web import LocalWeb, Reply
from tests.services import rss

pytestmark = pytest.mark.usefixtures("pauses")

ARTICLE = (
    '<html><head><meta charset="utf-8"><title>Cells calm lupus</title></head><body><article>'
    "<h1>Cells calm lupus</h1><p>Twelve patients with lupus were given CD19 CAR T cells in Leeds, and none "
    "had neurotoxicity.</p>"
    "</article></body></html>"
)
SUMMARY = "<p>Eight patients with myositis were given BCMA CAR T cells, the company said on Monday.</p>"
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Cells</title>
<entry><id>urn:uuid:1</id><title>Cells for myositis</title><updated>2026-03-04T05:06:07Z</updated>
<content type="html">&lt;p&gt;Eight patients with myositis were given BCMA CAR T cells.&lt;/p&gt;</content>
</entry>
<entry><id>urn:uuid:2</id><title>Only a title</title><updated>2026-03-04T05:06:07Z</updated></entry></feed>
"""


def _met(*references: str) -> list[Payload | Failure]:
    return list(payloads(references))


def _feed(local_web: LocalWeb, *entries: dict[str, str]) -> str:
    return local_web.serve("/feed.xml", rss(list(entries)), "application/rss+xml")


def test_the_articles_of_a_feed_are_fetched(local_web: LocalWeb) -> None:
    """Each under its own address, without the marks of where a reader came from."""
    local_web.serve("/a", ARTICLE)
    local_web.serve("/b", ARTICLE.replace("Twelve", "Ten"))
    feed = _feed(
        local_web,
        {"title": "A", "link": f"{local_web.url}/a?utm_source=rss&utm_medium=feed#top"},
        {"title": "B", "link": "/b"},
    )
    for reference in (f"feed:{feed}", feed):
        met = _met(reference)
        assert [each.source_uri for each in met] == [f"{local_web.url}/a", f"{local_web.url}/b"]
        assert all(isinstance(each, Payload) for each in met)
    assert local_web.asked("/a")[0].parameters == {}


def test_where_an_article_can_not_be_had_the_feed_speaks(local_web: LocalWeb) -> None:
    """Forbidden, missing, broken, or no text: its summary is a document with title, date and publisher."""
    local_web.serve("/robots.txt", "User-agent: *\nDisallow: /closed\n", "text/plain")
    local_web.serve("/closed", ARTICLE)
    local_web.serve("/broken", Reply(b"", 500))
    local_web.serve("/film", b"film", "video/mp4")
    entries = [
        {
            "title": "Cells for myositis",
            "link": f"{local_web.url}{path}",
            "description": SUMMARY,
            "pubDate": "Mon, 02 Mar 2026 10:00:00 GMT",
        }
        for path in ("/closed", "/missing", "/broken", "/film")
    ]
    met = _met(f"feed:{_feed(local_web, *entries)}")
    assert [each.source_uri for each in met] == [entry["link"] for entry in entries]
    for each in met:
        assert isinstance(each, Payload)
        [found] = documents(each)
        assert isinstance(found, Document)
        assert "Eight patients with myositis" in found.text
        assert (found.title, str(found.published_on)) == ("Cells for myositis", "2026-03-02")
        assert found.publisher == "Cell News"
    assert not local_web.asked("/closed")


def test_an_article_that_was_fetched_before_is_not_replaced_by_less(
    local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """When its server is down later, what is kept of it is read, not the summary."""
    given(refresh_hours=0)
    local_web.serve("/a", ARTICLE)
    feed = _feed(local_web, {"title": "A", "link": f"{local_web.url}/a", "description": SUMMARY})
    [before] = _met(f"feed:{feed}")
    local_web.serve("/a", Reply(b"", 503))
    [after] = _met(f"feed:{feed}")
    assert isinstance(before, Payload)
    assert isinstance(after, Payload)
    assert after.body == before.body == ARTICLE.encode()


def test_entries_without_a_page_are_told_or_read(local_web: LocalWeb) -> None:
    """An entry with content needs no page; one with nothing but a title is a failure."""
    local_web.serve("/atom", ATOM, "application/atom+xml")
    read, failed = _met(f"feed:{local_web.url}/atom")
    assert isinstance(read, Payload)
    assert "BCMA CAR T cells" in read.body.decode()
    assert isinstance(failed, Failure)
    assert "no web address" in failed.message
    assert read.source_uri != failed.source_uri


@pytest.mark.parametrize("link", ["file:///etc/passwd", "javascript:alert(1)", "/etc/passwd\n"])
def test_a_feed_can_not_point_at_files(local_web: LocalWeb, link: str) -> None:
    """Only at the web."""
    met = _met(f"feed:{_feed(local_web, {'title': 'A', 'link': link})}")
    assert all(isinstance(each, Failure) for each in met)
    assert not any("root:" in str(each) for each in met)


def test_a_feed_is_never_taken_for_the_name_of_a_file(local_web: LocalWeb) -> None:
    """A body that reads like a path is no feed, and nothing is opened."""
    local_web.serve("/feed", b"/etc/passwd", "application/rss+xml")
    [failed] = _met(f"feed:{local_web.url}/feed")
    assert isinstance(failed, Failure)
    assert "no RSS or Atom feed" in failed.message


def test_a_feed_that_is_cut_off_gives_what_is_there(local_web: LocalWeb) -> None:
    """And says that something is missing."""
    local_web.serve("/a", ARTICLE)
    whole = rss([{"title": "A", "link": f"{local_web.url}/a"}, {"title": "B", "link": f"{local_web.url}/b"}])
    local_web.serve("/feed.xml", whole[: whole.rindex("<item>") + 9], "application/rss+xml")
    met = _met(f"feed:{local_web.url}/feed.xml")
    assert isinstance(met[0], Payload)
    assert isinstance(met[-1], Failure)
    assert "cut off" in met[-1].message


def test_a_bomb_in_a_feed_does_not_grow(local_web: LocalWeb) -> None:
    """Entities that name each other are not expanded."""
    bomb = "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    body = rss([{"title": "TITLE", "link": f"{local_web.url}/a"}]).replace("TITLE", "&j;")
    body = body.replace("<rss", f'<!DOCTYPE rss [<!ENTITY a "CAR T">{bomb}]><rss', 1)
    local_web.serve("/feed.xml", body, "application/rss+xml")
    assert sum(len(str(each)) for each in _met(f"feed:{local_web.url}/feed.xml")) < 10_000


def test_an_unchanged_feed_costs_one_small_question(local_web: LocalWeb) -> None:
    """The feed is asked whether it has changed; articles of this week are not asked for at all."""
    local_web.serve("/a", ARTICLE)
    feed = rss([{"title": "A", "link": f"{local_web.url}/a"}])
    address = local_web.serve_versioned("/feed.xml", feed.encode(), etag='"f1"')
    assert _met(f"feed:{address}") == _met(f"feed:{address}")
    assert local_web.asked("/feed.xml")[1].headers["if-none-match"] == '"f1"'
    assert len(local_web.asked("/a")) == 1


def test_a_feed_that_can_not_be_had_costs_only_itself(local_web: LocalWeb) -> None:
    """The other sources of the run go on."""
    local_web.serve("/a", ARTICLE)
    met = _met(f"feed:{local_web.url}/missing.xml", f"{local_web.url}/a")
    assert sorted(type(each).__name__ for each in met) == ["Failure", "Payload"]


def test_without_a_network_a_feed_is_read_as_it_was(local_web: LocalWeb, given: Callable[..., None]) -> None:
    """Feed and articles come from the cache."""
    local_web.serve("/a", ARTICLE)
    feed = _feed(local_web, {"title": "A", "link": f"{local_web.url}/a"})
    before = _met(f"feed:{feed}")
    n_before = len(local_web.requests)
    given(offline=1)
    assert _met(f"feed:{feed}") == before
    assert len(local_web.requests) == n_before


def test_a_page_is_a_payload_with_what_the_server_says(local_web: LocalWeb) -> None:
    """Its address without fragment, its media type, the time of its last change."""
    modified = "Wed, 21 Oct 2026 07:28:00 GMT"
    address = local_web.serve_versioned("/a", ARTICLE.encode(), modified=modified)
    [met] = _met(f"{address}#part")
    assert isinstance(met, Payload)
    assert (met.source_uri, met.body, met.media_type) == (address, ARTICLE.encode(), "text/html")
    assert str(met.modified_at) == "2026-10-21 07:28:00+00:00"


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        ("/a.xml", "text/plain", "application/xml"),
        ("/a.md", "application/octet-stream", "text/markdown"),
        ("/a", "text/html; charset=iso-8859-1", "text/html; charset=iso-8859-1"),
        ("/a.html", "application/pdf", "application/pdf"),
    ],
)
def test_the_name_tells_what_a_server_does_not(local_web: LocalWeb, name: str, said: str, meant: str) -> None:
    """Many servers call all that they don't know plain text."""
    [met] = _met(local_web.serve(name, b"<p>CAR T cells</p>", said))
    assert isinstance(met, Payload)
    assert met.media_type == meant


def test_an_archive_of_the_web_is_unpacked(local_web: LocalWeb) -> None:
    """As one in a folder."""
    [met] = _met(local_web.serve("/a.txt.gz", gzip.compress(b"CAR T cells"), "application/gzip"))
    assert isinstance(met, Payload)
    assert met.body == b"CAR T cells"


@pytest.mark.parametrize(
    "reference", ["https://", "http:///a", "feed:", "feed:file:///etc/passwd", "gopher://a/b"]
)
def test_what_is_no_address_is_refused_at_once(reference: str) -> None:
    """Before anything starts."""
    with pytest.raises(SourceError):
        payloads([reference])


def test_the_server_names_the_encoding_of_a_page(local_web: LocalWeb) -> None:
    """Where the page itself does not."""
    page = "<html><body><p>Пациенты с волчанкой получили клетки.</p></body></html>".encode("koi8-r")
    [met] = _met(local_web.serve("/a", page, "text/html; charset=koi8-r"))
    assert isinstance(met, Payload)
    [found] = documents(met)
    assert isinstance(found, Document)
    assert "Пациенты с волчанкой" in found.text


def test_what_a_feed_lists_no_longer_is_read_again_from_what_was_kept(
    local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """Pages, and what the feed alone said of an entry; nothing is asked for, and nothing is given twice."""
    local_web.serve("/a", ARTICLE)
    entries = [
        {"title": "A", "link": f"{local_web.url}/a"},
        {"title": "B", "description": SUMMARY, "guid": "b"},
        {"title": "C", "description": SUMMARY.replace("Eight", "Nine"), "guid": "c"},
    ]
    before = {each.source_uri: each for each in _met(f"feed:{_feed(local_web, *entries)}")}
    assert len(before) == 3
    feed = _feed(local_web, entries[2])
    n_asked = len(local_web.asked("/a"))
    after = list(with_kept(payloads([f"feed:{feed}"]), lambda: before))
    assert {each.source_uri: each for each in after} == before
    assert len(after) == 3
    assert len(local_web.asked("/a")) == n_asked
    given(offline=1)
    unknown = [f"{local_web.url}/never-fetched", "file:///gone.txt", *before]
    assert len(list(with_kept([], lambda: unknown))) == 3
