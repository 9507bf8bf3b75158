"""Fitting the head for participants: what it learns from, and that no head hears a text that it knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from thinc.api import Linear, Maxout, Model, chain, zero_init

from models.recipe.cohort_model import pico
from models.recipe.corpora import DEV_PERCENT, in_fraction
from models.recipe.participants import PARTS, Numbers, fitted, heard, heard_by_others

WIDTH = 6


@pytest.fixture
def scorer() -> Model[Any, Any]:
    return chain(Maxout(nO=8, nI=WIDTH, nP=2, dropout=0.0, normalize=True), Linear(1, 8, init_W=zero_init))


def texts(n_texts: int) -> list[Numbers]:
    """Texts of forty numbers, which are sizes where the first input is positive."""
    draw = np.random.default_rng(3)
    rows = [draw.standard_normal((40, WIDTH)).astype("f") for _ in range(n_texts)]
    return [Numbers(list(range(40)), row, (row[:, 0] > 0).astype("f"), 1.0) for row in rows]


def share_right(odds: dict[int, float], text: Numbers) -> float:
    """How many numbers a head puts on the right side."""
    return float(np.mean([(odds[at] > 0) == (size > 0) for at, size in enumerate(text.is_size)]))


def test_a_fitted_head_tells_sizes_and_leaves_the_given_one_as_it_was(scorer: Model[Any, Any]) -> None:
    scorer.initialize()
    *known, unseen = texts(200)
    assert share_right(heard(fitted(scorer, known), unseen), unseen) > 0.8
    assert set(heard(scorer, unseen).values()) == {0.0}


def test_a_fit_can_be_repeated(scorer: Model[Any, Any]) -> None:
    known = texts(4)
    first, again = (heard(fitted(scorer, known), known[0]) for _ in range(2))
    assert first == again


def test_a_number_of_which_nobody_knows_teaches_nothing(scorer: Model[Any, Any]) -> None:
    known = texts(4)
    unknown = known[0]._replace(is_size=np.full(40, np.nan, dtype="f"), windows=known[0].windows * 9)
    without = heard(fitted(scorer, known[1:]), known[0])
    assert heard(fitted(scorer, [unknown, *known[1:]]), known[0]) == pytest.approx(without, abs=1e-5)


def test_numbers_of_more_weight_have_the_say(scorer: Model[Any, Any]) -> None:
    """The same numbers once with each answer: the heavier answer is learned."""
    known = texts(200)
    denied = [text._replace(is_size=1 - text.is_size, weight=5.0) for text in known]
    assert share_right(heard(fitted(scorer, [*known, *denied]), known[0]), known[0]) < 0.2


def test_what_is_heard_of_a_text_is_not_learned_from_it(scorer: Model[Any, Any]) -> None:
    """With other answers for one text, the same is heard of it, and other things of texts of other parts."""
    known = texts(2 * PARTS)
    turned = [known[0]._replace(is_size=1 - known[0].is_size), *known[1:]]
    before, after = heard_by_others(scorer, known), heard_by_others(scorer, turned)
    assert [at for at in range(len(known)) if before[at] == after[at]] == [0, PARTS]


def test_the_dev_part_of_pico_corpus_is_left_out_of_the_fit(tmp_path: Path) -> None:
    names = [
        next(str(n) for n in range(100) if in_fraction(str(n), DEV_PERCENT) is is_dev)
        for is_dev in (True, False)
    ]
    for name in names:
        text = "We randomised 61 women with breast cancer to surgery, and followed them for 48 months."
        (tmp_path / f"{name}.txt").write_text(text)
        (tmp_path / f"{name}.ann").write_text("T1\ttotal-participants 14 16\t61\n")
    (only,) = pico(tmp_path)
    assert only.title == names[1]
    assert only.sizes == {61}
    assert dict(zip(only.numbers.starts, only.numbers.is_size.tolist(), strict=True)) == {14: 1.0, 76: 0.0}
