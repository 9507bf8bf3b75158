"""A process that works for this one, under limits: where it hangs, or is killed, it is replaced.

It is started by its command line, not by `multiprocessing`: so it can be started from anywhere (threads,
notebooks, workers of Dask, which may have no children), and runs nothing of the caller's main module.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final, TypeVar

from pipeline.errors import ModelError

A = TypeVar("A")
T = TypeVar("T")

# Python's imports and the models take 4 s; a loaded machine gets many times that.
_STARTUP_SECONDS: Final = 180
# How often a process is started that dies while it loads: killed for another's hunger for memory, say.
_STARTS: Final = 3
#: One worker is one core's worth of work; libraries that start a thread a core would take the others' share.
_ONE_THREAD: Final = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Exit code of a worker that was refused memory: what a shell says of a process that was killed for it.
_OUT_OF_MEMORY: Final = 137
_PROGRAM: Final = "import sys; from pipeline.reading.worker import serve; serve(int(sys.argv[1]))"


class Lost(Exception):  # noqa: N818 - an event that the crew deals with, no error of a person
    """The process has died or was ended. The message says why, as the cause of a document's failure."""


class _InWorker(Exception):  # noqa: N818 - it only carries a text
    """The traceback of an error that was raised in a worker, for `--debug`."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class Worker:
    """A process that is started when it is needed, and anew when it was lost.

    Args:
        prepare: called in the process before anything else; what it raises is raised by the first call.
        max_bytes: memory that the process may take, about; 0 for no limit.

    Attributes:
        n_calls: calls that the process has had.
    """

    def __init__(self, prepare: Callable[[], None], max_bytes: int = 0) -> None:
        self._prepare = prepare
        self._max_bytes = max_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._is_ready = False
        self._is_ended = False
        self.n_calls = 0

    def start(self) -> None:
        """Start the process, if there is none, without waiting for it; `Lost` where the worker has ended."""
        if self._process is not None:
            return
        if self._is_ended:
            raise Lost("the run has ended")
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
        is_debugged = bool(os.environ.get("CARTOGRAPHER_DEBUG"))
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno())],
                env=os.environ | _ONE_THREAD | {"PYTHONPATH": path},
                pass_fds=[theirs.fileno()],
                # The process ends when its standard input does, so that it does not outlive this one.
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                # What a library says while it breaks is told by the exit code.
                stderr=None if is_debugged else subprocess.DEVNULL,
                # Ctrl-C is for the run, which ends its workers.
                start_new_session=True,
            )
        self._connection = Connection(ours.detach())
        self._is_ready, self.n_calls = False, 0
        # One that died at once is met by the first call.
        with contextlib.suppress(Lost):
            self._send((self._prepare, self._max_bytes))

    def call(self, function: Callable[[A], T], argument: A, seconds: float) -> T:
        """What a function gives in the process; both, and the result, must be fit to be pickled.

        Raises:
            Lost: the process died, or had no answer in time and was ended.
            ModelError: the process can't be started.
            Exception: what the function raised.
        """
        self._become_ready()
        self.n_calls += 1
        try:
            self._send((function, argument))
            result: T = self._answer(seconds)
        except Lost:
            self.close()
            raise
        return result

    def end(self) -> None:
        """End the process, at once, and let nobody start another one."""
        self._is_ended = True
        self.close()

    def close(self) -> None:
        """End the process, at once; the next call starts another one."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        self._is_ready = False
        if process is not None and connection is not None:
            process.kill()
            process.wait()
            if process.stdin is not None:
                process.stdin.close()
            connection.close()

    def _become_ready(self) -> None:
        """Wait until the process is ready; one that is killed while it loads is started anew."""
        if self._is_ready:
            return
        for left in reversed(range(_STARTS)):
            self.start()
            try:
                self._answer(_STARTUP_SECONDS)
            except Lost as lost:
                self.close()
                if not left:
                    raise ModelError(
                        f"A process that reads can't be started: {lost}. It needs some 500 MB of memory "
                        "(CARTOGRAPHER_MAX_WORKER_BYTES limits it); with CARTOGRAPHER_DEBUG=1 it says more."
                    ) from lost
            except BaseException:
                self.close()
                raise
            else:
                self._is_ready = True
                return

    def _send(self, message: object) -> None:
        assert self._connection is not None
        try:
            self._connection.send_bytes(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
        except OSError as error:
            raise Lost(self._cause_of_death()) from error

    def _answer(self, seconds: float) -> Any:  # noqa: ANN401 - whatever the function gives
        assert self._connection is not None
        try:
            if not self._connection.poll(seconds):
                raise Lost(f"it took longer than the {seconds:g} s that a document may take")
            has_worked, value, told = self._connection.recv()
        except (EOFError, OSError) as error:
            raise Lost(self._cause_of_death()) from error
        if has_worked:
            return value
        raise value from _InWorker(told)

    def _cause_of_death(self) -> str:
        assert self._process is not None
        code = self._process.wait()
        if code == _OUT_OF_MEMORY:
            return f"it needs more than the {self._max_bytes:,} bytes of memory that a worker may take"
        how = f"was ended by signal {-code}" if code < 0 else f"left with code {code}"
        return f"the process that read it {how} (out of memory, or a fault in a library?)"


def serve(descriptor: int) -> None:
    """The process: prepare, then do what is asked for, until the other side is gone."""
    threading.Thread(target=_follow_parent, daemon=True).start()
    connection = Connection(descriptor)
    prepare, max_bytes = pickle.loads(connection.recv_bytes())

    def begin(_: None) -> None:
        prepare()
        if max_bytes:
            _limit_memory(max_bytes)

    connection.send_bytes(_reply(begin, None))
    while True:
        try:
            message = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(_reply(*pickle.loads(message)))


def _reply(function: Callable[[A], T], argument: A) -> bytes:
    """What a function gives, or what it raises and where."""
    try:
        return pickle.dumps((True, function(argument), ""), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        # The heap is full of what was read so far: let another process go on.
        os._exit(_OUT_OF_MEMORY)
    except Exception as error:
        told = "".join(traceback.format_exception(error))
        try:
            message = pickle.dumps((False, error, told))
            pickle.loads(message)
        except Exception:
            message = pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}"), told))
        return message


def _limit_memory(max_bytes: int) -> None:
    """Make the system refuse memory beyond the limit, where it can (Linux).

    It counts private pages that were asked for, used or not, and libraries ask for a gigabyte that they never
    touch: so much is allowed on top.
    """
    try:
        import resource  # noqa: PLC0415 - not there on every system

        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        fields = dict(line.split(":", 1) for line in lines if line.startswith("Vm"))
        asked_for, touched = (int(fields[name].split()[0]) * 1024 for name in ("VmData", "VmRSS"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (max_bytes + max(0, asked_for - touched), hard))
    except (ImportError, OSError, KeyError, ValueError):
        return


def _follow_parent() -> None:
    """End with the process that started this one, whatever this one is doing."""
    sys.stdin.buffer.read()
    os._exit(1)
