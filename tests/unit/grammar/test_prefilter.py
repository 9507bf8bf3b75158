"""Patterns are tried wherever they can match, and seldom elsewhere."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import pipeline.components
import pipeline.grammar
from pipeline.grammar.necessary import Atom, needs_of
from pipeline.grammar.prefilter import EVERYTHING, Filtered, compiled, opened

SEEDS = Path(__file__).parents[3] / "seeds"

PATTERNS = (
    r"\b(?:no|without) (?:\w+ )?(?:CRS|fever)s?\b",
    r"(?<![\w-])(?:not (?:seen|found)|nor)(?![\w])",
    r"(?:at least|≥) ?\d+",
    r"\d+ ?(?:%|per ?cent\b)",
    r"\bna[iï]ve\b|\bKIT\b",
    r"(?:anti[- ])?(?:foo|bar)+s{2}",
    r"grade (?:[1-5]|I{1,3}V?)\b",
    r"(?:a|b|)c",
    r"colou?r|gr[ae]y",
)
TEXTS = (
    "No severe CRS; without fevers.",
    "It was not found, nor was it looked for.",
    "AT LEAST 12, ≥3 and 5 percent, 7%",
    "naïve, naive and \u212aIT",
    "anti-foobarss grade IV GRADE 3",
    "c ac bc colour GREY",
    "Nothing of the kind.",
    "İstanbul ſeen: not ſeen 10⁶ _no CRS_",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("text", TEXTS)
def test_whatever_matches_is_opened(pattern: str, text: str) -> None:
    """No match is lost, in the whole text or in any stretch of it, even one that begins inside a word."""
    cue = compiled(pattern, re.IGNORECASE)
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            if cue.search(text[start:end]):
                assert opened(text, start, end) & cue.gate, text[start:end]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_sought_around_words_the_matches_are_the_same(pattern: str) -> None:
    """`everywhere` and `in_lines` give what `finditer` gives."""
    text = "\n".join([*TEXTS, "and so on " * 100, *TEXTS])
    cue = compiled(pattern, re.IGNORECASE)
    whole = [match.span() for match in cue.finditer(text)]
    assert [match.span() for match in cue.everywhere(text)] == whole
    assert [match.span() for match in cue.in_lines(text)] == whole


def test_every_filtered_pattern_of_the_project_is_opened_where_it_matches() -> None:
    """On the sample documents, sentence by sentence."""
    for room in (pipeline.components, pipeline.grammar):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    gc.unfreeze()  # where models were loaded before, what they had made is hidden
    cues = [one for one in gc.get_objects() if isinstance(one, Filtered)]
    assert len(cues) > 50
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.*")))
    for sentence in re.finditer(r"[^.\n]+", text):
        start, end = sentence.span()
        gates = opened(text, start, end)
        lost = [cue.pattern.pattern for cue in cues if not cue.gate & gates and cue.search(text, start, end)]
        assert not lost, sentence.group()


def test_words_apart_from_those_needed_open_nothing() -> None:
    """A part of a word is not the word, and an optional word is not needed."""
    cue = compiled(r"\b(?:no|any) (?:severe )?CRS\b")
    assert not opened("Knowledge of anybody, severe.", 0, 29) & cue.gate
    assert opened("No CRS", 0, 6) & cue.gate
    assert cue.gate & EVERYTHING


def test_what_a_pattern_needs() -> None:
    """Borders of words are read from what stands around alternatives, too."""
    needs = needs_of(r"\b(?:seen|found \w+)\b(?! in)")
    assert needs.atoms == {Atom("seen", True, True), Atom("found", True, True)}
    assert needs_of(r"\d{2,3}%$").reads_end
    assert needs_of(r"colou?r").longest == 6
