"""Therapies that are named by what they bind, such as "BCMA-directed CAR T cells": concepts made on demand.

No list can hold every combination, so the CURIE spells the concept out: a kind of therapy and the approved
symbols of what it is aimed at, in alphabetical order.

    cartographer:car-t                      CAR T cells
    cartographer:car-t.CD19                 CD19 CAR T cells
    cartographer:car-t.CD19+TNFRSF17        CD19/BCMA CAR T cells
    cartographer:inhibitor.BTK              BTK inhibitor
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from pipeline.lexicon.concepts import Concept

PROJECT_PREFIX: Final = "cartographer:"
PROJECT_ONTOLOGY: Final = "cartographer"
PROJECT_LICENCE: Final = "Apache-2.0"
#: The version of the way in which these concepts are named.
PROJECT_VERSION: Final = "1"


class Kind(NamedTuple):
    """A kind of therapy: how it is recognised in a phrase, and how a concept of it is called."""

    slug: str
    pattern: re.Pattern[str]
    name: str
    is_cell_therapy: bool


def _kind(slug: str, pattern: str, name: str, is_cell_therapy: bool = True) -> Kind:
    return Kind(slug, re.compile(pattern, re.IGNORECASE), name, is_cell_therapy)


_CAR: Final = r"(?:\bCARs?|chimeric[\s-]+antigen[\s-]+receptors?(?:\s*\(CARs?\))?)"
#: "Carfilzomib", "CARBOPLATIN" and "CARTITUDE" begin like it; "CARTmeso" and "CAR19" are it.
_WORD_GOES_ON: Final = r"(?-i:[a-z]|[A-Z]{4})"
_GAP: Final = r"[\s\u00a0./‐‑‒–—-]*"
_GD: Final = rf"(?:γδ|gamma{_GAP}delta)"
#: In the order in which they are tried: the special before the general.
KINDS: Final[tuple[Kind, ...]] = (
    _kind("caar-t", r"\bCAARs?\b|chimeric auto-?antibody receptor", "{} CAAR T cells"),
    _kind(
        "car-treg", rf"{_CAR}{_GAP}(?:T{_GAP}regs?\b|regulatory)|\bCAR-?Tregs?\b", "{} CAR regulatory T cells"
    ),
    _kind("car-nkt", rf"{_CAR}{_GAP}i?NKT", "{} CAR NKT cells"),
    _kind("car-nk", rf"{_CAR}{_GAP}(?:i?NK\b|natural[\s-]killer)", "{} CAR NK cells"),
    _kind("car-m", rf"{_CAR}{_GAP}(?:Ms?\b|macrophages?|monocytes?)", "{} CAR macrophages"),
    _kind(
        "car-gdt",
        rf"{_CAR}{_GAP}(?:γδ|gamma{_GAP}delta)|(?:γδ|gamma{_GAP}delta){_GAP}{_CAR}",
        "{} CAR γδ T cells",
    ),
    _kind("car-t", rf"{_CAR}(?!{_WORD_GOES_ON})|\bCARTs?(?![^\W\d_])", "{} CAR T cells"),
    _kind("tcr-t", r"\bTCR|T[\s-]cell receptor", "{} TCR T cells"),
    _kind("adc", r"\bADCs?\b|antibody[\s-]drug conjugates?|immunotoxin", "{} antibody-drug conjugate", False),
    _kind(
        "bispecific",
        r"\bbispecifics?\b|\bbi-specific|\bBiTEs?\b|T[\s-]cell[\s-](?:engag|redirect)|\btrispecific",
        "{} bispecific antibody",
        False,
    ),
    _kind("antibody", r"antibod(?:y|ies)\b|\bmAbs?\b|\bnanobod(?:y|ies)\b", "anti-{} antibody", False),
    _kind(
        "inhibitor", r"inhibitors?\b|\bblock(?:ers?|ade)\b|\bTKIs?\b|\bantagonists?\b", "{} inhibitor", False
    ),
    _kind("agonist", r"\bagonists?\b", "{} agonist", False),
    _kind("vaccine", r"\bvaccines?\b", "{} vaccine", False),
    _kind("radioligand", r"\bradioligand", "{} radioligand therapy", False),
    _kind(
        "engineered-t",
        rf"(?:modified|engineered|redirected|transduced)[\s\w-]*?T{_GAP}(?:cells?|lymphocytes?)\b",
        "{} engineered T cells",
    ),
)
_BY_SLUG: Final = {kind.slug: kind for kind in KINDS}
_CURIE: Final = re.compile(rf"^{PROJECT_PREFIX}([a-z-]+)(?:\.(\S+))?$")


class Molecules(Protocol):
    """What naming a therapy by its targets needs of a knowledge base."""

    def concept(self, concept_id: str) -> Concept:
        """The concept under a CURIE."""

    def molecule(self, symbol: str) -> str | None:
        """The CURIE of the molecule with an approved symbol."""


@lru_cache(maxsize=4_096)
def therapy_kind(text: str) -> Kind | None:
    """The kind of therapy that a phrase names, or None.

    Example:
        >>> therapy_kind("BCMA-directed CAR-T").slug, therapy_kind("BTK inhibitors").slug
        ('car-t', 'inhibitor')
        >>> therapy_kind("carfilzomib"), therapy_kind("CARTmeso").slug
        (None, 'car-t')
    """
    return next((kind for kind in KINDS if kind.pattern.search(text)), None)


def composed_id(kind: Kind, symbols: Iterable[str] = ()) -> str:
    """The CURIE of a kind of therapy that is aimed at molecules with these approved symbols.

    Example:
        >>> composed_id(therapy_kind("CAR T cells"), ["TNFRSF17", "CD19"])
        'cartographer:car-t.CD19+TNFRSF17'
    """
    joined = "+".join(sorted({symbol.replace(" ", "_") for symbol in symbols}))
    return PROJECT_PREFIX + kind.slug + (f".{joined}" if joined else "")


def composed_concept(concept_id: str, molecules: Molecules) -> Concept | None:
    """The concept that such a CURIE spells out; None where it spells nothing, or an unknown molecule."""
    match = _CURIE.match(concept_id)
    kind = _BY_SLUG.get(match.group(1)) if match else None
    if match is None or kind is None:
        return None
    symbols = match.group(2).split("+") if match.group(2) else []
    targets = [molecules.molecule(symbol.replace("_", " ")) for symbol in symbols]
    if not all(targets):
        return None
    bound = tuple(target for target in targets if target)
    names = [molecules.concept(target) for target in bound]
    short = "/".join(molecule.short_name or molecule.name for molecule in names)
    approved = "/".join(molecule.name for molecule in names)
    name = _fill(kind, short)
    return Concept(
        concept_id=concept_id,
        label="THERAPY",
        name=name,
        synonyms=tuple(dict.fromkeys([_fill(kind, approved)])) if approved != short else (),
        ontology=PROJECT_ONTOLOGY,
        ontology_version=PROJECT_VERSION,
        licence=PROJECT_LICENCE,
        targets=bound if kind.is_cell_therapy else (),
    )


def _fill(kind: Kind, molecules: str) -> str:
    return kind.name.replace("anti-{} ", "{} " if not molecules else "anti-{} ").format(molecules).strip()
