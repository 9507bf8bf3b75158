"""PubMed XML: a record or a set of them; one broken record costs only itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Final

from lxml import etree

from pipeline.errors import ParseError
from pipeline.parse.assembly import assemble, check_text, failure
from pipeline.parse.dates import calendar_date, month_number
from pipeline.parse.decoding import decode
from pipeline.parse.facts import Facts, language_of
from pipeline.parse.headings import kind_of_label
from pipeline.parse.identifiers import trial_ids
from pipeline.parse.text_builder import TextBuilder
from pipeline.parse.xml_tree import child, children, inline_text, local_name, parse_xml
from pipeline.records import Document, Failure, Payload
from pipeline.vocabulary import SectionKind

MEDIA_TYPE: Final = "application/xml"

_OPENING: Final = re.compile(rb"<(PubmedArticle|PubmedBookArticle|MedlineCitation)[\s>]")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)["']""")
_PMID: Final = re.compile(rb"<PMID[^>]*>\s*(\d+)")
_CATEGORIES: Final[dict[str, SectionKind]] = {
    "BACKGROUND": "background",
    "OBJECTIVE": "background",
    "METHODS": "methods",
    "RESULTS": "results",
    "CONCLUSIONS": "conclusions",
}
# PubMed's codes are ISO 639-2/B; these are the languages that its records of the last decades are in.
_LANGUAGES: Final[dict[str, str]] = {
    "eng": "en", "fre": "fr", "ger": "de", "spa": "es", "ita": "it", "chi": "zh", "jpn": "ja", "por": "pt",
    "rus": "ru", "pol": "pl", "kor": "ko", "tur": "tr", "dut": "nl", "cze": "cs", "hun": "hu", "dan": "da",
    "nor": "no", "swe": "sv", "heb": "he", "per": "fa", "ara": "ar", "ukr": "uk", "rum": "ro", "hrv": "hr",
}  # fmt: skip


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The records of the file, one at a time.

    Records are cut out before they are parsed: a mistake in one leaves the others whole, and a set takes no
    more memory than its largest record beside the bytes.
    """
    body, encoding = payload.body, _ENCODING.search(payload.body[:200])
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body, encoding = decode(body).encode("utf-8"), None
    declared = encoding[1].decode("ascii") if encoding and b"16" not in encoding[1] else "utf-8"
    n_met = 0
    for n_met, record in enumerate(_records(body), start=1):
        named = _PMID.search(record)
        fragment = f"#pmid:{named[1].decode()}" if named else f"#{n_met}"
        try:
            yield _document(parse_xml(record, declared), payload.source_uri + fragment)
        except ParseError as problem:
            yield failure(payload, ParseError(f"Record {n_met}: {problem}"), fragment)
    # An update file may hold nothing but what it deletes.
    if not n_met and b"<DeleteCitation" not in body:
        raise ParseError("There is no PubMed record in it.")


def _records(body: bytes) -> Iterator[bytes]:
    """Bytes of each record; one without its closing tag ends where the next one begins."""
    openings = list(_OPENING.finditer(body))
    # A PubmedArticle wraps a MedlineCitation; bare citations are read only in files without the wrapping.
    if any(match[1] != b"MedlineCitation" for match in openings):
        openings = [match for match in openings if match[1] != b"MedlineCitation"]
    for match, following in zip_longest(openings, openings[1:]):
        limit = following.start() if following else len(body)
        closing = b"</" + match[1] + b">"
        end = body.find(closing, match.end(), limit)
        yield body[match.start() : limit if end < 0 else end + len(closing)]


def _document(record: etree._Element, source_uri: str) -> Document:
    citation = record if local_name(record) == "MedlineCitation" else child(record, "MedlineCitation")
    article = child(citation, "Article")
    if citation is None:
        citation = child(record, "BookDocument")
        article = citation
    tree = record.getroottree()
    builder = TextBuilder()
    title = inline_text(child(article, "ArticleTitle"))
    if article is not None and title:
        builder.add("title", title, None, _path(tree, child(article, "ArticleTitle")))
    abstracts = [child(article, "Abstract"), *children(citation, "OtherAbstract")]
    # Other abstracts are translations or plain-language versions: they stand in only where there is no other.
    for abstract in [each for each in abstracts if each is not None][:1]:
        _abstract(abstract, builder, tree)
    text = check_text(builder.text)
    facts = _facts(record, citation, article, title, text)
    registered = (
        " ".join(inline_text(each) for each in article.iter("AccessionNumber")) if article is not None else ""
    )
    return assemble(text, builder.sections, facts, source_uri, MEDIA_TYPE, registered=trial_ids(registered))


def _abstract(abstract: etree._Element, builder: TextBuilder, tree: etree._ElementTree) -> None:
    for part in children(abstract, "AbstractText"):
        label = (part.get("Label") or "").strip()
        label = "" if label.upper() == "UNLABELLED" else label
        kind = _CATEGORIES.get((part.get("NlmCategory") or "").upper()) or kind_of_label(label) or "abstract"
        words = inline_text(part)
        if words:
            builder.add(kind, f"{label}: {words}" if label else words, label or None, _path(tree, part))


def _path(tree: etree._ElementTree, element: etree._Element | None) -> str | None:
    return tree.getpath(element) if element is not None else None


def _facts(
    record: etree._Element,
    citation: etree._Element | None,
    article: etree._Element | None,
    title: str,
    text: str,
) -> Facts:
    ids = {
        each.get("IdType"): inline_text(each)
        for each in children(child(record, "PubmedData/ArticleIdList"), "ArticleId")
    }
    located = {each.get("EIdType"): inline_text(each) for each in children(article, "ELocationID")}
    doi = ids.get("doi") or located.get("doi")
    language = _LANGUAGES.get(inline_text(child(article, "Language")).lower())
    types = {
        inline_text(each).lower()
        for each in children(child(article, "PublicationTypeList"), "PublicationType")
    }
    return Facts(
        kind="preprint"
        if "preprint" in types
        else "news"
        if types & {"news", "newspaper article"}
        else "abstract",
        title=title or None,
        publisher=inline_text(child(article, "Journal/Title")) or None,
        published_on=_published_on(article),
        doi=doi.lower() if doi else None,
        pmid=inline_text(child(citation, "PMID")) or None,
        pmcid=ids.get("pmc"),
        language=language or language_of(text),
    )


def _published_on(article: etree._Element | None) -> date | None:
    """The electronic date, else the issue's; a month stands for its first day, a bare year for none."""
    for path in ("ArticleDate", "Journal/JournalIssue/PubDate"):
        dated = child(article, path)
        year, month = inline_text(child(dated, "Year")), month_number(inline_text(child(dated, "Month")))
        day = inline_text(child(dated, "Day"))
        if year.isdigit() and month is not None:
            return calendar_date(int(year), month, int(day) if day.isdigit() else 1)
    return None
