"""Settings for one test, and a cache folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.settings import settings
from pipeline.sources import web as web_module
from tests.local_web import LocalWeb


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CARTOGRAPHER_CACHE", str(tmp_path_factory.mktemp("cache")))
    settings.cache_clear()
    web_module.the_web.cache_clear()
    yield
    settings.cache_clear()
    web_module.the_web.cache_clear()


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


@pytest.fixture
def local_web() -> Iterator[LocalWeb]:
    """A web server for this test."""
    with LocalWeb().running() as served:
        yield served


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds of each pause that was made; no time passes but on the clock that counts them."""
    made: list[float] = []
    monkeypatch.setattr(web_module, "_sleep", made.append)
    monkeypatch.setattr(web_module, "_clock", lambda: 1_000.0 + sum(made))
    return made


@pytest.fixture
def new_process() -> Callable[[], None]:
    """Forget what this process knows of the web, as if another one began; the cache stays."""
    return web_module.the_web.cache_clear
