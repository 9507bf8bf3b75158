"""Fitting the head for participants: which numbers are sizes of groups, by what the encoder makes of them.

The encoder stays as it is. `models.recipe.cohort_model` is the command: it fits this head together with the
decision that takes its log-odds for a feature, and each on texts that the other's fitting has kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam, Model, fix_random_seed, set_dropout_rate

from pipeline.components.participants import numbers, windows

Floats: Any = npt.NDArray[np.float32]

NAME: Final = "participants"
SEED: Final = 11
#: Parts of the texts, of which each is heard by a head that was fitted on the others.
PARTS: Final = 4
#: Better on the gold than 8 epochs with 0.3 (`EXPERIMENTS.md`); no other was tried.
EPOCHS: Final = 4
DROPOUT: Final = 0.5
_RATE: Final = 0.001
_BATCH: Final = 128


class Numbers(NamedTuple):
    """The numbers of a text, as the head sees them.

    Attributes:
        starts: their first characters.
        windows: encodings around them, shape (numbers, inputs).
        is_size: 1, 0, or nan where nobody knows.
        weight: what a number of this text weighs in fitting.
    """

    starts: list[int]
    windows: Floats
    is_size: Floats
    weight: float


def numbers_of(
    doc: Doc, reach: int, verdicts: Mapping[int, bool | None], other: float, weight: float
) -> Numbers:
    """The numbers of a text that has been read.

    Args:
        doc: with its encoding.
        reach: neighbours on each side that the head looks at.
        verdicts: by first character, whether a number is a size; None where nobody knows.
        other: what a number without a verdict is: 0, or nan.
        weight: what a number of this text weighs in fitting.
    """
    places = numbers(doc)
    starts = [doc[place].idx for place in places.tolist()]
    told = [verdicts.get(start, other) for start in starts]
    is_size = np.array([np.nan if one is None else float(one) for one in told], dtype=np.float32)
    return Numbers(starts, windows(doc.tensor, places, reach), is_size, weight)


def fitted(scorer: Model[Any, Any], texts: Sequence[Numbers]) -> Model[Any, Any]:
    """A scorer of the same shape, fitted on the numbers of some texts; weights averaged over the steps.

    Args:
        scorer: of the head (`build_number_head`); it stays as it is.
        texts: to learn from.
    """
    known = [np.isfinite(text.is_size) for text in texts]
    inputs = np.concatenate([text.windows[mask] for text, mask in zip(texts, known, strict=True)])
    is_size = np.concatenate([text.is_size[mask] for text, mask in zip(texts, known, strict=True)])
    weights = np.repeat([text.weight for text in texts], [int(mask.sum()) for mask in known])
    weights = (weights / weights.mean()).astype(np.float32)
    fix_random_seed(SEED)
    order = np.random.default_rng(SEED)
    learner = scorer.copy()
    learner.initialize()
    set_dropout_rate(learner, DROPOUT)
    optimizer = Adam(_RATE, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    for _ in range(EPOCHS):
        shuffled = order.permutation(len(inputs))
        for start in range(0, len(shuffled), _BATCH):
            rows = shuffled[start : start + _BATCH]
            scores, back = learner.begin_update(inputs[rows])
            gradient = (1 / (1 + np.exp(-scores[:, 0])) - is_size[rows]) * weights[rows] / len(rows)
            back(gradient[:, None].astype(np.float32))
            learner.finish_update(optimizer)
            optimizer.step_schedules()
    for node in learner.walk():
        for name in node.param_names:
            node.set_param(name, optimizer.averages[node.id, name])
    return learner


def heard(scorer: Model[Any, Any], text: Numbers) -> dict[int, float]:
    """Log-odds of the numbers of a text, by first character."""
    scores = scorer.predict(text.windows)[:, 0].tolist() if text.starts else []
    return dict(zip(text.starts, scores, strict=True))


def heard_by_others(scorer: Model[Any, Any], texts: Sequence[Numbers]) -> list[dict[int, float]]:
    """The same of each text, by a scorer that was fitted on the other parts of the texts.

    Args:
        scorer: gives the shape.
        texts: neighbours in this order come into different parts.
    """
    found: list[dict[int, float]] = [{} for _ in texts]
    for part in range(PARTS):
        others = fitted(scorer, [text for at, text in enumerate(texts) if at % PARTS != part])
        for at in range(part, len(texts), PARTS):
            found[at] = heard(others, texts[at])
    return found


def save(nlp: Language, scorer: Model[Any, Any], weights: Path) -> None:
    """Put a fitted scorer into the head of a pipeline, and write the head beside the other weights."""
    set_dropout_rate(scorer, 0.0)
    head: Any = nlp.get_pipe(NAME)
    head.model.get_ref("scorer").from_bytes(scorer.to_bytes())
    head.to_disk(weights / NAME, exclude=["vocab"])
