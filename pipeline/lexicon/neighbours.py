"""Neighbour search over the names of conditions: scispaCy's candidate generator on an index of our own.

scispaCy compares TF-IDF weights of character 3-grams through nmslib's HNSW graph. Its own builder does not
run on Python 3.11, so `build_index` makes the parts once, with one thread and in a fixed order, and
`load_neighbours` hands them to `scispacy.candidate_generation.CandidateGenerator`. What is compared is the
normal form of names. Acronyms do not survive 3-grams and are left out; exact lookup finds them.

Importing this module loads scikit-learn and nmslib: import it only where a neighbour is wanted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import nmslib
import numpy as np
import scipy.sparse
from scispacy.candidate_generation import CandidateGenerator
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.preprocessing import normalize

from pipeline.errors import ModelError
from pipeline.lexicon.knowledge import COUNTS_FILE, GRAPH_FILE, NEIGHBOUR_FILES, VOCABULARY_FILE
from pipeline.lexicon.normal_form import normal_form

if TYPE_CHECKING:
    from pipeline.lexicon.knowledge import KnowledgeBase

#: HNSW: 8 links a node keep the graph small; one thread makes it the same at every build.
_BUILD: Final = {"M": 8, "indexThreadQty": 1, "efConstruction": 200, "post": 0}
#: Candidates looked at for a query.
_EF_SEARCH: Final = 100
#: Neighbours asked for; several names may belong to one concept.
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


class _AliasConcepts(Mapping[str, "list[str]"]):
    """Normal form → CURIEs, in the shape in which scispaCy asks for it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def __getitem__(self, key: str) -> list[str]:
        return list(dict.fromkeys(name.concept_id for name in self._knowledge.names(key)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._knowledge.condition_keys())

    def __len__(self) -> int:
        return len(self._knowledge.condition_keys())


class _LinkerKnowledge:
    """The part of scispaCy's `KnowledgeBase` that its candidate generator reads."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self.alias_to_cuis = _AliasConcepts(knowledge)


class _OneThread:
    """A graph that is asked for one name at a time: nmslib starts a thread for each core otherwise.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: nmslib.dist.FloatIndex) -> None:
        self._graph = graph

    def knnQueryBatch(self, vectors: scipy.sparse.csr_matrix, k: int) -> Any:  # noqa: ANN401, N802 - nmslib's
        """The k nearest of each row."""
        return self._graph.knnQueryBatch(vectors, k=k, num_threads=1)


def build_index(knowledge: KnowledgeBase, folder: Path) -> None:
    """Write the vocabulary, the counts and the graph of the names of conditions into a folder.

    An index of the same names that is there already is left as it is.
    """
    aliases = knowledge.condition_keys()
    # scispaCy's settings: 3-grams that fewer than ten names have tell slips, not names.
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=10, dtype=np.int32)
    counts = counter.fit_transform(aliases)
    kept = np.array(counts.sum(axis=1) != 0).reshape(-1)
    counts = counts[kept].tocsr()
    counts.sort_indices()
    aliases_sha256 = _sha256_of([aliases[row] for row in np.flatnonzero(kept)])
    if _is_built(folder, aliases_sha256):
        return
    n_names = np.bincount(counts.indices, minlength=counts.shape[1])
    weights = (np.log((1 + counts.shape[0]) / (1 + n_names)) + 1).round(6)
    graph = _empty_graph()
    graph.addDataPointBatch(_vectors(counts, weights.tolist()))
    graph.createIndex(_BUILD, print_progress=False)
    graph.saveIndex(str(folder / GRAPH_FILE), save_data=False)
    # Counts are small integers; the vectors are computed from them at loading, which keeps the file small.
    np.savez_compressed(
        folder / COUNTS_FILE,
        counts=counts.data.clip(max=255).astype(np.uint8),
        columns=counts.indices.astype(np.uint16),
        rows=counts.indptr.astype(np.int32),
    )
    told = {
        "aliases_sha256": aliases_sha256,
        "vocabulary": sorted(counter.vocabulary_, key=counter.vocabulary_.__getitem__),
        "weights": weights.tolist(),
        "dropped": np.flatnonzero(~kept).tolist(),
    }
    (folder / VOCABULARY_FILE).write_text(json.dumps(told, ensure_ascii=False) + "\n", encoding="utf-8")


