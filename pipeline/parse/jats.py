"""JATS: full texts as PubMed Central and publishers give them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from lxml import etree

from pipeline.errors import ParseError
from pipeline.parse.assembly import assemble, check_text, failure
from pipeline.parse.dates import calendar_date, month_number
from pipeline.parse.facts import Facts, language_of
from pipeline.parse.headings import kind_of_label
from pipeline.parse.text_builder import TextBuilder
from pipeline.parse.xml_tree import child, children, inline_text, local_name, parse_xml
from pipeline.records import Document, Failure, Payload
from pipeline.vocabulary import DocumentKind, SectionKind

MEDIA_TYPE: Final = "application/xml"

_SECTION_TYPES: Final[dict[str, SectionKind]] = {
    "intro": "background",
    "introduction": "background",
    "methods": "methods",
    "materials": "methods",
    "subjects": "methods",
    "results": "results",
    "discussion": "conclusions",
    "conclusions": "conclusions",
}
_DOCUMENT_KINDS: Final[dict[str, DocumentKind]] = {
    "news": "news",
    "abstract": "abstract",
    "meeting-report": "news",
    "preprint": "preprint",
}
#: Content of a paragraph that stands as a block of its own, or that is no running text.
_NOT_INLINE: Final = frozenset("table-wrap fig list def-list disp-quote boxed-text fn graphic media".split())
_DATE_TYPES: Final = ("epub", "pub", "epub-ppub", "ppub", "collection")


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The article, or the articles of a set.

    Raises:
        ParseError: the XML as a whole can't be read.
    """
    root = parse_xml(payload.body)
    if local_name(root) == "article":
        yield _document(root, payload.source_uri)
        return
    for number, article in enumerate(children(root, "article"), start=1):
        try:
            yield _document(article, f"{payload.source_uri}#{number}")
        except ParseError as problem:
            yield failure(payload, ParseError(f"Article {number}: {problem}"), f"#{number}")


def _document(article: etree._Element, source_uri: str) -> Document:
    meta = child(article, "front/article-meta")
    builder = TextBuilder()
    walker = _Walker(builder, article.getroottree())
    title = inline_text(child(meta, "title-group/article-title"), frozenset({"fn", "xref"}))
    title_element = child(meta, "title-group")
    builder.add("title", title, None, walker.path(title_element) if title_element is not None else None)
    for abstract in children(meta, "abstract"):
        walker.section(abstract, "abstract", None)
    for name in ("body", "back"):
        part = child(article, name)
        if part is not None:
            walker.section(part, "body", None)
    text = check_text(builder.text)
    return assemble(text, builder.sections, _facts(article, title, text), source_uri, MEDIA_TYPE)


class _Walker:
    """Writes elements of an article into a TextBuilder."""

    def __init__(self, builder: TextBuilder, tree: etree._ElementTree) -> None:
        self.builder = builder
        self.tree = tree

    def path(self, element: etree._Element) -> str:
        return self.tree.getpath(element)

    def section(self, element: etree._Element, kind: SectionKind, heading: str | None) -> None:
        """A `sec`, an abstract, a body: its title, its paragraphs, its subsections."""
        label, title = inline_text(child(element, "label")), inline_text(child(element, "title"))
        printed = f"{label} {title}".strip() or heading
        kind = _SECTION_TYPES.get(element.get("sec-type", ""), kind_of_label(title) or kind)
        here = self.path(element)
        if title:
            self.builder.add(kind, printed or title, printed, here)
        for each in element:
            if local_name(each) not in ("title", "label"):
                self.block(each, kind, printed, here)

    def block(self, element: etree._Element, kind: SectionKind, heading: str | None, here: str) -> None:
        """Whatever can stand in a section."""
        name = local_name(element)
        if name in ("sec", "ack", "app", "app-group", "glossary", "notes", "boxed-text", "fn-group"):
            self.section(element, kind if name in ("sec", "boxed-text") else "body", None)
        elif name in ("table-wrap", "fig"):
            self.float(element)
        elif name == "ref-list":
            self.references(element)
        elif name == "list":
            for each in children(element, "list-item"):
                for part in each:
                    self.block(part, kind, heading, here)
        elif name in (
            "table-wrap-group",
            "fig-group",
            "disp-quote",
            "def-list",
            "def-item",
            "def",
            "statement",
            "fn",
        ):
            for each in element:
                self.block(each, kind, heading, here)
        elif name in ("p", "term", "disp-formula", "attrib"):
            self.builder.add(kind, inline_text(element, _NOT_INLINE), heading, here)
            for each in element.iterdescendants():
                if local_name(each) in _NOT_INLINE - {"graphic", "media", "fn"} and _is_outermost(
                    each, element
                ):
                    self.block(each, kind, heading, here)

    def float(self, element: etree._Element) -> None:
        """A table or a figure: caption, rows with their cells between tabs, notes."""
        here = self.path(element)
        label = inline_text(child(element, "label"))
        caption = child(element, "caption")
        words = [inline_text(part) for part in caption] if caption is not None else []
        self.builder.add("caption", " ".join(part for part in (label, *words) if part), label or None, here)
        for number, row in enumerate(_rows(element)):
            self.builder.add("table", row, label or None, here, "\n" if number else "\n\n")
        foot = child(element, "table-wrap-foot")
        if foot is not None:
            self.builder.add("caption", inline_text(foot), label or None, here)

    def references(self, element: etree._Element) -> None:
        """A reference list, one entry a line."""
        here = self.path(element)
        title = inline_text(child(element, "title")) or None
        self.builder.add("reference", title or "", title, here)
        for each in element.iter("{*}ref"):
            self.builder.add("reference", _reference(each), title, here, "\n")


