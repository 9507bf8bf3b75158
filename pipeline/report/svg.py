"""Charts as SVG that the page can style: drawn by Vega, cleared of all that is not drawing."""

from __future__ import annotations

import re
from typing import Any, Final

import vl_convert
from lxml import etree
from markupsafe import Markup

_SVG: Final = "{http://www.w3.org/2000/svg}"
#: What Vega draws with. Anything else (scripts, links, images, foreign objects) is dropped with its content.
_DRAWN: Final = frozenset(
    f"{_SVG}{name}" for name in ("svg", "g", "path", "rect", "line", "text", "circle", "defs", "clipPath")
)
_KEPT_ATTRIBUTES: Final = frozenset(
    "x y x1 x2 y1 y2 cx cy r d width height viewBox transform fill stroke stroke-width stroke-dasharray "
    "stroke-miterlimit stroke-linecap stroke-linejoin opacity fill-opacity stroke-opacity text-anchor "
    "font-size font-weight clip-path id display".split()
)


#: Control characters, at which Vega takes the process down, and marks that turn the writing round.
_NOT_DRAWN: Final = re.compile(
    "[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)


def drawable(words: str) -> str:
    r"""Words as they can stand in a drawing: what can't be drawn is U+FFFD.

    Example:
        >>> drawable("CD19\x00")
        'CD19\ufffd'
    """
    return _NOT_DRAWN.sub("\ufffd", words)


def drawn(specification: dict[str, Any], label: str) -> Markup:
    """A Vega-Lite specification as inline SVG.

    Attributes of style and behaviour are left out: the page's policy would refuse them, and its style sheet
    colours the chart for light, dark and paper.

    Args:
        specification: the chart, with its values.
        label: the chart in words, for those who do not see it.
    """
    # The parser opens nothing outside of the text.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(vl_convert.vegalite_to_svg(specification).encode(), parser)
    for element in list(root.iter()):
        if element.tag not in _DRAWN:
            if (parent := element.getparent()) is not None:
                parent.remove(element)
            continue
        for name in list(element.attrib):
            if name not in _KEPT_ATTRIBUTES:
                del element.attrib[name]
    root.set("role", "img")
    root.set("aria-label", label)
    etree.cleanup_namespaces(root)
    return Markup(etree.tostring(root, encoding="unicode"))
