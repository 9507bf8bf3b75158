"""How near a run comes to its limit, the network: files to snapshot against the mention heads alone.

    python -m benchmarks.limit [--texts FOLDER] [--documents 300] [--words 4000] [--repetitions 3]

In one process, in turn: `flows.build_tables` with one worker over a folder of files, from nothing to a
published snapshot, and bare `nlp.pipe` over the same texts with nothing but tokenizer, encoder and heads.
Models and Prefect's server are loaded before. Documents are made from FOLDER (the seeds unless named) as
`benchmarks.texts` tells; with `--as-they-are` its own files are read.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import warnings
from pathlib import Path

from benchmarks.measure import Spread, in_turn, markdown, ratio
from benchmarks.texts import SEEDS, write_texts
from pipeline import orchestrator
from pipeline.parse import documents
from pipeline.records import Document
from pipeline.sources import payloads

HEADS = ("tok2vec", "senter", "conditions", "genes", "chemicals")


def main() -> None:
    """Print a Markdown table."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("--texts", type=Path, default=SEEDS)
    reader.add_argument("--as-they-are", action="store_true")
    reader.add_argument("--documents", type=int, default=300)
    reader.add_argument("--words", type=int, default=4_000)
    reader.add_argument("--repetitions", type=int, default=3)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as name, orchestrator.temporary_server(Path(name, "cache")) as server:
        from pipeline import annotate, flows  # noqa: PLC0415 - Prefect reads its environment when imported

        work, nlp = Path(name), annotate.language_pipeline()
        annotate.knowledge()
        if server:
            server.wait()
        folder = work / "texts"
        if asked.as_they_are:
            folder.mkdir()
            named = sorted(path for path in asked.texts.rglob("*") if path.is_file())
            for path in named[: asked.documents]:
                shutil.copy(path, folder)
        else:
            write_texts(folder, asked.texts, asked.documents, asked.words)
        parsed = [one for payload in payloads([folder]) for one in documents(payload)]  # type: ignore[arg-type]
        texts = [one.text for one in parsed if isinstance(one, Document)]
        n_words = sum(len(text.split()) for text in texts)
        numbers = itertools.count()

        def whole() -> None:
            flows.build_tables([str(folder)], str(work / f"tables-{next(numbers)}"))

        def heads() -> None:
            with nlp.select_pipes(enable=list(HEADS)):
                for _ in nlp.pipe(texts, batch_size=64):
                    pass

        seconds = in_turn({"files to snapshot": whole, "mention heads alone": heads}, asked.repetitions)
    print(f"{len(texts)} documents, {n_words:,} words\n")
    speeds = {job: Spread.of([n_words / one for one in taken]) for job, taken in seconds.items()}
    rows = [[job, speed.shown()] for job, speed in speeds.items()]
    of_limit = ratio(seconds["mention heads alone"], seconds["files to snapshot"])
    print(markdown(["", "words/s"], [*rows, ["ratio", of_limit.shown(".2f")]]))


if __name__ == "__main__":
    main()
