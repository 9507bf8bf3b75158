"""Patterns at the end of a text find there what a search of the whole text finds."""

from __future__ import annotations

import re

import pytest

from pipeline.grammar.endings import ending

TEXTS = (
    "",
    "in grade ",
    "the patients with grade ",
    "upgrade ",
    "fever was seen in ",
    "fever was seen in only ",
    "fever was seen in ten, of whom ",
    "seen in\n",
    "n = ",
    "(n=",
    "one GRADE ",
    "of the",
    "K ",
    "\u212a ",
)
HEADS_AND_TAILS = (
    (r"\bgrade $", ""),
    (r"(?<!fever )was seen in (?:only )?$", ""),
    (r"\bseen\b.{0,9}?", r"\bin (?:only )?$"),
    (r"^\W*$", ""),
    (r"(?:seen|of) (?:\w+ )*$", ""),
    (r"\bin$", ""),
    (r"(?:n ?[=:]|grade|[#§]) ?$|\bthe$", ""),
    (r"(?:of |in |only )*(?:only|the|e) ?$", ""),
    (r"[a-z]+ $|k $", ""),
    (r"(?:grade|k)(?: |, )+$", ""),
)


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("head", "tail"), HEADS_AND_TAILS)
def test_finds_what_a_search_of_the_whole_text_finds(head: str, tail: str, text: str, flags: int) -> None:
    """The same match, or none."""
    found, expected = ending(head, tail, flags).search(text), re.search(head + tail, text, flags)
    assert (found and found.span()) == (expected and expected.span())
