"""From a row to the words behind it: found by any id, marked, escaped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import open_snapshot
from pipeline.analysis import Mark, OpenSnapshot
from pipeline.analysis.marking import pieces, signed
from pipeline.analysis.rows import PRIMARY_KEYS
from pipeline.errors import UsageError
from tests.unit.analysis.told import ICANS, Told, published


@pytest.mark.parametrize("table", list(PRIMARY_KEYS))
def test_every_id_of_every_table_has_evidence(snapshot: OpenSnapshot, table: str) -> None:
    """By its id, by its row, and by a tuple of its row; what a document says has a sentence."""
    frame = getattr(snapshot, table)
    for position, row_id in enumerate(frame[PRIMARY_KEYS[table]]):
        told = snapshot.evidence(row_id)
        assert (told.row.table, told.row.row_id) == (table, row_id)
        assert snapshot.evidence(frame.iloc[position]).row.row_id == row_id
        assert snapshot.evidence(next(frame.iloc[[position]].itertuples())).row.row_id == row_id
        if table not in ("runs", "concepts"):
            assert told.passage is not None
            assert told.passage.sentence in snapshot.document(told.source.doc_id).text
        assert str(told)
        assert told._repr_html_()


def test_mention_cue_and_cohort_are_marked(snapshot: OpenSnapshot) -> None:
    """Each in its own way; context is what stands around the sentence, exactly."""
    denied = snapshot.evidence("trial#a1")
    assert denied.passage.sentence == "No ICANS was seen."
    assert signed(denied.passage.pieces()) == "{No} [ICANS] was seen."
    assert denied.passage.before.rstrip().endswith("12 of 38.")
    assert denied.passage.after.strip() == "All went home."
    assert {mark.kind for mark in denied.passage.marks} == {"mention", "cue", "cohort"}
    assert signed(snapshot.evidence("trial#c0").passage.pieces()).startswith("<Thirty-eight patients> were")
    assert denied.run["run_id"] == "r1"
    assert denied.extraction_key == "key-trial"
    assert [one["name"] for one in denied.concepts.values()] == [ICANS]


def test_marks_may_nest_and_cross() -> None:
    """Pieces make the text again; signs stand in the order of the marks."""
    text = "None of the twelve patients had CRS."
    marks = [Mark(0, 25, "cohort"), Mark(0, 4, "cue"), Mark(19, 35, "mention"), Mark(100, 120, "cue")]
    cut = list(pieces(text, 0, len(text), marks))
    assert "".join(piece.text for piece in cut) == text
    assert signed(cut) == "<{None} of the twelve [patien]>[ts had CRS]."
    assert signed(pieces(text, 5, 11, marks)) == "<of the>"


def test_rows_of_ready_frames_lead_to_their_study(snapshot: OpenSnapshot) -> None:
    """Also figures, and rows merged from several tables."""
    assert snapshot.evidence(snapshot.evidence_table().iloc[0]).row.row_id == "trial#t0"
    assert snapshot.evidence(snapshot.event_figures().iloc[0]).row.row_id == "trial#t0"
    merged = snapshot.adverse_events.merge(snapshot.cohorts[["cohort_id", "n"]], on="cohort_id")
    assert snapshot.evidence(merged.iloc[1]).row.row_id == "trial#a1"


@pytest.mark.parametrize(
    ("given", "found"), [("tri", "trial"), ("trial#a1", "trial#a1"), ("tr#t", "trial#t0")]
)
def test_an_unambiguous_beginning_will_do(snapshot: OpenSnapshot, given: str, found: str) -> None:
    """Of a document's id, and of both sides of a row's."""
    assert snapshot.row(given).row_id == found


def test_an_ambiguous_beginning_lists_what_it_may_be(snapshot: OpenSnapshot) -> None:
    """So that one of them can be copied."""
    with pytest.raises(UsageError, match="trial#a0, trial#a1: write more"):
        snapshot.evidence("trial#a")


@pytest.mark.parametrize(
    ("given", "close"), [("trial#a9", "trial#a"), ("trail", "trial"), ("HGNC:CD18", "CD19")]
)
def test_an_unknown_id_is_told_with_close_ones(snapshot: OpenSnapshot, given: str, close: str) -> None:
    """Typing errors in ids are the rule."""
    with pytest.raises(UsageError, match=f"no row.*close to it.*{close}"):
        snapshot.evidence(given)


@pytest.mark.parametrize("given", ["", "   ", 7, None, {"n": 3}, "zzz"])
def test_what_is_no_id_is_told(snapshot: OpenSnapshot, given: object) -> None:
    """And where ids are found."""
    with pytest.raises(UsageError, match="id"):
        snapshot.evidence(given)


def test_a_whole_frame_is_no_row(snapshot: OpenSnapshot) -> None:
    """What to pass instead is told."""
    with pytest.raises(UsageError, match="iloc"):
        snapshot.evidence(snapshot.cohorts)


def hostile(folder: Path) -> OpenSnapshot:
    """A document whose title, publisher, address and text try to be more than text."""
    told = Told(
        "evil",
        "<script>alert(1)</script> \u202etitle\n\nNo <img src=x onerror=alert(2)> CRS\x1b[2J was seen.",
        title="<script>alert(1)</script>\u202e" + "long " * 2500,
        publisher='"><b onmouseover=alert(3)>',
        url="javascript:alert(4)",
    )
    told.event("CRS\x1b[2J", assertion="absent", cue="No")
    told.document = replace(told.document, doi=None)
    return open_snapshot(published(folder, told).path)


def test_html_escapes_all_that_came_from_a_document(tmp_path: Path) -> None:
    """No tag, no handler, no script address, and a title of a bearable length."""
    html = hostile(tmp_path).evidence("evil#a0")._repr_html_()
    assert "<script" not in html
    assert "<img" not in html
    assert "<b onmouseover" not in html
    assert "href=" not in html
    assert "&lt;img src=x onerror=alert(2)&gt;" in html
    assert "\u202e" not in html
    assert len(html) < 4000


def test_plain_text_moves_no_cursor(tmp_path: Path) -> None:
    """Control characters and those that turn the writing round are shown as replaced."""
    text = str(hostile(tmp_path).evidence("evil#a0"))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "CRS\ufffd[2J" in text


def test_a_web_address_is_a_link(snapshot: OpenSnapshot) -> None:
    """It opens beside the notebook and hands nothing on."""
    html = snapshot.evidence("trial#a0")._repr_html_()
    assert '<a href="https://journal.example.org/trial" ' in html
    assert 'rel="noopener noreferrer" target="_blank"' in html


def test_what_is_denied_is_struck(snapshot: OpenSnapshot) -> None:
    """And what was seen is not."""
    assert "line-through" in snapshot.evidence("trial#a1")._repr_html_()
    assert "line-through" not in snapshot.evidence("trial#a0")._repr_html_()


def test_a_concept_leads_to_a_sentence_that_names_it(snapshot: OpenSnapshot) -> None:
    """The first one of the snapshot; an antigen that no sentence names has none."""
    assert snapshot.evidence("DOID:lymphoma").passage.sentence == "CD19 CAR T cells in lymphoma"
    assert snapshot.evidence("HGNC:CD19").passage is None


def test_a_prompt_shows_words_and_no_wall(snapshot: OpenSnapshot) -> None:
    """Evidence as printed, a document by its counts, a snapshot in a line."""
    told = snapshot.evidence("trial#a1")
    assert repr(told) == str(told)
    assert repr(snapshot.document("trial")).startswith("<document trial: 1 sections, ")
    assert "went home" not in repr(told.passage)
    assert repr(snapshot).count("\n") == 0
