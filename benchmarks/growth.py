"""How time and memory grow: with the number of documents, with their length, and when a run is repeated.

    python -m benchmarks.growth [--texts FOLDER] [--sizes 10 100 1000 10000] [--words 100] [--repetitions 2]

Each run is `cartographer run` in a process of its own with one worker. Times are those of processors, of all
processes of a run together, so that what else the machine does hardly matters. What a word costs is told of
the words that a size has more than the one before, so that starting and warming up count in neither. "Nothing
new" repeats the run, and "ten new" adds ten documents, both with their starting. Lengths are measured in one
process: reading, from text to rows, of documents from a post of 40 words to a report of 200 pages, those of a
length together, as a run hands them over.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

from benchmarks.measure import Ran, Spread, markdown, ran
from benchmarks.texts import LENGTHS, SEEDS, made_texts, write_texts


def by_number(work: Path, source: Path, sizes: list[int], n_words: int, repetitions: int) -> str:
    """Runs over more and more documents, then again, then with ten more."""
    one = work / "one"
    write_texts(one, source, 1, n_words, seed=1)
    # The first run of all sets up the orchestrator's database.
    _run(one, str(work / "tables-one"))
    rows = []
    before, known_each = (0, [0.0] * repetitions), 0.0
    for size in sizes:
        folder = work / f"texts-{size}"
        total = write_texts(folder, source, size, n_words)
        taken, peaks, again, more = [], [], [], []
        for ordinal in range(repetitions):
            tables = str(work / f"tables-{size}-{ordinal}")
            first = _run(folder, tables)
            taken.append(first.cpu_seconds)
            peaks.append(first.peak_bytes / 2**20)
            again.append(_run(folder, tables).cpu_seconds)
            added = work / f"added-{size}-{ordinal}"
            write_texts(added, source, 10, n_words, seed=1_000 + ordinal)
            more.append(_run(added, tables).cpu_seconds)
        n_before, taken_before = before
        grown = [now - then for now, then in zip(taken, taken_before, strict=True)]
        each = Spread.of([1_000 * one_grown / (total - n_before) for one_grown in grown])
        shares = [one_more / one for one_more, one in zip(again, taken, strict=True)]
        rows.append(
            [
                f"{size:,}",
                Spread.of(taken).shown(".1f"),
                each.shown(".3f") if n_before else "–",
                f"{each.median / known_each:.2f}" if known_each else "–",
                Spread.of(peaks).shown(),
                Spread.of(again).shown(".1f"),
                f"{Spread.of(shares).median:.1%}",
                Spread.of(more).shown(".1f"),
            ]
        )
        known_each = each.median if n_before else 0.0
        before = total, taken
    header = [
        "documents",
        "first run, s with starting",
        "ms a word more than above",
        "times that above",
        "peak MiB",
        "nothing new, s with starting",
        "share of the first run",
        "ten new, s with starting",
    ]
    return markdown(header, rows)


def _run(folder: Path, tables: str) -> Ran:
    return ran([sys.executable, "-m", "pipeline", "run", str(folder), "--output", tables])


def by_length(source: Path, repetitions: int) -> str:
    """Reading of documents of growing length."""
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
            payloads = [
                Payload(f"file:///text-{place}.txt", text.encode(), "text/plain")
                for place, text in enumerate(texts)
            ]
            parsed = (one for payload in payloads for one in documents(payload) if isinstance(one, Document))
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
    reader.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1_000, 10_000])
    reader.add_argument("--words", type=int, default=100)
    reader.add_argument("--repetitions", type=int, default=2)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print(by_number(Path(name), asked.texts, asked.sizes, asked.words, asked.repetitions), end="\n\n")
    print(by_length(asked.texts, asked.repetitions))


if __name__ == "__main__":
    main()
