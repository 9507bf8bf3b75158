"""What stands where in a text."""

from __future__ import annotations

from operator import itemgetter

from pipeline.stretches import Stretches, between


def test_a_stretch_holds_its_first_character_and_not_the_one_after_its_last() -> None:
    """They are half-open, and given in any order."""
    posts = Stretches([(40, 50), (10, 20), (20, 35)])
    held = {char: posts.around(char) for char in (0, 9, 10, 19, 20, 34, 35, 39, 49, 50, 99)}
    assert held == {
        **dict.fromkeys((0, 9, 35, 39, 50, 99)),
        **dict.fromkeys((10, 19), (10, 20)),
        **dict.fromkeys((20, 34), (20, 35)),
        49: (40, 50),
    }
    assert [posts.place(char) for char in (10, 20, 40, 5)] == [0, 1, 2, None]


def test_an_empty_stretch_holds_nothing() -> None:
    """Nor does it hide one that begins where it stands."""
    assert Stretches([(5, 5), (5, 9)]).around(5) == (5, 9)
    assert Stretches([(5, 5)]).around(5) is None


def test_no_stretches() -> None:
    """Nothing is around anything."""
    assert not Stretches([])
    assert Stretches([]).around(0) is None


def test_what_begins_between_two_characters() -> None:
    """The first character is among them, the last is not; where items end doesn't matter."""
    extents = [(0, 9), (3, 4), (3, 30), (7, 8), (12, 13)]
    assert between(extents, 3, 12, itemgetter(0)) == [(3, 4), (3, 30), (7, 8)]
    assert between(extents, 4, 7, itemgetter(0)) == []
    assert between(extents, 13, 3, itemgetter(0)) == []
