"""Assertion of adverse events weighed from rules and the words around."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.grammar.assertion.weighed import (
    AssertionWeights,
    Place,
    event_features,
    read_weights,
    weighed,
)
from pipeline.grammar.events.leads import Event
from pipeline.settings import settings


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"bias": 0}', '{"bias": [0, 0, 0], "features": {"a": 1}}']
)
def test_weights_that_cannot_be_read_are_an_error_of_the_model(tmp_path: Path, content: str | None) -> None:
    """A missing, cut or foreign file is told with the command that makes it anew."""
    path = tmp_path / "assertion.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"models\.recipe\.event_assertion"):
        read_weights(path)


def test_an_event_is_told_by_the_words_beside_its_list() -> None:
    """The other members of a list stand between no event and the words that are told of it."""
    text = "What we watch for is rash and fever, then."
    events = [Event(21, 25), Event(30, 35)]
    told = [set(features) for features in event_features(text, Place((0, len(text))), events)]
    assert all({"left watch", "right before is", "right after ,", "rule present"} <= one for one in told)


def test_what_stands_around_is_told_with_its_place() -> None:
    """Heading, label of the line, the sentences before and after, figures and questions."""
    text = "Nobody knows. Harms: rash in 3? He does."
    start, end = text.index("Harms"), text.index(" He")
    place = Place((start, end), "registry", "Primary outcome")
    event = Event(text.index("rash"), text.index(" in"))
    told = set(event_features(text, place, [event])[0])
    assert {"heading outcome", "sentence before knows", "sentence after he"} <= told
    assert {"figure after", "asked", "entry reports False"} <= told


def test_what_is_judged_otherwise_loses_its_cue() -> None:
    """A cue belongs to the answer that it was told for."""
    text = "No rash, surely?"
    event = Event(3, 7, "absent", (0, 2))
    asked = AssertionWeights((0.0, 0.0, 0.0), {"asked": (0.0, 1.0, 0.0)})
    agreed = AssertionWeights((1.0, 0.0, 0.0), {})
    place = Place((0, len(text)))
    assert weighed(text, place, [event], asked) == [event._replace(assertion="possible", cue=None)]
    assert weighed(text, place, [event], agreed) == [event]


@pytest.mark.parametrize(
    ("features", "cue"),
    [
        ({"left whether": 1.0, "left debates": 0.5}, "whether"),
        ({"right comes": 0.6, "right after comes": 0.6, "left whether": 1.0}, "comes"),
        ({"two after comes later": 2.0, "right comes": 1.0}, "comes later"),
        ({"possible before": 1.0, "right ;": 1.5, "asked": 0.5}, None),
        ({"reports False": 3.0, "left whether": 1.0}, None),
        ({"left whether": 1.0, "sentence after then": 2.0}, None),
    ],
)
def test_the_weightiest_words_are_the_cue_of_what_is_judged_otherwise(
    features: dict[str, float], cue: str | None
) -> None:
    """Weights of one word add up; what is no word of the sentence is no cue."""
    text = "It rained. She debates whether a rash comes later; nobody knows. Then it stopped."
    start, end = text.index("She"), text.index(" Then")
    event = Event(text.index("rash"), text.index(" comes"))
    weights = AssertionWeights((0.0, 0.0, 0.1), {name: (0.0, one, 0.0) for name, one in features.items()})
    (judged,) = weighed(text, Place((start, end)), [event], weights)
    assert judged.assertion == "possible"
    assert (text[slice(*judged.cue)] if judged.cue else None) == cue


@pytest.mark.parametrize(
    ("sentence", "event", "answer"),
    [
        ("Two of the eight had a rash after the infusion.", "rash", "present"),
        ("No rash was seen.", "rash", "absent"),
        ("Number of participants with a rash of grade 3 or higher [Time Frame: 28 days]", "rash", "possible"),
    ],
)
def test_shipped_weights_judge_what_is_plain(sentence: str, event: str, answer: str) -> None:
    """In an entry of a register harms are announced, counted or denied."""
    start = sentence.index(event)
    weights = read_weights(settings().weights / "event_assertion.json")
    said = "absent" if answer == "absent" else "present"
    cue = (0, 2) if said == "absent" else None
    judged = weighed(
        sentence,
        Place((0, len(sentence)), "registry"),
        [Event(start, start + len(event), said, cue)],
        weights,
    )
    assert [one.assertion for one in judged] == [answer]


def test_weights_add_up_in_the_order_of_the_features() -> None:
    """Near ties are decided by rounding, and so by the order, which must be the same in every process."""
    weights = AssertionWeights(
        (0.6, 0.0, 0.0),
        {"first": (0.0, 0.1, 0.0), "second": (0.0, 0.2, 0.0), "third": (0.0, 0.3, 0.0)},
    )
    assert weights.answer(["first", "second", "third", "first"])[0] == "possible"
    assert weights.answer(["third", "second", "first"])[0] == "absent"
