"""Antigen → disease: what says that the cells of a disease bear an antigen, by the words between the two.

"CD19-positive lymphoma" is plainer than "CD19 is found on lymphoma". A disease that is enumerated after the
one that is met shares its antigen; what a sentence denies, or what was brought into the cells, is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from spacy.tokens import Span

from pipeline.components.relations.discourse import Discourse, Sentence, runs

#: Ranks: "X-positive D"; a verb between, one way or the other; enumerated after a disease of these.
_ATTRIBUTE: Final = 0.9
_VERB: Final = 0.7
_ENUMERATED: Final = 0.6
#: No pair is told over more characters than this.
_WIDEST: Final = 80

_BEARING: Final = r"^\)?(?:\s?\+|[ -](?:positive|(?:over)?express(?:ing|ed)|bearing|displaying|high|rich)\b)"
_WITHIN: Final = re.compile(_BEARING, re.IGNORECASE)
_ATTRIBUTES: Final = re.compile(
    _BEARING + r"\)?(?:,? (?!(?:and|or|in|on|of|for|than|cells?|T|was|were|is|are)\b)[\w/+-]+){0,3}[ -]$",
    re.IGNORECASE,
)
_EXPRESSED: Final = re.compile(
    r"\b(?:express(?:ed|ion)?|overexpress(?:ed|ion)?|abundant|abounds?|present|found|displayed|carried|sits?|"
    r"plentiful|detect(?:ed|able))\b"
    r"(?: \w+){0,3} (?:on|in|by|of)\b|\bcoats\b",
    re.IGNORECASE,
)
_EXPRESSES: Final = re.compile(
    r"\b(?:(?:over)?express(?:es|ed)?|rich in|carr(?:y|ies)|displays?|(?:stain(?:s|ed)?|positive) for|"
    r"abounds? in)\b",
    re.IGNORECASE,
)
#: "D is X-positive", "D in which X abounds": the words up to the antigen, and those after it.
_IS: Final = re.compile(r"^(?:\W\w+\W)? (?:is|are|was|were|had been) (?:[\w-]+ ){0,2}$|^, in which $")
_POSITIVE_AFTER: Final = re.compile(r"^[ -](?:positive|expressing)\b|^\+|^ abounds\b")
_POSITIVE: Final = re.compile(r"[ -]positive|\+")
_DENIED: Final = re.compile(
    r"\b(?:not|no|never|without|absent|lack(?:s|ed|ing)?|hardly|loses?|lost|negative|longer|engineered|transduced|"
    r"transfected)\b",
    re.IGNORECASE,
)
#: Diseases that are positive for an antigen by the antibodies in the blood: "MuSK-positive myasthenia".
_SEROPOSITIVE: Final = re.compile(
    r"\b(?:antisynthetase|asys|myasthen\w*|[\w-]*my(?:ositis|opathy)|lupus|sle|neuromyelitis|nmosd|mogad|"
    r"encephalitis|[\w-]*arthritis|vasculitis|sclero(?:sis|derma)|pemphig\w+|polyneuropathy|sj[öo]gren\w*|"
    r"nephr(?:itis|opathy)|lems|stiff[- ]person|autoimmun\w+)\b",
    re.IGNORECASE,
)


class Expression(NamedTuple):
    """An antigen that a disease's cells bear, where it is told, and how plainly."""

    antigen: Span
    disease: Span
    sentence: Sentence
    rank: float


def expressions(discourse: Discourse) -> Iterator[Expression]:
    """Every pair that a sentence tells, several times maybe."""
    for sentence in discourse.sentences:
        diseases = sentence.labelled("DISEASE")
        enumerated = runs(discourse.text, diseases)
        for antigen in sentence.labelled("ANTIGEN"):
            for disease in diseases:
                if _SEROPOSITIVE.search(disease.text) and _POSITIVE.match(discourse.text, antigen.end_char):
                    continue
                rank = _rank(discourse.text, antigen, disease, sentence.end)
                if rank is not None:
                    yield Expression(antigen, disease, sentence, rank)
                    for other in _after(disease, enumerated, antigen):
                        yield Expression(antigen, other, sentence, _ENUMERATED)


def _after(disease: Span, enumerated: Sequence[Sequence[Span]], antigen: Span) -> list[Span]:
    """The diseases that are enumerated after one, on the same side of the antigen."""
    (group,) = (group for group in enumerated if disease in group)
    rest = group[list(group).index(disease) + 1 :]
    return [other for other in rest if antigen.start_char < disease.start_char]


def _rank(text: str, antigen: Span, disease: Span, end: int) -> float | None:
    """How plainly the words between an antigen and a disease say that the one is on the other."""
    if disease.start_char <= antigen.start_char and antigen.end_char <= disease.end_char:
        return _ATTRIBUTE if _WITHIN.match(text[antigen.end_char : disease.end_char]) else None
    first, second = sorted((antigen, disease), key=lambda span: span.start_char)
    gap = text[first.end_char : second.start_char]
    if len(gap) >= _WIDEST or ";" in gap or _DENIED.search(gap):
        return None
    if first is antigen:
        if _ATTRIBUTES.match(gap):
            return _ATTRIBUTE
        return _VERB if _EXPRESSED.search(gap) else None
    after = text[antigen.end_char : min(end, antigen.end_char + 14)]
    if _IS.match(gap) and _POSITIVE_AFTER.match(after):
        return _VERB
    return _VERB if _EXPRESSES.search(gap) else None
