"""Evaluation is a gate: no score of the project's own gold falls below its floor."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import FloorError
from tests.conftest import ROOT

FLOORS = ROOT / "tests" / "floors.json"
GOLD = [str(ROOT / name) for name in ("seeds/gold", "tests/gold/development", "tests/gold/frozen")]


def test_no_score_is_below_its_floor() -> None:
    """The gold is what the floors were set on, and every field is read as well as it was."""
    ended = CliRunner().invoke(app, ["evaluate", *GOLD, "--floors", str(FLOORS)])
    assert ended.exit_code == 0, ended.output


def test_a_score_below_its_floor_fails(tmp_path: Path) -> None:
    """A floor that nothing reaches shuts the gate."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    floors["seeds/gold"]["floors"]["antigens"] = 1.01
    raised = tmp_path / "floors.json"
    raised.write_text(json.dumps(floors), encoding="utf-8")
    ended = CliRunner().invoke(app, ["evaluate", GOLD[0], "--floors", str(raised)])
    assert isinstance(ended.exception, FloorError), ended.output


def test_other_gold_than_the_floors_were_set_on_fails(tmp_path: Path) -> None:
    """A changed gold must not pass under floors that were set on another."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    floors["seeds/gold"]["sha256"] = "0" * 64
    other = tmp_path / "floors.json"
    other.write_text(json.dumps(floors), encoding="utf-8")
    ended = CliRunner().invoke(app, ["evaluate", GOLD[0], "--floors", str(other)])
    assert isinstance(ended.exception, FloorError), ended.output
