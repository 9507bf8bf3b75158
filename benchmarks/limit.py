"""How near a run comes to its limit, the network: files to snapshot against the mention heads alone.

    python -m benchmarks.limit [--texts FOLDER] [--documents 300] [--words 4000] [--repetitions 1]

In turn: `flows.build_tables` with one worker over a folder of files, from nothing to a published snapshot,
and bare `nlp.pipe` over the same texts with nothing but tokenizer, encoder and heads, each on one thread.
The start of the worker counts; over 300 papers it is some seconds of two minutes. The coordinator's models
and Prefect's server are loaded before, and both jobs have done a few documents that don't count.

A FOLDER that holds as many files is read as it is; of fewer, documents are made as `benchmarks.texts` tells
(paragraphs drawn at random, with other figures). 300 papers take about four minutes a repetition;
`--documents 40` half a minute, of which the worker's start is then a good part.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Spread, in_turn, markdown, ratio
from benchmarks.texts import SEEDS, write_texts
from pipeline import orchestrator
from pipeline.parse import documents
from pipeline.records import Document
from pipeline.sources import payloads

#: Documents that are read before anything is measured.
_FEW = 4
HEADS = ("tok2vec", "senter", "conditions", "genes", "chemicals", "participants")


def main() -> None:
    """Print a Markdown table."""
    warnings.simplefilter("ignore")
    reader = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    reader.add_argument("--texts", type=Path, default=SEEDS)
    reader.add_argument("--documents", type=int, default=300)
    reader.add_argument("--words", type=int, default=4_000)
    reader.add_argument("--repetitions", type=int, default=1)
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as name, orchestrator.temporary_server(Path(name, "cache")) as server:
        from pipeline import annotate, flows  # noqa: PLC0415 - Prefect reads its environment when imported

        work, nlp = Path(name), annotate.language_pipeline()
        annotate.knowledge()
        if server:
            server.wait()
        folder = work / "texts"
        named = sorted(path for path in asked.texts.rglob("*") if path.is_file())
        if len(named) >= asked.documents:
            folder.mkdir()
            for ordinal, path in enumerate(named[: asked.documents]):
                shutil.copy(path, folder / f"{ordinal:05}-{path.name}")
        else:
            write_texts(folder, asked.texts, asked.documents, asked.words)
        few = work / "few"
        few.mkdir()
        for path in sorted(folder.iterdir())[:_FEW]:
            shutil.copy(path, few)
        parsed = [one for payload in payloads([folder]) for one in documents(payload)]  # type: ignore[arg-type]
        texts = [one.text for one in parsed if isinstance(one, Document)]
        n_words = sum(len(text.split()) for text in texts)
        numbers = itertools.count()

        def whole(texts_in: Path = folder) -> None:
            flows.build_tables([str(texts_in)], str(work / f"tables-{next(numbers)}"))

        def heads(those: Sequence[str] = texts) -> None:
            with nlp.select_pipes(enable=list(HEADS)):
                for _ in nlp.pipe(those, batch_size=64):
                    pass

        whole(few)
        heads(texts[:_FEW])
        jobs = {"files to snapshot": whole, "mention heads alone": heads}
        seconds = in_turn(jobs, asked.repetitions, is_warm=True)
    print(f"{len(texts)} documents, {n_words:,} words\n")
    speeds = {job: Spread.of([n_words / one for one in taken]) for job, taken in seconds.items()}
    rows = [[job, speed.shown()] for job, speed in speeds.items()]
    of_limit = ratio(seconds["mention heads alone"], seconds["files to snapshot"])
    print(markdown(["", "words/s"], [*rows, ["ratio", of_limit.shown(".2f")]]))


if __name__ == "__main__":
    main()