def _is_outermost(element: etree._Element, paragraph: etree._Element) -> bool:
    above = element.getparent()
    while above is not None and above is not paragraph:
        if local_name(above) in _NOT_INLINE:
            return False
        above = above.getparent()
    return True


def _rows(element: etree._Element) -> Iterator[str]:
    for row in element.iter("{*}tr"):
        cells = [inline_text(cell) for cell in row if local_name(cell) in ("td", "th")]
        yield "\t".join(cells).rstrip("\t")


def _reference(element: etree._Element) -> str:
    """A cited work: as printed, or its fields in order where only fields are given."""
    mixed = next((each for each in element.iter("{*}mixed-citation", "{*}citation")), None)
    if (
        mixed is not None
        and (mixed.text or "").strip() + "".join((each.tail or "") for each in mixed).strip()
    ):
        return inline_text(mixed)
    words = (" ".join(str(part).split()) for part in element.itertext())
    return " ".join(word for word in words if word)


def _facts(article: etree._Element, title: str, text: str) -> Facts:
    meta = child(article, "front/article-meta")
    ids = {each.get("pub-id-type"): inline_text(each) for each in children(meta, "article-id")}
    pmc = ids.get("pmc") or ids.get("pmcid") or ""
    journal = inline_text(child(article, "front/journal-meta/journal-title-group/journal-title"))
    language = article.get("{http://www.w3.org/XML/1998/namespace}lang", "").lower()[:2]
    kind = _DOCUMENT_KINDS.get(article.get("article-type", ""), "paper")
    if kind == "paper" and child(article, "body") is None:
        kind = "abstract"
    return Facts(
        kind=kind,
        title=title or None,
        publisher=journal or inline_text(child(article, "front/journal-meta/journal-title")) or None,
        published_on=_published_on(meta),
        doi=(ids.get("doi") or "").lower() or None,
        pmid=ids.get("pmid") or None,
        pmcid=(pmc if pmc.upper().startswith("PMC") else f"PMC{pmc}") if pmc else None,
        language=language or language_of(text),
    )


def _published_on(meta: etree._Element | None) -> date | None:
    """The electronic date before the printed one; a month stands for its first day, a bare year for none."""
    dated = {
        each.get("pub-type") or each.get("date-type") or "pub": _date(each)
        for each in children(meta, "pub-date")
    }
    return next((found for kind in _DATE_TYPES if (found := dated.get(kind))), None)


def _date(element: etree._Element) -> date | None:
    year, month = inline_text(child(element, "year")), month_number(inline_text(child(element, "month")))
    day = inline_text(child(element, "day"))
    if not year.isdigit() or month is None:
        return None
    return calendar_date(int(year), month, int(day) if day.isdigit() else 1)
