"""An encoder that was tried: a bidirectional LSTM layer after, or instead of, the window convolutions.

In numpy, because the gradients of thinc's own LSTM (8.3) are wrong on a CPU: they leave out the first step of
each sequence and pair each step's gates with its own output instead of the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.util import registry
from thinc.api import Model, chain

from pipeline.components.encoder import build_window_encoder

Floats: Any = npt.NDArray[np.float32]


@registry.architectures("cartographer.BiLSTMEncoder.v1")  # type: ignore[untyped-decorator]
def build_bilstm_encoder(width: int, depth: int, window_size: int, maxout_pieces: int) -> Model[Any, Any]:
    """Window convolutions of a depth, which may be 0, and an LSTM whose outputs are added to its inputs.

    The arguments are those of `build_window_encoder`. A half of the width goes to each direction.
    """
    lstm: Model[Any, Any] = Model(
        "bilstm",
        _forward,
        init=_initialize,
        dims={"nO": width},
        params={"Wx": None, "Wh": None, "b": None},
        attrs={"dropout_rate": 0.0},
    )
    if not depth:
        return lstm
    whole: Model[Any, Any] = chain(build_window_encoder(width, depth, window_size, maxout_pieces), lstm)
    whole.set_dim("nO", width, force=True)
    return whole


def _initialize(model: Model[Any, Any], *_: object, **__: object) -> Model[Any, Any]:
    width = model.get_dim("nO")
    half = width // 2
    chance = np.random.default_rng(11)
    for name, n_in in (("Wx", width), ("Wh", half)):
        bound = np.sqrt(6 / (n_in + half))
        model.set_param(name, chance.uniform(-bound, bound, (2, n_in, 4 * half)).astype("f"))
    bias: Floats = np.zeros((2, 4 * half), dtype=np.float32)
    bias[:, :half] = 1  # to forget little at first
    model.set_param("b", bias)
    return model


def _forward(
    model: Model[list[Floats], list[Floats]], texts: list[Floats], is_train: bool
) -> tuple[list[Floats], Callable[[list[Floats]], list[Floats]]]:
    if not is_train:
        # Each text alone: what is read from it never depends on what else was in the batch.
        return [_read(model, [text])[0][0] for text in texts], lambda _: []
    outputs, runs = _read(model, texts)
    kept = [model.ops.get_dropout_mask(text.shape, model.attrs["dropout_rate"]) for text in texts]
    half = model.get_dim("nO") // 2

    def backprop(gradients: list[Floats]) -> list[Floats]:
        results = [gradient.copy() for gradient in gradients]
        d_outputs = [gradient * mask for gradient, mask in zip(gradients, kept, strict=True)]
        changes: dict[str, Floats] = {
            name: np.zeros_like(model.get_param(name)) for name in ("Wx", "Wh", "b")
        }
        for way, run in enumerate(runs):
            columns = slice(way * half, (way + 1) * half)
            padded = _padded([gradient[:, columns] for gradient in d_outputs], way)
            d_gates = run.backward(padded, model.get_param("Wh")[way])
            flat = d_gates.reshape(-1, 4 * half)
            changes["Wx"][way] = run.inputs.reshape(len(flat), -1).T @ flat
            changes["Wh"][way] = run.before.reshape(len(flat), -1).T @ flat
            changes["b"][way] = flat.sum(axis=0)
            d_inputs = d_gates @ model.get_param("Wx")[way].T
            for place, result in enumerate(results):
                np.add(result, d_inputs[: len(result), place][:: -1 if way else 1], out=result)
        for name, change in changes.items():
            model.inc_grad(name, change)
        return results

    return [
        text + (output - text) * mask for text, output, mask in zip(texts, outputs, kept, strict=True)
    ], backprop


def _padded(texts: list[Floats], way: int) -> Floats:
    """The texts as one array (steps, texts, width), filled up with zeros; turned round for the second way."""
    longest = max(map(len, texts))
    padded: Floats = np.zeros((longest, len(texts), texts[0].shape[1]), dtype=np.float32)
    for place, text in enumerate(texts):
        padded[: len(text), place] = text[:: -1 if way else 1]
    return padded


def _read(model: Model[Any, Any], texts: list[Floats]) -> tuple[list[Floats], list[_Run]]:
    runs, outputs = [], [text.copy() for text in texts]
    half = model.get_dim("nO") // 2
    for way in (0, 1):
        run = _Run(_padded(texts, way), *(model.get_param(name)[way] for name in ("Wx", "Wh", "b")))
        for place, output in enumerate(outputs):
            columns = output[:, way * half : (way + 1) * half]
            columns += run.outputs[: len(output), place][:: -1 if way else 1]
        runs.append(run)
    return outputs, runs


class _Run:
    """One way of the LSTM over padded sequences; what stands behind a sequence's end does not reach it.

    Gates lie in blocks: forget, input, output, candidate.
    """

    def __init__(self, inputs: Floats, of_input: Floats, of_output: Floats, bias: Floats) -> None:
        self.inputs = inputs
        n_steps, n_texts, _ = inputs.shape
        half = len(of_output)
        self.gates: Floats = inputs @ of_input + bias
        self.gates[:, :, : 3 * half] *= 0.5
        scaled = of_output.copy()
        scaled[:, : 3 * half] *= 0.5
        self.cells: Floats = np.zeros((n_steps + 1, n_texts, half), dtype=np.float32)
        states: Floats = np.zeros((n_steps + 1, n_texts, half), dtype=np.float32)
        for step in range(n_steps):
            gates = self.gates[step]
            gates += states[step] @ scaled
            np.tanh(gates, out=gates)
            gates[:, : 3 * half] *= 0.5
            gates[:, : 3 * half] += 0.5
            forget, take, show, new = np.split(gates, 4, axis=1)
            self.cells[step + 1] = forget * self.cells[step] + take * new
            states[step + 1] = show * np.tanh(self.cells[step + 1])
        self.before, self.outputs = states[:-1], states[1:]

    def backward(self, d_outputs: Floats, of_output: Floats) -> Floats:
        """Gradient of the gates before their activation, from that of the outputs."""
        d_gates = np.zeros_like(self.gates)
        d_state = np.zeros_like(self.cells[0])
        d_cell = np.zeros_like(self.cells[0])
        for step in range(len(self.gates) - 1, -1, -1):
            forget, take, show, new = np.split(self.gates[step], 4, axis=1)
            d_state = d_state + d_outputs[step]
            tanh = np.tanh(self.cells[step + 1])
            d_cell = d_cell + d_state * show * (1 - tanh * tanh)
            d_gates[step] = np.concatenate(
                [
                    d_cell * self.cells[step] * forget * (1 - forget),
                    d_cell * new * take * (1 - take),
                    d_state * tanh * show * (1 - show),
                    d_cell * take * (1 - new * new),
                ],
                axis=1,
            )
            d_cell = d_cell * forget
            d_state = d_gates[step] @ of_output.T
        return d_gates
