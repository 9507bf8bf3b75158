"""Phrases around a name: qualifiers before it and general words after it that are no part of the concept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: Words that say how bad, how old, at which stage or in whom, and leave the condition the same.
_QUALIFIER: Final = re.compile(
    r"(?:relaps(?:ed|ing)|refractory|recurrent|recurring|r/r|/|or|and|severe|moderate|mild|mildly|severely|active|"
    r"advanced|early|late|late-onset|early-onset|metastatic|newly|diagnosed|untreated|resistant|persistent|persisting|"
    r"prolonged|transient|reversible|irreversible|delayed|new|new-onset|onset|worsening|ongoing|fatal|lethal|"
    r"life-threatening|serious|significant|clinically|overt|subclinical|asymptomatic|symptomatic|uncontrolled|"
    r"high-grade|low-grade|high|low|grade|stage|class|risk|high-risk|standard-risk|[0-9]+|[ivx]+|≥|>|"
    r"any-grade|unresectable|resectable|inoperable|incurable|aggressive|localized|disseminated|widespread|"
    r"childhood|pediatric|paediatric|adult|juvenile|elderly|human|murine|experimental|induced|"
    r"possible|suspected|probable|confirmed|presumed|mixed|isolated|residual|pre-existing|preexisting|underlying|"
    r"concomitant|concurrent|subsequent|existing|further|other|another|any|all|these|this|the|a|an|his|her|their|"
    r"primary|secondary|sporadic|familial|hereditary|inherited|congenital|acquired|idiopathic|rapidly|progressive|"
    r"chronic|acute|bilateral|unilateral|left|right|postoperative|generalized|generalised|diffuse|spontaneous|"
    r"non-\w+|treatment-emergent|treatment-related|therapy-related|heavily|pretreated|difficult-to-treat|"
    r"[\w-]+[-‐‑–](?:positive|negative|expressing|mutant|mutated|altered|induced|related|associated|mediated|"
    r"refractory|resistant|dependent|driven|deficient|type|grade|onset|treated|emergent)|[\w‐‑–-]+[+⁺])",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"[\s,-]+(?:therap(?:y|ies)|treatments?|infusions?|products?|injections?|monotherapy|regimens?|"
    r"CAR[\s‐‑–-]?T?(?:[\s‐‑–-]cells?)?|T[\s‐‑–-]cells?|cells?|patients?|episodes?|events?|symptoms?|cases?|"
    r"flares?|\(s\))$",
    re.IGNORECASE,
)
_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_SHARED_HEAD: Final = re.compile(r"([^\s,]+)(?:, [^\s,]+)*,? (?:and|or|and/or|&) (\S+) (\S+)$")
_SHARED_START: Final = re.compile(r"(\S+ \S+) (?:and|or|and/or|&) \S+$")


def bare_phrases(text: str) -> Iterator[str]:
    """Ever barer readings of a phrase, the whole one left out: without brackets, qualifiers, general words.

    Example:
        >>> list(bare_phrases("relapsed or refractory mantle cell lymphoma (MCL)"))[-1]
        'mantle cell lymphoma'
    """
    bare = _BRACKETS.sub(" ", text).strip()
    if bare != text and bare:
        yield bare
    trimmed = _TRAILING.sub("", bare)
    while trimmed != bare and trimmed:
        yield trimmed
        bare, trimmed = trimmed, _TRAILING.sub("", trimmed)
    yield from _first_conjunct(bare)
    words = bare.split()
    while len(words) > 1 and _QUALIFIER.fullmatch(words[0].strip(",")):
        words = words[1:]
        yield " ".join(words)
        yield from _first_conjunct(" ".join(words))


def _first_conjunct(text: str) -> Iterator[str]:
    """The first of several names that share a word: "gastric or colonic cancer", "hepatitis B and C"."""
    yield from conjuncts(text)[:1]
    if shared := _SHARED_START.match(text):
        yield shared.group(1)


def conjuncts(text: str) -> list[str]:
    """The names in a phrase that share their last word; none where nothing is coordinated.

    Example:
        >>> conjuncts("breast and ovarian cancers")
        ['breast cancers', 'ovarian cancers']
    """
    shared = _SHARED_HEAD.match(text)
    return [f"{part} {shared.group(3)}" for part in shared.group(1, 2)] if shared else []
