"""Word vectors: floret on the raw text, tokenised as the pipeline does it and lower-cased.

    python -m models.recipe.vectors --corpora ../shared/corpora --work build/models

Writes `raw.txt` (one paragraph a line) and `floret.floret` (the hashed table) into the work folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import floret
import spacy

from pipeline.components.tokenizer import build_tokenizer

#: Files of raw text below the corpora folder; those that speak of CAR-T count twice, being the field itself.
RAW_TEXT: Final = (
    ("raw/evidence_inference_pmc.jsonl.xz", 1),
    ("raw/nci_pdq.jsonl.xz", 1),
    ("raw/pubmed_rss.jsonl.xz", 1),
    ("raw/ctgov_2018_third.jsonl.xz", 1),
    ("raw/pap2pat_papers.jsonl.xz", 1),
    ("cart/nci_pages.jsonl.gz", 2),
    ("cart/papers_pap2pat.jsonl.gz", 2),
    ("cart/pubmed_rss_truncated.jsonl.gz", 2),
    ("cart/trials_ctgov.jsonl.gz", 2),
)

_TEXT_FIELDS: Final = ("title", "brief", "detailed", "criteria", "text")
_MARKDOWN: Final = re.compile(r"^[#*>\s|!-]+|\*\*|__|\]\([^)]*\)")


def paragraphs(path: Path) -> Iterator[str]:
    """The paragraphs of one JSON-lines file, without mark-up at their beginning."""
    opener = lzma.open if path.suffix == ".xz" else gzip.open
    with opener(path, "rt", encoding="utf8") as lines:
        for line in lines:
            row = json.loads(line)
            for field in _TEXT_FIELDS:
                for paragraph in str(row.get(field) or "").split("\n"):
                    plain = " ".join(_MARKDOWN.sub("", paragraph).split())
                    if plain:
                        yield plain


def write_raw_text(corpora: Path, target: Path) -> int:
    """Tokenise every raw text into `target`; returns the number of tokens.

    Paragraphs that repeat (boilerplate of registries) are kept once.
    """
    tokenizer = build_tokenizer(spacy.blank("en"))
    n_tokens = 0
    seen: set[int] = set()
    with target.open("w", encoding="utf8") as out:
        for name, times in RAW_TEXT:
            for paragraph in paragraphs(corpora / name):
                if hash(paragraph) in seen:
                    continue
                seen.add(hash(paragraph))
                words = [token.lower_ for token in tokenizer(paragraph) if not token.is_space]
                n_tokens += len(words) * times
                for _ in range(times):
                    out.write(" ".join(words) + "\n")
    return n_tokens


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--model", default="skipgram", choices=["skipgram", "cbow"])
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--bucket", type=int, default=60_000)
    parser.add_argument("--epoch", type=int, default=1)
    parser.add_argument("--window", type=int, default=4)
    parser.add_argument("--maxn", type=int, default=5)
    parser.add_argument("--thread", type=int, default=1, help="more than one thread is not reproducible")
    parser.add_argument("--name", default="floret")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    raw = arguments.work / "raw.txt"
    start = time.perf_counter()
    if not raw.exists():
        n_tokens = write_raw_text(arguments.corpora, raw)
        print(f"{n_tokens:,} tokens of raw text in {time.perf_counter() - start:.0f} s", flush=True)
    start = time.perf_counter()
    model = floret.train_unsupervised(
        str(raw),
        model=arguments.model,
        mode="floret",
        hashCount=2,
        bucket=arguments.bucket,
        minn=3,
        maxn=arguments.maxn,
        minCount=10,
        dim=arguments.dim,
        epoch=arguments.epoch,
        ws=arguments.window,
        thread=arguments.thread,
        verbose=2,
    )
    model.save_floret_vectors(str(arguments.work / f"{arguments.name}.floret"))
    print(f"vectors in {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
