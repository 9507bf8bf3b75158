"""Formats and layout: payloads in, documents and sections out."""

from __future__ import annotations

import json
from datetime import date

import pytest

from pipeline.parse import documents, xml_tree
from pipeline.parse.dates import printed_dates
from pipeline.parse.identifiers import dois, trial_ids
from pipeline.records import Document, Failure, Payload
from pipeline.settings import Settings


def _read(name: str, body: str | bytes) -> list[Document | Failure]:
    return list(documents(Payload(f"file:///t/{name}", body if isinstance(body, bytes) else body.encode())))


def _document(name: str, body: str | bytes) -> Document:
    [found] = _read(name, body)
    assert isinstance(found, Document), found
    _check_cover(found)
    return found


def _check_cover(document: Document) -> None:
    position = 0
    for section in document.sections:
        assert section.start_char >= position
        assert not document.text[position : section.start_char].strip()
        position = section.end_char
    assert not document.text[position:].strip()


def _kinds(document: Document) -> list[tuple[str, str]]:
    return [
        (each.kind, document.text[each.start_char : each.end_char].split("\n")[0][:24])
        for each in document.sections
    ]


CARD = """Gene-edited cells calm a kidney disease in mice
Article Date: 09 May 2025
Article URL: https://example.org/news/1
Summary
A team in Leeds has edited T cells so that they ignore kidney cells, and the treated mice kept their kidneys.
Author take
Nice work, and one to watch if you follow the field at all, we would say.
Tags
nephrologymice
"""

THREAD = """Cells for lupus
\xa0
Has anyone here been told how long the recovery in hospital takes after the infusion of these cells?
\xa0
Has anyone here been told how long the recovery in hospital takes after the infusion of these cells?

I was in for ten days and I walked home.
\xa0
I was in for twelve days and I walked home, all in all it was not that bad for me to be honest.
\xa0
Back
Top Bottom"""


def test_plain_text_is_kept_character_for_character() -> None:
    """Line ends, tabs and blanks stay; a byte order mark is no part of the text."""
    text = "Title of it\r\n\r\n  Ten patients\thad CRS. \r\n"
    assert _document("a.txt", b"\xef\xbb\xbf" + text.encode()).text == text


def test_news_card_is_taken_apart() -> None:
    """Metadata and opinion are boilerplate, the first line is the title, the rest is body."""
    card = _document("card.txt", CARD)
    assert card.title == "Gene-edited cells calm a kidney disease in mice"
    assert card.published_on == date(2025, 5, 9)
    assert card.url == "https://example.org/news/1"
    assert card.kind == "news"
    assert _kinds(card) == [
        ("title", "Gene-edited cells calm a"),
        ("boilerplate", "Article Date: 09 May 202"),
        ("body", "Summary"),
        ("boilerplate", "Author take"),
        ("boilerplate", "Tags"),
    ]


def test_repeated_paragraph_of_a_thread_is_a_quote() -> None:
    """What an earlier post said is a quote without any mark; another number makes it a post of its own."""
    thread = _document("thread.txt", THREAD)
    assert thread.kind == "forum"
    kinds = [each.kind for each in thread.sections]
    assert kinds[-5:] == ["post", "quote", "post", "post", "boilerplate"]


def test_marked_quotes_and_headers_of_posts() -> None:
    """Posts are told by name and time, quotes by their mark, moderators are furniture."""
    thread = _document(
        "t.txt",
        "ann_1 – 3 May, 10:00\nMy CRS was grade 1.\n\nbob – 3 May, 11:00\n> My CRS was grade "
        "1.\nMine was 2.\n\n"
        "[mod] Reminder: no medical advice.\n",
    )
    assert [each.kind for each in thread.sections] == ["post", "post", "quote", "post", "boilerplate"]


def test_structured_abstract() -> None:
    """Run-in headings give the kinds; the heading is part of the text."""
    found = _document(
        "a.txt",
        "CAR T cells in myositis: a phase 1 study\n\nBACKGROUND. It is rare.\n\nMethods: We treated "
        "5.\n\nRESULTS. All 5 walked.",
    )
    assert [each.kind for each in found.sections] == ["title", "background", "methods", "results"]
    assert [each.heading for each in found.sections][1:] == ["BACKGROUND", "Methods", "RESULTS"]
    assert found.kind == "abstract"


