"""What stands between an event and its figure: what goes on about the event and what does not."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.gaps import is_open


@pytest.mark.parametrize(
    "gap",
    [
        "",
        " (",
        " nonetheless struck ",
        " of any kind was logged in ",
        " that outlived the visit was counted in ",
        ", which was mild, appeared in ",
        " was commoner with the older product (",
        " v ",
        " patients and was ",
    ],
)
def test_verbs_prepositions_and_pronouns_go_on_about_the_event(gap: str) -> None:
    assert is_open(gap)


@pytest.mark.parametrize(
    "gap",
    [
        " resolved within days, and a response was seen in ",
        " was treated with fluids in ",
        ", though the spleen was examined in only ",
        " and a stiff neck in ",
        ". Twelve infants and ",
        " 38.4 for ",
        ", could not name the colours of ",
        " was suspected in ",
    ],
)
def test_new_subjects_treatment_and_doubt_do_not(gap: str) -> None:
    assert not is_open(gap)