def _is_built(folder: Path, aliases_sha256: str) -> bool:
    if not all((folder / part).is_file() for part in NEIGHBOUR_FILES):
        return False
    told = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
    return bool(told["aliases_sha256"] == aliases_sha256)


def _vectors(counts: scipy.sparse.csr_matrix, weights: list[float]) -> scipy.sparse.csr_matrix:
    """Counts × weights, rows of length 1, in the 4-byte floats that nmslib reads."""
    weighted = counts.multiply(np.asarray(weights)).tocsr()
    return scipy.sparse.csr_matrix(normalize(weighted), dtype=np.float32)


class NeighbourSearch:
    """Concepts whose names look like a text.

    Args:
        generator: scispaCy's candidate generator over our index.
    """

    def __init__(self, generator: CandidateGenerator) -> None:
        self._generator = generator

    def nearest(self, texts: list[str]) -> list[Neighbour | None]:
        """For each text the nearest concept with a name that says the same, or None."""
        found: list[Neighbour | None] = []
        keys = [normal_form(text) for text in texts]
        for key, candidates in zip(keys, self._generator(keys, _N_NEIGHBOURS), strict=True):
            ranked = sorted(
                (-similarity, candidate.concept_id)
                for candidate in candidates
                for alias, similarity in zip(candidate.aliases, candidate.similarities, strict=True)
                if _say_the_same(key.split(), alias.split())
            )
            found.append(Neighbour(ranked[0][1], -ranked[0][0]) if ranked else None)
        return found


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
    """The search over a knowledge base that was loaded from a folder; takes a second or two, once a process.

    Raises:
        ModelError: the index is missing, or was built from another knowledge base.
    """
    folder = knowledge.folder
    if folder is None or not all((folder / part).is_file() for part in NEIGHBOUR_FILES):
        raise ModelError(
            f"no neighbour search without {NEIGHBOUR_FILES} in {folder}; run models/build_knowledge.py"
        )
    told: dict[str, Any] = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
    dropped = set(told["dropped"])
    aliases = [alias for row, alias in enumerate(knowledge.condition_keys()) if row not in dropped]
    if _sha256_of(aliases) != told["aliases_sha256"]:
        raise ModelError(
            f"the neighbour search in {folder} is of another knowledge base; run models/build_knowledge.py"
        )
    vectorizer = TfidfVectorizer(
        analyzer="char_wb",
        ngram_range=(3, 3),
        dtype=np.float32,
        vocabulary={gram: column for column, gram in enumerate(told["vocabulary"])},
    )
    vectorizer.idf_ = np.array(told["weights"], dtype=np.float32)
    with np.load(folder / COUNTS_FILE) as parts:
        shape = (len(aliases), len(told["vocabulary"]))
        stored = (parts["counts"].astype(np.int32), parts["columns"].astype(np.int32), parts["rows"])
        counts = scipy.sparse.csr_matrix(stored, shape=shape)
    graph = _empty_graph()
    graph.addDataPointBatch(_vectors(counts, told["weights"]))
    graph.loadIndex(str(folder / GRAPH_FILE))
    graph.setQueryTimeParams({"efSearch": _EF_SEARCH})
    return NeighbourSearch(
        CandidateGenerator(
            ann_index=_OneThread(graph),
            tfidf_vectorizer=vectorizer,
            ann_concept_aliases_list=aliases,
            kb=_LinkerKnowledge(knowledge),
        )
    )


def _empty_graph() -> nmslib.dist.FloatIndex:

    return nmslib.init(method="hnsw", space="cosinesimil_sparse", data_type=nmslib.DataType.SPARSE_VECTOR)


def _sha256_of(aliases: list[str]) -> str:
    return hashlib.sha256("\n".join(aliases).encode()).hexdigest()
