"""Codes by which sponsors call a product ("VLX-310", "GC-D12"), told from other codes by words around them.

A code is capital letters with digits or hyphens; so are genes, cell lines, scales and trials. What speaks for
a product is its form, that it is given, described as one, or does what products do; the evidence of all
places where it stands is weighed, each kind once (`product_code_weights`). Pure functions on characters.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.logistic import probability
from pipeline.grammar.prefilter import compiled, opened
from pipeline.grammar.product_code_cues import (
    AFTER,
    BEFORE,
    FORMS,
    NO_PRODUCT_AFTER,
    NO_PRODUCT_BEFORE,
    PLAIN,
)
from pipeline.grammar.product_code_weights import THRESHOLD, WEIGHTS

_HYPHENS: Final = "-\u2010\u2011"
_H: Final = f"[{_HYPHENS}]"
#: Letters and digits in parts; a part of small letters alone is a word ("anti-X", "X-positive").
_CODE: Final = re.compile(
    rf"(?<![\w./@#-])(?=[A-Za-z/\u2010\u2011-]*\d|"
    rf"[A-Z]{{2,4}}{_H}[A-Z]{{2,4}}(?![\w]))(?=[\w/-]*[A-Z])(?!NCT\d|ChiCTR|ISRCTN|[Aa]nti{_H})"
    rf"(?:\d?[A-Za-z]{{0,4}}[A-Z][A-Za-z]{{0,8}}\d{{0,5}}(?:[A-Za-z]{{0,5}}|[A-Z]\d{{2,4}})|m?RNA|"
    rf"\d{{1,3}}(?={_H}[A-Z]{{2}}))"
    rf"(?:{_H}(?:[A-Z]{{1,6}}\d{{0,6}}(?:[A-Z]{{0,3}}|[a-z])|\d{{1,8}}(?:[A-Z]{{0,3}}|[a-z])|[a-z]\d{{1,4}}|"
    rf"\d[A-Z]\d)){{0,3}}(?:/\d+|\.[A-Z]{{0,3}}\d+)?(?![\w/]|{_H}\w)"
)
#: Dose levels, days, grades, versions and the like, and codes whose letters say what they are.
_OTHER: Final = re.compile(
    rf"(?!CT0\d\d\b)(?:DL|D|G|C|R|T|N|M|PS|Q|V|W|POD|Day|Part|Arm|Table|Fig|Cohort|Grade|Phase|Stage|Type|Level|Group|Class|"
    rf"Step|"
    rf"Week|Cycle|Visit|Aim|ICD|ISO|USD|EUR|COVID|SARS|HHV|HPV|HIV|HSV|HTLV|EBV|CMV|HBV|HLA|IL|IFN|TNF|CCL|"
    rf"CXCL?R?|"
    rf"CD|IgG?A?M?|BALB|NOD|C57BL|NSG|GPT|Ki|BNP|PET|CT|MRI|ECOG|PHQ|GAD|SF|EQ|EORTC|QLQ)"
    rf"{_H}?[A-Z]?\d[\w/.]*(?:{_H}(?:\d[\w/.]*|\w{{1,2}}))*|"
    # an exchange of one amino acid for another; a kind of cells; an assay
    rf"[A-Z]\d{{1,4}}[A-Z]|CAR{_H}[A-Z]+|(?:RT|q|dd){_H}?PCR",
    re.IGNORECASE,
)
#: A figure, or the hyphen between capitals; each begins with a set of characters, which is sought fast.
_FIGURE: Final = re.compile(r"\d\d*")
_JOINT: Final = re.compile(rf"{_H}(?<=[A-Z]{{2}}.)(?=[A-Z]{{2}})")
_SERIES: Final = re.compile(rf"[A-Z]{{2,}}{_H}(?=[A-Z]?\d)")
_OF_THERAPY: Final = compiled(
    r"\bCARs?\b|CAA?R-?Ts?\b|[Cc]himeric|\b[Cc]ell therap|\b[Ii]nfus(?:ed|ion)|\b[Pp]hase (?:[1-3]|I)|\bdonor"
)
_WINDOW: Final = 120
_REACH: Final = 120


def is_code(name: str) -> bool:
    """Whether a name has the form of a sponsor's code.

    Example:
        >>> [is_code(name) for name in ("GC-D12", "LB2102", "rituximab", "CD19 CAR T cells")]
        [True, True, False, False]
    """
    return _CODE.fullmatch(name) is not None


def find_codes(text: str, taken: Iterable[Extent]) -> list[Extent]:
    """Extents of codes that name products, in order.

    Args:
        text: the text.
        taken: extents of names that are known already. A code may begin with one and go on ("GD2-X7").

    Example:
        >>> text = "We gave GC-D12, an autologous product, to ten. GC-D12 was safe in ZUMA-9."
        >>> [text[start:end] for start, end in find_codes(text, ())]
        ['GC-D12', 'GC-D12']
    """
    places = candidates(text, taken)
    if not places:
        return []
    told = features(text, places)
    likely = [code for code in places if probability(told[code], WEIGHTS) >= THRESHOLD]
    # In a paper on genes what is likely for a product may be said of a gene: there plain words are asked for.
    if likely and not any(_OF_THERAPY.everywhere(text)):
        likely = [code for code in likely if _is_plain(told[code])]
    return sorted(extent for code in likely for extent in places[code])


def candidates(text: str, taken: Iterable[Extent]) -> dict[str, list[Extent]]:
    """Codes of a text that may name products, with their extents; `taken` as above."""
    places: dict[str, list[Extent]] = defaultdict(list)
    ends = {place: end for start, end in taken for place in range(start, end)}
    for match in _forms(text):
        code, known = match.group(), ends.get(match.start(), match.start())
        is_free = known == match.start() or (known < match.end() and text[known] in _HYPHENS)
        if is_free and len(code) > 3 and not _OTHER.fullmatch(code):
            places[code].append(match.span())
    return places


def _forms(text: str) -> Iterator[re.Match[str]]:
    """What has the form of a code, sought between the blanks around what every code holds: a capital, too.

    To try the form at each character of a text took four times as long.
    """
    seeds = sorted(
        [*map(re.Match.start, _FIGURE.finditer(text)), *map(re.Match.start, _JOINT.finditer(text))]
    )
    end = 0
    for seed in seeds:
        if seed >= end:
            start = text.rfind(" ", 0, seed) + 1
            end = text.find(" ", seed)
            end = end if end >= 0 else len(text)
            stretch = text[start:end]
            if stretch != stretch.lower():  # mere figures are most stretches
                yield from _CODE.finditer(text, start, end)


def features(text: str, places: Mapping[str, Sequence[Extent]]) -> dict[str, dict[str, float]]:
    """Features of each code of a text, by which it is judged; one that is left out is 0.

    Args:
        text: the text.
        places: the codes that it may name products by, with their extents.
    """
    found = {code: _features(text, code, extents) for code, extents in places.items()}
    plain = {code: _series(code) for code, told in found.items() if _is_plain(told)}
    for code, told in found.items():
        told["series"] = float(any(own == _series(code) for other, own in plain.items() if other != code))
    return found


def _is_plain(told: Mapping[str, float]) -> bool:
    return any(kind in told for kind in PLAIN)


def _series(code: str) -> str:
    """Letters before the number: one sponsor's codes share them ("VLX-310" and "VLX-12")."""
    match = _SERIES.match(code)
    return match.group() if match else code


def _features(text: str, code: str, extents: Sequence[Extent]) -> dict[str, float]:
    """What form a code has and what stands beside it in any of its places."""
    told = {f"form: {name}": 1.0 for name, form in FORMS.items() if form.fullmatch(code)}
    n_against = 0
    for start, end in extents:
        before, after = text[max(0, start - _WINDOW) : start], text[end : end + _REACH]
        gates = opened(text, max(0, start - _WINDOW), start)
        is_none = NO_PRODUCT_BEFORE.gate & gates and NO_PRODUCT_BEFORE.search(before)
        if is_none or NO_PRODUCT_AFTER.match(after):
            n_against += 1
        told |= {
            f"before: {name}": 1.0
            for name, words in BEFORE.items()
            if words.gate & gates and words.search(before)
        }
        told |= {f"after: {name}": 1.0 for name, words in AFTER.items() if words.match(after)}
    told["against"] = n_against / len(extents)
    told["places"] = math.log(len(extents))
    return told
