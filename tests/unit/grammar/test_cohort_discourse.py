"""What the course of a text tells of whose study a group is of."""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Counts
from pipeline.grammar.cohorts.features import Features
from tests.marked_docs import marked_doc

NEWS = (
    "Eighteen adults with [SLE](DISEASE) had cells against [CD19](ANTIGEN) in Leeds.\n\n"
    "Of those 18 adults, 11 had a fever; [CD19](ANTIGEN) was lost in none of them. For months the "
    "nurses of the ward kept notes on sleep, appetite and mood, and they are to be told elsewhere.\n\n"
    "A team in Turin published on cells against [CD70](ANTIGEN), given to 26 adults."
)
TALK = (
    "I asked my nurse about it, and she told me that I need not worry.\n\n"
    "We are seven at my clinic, I think. I'm fine myself.\n\n"
    "According to a paper that my sister sent me, 52 people had it."
)


def features(source: str, n: int, kind: str = "news") -> Features:
    """What the course of the text tells of the first count of a size."""
    doc = marked_doc(source)
    doc._.kind = kind
    told = Counts(doc)
    return told.discourse.describe(told.all)[[count.n for count in told.all].index(n)]


@pytest.mark.parametrize(
    ("n", "name"),
    [
        (18, "first paragraph with groups"),
        (18, "number in another paragraph"),
        (18, "antigen of the opening"),
        (26, "last paragraph with groups"),
        (26, "paragraph said published"),
        (26, "sentence says a study"),
        (26, "antigen new in paragraph"),
        (26, "antigen named once"),
    ],
)
def test_own_groups_come_first_and_come_back(n: int, name: str) -> None:
    """Order, recurrence, words for publications and new antigens are seen."""
    assert name in features(NEWS, n)
    assert name not in features(NEWS, 26 if n == 18 else 18)


def test_what_comes_after_a_count_is_not_said_before_it() -> None:
    """The paragraph speaks of a count by the words before it."""
    later = "Nine adults had it.\nA published series told the same."
    assert "paragraph said published" not in features(later, 9)


def test_talk_is_known_by_its_speakers() -> None:
    """A text in which people speak of themselves is talk, whatever its kind; news is not."""
    talk = features(TALK, 7)
    assert {"talk", "talk: sentence says own circle", "talk: paragraph of a speaker"} <= talk.keys()
    assert "talk: sentence says published" in features(TALK, 52)
    assert "talk" not in features(NEWS, 18)
    assert "talk" in features(NEWS, 18, kind="forum")


def test_reports_tell_one_study() -> None:
    """In talk and in news each paragraph may tell another study."""
    for kind, n_studies in (("abstract", 1), ("news", 3), ("forum", 3)):
        doc = marked_doc(NEWS)
        doc._.kind = kind
        told = Counts(doc)
        assert len({told.discourse.study(count) for count in told.all}) == n_studies
