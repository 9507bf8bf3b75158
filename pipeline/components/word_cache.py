"""Words: their forms as hashes, their vectors, and the form under which names are looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.strings import get_string_id
from spacy.vocab import Vocab

from pipeline.components.tokenizer import HYPHENS

UInts: Any = npt.NDArray[np.uint64]
Floats: Any = npt.NDArray[np.float32]

_GREEK: Final = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi "
        "omicron pi rho sigma tau upsilon phi chi psi omega".split(),
        strict=True,
    )
)
#: Words kept for each language object; a bound on memory (some 60 MB), not on what can be read.
_CACHED_WORDS: Final = 20_000
_WORD_COLUMNS: Final = 6
#: Stands for the form of every word that is not frequent.
_RARE: Final = 1


def name_key(word: str) -> str:
    """The form under which a word of a name is looked up: lower case, Greek letters spelled, plural "s" gone.

    >>> name_key("Lymphomas"), name_key("IFNγ"), name_key("-")
    ('lymphoma', 'ifngamma', '')
    """
    if word in HYPHENS or word in "'’":
        return ""
    lower = word.lower()
    if not lower.isascii():
        lower = "".join(_GREEK.get(letter, letter) for letter in lower)
    if len(lower) > 4 and lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return lower[:-1]
    return lower


def _shape(word: str) -> str:
    """Capitals, small letters, figures and others, runs of more than two shortened: "CD19b" → "XXddx"."""
    letters = "".join(
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word[:12]
    )
    short = ""
    for letter in letters:
        if short[-2:] != letter * 2:
            short += letter
    return short


class WordCache:
    """Feature ids and vectors of words, computed once for each word of a vocabulary.

    Attributes:
        ids: Hashed columns of the words, the last one of the form under which names are looked up.
        vectors: Vectors of the words.
        n_clearings: How often all words have been forgotten, so that rows changed their meaning.
    """

    def __init__(self, vocab: Vocab, frequent: UInts) -> None:
        self.vocab = vocab
        self.frequent = frequent
        self._frequent = set(frequent.tolist())
        self._width = vocab.vectors.shape[1]
        if self._width and vocab.vectors.data.dtype != np.float32:
            # The table is shipped in half precision; spaCy sums its rows in single precision only.
            vocab.vectors.data = vocab.vectors.data.astype(np.float32)
        self.n_clearings = 0
        self._clear()

    @property
    def n_words(self) -> int:
        """How many rows are filled."""
        return len(self._rows)

    def _clear(self) -> None:
        self._rows: dict[int, int] = {}
        self.n_clearings += 1
        self.ids: UInts = np.zeros((1024, _WORD_COLUMNS), dtype=np.uint64)
        self.vectors: Floats = np.zeros((1024, self._width), dtype=np.float32)

    def rows(self, keys: UInts) -> npt.NDArray[np.int64]:
        """Row of each word, given by its hash in the string store."""
        unique, inverse = np.unique(keys, return_inverse=True)
        if len(self._rows) + len(unique) > _CACHED_WORDS:
            self._clear()
        missing = [key for key in unique.tolist() if key not in self._rows]
        if missing:
            self._add(missing)
        rows = self._rows
        return np.fromiter((rows[key] for key in unique.tolist()), dtype=np.int64, count=len(unique))[inverse]

    def _add(self, keys: list[int]) -> None:
        words = [self.vocab.strings[key] for key in keys]
        start, end = len(self._rows), len(self._rows) + len(keys)
        while end > len(self.ids):
            self.ids = np.concatenate([self.ids, np.zeros_like(self.ids)])
            self.vectors = np.concatenate([self.vectors, np.zeros_like(self.vectors)])
        for row, word in enumerate(words, start):
            key, lower = name_key(word), word.lower()
            parts = (lower, lower[:3], lower[-3:], lower[-5:], _shape(word))
            hashes = [*map(get_string_id, parts), get_string_id(key) if key else 0]
            if self._frequent and hashes[0] not in self._frequent:
                hashes[0] = _RARE
            self.ids[row] = hashes
        if self._width:
            self.vectors[start:end] = floret_vectors(self.vocab, [word.lower() for word in words])
        self._rows.update(zip(keys, range(start, end), strict=True))


def floret_vectors(vocab: Vocab, words: Sequence[str]) -> Floats:
    """Vectors of lower-cased words from the hashed table, shape (words, width); zeros for white space."""
    for word in words:
        vocab.vectors.strings.add(word)
    return np.asarray(vocab.vectors.get_batch(list(words)), dtype=np.float32)
