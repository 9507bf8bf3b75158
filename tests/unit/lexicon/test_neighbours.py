"""The neighbour search: as scispaCy weighs names, and exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.errors import ModelError
from pipeline.lexicon import NEIGHBOURS_FILE, KnowledgeBase, load_knowledge
from pipeline.lexicon.neighbours import NeighbourSearch, build_index, load_neighbours, postings, trigrams
from pipeline.settings import settings

#: Slips, other spellings, other words, and what is like no name.
TEXTS = (
    "systemic lupus erythematosis",
    "mantel cell lymphoma",
    "myasthenia graviss",
    "thrombo embolism",
    "acute lymphoblastic leukemias",
    "large b cell lymphomas",
    "cytotoxicity",
    "anemia anemia anemia",
    "xq",
)


@pytest.fixture(scope="module")
def knowledge() -> KnowledgeBase:
    return load_knowledge(settings().knowledge)


def test_trigrams_are_those_of_words_with_spaces_around() -> None:
    assert list(trigrams("ab  c")) == [" ab", "ab ", " c "]
    assert list(trigrams("")) == []


def test_names_are_as_near_as_scispacy_finds_them(knowledge: KnowledgeBase) -> None:
    """The same weights and cosines as scikit-learn's with scispaCy's settings, and none that is nearer."""
    names = knowledge.condition_keys()
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), min_df=10)
    cosines = (vectorizer.fit_transform(names) @ vectorizer.transform(TEXTS).T).toarray()
    place = {name: row for row, name in enumerate(names)}
    search = load_neighbours(knowledge)
    for column, text in enumerate(TEXTS):
        found = search.nearest_names(text, 8)
        expected = sorted((cosine for cosine in cosines[:, column] if cosine > 0), reverse=True)[:8]
        assert [cosine for _, cosine in found] == pytest.approx(expected, abs=1e-9)
        assert [cosines[place[name], column] for name, _ in found] == pytest.approx(expected, abs=1e-9)


def test_of_equally_near_names_the_first_are_told() -> None:
    """A 3-gram held twice counts twice, and a name without any is not told."""
    names = [*(f"fever {letter}" for letter in "abcdefghijkl"), "fever fever fever", "xyz"]
    search = NeighbourSearch(KnowledgeBase.__new__(KnowledgeBase), names, postings(names))
    assert [name for name, _ in search.nearest_names("fever", 3)] == names[:3]
    assert search.nearest_names("fever", 20)[-1][0] == names[-2]
    assert len(search.nearest_names("fever", 20)) == len(names) - 1


def test_the_shipped_index_is_what_the_shipped_names_give(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    build_index(knowledge, tmp_path)
    with (
        np.load(tmp_path / NEIGHBOURS_FILE) as built,
        np.load(settings().knowledge / NEIGHBOURS_FILE) as shipped,
    ):
        assert built.files == shipped.files
        for part in built.files:
            np.testing.assert_array_equal(built[part], shipped[part])


def test_an_index_of_other_names_is_refused(knowledge: KnowledgeBase, tmp_path: Path) -> None:
    other = KnowledgeBase.__new__(KnowledgeBase)
    other.__dict__.update(vars(knowledge), folder=tmp_path)
    with pytest.raises(ModelError, match="build_knowledge"):
        load_neighbours(other)
    np.savez_compressed(tmp_path / NEIGHBOURS_FILE, names_sha256=np.array("0"))
    with pytest.raises(ModelError, match="another knowledge base"):
        load_neighbours(other)
