"""A head for participants: how likely each number of a text is the size of a group of subjects.

A linear chain over all tokens took a fortieth of the reading for this (models/EXPERIMENTS.md). But a size is
a number, and one token in twelve is: this head looks at those alone, each with its neighbours, through one
hidden layer. What it hears is one of the features by which `cohorts` decides.

    [components.participants]
    factory = "cartographer_number_head"

Writes `doc._.size_odds`: for the first character of each number token, the log-odds that it is a size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.attrs import IDX, LIKE_NUM  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.pipeline.trainable_pipe import TrainablePipe  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import Linear, Maxout, Model, chain, use_ops, zero_init

from pipeline.components import extensions as _extensions  # noqa: F401  registers doc._.size_odds

Floats: Any = npt.NDArray[np.float32]
Places: Any = npt.NDArray[np.intp]

_DECIMALS: Final = 3


def numbers(doc: Doc) -> Places:
    """Places of the tokens that are numbers, in digits or in words.

    >>> import spacy
    >>> numbers(spacy.blank("en")("Twelve of 15 patients")).tolist()
    [0, 2]
    """
    return np.flatnonzero(doc.to_array([LIKE_NUM]))


def windows(encoding: Floats, places: Places, reach: int) -> Floats:
    """Encodings of tokens and of their neighbours side by side; zeros beyond the borders of the text.

    Args:
        encoding: shape (tokens, width).
        places: of the tokens.
        reach: neighbours on each side.

    Returns:
        Shape (places, (2 x reach + 1) x width).
    """
    around = places[:, None] + np.arange(-reach, reach + 1)
    is_inside = (around >= 0) & (around < len(encoding))
    found = encoding[np.where(is_inside, around, 0)]
    found[~is_inside] = 0
    return found.reshape(len(places), (2 * reach + 1) * encoding.shape[1])


@registry.architectures("cartographer.NumberHead.v1")  # type: ignore[untyped-decorator]
def build_number_head(
    tok2vec: Model[list[Doc], list[Floats]], width: int, hidden: int, reach: int
) -> Model[list[Doc], list[Floats]]:
    """Model of the head: the shared encoding around each number, one hidden layer, one score.

    Args:
        tok2vec: the shared encoding, or a listener to it.
        width: its width.
        hidden: width of the head's own layer.
        reach: neighbours on each side that it looks at.
    """
    with use_ops("numpy", use_blis=False):
        scorer: Model[Any, Any] = chain(
            Maxout(nO=hidden, nI=(2 * reach + 1) * width, nP=2, dropout=0.0, normalize=True),
            Linear(nO=1, nI=hidden, init_W=zero_init),
        )
        model: Model[list[Doc], list[Floats]] = Model(
            "number_scores", _scores, init=_initialize, layers=[tok2vec, scorer], attrs={"reach": reach}
        )
        model.set_ref("scorer", scorer)
        return model


def _initialize(model: Model[Any, Any], *_: object, **__: object) -> Model[Any, Any]:
    for layer in model.layers:
        layer.initialize()
    return model


def _scores(
    model: Model[list[Doc], list[Floats]], docs: list[Doc], is_train: bool
) -> tuple[list[Floats], Callable[[list[Floats]], list[Doc]]]:
    """Scores of the numbers, shape (numbers,) for each text."""
    tok2vec, scorer = model.layers
    reach: int = model.attrs["reach"]
    encodings, finish = tok2vec(docs, is_train)
    places = [numbers(doc) for doc in docs]
    looked_at = [windows(one, at, reach) for one, at in zip(encodings, places, strict=True)]
    if not is_train:
        # Each text alone: what is read from it never depends on what else was in the batch.
        return [
            scorer.predict(one)[:, 0] if len(one) else np.zeros(0, "f") for one in looked_at
        ], lambda _: []
    borders = np.cumsum([len(at) for at in places])[:-1]
    flat, back = scorer(np.concatenate(looked_at), is_train)

    def backprop(gradients: list[Floats]) -> list[Doc]:
        of_windows = np.split(back(np.concatenate(gradients)[:, None]), borders)
        of_encodings = [np.zeros_like(one) for one in encodings]
        for gradient, at, target in zip(of_windows, places, of_encodings, strict=True):
            width = target.shape[1]
            for column in range(2 * reach + 1):
                beside = at + column - reach
                is_inside = (beside >= 0) & (beside < len(target))
                part = gradient[:, column * width : (column + 1) * width]
                target[beside[is_inside]] += part[is_inside]
        found: list[Doc] = finish(of_encodings)
        return found

    return np.split(flat[:, 0], borders), backprop


class NumberHead(TrainablePipe):  # type: ignore[misc]
    """Writes to `doc._.size_odds` how likely each number is the size of a group."""

    def __init__(self, vocab: Vocab, model: Model[Any, Any], name: str) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {}

    def predict(self, docs: Iterable[Doc]) -> list[Floats]:
        """Log-odds of the numbers of each text."""
        scores: list[Floats] = self.model.predict(list(docs))
        return scores

    def set_annotations(self, docs: Iterable[Doc], scores: Sequence[Floats]) -> None:
        """Keep the log-odds by the first character of each number."""
        for doc, odds in zip(docs, scores, strict=True):
            starts = doc.to_array([IDX])[numbers(doc)].tolist()
            doc._.size_odds = dict(zip(starts, np.round(odds.astype(float), _DECIMALS).tolist(), strict=True))

    def get_loss(self, examples: Iterable[Example], scores: Sequence[Floats]) -> tuple[float, list[Floats]]:
        """Cross-entropy against the spans of the reference Docs named as the component, for `nlp.update`."""
        is_size = []
        for example in examples:
            doc = example.predicted
            marked = np.zeros(len(doc), dtype=np.float32)
            for span in example.get_aligned_spans_y2x(example.reference.spans.get(self.name, [])):
                marked[span.start : span.end] = 1
            is_size.append(marked[numbers(doc)])
        n_numbers = max(1, sum(map(len, is_size)))
        loss, gradients = 0.0, []
        for odds, gold in zip(scores, is_size, strict=True):
            loss += float(np.logaddexp(0, np.where(gold > 0, -odds, odds)).sum())
            gradients.append((1 / (1 + np.exp(-odds)) - gold) / n_numbers)
        return loss / n_numbers, gradients

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],  # noqa: ARG002 - spaCy's signature
        *,
        nlp: Language | None = None,  # noqa: ARG002
    ) -> None:
        """Give the model its shape and its first weights."""
        self.model.initialize()


@Language.factory(
    "cartographer_number_head",
    assigns=["doc._.size_odds"],
    default_config={
        "model": {
            "@architectures": "cartographer.NumberHead.v1",
            "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "tok2vec"},
            "width": 192,
            "hidden": 32,
            "reach": 2,
        }
    },
)
def create_number_head(nlp: Language, name: str, model: Model[Any, Any]) -> NumberHead:
    """Entry of the head in spaCy's registry.

    Args:
        nlp: the language object.
        name: of the component.
        model: see `build_number_head`.
    """
    return NumberHead(nlp.vocab, model, name)
