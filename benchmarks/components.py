"""Words per second of each component of the language pipeline on a folder of plain texts.

    python benchmarks/components.py FOLDER [--repetitions N]

The texts are parsed once. A component is timed on Docs that have been through those before it, all in one
batch as `annotate` hands them down; the best of the repetitions counts, since a machine is never faster than
it is. Words are what stands between spaces.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.annotate import _unread, language_pipeline
from pipeline.extract import extract
from pipeline.parse import documents
from pipeline.reading.documents import _concept_row
from pipeline.records import Document
from pipeline.sources import payloads


def read(folder: str) -> list[Document]:
    """Documents of a folder."""
    found = [one for payload in payloads([folder]) for one in documents(payload)]  # type: ignore[arg-type]
    return [one for one in found if isinstance(one, Document)]


def time_once(nlp: Language, texts: list[Document]) -> dict[str, float]:
    """Seconds of the tokenizer, of each component and of the extraction of rows."""
    seconds: dict[str, float] = {}
    start = time.perf_counter()
    docs: list[Doc] = [_unread(nlp, document) for document in texts]
    seconds["tokenizer"] = time.perf_counter() - start
    for name, component in nlp.pipeline:
        start = time.perf_counter()
        docs = list(component.pipe(docs)) if hasattr(component, "pipe") else [component(doc) for doc in docs]
        seconds[name] = time.perf_counter() - start
    start = time.perf_counter()
    for document, doc in zip(texts, docs, strict=True):
        extract(doc, document, concepts=_concept_row, extraction_key="benchmark", run_id="benchmark")
    seconds["(extract)"] = time.perf_counter() - start
    return seconds


def main() -> None:
    """Print words per second and the share of the whole."""
    warnings.simplefilter("ignore")
    arguments = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    arguments.add_argument("folder")
    arguments.add_argument("--repetitions", type=int, default=3, metavar="N")
    given = arguments.parse_args()
    start = time.perf_counter()
    nlp = language_pipeline()
    loading = time.perf_counter() - start
    start = time.perf_counter()
    texts = read(given.folder)
    parsing = time.perf_counter() - start
    if not texts:
        sys.exit(f"No document in {given.folder}.")
    n_words = sum(len(document.text.split()) for document in texts)
    runs = [time_once(nlp, texts) for _ in range(given.repetitions)]
    best = {"(parse)": parsing} | {name: min(run[name] for run in runs) for name in runs[0]}
    whole = sum(best.values())
    print(f"{len(texts)} documents, {n_words} words; the pipeline was loaded in {loading:.1f} s")
    print(f"{'component':<18} {'words/s':>10} {'share':>6}")
    for name, seconds in best.items():
        print(f"{name:<18} {n_words / max(seconds, 1e-9):>10,.0f} {seconds / whole:>6.1%}")
    print(f"{'all':<18} {n_words / whole:>10,.0f}")


if __name__ == "__main__":
    main()
