"""Marks lose nothing: whatever is marked, the text comes out again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.marking import Mark, pieces, shortened, signed, visible
from pipeline.cli.marked_text import as_mark_up, styled
from pipeline.evaluation.markup import parse_marked

TEXTS = st.text("ab[]()\\ {}<>=≥\u00e9\U0001f9ec", min_size=1, max_size=40)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A text with marks that nest, cross, touch, and stick out."""
    text = draw(TEXTS)
    place = st.integers(0, len(text) + 5)
    spans = draw(
        st.lists(st.tuples(place, place, st.sampled_from(["mention", "cue", "cohort", "term"])), max_size=6)
    )
    return text, [Mark(min(a, b), max(a, b), kind, "DISEASE", "absent") for a, b, kind in spans if a != b]


@st.composite
def nested(draw: st.DrawFn, text: str, start: int, end: int, depth: int = 2) -> list[tuple[int, int]]:
    """Extents that nest within a stretch and do not cross."""
    if end - start < 1 or depth == 0 or draw(st.booleans()):
        return []
    cut = draw(st.integers(start + 1, end))
    inner = draw(nested(text, start, cut, depth - 1))
    return [(start, cut), *inner, *draw(nested(text, cut, end, depth))]


@given(marked_texts())
def test_pieces_make_the_text_again(marked: tuple[str, list[Mark]]) -> None:
    """In order, without gap or overlap, whatever the marks; each piece bears the marks that hold it."""
    text, marks = marked
    cut = list(pieces(text, 0, len(text), marks))
    assert "".join(piece.text for piece in cut) == text
    assert styled(cut).plain == text
    place = 0
    for piece in cut:
        held = {m for m in marks if m.start_char <= place and place + len(piece.text) <= m.end_char}
        assert set(piece.marks) == held
        place += len(piece.text)


@given(marked_texts())
def test_signs_are_opened_and_closed(marked: tuple[str, list[Mark]]) -> None:
    """As many as there are, apart from those of the text itself."""
    text, marks = marked
    told = signed(pieces(text, 0, len(text), marks))
    for opening, closing in ("[]", "{}", "<>"):
        added = told.count(opening) - text.count(opening)
        assert added == told.count(closing) - text.count(closing) >= 0


@given(st.data())
def test_mark_up_reads_back_as_the_text_and_its_mentions(data: st.DataObject) -> None:
    """Strictly, with brackets and backslashes in the text."""
    text = data.draw(TEXTS)
    extents = sorted(set(data.draw(nested(text, 0, len(text)))), key=lambda e: (e[0], -e[1]))
    mentions = [
        {"mention_id": f"m{n}", "start_char": a, "end_char": b, "label": "DISEASE", "assertion": "absent"}
        for n, (a, b) in enumerate(extents)
    ]
    parsed = parse_marked(as_mark_up(text, mentions, {"m0": " setting=human"}))
    assert parsed.text == text
    assert [(span.start_char, span.end_char) for span in parsed.spans] == extents
    assert all(span.attributes["assertion"] == "absent" for span in parsed.spans)


@given(st.text(max_size=60), st.integers(2, 30))
def test_a_shortened_line_keeps_to_its_length(text: str, most: int) -> None:
    """On one line."""
    short = shortened(text, most)
    assert len(short) <= most
    assert len(short.splitlines()) <= 1


@given(st.text(st.characters(categories=("Cc", "Cf", "L")), max_size=30))
def test_nothing_invisible_is_left_to_a_terminal(text: str) -> None:
    """Neither escape sequences nor marks of direction; line ends and tabs are kept."""
    assert not set(visible(text)) & {*map(chr, range(0x09)), "\x1b", "\x9b", "\u202e", "\u2066", "\u200f"}
