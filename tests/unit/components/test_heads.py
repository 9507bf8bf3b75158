"""The mention head: legal tags only, exact marginals, and it learns from the labels that it is given."""

from itertools import pairwise, product

import numpy as np
import pytest
import spacy
from spacy.training import Example

from pipeline.components.heads import Batch, extents, gold_tags, marginals, sequences, viterbi

LEGAL_BETWEEN = {
    (0, 0),
    (0, 1),
    (0, 4),
    (1, 2),
    (1, 3),
    (2, 2),
    (2, 3),
    (3, 0),
    (3, 1),
    (3, 4),
    (4, 0),
    (4, 1),
    (4, 4),
}


def legal_paths(length):
    for path in product(range(5), repeat=length):
        if (
            path[0] in (0, 1, 4)
            and path[-1] in (0, 3, 4)
            and all(pair in LEGAL_BETWEEN for pair in pairwise(path))
        ):
            yield path


@pytest.fixture
def problem():
    random = np.random.default_rng(5)
    scores = random.normal(size=(7, 5)).astype("f")
    weights = random.normal(size=(5, 5)).astype("f")
    between = np.where([[(a, b) in LEGAL_BETWEEN for b in range(5)] for a in range(5)], weights, -1e4).astype(
        "f"
    )
    return scores, between, [(0, 3), (3, 4), (4, 7)]


def path_score(path, scores, between):
    return sum(scores[t, tag] for t, tag in enumerate(path)) + sum(between[pair] for pair in pairwise(path))


def test_decoding_finds_the_best_legal_path(problem):
    """Against every legal path of three sequences of unequal length."""
    scores, between, pieces = problem
    tags = viterbi(scores, between, Batch([b - a for a, b in pieces], [a for a, _ in pieces]))
    for start, end in pieces:
        best = max(legal_paths(end - start), key=lambda path: path_score(path, scores[start:end], between))
        assert tuple(tags[start:end]) == best


def test_marginals_are_the_sums_over_paths(problem):
    """Probabilities, transition counts and partition function agree with the enumeration of all paths."""
    scores, between, pieces = problem
    batch = Batch([b - a for a, b in pieces], [a for a, _ in pieces])
    probabilities, expected, log_partition = marginals(scores, between, batch)
    total, counts = 0.0, np.zeros((5, 5))
    for start, end in pieces:
        paths = list(legal_paths(end - start))
        weights = np.exp([path_score(path, scores[start:end], between) for path in paths])
        total += np.log(weights.sum())
        truth = np.zeros((end - start, 5))
        for path, weight in zip(paths, weights / weights.sum(), strict=True):
            truth[np.arange(end - start), path] += weight
            for pair in pairwise(path):
                counts[pair] += weight
        np.testing.assert_allclose(probabilities[start:end], truth, atol=1e-4)
    np.testing.assert_allclose(expected, counts, atol=1e-4)
    assert log_partition == pytest.approx(total, abs=1e-3)


def test_tags_and_extents_are_inverse():
    """Mentions of one, two and three tokens come back from their tags."""
    doc = spacy.blank("en")("a b c d e f g h")
    mentions = [(0, 1), (1, 3), (4, 7)]
    assert list(extents(gold_tags(doc, mentions))) == mentions


def test_no_sequence_runs_over_a_line_break():
    """A full stop and a line break end a sequence; together the sequences hold every token."""
    doc = spacy.blank("en")("Title\nFirst one . Second")
    assert sequences(doc) == [(0, 2), (2, 5), (5, 6)]


def head_pipeline():
    nlp = spacy.blank("en")
    nlp.add_pipe(
        "cartographer_head",
        "conditions",
        config={
            "label": "CONDITION",
            "model": {
                "width": 32,
                "hidden": 16,
                "tok2vec": {
                    "@architectures": "spacy.HashEmbedCNN.v2",
                    "width": 32,
                    "depth": 1,
                    "embed_size": 200,
                    "window_size": 1,
                    "maxout_pieces": 2,
                    "subword_features": False,
                    "pretrained_vectors": None,
                },
            },
        },
    )
    return nlp


def test_head_learns_its_label_through_nlp_update():
    """After a few updates the head finds what it was shown, and leaves `doc.ents` empty."""
    nlp = head_pipeline()
    examples = []
    for text, start, end in [("She has severe lupus .", 8, 20), ("He has lupus now .", 7, 12)]:
        doc = nlp.make_doc(text)
        doc.spans["conditions"] = [doc.char_span(start, end, "CONDITION")]
        examples.append(Example(nlp.make_doc(text), doc))
    optimizer = nlp.initialize(lambda: examples)
    optimizer.learn_rate = 0.01
    for _ in range(60):
        nlp.update(examples, sgd=optimizer)
    doc = nlp("He has lupus now .")
    assert [(span.text, span.label_) for span in doc.spans["conditions"]] == [("lupus", "CONDITION")]
    assert 0.5 < doc.spans["conditions"][0]._.score <= 1
    assert not doc.ents


def test_empty_document_has_an_empty_group():
    """A text without tokens passes."""
    nlp = head_pipeline()
    nlp.initialize()
    assert list(nlp("").spans["conditions"]) == []


def test_weights_come_back_from_disk(tmp_path):
    """Transitions and layers of a reloaded head give the same scores."""
    nlp = head_pipeline()
    nlp.initialize()
    scorer = nlp.get_pipe("conditions").model.get_ref("scorer")
    scorer.set_param("transitions", np.arange(25, dtype="f").reshape(5, 5))
    nlp.to_disk(tmp_path)
    again = head_pipeline().from_disk(tmp_path)
    restored = again.get_pipe("conditions").model.get_ref("scorer").get_param("transitions")
    np.testing.assert_array_equal(restored, scorer.get_param("transitions"))


def test_each_head_keeps_its_own_score_of_one_extent():
    """ "VHL" is a gene for one head and a disease for another: neither score overwrites the other."""
    nlp = spacy.blank("en")
    doc = nlp("VHL mutations")
    for name, probability in (("conditions", 0.75), ("genes", 0.5)):
        head = nlp.add_pipe("cartographer_head", name=name, config={"label": name.upper()})
        prediction = (np.array([4, 0], dtype=np.int8), np.array([probability, 1.0], dtype="f"))
        head.set_annotations([doc], [prediction])
    assert [doc.spans[name].attrs["scores"] for name in ("conditions", "genes")] == [[0.75], [0.5]]


def test_probabilities_are_of_the_sequences_that_hold_a_mention():
    """The probabilities of a sequence are the same whether the others are looked at or not."""
    rng = np.random.default_rng(5)
    lengths, starts = [2, 4, 3], [0, 2, 6]
    scores, between = rng.normal(size=(9, 5)).astype("f"), np.zeros((5, 5), dtype="f")
    whole = Batch(lengths, starts)
    tags = np.zeros(9, dtype=np.int8)
    assert not marginals(scores, between, whole.with_any(tags))[0].any()
    tags[3] = 4
    every, some = (marginals(scores, between, one)[0] for one in (whole, whole.with_any(tags)))
    np.testing.assert_allclose(some[2:6], every[2:6], rtol=1e-5)
    assert not some[:2].any()
    assert not some[6:].any()
