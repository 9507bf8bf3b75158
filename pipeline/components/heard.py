"""What the heads heard, as proposals: which of their mentions are believed, and where they begin and end.

A head was trained on abstracts; on other text, and on words that it has seldom seen, it is too sure. How
sure it must be depends on what else speaks for the mention: a name that the knowledge base has, another
wording that it has, a last word that tells a condition ("injury"), or nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from spacy.tokens import Doc, Span

from pipeline.components.extensions import text_of
from pipeline.components.lexicon_matcher import LEXICON
from pipeline.components.proposals import Proposal
from pipeline.lexicon import KnowledgeBase, normal_form, rewordings, same_family, says_little

_HEADS: Final = ("conditions", "genes", "chemicals")
#: No name is longer; a run of noise that a head takes for one can be.
_LONGEST_NAME: Final = 200

# How sure a head must be. Chosen on the dev splits of BC5CDR and NCBI Disease and on the development gold
# (models/EXPERIMENTS.md, "From heads to mentions").
#: Below, a head's mention is more often wrong than right on text unlike its training corpora.
_LEAST_SCORE: Final = 0.5
#: For a condition that the knowledge base does not have, but whose last word tells one, or which is one word.
_TOLD_SCORE: Final = 0.8
#: For any other one that it does not have.
_UNKNOWN_SCORE: Final = 0.95
#: For a condition that is told by an acronym alone; one that the text spells out needs no head.
_ACRONYM_SCORE: Final = 0.97
#: For a single short word that no lexicon knows, or that names tumours in general.
_LONE_SCORE: Final = 0.7
_TUMOUR_SCORE: Final = 0.95

#: Names are heard again and again; a bound on memory (some 10 MB).
_REMEMBERED: Final = 20_000

#: At least a word or a symbol.
WORDY: Final = re.compile(r"[A-Za-zα-ωΑ-Ω]{2}|[A-Z]\d|\d[A-Z]")
#: A head that runs over the border of two mentions.
_SEVERAL: Final = re.compile(r"[,;:()\[\]–—\n]")
_ACRONYM: Final = re.compile(r"[A-Za-z]?[A-Z]{1,5}s?|[A-Z][a-z]{1,2}[A-Z]")
_LIKE: Final = re.compile(r" (?:like|such as|including) ")
_LONE_WORD: Final = re.compile(r"[A-Za-z]{1,5}")
_LEADING: Final = re.compile(
    r"(?:(?:relapsed|refractory|recurrent|severe|active|persistent|prior|previous|newly diagnosed|R/R|r/r|"
    r"and|or|the|a|an|my|our|your|his|her|its|their|this|that|some|no|"
    r"other|these|any|grade|high-grade|new|mild|moderate|fatal|treatment-refractory|"
    r"long-standing|hit|\w+ened|safer|milder|worse|better|fewer|more|less|higher|lower|greater|further|"
    r"earlier|later|grade [1-5](?: ?[-–/] ?[1-5])?)\b[ /,-]*|\d+ )+",
    re.IGNORECASE,
)
#: Words of which a head is fond and which name nothing by themselves.
_NEVER: Final = re.compile(
    r"(?:it|all|all of|cars?|carts?|b|t|(?:b |t )?cells?|targets?|infusions?|patients?|doses?|products?|"
    r"antigens?|"
    r"antibod(?:y|ies)|receptors?|cytokines?|therap(?:y|ies)|treatments?|diseases?|drugs?|agents?|"
    r"NCT\d{8}|DL ?\d+|G ?[1-5]|[Tt]s|toxicit(?:y|ies)|relapses?|responses?|deficienc(?:y|ies)|remissions?|"
    r"proteins?|genes?)",
    re.IGNORECASE,
)
_TUMOUR: Final = re.compile(r"tumou?rs?", re.IGNORECASE)
_NO_CONDITION: Final = re.compile(r"[-‐‑](?:like|free)\b")
_NOT_ITSELF: Final = re.compile(r"[-‐‑](?:like|stimulated|induced|producing|secreting|releasing|free)\b")


def is_itself(text: str, end: int, label: str) -> bool:
    """Whether a name that ends here is what the words name.

    "Interferon-stimulated" names no interferon and "stroke-like" no stroke, but "seizure-induced" a seizure.
    """
    pattern = _NO_CONDITION if same_family(label, "DISEASE") or label == "CONDITION" else _NOT_ITSELF
    return pattern.match(text, end) is None


def from_heads(doc: Doc, knowledge: KnowledgeBase) -> Iterator[Proposal]:
    """Proposals of the heads that are believed.

    Args:
        doc: a Doc with the span groups of the heads.
        knowledge: tells which names are known.
    """
    text = text_of(doc)
    named = [span.start_char for span in doc.spans.get(LEXICON, ()) if same_family(span.label_, "DISEASE")]
    for key in _HEADS:
        for span, score in _scored(doc, key):
            label, start = span.label_, span.start_char
            borders = _borders(text[start : span.end_char], label)
            if borders is None:
                continue
            start, end = start + borders[0], start + borders[1]
            if label != "GENE" and not is_itself(text, end, label):
                continue
            holds_name = label == "CONDITION" and bisect_left(named, start) < bisect_left(named, end)
            if score >= (_LEAST_SCORE if holds_name else _least_score(text[start:end], label, knowledge)):
                yield Proposal(start, end, label, "model", score)


def _scored(doc: Doc, key: str) -> Iterator[tuple[Span, float]]:
    """Mentions of a head with its own scores; a guest's have none and count as sure."""
    group = doc.spans.get(key, ())
    scores = group.attrs.get("scores") if group else None
    if scores is None:
        scores = [1.0 if span._.score is None else span._.score for span in group]
    return zip(group, scores, strict=True)


@lru_cache(maxsize=_REMEMBERED)
def _borders(surface: str, label: str) -> tuple[int, int] | None:
    """Where in what a head heard the name begins and ends, or None where it is none that may be believed.

    What only leads to it is left away, and a list of examples.
    """
    start, end = 0, len(surface)
    if label == "CONDITION":
        if leading := _LEADING.match(surface):
            start = leading.end()
        if like := _LIKE.search(surface):
            # "diseases like lupus": the lexicon has the one, if not the other
            end = like.start()
    name = surface[start:end]
    if len(name) > _LONGEST_NAME or not WORDY.search(name) or _NEVER.fullmatch(name):
        return None
    if _SEVERAL.search(name) or (label == "GENE" and "CAR" in name):
        return None
    return start, end


@lru_cache(maxsize=_REMEMBERED)
def _least_score(surface: str, label: str, knowledge: KnowledgeBase) -> float:
    if label != "CONDITION":
        return _LONE_SCORE if _LONE_WORD.fullmatch(surface) else _LEAST_SCORE
    if _TUMOUR.fullmatch(surface):
        return _TUMOUR_SCORE
    if knowledge.lookup(surface, "DISEASE"):
        return _LONE_SCORE if _LONE_WORD.fullmatch(surface) else _LEAST_SCORE
    if _ACRONYM.fullmatch(surface):
        return _ACRONYM_SCORE
    if any(knowledge.lookup(wording, "DISEASE") for wording in rewordings(surface)):
        return _LEAST_SCORE
    words = normal_form(surface).split()
    return _TOLD_SCORE if len(words) == 1 or says_little(words[-1]) else _UNKNOWN_SCORE
