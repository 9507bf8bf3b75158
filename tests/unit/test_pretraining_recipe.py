"""Pretraining of the encoder: what it learns from, and that it learns."""

from __future__ import annotations

import numpy as np
import spacy
from spacy.ml.models import build_hash_embed_cnn_tok2vec
from thinc.api import Adam, fix_random_seed

from models.recipe.pretraining import Guesser, without_dev_sentences


def test_a_raw_text_that_holds_a_sentence_of_a_dev_text_is_left_out() -> None:
    told = "The third patient had a seizure of unknown cause after the second dose."
    dev = ["A case report\nWe treated three women. " + told + " She recovered."]
    others = ["The third patient had no seizure. All of them left the ward on the fourth day after it."]
    copied = ["Much is known by now. The third patient had a seizure of unknown cause after the second-dose."]
    assert without_dev_sentences(others + copied, dev) == others


def test_blanked_words_are_learned_from_the_words_around_them() -> None:
    fix_random_seed(1)
    nlp = spacy.blank("en")
    docs = [nlp.make_doc(text) for text in ("one two three four " * 20, "two one four three " * 20)]
    encoder = build_hash_embed_cnn_tok2vec(
        width=16,
        depth=2,
        embed_size=100,
        window_size=1,
        maxout_pieces=2,
        subword_features=False,
        pretrained_vectors=None,
    )
    encoder.initialize(X=docs)
    guesser, optimizer, chance = Guesser(encoder, docs), Adam(0.01), np.random.default_rng(1)
    losses = [guesser.step(docs, chance, optimizer) for _ in range(80)]
    assert np.mean(losses[-10:]) < 0.5 * losses[0]
