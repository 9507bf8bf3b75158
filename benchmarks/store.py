"""What the store's part of a run costs, by how many documents are there; no language pipeline.

    python benchmarks/store.py [--documents 1000 10000 100000] [--repetitions 5]

Stores of several sizes are filled with made-up abstracts (1,600 characters, 12 sentences, 15 mentions), as
many to a shard as a batch of a run holds, and compacted. In each, a run without changes, one that adds ten
documents and one that changes ten are published, some times over. The least time of each is printed (what
else the machine does only adds to it), and how many times that of the smallest store it is, alone and with
the reading of ten documents; then a run without changes against reading all documents once. Reading is taken
to be a quarter of a second a document.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import tables
from pipeline.duplicates import bands
from pipeline.records import (
    AdverseEventRow,
    CohortRow,
    ConceptRow,
    DocumentRow,
    Extraction,
    MentionRow,
    RelationRow,
    RunRow,
    SectionRow,
    SentenceRow,
    StudyRow,
)
from pipeline.store import ShardInfo, Store
from pipeline.store.files import write_parquet
from pipeline.store.index import INDEX, index_of

#: Documents in a shard: a batch of a million characters.
PER_SHARD: Final = 600
#: Seconds that reading a document is taken to need; papers take longer, abstracts less.
READING_SECONDS: Final = 0.25
_MARK: Final = "@"
_SENTENCE: Final = (
    "In a phase 1 study of CD19 CAR-T cells, 12 patients with systemic lupus erythematosus were treated and "
    "two had cytokine release syndrome of grade 2. "
)
_WORD: Final = "word{}"
_WORDS: Final = 20_000
_SENTENCES: Final = 12
_MENTIONS: Final = 15


def template() -> dict[str, pa.Table]:
    """The tables of one shard, and its index. Ids begin with a mark, to be replaced shard by shard."""
    extractions = [_document(f"{_MARK}-{ordinal}") for ordinal in range(PER_SHARD)]
    return {INDEX: index_of(extractions), **tables.tables_of(extractions)}


def _document(doc_id: str) -> Extraction:
    text = _SENTENCE * _SENTENCES
    length = len(_SENTENCE)
    sentence, section, cohort = f"{doc_id}#s0", f"{doc_id}#x0", f"{doc_id}#c0"
    mention = f"{doc_id}#m0"
    concepts = tuple(
        ConceptRow(f"TEST:{n}", "DISEASE", f"disease {n}", (), "TEST", "1", None) for n in range(5)
    )
    return Extraction(
        document=DocumentRow(
            doc_id, f"file:///in/{doc_id}.txt", "text/plain", "abstract", text, "0" * 64, len(text),
            f"key of {doc_id}", "run", None, None, None, None, None, None, None, (), "en", None, None,
        ),
        sections=(SectionRow(section, doc_id, 0, "body", 0, len(text), None, None),),
        sentences=tuple(
            SentenceRow(f"{doc_id}#s{n}", doc_id, section, n * length, (n + 1) * length - 1, _SENTENCE[:-1])
            for n in range(_SENTENCES)
        ),
        mentions=tuple(
            MentionRow(
                f"{doc_id}#m{n}", doc_id, sentence, "DISEASE", "lupus", n, n + 5, "model", "present", "human",
                0.9, f"TEST:{n % 5}", 0.9, None, None,
            )
            for n in range(_MENTIONS)
        ),
        concepts=concepts,
        relations=tuple(
            RelationRow(
                f"{doc_id}#r{n}", doc_id, sentence, "treats", mention, mention, "present", "human", 0.9,
                "tested", "TEST:0", "TEST:1",
            )
            for n in range(5)
        ),
        cohorts=(
            CohortRow(
                cohort, doc_id, sentence, mention, 12, "=", "patients", "treated", "human", "TEST:0", None
            ),
        ),
        adverse_events=tuple(
            AdverseEventRow(
                f"{doc_id}#a{n}", doc_id, sentence, mention, "cytokine release syndrome", "present", "human",
                "TEST:2", 2, 2, 2, 12, None, None, cohort,
            )
            for n in range(2)
        ),
        studies=(
            StudyRow(f"{doc_id}#t0", doc_id, "human", "1", (), None, None, (), (), 12, "treated", cohort),
        ),
    )  # fmt: skip


class Bench:
    """A store that runs are published into.

    Attributes:
        n_shards: shards of new documents so far; the documents of shard 7 are `7-0`, `7-1`, …
    """

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.n_shards = 0
        self._model = template()
        self._chance = np.random.default_rng(1)
        self._n_runs = 0

    def run(self, n_new: int = 0, per_shard: int = PER_SHARD, again: Sequence[str] = ()) -> float:
        """Publish a run as the flow does; seconds without the writing of its shards, which workers do.

        Args:
            n_new: new documents.
            per_shard: how many of them come in one shard.
            again: documents that are read again.
        """
        self._n_runs += 1
        run_id = f"run-{self._n_runs:06d}"
        at = datetime.now(timezone.utc)
        batches = [list(again)] if again else []
        for first in range(0, n_new, per_shard):
            size = min(per_shard, n_new - first)
            batches.append([f"{self.n_shards}-{ordinal}" for ordinal in range(size)])
            self.n_shards += 1
        start = time.perf_counter()
        with self.store.writer(run_id) as writer:
            index = writer.previous.index() if writer.previous else {}
            entered = time.perf_counter()
            shards = [self._shard(writer.staging, f"b{n:06d}", ids, run_id) for n, ids in enumerate(batches)]
            written = time.perf_counter()
            unchanged = len(index) - len(again)
            counts = (n_new + len(index), n_new, len(again), unchanged, 0, 0)
            run = RunRow(run_id, at, at, "0", "f", *counts, 0.0)
            writer.publish(run=run, failures=[], replaced=again, removed=[], shards=shards)
        return time.perf_counter() - start - (written - entered)

    def _shard(self, staging: Path, name: str, doc_ids: Sequence[str], run_id: str) -> ShardInfo:
        """A shard like that of a worker. Signatures are noise: nobody repeats anybody."""
        files = {}
        for table, model in self._model.items():
            (staging / table).mkdir(exist_ok=True)
            rows = model
            if table != "concepts":
                rows = pa.concat_tables(_filled_in(model, doc_ids, run_id)).unify_dictionaries()
            if table == INDEX:
                rows = _signed(rows, self._chance)
            elif table in ("documents", "sentences"):
                rows = self._noisy(rows)
            files[table] = write_parquet(staging / table / f"{name}.parquet", rows)
        return ShardInfo(name, tuple(doc_ids), (run_id,), files)

    def _noisy(self, rows: pa.Table) -> pa.Table:
        """The rows with texts that compress as prose does."""
        place = rows.schema.get_field_index("text")
        n_words = len(rows["text"][0].as_py().split())
        words = self._chance.zipf(1.3, (rows.num_rows, n_words)) % _WORDS
        texts = [" ".join(map(_WORD.format, line)) for line in words.tolist()]
        return rows.set_column(place, rows.schema.field(place), pa.array(texts))


def _filled_in(model: pa.Table, doc_ids: Sequence[str], run_id: str) -> Iterator[pa.Table]:
    """The rows of the template for some documents, in order."""
    for shard, group in groupby(doc_ids, lambda doc_id: doc_id.partition("-")[0]):
        wanted = pa.array([f"{_MARK}-{doc_id.partition('-')[2]}" for doc_id in group])
        rows = model.filter(pc.is_in(model["doc_id"].cast(pa.string()), value_set=wanted))
        columns = []
        for field, column in zip(rows.schema, rows.columns, strict=True):
            plain = column.cast(pa.string()) if pa.types.is_dictionary(field.type) else column
            if field.name == "run_id":
                plain = pa.array([run_id] * rows.num_rows)
            elif pa.types.is_string(plain.type) and field.name != "text":
                plain = pc.replace_substring(plain, _MARK, shard)
            columns.append(plain.cast(field.type))
        yield pa.Table.from_arrays(columns, schema=rows.schema)


def _signed(index: pa.Table, chance: np.random.Generator) -> pa.Table:
    signatures = [chance.bytes(512) for _ in range(index.num_rows)]
    for name, values in (("signature", signatures), ("bands", [bands(one) for one in signatures])):
        place = index.schema.get_field_index(name)
        field = index.schema.field(place)
        index = index.set_column(place, field, pa.array(values, field.type))
    return index


def measure(folder: Path, n_documents: int, repetitions: int) -> dict[str, float]:
    """Least seconds by what was done, in a store of one size."""
    bench = Bench(folder)
    filling = bench.run(n_documents)
    start = time.perf_counter()
    bench.store.compact()
    compacting = time.perf_counter() - start
    chance = np.random.default_rng(2)
    seconds: dict[str, list[float]] = {"unchanged": [], "add ten": [], "change ten": []}
    for _ in range(repetitions):
        seconds["unchanged"].append(bench.run())
        seconds["add ten"].append(bench.run(10))
        shards = chance.choice(n_documents // PER_SHARD, 10, replace=n_documents < 10 * PER_SHARD)
        again = sorted({f"{shard}-{chance.integers(PER_SHARD)}" for shard in shards})
        seconds["change ten"].append(bench.run(again=again))
    first = {"first publish": filling, "compaction": compacting}
    return first | {name: min(taken) for name, taken in seconds.items()}


def main() -> None:
    """Fill stores, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000, 100_000], metavar="N")
    reader.add_argument("--repetitions", type=int, default=5, metavar="N")
    asked = reader.parse_args()
    smallest: dict[str, float] = {}
    for n_documents in asked.documents:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(Path(folder) / "store", n_documents, asked.repetitions)
        smallest = smallest or seconds
        print(f"{n_documents:,} documents")
        for name, taken in seconds.items():
            reading = 10 * READING_SECONDS if name.endswith("ten") else 0.0
            whole = (taken + reading) / (smallest[name] + reading)
            with_reading = f"  {whole:4.2f}× with the reading" if reading else ""
            print(f"  {name:<14} {taken:7.3f} s  {taken / smallest[name]:6.2f}×{with_reading}")
        share = seconds["unchanged"] / (n_documents * READING_SECONDS)
        print(f"  unchanged / reading all once  {share:.3%}", flush=True)


if __name__ == "__main__":
    main()
