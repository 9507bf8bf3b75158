"""The command as a person runs it: tables come out, and nothing else is left or said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from pipeline.records import ROW_TYPES
from tests.conftest import ROOT

SEEDS = ROOT / "seeds"
TABLES = [row_type.TABLE for row_type in ROW_TYPES]


class Place(NamedTuple):
    """A home, a working folder and the cache of the orchestrator, in a folder that holds nothing else."""

    home: Path
    work: Path
    cache: Path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the command in the working folder."""
        inherited = {
            name: word
            for name, word in os.environ.items()
            if not name.startswith(("PREFECT", "CARTOGRAPHER"))
        }
        places = {f"XDG_{kind}_HOME": str(self.home / kind) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
        own = {"HOME": str(self.home), "TMPDIR": str(self.home), "CARTOGRAPHER_CACHE": str(self.cache)}
        return subprocess.run(
            [sys.executable, "-m", "pipeline", *arguments],
            cwd=self.work,
            env=inherited | places | own | {"PYTHONDONTWRITEBYTECODE": "1"} | environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, orchestrator_cache: Path) -> Place:
    root = tmp_path_factory.mktemp("person")
    (root / "home").mkdir()
    (root / "work").mkdir()
    return Place(root / "home", root / "work", orchestrator_cache)


@pytest.fixture(scope="module")
def first(place: Place) -> subprocess.CompletedProcess[str]:
    """The main job on the seeds."""
    return place.run("run", str(SEEDS), "--output", "tables")


def frame(place: Place, output: str, table: str) -> pd.DataFrame:
    return pd.read_parquet(place.work / output / "latest" / table)


def test_the_main_job_says_what_it_has_done_and_nothing_else(first: subprocess.CompletedProcess[str]) -> None:
    """No word of the orchestrator, no warning of a library."""
    assert first.returncode == 0, first.stderr
    assert first.stderr == ""
    assert "prefect" not in first.stdout.lower()
    assert "http" not in first.stdout
    assert "Tables: tables/latest" in first.stdout


@pytest.mark.usefixtures("first")
def test_nothing_is_left_outside_the_output_and_the_cache(place: Place) -> None:
    """Neither in the person's home, nor in the temporary folder, nor beside the tables."""
    assert list(place.home.rglob("*")) == []
    assert [path.name for path in place.work.iterdir()] == ["tables"]
    assert [path.name for path in place.cache.iterdir()] == ["prefect"]


@pytest.mark.usefixtures("first")
def test_all_tables_are_there(place: Place) -> None:
    """Eleven, each a folder that pandas reads."""
    assert len(TABLES) == 11
    frames = {table: frame(place, "tables", table) for table in TABLES}
    n_seeds = sum(1 for path in SEEDS.iterdir() if path.is_file())
    assert len(frames["documents"]) == n_seeds
    assert len(frames["failures"]) == 0
    for table in ("sections", "sentences", "mentions", "concepts", "relations", "cohorts", "adverse_events"):
        assert len(frames[table]), f"{table} is empty"


@pytest.mark.usefixtures("first")
def test_every_mention_is_found_where_its_row_says(place: Place) -> None:
    """Offsets are the truth."""
    texts = frame(place, "tables", "documents").set_index("doc_id")["text"]
    for table in ("mentions", "sentences"):
        rows = frame(place, "tables", table)
        for row in rows.itertuples():
            assert texts[row.doc_id][row.start_char : row.end_char] == row.text


@pytest.mark.usefixtures("first")
def test_a_story_without_car_t_yields_no_fact(place: Place) -> None:
    """Rental cars have targets, and infusions of capital."""
    documents = frame(place, "tables", "documents")
    (cars,) = (one.doc_id for one in documents.itertuples() if "rental-cars" in one.source_uri)
    for table in ("relations", "cohorts", "adverse_events", "studies"):
        rows = frame(place, "tables", table)
        assert not len(rows[rows.doc_id == cars]), table


@pytest.mark.usefixtures("first")
def test_a_second_run_reads_nothing_and_another_output_holds_the_same(place: Place) -> None:
    """Ids and rows do not depend on when, where and by how many processes they were made."""
    again = place.run("run", str(SEEDS), "--output", "tables", "--json")
    assert again.returncode == 0, again.stderr
    run = json.loads(again.stdout)["run"]
    assert run["n_unchanged"] == run["n_seen"] > 0
    elsewhere = place.run("run", str(SEEDS), "--output", "elsewhere", "--workers", "2")
    assert (elsewhere.returncode, elsewhere.stderr) == (0, "")
    for table in set(TABLES) - {"runs"}:
        one, other = (
            frame(place, output, table).drop(columns="run_id", errors="ignore")
            for output in ("tables", "elsewhere")
        )
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.usefixtures("first")
def test_a_run_without_news_waits_neither_for_prefect_nor_for_the_model(place: Place) -> None:
    """It is over before they could have been loaded; where a server is named, the run is told to it."""
    again = place.run("run", str(SEEDS), "--output", "tables", PYTHONPROFILEIMPORTTIME="1")
    assert again.returncode == 0
    imported = {line.rpartition("|")[2].strip() for line in again.stderr.splitlines()}
    assert "pipeline.building" in imported
    assert imported.isdisjoint({"prefect", "spacy"})
    nobody = "http://127.0.0.1:9/api"
    told = place.run("run", str(SEEDS), "--output", "tables", PREFECT_API_URL=nobody)
    assert (told.returncode, told.stdout) == (8, ""), told.stderr


def test_a_missing_model_is_one_line_and_an_exit_code(place: Place, tmp_path: Path) -> None:
    """The message names what is missing; no traceback, no table."""
    done = place.run("run", str(SEEDS), "--output", str(tmp_path / "t"), CARTOGRAPHER_MODELS=str(tmp_path))
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith("cartographer: ")
    assert done.stderr.count("\n") == 1
    assert str(tmp_path) in done.stderr
    assert not (tmp_path / "t").exists()
