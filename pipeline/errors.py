"""What can go wrong, as one tree with exit codes: a user's mistake has no traceback, a bug has one."""

from __future__ import annotations


class CartographerError(Exception):
    """A problem that a person can mend. The message says what happened and what to do next."""

    exit_code = 1


class UsageError(CartographerError):
    """The command line or a setting asks for something that can't be done."""

    exit_code = 2


class SourceError(CartographerError):
    """An input can't be found or fetched."""

    exit_code = 3


class ParseError(CartographerError):
    """Bytes that are not the document they claim to be."""

    exit_code = 4


class FailureShareError(ParseError):
    """More of what a run met could not be read than is allowed. What could be read has been published."""


class ModelError(CartographerError):
    """The language pipeline or the knowledge base is missing, incomplete or of another version."""

    exit_code = 5


class StoreError(CartographerError):
    """The output folder is locked, full, or holds something that is no store."""

    exit_code = 6


class TableError(StoreError):
    """Rows that break the table contract."""


class ReconcileError(StoreError):
    """Counts that do not add up: a document would have been lost without a word."""


class GoldError(CartographerError):
    """Gold annotations that can't be read strictly."""

    exit_code = 7


class OrchestratorError(CartographerError):
    """Prefect's server can't be started or reached."""

    exit_code = 8


class FloorError(CartographerError):
    """A score is below its floor, or what was scored is not what the floor was set on."""

    exit_code = 9


class DamageError(CartographerError):
    """A snapshot is not what its manifest and the table contract say."""

    exit_code = 10
