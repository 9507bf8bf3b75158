"""Token features: the longest name wins, definitions reach every short form, pieces equal the whole."""

import numpy as np
import pytest
import spacy
from spacy.attrs import ORTH
from spacy.strings import get_string_id

from pipeline.components.encoder import _distinct, build_window_encoder
from pipeline.components.name_table import NameTable
from pipeline.components.token_features import build_token_features, definitions, set_tables
from pipeline.components.tokenizer import build_tokenizer
from pipeline.components.word_cache import name_key

NLP = spacy.blank("en")
NLP.tokenizer = build_tokenizer(NLP)
DISEASE, PHENOTYPE, GENE = 1, 2, 4


@pytest.fixture
def names():
    return NameTable.from_names(
        {
            ("lymphoma",): DISEASE,
            ("follicular", "lymphoma"): DISEASE,
            ("non", "hodgkin", "lymphoma"): DISEASE,
            ("fever",): PHENOTYPE | DISEASE,
            ("ifngamma",): GENE,
        }
    )


def tags(names, text, kind):
    keys = [name_key(token.text) for token in NLP(text)]
    words = np.array([get_string_id(key) if key else 0 for key in keys], dtype=np.uint64)
    return names.tags(words)[:, kind].tolist()


@pytest.mark.parametrize(
    ("word", "key"),
    [("Lymphomas", "lymphoma"), ("IFNγ", "ifngamma"), ("-", ""), ("virus", "virus"), ("abscess", "abscess")],
)
def test_words_of_names_have_one_form(word, key):
    """Case, plural and Greek letters do not part two spellings of a name; hyphens do not count."""
    assert name_key(word) == key


def test_longest_name_wins(names):
    """In "follicular lymphomas" the shorter name inside gives way; alone it is a unit."""
    assert tags(names, "Follicular lymphomas or lymphoma", 0) == [1, 3, 0, 4]


def test_hyphens_do_not_part_a_name(names):
    """ "Non-Hodgkin lymphoma" is the name "non hodgkin lymphoma"; its hyphen carries no tag."""
    assert tags(names, "Non-Hodgkin lymphoma", 0) == [1, 0, 2, 3]


def test_kinds_are_told_apart(names):
    """A name of two kinds is tagged for both, and for no other."""
    assert [tags(names, "fever", kind) for kind in range(4)] == [[4], [4], [0], [0]]
    assert tags(names, "IFN-γ", 2) == [0, 0, 0]


def test_name_table_survives_as_bytes(names):
    """The table read back finds the same names."""
    again = NameTable.from_bytes(names.to_bytes())
    assert tags(again, "of follicular lymphoma", 0) == [0, 1, 3]


@pytest.mark.parametrize(
    ("text", "short", "before"),
    [
        ("cytokine release syndrome (CRS)", "CRS", "syndrome"),
        ("ataxia telangiectasia (A-T)", "A-T", "telangiectasia"),
        ("overall survival (OS, months)", "OS", "survival"),
    ],
)
def test_definitions_in_brackets(text, short, before):
    """The short form, of one token or several, points to the word before its bracket."""
    doc = NLP(text)
    found = definitions(doc.to_array(ORTH), NLP.vocab)
    shown = {"".join(NLP.vocab.strings[key] for key in keys): doc[at].text for keys, at in found.items()}
    assert shown == {short: before}


@pytest.mark.parametrize("text", ["the trial (n=12)", "they (see below) left", "(CRS)", "CRS ("])
def test_brackets_without_a_short_form(text):
    """Figures, small words, and brackets at the edge of the text define nothing."""
    assert definitions(NLP(text).to_array(ORTH), NLP.vocab) == {}


def test_a_short_form_reads_alike_wherever_it_stands():
    """Far from its definition a short form has the features of the one beside it; undefined, it has not."""
    layer = build_token_features(16)
    docs = [NLP("Lupus nephritis (LN) is bad . We saw LN")]
    layer.initialize(X=docs)
    (vectors,) = layer.predict(docs)
    (undefined,) = layer.predict([NLP("We saw LN")])
    np.testing.assert_array_equal(vectors[3], vectors[-1])
    assert not np.allclose(vectors[-1], undefined[-1])


def test_no_tokens_no_vectors():
    """An empty Doc gives an array without rows."""
    layer = build_token_features(16)
    layer.initialize(X=[NLP("word")])
    assert [len(vectors) for vectors in layer.predict([NLP(""), NLP("a b")])] == [0, 2]
    assert [len(vectors) for vectors in layer.predict([NLP("")])] == [0]


def test_long_texts_are_encoded_as_if_at_once(monkeypatch):
    """Pieces with their neighbours give what the whole text gives."""
    model = build_window_encoder(width=8, depth=2, window_size=1, maxout_pieces=2)
    model.initialize()
    embedded = np.random.default_rng(1).normal(size=(30, 8)).astype("f")
    (whole,) = model.predict([embedded])
    monkeypatch.setattr("pipeline.components.encoder._PIECE", 7)
    (pieces,) = model.predict([embedded])
    np.testing.assert_allclose(pieces, whole, atol=1e-5)


