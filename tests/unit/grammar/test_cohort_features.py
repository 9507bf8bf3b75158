"""What is told of a count to the models of groups and of roles."""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Counts
from pipeline.grammar.cohorts.features import Features
from tests.marked_docs import marked_doc


def told(source: str, n: int) -> Features:
    """Features of the first count of a size."""
    read = Counts(marked_doc(source))
    return read.size_features()[[count.n for count in read.all].index(n)]


@pytest.mark.parametrize(
    ("source", "n"),
    [
        ("I'm 37, and my joints have ached since spring.", 37),
        ("The boy in the next bed, 12, went home on Friday.", 12),
        ("A retired teacher of 66, with myeloma, came first.", 66),
        ("Her sister was 41 when it began.", 41),
        ("Marlene, 58, walks her dog again.", 58),
    ],
)
def test_an_age_of_a_person_is_told_from_a_size(source: str, n: int) -> None:
    """A number stands behind a person as ages do."""
    assert "age of a person" in told(source, n)


@pytest.mark.parametrize(
    ("source", "n"),
    [
        ("Twelve of the patients, 12 in all, were women.", 12),
        ("We enrolled 41 and infused 37 of them.", 37),
        ("A series of 66 patients was reported.", 66),
        ("In all, 18 and 21 adults got one or the other.", 18),
    ],
)
def test_a_size_is_no_age(source: str, n: int) -> None:
    """Sizes stand behind other words, or before a noun."""
    assert "age of a person" not in told(source, n)


@pytest.mark.parametrize(
    "source",
    [
        "Lupus is next on their list, 24 patients at four sites.",
        "A trial in 24 adults is in preparation.",
        "They are seeking 24 volunteers.",
    ],
)
def test_what_is_still_to_come_is_told(source: str) -> None:
    """A sentence on a group that nobody has seen yet says so."""
    assert "sentence future" in told(source, 24)
    assert "sentence future" not in told("In spring 24 adults were infused.", 24)
