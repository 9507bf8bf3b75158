"""The shared encoder: window convolutions over the token features, for reading computed in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.ml.models import MaxoutWindowEncoder
from spacy.util import registry
from thinc.api import Model, use_ops

from pipeline.components.fused import FusedMaxout

Floats: Any = npt.NDArray[np.float32]

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
        for layer in self._layers:
            for place, offset in enumerate(range(-self._window, self._window + 1)):
                columns = windows[:, place * width : (place + 1) * width]
                columns[max(0, -offset) : n_rows - max(0, offset)] = rows[
                    max(0, offset) : n_rows - max(0, -offset)
                ]
            scores = windows @ layer.weights
            scores += layer.bias
            rows += layer.finish(scores)
        return rows[reach : n_rows - reach]