def test_jsonl_keeps_ids_and_loses_only_broken_lines() -> None:
    """The caller's id and text are kept; each bad line gives one failure."""
    lines = [
        json.dumps({"id": "A/1", "text": "x\r\ny", "doi": "10.1/ABC", "kind": "forum"}),
        "{bad",
        json.dumps({"id": "A/1", "text": "z"}),
    ]
    first, bad, twice = _read("a.jsonl", "\n".join(lines))
    assert isinstance(first, Document)
    assert (first.doc_id, first.text, first.kind) == ("A/1", "x\r\ny", "forum")
    assert isinstance(bad, Failure)
    assert "Line 2" in bad.message
    assert isinstance(twice, Failure)
    assert "used on line 1" in twice.message


def test_pubmed_set_loses_only_its_broken_record() -> None:
    """Labels give kinds, raised digits stay readable, a broken record is one failure."""
    record = (
        "<PubmedArticle><MedlineCitation><PMID>{0}</PMID><Article><ArticleTitle>T{0}</ArticleTitle><Abstract>"
        "<AbstractText Label='METHODS' NlmCategory='METHODS'>10<sup>6</sup> <i>CAR</i> "
        "cells/kg{1}</AbstractText>"
        "</Abstract></Article></MedlineCitation></PubmedArticle>"
    )
    first, broken, last = _read(
        "s.xml", f"<PubmedArticleSet>{record.format(1, '')}{record.format(2, '<b>')}{record.format(3, '')}"
    )
    assert isinstance(first, Document)
    assert first.text == "T1\n\nMETHODS: 10⁶ CAR cells/kg"
    assert [each.kind for each in first.sections] == ["title", "methods"]
    assert isinstance(broken, Failure)
    assert broken.source_uri.endswith("#pmid:2")
    assert isinstance(last, Document)


def test_jats_sections_and_tables() -> None:
    """Sections take their kind from type and title; tables come row by row, references with an XPath."""
    found = _document(
        "a.nxml",
        "<article><front><article-meta><title-group><article-title>CAR</article-title></title-group></article-meta></front>"
        "<body><sec><title>Methods</title><p>Given 10<sup>6</sup>.</p><table-wrap><label>Table "
        "1</label><table><tr><td>CRS</td>"
        "<td>3</td></tr></table></table-wrap></sec></body><back><ref-list><ref><mixed-citation>Doe "
        "2020</mixed-citation></ref>"
        "</ref-list></back></article>",
    )
    assert [each.kind for each in found.sections] == ["title", "methods", "caption", "table", "reference"]
    assert "CRS\t3" in found.text
    assert found.sections[-1].source_ref == "/article/back/ref-list"


def test_html_marks_frame_and_keeps_superscripts() -> None:
    """Navigation is kept as boilerplate; raised digits stay readable."""
    body = (
        "<p>In this trial ten patients with lupus received 10<sup>6</sup> CAR T cells per kilogram.</p>" * 3
    )
    page = _document(
        "a.html",
        f"<html lang='en'><body><nav>Home News</nav><article><h1>Cells</h1>{body}</article></body></html>",
    )
    assert page.sections[0].kind == "boilerplate"
    assert "10⁶ CAR" in page.text
    assert page.title == "Cells"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.txt", b""),
        ("a.txt", b" \n"),
        ("a.txt", b"\x00" * 100),
        ("a.xml", b"<article><front>"),
        (
            "a.xml",
            b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
        ),
        ("a.xml", b"<article><body>" + b"<sec>" * 20_000),
        ("a.xml", b"<other/>"),
        ("a.pdf", b"%PDF-1.7"),
    ],
)
def test_hostile_input_is_a_failure_that_says_why(name: str, body: bytes) -> None:
    """Nothing escapes as an exception."""
    [found] = _read(name, body)
    assert isinstance(found, Failure)
    assert found.stage == "parse"
    assert len(found.message) > 20


