"""All benchmarks in one run, told as a page.

    python -m benchmarks [--texts FOLDER] [--quick] [--write docs/benchmarks.md]

FOLDER gives the texts (papers, abstracts, news; the seeds unless named). With `--quick` everything is
measured once on little, to see that it works. With `--only` the other parts of a page that is there stay.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.measure import ROOT, machine
from benchmarks.texts import SEEDS


class Part(NamedTuple):
    """One benchmark of the page.

    Attributes:
        title: its heading.
        told: what the reader should know of it.
        command: module and arguments; `{texts}` stands for the folder.
        quick: the same for a quick look.
    """

    title: str
    told: str
    command: str
    quick: str


PARTS: Final = (
    Part(
        "To the limit",
        "Files to a published snapshot with one worker, against the mention heads alone on the same texts.",
        "limit --texts {texts} --documents 300 --words 4000 --repetitions 3",
        "limit --texts {texts} --documents 3 --words 500",
    ),
    Part(
        "Beside a scispaCy-shaped script",
        "Both from files to Parquet, Cartographer with all facts (`benchmarks/peers.py` tells more).",
        "peers {texts} --repetitions 2",
        "peers {texts} --repetitions 1",
    ),
    Part(
        "Stages",
        "Where the time of reading goes.",
        "stages {texts} --repetitions 3",
        "stages {texts} --repetitions 1",
    ),
    Part(
        "Growth",
        "Runs over more and more made-up documents of 100 words, again without news, and with ten more; then "
        "documents of growing length.",
        "growth --texts {texts} --sizes 10 100 1000 10000 --repetitions 1",
        "growth --texts {texts} --sizes 10 --repetitions 1",
    ),
    Part(
        "Store",
        "The store's part of a run, by how many documents are there.",
        "store --documents 1000 10000",
        "store --documents 1000 --repetitions 1",
    ),
    Part(
        "Workers",
        "One worker process, two, and Dask with two.",
        "workers {texts} --documents 500 --repetitions 1 --memory 1000 20000",
        "workers {texts} --documents 10 --repetitions 1 --memory 100",
    ),
    Part(
        "Start",
        "Time to the first table, beside what can't be done without.",
        "start",
        "start --repetitions 1",
    ),
    Part(
        "Opening",
        "A snapshot opened and counted, beside pandas and the file.",
        "open",
        "open --repetitions 3",
    ),
)


def main() -> None:
    """Run all parts; print the page, or write it."""
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("--texts", type=Path, default=SEEDS, metavar="FOLDER")
    reader.add_argument("--quick", action="store_true")
    reader.add_argument("--write", type=Path, metavar="FILE")
    reader.add_argument("--only", nargs="+", metavar="NAME", help="modules of the parts that are wanted")
    asked = reader.parse_args()
    page = [
        "# Benchmarks",
        "",
        "What reading costs, measured side by side in one run: medians, ranges in brackets. To repeat it:",
        "",
        "    make bench TEXTS=folder",
        "",
        f"Machine: {machine()}; {datetime.now(timezone.utc):%Y-%m-%d}. "
        f"Texts: {'the seeds' if asked.texts == SEEDS else 'full papers of PubMed Central'}.",
    ]
    before = _parts_of(asked.write) if asked.only and asked.write else {}
    failed = []
    for part in PARTS:
        words = (part.quick if asked.quick else part.command).format(texts=asked.texts.resolve()).split()
        if asked.only and words[0] not in asked.only:
            page += before.get(part.title, [])
            continue
        print(f"{part.title} …", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", f"benchmarks.{words[0]}", *words[1:]],
            cwd=ROOT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        shown = part.command.format(texts="TEXTS")
        page += ["", f"## {part.title}", "", part.told, "", f"    python -m benchmarks.{shown}", ""]
        page.append(done.stdout.strip())
        if done.returncode:
            failed.append(words[0])
    text = "\n".join(page) + "\n"
    if asked.write:
        asked.write.write_text(text, encoding="utf-8")
    else:
        print(text)
    if failed:
        sys.exit(f"Failed, or beyond its bar: {', '.join(failed)}.")


def _parts_of(page: Path) -> dict[str, list[str]]:
    """The parts of a page by their headings, each as lines with a blank one before."""
    parts: dict[str, list[str]] = {}
    lines = page.read_text(encoding="utf-8").splitlines() if page.exists() else []
    starts = [number for number, line in enumerate(lines) if line.startswith("## ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        parts[lines[start][3:]] = ["", *"\n".join(lines[start:end]).rstrip().splitlines()]
    return parts


if __name__ == "__main__":
    main()
