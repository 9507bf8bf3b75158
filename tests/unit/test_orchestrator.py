"""A Prefect server that nobody notices."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.errors import OrchestratorError
from pipeline.orchestrator import temporary_server

# In a process of its own, since Prefect's environment is this process's as well.
_SCRIPT = """
import os, sys, urllib.request
from pathlib import Path
from pipeline.orchestrator import temporary_server
with temporary_server(Path(sys.argv[1])) as server:
    assert "prefect" not in sys.modules
    server.wait()
    assert os.environ["PREFECT_API_URL"] == server.url
    print(server.url, flush=True)
    if len(sys.argv) > 2:
        os.kill(os.getpid(), 9)
assert not any(name.startswith("PREFECT") for name in os.environ)
"""


def served(cache: Path, *arguments: str) -> tuple[str, subprocess.CompletedProcess[str]]:
    environment = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(cache), *arguments],
        env=environment | {"HOME": str(cache / "home"), "XDG_CACHE_HOME": str(cache / "home")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout.strip(), done


def is_answered(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except OSError:
        return False


def test_a_server_answers_inside_the_block_and_is_gone_after_it(orchestrator_cache: Path) -> None:
    """It says nothing, stops cleanly, and keeps its files in the cache folder."""
    url, done = served(orchestrator_cache)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert url.startswith("http://127.0.0.1:")
    assert not is_answered(url)
    assert (orchestrator_cache / "prefect" / "prefect.db").is_file()
    assert not (orchestrator_cache / "home").exists()


def test_a_server_ends_with_a_parent_that_was_killed(orchestrator_cache: Path) -> None:
    """Not even a killed run leaves a server behind."""
    url, done = served(orchestrator_cache, "kill")
    assert done.returncode == -9
    deadline = time.monotonic() + 30
    while is_answered(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_answered(url)


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that answers, if only that it knows no such page; `PREFECT_API_URL` names it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    yield url
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_server_that_is_named_is_used(tmp_path: Path, named: str) -> None:
    """`PREFECT_API_URL` is left as it is, and nothing is started."""
    with temporary_server(tmp_path) as server:
        assert server is None
        assert os.environ["PREFECT_API_URL"] == named


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/api", "nonsense"])
def test_a_server_that_is_named_and_does_not_answer_is_one_clear_error(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is loaded."""
    monkeypatch.setenv("PREFECT_API_URL", address)
    with pytest.raises(OrchestratorError, match="PREFECT_API_URL"), temporary_server(tmp_path):
        pass


@pytest.mark.usefixtures("named")
def test_settings_of_the_person_go_before_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants Prefect's log gets it; nothing is sent home unless it is asked for."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "DEBUG")
    monkeypatch.delenv("PREFECT_SERVER_ANALYTICS_ENABLED", raising=False)
    with temporary_server(tmp_path):
        assert os.environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
        assert "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL" not in os.environ
        assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"


def test_a_cache_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    """The message names the folder and the way out."""
    (tmp_path / "file").touch()
    with pytest.raises(OrchestratorError, match="CARTOGRAPHER_CACHE"), temporary_server(tmp_path / "file"):
        pass
