"""HTML: all words of the page in order; trafilatura tells the article from what frames it."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Final

import trafilatura
from lxml import etree
from lxml import html as lxml_html

from pipeline.errors import ParseError
from pipeline.parse.assembly import read_text
from pipeline.parse.dates import printed_dates
from pipeline.parse.decoding import decode
from pipeline.parse.facts import Facts
from pipeline.parse.identifiers import dois
from pipeline.parse.layout import Unit
from pipeline.parse.xml_tree import mended, superscript
from pipeline.records import Document, Failure, Payload

MEDIA_TYPE: Final = "text/html"

_CHARSET: Final = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_UNSEEN: Final = frozenset(
    "head script style noscript template svg math iframe object select textarea".split()
)
_BLOCKS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog div dl dt "
    "fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table "
    "tbody td tfoot th thead "
    "tr ul".split()
)
_HEADINGS: Final = frozenset("h1 h2 h3 h4 h5 h6".split())
_FRAME: Final = frozenset("nav footer aside form button dialog".split())
_CAPTIONS: Final = frozenset({"caption", "figcaption"})
_POST: Final = re.compile(
    r"(?:^|[\s_-])(?:post|comment|message|reply)(?:[_-]?(?:body|content|text|message|inner))?(?:$|\s)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w+")
_SPACE: Final = re.compile(r"\s+")
_DATE_METAS: Final = (
    "citation_publication_date", "citation_online_date", "citation_date", "article:published_time", "dc.date",
    "dcterms.date", "datepublished", "date", "pubdate", "publish-date", "prism.publicationdate",
)  # fmt: skip
#: Words in a row that must be met in trafilatura's text for a block to count as part of it.
_SHINGLE: Final = 4

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The one document of a page. `source_ref` of a section is the XPath of its first element.

    Raises:
        ParseError: the page has no text, or more than is read at once.
    """
    # What the server says comes before what the page says (HTML standard, 13.2.3).
    declared = _CHARSET.search(payload.media_type.encode()) or _CHARSET.search(payload.body[:2048])
    page = decode(payload.body, declared[1].decode("ascii") if declared else None).replace("\x00", "")
    root = _tree(page)
    blocks = list(_blocks(root))
    text, marked = _units(blocks, _main_words(page))
    stated = _stated(root)
    yield read_text(text, payload.source_uri, MEDIA_TYPE, stated=stated, marked_units=marked)


class _Block:
    """Words of one block element, and what its place in the tree says about them."""

    def __init__(
        self, words: str, name: str, path: str, *, framed: bool, in_post: bool, quoted: bool
    ) -> None:
        self.words = words
        self.name = name
        self.path = path
        self.framed = framed
        self.in_post = in_post
        self.quoted = quoted


