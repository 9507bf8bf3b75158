"""Maxout with layer normalisation, for reading alone: the same numbers as thinc's layers, in fewer steps.

Thinc keeps what the gradient needs, and its maxout walks over triples of neighbouring numbers. Here pieces
lie block by block, so that the largest of them is taken row by row, and everything is done in place. The
shipped encoder of width 192 takes 34 µs a token by thinc's layers and 29 µs so, of which 26 are the bare
products (one core, processor time).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from thinc.api import Model

Floats: Any = npt.NDArray[np.float32]

#: As in thinc's layer normalisation.
_EPSILON: Final = np.float32(1e-8)


class FusedMaxout:
    """Reads through a thinc layer `maxout>>layernorm`; notices when the layer's parameters are replaced.

    Args:
        layer: holds one maxout and one layer normalisation.

    Attributes:
        weights: weights of the inputs, shape (inputs, pieces x width), piece by piece.
        bias: shape (pieces x width,).
    """

    def __init__(self, layer: Model[Any, Any]) -> None:
        nodes = {node.name: node for node in layer.walk()}
        self._maxout, self._norm = nodes["maxout"], nodes["layernorm"]
        self._source: tuple[Floats, ...] = ()

    def refresh(self) -> bool:
        """Take the layer's parameters over where they are other arrays than before; whether they were."""
        maxout, norm = self._maxout, self._norm
        source: tuple[Floats, ...] = (
            *map(maxout.get_param, ("W", "b")),
            *map(norm.get_param, ("G", "b")),
        )
        if self._source and all(new is old for new, old in zip(source, self._source, strict=True)):
            return False
        self._source = source
        width, pieces, inputs = source[0].shape
        self._width, self._pieces = width, pieces
        by_piece = source[0].transpose(2, 1, 0).reshape(inputs, pieces * width)
        self.weights: Floats = np.ascontiguousarray(by_piece)
        self.bias: Floats = np.ascontiguousarray(source[1].T.reshape(-1))
        return True

    def forget(self) -> None:
        """Take the parameters over anew at the next `refresh`: a training step changes arrays in place."""
        self._source = ()

    def finish(self, scores: Floats) -> Floats:
        """From the products with the weights, bias added, to the layer's output.

        Args:
            scores: shape (rows, pieces x width); used up.

        Returns:
            Shape (rows, width).
        """
        width = self._width
        best = np.maximum(scores[:, :width], scores[:, width : 2 * width])
        for piece in range(2, self._pieces):
            np.maximum(best, scores[:, piece * width : (piece + 1) * width], out=best)
        best -= np.add.reduce(best, axis=1, keepdims=True) / np.float32(width)
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON
        best *= (1 / np.sqrt(variance))[:, None]
        best *= self._source[2]
        best += self._source[3]
        return best
