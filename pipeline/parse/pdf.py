"""PDF: the text layer in reading order, without the heads and feet that repeat."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import ParseError
from pipeline.parse.assembly import read_text
from pipeline.parse.facts import Facts
from pipeline.parse.layout import Unit
from pipeline.parse.page_layout import Line, Paragraph, in_reading_order, paragraphs, without_furniture
from pipeline.parse.xml_tree import superscript
from pipeline.records import Document, Failure, Payload
from pipeline.settings import settings

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

MEDIA_TYPE: Final = "application/pdf"
#: Stands within the first bytes of every file.
MARK: Final = b"%PDF-"

_WRONG_PASSWORD: Final = 4
_UNKNOWN_SECURITY: Final = 5
#: Ligatures, soft hyphens, and PDFium's mark of a hyphen at the end of a line.
_PLAIN: Final = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
    0x02: "-", 0xAD: "-", 0x2010: "-", 0xFFFE: "-", 0xA0: " ", 0x2009: " ", 0x202F: " ",
}  # fmt: skip
_SPACES: Final = re.compile(r"\s+")
#: In heights of a letter: a wider gap in a line separates columns or cells.
_MAX_SPACE: Final = 1.2
#: PDFium takes the step up to a raised letter for a space.
_MIN_SPACE: Final = 0.15
#: A letter that stands further off than this belongs to another line; raised ones stand off by a third.
_MAX_RISE: Final = 0.5
_RAISED: Final = 0.15
_SMALL: Final = 0.85
#: A layer in which so many characters have no meaning was made with fonts that do not tell.
_MAX_UNKNOWN: Final = 0.3
#: Letters larger than those of the text by this factor are headings; the largest of page 1 are its title.
_HEADING: Final = 1.12
_MAX_HEADING_CHARS: Final = 300


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The one document of a file. `source_ref` of a section is the page on which it begins.

    Columns are read one after the other, words divided at ends of lines are joined, cells of a table's row
    are separated by tabs. Pictures of text are not read.

    Raises:
        ParseError: the file is broken or locked, or has no text layer.
    """
    import pypdfium2  # noqa: PLC0415 - a native library, for those who have PDF files

    try:
        with pypdfium2.PdfDocument(payload.body) as pdf:
            text, units = _text(pdf)
            title = str(pdf.get_metadata_value("Title")).strip()
    except pypdfium2.PdfiumError as problem:
        raise ParseError(_told(problem)) from None
    opening = _SPACES.sub(" ", text[:5000]).casefold()
    stated = Facts(title=title if title and _SPACES.sub(" ", title).casefold() in opening else None)
    yield read_text(text, payload.source_uri, MEDIA_TYPE, stated=stated, marked_units=units)


def _told(problem: Any) -> str:  # noqa: ANN401 - an error of PDFium
    if problem.err_code == _WRONG_PASSWORD:
        return "The PDF is locked by a password. Save it without one."
    if problem.err_code == _UNKNOWN_SECURITY:
        return "The PDF is protected in a way that is not known. Save it without protection."
    return f"The PDF is broken: {str(problem).rstrip('.')}. Fetch it again, or save its text."


def _text(pdf: PdfDocument) -> tuple[str, list[Unit]]:
    """Text and paragraphs of a document."""
    pages: list[tuple[float, list[Line]]] = []
    n_chars, limit = 0, settings().max_document_chars
    for number in range(1, len(pdf) + 1):
        page = pdf[number - 1]
        layer = page.get_textpage()
        n_chars += layer.count_chars()
        if n_chars > limit:
            raise ParseError(
                f"The first {number} of {len(pdf)} pages have {n_chars:,} characters, more than "
                f"the {limit:,} that are read at once. Split it, or raise CARTOGRAPHER_MAX_DOCUMENT_CHARS."
            )
        pages.append((page.get_height(), list(_lines(layer, number))))
        layer.close()
        page.close()
    told = without_furniture(pages)
    if not any(told):
        raise ParseError(
            f"The PDF has no text layer: all of its pages ({len(pdf)}) are pictures, or empty. "
            "Have the text recognised (OCR) first."
        )
    n_unknown = sum(line.text.count("\ufffd") for _, lines in pages for line in lines)
    if n_unknown > _MAX_UNKNOWN * n_chars:
        raise ParseError(
            "The PDF does not tell what its characters mean. Have the text recognised (OCR), or use the HTML."
        )
    stretches = [stretch for lines in told for stretch in in_reading_order(lines)]
    return _units(paragraphs(stretches))


