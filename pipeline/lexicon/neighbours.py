"""Neighbour search over the names of conditions: the nearest names by their 3-grams of characters.

Names are compared as scispaCy's candidate generator compares them (Neumann et al., "ScispaCy", 2019): cosine
of TF-IDF weights of 3-grams within words. It finds the nearest names through a graph, about; here lists of
the names that hold a 3-gram find them exactly, in two milliseconds, and a process that reads is spared the
second and a half that scikit-learn takes to load. What is compared is the normal form of names. Acronyms do
not survive 3-grams and are left out; exact lookup finds them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelError
from pipeline.lexicon.knowledge import NEIGHBOURS_FILE, KnowledgeBase
from pipeline.lexicon.normal_form import normal_form

#: 3-grams that fewer names have tell slips, not names (scispaCy's setting).
_FEWEST_NAMES: Final = 10
#: Neighbours looked at; several names may belong to one concept.
_N_NEIGHBOURS: Final = 8
#: Words that link others and say nothing themselves.
_LINKS: Final = frozenset("of the in with and to an due disease disorder syndrome".split())
#: Shorter words are alike only if they are the same.
_SHORTEST_WORD: Final = 5
#: Share of letters in common from which two words are variants of one ("prostatic" and "prostate": 0.82).
_ALIKE: Final = 0.75
#: Share from which two names are the same but for where their words are cut, and a letter.
_SAME_LETTERS: Final = 0.95


class Neighbour(NamedTuple):
    """A concept whose name is near, and how near: cosine of 3-gram weights, 1 for the same."""

    concept_id: str
    similarity: float


class Postings(NamedTuple):
    """Which names hold a 3-gram, and how often.

    Attributes:
        grams: the 3-grams, sorted; shape (grams,).
        borders: where the list of each begins, and where the last one ends; shape (grams + 1,).
        names: places of the names that hold a 3-gram, ascending in each list; shape (postings,).
        counts: how often each of them holds it; shape (postings,).
    """

    grams: npt.NDArray[np.str_]
    borders: npt.NDArray[np.int32]
    names: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint8]


def trigrams(name: str) -> Iterator[str]:
    """Runs of three characters of each word, which has a space on both sides.

    Example:
        >>> list(trigrams("an eye"))
        [' an', 'an ', ' ey', 'eye', 'ye ']
    """
    for word in name.split():
        padded = f" {word} "
        for start in range(len(padded) - 2):
            yield padded[start : start + 3]


def postings(names: Sequence[str]) -> Postings:
    """The lists of the names; the same names give the same lists."""
    lists: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(names):
        for gram, count in Counter(trigrams(name)).items():
            lists.setdefault(gram, []).append((place, count))
    grams = sorted(gram for gram, held in lists.items() if len(held) >= _FEWEST_NAMES)
    held = np.array([pair for gram in grams for pair in lists[gram]], dtype=np.int32).reshape(-1, 2)
    borders = np.cumsum([0, *(len(lists[gram]) for gram in grams)], dtype=np.int32)
    return Postings(
        np.array(grams, dtype="U3"), borders, held[:, 0].copy(), held[:, 1].clip(max=255).astype(np.uint8)
    )


def build_index(knowledge: KnowledgeBase, folder: Path) -> None:
    """Write the lists of the names of conditions into a folder."""
    names = knowledge.condition_keys()
    found = postings(names)
    # Steps from name to name are small numbers, which pack better.
    steps = np.diff(found.names, prepend=np.int32(0))
    np.savez_compressed(
        folder / NEIGHBOURS_FILE,
        grams=found.grams,
        borders=found.borders,
        steps=steps,
        counts=found.counts,
        names_sha256=np.array(_sha256_of(names)),
    )


class NeighbourSearch:
    """Concepts whose names look like a text.

    Args:
        knowledge: what the names stand for.
        names: normal forms of names of conditions.
        lists: which of them hold a 3-gram.
    """

    def __init__(self, knowledge: KnowledgeBase, names: Sequence[str], lists: Postings) -> None:
        self._knowledge = knowledge
        self._names = names
        self._row = {gram: row for row, gram in enumerate(lists.grams.tolist())}
        self._lists = lists
        n_names = np.diff(lists.borders)
        self._weights = np.log((1 + len(self._names)) / (1 + n_names)) + 1
        weighted = lists.counts * np.repeat(self._weights, n_names)
        lengths = np.sqrt(np.bincount(lists.names, weighted * weighted, len(self._names)))
        # A name none of whose 3-grams is kept is like nothing.
        self._lengths = np.where(lengths > 0, lengths, np.inf)

    def nearest(self, text: str) -> Neighbour | None:
        """The nearest concept with a name that says the same, or None."""
        key = normal_form(text)
        words = key.split()
        ranked = sorted(
            (-similarity, name.concept_id)
            for near, similarity in self.nearest_names(key, _N_NEIGHBOURS)
            if _say_the_same(words, near.split())
            for name in self._knowledge.names(near)
        )
        return Neighbour(ranked[0][1], -ranked[0][0]) if ranked else None

    def nearest_names(self, key: str, most: int) -> list[tuple[str, float]]:
        """So many of the nearest names of a normal form, with their cosines, nearest first."""
        held = Counter(trigrams(key)).items()
        asked = {self._row[gram]: n for gram, n in held if gram in self._row}
        if not asked:
            return []
        products = np.zeros(len(self._names))
        for row, n in asked.items():
            listed = slice(self._lists.borders[row], self._lists.borders[row + 1])
            # A name is in a list once, so that nothing is added twice to one place.
            products[self._lists.names[listed]] += n * self._weights[row] ** 2 * self._lists.counts[listed]
        length = np.sqrt(sum((n * self._weights[row]) ** 2 for row, n in asked.items()))
        cosines = np.minimum(products / (self._lengths * length), 1.0)  # rounding may lead beyond 1
        first = np.argpartition(-cosines, most)[:most] if most < len(cosines) else np.arange(len(cosines))
        # Of names that are equally near, the first: which ones are among the nearest must not change.
        least = cosines[first].min()
        near = np.flatnonzero((cosines >= least) & (cosines > 0))
        best = near[np.lexsort((near, -cosines[near]))][:most]
        return [(self._names[place], float(cosines[place])) for place in best]


def _say_the_same(words: list[str], others: list[str]) -> bool:
    """Whether each word of one name has its like in the other: misspelt, inflected, or in another place.

    Without this, "C9 deficiency" is near "C2 deficiency", and "cytotoxicity" near "ototoxicity".
    """
    if SequenceMatcher(None, "".join(words), "".join(others), autojunk=False).ratio() >= _SAME_LETTERS:
        # "thrombo-embolism": the words are cut otherwise. Digits and lone letters must still agree.
        return _short(words) == _short(others)
    words = [word for word in words if word not in _LINKS]
    others = [other for other in others if other not in _LINKS]
    if not words:
        return False
    return all(any(_are_alike(word, other) for other in others) for word in words) and all(
        any(_are_alike(word, other) for word in words) for other in others
    )


def _short(words: list[str]) -> set[str]:
    return {word for word in words if len(word) < 3 or word.isdigit()}


@lru_cache(maxsize=50_000)
def _are_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _SHORTEST_WORD:
        return False
    # The first letters carry the root; a slip is rare there.
    return one[:3] == other[:3] and SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


@cache
def load_neighbours(knowledge: KnowledgeBase) -> NeighbourSearch:
    """The search over a knowledge base that was loaded from a folder, once a process.

    Raises:
        ModelError: the index is missing, or was built from another knowledge base.
    """
    folder = knowledge.folder
    if folder is None or not (folder / NEIGHBOURS_FILE).is_file():
        raise ModelError(
            f"no neighbour search without {NEIGHBOURS_FILE} in {folder}; run models/build_knowledge.py"
        )
    with np.load(folder / NEIGHBOURS_FILE) as parts:
        told: dict[str, Any] = {part: parts[part] for part in parts.files}
    names = knowledge.condition_keys()
    if str(told["names_sha256"]) != _sha256_of(names):
        raise ModelError(
            f"the neighbour search in {folder} is of another knowledge base; run models/build_knowledge.py"
        )
    places = np.cumsum(told["steps"], dtype=np.int32)
    lists = Postings(told["grams"], told["borders"], places, told["counts"])
    return NeighbourSearch(knowledge, names, lists)


def _sha256_of(names: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
