"""XML read safely, and its mixed content as readable text: inline mark-up stays where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, cast

import ftfy
from lxml import etree

from pipeline.errors import ParseError
from pipeline.settings import settings

_ROOT: Final = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_PROLOG: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)+", re.DOTALL)
_SPACE: Final = re.compile(r"[ \t\r\n\f\v]+")
_SUPERSCRIPT: Final = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyzγβδθ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵞᵝᵟᶿ",
)
#: libxml2 parses no deeper, so that nothing that walks a tree can overflow.
_LIBRARY_DEPTH: Final = 256
_ORDINAL: Final = frozenset({"st", "nd", "rd", "th"})


def root_name(body: bytes) -> str | None:
    """Local name of the first element, without parsing; None where there is none."""
    prolog = _PROLOG.match(body.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")[:65_536])
    plain = body.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")[:131_072]
    root = _ROOT.search(plain, prolog.end() if prolog else 0)
    return root[1].decode("ascii", "replace") if root else None


def parse_xml(body: bytes, encoding: str | None = None) -> etree._Element:
    """The root element. Nothing outside the bytes is read, and no entity is expanded.

    Raises:
        ParseError: the XML is broken, nested too deeply, or brings its own entities.
    """
    limit = min(settings().max_xml_depth, _LIBRARY_DEPTH)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding=encoding,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as problem:
        if "Excessive depth" in str(problem):
            raise _too_deep(limit) from None
        raise ParseError(
            f"The XML is broken: {problem}. Fetch it again, or check where it was cut."
        ) from None
    # Level by level: 10 microseconds for a paper.
    if root.xpath(f"boolean({'/*' * (limit + 1)})"):
        raise _too_deep(limit)
    declared = cast(Any, root.getroottree().docinfo.internalDTD)  # the stubs lack `entities`
    if declared is not None and list(declared.entities()):
        raise ParseError(
            "The XML declares entities of its own, which can reach for files or grow without end. "
            "Save it with its entities resolved."
        )
    return root


def _too_deep(limit: int) -> ParseError:
    raised = (
        ""
        if limit >= _LIBRARY_DEPTH
        else f", or raise CARTOGRAPHER_MAX_XML_DEPTH (to {_LIBRARY_DEPTH} at most)"
    )
    return ParseError(
        f"Elements lie in elements more than {limit} deep, as in no document that a person has written. "
        f"Fetch it again, flatten it or save it as text{raised}."
    )


def local_name(element: etree._Element) -> str:
    """Tag without namespace; "" for comments, instructions and entity references."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def child(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element under a path of local names such as `front/article-meta`."""
    for name in path.split("/"):
        if element is None:
            return None
        element = next((each for each in element if local_name(each) == name), None)
    return element


def children(element: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """Child elements of that local name."""
    if element is not None:
        yield from (each for each in element if local_name(each) == name)


def inline_text(element: etree._Element | None, leave_out: frozenset[str] = frozenset()) -> str:
    """The words of an element on one line: white space collapsed, superscripts readable, mojibake mended.

    Args:
        element: with text and inline elements; None gives "".
        leave_out: local names of elements whose content is not part of the running text.
    """
    if element is None:
        return ""
    parts: list[str] = []
    _collect(element, leave_out, parts)
    return mended(_SPACE.sub(" ", "".join(parts)).strip())


def mended(text: str) -> str:
    """Text whose encoding was mistaken once ("Â±") put right; all else stays."""
    return text if text.isascii() else ftfy.fix_encoding(text)


def superscript(text: str) -> str:
    """Raised characters in plain text: as Unicode superscripts where all have one, else after a caret.

    Example:
        >>> superscript("6"), superscript("2,3"), superscript("®"), superscript("th")
        ('⁶', '^(2,3)', '®', 'th')
    """
    plain = text.strip()
    if not any(char.isalnum() or char in "+-−–" for char in plain) or plain in _ORDINAL:
        return text
    raised = plain.translate(_SUPERSCRIPT)
    if all(before != after for before, after in zip(plain, raised, strict=True)):
        return raised
    return plain if plain.isalpha() and plain.isupper() and len(plain) > 1 else f"^({plain})"


def _collect(element: etree._Element, leave_out: frozenset[str], parts: list[str]) -> None:
    parts.append(element.text or "")
    for each in element:
        name = local_name(each)
        if name == "sup":
            parts.append(_raised(each))
        elif name == "break":
            parts.append(" ")
        elif name == "tex-math" or name in leave_out or not name:
            pass
        else:
            _collect(each, leave_out, parts)
        parts.append(each.tail or "")


def _raised(element: etree._Element) -> str:
    """A raised element; numbers of cited works go into brackets, so that "cells<sup>12</sup>" is no power."""
    text = _SPACE.sub(" ", "".join(str(part) for part in element.itertext()))
    cites = any(local_name(each) == "xref" and each.get("ref-type") == "bibr" for each in element)
    return f"[{text.strip()}]" if cites else superscript(text)
