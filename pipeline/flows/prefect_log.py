"""What happens in a run, on Prefect's page."""

from __future__ import annotations

import logging

from prefect.exceptions import MissingContextError
from prefect.logging import get_run_logger


def handlers() -> list[logging.Handler]:
    """One that hands events to the logger of the flow run; none outside of one."""
    try:
        return [_ToPrefect(get_run_logger())]
    except MissingContextError:
        return []


class _ToPrefect(logging.Handler):
    """Writes events as `batch read: batch=b000001 documents=12`."""

    def __init__(self, logger: logging.Logger | logging.LoggerAdapter[logging.Logger]) -> None:
        super().__init__()
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on."""
        told: dict[str, object] = getattr(record, "told", {})
        words = " ".join(f"{name}={value}" for name, value in told.items())
        self._logger.log(record.levelno, "%s: %s", record.getMessage(), words)
