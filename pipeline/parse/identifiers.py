"""Identifiers in running text: DOI, PubMed and PubMed Central ids, ids of trial registries."""

from __future__ import annotations

import re
from typing import Final

_DOI: Final = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"'<>,;|\\^`{}\u2018-\u201f]+")
# Scraped text glues the next sentence to a DOI: "…03987-y.The trial".
_GLUED_SENTENCE: Final = re.compile(r"\.[A-Z][a-z]+$")
_PMID: Final = re.compile(
    r"\bPMID\s*[:#]?\s*(\d{4,8})\b|pubmed(?:\.ncbi\.nlm\.nih\.gov|/)/?(\d{4,8})\b", re.IGNORECASE
)
_PMCID: Final = re.compile(r"\bPMC\s?(\d{4,8})\b")
_HYPHENS: Final = "‐‑‒–−\xad"
# What the ids of each registry begin with, and what follows: United States, China, EU (old and new), Japan,
# ISRCTN, Australia, Germany, India, Korea, the Netherlands, Africa, Iran, Thailand. Sought one by one, since
# what begins with a fixed word is found ten times as fast as any of them tried at each character.
_TRIALS: Final = tuple(
    (start, re.compile(start + rest))
    for start, rest in {
        "NCT": r"[ -]?\d{8}(?!\d)",
        "ChiCTR": r"(?:-?[A-Z]{2,5}-?\d{8}|\d{10})(?!\d)",
        "20": r"(?<![\d-]20)\d\d-(?:5\d{5}-\d\d-\d\d|\d{6}-\d\d)(?![\d-])",
        "19": r"(?<![\d-]19)\d\d-\d{6}-\d\d(?![\d-])",
        "jRCT": r"s?[0-9]\d{8,9}(?!\d)",
        "JapicCTI": r"-?\d{6}(?!\d)",
        "UMIN0": r"\d{8}(?!\d)",
        "ISRCTN": r"\d{8}(?!\d)",
        "ACTRN": r"\d{14}(?!\d)",
        "DRKS": r"\d{8}(?!\d)",
        "CTRI/20": r"\d\d/\d{2,3}/\d{6}(?!\d)",
        "KCT": r"\d{7}(?!\d)",
        "NTR": r"\d{4}(?!\d)",
        "NL-OMON": r"\d{4,6}(?!\d)",
        "PACTR": r"\d{15}(?!\d)",
        "IRCT": r"\d{11,14}N\d{1,3}",
        "TCTR20": r"\d{9}(?!\d)",
    }.items()
)


def dois(text: str) -> tuple[str, ...]:
    """Distinct DOIs in lower case, in order, also out of glued text.

    Example:
        >>> dois("detailed in doi:10.1038/s41591-025-03987-y,highlights the potential (see "
                 "10.1016/S0140(05)1).")
        ('10.1038/s41591-025-03987-y', '10.1016/s0140(05)1')
    """
    found = (_trimmed(_plain(match[0])) for match in _DOI.finditer(text))
    return tuple(dict.fromkeys(doi.lower() for doi in found if not doi.endswith("/")))


def pmids(text: str) -> tuple[str, ...]:
    """Distinct PubMed ids that are called so or stand in a PubMed address, in order."""
    return tuple(dict.fromkeys(match[1] or match[2] for match in _PMID.finditer(text)))


def pmcids(text: str) -> tuple[str, ...]:
    """Distinct PubMed Central ids, with `PMC`, in order."""
    return tuple(dict.fromkeys(f"PMC{match[1]}" for match in _PMCID.finditer(text)))


def trial_ids(text: str) -> tuple[str, ...]:
    """Distinct registry ids in order, written without inner blanks.

    Example:
        >>> trial_ids("NCT 03105336 and ChiCTR2000041025 (EudraCT 2015-005009-35)")
        ('NCT03105336', 'ChiCTR2000041025', '2015-005009-35')
    """
    text = _plain(text)
    matches = (match for start, trial in _TRIALS if start in text for match in trial.finditer(text))
    found = (match[0] for match in sorted(matches, key=re.Match.start))
    return tuple(dict.fromkeys(re.sub(r"^NCT[ -]", "NCT", trial) for trial in found))


def _plain(text: str) -> str:
    """The text with one kind of hyphen."""
    for hyphen in _HYPHENS:
        text = text.replace(hyphen, "-")
    return text


def _trimmed(doi: str) -> str:
    """Without the punctuation, the brackets and the sentence that follow it in print."""
    while True:
        shorter = _GLUED_SENTENCE.sub("", doi.rstrip(".:!?*_"))
        for opening, closing in ("()", "[]"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        # "(doi:10.1/abc)and": an unpaired closing bracket inside ends the DOI as well.
        if shorter.count(")") > shorter.count("("):
            shorter = shorter[: shorter.rindex(")")]
        if shorter == doi:
            return doi
        doi = shorter