def test_identifiers_in_glued_text() -> None:
    """A DOI ends before the comma or the sentence that is glued to it; all registries count."""
    assert dois("(doi:10.1038/S41591-025-1,highlights; 10.1/x.The end)") == ("10.1038/s41591-025-1",)
    assert trial_ids("NCT01234567, ChiCTR2000041025 and jRCT2043200001") == (
        "NCT01234567",
        "ChiCTR2000041025",
        "jRCT2043200001",
    )


@pytest.mark.parametrize(
    "printed",
    [
        "14 February 2026",
        "February 14, 2026",
        "published onlineFeb. 14, 2026",
        "2/14/2026",
        "2026-02-14",
        "14.02.2026",
    ],
)
def test_date_spellings(printed: str) -> None:
    """One day, many spellings."""
    assert [found.value for found in printed_dates(printed)] == [date(2026, 2, 14)]


def _nested(depth: int) -> bytes:
    inner = b"<sec>" * (depth - 3) + b"<p>CAR T cells were given.</p>" + b"</sec>" * (depth - 3)
    return b"<article><body>" + inner + b"</body></article>"


@pytest.mark.parametrize(("depth", "limit"), [(201, "200"), (20_000, "200")])
def test_xml_that_is_nested_too_deeply_says_what_to_do(depth: int, limit: str) -> None:
    """Whether it is our limit that refuses it or the parser's."""
    [refused] = _read("deep.xml", _nested(depth))
    assert isinstance(refused, Failure)
    assert refused.message.startswith(f"Elements lie in elements more than {limit} deep")
    assert "CARTOGRAPHER_MAX_XML_DEPTH" in refused.message
    assert isinstance(_read("fine.xml", _nested(200))[0], Document)


def test_the_depth_of_xml_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser's own limit is never exceeded."""
    monkeypatch.setattr(xml_tree, "settings", lambda: Settings(max_xml_depth=5))
    assert isinstance(_read("deep.xml", _nested(6))[0], Failure)
    monkeypatch.setattr(xml_tree, "settings", lambda: Settings(max_xml_depth=10_000))
    assert isinstance(_read("deep.xml", _nested(256))[0], Document)
    [refused] = _read("deep.xml", _nested(257))
    assert isinstance(refused, Failure)
    assert "more than 256 deep" in refused.message
    assert "raise" not in refused.message


@pytest.mark.parametrize(
    "text",
    [
        "Record NCT07000001 of the register\nTitle: Cells for scleroderma     Phase: 1     Gender: all\n"
        "1) Planned enrollment: 30\n2) Main outcome: harms within a month",
        "Register summary of NCT07000002.\n\nWhat is compared. One infusion with usual care.\n\n"
        "Who may enter. Adults.\n\nWho may not. Anybody with hepatitis.",
    ],
)
def test_an_entry_is_told_by_its_fields_however_they_are_laid_out(text: str) -> None:
    """Numbered, beside each other in a line, or as questions; with a registry's id near the top."""
    assert _document("entry.txt", text).kind == "registry"


@pytest.mark.parametrize("header", ["#{n} {name}", "{name} (Cork) • Sat 9:12 pm"])
def test_posts_are_told_by_a_number_or_a_weekday_beside_the_name(header: str) -> None:
    """A thread needs no dates."""
    posts = [
        ("tansy_b", "I had the cells in May."),
        ("old_oak", "And how was it?"),
        ("tansy_b", "My fever ran."),
    ]
    lines = [f"{header.format(n=n, name=name)}\n{said}" for n, (name, said) in enumerate(posts, 1)]
    found = _document("thread.txt", "The board › Cells\n\n" + "\n\n".join(lines))
    assert found.kind == "forum"
    assert sum(each.kind == "post" for each in found.sections) == 3


def test_a_quote_whose_lines_are_marked_ends_with_its_marks() -> None:
    """What follows right below is the answer."""
    first = "ann – 3 Mar, 10:40\nI had a fever for a week.\n\n"
    second = "bea – 3 Mar, 11:05\nann wrote:\n> I had a fever\nMine lasted two days.\n"
    text = first + second
    found = _document("thread.txt", text)
    kinds = {found.text[each.start_char : each.end_char]: each.kind for each in found.sections}
    assert kinds["ann wrote:\n> I had a fever"] == "quote"
    assert kinds["Mine lasted two days."] == "post"
