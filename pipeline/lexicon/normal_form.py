r"""One normal form for names and for text, so that spelling variants of a name meet.

A text becomes a row of *units*: runs of letters or of digits, in lower case. Hyphens, spaces and the border
between letters and digits weigh the same, so "CD19", "CD-19" and "CD 19" are one name. Greek letters are
spelled out, diacritics and possessives go, British spelling becomes American, and plurals singular.

    >>> normal_form("IL‑13Rα2"), normal_form("Sjögren's"), normal_form("B-cell leukaemias")
    ('il 13 r alpha 2', 'sjogren', 'b cell leukemia')

The form is meant for comparing and not for reading: the same rules work on both sides, so it is harmless
that "aerobic" loses a letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_GREEK: Final = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "ι": "iota",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ω": "omega",
    "σ": "sigma",
    "τ": "tau",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
}
_SPELLED_OUT: Final = str.maketrans(
    {letter: f" {name} " for letter, name in _GREEK.items()}
    | {letter.upper(): f" {name} " for letter, name in _GREEK.items()}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "Ø": "O", "ł": "l", "’": "'", "ʼ": "'", "‘": "'", "´": "'"}
)
_POSSESSIVE: Final = re.compile(r"(?:(?<=\w)|^)'s?(?![^\W\d_])", re.IGNORECASE)
_UNIT: Final = re.compile(r"[^\W\d_]+|\d+")
#: A spelt-out Greek letter that is stuck to an acronym: TNFalpha, IL13Ralpha2.
_STUCK_GREEK: Final = re.compile(r"([A-Z])(alpha|beta|gamma|delta|epsilon|zeta|kappa|lambda)(?![a-z])")
_ACRONYM_PLURAL: Final = re.compile(r"^([A-Z][A-Za-z]*[A-Z])s$")
_ROMAN: Final = {"I": "1", "II": "2", "III": "3"}
#: Upper-case units up to this length are acronyms, whose final S is no plural (AIDS, ICANS).
_LONGEST_ACRONYM: Final = 6
_BRITISH: Final = re.compile(r"(?<=\w\w\w)is(ation|ed|ing)s?$")
_KEEP_S: Final = ("ss", "us", "is")


@lru_cache(maxsize=200_000)
def cased_units(text: str) -> tuple[str, ...]:
    """The units of a text in their own case; an acronym's plural "s" is dropped.

    Example:
        >>> cased_units("CD19 CARs"), cased_units("IFN-γ")
        (('CD', '19', 'CAR'), ('IFN', 'gamma'))
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SPELLED_OUT)
        if not text.isascii():
            text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if "'" in text:
        text = _POSSESSIVE.sub("", text)
    text = _STUCK_GREEK.sub(r"\1 \2", text)
    return tuple(_ACRONYM_PLURAL.sub(r"\1", unit) for unit in _UNIT.findall(text))


@lru_cache(maxsize=200_000)
def _plain(unit: str) -> str:
    """A unit in lower case, singular, American spelling."""
    if unit in _ROMAN:
        return _ROMAN[unit]
    word = unit.lower()
    if len(word) < 4 or (unit.isupper() and len(word) <= _LONGEST_ACRONYM):
        return word
    if len(word) > 4:
        word = word.replace("ae", "e").replace("oe", "e").replace("tumour", "tumor").replace("sulph", "sulf")
        word = _BRITISH.sub(r"iz\1", word)
    return _singular(word)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith("uses"):
        return word[:-2]
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    # "metastasis" and "metastases" meet in the middle.
    if word.endswith("sis") and len(word) > 5:
        return word[:-2] + "e"
    if word.endswith("s") and not word.endswith(_KEEP_S):
        return word[:-1]
    return word


def units(text: str) -> tuple[str, ...]:
    """The units of a text in normal form.

    Example:
        >>> units("Claudin18.2")
        ('claudin', '18', '2')
    """
    return tuple(_plain(unit) for unit in cased_units(text))


def normal_form(text: str) -> str:
    """The units of a text in normal form, joined by spaces; "" where there are none.

    Example:
        >>> normal_form("CD 19") == normal_form("CD-19") == normal_form("CD19")
        True
    """
    return " ".join(units(text))


def case_form(text: str) -> str:
    """What is compared where case matters: the units in their own case, joined by spaces.

    Example:
        >>> case_form("B-ALL"), case_form("b-all")
        ('B ALL', 'b all')
    """
    return " ".join(cased_units(text))


def inverted(name: str) -> str | None:
    """A name with one comma in spoken order ("leukemia, acute" → "acute leukemia"), else None.

    Example:
        >>> inverted("Leukemia, acute myeloid")
        'acute myeloid Leukemia'
    """
    parts = [part.strip() for part in name.split(",")]
    if len(parts) != 2 or not all(parts):
        return None
    return f"{parts[1]} {parts[0]}"
