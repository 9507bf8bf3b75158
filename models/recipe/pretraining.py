"""Pretraining: the encoder guesses words that are blanked out of raw text, before any head learns from it.

    python -m models.recipe.pretraining --corpora ../shared/corpora --work build/models

Writes `encoder.bin` into the work folder, which `models.recipe.train --encoder` begins with. Of each batch a
fifth of the tokens lose their features; from the encodings at their places a softmax tells which of the 8,000
most frequent words stood there (one token in twelve is none of these and teaches nothing). So the window
layers learn what words stand in which company, from texts that nobody annotated. No raw text that shares a
sentence with a dev text is among them.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from spacy.tokens import Doc
from thinc.api import Adam, Model, Softmax, fix_random_seed, set_dropout_rate
from threadpoolctl import threadpool_limits

from models.recipe.corpora import squeezed
from models.recipe.evaluate import read_rows
from models.recipe.train import (
    EXAMPLE,
    Annotated,
    batches,
    frequent_words,
    language_pipeline,
    training_texts,
)
from models.recipe.vectors import paragraphs
from pipeline.components.name_table import NameTable
from pipeline.components.token_features import set_tables

#: Files of raw text below the corpora folder, and how many paragraphs are drawn of each: 2 M tokens in all.
PARAGRAPHS: Final = {
    "raw/evidence_inference_pmc.jsonl.xz": 3000,
    "raw/pap2pat_papers.jsonl.xz": 7000,
    "raw/pubmed_rss.jsonl.xz": 8000,
    "raw/nci_pdq.jsonl.xz": 1500,
}
#: Words of a paragraph: shorter ones are headings and captions, longer ones tables.
_LENGTHS: Final = (40, 300)
#: Letters and figures that name a sentence.
_WINDOW: Final = 40
_GUESSED_WORDS: Final = 8000
_BLANKED: Final = 0.2


def without_dev_sentences(texts: Iterable[str], dev: Iterable[str]) -> list[str]:
    """The texts of which no sentence begins with forty letters and figures that stand in a dev text."""
    held = set()
    for text in dev:
        body = squeezed(text)
        held |= {body[at : at + _WINDOW] for at in range(len(body) - _WINDOW + 1)}
    return [
        text
        for text in texts
        if not any(squeezed(part)[:_WINDOW] in held for part in re.split(r"(?<=[.?!])\s+", text))
    ]


def raw_texts(corpora: Path, dev: Iterable[str], order: random.Random) -> list[str]:
    """Paragraphs drawn from the raw text, without those that share a sentence with a dev text."""
    drawn = []
    for name, n_paragraphs in PARAGRAPHS.items():
        low, high = _LENGTHS
        # Running text: more than half of its words begin with small letters.
        prose = [
            text
            for text in dict.fromkeys(paragraphs(corpora / name))
            if low <= (n_words := len(text.split())) <= high
            and len(re.findall(r"[a-z]{3,}", text)) > 0.55 * n_words
        ]
        drawn += order.sample(prose, min(n_paragraphs, len(prose)))
    return without_dev_sentences(drawn, dev)


class Guesser:
    """An encoder and the softmax over words that teaches it."""

    def __init__(self, encoder: Model[list[Doc], Any], docs: list[Doc]) -> None:
        counts = Counter(token.lower_ for doc in docs for token in doc if not token.is_space)
        self.places = {word: place for place, (word, _) in enumerate(counts.most_common(_GUESSED_WORDS))}
        self.encoder = encoder
        self._embed, self._encode = encoder.get_ref("embed"), encoder.get_ref("encode")
        self.softmax: Model[Any, Any] = Softmax(nO=len(self.places), nI=encoder.get_dim("nO"))
        self.softmax.initialize()

    def step(self, docs: list[Doc], chance: np.random.Generator, optimizer: Adam) -> float:
        """One update from one batch; returns the mean loss of a guess."""
        words = np.array([self.places.get(token.lower_, -1) for doc in docs for token in doc])
        blank = chance.random(len(words)) < _BLANKED
        borders = np.cumsum([len(doc) for doc in docs])[:-1]
        embedded, to_embedding = self._embed.begin_update(docs)
        kept = (~blank[:, None]).astype("f")
        encodings, to_encoding = self._encode.begin_update(np.split(np.concatenate(embedded) * kept, borders))
        asked = np.flatnonzero(blank & (words >= 0))
        guesses, to_guess = self.softmax.begin_update(np.concatenate(encodings)[asked])
        right = np.arange(len(asked)), words[asked]
        loss = float(-np.log(guesses[right] + 1e-9).mean())
        gradient = guesses.copy()
        gradient[right] -= 1
        d_encoding = np.zeros((len(words), self.encoder.get_dim("nO")), dtype="f")
        d_encoding[asked] = to_guess(gradient / len(asked))
        d_embedded = np.concatenate(to_encoding(np.split(d_encoding, borders))) * kept
        to_embedding(np.split(d_embedded, borders))
        for model in (self.encoder, self.softmax):
            model.finish_update(optimizer)
        return loss


def pretrain(settings: argparse.Namespace) -> None:
    """Train an encoder on raw text and on the training texts, and write it."""
    fix_random_seed(settings.seed)
    order, chance = random.Random(settings.seed), np.random.default_rng(settings.seed)
    nlp = language_pipeline(settings.config, settings.work, settings.vectors)
    rows = read_rows(settings.work / "corpora.jsonl")
    annotated = training_texts(nlp, rows, read_rows(settings.work / "treebanks.jsonl"), order)
    dev = [row["text"] for row in rows if row["split"] == "dev"]
    texts = [Annotated(nlp.make_doc(text)) for text in raw_texts(settings.corpora, dev, order)]
    texts += [text for group in annotated.values() for text in group]
    encoder: Any = nlp.get_pipe("tok2vec").model  # type: ignore[attr-defined]
    names = NameTable.from_bytes((settings.work / "names.bin").read_bytes())
    set_tables(encoder, names, frequent_words(annotated, settings.frequent))
    encoder.initialize(X=[nlp.make_doc(EXAMPLE)])
    set_dropout_rate(encoder, 0.1)
    guesser = Guesser(encoder, [text.doc for text in texts])
    rates = (
        0.0015 * min(step / 100, max(0.03, 1 - step / settings.steps))
        for step in range(1, settings.steps + 2)
    )
    optimizer = Adam(rates, L2=0.01, grad_clip=1.0, L2_is_weight_decay=True)
    feed = batches(texts, settings.batch_tokens, order, 0.0)
    started, loss = time.perf_counter(), 0.0
    for step in range(1, settings.steps + 1):
        loss += guesser.step([text.doc for text in next(feed)], chance, optimizer)
        optimizer.step_schedules()
        if step % settings.every == 0:
            print(
                f"step {step} {time.perf_counter() - started:.0f}s loss {loss / settings.every:.3f}",
                flush=True,
            )
            loss = 0.0
    (settings.work / "encoder.bin").write_bytes(encoder.to_bytes())


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("models/config.cfg"))
    parser.add_argument("--vectors", default="floret")
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--every", type=int, default=200)
    parser.add_argument("--batch-tokens", type=int, default=1200)
    parser.add_argument("--frequent", type=int, default=3, help="as in training")
    parser.add_argument("--seed", type=int, default=11)
    with threadpool_limits(limits=1):
        pretrain(parser.parse_args())


if __name__ == "__main__":
    main()
