"""Settings for one test, and a cache folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.settings import settings


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CARTOGRAPHER_CACHE", str(tmp_path_factory.mktemp("cache")))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set settings for this test: `given(max_payload_bytes=3)`."""

    def set_(**words: object) -> None:
        for name, word in words.items():
            monkeypatch.setenv(f"CARTOGRAPHER_{name.upper()}", str(word))
        settings.cache_clear()

    return set_


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder of inputs."""
    made = tmp_path / "inputs"
    made.mkdir()
    return made
