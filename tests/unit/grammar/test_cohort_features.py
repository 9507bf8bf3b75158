"""What is told of a count to the models of groups and of roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.annotate import annotate
from pipeline.components.cohorts import Counts
from pipeline.evaluation.scoring import case_document, gold_cases
from pipeline.grammar.cohorts import model
from pipeline.grammar.cohorts.features import Features
from pipeline.grammar.logistic import probability
from tests.marked_docs import marked_doc

DEVELOPMENT = Path(__file__).parents[2] / "gold" / "development"


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


@pytest.fixture(scope="module", params=["cohorts", "whole_forum", "whole_registry"])
def read_in_full(request: pytest.FixtureRequest) -> list[Counts]:
    """The counts of documents of one kind, as the whole pipeline reads them."""
    cases = gold_cases(DEVELOPMENT / f"{request.param}.gold")
    return [Counts(doc) for _, doc in annotate(case_document(case) for case in cases)]


def test_parts_hold_no_more_than_those_before_announce(read_in_full: list[Counts]) -> None:
    """What is told early of the parts to come bounds them: their names are among those, each worth one."""
    n_held = 0
    for read in read_in_full:
        for parts in map(list, read.describer.parts(read.all)):
            for place, (_, announced) in enumerate(parts):
                rest = {name: value for part, _ in parts[place + 1 :] for name, value in part.items()}
                if announced is not None:
                    assert rest.keys() <= set(announced)
                    assert set(rest.values()) <= {1.0}
                    n_held += len(rest)
    assert n_held > 100


def test_counts_rejected_early_are_those_that_all_features_reject(read_in_full: list[Counts]) -> None:
    """A count that is given up before its clause is read would be no group with it."""
    weights = model.shipped()
    for read in read_in_full:
        heard = [read.size_odds.get(count.number.start_char, 0.0) for count in read.all]
        in_full = [probability(one, weights.group) >= model.LEAST_CHANCE for one in read.size_features()]
        assert model.groups(read.describer.parts(read.all), heard) == in_full