def _tree(page: str) -> etree._Element:
    parser = lxml_html.HTMLParser(
        encoding="utf-8", huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as problem:
        raise ParseError(f"There is no text in this page ({problem}).") from None
    return root


def _blocks(root: etree._Element) -> Iterator[_Block]:
    """Blocks of words in reading order, in one walk without recursion; a table's row is one block."""
    open_blocks: list[etree._Element] = []
    # XPaths are counted along the walk: asking the tree for each would count all siblings again each time.
    paths: list[str] = [""]
    counts: list[Counter[str]] = [Counter()]
    block_paths: list[str] = []
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    skipped: etree._Element | None = None

    def flush() -> Iterator[_Block]:
        words = mended(_SPACE.sub(" ", "".join(parts).replace("\t", "\x1f")).replace("\x1f", "\t").strip())
        parts.clear()
        if words and open_blocks:
            names = [str(each.tag) for each in open_blocks]
            yield _Block(
                words,
                "tr"
                if "tr" in names
                else next((name for name in reversed(names) if name in _HEADINGS | _CAPTIONS), names[-1]),
                block_paths[-1],
                framed=not _FRAME.isdisjoint(names),
                in_post=any(_POST.search(each.get("class") or "") for each in open_blocks),
                quoted="blockquote" in names,
            )

    for event, element in walk:
        name = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            counts[-1][name] += 1
            paths.append(f"{paths[-1]}/{name}[{counts[-1][name]}]")
            counts.append(Counter())
            if name in _UNSEEN or name == "sup" or not name:
                walk.skip_subtree()
                skipped = element
                parts.append(superscript("".join(element.itertext())) if name == "sup" else "")
                continue
            in_row = any(each.tag == "tr" for each in open_blocks)
            if name in _BLOCKS and not in_row:
                yield from flush()
            elif name in ("td", "th"):
                parts.append("\t" if "".join(parts).strip() else "")
            if name in _BLOCKS:
                open_blocks.append(element)
                block_paths.append(paths[-1])
            parts.append(_running(element.text))
            continue
        paths.pop()
        counts.pop()
        if element is skipped:
            skipped = None
        elif name in _BLOCKS:
            in_row = any(each.tag == "tr" for each in open_blocks[:-1])
            if not in_row:
                yield from flush()
            open_blocks.pop()
            block_paths.pop()
        if element is not root:
            parts.append(_running(element.tail))


def _running(text: str | None) -> str:
    return (text or "").replace("\t", " ")


def _main_words(page: str) -> set[tuple[str, ...]]:
    """Word runs of the article as trafilatura finds it; empty where it finds none."""
    try:
        found: Any = trafilatura.extract(
            page,
            output_format="txt",
            include_comments=True,
            include_tables=True,
            favor_recall=True,
            deduplicate=False,
        )
    except (RecursionError, ValueError, etree.LxmlError):
        found = None
    shingles: set[tuple[str, ...]] = set()
    for line in (found or "").splitlines():
        shingles.update(_shingles(line))
    return shingles


def _shingles(words: str) -> list[tuple[str, ...]]:
    """Runs of words; a short line is one run."""
    spoken = tuple(_WORD.findall(words.casefold()))
    return [spoken[at : at + _SHINGLE] for at in range(max(len(spoken) - _SHINGLE + 1, 1))]


def _units(blocks: list[_Block], main: set[tuple[str, ...]]) -> tuple[str, list[Unit]]:
    """The text of a page, and its paragraphs with hints."""
    is_thread = sum(block.in_post for block in blocks) >= 2
    parts: list[str] = []
    found: list[Unit] = []
    position, before = 0, ""
    for block in blocks:
        gap = "" if not parts else "\n" if block.name == before and before in ("tr", "li") else "\n\n"
        parts += [gap, block.words]
        position += len(gap)
        hint = _hint(block, main, is_thread)
        found.append(
            Unit(position, position + len(block.words), block.words, gap != "\n", False, hint, block.path)
        )
        position += len(block.words)
        before = block.name
    return "".join(parts), found


def _hint(block: _Block, main: set[tuple[str, ...]], is_thread: bool) -> str:
    runs = _shingles(block.words)
    is_main = 2 * sum(run in main for run in runs) >= len(runs)
    if block.framed or (main and not is_main and block.name != "h1" and not (is_thread and block.in_post)):
        return "boilerplate"
    if is_thread and block.in_post:
        return "quote" if block.quoted else "post"
    if block.name == "tr":
        return "table"
    if block.name in _CAPTIONS:
        return "caption"
    if block.name in _HEADINGS:
        return "title" if block.name == "h1" else "heading"
    return ""


def _stated(root: etree._Element) -> Facts:
    """Facts from the page's `meta` elements and its `html` tag."""
    metas: dict[str, str] = {}
    for each in root.iter("meta"):
        name = (each.get("name") or each.get("property") or each.get("itemprop") or "").lower()
        if name and each.get("content"):
            metas.setdefault(name, _SPACE.sub(" ", str(each.get("content"))).strip())
    address = next(
        (each.get("href") for each in root.iter("link") if (each.get("rel") or "") == "canonical"), None
    )
    doi = dois(" ".join(metas.get(name, "") for name in ("citation_doi", "dc.identifier", "prism.doi")))
    language = (root.get("lang") or metas.get("citation_language") or "").lower()[:2]
    stated = Facts(
        title=metas.get("citation_title") or metas.get("og:title"),
        publisher=metas.get("citation_journal_title") or metas.get("og:site_name"),
        published_on=_published_on(metas),
        url=address or metas.get("og:url"),
        doi=doi[0] if doi else None,
        pmid=metas.get("citation_pmid"),
        language=language if language.isalpha() else None,
    )
    if stated.title is None:
        element = next(root.iter("title"), None)
        words = _SPACE.sub(" ", "".join(map(str, element.itertext()))).strip() if element is not None else ""
        headline = next((" ".join(map(str, each.itertext())).strip() for each in root.iter("h1")), "")
        stated = replace(stated, title=_SPACE.sub(" ", headline) or words or None)
    return stated


def _published_on(metas: dict[str, str]) -> date | None:
    for name in _DATE_METAS:
        if dated := next(printed_dates(metas.get(name, "")), None):
            return dated.value
    return None
