"""The log of a run: one JSON object an event, in a file of its own.

OUTPUT/logs/<run_id>.jsonl     event, level, time and run id, and what belongs to the event
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

from pipeline.settings import settings

LOGS: Final = "logs"
_RENAMED: Final = {"message": "event", "levelname": "level"}


class RunLog:
    """Takes down what happens in a run; it may be called from any thread, and never fails."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def say(self, event: str, level: int = logging.INFO, **told: object) -> None:
        """Take down an event.

        Args:
            event: what happened, in few words that are always the same: `batch read`.
            level: of `logging`.
            **told: what belongs to it; plain values.
        """
        self._logger.log(level, event, extra={"told": told})


@contextmanager
def run_log(output: Path, run_id: str, others: Sequence[logging.Handler] = ()) -> Iterator[RunLog]:
    """The log of a run that writes into an output folder; logs of runs long past are removed.

    Args:
        output: the folder.
        run_id: the run.
        others: hear of it as well; what belongs to an event is the attribute `told` of its record.
    """
    # Apart from the loggers that the rest of the process may have set up.
    logger = logging.Logger("cartographer")
    folder = output / LOGS
    handlers = list(others)
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_old(folder, settings().kept_logs - 1)
        handlers.append(_ToFile(folder / f"{run_id}.jsonl", run_id))
    for handler in handlers:
        logger.addHandler(handler)
    try:
        yield RunLog(logger)
    finally:
        for handler in handlers:
            handler.close()


def _remove_old(folder: Path, n_kept: int) -> None:
    logs = sorted(folder.glob("*.jsonl"))
    for path in logs[: max(0, len(logs) - n_kept)]:
        path.unlink(missing_ok=True)


class _ToFile(logging.FileHandler):
    """Writes JSON lines."""

    def __init__(self, path: Path, run_id: str) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")
        self.setFormatter(_Lines(run_id))

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base's signature
        """A full disk must not break a run that could do without its log."""


class _Lines(JsonFormatter):
    def __init__(self, run_id: str) -> None:
        super().__init__(
            "{message}{levelname}",
            style="{",
            rename_fields=_RENAMED,
            static_fields={"run_id": run_id},
            timestamp="at",
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """What belongs to the event stands beside it."""
        told: dict[str, Any] = log_data.pop("told", {})
        return log_data | told
