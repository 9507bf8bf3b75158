"""How time and memory grow: with the number of documents, with their length, and when a run is repeated.

    python -m benchmarks.growth [--texts FOLDER] [--sizes 10 100 1000] [--words 250] [--repetitions 2]

Each run is `cartographer run` in a process of its own with one worker. The time of a run over one document,
taken beside, is what starting costs; it is subtracted where words/s are told. "Nothing new" repeats the run,
"ten new" adds ten documents to it. Lengths are measured in one process: reading, from text to rows, of
documents from a post of 40 words to a report of 200 pages.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

from benchmarks.measure import Spread, markdown, ran
from benchmarks.texts import LENGTHS, SEEDS, made_texts, write_texts


def by_number(work: Path, source: Path, sizes: list[int], n_words: int, repetitions: int) -> str:
    """Runs over more and more documents, then again, then with ten more."""
    one = work / "one"
    write_texts(one, source, 1, n_words, seed=1)
    rows = []
    for size in sizes:
        folder = work / f"texts-{size}"
        total = write_texts(folder, source, size, n_words)
        starts, first, again, more, peaks = [], [], [], [], []
        for ordinal in range(repetitions):
            tables = str(work / f"tables-{size}-{ordinal}")
            starts.append(_run(one, str(work / f"one-{size}-{ordinal}"))[0])
            seconds, peak = _run(folder, tables)
            first.append(seconds)
            peaks.append(peak / 2**20)
            again.append(_run(folder, tables)[0])
            added = work / f"added-{size}-{ordinal}"
            write_texts(added, source, 10, n_words, seed=1_000 + ordinal)
            more.append(_run(added, tables)[0])
        net = [max(taken - start, 1e-9) for taken, start in zip(first, starts, strict=True)]
        rows.append(
            [
                f"{size:,}",
                Spread.of([total / taken for taken in net]).shown(),
                Spread.of(peaks).shown(),
                Spread.of(first).shown(".1f"),
                Spread.of(again).shown(".1f"),
                f"{Spread.of(again).median - Spread.of(starts).median:.1f}",
                Spread.of(more).shown(".1f"),
            ]
        )
    header = [
        "documents",
        "words/s",
        "peak MiB",
        "first run s",
        "nothing new s",
        "less starting",
        "ten new s",
    ]
    return markdown(header, rows)


def _run(folder: Path, tables: str) -> tuple[float, int]:
    done = ran([sys.executable, "-m", "pipeline", "run", str(folder), "--output", tables])
    return done.seconds, done.peak_bytes


def by_length(source: Path, repetitions: int) -> str:
    """Reading of single documents of growing length."""
    from pipeline.annotate import annotate, concept_row, knowledge, language_pipeline  # noqa: PLC0415 - after the runs
    from pipeline.extract import extract  # noqa: PLC0415
    from pipeline.parse import documents  # noqa: PLC0415
    from pipeline.records import Document, Payload  # noqa: PLC0415

    language_pipeline()
    knowledge()
    rows = []
    for kind, n_words in LENGTHS.items():
        n_texts = max(1, 20_000 // n_words)
        speeds = []
        for ordinal in range(repetitions + 1):
            texts = list(made_texts(source, n_texts, n_words, seed=ordinal))
            start = time.process_time()
            for place, text in enumerate(texts):
                payload = Payload(f"file:///text-{place}.txt", text.encode(), "text/plain")
                parsed = [one for one in documents(payload) if isinstance(one, Document)]
                for document, doc in annotate(parsed):
                    extract(doc, document, concepts=concept_row, extraction_key="0" * 32, run_id="benchmark")
            if ordinal:
                speeds.append(sum(len(text.split()) for text in texts) / (time.process_time() - start))
        rows.append([kind, f"{n_words:,}", Spread.of(speeds).shown()])
    return markdown(["kind", "words", "words/s"], rows)


def main() -> None:
    """Print two Markdown tables."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("--texts", type=Path, default=SEEDS)
    reader.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1_000])
    reader.add_argument("--words", type=int, default=250)
    reader.add_argument("--repetitions", type=int, default=2)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(by_number(Path(name), asked.texts, asked.sizes, asked.words, asked.repetitions), end="\n\n")
    print(by_length(asked.texts, asked.repetitions))


if __name__ == "__main__":
    main()
