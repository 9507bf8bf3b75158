"""Payloads in batches become shards, in processes that are watched; a bad document costs only itself.

`batches` says what is read together, `documents` reads it, `worker` is a process that does so under limits of
time and memory, `crew` keeps several of them and finds the document that broke one, `cluster` has the same
done on machines elsewhere.
"""

from pipeline.reading.batches import Batch, Opened, Outcome, Part, PartOutcome, Step, steps
from pipeline.reading.crew import Reader, local_workers
from pipeline.reading.dropping import without

__all__ = [
    "Batch",
    "Opened",
    "Outcome",
    "Part",
    "PartOutcome",
    "Reader",
    "Step",
    "local_workers",
    "steps",
    "without",
]
