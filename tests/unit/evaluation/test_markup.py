"""Marked-up text is read strictly."""

from __future__ import annotations

import pytest

from pipeline.errors import GoldError
from pipeline.evaluation.markup import parse_marked


def test_offsets_are_those_of_the_plain_text() -> None:
    """A span covers its surface in the text without tags."""
    marked = parse_marked("No [CRS](ADVERSE_EVENT assertion=absent) in [12 men](COHORT n=12 role=treated).")
    assert marked.text == "No CRS in 12 men."
    assert [marked.text[s.start_char : s.end_char] for s in marked.spans] == ["CRS", "12 men"]
    assert marked.spans[1].attributes == {"n": "12", "role": "treated"}


def test_tags_nest_outer_before_inner() -> None:
    """An antigen inside a therapy follows it."""
    marked = parse_marked("[anti-[CD19](ANTIGEN) cells](THERAPY)")
    assert [(s.label, s.start_char, s.end_char) for s in marked.spans] == [
        ("THERAPY", 0, 15),
        ("ANTIGEN", 5, 9),
    ]


def test_two_statements_on_the_same_words_are_two_spans() -> None:
    """Nested tags of one extent are kept apart."""
    marked = parse_marked("[[rash](ADVERSE_EVENT percent=40)](ADVERSE_EVENT grade_min=3 percent=5)")
    assert marked.text == "rash"
    assert sorted(s.attributes["percent"] for s in marked.spans) == ["40", "5"]
    assert {(s.start_char, s.end_char) for s in marked.spans} == {(0, 4)}


def test_quoted_values_hold_spaces() -> None:
    """A name of several words stands in double quotes."""
    (span,) = parse_marked('[CRS](ADVERSE_EVENT name="cytokine release syndrome")').spans
    assert span.attributes == {"name": "cytokine release syndrome"}


def test_escaped_brackets_are_text() -> None:
    """A backslash before a bracket makes it part of the text, and offsets count it once."""
    marked = parse_marked(r"\[actual\] [GD2](ANTIGEN)")
    assert marked.text == "[actual] GD2"
    assert marked.spans[0].start_char == 9


def test_text_without_tags_has_no_spans() -> None:
    """A negative passage is plain text."""
    assert parse_marked("A car (of sorts).").spans == ()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("[CD19](ANTIGEN) and [CD20", "never closed"),
        ("CD19](ANTIGEN)", "never opened"),
        ("[CD19] is bound", "must be followed by"),
        ("[CD19](ANTIGEN name=two words)", "must be followed by"),
        ("[CD19](ANTIGEN", "must be followed by"),
        ("[](ANTIGEN)", "empty span"),
        ("[CD19](PROTEIN)", "unknown label PROTEIN"),
        ("[CD19](ANTIGEN colour=red)", "unknown attribute colour"),
        ("[CD19](ANTIGEN name=a name=b)", "name is given twice"),
    ],
)
def test_mistakes_are_errors(source: str, message: str) -> None:
    """What is not understood is named, not passed over."""
    with pytest.raises(GoldError, match=message):
        parse_marked(source)


def test_an_error_names_its_line() -> None:
    """The line is that of the bracket at fault."""
    with pytest.raises(GoldError, match=r"^line 3: .*\[CD20'$"):
        parse_marked("One line.\n[CD19](ANTIGEN)\n[CD20")


def test_labels_can_be_narrowed() -> None:
    """A caller may allow fewer labels and attributes than there are."""
    with pytest.raises(GoldError, match="one of DISEASE"):
        parse_marked("[CD19](ANTIGEN)", labels=["DISEASE"])
    with pytest.raises(GoldError, match="unknown attribute n; one of role"):
        parse_marked("[12](COHORT n=12)", attributes=["role"])
