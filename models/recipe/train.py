"""Training: one shared encoder under the heads; each step is on one corpus and its heads alone.

    python -m models.recipe.train --work build/models --weights models/weights

A batch comes from one corpus. The encoder runs once over it; each head that the corpus is annotated for adds
its gradient; no other head sees the batch. Corpora whose guidelines differ from ours train auxiliary heads of
their own, which shape the encoder and are not shipped. Weights are averaged over the steps; the averages that
do best on the dev splits are kept.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training.initialize import convert_vectors
from thinc.api import Adam, fix_random_seed, set_dropout_rate
from threadpoolctl import threadpool_limits

from models.recipe.evaluate import Scores, read_rows, score_heads, score_sentences, untrained
from pipeline.components.heads import MentionHead, gold_tags, sequences
from pipeline.components.name_table import NameTable
from pipeline.components.token_features import set_tables

#: Corpus → share of the steps, and the heads that learn from it with the label they learn. A head with a "+"
#: is auxiliary: its guideline differs (BC2GM counts domains and generic names, PHEE marks only what an event
#: needs).
CURRICULUM: Final[dict[str, tuple[float, dict[str, str]]]] = {
    "bc5cdr": (0.26, {"conditions": "CONDITION", "chemicals": "CHEMICAL"}),
    "ncbi-disease": (0.24, {"conditions": "CONDITION"}),
    "nlm-gene": (0.14, {"genes": "GENE"}),
    "gnormplus": (0.07, {"genes": "GENE"}),
    "biored": (0.10, {"conditions": "CONDITION", "genes": "GENE", "chemicals": "CHEMICAL"}),
    "bc2gm": (0.08, {"genes+bc2gm": "GENE"}),
    "phee": (0.04, {"conditions+phee": "CONDITION", "chemicals+phee": "CHEMICAL"}),
    "treebanks": (0.07, {}),
}

#: Gives the encoder its shape.
EXAMPLE: Final = "Patients with lymphoma (DLBCL) received CD19 CAR-T cells."


@dataclass
class Annotated:
    """A tokenised text with the gold tags of the heads that may learn from it, or its sentence starts."""

    doc: Doc
    tags: dict[str, Any] = field(default_factory=dict)
    starts: Any = None

    def cut(self) -> list[Annotated]:
        """Its sentences as texts of their own: a short form no longer has its definition."""
        return [
            Annotated(
                self.doc[start:end].as_doc(), {name: tags[start:end] for name, tags in self.tags.items()}
            )
            for start, end in sequences(self.doc)
        ]


def language_pipeline(config: Path, work: Path, vectors: str) -> Language:
    """The trained components of the config, with vectors and names but without weights."""
    nlp = untrained(config)
    add_vectors(nlp, work / f"{vectors}.floret")
    return nlp


def add_vectors(nlp: Language, table: Path) -> None:
    """Put a floret table into the vocabulary.

    Half precision halves what is shipped; training sees what will be read back.
    """
    convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret")
    nlp.vocab.vectors.data = nlp.vocab.vectors.data.astype(np.float16).astype(np.float32)


def annotate(nlp: Language, row: dict[str, Any], labels: dict[str, str], layout: random.Random) -> Annotated:
    """Tokenise one text of `corpora.jsonl`; an extent off the token borders is widened to them.

    Title and abstract stand on lines of their own in one half of the texts, in one line in the other.
    """
    text = row["text"] if layout.random() < 0.5 else row["text"].replace("\n", " ")
    doc = nlp.make_doc(text)
    result = Annotated(doc)
    for head, label in labels.items():
        extents: list[tuple[int, int]] = []
        for start, end, name in row["spans"]:
            span = doc.char_span(start, end, alignment_mode="expand") if name == label else None
            if span is not None and (not extents or span.start >= extents[-1][1]):
                extents.append((span.start, span.end))
        result.tags[head] = gold_tags(doc, extents)
    return result


def lay_out(nlp: Language, row: dict[str, Any], layout: random.Random) -> Annotated:
    """One document of the treebanks as running text, with the variety of layout that web pages have.

    Paragraphs begin after a blank line, after a line break or after a mere space; one sentence in fifty has
    lost its full stop before a line break, as headlines have.
    """
    text, starts = "", []
    joint = layout.choice(("\n\n", "\n\n", "\n", " "))
    for sentence, is_paragraph in zip(row["sentences"], row["paragraphs"], strict=True):
        stripped = layout.random() < 0.02
        if text:
            text += "\n" if text.endswith("\v") else joint if is_paragraph else " "
        text = text.replace("\v", "")
        starts.append(len(text))
        text += sentence.rstrip(".") + "\v" if stripped else sentence
    doc = nlp.make_doc(text.replace("\v", ""))
    offsets = set(starts)
    gold = np.array([token.idx in offsets for token in doc], dtype=np.int64)
    return Annotated(doc, starts=gold)


def batches(
    texts: list[Annotated], n_tokens: int, order: random.Random, cut: float
) -> Iterator[list[Annotated]]:
    """Endless batches of about `n_tokens` tokens; every text once before any comes again.

    Args:
        texts: The texts of one corpus.
        n_tokens: Size of a batch.
        order: Source of chance.
        cut: Share of the texts that come as single sentences, drawn anew each time.
    """
    while True:
        shuffled = order.sample(texts, len(texts))
        batch: list[Annotated] = []
        size = 0
        for text in shuffled:
            batch += text.cut() if text.tags and cut and order.random() < cut else [text]
            size += len(text.doc)
            if size >= n_tokens:
                yield batch
                batch, size = [], 0


def frequent_words(texts: dict[str, list[Annotated]], n_texts: int) -> set[str]:
    """Lower-cased words that occur in at least `n_texts` of the training texts."""
    counts = Counter(
        word for group in texts.values() for text in group for word in {token.lower_ for token in text.doc}
    )
    return {word for word, count in counts.items() if count >= n_texts}


class Trainer:
    """The pipeline in training: heads by name (auxiliary ones too), optimizer, one step at a time."""

    def __init__(
        self, nlp: Language, names: NameTable, frequent: set[str], settings: argparse.Namespace
    ) -> None:
        self.nlp = nlp
        self.encoder = nlp.get_pipe("tok2vec").model  # type: ignore[attr-defined]
        self.heads: dict[str, MentionHead] = {}
        self.settings = settings
        set_tables(self.encoder, names, frequent)
        self.encoder.initialize(X=[nlp.make_doc(EXAMPLE)])
        if settings.encoder:
            self.encoder.from_bytes(settings.encoder.read_bytes())
        for _, labels in CURRICULUM.values():
            for name, label in labels.items():
                if name not in self.heads:
                    self.heads[name] = self._head(name, label)
        senter = nlp.get_pipe("senter")
        self.senter = senter.model.layers[1]  # type: ignore[attr-defined]
        width = self.encoder.get_dim("nO")
        self.senter.initialize(X=[np.zeros((2, width), "f")], Y=[np.zeros((2, 2), "f")])
        for head in self.heads.values():
            head.model.get_ref("scorer").initialize()
        # It says nothing until `models.recipe.cohort_model` fits it on the finished encoder.
        nlp.get_pipe("participants").model.initialize()  # type: ignore[attr-defined]
        self.optimizer = Adam(
            self._rates(), L2=0.01, grad_clip=1.0, use_averages=True, L2_is_weight_decay=True
        )
        models = [self.encoder, self.senter, *(head.model.get_ref("scorer") for head in self.heads.values())]
        for model in models:
            set_dropout_rate(model, settings.dropout)
        self.models = models

    def _head(self, name: str, label: str) -> MentionHead:
        base = name.split("+", maxsplit=1)[0]
        pipe = (
            self.nlp.get_pipe(base)
            if "+" not in name
            else self.nlp.create_pipe(
                "cartographer_head",
                name,
                config={"label": label, "model": {"width": self.encoder.get_dim("nO")}},
            )
        )
        assert isinstance(pipe, MentionHead)
        return pipe

    def _rates(self) -> Iterator[float]:
        """Learning rates: up in a hundred steps, then down in a line to a fiftieth."""
        warm, total = 100, self.settings.steps
        for step in itertools.count(1):
            yield float(
                self.settings.rate * min(step / warm, max(0.02, (total - step) / max(1, total - warm)))
            )

    def step(self, batch: list[Annotated], labels: dict[str, str]) -> float:
        """One update from one batch; returns the loss per sequence, summed over the heads."""
        docs = [text.doc for text in batch]
        encodings, finish = self.encoder.begin_update(docs)
        gradient = [np.zeros_like(encoding) for encoding in encodings]
        total = 0.0
        touched = [self.encoder]
        for name in labels:
            head = self.heads[name]
            scorer = head.model.get_ref("scorer")
            scores, back = scorer.begin_update(encodings)
            loss, d_scores = head.loss(docs, scores, [text.tags[name] for text in batch])
            total += loss
            for place, part in enumerate(back(d_scores)):
                gradient[place] += part
            touched.append(scorer)
        if not labels:
            probabilities, back = self.senter.begin_update(encodings)
            truth = [np.eye(2, dtype="f")[text.starts] for text in batch]
            n_tokens = sum(map(len, docs))
            # The loss of a boundary is shared by a sentence of some twenty tokens.
            d_probabilities = [(p - t) * (20 / n_tokens) for p, t in zip(probabilities, truth, strict=True)]
            gradient = back(d_probabilities)
            touched.append(self.senter)
        finish(gradient)
        for model in touched:
            model.finish_update(self.optimizer)
        self.optimizer.step_schedules()
        return total

    def evaluate(self, texts: list[dict[str, Any]], treebanks: list[dict[str, Any]]) -> dict[str, Scores]:
        """Scores of the shipped heads on the dev splits, with averaged weights."""
        averages = self.optimizer.averages
        result: dict[str, Scores] = {}
        contexts = [model.use_params(averages) for model in self.models]
        for context in contexts:
            context.__enter__()
        for corpus in self.settings.dev:
            dev = [row for row in texts if row["corpus"] == corpus and row["split"] == "dev"]
            labels = {head.split("+")[0]: label for head, label in CURRICULUM[corpus][1].items()}
            for head, score in score_heads(self.nlp, dev[: self.settings.dev_documents], labels).items():
                result[f"{corpus} {head}"] = score
        dev_documents = [row for row in treebanks if row["split"] == "dev"][::5]
        result["treebanks sentences"] = score_sentences(self.nlp, dev_documents)
        for context in reversed(contexts):
            context.__exit__(None, None, None)
        return result

    def save(self, path: Path) -> None:
        """Write the averaged weights."""
        contexts = [model.use_params(self.optimizer.averages) for model in self.models]
        for context in contexts:
            context.__enter__()
        save_weights(self.nlp, path)
        for context in reversed(contexts):
            context.__exit__(None, None, None)


def save_weights(nlp: Language, path: Path) -> None:
    """Write weights as they are shipped: half-precision vectors, no words of the training texts."""
    vectors = nlp.vocab.vectors
    full = vectors.data
    strings = nlp.vocab.strings
    vectors.data = full.astype(np.float16)
    nlp.to_disk(path, exclude=["vocab"])
    clean = spacy.blank("en").vocab
    clean.vectors = vectors
    clean.to_disk(path / "vocab", exclude=["strings", "lookups"])
    spacy.strings.StringStore().to_disk(path / "vocab" / "strings.json")
    nlp.vocab.vectors.data = full
    assert nlp.vocab.strings is strings


def training_texts(
    nlp: Language, texts: list[dict[str, Any]], treebanks: list[dict[str, Any]], order: random.Random
) -> dict[str, list[Annotated]]:
    """The training texts of each corpus of the curriculum."""
    ready: dict[str, list[Annotated]] = {}
    for corpus, (_, labels) in CURRICULUM.items():
        rows = [row for row in texts if row["corpus"] == corpus and row["split"] == "train"]
        ready[corpus] = [annotate(nlp, row, labels, order) for row in rows]
        if not labels:
            ready[corpus] = [lay_out(nlp, row, order) for row in treebanks if row["split"] == "train"]
    return ready


def train(settings: argparse.Namespace) -> None:
    """Train from what lies in the work folder, and keep the best weights.

    On one thread: sums in another order are other sums.
    """
    fix_random_seed(settings.seed)
    order = random.Random(settings.seed)
    nlp = language_pipeline(settings.config, settings.work, settings.vectors)
    names = NameTable.from_bytes((settings.work / "names.bin").read_bytes() if not settings.no_names else b"")
    texts, treebanks = (
        read_rows(settings.work / "corpora.jsonl"),
        read_rows(settings.work / "treebanks.jsonl"),
    )
    ready = training_texts(nlp, texts, treebanks, order)
    feeds = {
        corpus: batches(ready[corpus], settings.batch_tokens, order, settings.sentences) for corpus in ready
    }
    trainer = Trainer(nlp, names, frequent_words(ready, settings.frequent), settings)
    shares = [share for share, _ in CURRICULUM.values()]
    best, started, n_tokens, losses = 0.0, time.perf_counter(), 0, 0.0
    for step in range(1, settings.steps + 1):
        corpus = order.choices(list(CURRICULUM), shares)[0]
        batch = next(feeds[corpus])
        losses += trainer.step(batch, CURRICULUM[corpus][1])
        n_tokens += sum(len(text.doc) for text in batch)
        if step % settings.every == 0 or step == settings.steps:
            scores = trainer.evaluate(texts, treebanks)
            mean = float(np.mean([scores[name].f1 for name in settings.choose_by]))
            line = " ".join(
                f"{name.replace(' ', '/')}={100 * score.f1:.2f}" for name, score in scores.items()
            )
            seconds = time.perf_counter() - started
            print(
                f"step {step} {seconds:.0f}s {n_tokens / seconds:.0f} t/s loss {losses / settings.every:.3f} "
                f"mean {100 * mean:.2f} {line}",
                flush=True,
            )
            losses = 0.0
            if mean > best:
                best = mean
                trainer.save(settings.weights)


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--config", type=Path, default=Path("models/config.cfg"))
    parser.add_argument("--vectors", default="floret")
    parser.add_argument(
        "--encoder", type=Path, help="a pretrained one to begin with (models.recipe.pretraining)"
    )
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--every", type=int, default=400)
    parser.add_argument("--batch-tokens", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0.001)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--frequent", type=int, default=3, help="texts that a word with its own vector is in")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument(
        "--sentences", type=float, default=0.3, help="share of the texts that are cut into single sentences"
    )
    parser.add_argument("--no-names", action="store_true", help="without the lexicon features")
    parser.add_argument("--dev", nargs="+", default=["bc5cdr", "ncbi-disease", "nlm-gene"])
    parser.add_argument(
        "--dev-documents", type=int, default=200, help="documents of each dev split looked at"
    )
    parser.add_argument(
        "--choose-by",
        nargs="+",
        default=["bc5cdr conditions", "ncbi-disease conditions", "nlm-gene genes", "bc5cdr chemicals"],
    )
    with threadpool_limits(limits=1):
        train(parser.parse_args())


if __name__ == "__main__":
    main()
