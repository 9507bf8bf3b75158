"""Token features: what a token is, what ontologies call it, how the text defines it.

Three kinds of features meet in one vector per token, on which the encoder's convolutions then work:

- the word itself: lower-cased form where it is frequent, first and last letters, shape, floret vector;
- the lexicon: whether the token begins, continues, ends or is a name of a disease, a phenotype, a gene or an
  agent in the ontologies (`NameTable`), wherever the longest name lies;
- the definition: for "Severe combined immunodeficiency (SCID) ... SCID" every "SCID" carries the word before
  the bracket, its vector, and what the lexicon says of it. A short form is so read alike wherever it stands.

All features go through one layer, whose products are sums over features. When a text is read, what a word
adds to them by itself is computed once and kept; what names and definitions add, for tokens that have them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.attrs import ORTH  # type: ignore[import-not-found]
from spacy.strings import get_string_id
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab
from thinc.api import HashEmbed, Maxout, Model, use_ops
from thinc.types import Floats2d

from pipeline.components.fused import FusedMaxout
from pipeline.components.name_table import NAME_KINDS, NameTable
from pipeline.components.tokenizer import HYPHENS
from pipeline.components.word_cache import WordCache

UInts: Any = npt.NDArray[np.uint64]
Floats: Any = npt.NDArray[np.float32]

#: Words go through the layer in tiles of this many rows, filled up with zeros: so what a word adds does not
#: depend, not even in its last bit, on which words came with it.
_TILE: Final = 64

_OPEN: Final = np.uint64(get_string_id("("))
#: What may follow a short form in its bracket: "(CRS)", "(CRS; grade 2)", "(CRS, 12 %)".
_CLOSE: Final = frozenset(np.uint64(get_string_id(sign)) for sign in (")", ";", ","))
_SHORT_FORM_LETTERS: Final = (2, 10)
_SHORT_FORM_TOKENS: Final = 4


def _short_form(orths: UInts, place: int, vocab: Vocab) -> tuple[int, ...]:
    """The tokens of the short form in the bracket that opens at a place, or nothing."""
    inside: list[int] = []
    for orth in orths[place + 1 : place + 2 + _SHORT_FORM_TOKENS]:
        if orth in _CLOSE:
            word = "".join(vocab.strings[key] for key in inside)
            low, high = _SHORT_FORM_LETTERS
            is_short = low <= len(word) <= high and any(map(str.isupper, word)) and word[0] not in HYPHENS
            return tuple(inside) if is_short else ()
        inside.append(int(orth))
    return ()


def definitions(orths: UInts, vocab: Vocab) -> dict[tuple[int, ...], int]:
    """Short forms, as tokens, that a document puts in brackets → place of the word before the bracket."""
    found: dict[tuple[int, ...], int] = {}
    for place in np.flatnonzero(orths[1:] == _OPEN).tolist():
        short = _short_form(orths, place + 1, vocab)
        if short:
            found.setdefault(short, place)
    return found


def _definition_places(orths: UInts, vocab: Vocab) -> npt.NDArray[np.int64]:
    """For each token, the place of the word before the bracket that defines it; -1 where nothing does."""
    places: npt.NDArray[np.int64] = np.full(len(orths), -1, dtype=np.int64)
    for short, place in definitions(orths, vocab).items():
        starts = np.flatnonzero(orths == np.uint64(short[0]))
        for step, orth in enumerate(short[1:], 1):
            starts = starts[starts + step < len(orths)]
            starts = starts[orths[starts + step] == np.uint64(orth)]
        for step in range(len(short)):
            places[starts + step] = place
    return places


@registry.architectures("cartographer.TokenFeatures.v1")  # type: ignore[untyped-decorator]
def build_token_features(width: int) -> Model[list[Doc], list[Floats2d]]:
    """Embedding layer: Docs → one vector of `width` for each token, from the features told above.

    The name table is not trained; `set_tables` puts it in before training and it travels with the weights.
    """
    with use_ops("numpy", use_blis=False):
        tables: list[Model[Any, Any]] = [
            HashEmbed(nO=size, nV=rows, seed=11 + column, column=column)
            for column, (size, rows) in enumerate(_TABLES)
        ]
        mix: Model[Any, Any] = Maxout(nO=width, nP=3, normalize=True, dropout=0.0)
        return Model(
            "token_features",
            _Embedding(),
            init=_initialize,
            layers=[*tables, mix],
            dims={"nO": width},
            attrs={"names": NameTable(), "frequent_words": np.zeros(0, dtype=np.uint64)},
        )


#: Width and rows of the table of each trained column: lower-cased form, first three letters, last three, last
#: five, shape, word that defines. Together they cost 5 MB.
_TABLES: Final = ((64, 10_000), (32, 2_000), (32, 2_000), (48, 5_000), (32, 1_000), (32, 3_000))
_FLAGS: Final = 4 * len(NAME_KINDS) + 2 ** len(NAME_KINDS)


def _initialize(
    model: Model[Any, Any],
    X: list[Doc] | None = None,  # noqa: N803 - thinc's name
    Y: object = None,  # noqa: N803, ARG001
) -> Model[Any, Any]:
    vectors = X[0].vocab.vectors.shape[1] if X else 0
    *tables, mix = model.layers
    for table in tables:
        table.initialize()
    mix.initialize(X=np.zeros((1, sum(size for size, _ in _TABLES) + _FLAGS + 2 * vectors), dtype=np.float32))
    return model


def set_tables(model: Model[Any, Any], names: NameTable, frequent_words: Iterable[str]) -> None:
    """Put the tables that are not trained into a token-feature layer, also inside of a larger model.

    Args:
        model: The layer or what holds it.
        names: The names of the ontologies.
        frequent_words: Lower-cased words with a trained vector of their own. Any other word, in training as
            later, shares one vector for the rare: its own would be learned from too little, or be mere noise.
    """
    words = np.array(sorted(map(get_string_id, frequent_words)), dtype=np.uint64)
    for layer in model.walk():
        if layer.name == "token_features":
            layer.attrs["names"] = names
            layer.attrs["frequent_words"] = words


class _Embedding:
    """Forward pass of the token-feature layer, with the cache of the words that it has met."""

    def __init__(self) -> None:
        self._cache: WordCache | None = None
        self._reader: _Reader | None = None

    def cache(self, vocab: Vocab, frequent: UInts) -> WordCache:
        """The word cache of a vocabulary; one is kept at a time."""
        if self._cache is None or self._cache.vocab is not vocab or self._cache.frequent is not frequent:
            self._cache = WordCache(vocab, frequent)
        return self._cache

    def __call__(
        self, model: Model[list[Doc], Any], docs: list[Doc], is_train: bool
    ) -> tuple[list[Any], Callable[[list[Any]], list[Doc]]]:
        if is_train:
            self._reader = None  # what it keeps is of the weights before this step
            return self._train(model, docs)
        self._reader = self._reader or _Reader(model)
        return [self._reader(*self._features(model, doc)) for doc in docs], lambda _: []

    def _features(self, model: Model[list[Doc], Any], doc: Doc) -> tuple[_Features, WordCache]:
        cache = self.cache(doc.vocab, model.attrs["frequent_words"])
        return _doc_features(doc, model.attrs["names"], cache), cache

    def _train(
        self, model: Model[list[Doc], Any], docs: list[Doc]
    ) -> tuple[list[Any], Callable[[list[Any]], list[Doc]]]:
        *tables, mix = model.layers
        parts = [features.columns(cache) for features, cache in (self._features(model, doc) for doc in docs)]
        ids = np.concatenate([part[0] for part in parts])
        embedded = [table(ids, True) for table in tables]
        fixed = np.concatenate([part[1] for part in parts])
        mixed, finish = mix(np.concatenate([*(part for part, _ in embedded), fixed], axis=1), True)

        def backprop(gradients: list[Any]) -> list[Doc]:
            gradient = finish(np.concatenate(gradients))
            start = 0
            for (size, _), (_, callback) in zip(_TABLES, embedded, strict=True):
                callback(np.ascontiguousarray(gradient[:, start : start + size]))
                start += size
            return []

        return np.split(mixed, np.cumsum([len(part[0]) for part in parts])[:-1]), backprop


@dataclass(frozen=True)
class _Features:
    """Features of the tokens of one Doc.

    Attributes:
        words: Rows of the tokens in the word cache; they hold until the cache is asked for another Doc.
        tags: Places of the tokens in names, shape (tokens, kinds).
        defined: Place of the word that defines the token, or -1.
        heads: Form of that word, or 0.
        codes: Kinds of the name before the defining bracket, as bits.
    """

    words: npt.NDArray[np.int64]
    tags: npt.NDArray[np.uint8]
    defined: npt.NDArray[np.int64]
    heads: UInts
    codes: npt.NDArray[np.int64]

    def columns(self, cache: WordCache) -> tuple[UInts, Floats]:
        """Hashed columns, and beside them: places, codes, vectors, vectors of definitions."""
        ids, vectors = cache.ids[self.words], cache.vectors[self.words]
        meaning = np.zeros_like(vectors)
        found = np.flatnonzero(self.defined >= 0)
        meaning[found] = vectors[self.defined[found]]
        fixed = [_one_hot_places(self.tags), _one_hot_codes(self.codes), vectors, meaning]
        return np.column_stack([ids[:, :-1], self.heads]), np.concatenate(fixed, axis=1)


def _one_hot_places(tags: npt.NDArray[np.uint8]) -> Floats:
    return np.eye(5, dtype=np.float32)[:, 1:][tags].reshape(len(tags), 4 * tags.shape[1])


def _one_hot_codes(codes: npt.NDArray[np.int64]) -> Floats:
    return np.eye(2 ** len(NAME_KINDS), dtype=np.float32)[codes]


class _Reader:
    """Reads through the token-feature layer, one text at a time, with what each word adds kept.

    Args:
        model: The layer.
    """

    def __init__(self, model: Model[list[Doc], Any]) -> None:
        *self._tables, mix = model.layers
        self._mix = FusedMaxout(mix)
        self._cache: WordCache | None = None
        self._embeddings: list[Floats] = []
        self._n_clearings = 0
        self._n_words = 0
        self._products: Floats = np.zeros((0, 0), dtype=np.float32)

    def __call__(self, features: _Features, cache: WordCache) -> Floats:
        """Outputs of the tokens, shape (tokens, width)."""
        self._forget_what_is_old(cache)
        self._learn(cache)
        scores = self._products[features.words]
        named = np.flatnonzero(features.tags.any(axis=1))
        scores[named] += _one_hot_places(features.tags[named]) @ self._of_places
        found = np.flatnonzero(features.defined >= 0)
        if len(found):
            meaning = cache.vectors[features.words[features.defined[found]]]
            scores[found] += self._defined(features.heads[found], features.codes[found], meaning)
        return self._mix.finish(scores)

    def _forget_what_is_old(self, cache: WordCache) -> None:
        """Start anew where the weights are other arrays than before, or the cache has been cleared."""
        nodes = [node for table in self._tables for node in table.walk()]
        embeddings = [node.get_param("E") for node in nodes if node.has_param("E")]
        is_new = self._mix.refresh() or any(
            new is not old for new, old in zip_longest(embeddings, self._embeddings)
        )
        if is_new or cache is not self._cache:
            self._take_weights(cache.vectors.shape[1])
        elif cache.n_clearings == self._n_clearings:
            return
        self._embeddings, self._cache, self._n_clearings = embeddings, cache, cache.n_clearings
        self._n_words = 0

    def _learn(self, cache: WordCache) -> None:
        """Compute what the words add that the cache has met since the last text."""
        if len(self._products) < cache.n_words:
            grown = np.zeros((len(cache.ids), len(self._base)), dtype=np.float32)
            grown[: self._n_words] = self._products[: self._n_words]
            self._products = grown
        for start in range(self._n_words, cache.n_words, _TILE):
            new = slice(start, min(start + _TILE, cache.n_words))
            own = [table.predict(cache.ids[new]) for table in self._tables[:-1]]
            columns = np.concatenate([*own, cache.vectors[new]], axis=1)
            tile = np.zeros((_TILE, columns.shape[1]), dtype=np.float32)
            tile[: len(columns)] = columns
            self._products[new] = (tile @ self._of_word)[: len(columns)] + self._base
        self._n_words = cache.n_words

    def _take_weights(self, vector: int) -> None:
        """Part the layer's weights by the features that they belong to."""
        sizes = [size for size, _ in _TABLES]
        parts = [sum(sizes[:-1]), sizes[-1], 4 * len(NAME_KINDS), 2 ** len(NAME_KINDS), vector]
        of_own, of_head, self._of_places, of_codes, of_vector, of_meaning = np.split(
            self._mix.weights, np.cumsum(parts)
        )
        self._of_word: Floats = np.concatenate([of_own, of_vector])
        self._of_definition: Floats = np.concatenate([of_head, of_codes, of_meaning])
        no_head, no_code = np.zeros(1, dtype=np.uint64), np.zeros(1, dtype=np.int64)
        self._undefined: Floats = np.zeros(len(self._mix.bias), dtype=np.float32)
        self._undefined = self._defined(no_head, no_code, np.zeros((1, vector), dtype=np.float32))[0]
        self._base: Floats = self._mix.bias + self._undefined
        self._products = np.zeros((0, len(self._base)), dtype=np.float32)

    def _defined(self, heads: UInts, codes: npt.NDArray[np.int64], meaning: Floats) -> Floats:
        """What definitions add beyond what their lack adds."""
        ids = np.zeros((len(heads), len(_TABLES)), dtype=np.uint64)
        ids[:, -1] = heads
        columns = [self._tables[-1].predict(ids), _one_hot_codes(codes), meaning]
        added: Floats = np.concatenate(columns, axis=1) @ self._of_definition - self._undefined
        return added


def _doc_features(doc: Doc, names: NameTable, cache: WordCache) -> _Features:
    orths: UInts = doc.to_array(ORTH)
    words = cache.rows(orths)
    tags = names.tags(cache.ids[words, -1])
    defined = _definition_places(orths, doc.vocab)
    heads: UInts = np.zeros(len(orths), dtype=np.uint64)
    codes: npt.NDArray[np.int64] = np.zeros(len(orths), dtype=np.int64)
    found = np.flatnonzero(defined >= 0)
    heads[found] = cache.ids[words[defined[found]], 0]
    codes[found] = ((tags[defined[found]] > 0) << np.arange(len(NAME_KINDS))).sum(axis=1)
    return _Features(words, tags, defined, heads, codes)
