"""Mention heads over the shared encoding: tag scores and a linear-chain CRF, many sequences decoded at once.

Each head knows one label and writes to a span group of its own, so that heads never compete for a token and a
corpus that lacks a label teaches nothing about it. Against spaCy's transition parser the CRF has no state to
run through token by token: sequences (cut at full stops and line breaks, which no mention crosses) are padded
into one array and decoded together.

    [components.conditions]
    factory = "cartographer_head"
    label = "CONDITION"
    spans_key = "conditions"
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
from spacy.attrs import IS_SPACE, ORTH  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.pipeline.trainable_pipe import TrainablePipe  # type: ignore[import-not-found]
from spacy.tokens import Doc, Span, SpanGroup
from spacy.training import Example
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import Linear, Maxout, Model, chain, use_ops, zero_init
from thinc.types import Floats2d

from pipeline.components import extensions as _extensions  # noqa: F401  registers span._.score
from pipeline.components.fused import FusedMaxout

Floats: Any = npt.NDArray[np.float32]
Tags: Any = npt.NDArray[np.int8]

#: Outside, begin, inside, last, unit (a mention of one token).
N_TAGS: Final = 5
_O, _B, _I, _L, _U = range(N_TAGS)
_FOLLOWS: Final = {_O: (_O, _B, _U), _B: (_I, _L), _I: (_I, _L), _L: (_O, _B, _U), _U: (_O, _B, _U)}
_FIRST: Final = (_O, _B, _U)
_FINAL: Final = (_O, _L, _U)
_IMPOSSIBLE: Final = np.float32(-1e4)
#: A sequence without a full stop is cut here, so that a page-long list does not make all others as long.
_LONGEST_SEQUENCE: Final = 120


def _legal() -> tuple[Floats, Floats, Floats]:
    between = np.full((N_TAGS, N_TAGS), _IMPOSSIBLE, dtype=np.float32)
    for tag, followers in _FOLLOWS.items():
        between[tag, list(followers)] = 0
    first = np.full(N_TAGS, _IMPOSSIBLE, dtype=np.float32)
    first[list(_FIRST)] = 0
    final = np.full(N_TAGS, _IMPOSSIBLE, dtype=np.float32)
    final[list(_FINAL)] = 0
    return between, first, final


_BETWEEN, _AT_FIRST, _AT_FINAL = _legal()


def sequences(doc: Doc) -> list[tuple[int, int]]:
    """Token extents of the stretches that no mention crosses: up to a full stop or a line break.

    >>> import spacy
    >>> sequences(spacy.blank("en")("One arm . Two arms"))
    [(0, 3), (3, 5)]
    """
    words, is_space = doc.to_array([ORTH]), doc.to_array([IS_SPACE])
    stops = np.flatnonzero((words == doc.vocab.strings["."]) | (is_space == 1))
    ends = [stop + 1 for stop in stops.tolist() if not is_space[stop] or "\n" in doc[stop].text]
    cuts, start = [], 0
    for end in [*ends, len(doc)]:
        while end - start > _LONGEST_SEQUENCE:
            cuts.append((start, start + _LONGEST_SEQUENCE + 1))
            start += _LONGEST_SEQUENCE + 1
        if start < end:
            cuts.append((start, end))
            start = end
    return cuts


def gold_tags(doc: Doc, extents: Iterable[tuple[int, int]]) -> Tags:
    """Tags of the tokens for mentions given as token extents (half-open, without overlap)."""
    tags = np.zeros(len(doc), dtype=np.int8)
    for start, end in extents:
        if end - start == 1:
            tags[start] = _U
        else:
            tags[start], tags[start + 1 : end - 1], tags[end - 1] = _B, _I, _L
    return tags


class Batch:
    """Sequences of one batch, padded: places of their tokens in the flat arrays, longest sequence first."""

    def __init__(self, lengths: npt.ArrayLike, starts: npt.ArrayLike) -> None:
        order = np.argsort(-np.asarray(lengths), kind="stable")
        self.lengths, self.starts = np.asarray(lengths)[order], np.asarray(starts)[order]
        longest = int(self.lengths[0]) if len(order) else 0
        # Row t holds the place of the t-th token of each sequence; a sequence that has ended repeats place 0.
        steps = np.arange(longest)[:, None]
        self.mask = steps < self.lengths[None, :]
        self.places = np.where(self.mask, self.starts[None, :] + steps, 0)
        #: How many sequences are still running at each step.
        self.running = self.mask.sum(axis=1)

    @classmethod
    def of(cls, docs: Sequence[Doc]) -> Batch:
        """The batch of all sequences of some Docs."""
        lengths, starts, offset = [], [], 0
        for doc in docs:
            for start, end in sequences(doc):
                lengths.append(end - start)
                starts.append(offset + start)
            offset += len(doc)
        return cls(lengths, starts)

    def with_any(self, tags: Tags) -> Batch:
        """The batch of those of its sequences in which a token has a tag other than outside."""
        has_any = ((tags[self.places] != _O) & self.mask).any(axis=0)
        return Batch(self.lengths[has_any], self.starts[has_any])


def marginals(scores: Floats, between: Floats, batch: Batch) -> tuple[Floats, Floats, float]:
    """Forward and backward pass of the CRF.

    Args:
        scores: Scores of the tags, shape (tokens, tags).
        between: Scores of the transitions, shape (tags, tags), the illegal ones far below.
        batch: The sequences.

    Returns:
        Marginal probabilities of the tags (tokens, tags), expected counts of the transitions, and
        the log of the partition function summed over the sequences.
    """
    weights, top = _exponents(scores)
    step = np.exp(between)
    first, final = np.exp(_AT_FIRST), np.exp(_AT_FINAL)
    n_steps, n_sequences = batch.places.shape
    alpha = np.zeros((n_steps, n_sequences, N_TAGS), dtype=np.float32)
    scale = np.ones((n_steps, n_sequences), dtype=np.float32)
    for t in range(n_steps):
        n = batch.running[t]
        local = weights[batch.places[t, :n]]
        value = local * first if t == 0 else (alpha[t - 1, :n] @ step) * local
        last = batch.lengths[:n] == t + 1
        value[last] *= final
        scale[t, :n] = value.sum(axis=1)
        alpha[t, :n] = value / scale[t, :n, None]
    beta = np.ones((n_steps, n_sequences, N_TAGS), dtype=np.float32)
    expected = np.zeros((N_TAGS, N_TAGS), dtype=np.float32)
    for t in range(n_steps - 2, -1, -1):
        n = batch.running[t + 1]
        after = weights[batch.places[t + 1, :n]] * beta[t + 1, :n]
        after[batch.lengths[:n] == t + 2] *= final
        after /= scale[t + 1, :n, None]
        beta[t, :n] = after @ step.T
        expected += (alpha[t, :n].T @ after) * step
    probabilities = np.zeros_like(scores)
    probabilities[batch.places[batch.mask]] = (alpha * beta)[batch.mask]
    log_partition = float(np.log(scale[batch.mask]).sum() + top.sum())
    return probabilities, expected, log_partition


def _exponents(scores: Floats) -> tuple[Floats, Floats]:
    top = scores.max(axis=1, keepdims=True)
    # The floor keeps a sequence possible whose only legal tags score far below the others.
    return np.maximum(np.exp(scores - top), 1e-12), top


def viterbi(scores: Floats, between: Floats, batch: Batch) -> Tags:
    """The best legal tag of each token, shape (tokens,)."""
    n_steps, n_sequences = batch.places.shape
    tags = np.zeros(len(scores), dtype=np.int8)
    if not n_steps:
        return tags
    back = np.zeros((n_steps, n_sequences, N_TAGS), dtype=np.int8)
    best = scores[batch.places[0]] + _AT_FIRST
    ended = np.zeros((n_sequences, N_TAGS), dtype=np.float32)
    for t in range(n_steps):
        n = batch.running[t]
        if t:
            paths = best[:n, :, None] + between
            back[t, :n] = paths.argmax(axis=1)
            best = paths.max(axis=1) + scores[batch.places[t, :n]]
        last = batch.lengths[:n] == t + 1
        ended[:n][last] = best[last] + _AT_FINAL
    current = ended.argmax(axis=1).astype(np.int8)
    for t in range(n_steps - 1, -1, -1):
        n = batch.running[t]
        tags[batch.places[t, :n]] = current[:n]
        current[:n] = back[t, np.arange(n), current[:n]]
    return tags


def extents(tags: Tags) -> Iterator[tuple[int, int]]:
    """Token extents of the mentions in a legal sequence of tags."""
    start = 0
    for place in np.flatnonzero(tags).tolist():
        if tags[place] in (_B, _U):
            start = place
        if tags[place] in (_L, _U):
            yield start, place + 1


@registry.architectures("cartographer.MentionHead.v1")  # type: ignore[untyped-decorator]
def build_mention_head(
    tok2vec: Model[list[Doc], list[Floats]], width: int, hidden: int
) -> Model[list[Doc], list[Floats]]:
    """Model of one head: the shared encoding, one hidden layer, scores of the tags, and of their transitions.

    Args:
        tok2vec: The shared encoding, or a listener to it.
        width: Its width.
        hidden: Width of the head's own layer.
    """
    with use_ops("numpy", use_blis=False):
        layer: Model[Any, Any] = chain(
            Maxout(nO=hidden, nI=width, nP=2, dropout=0.0, normalize=True),
            Linear(nO=N_TAGS, nI=hidden, init_W=zero_init),
        )
        scorer: Model[list[Floats], list[Floats]] = Model(
            "tag_scores",
            _TagScores(layer),
            init=_initialize,
            layers=[layer],
            params={"transitions": cast(Floats2d, np.zeros((N_TAGS, N_TAGS), dtype=np.float32))},
        )
        model: Model[list[Doc], list[Floats]] = chain(tok2vec, scorer)
        model.set_ref("scorer", scorer)
        return model


def _initialize(model: Model[Any, Any], *_: object, **__: object) -> Model[Any, Any]:
    model.layers[0].initialize()
    return model


class _TagScores:
    """Scores of the tags, shape (tokens, tags) for each text, from its encoding."""

    def __init__(self, layer: Model[Any, Any]) -> None:
        self._layer, self._hidden = layer, FusedMaxout(layer.layers[0])

    def __call__(
        self, _: Model[list[Floats], list[Floats]], encodings: list[Floats], is_train: bool
    ) -> tuple[list[Floats], Callable[[list[Floats]], list[Floats]]]:
        if not is_train:
            # Each text alone: what is read from it never depends on what else was in the batch.
            self._hidden.refresh()
            return [self._read(encoding) for encoding in encodings], lambda _: []
        self._hidden.forget()
        borders = np.cumsum([len(encoding) for encoding in encodings])[:-1]
        scores, finish = self._layer(np.concatenate(encodings), is_train)

        def backprop(gradients: list[Floats]) -> list[Floats]:
            gradient: list[Floats] = np.split(finish(np.concatenate(gradients)), borders)
            return gradient

        return np.split(scores, borders), backprop

    def _read(self, encoding: Floats) -> Floats:
        products = encoding @ self._hidden.weights
        products += self._hidden.bias
        scores: Floats = self._layer.layers[1].predict(self._hidden.finish(products))
        return scores


class MentionHead(TrainablePipe):  # type: ignore[misc]
    """Finds the mentions of one label and writes them to `doc.spans[name of the component]`.

    The score of a mention is the least of the marginal probabilities of its tags. It is `span._.score`, and
    in the order of the group in its `attrs["scores"]`: attributes of equal extents are one, whichever group
    they are in, so that the head that comes last has the say in `span._.score`.
    """

    def __init__(self, vocab: Vocab, model: Model[Any, Any], name: str, *, label: str) -> None:
        self.vocab = vocab
        self.model = model
        self.name = name
        self.cfg: dict[str, Any] = {}
        self.label = label

    @property
    def labels(self) -> tuple[str, ...]:
        """The one label of this head."""
        return (self.label,)

    def _between(self) -> Floats:
        return self.model.get_ref("scorer").get_param("transitions") + _BETWEEN

    def predict(self, docs: Iterable[Doc]) -> list[tuple[Tags, Floats]]:
        """Tag of every token, Doc by Doc, and its marginal probability; 0 in sequences without a mention.

        Four sequences of a paper in five have none, and the probabilities cost as much as the tags.
        """
        docs = list(docs)
        if not sum(len(doc) for doc in docs):
            return [(np.zeros(0, dtype=np.int8), np.zeros(0, dtype=np.float32)) for _ in docs]
        scores = np.concatenate(self.model.predict(docs))
        batch = Batch.of(docs)
        tags = viterbi(scores, self._between(), batch)
        probabilities, _, _ = marginals(scores, self._between(), batch.with_any(tags))
        chosen = probabilities[np.arange(len(tags)), tags]
        borders = np.cumsum([len(doc) for doc in docs])[:-1]
        return list(zip(np.split(tags, borders), np.split(chosen, borders), strict=True))

    def set_annotations(self, docs: Iterable[Doc], predictions: list[tuple[Tags, Floats]]) -> None:
        """Write the mentions as a span group named as the component."""
        for doc, (tags, probabilities) in zip(docs, predictions, strict=True):
            spans, scores = [], []
            for start, end in extents(tags):
                span = Span(doc, start, end, label=self.label)
                span._.score = round(float(probabilities[start:end].min()), 4)
                spans.append(span)
                scores.append(span._.score)
            doc.spans[self.name] = SpanGroup(doc, name=self.name, attrs={"scores": scores}, spans=spans)

    def loss(
        self, docs: Sequence[Doc], scores: list[Floats], gold: Sequence[Tags]
    ) -> tuple[float, list[Floats]]:
        """Negative log likelihood per sequence, and its gradient; that of the transitions goes to the model.

        Args:
            docs: The Docs of the batch.
            scores: Scores of their tokens' tags.
            gold: True tags of their tokens.
        """
        flat, tags = np.concatenate(scores), np.concatenate(gold).astype(np.int64)
        batch = Batch.of(docs)
        between = self._between()
        probabilities, expected, log_partition = marginals(flat, between, batch)
        places, mask = batch.places, batch.mask
        pairs = mask[1:]
        before, after = tags[places[:-1][pairs]], tags[places[1:][pairs]]
        gold_score = float(flat[np.arange(len(tags)), tags].sum() + between[before, after].sum())
        gradient = probabilities
        gradient[np.arange(len(tags)), tags] -= 1
        seen = np.zeros_like(expected)
        np.add.at(seen, (before, after), 1)
        n_sequences = len(batch.lengths)
        self.model.get_ref("scorer").inc_grad("transitions", (expected - seen) / n_sequences)
        borders = np.cumsum([len(doc) for doc in docs])[:-1]
        return (log_partition - gold_score) / n_sequences, np.split(gradient / n_sequences, borders)

    def get_loss(self, examples: Iterable[Example], scores: list[Floats]) -> tuple[float, list[Floats]]:
        """Loss against the span group of the reference Docs, for `nlp.update`."""
        examples = list(examples)
        gold = [
            gold_tags(
                example.predicted,
                [
                    (span.start, span.end)
                    for span in example.get_aligned_spans_y2x(example.reference.spans.get(self.name, []))
                ],
            )
            for example in examples
        ]
        return self.loss([example.predicted for example in examples], scores, gold)

    def initialize(
        self,
        get_examples: Callable[[], Iterable[Example]],  # noqa: ARG002 - spaCy's signature
        *,
        nlp: Language | None = None,  # noqa: ARG002
    ) -> None:
        """Give the model its shape and its first weights."""
        self.model.initialize()


@Language.factory(
    "cartographer_head",
    default_config={
        "model": {
            "@architectures": "cartographer.MentionHead.v1",
            "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 192, "upstream": "tok2vec"},
            "width": 192,
            "hidden": 96,
        }
    },
)
def create_mention_head(nlp: Language, name: str, model: Model[Any, Any], label: str) -> MentionHead:
    """Entry of the head in spaCy's registry.

    Args:
        nlp: The language object.
        name: Name of the component, which is also the key of its span group.
        model: See `build_mention_head`.
        label: Label of the mentions.
    """
    return MentionHead(nlp.vocab, model, name, label=label)
