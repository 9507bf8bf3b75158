"""Texts to measure on: paragraphs of a folder put together, reproducibly, in any number and length."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipeline.parse import documents
from pipeline.records import Document
from pipeline.sources import payloads

SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"
#: Words of the kinds of documents that are measured.
LENGTHS: Final = {"post": 40, "abstract": 250, "news": 600, "paper": 4_000, "report of 200 pages": 80_000}
_FIGURE: Final = re.compile(r"(?<![\w.,-])[1-9]\d?(?![\w.,-])")


def paragraphs(folder: Path) -> list[str]:
    """All paragraphs of the documents below a folder, in order."""
    found = [one for payload in payloads([folder]) for one in documents(payload)]  # type: ignore[arg-type]
    texts = [one.text for one in found if isinstance(one, Document)]
    return [part for text in texts for part in text.split("\n\n") if part.strip()]


def made_texts(source: Path, n_texts: int, n_words: int, seed: int = 11) -> Iterator[str]:
    """Texts of about so many words: paragraphs drawn at random, their small figures changed.

    Args:
        source: folder whose documents give the paragraphs.
        n_texts: how many texts.
        n_words: length of each; the last paragraph is cut.
        seed: the same seed gives the same texts.
    """
    pool, draw = paragraphs(source), random.Random(seed)
    for _ in range(n_texts):
        parts: list[str] = []
        left = n_words
        while left > 0:
            words = draw.choice(pool).split(" ")[:left]
            left -= len(words)
            parts.append(_FIGURE.sub(lambda _: str(draw.randint(2, 60)), " ".join(words)))
        yield "\n\n".join(parts)


def write_texts(target: Path, source: Path, n_texts: int, n_words: int, seed: int = 11) -> int:
    """Write made-up texts as files into a folder; returns how many words they have together."""
    target.mkdir(parents=True)
    total = 0
    for ordinal, text in enumerate(made_texts(source, n_texts, n_words, seed)):
        total += len(text.split())
        (target / f"text-{seed}-{ordinal:05}.txt").write_text(text, encoding="utf-8")
    return total
