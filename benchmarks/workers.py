"""How much faster two workers are than one, here and on Dask; and how flat the coordinator's memory stays.

    python -m benchmarks.workers [FOLDER] [--documents N] [--repetitions R] [--memory N N …]

The documents of a folder (by default of `seeds/`) are repeated with other numbers in them until there are N.
Each repetition runs all three ways in turn into fresh output folders, so that a busy machine is busy for all;
the median ratio counts. One worker is a process of its own, too. For memory, N small documents are met by the
real coordinator, with a stand-in for the workers that writes the least rows.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from itertools import cycle
from pathlib import Path
from typing import Final

from pipeline import orchestrator
from pipeline.increment import Met
from pipeline.reading import Batch, Outcome, PartOutcome
from pipeline.records import Document, DocumentRow, Extraction, Payload
from pipeline.store import write_shard

ROOT: Final = Path(__file__).resolve().parent.parent
WAYS: Final = {
    "one worker": ["--workers", "1"],
    "two workers": ["--workers", "2"],
    "Dask, two workers": ["--cluster", "local:2"],
}


def varied(folder: Path, n_documents: int, out: Path) -> int:
    """Write so many documents, each with other numbers than the one that it was made of; their words."""
    sources = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".gold"]
    n_words = 0
    for ordinal, path in zip(range(n_documents), cycle(sources), strict=False):
        content = path.read_text("utf-8", errors="replace")
        if turn := ordinal // len(sources):
            content = re.sub(r"\b[2-9]\d\b", lambda found, turn=turn: str(int(found[0]) + turn % 10), content)
        (out / f"{ordinal:06d}{path.suffix}").write_text(content, "utf-8")
        n_words += len(content.split())
    return n_words


def seconds_of(arguments: Sequence[str], corpus: Path, cache: Path) -> float:
    """Seconds that a run tells of itself, from the lock to the snapshot."""
    with tempfile.TemporaryDirectory() as output:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "run", str(corpus), "-o", output, "--json", *arguments],
            cwd=ROOT,
            env=os.environ | {"CARTOGRAPHER_CACHE": str(cache)},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(done.stderr)
    return float(json.loads(done.stdout)["run"]["seconds"])


def compare(folder: Path, n_documents: int, repetitions: int) -> None:
    """Print seconds and ratios as a Markdown table."""
    with tempfile.TemporaryDirectory() as made:
        corpus = Path(made, "corpus")
        corpus.mkdir()
        n_words = varied(folder, n_documents, corpus)
        cache = Path(made, "cache")
        rounds = []
        for _ in range(repetitions):
            rounds.append({way: seconds_of(options, corpus, cache) for way, options in WAYS.items()})
            print(json.dumps(rounds[-1]), file=sys.stderr)
    print(f"{n_documents} documents, {n_words:,} words with mark-up, {os.cpu_count()} cores\n")
    print("| way | seconds (median) | times one worker (median) | range |")
    print("|---|---:|---:|---|")
    for way in WAYS:
        ratios = [one["one worker"] / one[way] for one in rounds]
        seconds = statistics.median(one[way] for one in rounds)
        span = f"{min(ratios):.2f}–{max(ratios):.2f}"
        print(f"| {way} | {seconds:.1f} | {statistics.median(ratios):.2f} | {span} |")


def stand_in(batch: Batch) -> Outcome:
    """What a worker does where memory is measured: one row a document, and nothing read in it."""
    parts, extractions = [], []
    for part in batch.parts:
        assert isinstance(part, Payload)
        name = part.source_uri.rpartition("/")[2]
        document = Document(name, part.source_uri, "text/plain", "news", part.body.decode(), ())
        met = Met.of(document, batch.fingerprint)
        empty = dict.fromkeys(field.name for field in fields(DocumentRow))
        told = {name: value for name, value in asdict(document).items() if name in empty}
        own = {"text_sha256": met.text_sha256, "extraction_key": met.key, "run_id": batch.run_id}
        row = DocumentRow(**(empty | told | own | {"n_chars": len(document.text)}))
        extractions.append(Extraction(row))
        parts.append(PartOutcome(read=(met,)))
    return Outcome((write_shard(batch.staging, batch.name, extractions),), tuple(parts))


def payloads_of(n_documents: int) -> Iterator[Payload]:
    """Small documents, no two alike, made as they are asked for."""
    for ordinal in range(n_documents):
        words = " ".join(f"w{(ordinal * 7919 + place * 104729) % 1_000_003}" for place in range(400))
        yield Payload(f"file:///made/{ordinal}", words.encode(), "text/plain")


def coordinator(n_documents: int, output: str) -> None:
    """Run the flow; print the most memory (MB) that this process took, before the run and with it."""
    with orchestrator.temporary_server(Path(output, "cache")) as server:
        # Not this module as `__main__`: workers must find the functions that they are sent.
        from benchmarks import workers as here  # noqa: PLC0415, PLW0406
        from pipeline.flows import build  # noqa: PLC0415 - Prefect reads its environment when it is imported
        from pipeline.reading.crew import Crew, Stages  # noqa: PLC0415 - as above

        @contextmanager
        def workers(n_workers: int) -> Iterator[Crew]:
            crew = Crew(n_workers, Stages(here.nothing, here.stand_in))
            yield crew
            crew.close()

        build.payloads = lambda _: payloads_of(n_documents)  # type: ignore[assignment]
        build.local_workers = workers  # type: ignore[assignment]
        if server:
            server.wait()
        before = _most_megabytes()
        build.build_tables(["made"], f"{output}/tables", workers=2)
        print(json.dumps([before, _most_megabytes()]))


def nothing() -> None:
    """What a stand-in prepares."""


def _most_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory(numbers: Sequence[int]) -> None:
    """Print the coordinator's memory as a Markdown table."""
    print("\n| documents | coordinator before, MB | at most, MB | grown by, MB |\n|---:|---:|---:|---:|")
    for n_documents in numbers:
        with tempfile.TemporaryDirectory() as output:
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.workers", "--coordinator", str(n_documents), output],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
        before, most = json.loads(done.stdout.splitlines()[-1])
        print(f"| {n_documents:,} | {before:,.0f} | {most:,.0f} | {most - before:,.0f} |")


def main() -> None:
    """Print the tables."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("folder", nargs="?", type=Path, default=ROOT / "seeds")
    reader.add_argument("--documents", type=int, default=500, metavar="N")
    reader.add_argument("--repetitions", type=int, default=3, metavar="R")
    reader.add_argument("--memory", type=int, nargs="*", default=[1_000, 5_000, 20_000], metavar="N")
    reader.add_argument("--coordinator", nargs=2, help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.coordinator:
        coordinator(int(given.coordinator[0]), given.coordinator[1])
        return
    if given.repetitions:
        compare(given.folder, given.documents, given.repetitions)
    memory(given.memory)


if __name__ == "__main__":
    main()
