"""What an agent is told to have caused counts as a harm; what it treats does not."""

from __future__ import annotations

import re

import pytest

from pipeline.grammar.events.harm_causes import cause_points


def points(marked: str) -> float:
    """Points of the condition in {braces}; agents are in <angles>."""
    text = re.sub(r"[{}<>]", "", marked)
    extents: dict[str, list[tuple[int, int]]] = {"{": [], "<": []}
    place = 0
    for piece in re.split(r"([{}<>])", marked):
        if piece in extents:
            extents[piece].append((place, place))
        elif piece in ("}", ">"):
            kind = "{" if piece == "}" else "<"
            extents[kind][-1] = (extents[kind][-1][0], place)
        else:
            place += len(piece)
    return cause_points(text, 0, len(text), extents["{"][0], extents["<"])


@pytest.mark.parametrize(
    "sentence",
    [
        "We report <lisinopril>-induced {cough}.",
        "<Linezolid> led to severe {neuropathy} in a child.",
        "The {rash} was probably caused by <lamotrigine>.",
        "{Hepatitis} due to <isoniazid> is rare.",
    ],
)
def test_what_an_agent_caused_is_a_harm(sentence: str) -> None:
    """Compounds, verbs and participles tell the cause, before and after."""
    assert points(sentence) > 0


@pytest.mark.parametrize(
    "sentence",
    [
        "<Lisinopril> is given for {hypertension}.",
        "{Neuropathy} was present before <linezolid> was bought.",
        "<Streptozotocin>-induced {diabetes} in mice was studied.",
    ],
)
def test_what_an_agent_treats_or_models_is_none(sentence: str) -> None:
    """A use is no cause, and an illness that a drug gives to animals is their model of it."""
    assert points(sentence) == 0
