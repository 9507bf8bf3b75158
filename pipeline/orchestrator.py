"""A Prefect server for one command: started quietly, stopped cleanly, kept inside the cache folder.

Prefect reads its environment when it is imported, so `temporary_server` must be entered before that. The
server boots in a process of its own while the caller goes on (imports, models); `TemporaryServer.wait` says
when it is there. Where `PREFECT_API_URL` names a server, that one is used and none is started.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import logging
import os
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from pipeline.errors import OrchestratorError

# The first start migrates an empty database: 10 s on two cores, so that a loaded machine gets ten times that.
STARTUP_SECONDS: Final = 120
# A server that is there says so at once; one across the world in a second or two.
ANSWER_SECONDS: Final = 20
# A clean stop takes 0.3 s; what has not gone after this long hangs.
SHUTDOWN_SECONDS: Final = 5

#: Nothing goes home, and a run says nothing but its own words.
_QUIET: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(STARTUP_SECONDS),
}
#: A server that a person watches is told the run's events, without a word on the terminal.
_WATCHED: Final = {
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
_UNWATCHED: Final = {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
_TEMPORARY: Final = {"PREFECT_LOGGING_TO_API_ENABLED": "false"}
_SERVER_ONLY: Final = {
    "PREFECT_UI_ENABLED": "0",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
}


class TemporaryServer:
    """A Prefect server on loopback that ends with this process, whichever way that ends.

    Args:
        home: folder for the server's database and log.

    The listening socket is opened here and handed down: there is no port to guess, and a request made before
    the server is up waits in the socket's queue.
    """

    def __init__(self, home: Path) -> None:
        self._log = home / "server.log"
        # Two runs that both migrate an empty database break it: one start at a time.
        self._start_lock: IO[bytes] = (home / "server.lock").open("wb")
        fcntl.flock(self._start_lock, fcntl.LOCK_EX)
        with socket.socket() as listener, self._log.open("wb") as log:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listener.fileno())],
                env={**os.environ, **_SERVER_ONLY},
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                # Ctrl-C is for the run; the server follows when the run has said goodbye to it.
                start_new_session=True,
            )

    def wait(self) -> None:
        """Return when the server answers.

        Raises:
            OrchestratorError: it died or did not answer in time.
        """
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=STARTUP_SECONDS):
                pass
        except (urllib.error.URLError, OSError) as error:
            raise OrchestratorError(
                f"The temporary Prefect server did not start ({error}). Its log is {self._log}. "
                "Try again, or set PREFECT_API_URL to a server that runs."
            ) from error
        finally:
            self._start_lock.close()

    def stop(self) -> None:
        """Ask the server to end, and see to it that it does."""
        self._start_lock.close()
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def is_there() -> bool:
    """Whether `PREFECT_API_URL` names a server, where somebody may look for runs."""
    return bool(os.environ.get("PREFECT_API_URL"))


@contextlib.contextmanager
def temporary_server(cache: Path) -> Iterator[TemporaryServer | None]:
    """Set Prefect's environment and start a server, unless `PREFECT_API_URL` names one (then: None).

    Args:
        cache: folder that holds Prefect's home, `prefect/`; made where it does not exist.

    Raises:
        OrchestratorError: the cache folder can't be written; or nobody answers where a server is named.

    Example:
        >>> with temporary_server(cache) as server:  # doctest: +SKIP
        ...     from pipeline import flows  # imports Prefect while the server boots
        ...     server.wait()
    """
    if is_there():
        _ask(os.environ["PREFECT_API_URL"])
    home = cache / "prefect"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OrchestratorError(
            f"The cache folder {cache} can't be made ({error.strerror}). Set CARTOGRAPHER_CACHE to another."
        ) from error
    before = dict(os.environ)
    wanted = _QUIET | (_WATCHED if is_there() else _UNWATCHED)
    # Whoever asks for Prefect's log on the terminal gets it.
    if "PREFECT_LOGGING_LEVEL" in os.environ:
        wanted.pop("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", None)
    for name, word in (wanted | {"PREFECT_HOME": str(home.resolve())}).items():
        os.environ.setdefault(name, word)
    server = None
    try:
        if not is_there():
            os.environ.update(_TEMPORARY)
            server = TemporaryServer(home)
            os.environ["PREFECT_API_URL"] = server.url
        yield server
    finally:
        if server:
            server.stop()
        os.environ.clear()
        os.environ.update(before)


def _ask(url: str) -> None:
    """See whether anybody answers, whatever it is."""
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/health", timeout=ANSWER_SECONDS):
            pass
    except urllib.error.HTTPError:
        return
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise OrchestratorError(
            f"No Prefect server answers at {url}, which PREFECT_API_URL names ({error}). Start it, or unset "
            "the variable: then the run has a temporary one."
        ) from error


def _app() -> Any:  # noqa: ANN401 - FastAPI's, which only the server's process imports
    """Prefect's API. What imports make is no garbage; looking for some in it was a third of the start."""
    gc.disable()
    from prefect.server.api.server import create_app  # noqa: PLC0415

    app = create_app()
    gc.freeze()
    gc.enable()
    return app


def _serve(listener: int) -> None:
    """Serve Prefect's API on an open socket until standard input ends, as it does when the parent is gone."""
    import uvicorn  # noqa: PLC0415 - only the server's process pays for it

    server = uvicorn.Server(
        uvicorn.Config(
            _app,
            factory=True,
            fd=listener,
            log_level="error",
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
    )

    def follow_parent() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=follow_parent, daemon=True).start()
    server.run()
    # All is written; Python would take its modules apart for a second, and the run would wait for that.
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