def _units(found: list[Paragraph]) -> tuple[str, list[Unit]]:
    sizes = Counter[float]()
    for paragraph in found:
        sizes[round(paragraph.size, 1)] += len(paragraph.text)
    usual = sizes.most_common(1)[0][0] if sizes else 0.0
    first = [paragraph.size for paragraph in found if paragraph.page == found[0].page]
    largest = max(first, default=0.0)
    titled = False
    parts: list[str] = []
    units: list[Unit] = []
    position = 0
    for paragraph in found:
        gap = "" if not parts else "\n" if "\t" in paragraph.text and "\t" in parts[-1] else "\n\n"
        is_large = paragraph.size >= _HEADING * usual and len(paragraph.text) <= _MAX_HEADING_CHARS
        is_title = is_large and not titled and paragraph.page == found[0].page and paragraph.size == largest
        titled = titled or is_title
        hint = "title" if is_title else "heading" if is_large else "table" if "\t" in paragraph.text else ""
        parts += [gap, paragraph.text]
        position += len(gap)
        end = position + len(paragraph.text)
        ref = f"page {paragraph.page}"
        units.append(Unit(position, end, paragraph.text, gap != "\n", False, hint, ref))
        position = end
    return "".join(parts), units


class _Piece:
    """A line that grows character by character."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.raised: list[str] = []
        self.sizes: list[float] = []
        self.left = self.right = self.baseline = 0.0

    @property
    def size(self) -> float:
        return median(self.sizes) if self.sizes else 0.0

    def lower(self) -> None:
        """Raised characters are over: they stand as superscripts."""
        if self.raised:
            self.parts.append(superscript("".join(self.raised)))
            self.raised.clear()

    def line(self, page: int) -> Line | None:
        self.lower()
        text = _SPACES.sub(" ", "".join(self.parts)).strip()
        if not text:
            return None
        return Line(page, text, self.left, self.right, self.baseline, round(self.size, 1))


def _lines(text_page: PdfTextPage, number: int) -> Iterator[Line]:
    """Pieces of lines in the order in which they were drawn; upright text alone."""
    from pypdfium2 import raw  # noqa: PLC0415 - as above

    layer = text_page.raw
    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    piece = _Piece()
    for at in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(layer, at)
        letter = _PLAIN.get(code) or (chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 else "")
        if code in (0x0A, 0x0D, 0x20) or letter == " ":
            piece.lower()
            piece.parts.append(" ")
            continue
        raw.FPDFText_GetLooseCharBox(layer, at, box)
        raw.FPDFText_GetCharOrigin(layer, at, x, y)
        size = box.top - box.bottom
        if size <= 0 or not letter or (not piece.sizes and abs(raw.FPDFText_GetCharAngle(layer, at)) > 0.2):
            continue
        usual = piece.sizes[-1] if piece.sizes else size
        rise = y.value - piece.baseline
        gap = box.left - piece.right
        if piece.sizes and (
            abs(rise) > _MAX_RISE * max(size, usual)
            or gap > _MAX_SPACE * max(size, usual)
            or gap < -_MAX_SPACE * max(size, usual)
        ):
            if line := piece.line(number):
                yield line
            piece = _Piece()
        if not piece.sizes:
            piece.left, piece.baseline = box.left, y.value
        if piece.sizes and size < _SMALL * usual and rise > _RAISED * usual:
            while gap < _MIN_SPACE * usual and piece.parts[-1] == " ":
                piece.parts.pop()
            piece.raised.append(letter)
        else:
            piece.lower()
            piece.parts.append(letter)
            if size >= _SMALL * usual:
                piece.sizes.append(size)
                piece.baseline = y.value
        piece.right = box.right
    if line := piece.line(number):
        yield line
