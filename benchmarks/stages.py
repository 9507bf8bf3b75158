"""Where the time and the memory of reading go, stage by stage, from bytes to a published snapshot.

    python -m benchmarks.stages [PATH ...] [--repetitions 3]

A stage is timed over all documents that have been through those before it; the best of the repetitions
counts, since a machine is never faster than it is. Processor time, on one core where OPENBLAS_NUM_THREADS=1.
Memory is what the process holds after each step of loading and after all stages (resident set).
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psutil

from benchmarks.measure import markdown
from benchmarks.texts import SEEDS

if TYPE_CHECKING:
    from spacy.tokens import Doc

Value = TypeVar("Value")


def held() -> float:
    """Resident memory of this process, MiB."""
    gc.collect()
    return float(psutil.Process().memory_info().rss / 2**20)


class Stages:
    """Least seconds of each stage, over the repetitions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, job: Callable[[], Value]) -> Value:
        """Do a job, and remember what it took."""
        start = time.process_time()
        value = job()
        taken = time.process_time() - start
        self.seconds[name] = min(self.seconds.get(name, taken), taken)
        return value


def _through(component: Callable[[Doc], Doc], docs: list[Doc]) -> list[Doc]:
    whole = getattr(component, "pipe", None)
    return list(whole(docs)) if whole else [component(doc) for doc in docs]


def _one_by_one(components: Sequence[tuple[str, Callable[[Doc], Doc]]], docs: list[Doc]) -> dict[str, float]:
    """Seconds of each component; they change the Docs in place."""
    seconds = dict.fromkeys((name for name, _ in components), 0.0)
    for doc in docs:
        for name, component in components:
            start = time.process_time()
            component(doc)
            seconds[name] += time.process_time() - start
    return seconds


def main() -> None:
    """Print two Markdown tables."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("paths", nargs="*", default=[str(SEEDS)])
    reader.add_argument("--repetitions", type=int, default=3)
    asked = reader.parse_args()
    memory = {"Python": held()}
    from pipeline.annotate import _unread, concept_row, knowledge, language_pipeline  # noqa: PLC0415 - weighed
    from pipeline.extract import extract  # noqa: PLC0415
    from pipeline.parse import documents  # noqa: PLC0415
    from pipeline.records import Document, Payload  # noqa: PLC0415
    from pipeline.sources import payloads  # noqa: PLC0415
    from pipeline.store import write_shard  # noqa: PLC0415

    memory["libraries"] = held()
    nlp = language_pipeline()
    memory["language pipeline"] = held()
    knowledge()
    memory["knowledge base"] = held()
    found = [one for one in payloads(asked.paths) if isinstance(one, Payload)]
    stages = Stages()
    for ordinal in range(asked.repetitions):
        parsed = stages("parse", lambda: [one for payload in found for one in documents(payload)])
        texts = [one for one in parsed if isinstance(one, Document)]
        if not texts:
            sys.exit(f"No document in {', '.join(asked.paths)}.")
        docs = stages("tokenizer", lambda: [_unread(nlp, text) for text in texts])  # noqa: B023 - called at once
        batched = max(place for place, (_, one) in enumerate(nlp.pipeline) if hasattr(one, "pipe")) + 1
        for name, component in nlp.pipeline[:batched]:
            docs = stages(name, lambda: _through(component, docs))  # noqa: B023
        # As in `nlp.pipe`: what reads no batches takes each document through all that follows.
        for name, taken in _one_by_one(nlp.pipeline[batched:], docs).items():
            stages.seconds[name] = min(stages.seconds.get(name, taken), taken)
        rows = stages(
            "rows",
            lambda: [
                extract(doc, text, concepts=concept_row, extraction_key="0" * 32, run_id="benchmark")
                for text, doc in zip(texts, docs, strict=True)  # noqa: B023
            ],
        )
        with tempfile.TemporaryDirectory() as folder:
            stages("tables", lambda: write_shard(Path(folder), f"shard-{ordinal}", rows))  # noqa: B023
    memory["all stages"] = held()
    n_words = sum(len(text.text.split()) for text in texts)
    whole = sum(stages.seconds.values())
    print(f"{len(texts)} documents, {n_words:,} words\n")
    told = [
        [name, f"{1e6 * taken / n_words:.1f}", f"{taken / whole:.1%}"]
        for name, taken in stages.seconds.items()
    ]
    together = ["together", f"{1e6 * whole / n_words:.1f}", f"100% ({n_words / whole:,.0f} words/s)"]
    print(markdown(["stage", "µs a word", "share"], [*told, together]), end="\n\n")
    print(markdown(["memory after", "MiB"], [[name, f"{size:,.0f}"] for name, size in memory.items()]))


if __name__ == "__main__":
    main()
