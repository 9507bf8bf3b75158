"""Scoring of adverse events of which some may be left out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pipeline.evaluation.facts import score_facts
from pipeline.evaluation.gold import read_gold
from pipeline.records import Extraction

_GOLD = """=== One that is asked for and one that is not
kind: abstract
setting: human
---
Two had [rash](ADVERSE_EVENT n_affected=2). The usual [rash](ADVERSE_EVENT assertion=possible ignore=yes)
was feared, and [cough](ADVERSE_EVENT ignore=yes) was heard.
"""


def _row(term: str, assertion: str, n: int | None = None) -> SimpleNamespace:
    figures = {"grade_min": None, "grade_max": None, "n_affected": n, "n_at_risk": None, "percent": None}
    return SimpleNamespace(term=term, assertion=assertion, mention_id="m", **figures)


def _score(tmp_path: Path, rows: list[SimpleNamespace]) -> dict[str, tuple[int, list[str], list[str]]]:
    path = tmp_path / "one.gold"
    path.write_text(_GOLD, encoding="utf-8")
    (case,) = read_gold(path)
    empty: dict[str, list[Any]] = {
        name: [] for name in ("concepts", "sentences", "studies", "cohorts", "relations")
    }
    mention = SimpleNamespace(mention_id="m", text="", concept_id=None, start_char=0, label="ADVERSE_EVENT")
    extraction = SimpleNamespace(**empty, mentions=[mention], adverse_events=rows)
    tallies = score_facts(cast("Extraction", extraction), case.facts)
    return {
        name: (tally.n_right, [f.told for f in tally.missed], [f.told for f in tally.spurious])
        for name, tally in tallies.items()
        if name.startswith("adverse_events")
    }


@pytest.mark.parametrize("extra", [[], [("rash", "possible")], [("cough", "present")], [("cough", "absent")]])
def test_what_may_be_left_out_neither_helps_nor_harms(tmp_path: Path, extra: list[tuple[str, str]]) -> None:
    """A term that is asked for elsewhere is right although a further row of it is free."""
    scores = _score(tmp_path, [_row("rash", "present", 2), *(_row(*one) for one in extra)])
    assert [(n, missed, spurious) for n, missed, spurious in scores.values()] == [(1, [], [])] * 3


def test_what_is_neither_asked_for_nor_free_is_spurious(tmp_path: Path) -> None:
    """Another assertion of a term that is asked for counts."""
    scores = _score(tmp_path, [_row("rash", "present", 2), _row("rash", "absent")])
    assert scores["adverse_events"] == (1, [], [])
    assert len(scores["adverse_events+assertion"][2]) == len(scores["adverse_events+figures"][2]) == 1
