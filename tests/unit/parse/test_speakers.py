"""Who speaks in a thread, whatever is printed beside the names."""

from __future__ import annotations

import pytest

from pipeline.parse import documents
from pipeline.parse.layout import units
from pipeline.parse.speakers import returning_speakers, signatures
from pipeline.records import Document, Payload

_POSTS = (
    (
        "Maud",
        "I had the cells in June and was in bed for a week with a temperature that came and went daily.",
    ),
    ("kees_b", "Mine came on day three, and the ward gave me something for it that worked within the hour."),
    ("Maud", "Good to hear that, because they told me that it would be gone by the weekend and it was not."),
    ("Old Piet", "I waited a fortnight for it to go, and then all of a sudden it was over and I went home."),
)


@pytest.mark.parametrize(
    "form",
    [
        "{name}, Monday\n{text}\n",
        "{name} (Gouda), 1{i}.3.\n{text}\n",
        "{name} 0{i} May 19:2{i}\n{text}\n",
        "{name} | Member | Posts: 3{i}\n{text}\n",
        "{i}. {name}\n{text}\n",
        "**{name}** replied\n{text}\n",
        "14:0{i} {name}\n{text}\n",
        "[02/05/2025, 14:0{i}] {name}: {text}\n",
        "Post #{i} by {name}\n{text}\n",
        "{text}\n— {name}, 0{i} May\n",
    ],
)
def test_posts_are_told_by_the_names_that_come_back(form: str) -> None:
    """Whatever stands beside the names."""
    page = "Cells at home » first days\n\n" + "\n".join(
        form.format(name=name, text=text, i=number) for number, (name, text) in enumerate(_POSTS, 1)
    )
    (document,) = (d for d in documents(Payload("p", page.encode(), "text/plain")) if isinstance(d, Document))
    assert document.kind == "forum"
    assert sum(section.kind == "post" for section in document.sections) >= 3


def test_headings_of_an_article_are_no_speakers() -> None:
    """They do not come back."""
    page = "Ward\n\nI was asked in.\n\nCosts\n\nNobody told me.\n\nOutlook\n\nWe shall see.\n"
    assert returning_speakers(units(page)) == {}


def test_labels_that_come_back_far_apart_are_no_speakers() -> None:
    """As advertisements do between the paragraphs of a story."""
    paragraph = "The ward has eleven beds, and the cells arrive by night in a steel flask.\n\n"
    page = "".join(f"{label}\n\n{paragraph * 5}" for label in ("Advertisement", "More", "Advertisement"))
    assert returning_speakers(units(page)) == {}


def test_one_voice_is_no_talk() -> None:
    """Somebody else must have spoken."""
    assert returning_speakers(units("Maud, Monday\n\nA day off.\n\nMaud, Tuesday\n\nAnother one.\n")) == {}


def test_posts_may_end_with_a_name() -> None:
    """A signature closes a post."""
    page = "How long? – tess_w\n\nA week at most. – abram\n\nThank you both. – tess_w\n"
    assert signatures(units(page)) == [0, 1, 2]