@pytest.mark.parametrize("window", [1, 2])
def test_words_that_come_again_are_read_as_thinc_reads_them(window):
    """Products that are made once for words alike are those of spaCy's own layers, at the edges, too."""
    model = build_window_encoder(width=8, depth=2, window_size=window, maxout_pieces=3)
    model.initialize()
    words = np.random.default_rng(1).normal(size=(5, 8)).astype("f")
    embedded = words[[0, 1, 0, 0, 2, 3, 1, 4, 0, 0]]
    (read,) = model.predict([embedded])
    (learned,) = model([embedded], is_train=True)[0]
    np.testing.assert_allclose(read, learned, atol=1e-5)


def test_words_are_told_apart():
    """Each row has its place among the distinct ones; a product in common does not make two words one."""
    rows = np.array([[1, 2], [3, 4], [1, 2]], dtype="f")
    places, first = _distinct(rows)
    assert sorted(first) == [0, 1]
    np.testing.assert_array_equal(rows[first][places], rows)
    chance = np.random.default_rng(0).standard_normal(2, dtype=np.float32)
    rows = np.array([[chance[1], 0], [0, chance[0]]], dtype="f")
    places, first = _distinct(rows)
    np.testing.assert_array_equal(rows[first][places], rows)


def test_texts_do_not_influence_each_other():
    """A text is encoded alike alone and beside another one."""
    layer = build_token_features(16)
    layer.initialize(X=[NLP("word")])
    alone, beside = NLP("Lupus nephritis (LN) is bad"), NLP("LN again")
    np.testing.assert_array_equal(layer.predict([beside])[0], layer.predict([alone, beside])[1])


def test_rare_words_share_one_form():
    """Two words of one shape and ending differ only where both are frequent."""
    layer = build_token_features(16)
    layer.initialize(X=[NLP("word")])
    texts = [NLP("glopaitis"), NLP("glowaitis")]
    apart = layer.predict(texts)
    assert not np.allclose(apart[0], apart[1])
    set_tables(layer, NameTable(), ["patients"])
    alike = layer.predict(texts)
    np.testing.assert_array_equal(alike[0], alike[1])


def test_tables_travel_with_the_weights(names):
    """Names and frequent words come back with the bytes of the layer."""
    layer = build_token_features(16)
    layer.initialize(X=[NLP("word")])
    set_tables(layer, names, ["patients", "lymphoma"])
    again = build_token_features(16).from_bytes(layer.to_bytes())
    docs = [NLP("patients with follicular lymphoma or gloritis")]
    np.testing.assert_array_equal(again.predict(docs)[0], layer.predict(docs)[0])


def trained(model):
    """The model with weights that no initialisation gives: a layer that forgot one would be found out."""
    chance = np.random.default_rng(3)
    for node in model.walk():
        for name in node.param_names:
            shape = node.get_param(name).shape
            node.set_param(name, chance.normal(size=shape).astype("f"))
    return model


@pytest.fixture
def layer(names):
    layer = build_token_features(16)
    layer.initialize(X=[NLP("word")])
    set_tables(layer, names, ["patients", "with", "lymphoma"])
    return trained(layer)


TEXTS = [NLP("Follicular lymphoma (FL) and fever . FL again , IFNγ"), NLP("patients with FL"), NLP("")]


def test_features_read_as_they_are_trained(layer):
    """What is put together from kept sums is what the layer gives as a whole."""
    for read, learned in zip(layer.predict(TEXTS), layer(TEXTS, is_train=True)[0], strict=True):
        np.testing.assert_allclose(read, learned, atol=1e-5)


def test_convolutions_read_as_they_are_trained():
    """In place and piece by piece, the encoder gives what thinc's layers give."""
    model = build_window_encoder(width=8, depth=3, window_size=1, maxout_pieces=3)
    model.initialize()
    embedded = np.random.default_rng(1).normal(size=(30, 8)).astype("f")
    learned = trained(model)([embedded], is_train=True)[0][0]
    np.testing.assert_allclose(model.predict([embedded])[0], learned, atol=1e-5)


def test_new_weights_are_noticed(layer):
    """Sums kept of old weights are not used with new ones: not after a step, nor where averages stand in."""
    before = layer.predict(TEXTS)[0]
    with layer.use_params({("nobody", "W"): before}):
        np.testing.assert_array_equal(layer.predict(TEXTS)[0], before)
    averages = {
        (node.id, name): node.get_param(name) * 0.5 for node in layer.walk() for name in node.param_names
    }
    with layer.use_params(averages):
        assert not np.allclose(layer.predict(TEXTS)[0], before)
    np.testing.assert_array_equal(layer.predict(TEXTS)[0], before)
    layer(TEXTS, is_train=True)
    for node in layer.walk():
        for name in node.param_names:
            node.get_param(name)[:] *= 0.5
    assert not np.allclose(layer.predict(TEXTS)[0], before)


def test_what_was_read_before_changes_no_bit(layer, names):
    """A text has the same features whichever words were met before it, and after the cache was emptied."""
    text = NLP("Severe fever in patients with lymphoma")
    first = layer.predict([text])[0]
    again = build_token_features(16).from_bytes(layer.to_bytes())
    again.predict([NLP(" ".join(f"word{n}" for n in range(100)))])
    np.testing.assert_array_equal(again.predict([text])[0], first)


def test_a_full_cache_is_emptied(layer, monkeypatch):
    """Where more words come than are kept, the numbers stay the same."""
    before = layer.predict(TEXTS)[0]
    monkeypatch.setattr("pipeline.components.word_cache._CACHED_WORDS", 3)
    layer.predict([NLP("quite other words than those"), NLP("and some more of them")])
    np.testing.assert_array_equal(layer.predict(TEXTS)[0], before)
