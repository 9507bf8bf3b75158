"""Pages that string stories together without titles, and pages that only seem to."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.components.stories import stories
from tests.marked_docs import marked_doc

GUT = (
    "[21](COHORT) people with [Crohn's disease](DISEASE concept=D:1) got [TCR-9](THERAPY concept=T:1), which "
    "finds [IL23R](ANTIGEN concept=A:1).\nSixteen of them stopped their tablets.\n"
)
SKIN = (
    "Also this week\n[Six](COHORT) volunteers with [vitiligo](DISEASE concept=D:2) were given "
    "[VX-22](THERAPY concept=T:2).\n"
)


def parts(marked: str, kind: str = "news", studied: tuple[str, ...] = ("21", "Six volunteers")) -> list[str]:
    doc: Doc = marked_doc(marked)
    doc._.kind = kind
    starts = [doc.text.index(words) for words in studied if words in doc.text]
    return [doc.text[start:end] for start, end in stories(doc, starts)]


def test_a_change_of_everything_spoken_of_is_a_border():
    """The short line above a story leads to it."""
    first, second = parts(GUT + SKIN)
    assert first.endswith("tablets.\n")
    assert second.startswith("Also this week")


def test_coming_back_to_the_first_product_is_one_story():
    """A second product in the middle is a comparison."""
    assert len(parts(GUT + SKIN + "[TCR-9](THERAPY concept=T:1) is cheaper.\n")) == 1


def test_a_shared_disease_is_one_story():
    """Two products in one disease are told as one."""
    assert len(parts(GUT + SKIN.replace("D:2", "D:1"))) == 1


def test_a_story_needs_subjects():
    """What a reader asks for at the end of a page is no study."""
    assert len(parts(GUT + SKIN, studied=("21", "Sixteen"))) == 1


def test_umbrella_words_join_nothing():
    """Both stories speak of cancer, and of CAR T cells in general."""
    wide = "Is it a [cancer](DISEASE concept=D:9)?\n"
    assert len(parts(GUT + wide + SKIN + wide)) == 2


def test_the_layout_of_papers_and_entries_is_believed():
    """An entry's parts are one study, whatever they name."""
    assert len(parts(GUT + SKIN, kind="registry")) == 1
