"""The shared encoder: window convolutions over the token features, for reading computed in place."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.ml.models import MaxoutWindowEncoder
from spacy.util import registry
from thinc.api import Model, use_ops

from pipeline.components.fused import FusedMaxout

Floats: Any = npt.NDArray[np.float32]
Places: Any = npt.NDArray[np.intp]

#: Tokens that go through the layers at once when a text is read: bounds memory (some 25 MB) for any length.
_PIECE: Final = 4096


@registry.architectures("cartographer.WindowEncoder.v1")  # type: ignore[untyped-decorator]
def build_window_encoder(width: int, depth: int, window_size: int, maxout_pieces: int) -> Model[Any, Any]:
    """Build spaCy's residual window convolutions, multiplied by numpy's BLAS, over long texts piece by piece.

    OpenBLAS was three times as fast as thinc's own BLIS build on AVX-512 (103 against 34 GFLOP/s, one core).
    """
    with use_ops("numpy", use_blis=False):
        whole = MaxoutWindowEncoder(
            width=width, window_size=window_size, maxout_pieces=maxout_pieces, depth=depth
        )
        reader = _Reader(whole, window_size)

        def forward(
            _: Model[list[Floats], list[Floats]], embedded: list[Floats], is_train: bool
        ) -> tuple[list[Floats], Callable[[list[Floats]], list[Floats]]]:
            if is_train:
                reader.forget()
                encoded, backprop = whole(embedded, is_train)
                return encoded, backprop
            return [reader(array) for array in embedded], lambda _: []

        def initialize(model: Model[Any, Any], *_: object, **__: object) -> Model[Any, Any]:
            whole.initialize()
            return model

        # The layers are those of `whole`, so that weights, dropout and averages reach them.
        return Model(
            "window_encoder", forward, init=initialize, layers=list(whole.layers), dims={"nO": width}
        )


class _Reader:
    """Encodes one text at a time: what is read from it never depends on what else was in the batch."""

    def __init__(self, whole: Model[Any, Any], window_size: int) -> None:
        self._layers = [FusedMaxout(node) for node in whole.walk() if node.name == "maxout>>layernorm"]
        self._window = window_size
        self._offsets = range(-window_size, window_size + 1)

    def forget(self) -> None:
        """A training step has changed the weights in place."""
        for layer in self._layers:
            layer.forget()

    def __call__(self, embedded: Floats) -> Floats:
        """Encode a text in pieces, each with the neighbours that its convolutions reach."""
        for layer in self._layers:
            layer.refresh()
        reach = self._window * len(self._layers)
        pieces = []
        for start in range(0, max(1, len(embedded)), _PIECE):
            low, high = max(0, start - reach), start + _PIECE + reach
            encoded = self._encode(embedded[low:high], reach)
            pieces.append(encoded[start - low : start - low + _PIECE])
        return np.concatenate(pieces)

    def _encode(self, embedded: Floats, reach: int) -> Floats:
        """One piece, between as many rows of zeros as spaCy's encoder puts between texts."""
        n_rows, width = len(embedded) + 2 * reach, embedded.shape[1]
        rows = np.zeros((n_rows, width), dtype=np.float32)
        rows[reach : n_rows - reach] = embedded
        windows = np.zeros((n_rows, (2 * self._window + 1) * width), dtype=np.float32)
        for place, layer in enumerate(self._layers):
            if place:
                for column, offset in enumerate(self._offsets):
                    here, there = _beside(n_rows, offset)
                    windows[here, column * width : (column + 1) * width] = rows[there]
                scores = windows @ layer.weights
            else:
                scores = self._of_words(layer, rows)
            scores += layer.bias
            rows += layer.finish(scores)
        return rows[reach : n_rows - reach]

    def _of_words(self, layer: FusedMaxout, rows: Floats) -> Floats:
        """Products of the first layer: words that look alike, two in three of a paper's, are multiplied once.

        They took 6 of the encoder's 29 µs a token, and take 4 so.
        """
        places, first = _distinct(rows)
        width = rows.shape[1]
        alike = rows[first]
        blocks = [layer.weights[start : start + width] for start in range(0, len(layer.weights), width)]
        scores: Floats = (alike @ blocks[self._window])[places]
        for block, offset in zip(blocks, self._offsets, strict=True):
            if offset:
                here, there = _beside(len(rows), offset)
                scores[here] += (alike @ block)[places[there]]
        return scores


def _beside(n_rows: int, offset: int) -> tuple[slice, slice]:
    """Rows that have one so many places behind them, and those."""
    return slice(max(0, -offset), n_rows - max(0, offset)), slice(max(0, offset), n_rows - max(0, -offset))


@cache
def _chance(width: int) -> Floats:
    return np.random.default_rng(0).standard_normal(width, dtype=np.float32)


def _distinct(rows: Floats) -> tuple[Places, Places]:
    """For each row its place among the distinct ones, and where each of these stands first.

    Rows are told apart by their products with a vector of chance, which is a hundred times as fast as by all
    their numbers; where two that differ had the same product, all count as distinct.
    """
    _, first, places = np.unique(rows @ _chance(rows.shape[1]), return_index=True, return_inverse=True)
    if np.array_equal(rows[first][places], rows):
        return places, first
    every = np.arange(len(rows))
    return every, every
