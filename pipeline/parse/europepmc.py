"""Records of Europe PMC: title and abstract, as its search gives them."""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from pipeline.parse.assembly import assemble, check_text
from pipeline.parse.facts import Facts, language_of
from pipeline.parse.headings import kind_of_label
from pipeline.parse.json_tree import day, strings, words
from pipeline.parse.text_builder import TextBuilder
from pipeline.parse.xml_tree import inline_text
from pipeline.records import Document

MEDIA_TYPE: Final = "application/json"

#: Structured abstracts have their headings as HTML elements.
_HEADING: Final = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL | re.IGNORECASE)
_PARAGRAPH_END: Final = re.compile(r"</p>|<br\s*/?>", re.IGNORECASE)


def document(record: dict[str, Any], source_uri: str) -> Document:
    """A document from one result of a search of type `core`.

    Raises:
        ParseError: it has neither title nor abstract.
    """
    builder = TextBuilder()
    title = _inline(words(record, "title"))
    builder.add("title", title, None, "title")
    label = ""
    for at, part in enumerate(_HEADING.split(words(record, "abstractText"))):
        if at % 2:
            label = _inline(part).rstrip(":. ")
            continue
        told = _inline(part)
        if told:
            kind = kind_of_label(label) or "abstract"
            builder.add(kind, f"{label}: {told}" if label else told, label or None, "abstractText")
    text = check_text(builder.text)
    return assemble(text, builder.sections, _facts(record, title, text, source_uri), source_uri, MEDIA_TYPE)


def _facts(record: dict[str, Any], title: str, text: str, source_uri: str) -> Facts:
    types = {each.lower() for each in strings(record, "pubTypeList/pubType")}
    is_preprint = words(record, "source") == "PPR" or "preprint" in types
    return Facts(
        kind="preprint" if is_preprint else "news" if types & {"news", "newspaper article"} else "abstract",
        title=title or None,
        publisher=words(record, "journalInfo/journal/title")
        or words(record, "bookOrReportDetails/publisher")
        or None,
        published_on=day(record, "firstPublicationDate"),
        url=source_uri if source_uri.startswith("http") else None,
        doi=words(record, "doi").lower() or None,
        pmid=words(record, "pmid") or None,
        pmcid=words(record, "pmcid") or None,
        language=language_of(text),
    )


def _inline(marked_up: str) -> str:
    """The words of a piece of HTML on one line, superscripts readable."""
    if not marked_up.strip():
        return ""
    try:
        return inline_text(
            lxml_html.fragment_fromstring(_PARAGRAPH_END.sub(" ", marked_up), create_parent="div")
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return " ".join(marked_up.split())
