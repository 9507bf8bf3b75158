"""Settings come from the environment, each by the name of its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.settings import Settings, settings

PAGE = Path(__file__).resolve().parents[2] / "docs/command-line.md"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for each in fields(Settings):
        monkeypatch.delenv(f"CARTOGRAPHER_{each.name.upper()}", raising=False)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("variable", "word", "field", "value"),
    [
        ("CARTOGRAPHER_CACHE", "/a/b", "cache", Path("/a/b")),
        ("CARTOGRAPHER_MAX_EXPANSION", " 50 ", "max_expansion", 50),
        ("CARTOGRAPHER_DELAY_SECONDS", "0.5", "delay_seconds", 0.5),
        ("CARTOGRAPHER_CONTACT", "mail@example.org ", "contact", "mail@example.org"),
        ("CARTOGRAPHER_OFFLINE", "1", "offline", True),
        ("CARTOGRAPHER_OFFLINE", "yes", "offline", True),
        ("CARTOGRAPHER_OFFLINE", "0", "offline", False),
        ("CARTOGRAPHER_OFFLINE", "False", "offline", False),
        ("CARTOGRAPHER_MAX_ATTEMPTS", "", "max_attempts", 5),
    ],
)
def test_a_variable_sets_its_field(
    monkeypatch: pytest.MonkeyPatch, variable: str, word: str, field: str, value: object
) -> None:
    """As a value of the field's type; an empty variable is none."""
    monkeypatch.setenv(variable, word)
    assert getattr(settings(), field) == value


def test_a_key_is_not_shown() -> None:
    """Settings are printed and logged; keys are not."""
    assert "s3cret" not in repr(Settings(pubmed_api_key="s3cret"))


def test_every_setting_is_documented() -> None:
    """With its variable, on the page of the command line."""
    page = PAGE.read_text(encoding="utf-8")
    assert not [each.name for each in fields(Settings) if f"`CARTOGRAPHER_{each.name.upper()}`" not in page]


def test_a_number_that_is_none_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable, what it holds and what it could hold."""
    monkeypatch.setenv("CARTOGRAPHER_MAX_ATTEMPTS", "a few")
    with pytest.raises(UsageError, match=r"CARTOGRAPHER_MAX_ATTEMPTS is 'a few': .*, such as 5\."):
        settings()
