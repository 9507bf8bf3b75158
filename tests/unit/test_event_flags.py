"""Corpora that flag events as negated or speculated, beside the rules of assertion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.recipe.event_flags import answers, counts, main, phee, standoff
from pipeline.evaluation.scores import Counts

TEXT = "Heat did not spur growth. It may spur budding."
SPUR, GROWTH, SPUR_AGAIN, BUDDING = (13, 17), (18, 24), (33, 37), (38, 45)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = ["T1\tRegulation 13 17\tspur", "T2\tGrowth 18 24\tgrowth", "T3\tRegulation 33 37\tspur"]
    lines += ["T4\tGrowth 38 45\tbudding", "T5\tEntity 0 4\tHeat", "*\tEquiv T1 T3"]
    lines += ["E1\tRegulation:T1 Theme:E2", "E2\tGrowth:T2", "E3\tRegulation:T3 Theme:E4", "E4\tGrowth:T4"]
    lines += ["E5\tRegulation:T3", "M1\tNegation E1", "M2\tSpeculation E3"]
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "one.a2").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_triggers_are_the_mentions_and_bear_the_flags_of_their_events(folder: Path) -> None:
    (document,) = standoff(folder)
    assert document.flags == {
        SPUR: {"negation"},
        GROWTH: frozenset(),
        SPUR_AGAIN: {"speculation"},
        BUDDING: frozenset(),
    }


def test_answers_of_the_rules_are_counted_flag_by_flag(folder: Path) -> None:
    (judged,) = answers(list(standoff(folder)))
    assert counts(judged, "negation") == Counts(n_gold=1, n_found=2, n_hit=1, n_right=1)
    assert counts(judged, "speculation") == Counts(n_gold=1, n_found=2, n_hit=1, n_right=1)


def test_effects_of_adverse_events_bear_the_flags_of_phee(tmp_path: Path) -> None:
    text = "Tea gave no rash."
    effect = {"text": [["rash"]], "start": [[12]]}
    events = [
        {"event_type": "Adverse_event", "Effect": effect, "Negated": {"value": True}},
        {"event_type": "Potential_therapeutic_event", "Effect": {"text": [["Tea"]], "start": [[0]]}},
    ]
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"context": text, "annotations": [{"events": events}]}), encoding="utf-8")
    (document,) = phee(file)
    assert document.flags == {(12, 16): {"negation"}}


def test_the_command_prints_scores_and_what_differs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder), "--misses"])
    printed = capsys.readouterr().out
    assert "| negation | 0.500" in printed
    assert "negation spurious: 'growth', absent by 'not': Heat did not spur growth." in printed


def test_a_flag_of_no_event_is_refused(folder: Path) -> None:
    (folder / "one.a2").write_text("M1\tNegation E9\n", encoding="utf-8")
    with pytest.raises(KeyError):
        list(standoff(folder))
