"""How much faster two workers are than one, here and on Dask; and how flat the coordinator's memory stays.

    python -m benchmarks.workers [FOLDER] [--documents N] [--repetitions R] [--memory N N …]

The documents of a folder (by default of `seeds/`) are repeated with other numbers in them until there are N.
Each repetition runs all three ways in turn into fresh output folders, so that a busy machine is busy for all;
the median ratio counts. One worker is a process of its own, too. Beside it stands how long all processes of a
run kept processors busy, orchestrator and start included: on as many cores as there are workers, it takes no
less than that divided by them. For memory, N small documents are met by the
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
from typing import Final, NamedTuple

import pandas as pd

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


def varied(folder: Path, n_documents: int, out: Path) -> None:
    """Write so many documents, each with other numbers than the one that it was made of."""
    sources = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".gold"]
    for ordinal, path in zip(range(n_documents), cycle(sources), strict=False):
        content = path.read_text("utf-8", errors="replace")
        if turn := ordinal // len(sources):
            content = re.sub(r"\b[2-9]\d\b", lambda found, turn=turn: str(int(found[0]) + turn % 10), content)
        (out / f"{ordinal:06d}{path.suffix}").write_text(content, "utf-8")


#: Documents of a large corpus, and words of each: PubMed's abstracts, and the open papers of PMC.
CORPORA: Final = {"PubMed": (36_000_000, 200), "PMC OA": (5_000_000, 5_000)}
CORES: Final = 16


class Taken(NamedTuple):
    """What a run took.

    Attributes:
        seconds: from the lock to the snapshot.
        cpu_seconds: of processors, by all its processes from start to end.
        n_words: words in its table of documents.
    """

    seconds: float
    cpu_seconds: float
    n_words: int


def taken_by(arguments: Sequence[str], corpus: Path, cache: Path) -> Taken:
    """Run the command into a fresh output folder."""
    before = _cpu_seconds()
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
        texts = pd.read_parquet(Path(output, "latest", "documents"), columns=["text"])["text"]
    cpu_seconds = _cpu_seconds() - before
    return Taken(
        json.loads(done.stdout)["run"]["seconds"], cpu_seconds, int(texts.str.split().str.len().sum())
    )


def _cpu_seconds() -> float:
    """Of all processes that this one has started, and that have ended."""
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime


def compare(folder: Path, n_documents: int, repetitions: int) -> None:
    """Print seconds and ratios, and what follows for large corpora, as Markdown tables."""
    with tempfile.TemporaryDirectory() as made:
        corpus = Path(made, "corpus")
        corpus.mkdir()
        varied(folder, n_documents, corpus)
        rounds: list[dict[str, Taken]] = []
        for _ in range(repetitions):
            rounds.append(
                {way: taken_by(options, corpus, Path(made, "cache")) for way, options in WAYS.items()}
            )
            print(json.dumps(rounds[-1]), file=sys.stderr)
    first = next(iter(WAYS))
    n_words = rounds[0][first].n_words
    print(f"{n_documents} documents, {n_words:,} words, {os.cpu_count()} cores\n")
    print("| way | seconds (median) | of processors | words a second | times one worker (median) | range |")
    print("|---|---:|---:|---:|---:|---|")
    for way in WAYS:
        ratios = [one[first].seconds / one[way].seconds for one in rounds]
        seconds = statistics.median(one[way].seconds for one in rounds)
        told = f"{statistics.median(ratios):.2f} | {min(ratios):.2f}–{max(ratios):.2f}"
        busy = statistics.median(one[way].cpu_seconds for one in rounds)
        print(f"| {way} | {seconds:.1f} | {busy:.1f} | {n_words / seconds:,.0f} | {told} |")
    plan(n_words / statistics.median(one[first].seconds for one in rounds))


def plan(words_per_second: float) -> None:
    """Print the hours that large corpora take, if one core reads so many words a second."""
    print(f"\nA million words take a core {1e6 / words_per_second:,.0f} s. Hours for all:\n")
    print(f"| machines of {CORES} cores | {' | '.join(CORPORA)} |\n|---:|{'---:|' * len(CORPORA)}")
    for n_machines in (1, 10, 100):
        speed = words_per_second * CORES * n_machines
        hours = (n_documents * n_words / speed / 3600 for n_documents, n_words in CORPORA.values())
        print(f"| {n_machines} | {' | '.join(f'{one:,.1f}' for one in hours)} |")


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
        from pipeline.building import run  # noqa: PLC0415 - Prefect reads its environment when it is imported
        from pipeline.flows import build_tables  # noqa: PLC0415 - as above
        from pipeline.reading.crew import Crew, Stages  # noqa: PLC0415 - as above

        @contextmanager
        def workers(n_workers: int) -> Iterator[Crew]:
            crew = Crew(n_workers, Stages(here.nothing, here.stand_in))
            yield crew
            crew.close()

        run.payloads = lambda _: payloads_of(n_documents)  # type: ignore[assignment]
        run.local_workers = workers  # type: ignore[assignment]
        if server:
            server.wait()
        before = _most_megabytes()
        build_tables(["made"], f"{output}/tables", workers=2)
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
