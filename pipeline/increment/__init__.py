"""Increments: which of the documents that a run meets must be read, and which are kept.

A document is read when its id is new or its extraction key differs (`plan`). A payload that was parsed before
by the same code need not even be parsed to know the keys of its documents (`memo`).
"""

from pipeline.increment.memo import Memo
from pipeline.increment.plan import FirstMet, Increment, Met, duplicate_id

__all__ = ["FirstMet", "Increment", "Memo", "Met", "duplicate_id"]
