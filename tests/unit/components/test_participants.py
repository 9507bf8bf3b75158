"""The head for participants: which tokens it looks at, what it learns, and that no text hears another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import Model

from pipeline.annotate import language_pipeline
from pipeline.components.cohorts import Counts
from pipeline.components.participants import build_number_head, numbers, windows

TEXTS = ("We treated 12 patients for 30 days.", "In 40 days , seven patients came.", "Nobody came.", "")


def head_pipeline() -> Language:
    """A small encoder of its own under the head."""
    nlp = spacy.blank("en")
    encoder = {"@architectures": "spacy.HashEmbedCNN.v2", "width": 32, "depth": 1, "embed_size": 200}
    encoder |= {"window_size": 1, "maxout_pieces": 2, "subword_features": False, "pretrained_vectors": None}
    model = {"width": 32, "hidden": 8, "reach": 1, "tok2vec": encoder}
    nlp.add_pipe("cartographer_number_head", "participants", config={"model": model})
    return nlp


def test_numbers_are_told_in_digits_and_in_words() -> None:
    doc = spacy.blank("en")("Of 1,204 people twenty had CD19 and one 3.5 days")
    assert [doc[at].text for at in numbers(doc)] == ["1,204", "twenty", "one", "3.5"]


def test_a_window_holds_the_neighbours_in_order_and_zeros_beyond_the_text() -> None:
    encoding = np.arange(1, 7, dtype="f").reshape(3, 2)
    found = windows(encoding, np.array([0, 2]), 1)
    assert found.tolist() == [[0, 0, 1, 2, 3, 4], [3, 4, 5, 6, 0, 0]]


def test_the_gradient_reaches_the_encoding_of_the_neighbours() -> None:
    """What `nlp.update` gives back to the encoder is the slope of the scores, measured by small steps."""
    doc = spacy.blank("en")("one of 9 came")
    rng = np.random.default_rng(5)
    encoding = rng.standard_normal((len(doc), 3)).astype("f")
    caught: list[Any] = []

    def forward(_: Model[Any, Any], docs: list[Doc], is_train: bool) -> tuple[Any, Callable[[Any], Any]]:
        del docs, is_train
        return [encoding], caught.extend

    model = build_number_head(Model("fixed", forward), 3, 4, 1)
    model.initialize()
    scorer = model.get_ref("scorer")
    # One piece of the maxout always wins: at a change of piece a slope is not what small steps measure.
    pieces = next(layer for layer in scorer.walk() if layer.name == "maxout")
    pieces.set_param("W", rng.standard_normal((4, 2, 9)).astype("f"))
    pieces.set_param("b", np.tile(np.array([50.0, 0.0], "f"), (4, 1)))
    scorer.layers[1].set_param("W", rng.standard_normal((1, 4)).astype("f"))
    scores, backprop = model([doc], is_train=True)
    backprop([np.ones_like(scores[0])])
    slopes = np.zeros_like(encoding)
    for place in np.ndindex(*encoding.shape):
        before = encoding[place]
        for sign in (1, -1):
            encoding[place] = before + sign * 1e-2
            slopes[place] += sign * float(model.predict([doc])[0].sum()) / 2e-2
        encoding[place] = before
    np.testing.assert_allclose(caught[0], slopes, atol=0.05)
    assert np.abs(slopes).min() > 0  # each of the four tokens is a number or beside one


def test_it_learns_through_nlp_update_which_numbers_are_sizes() -> None:
    nlp = head_pipeline()
    examples = []
    for text, size in ((TEXTS[0], "12"), (TEXTS[1], "seven")):
        doc = nlp.make_doc(text)
        start = text.index(size)
        doc.spans["participants"] = [doc.char_span(start, start + len(size), "SIZE")]
        examples.append(Example(nlp.make_doc(text), doc))
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(40):
        nlp.update(examples, sgd=optimizer)
    heard = nlp(TEXTS[0])._.size_odds
    assert set(heard) == {11, 27}
    assert heard[11] > 1
    assert heard[27] < -1


def test_what_is_heard_in_a_text_does_not_depend_on_its_batch() -> None:
    """A text without numbers, or without words, hears nothing."""
    nlp = head_pipeline()
    nlp.initialize()
    scorer = nlp.get_pipe("participants").model.get_ref("scorer")  # type: ignore[attr-defined]
    scorer.layers[1].set_param("W", np.linspace(-1, 1, 8, dtype="f")[None])
    together = [doc._.size_odds for doc in nlp.pipe(TEXTS)]
    assert together == [nlp(text)._.size_odds for text in TEXTS]
    assert list(map(len, together)) == [2, 2, 0, 0]


def test_the_shipped_head_tells_subjects_from_weeks() -> None:
    """It is loaded with the pipeline and listens to the shared encoder."""
    text = "A total of 46 patients were enrolled and followed for 18 months at 7 hospitals."
    heard = language_pipeline()(text)._.size_odds
    assert heard[text.index("46")] > 0 > max(heard[text.index("18")], heard[text.index("7 h")])


@pytest.mark.parametrize(("odds", "feature"), [(2.0, 0.5), (-40.0, -1.0), (None, 0.0)])
def test_the_decision_on_counts_is_told_the_log_odds_within_bounds(
    odds: float | None, feature: float
) -> None:
    text = "We saw 12 patients."
    doc = spacy.blank("en")(text)
    if odds is not None:
        doc._.size_odds = {text.index("12"): odds}
    told = Counts(doc)
    assert [one["heard"] for one in told.size_features()] == [feature]
    assert not any("heard" in one for one in told.role_features(told.all))


def test_what_is_heard_of_a_number_may_turn_the_decision() -> None:
    """A number of which the words say little is a group where the head is sure of it, and none where not."""
    text = "The drug failed 12 patients."
    verdicts = []
    for odds in (-8.0, 8.0):
        doc = spacy.blank("en")(text)
        doc._.size_odds = {text.index("12"): odds}
        verdicts.append([count.n for count in Counts(doc).passing()])
    assert verdicts == [[], [12]]
