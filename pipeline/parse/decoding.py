"""Bytes to text: byte order mark, UTF-8, the declared encoding, Windows-1252, in this order."""

from __future__ import annotations

import codecs
from typing import Final

from pipeline.errors import ParseError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Enough bytes to see that a text is UTF-16, or that it is no text at all.
_HEAD: Final = 4096
#: Texts carry a stray NUL now and then (form feeds of old exports); above one in ten it is a binary file.
_MAX_NUL_SHARE: Final = 0.1


def decode(body: bytes, declared: str | None = None) -> str:
    """The text of a payload, every character kept, line ends included.

    A byte order mark names the encoding and is no part of the text: editors write it unasked and callers
    that open a file as "utf-8-sig" do not count it. Offsets start at the character after it.

    Args:
        body: the bytes.
        declared: encoding named by the source (XML declaration, HTML meta, HTTP header), if any.

    Raises:
        ParseError: the bytes are no text in any of these encodings.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _strict(body[len(mark) :], encoding)
    if wide := _wide(body[:_HEAD]):
        return _strict(body, wide)
    if body[:_HEAD].count(0) > _MAX_NUL_SHARE * min(len(body), _HEAD):
        raise ParseError("The file is not text (it is full of NUL bytes). Convert it to text, HTML or XML.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(body, declared)


def _strict(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as problem:
        raise ParseError(
            f"The file says that it is {encoding} but is not: {problem}. Save it as UTF-8."
        ) from None


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: in Western text nearly every second byte is NUL, always on the same side."""
    if len(head) < 4:
        return None
    half = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _not_utf8(body: bytes, declared: str | None) -> str:
    # A broken character or two in a text that is otherwise UTF-8 (a cut at a byte limit) must not turn all
    # its Greek letters into mojibake: where good sequences outnumber bad ones, the bad ones become U+FFFD.
    mended = body.decode("utf-8", "replace")
    bad = mended.count("\ufffd")
    if sum(1 for char in mended if char > "\x7f") - bad > bad:
        return mended
    if declared:
        try:
            return body.decode(declared)
        except (LookupError, UnicodeDecodeError):
            pass
    # Windows-1252, since the rest of Western text is that: it holds Latin-1 and, where Latin-1 has control
    # characters nobody writes, the curly quotes and dashes of word processors. Five bytes stand for nothing.
    return body.decode("cp1252", "replace")
