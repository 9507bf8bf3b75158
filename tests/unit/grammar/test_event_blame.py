"""A therapy beside an event: its cause, or what was given against it."""

from __future__ import annotations

import pytest

from pipeline.grammar.events.blame import is_blamed, is_remedy


@pytest.mark.parametrize(
    ("text", "remedy", "blamed"),
    [
        ("Fever, treated with Xaban, was brief.", True, False),
        ("They had Xaban for their fever.".replace("fever", "Fever"), True, False),
        ("Fever after Xaban was brief.", False, True),
        ("Xaban-induced Fever was brief.", False, True),
        ("Fever was brief; nobody had Xaban.", False, False),
    ],
)
def test_words_between_tell_cause_from_remedy(text: str, remedy: bool, blamed: bool) -> None:
    """In either order of the two."""
    event = text.index("Fever"), text.index("Fever") + 5
    therapy = text.index("Xaban"), text.index("Xaban") + 5
    assert (is_remedy(text, event, therapy), is_blamed(text, event, therapy)) == (remedy, blamed)
