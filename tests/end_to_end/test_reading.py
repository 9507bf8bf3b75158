"""What the tables of the main job hold, read back as an analyst reads them."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import typing
from pathlib import Path
from typing import Final

import pytest

from pipeline.evaluation.facts import FIELDS, FieldScore
from pipeline.evaluation.gold import read_gold
from pipeline.evaluation.scoring import evaluate, score_table
from pipeline.records import ROW_TYPES, Row
from tests.conftest import ROOT
from tests.end_to_end.conftest import Read
from tests.end_to_end.published import FACTS, TABLES, Published, spans

SEEDS = ROOT / "seeds"

#: Labels that say something about CAR-T medicine. GENE and CHEMICAL are what a text names besides.
FACT_LABELS = {"ANTIGEN", "DISEASE", "ADVERSE_EVENT", "THERAPY", "COHORT"}

#: Stories full of the field's words, without a word about the field.
STORIES = {
    "tickers.txt": """Tickers CAR and T rise as investors price in an infusion of cash

Shares of the rental company (ticker CAR) rose by 4% on Tuesday and those of the telephone company (ticker T)
by 2%. Analysts set a new target of 180 dollars for CAR and said that the response to the second trial of
weekend rates had been strong: of 340 franchise owners, 52 had already signed. T cut its exposure to the
failing mast business.

The rental company is treated as an export by the tax office, which causes trouble. No grade of debt above B
was affected. Twelve branches were closed, three after a fire. "We are in remission," the finance chief said,
"and the risk of a relapse is small." A chronic shortage of vans persists. The fund that targets the sector
holds 19 positions. CD sales at the sister shop ended in 2019.
""",
    "reservations.txt": """CRS outage leaves rental desks without cars

When the CRS, the central reservation system of the rental chain, went down on Friday, desks at nine airports
were paralysed. IT staff traced the fault to a cell in a T-shaped table: a script that was meant to target
expired bookings had killed healthy ones. The patch was tested on two machines and had no side effects.

The firm had enrolled its fleet of 600 hybrids in a trial of a new dashboard, and a virus scan had been
negative for weeks. Engineers gave the server an infusion of memory. None of the drivers was harmed. A second
dose of the patch follows on day 28; expansion to vans is planned, and the antigen of all this, a colleague
joked, was coffee. Each CAR (customer activity report) now carries a marker, and the signal returned within
three hours.
""",
}

# Floors of micro-F1 on seeds/gold, field by field, and of their macro mean: what the pipeline scored when
# they were last set, less 0.05 for a field (one fact of a small field more or less) and 0.02 for the mean.
# They are there to be raised when a component gets better; lowering one has to be argued for.
FLOORS: Final = {
    "antigens": 0.91,
    "diseases": 0.81,
    "therapies": 0.83,
    "cohorts": 0.91,
    "cohorts+role": 0.51,
    "adverse_events": 0.92,
    "adverse_events+assertion": 0.81,
    "adverse_events+figures": 0.75,
    "targets": 0.61,
    "treats": 0.79,
    "treats+status": 0.79,
    "setting": 0.95,
}
MACRO_FLOOR: Final = 0.83


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories")
    for name, story in STORIES.items():
        (folder / name).write_text(story, "utf-8")
    return folder


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def first(read: Read, output: Path) -> Published:
    """The main job on the seeds."""
    return read(output, SEEDS)


@pytest.fixture(scope="module")
def unread(read: Read, stories: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The main job on stories that hold no fact."""
    return read(tmp_path_factory.mktemp("nothing"), stories)


@pytest.fixture(scope="module")
def of_nothing(read: Read, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The main job on an empty folder."""
    return read(tmp_path_factory.mktemp("nothing"), tmp_path_factory.mktemp("empty"))


@pytest.mark.parametrize("job", ["first", "unread", "of_nothing"])
@pytest.mark.parametrize("row_type", ROW_TYPES, ids=lambda row_type: row_type.TABLE)
def test_a_table_has_the_columns_of_the_contract(
    request: pytest.FixtureRequest, job: str, row_type: type[Row]
) -> None:
    """All of them, in order, typed, and required where the contract says so; also without a row."""
    published: Published = request.getfixturevalue(job)
    fields = [field.name for field in dataclasses.fields(row_type)]
    hints = typing.get_type_hints(row_type)
    optional = {name for name in fields if type(None) in typing.get_args(hints[name])}
    schemas = published.schemas(row_type.TABLE)
    assert schemas, "a table without a file can't be read"
    for schema in schemas:
        assert schema.names == fields
        assert {field.name for field in schema if field.nullable} == optional
        assert not [field.name for field in schema if str(field.type) == "null"]
        assert all(field.metadata and field.metadata.get(b"description") for field in schema)
    assert list(published.frames[row_type.TABLE].columns) == fields


@pytest.mark.parametrize("table", ["mentions", "sentences"])
def test_a_row_stands_where_it_says(first: Published, table: str) -> None:
    """Offsets are characters of the document's text, on every row."""
    found = list(spans(first, table))
    assert len(found) > 100
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_the_text_of_a_plain_document_is_sacred(first: Published, seeds: list[Path]) -> None:
    """Character for character what the file holds, and what its gold was marked on."""
    plain = [path for path in seeds if path.suffix == ".txt"]
    assert plain
    for path in plain:
        text = first.document(path.name).text
        assert text == path.read_bytes().decode("utf-8")
        (case,) = read_gold(SEEDS / "gold" / f"{path.stem}.gold")
        assert case.text == text.rstrip("\n")


@pytest.mark.parametrize("name", ["10-negative-rental-cars.txt", *STORIES])
def test_a_story_about_something_else_yields_no_fact(first: Published, unread: Published, name: str) -> None:
    """Cars, tickers, desks and reservations share the field's words and none of its facts."""
    document = (unread if name in STORIES else first).document(name)
    assert document.rows("sentences")
    assert [row["text"] for row in document.mentions.values() if row["label"] in FACT_LABELS] == []
    for table in FACTS:
        assert document.rows(table) == [], table


def test_an_empty_folder_gives_empty_tables(of_nothing: Published) -> None:
    """And the row of the run that says so."""
    assert {table for table, frame in of_nothing.frames.items() if len(frame)} == {"runs"}
    assert of_nothing.run["n_seen"] == 0


def test_ids_and_rows_depend_on_the_documents_alone(
    first: Published, seeds: list[Path], tmp_path: Path, orchestrator_cache: Path
) -> None:
    """Another process, hash seed, output, and order of files: the same rows."""
    inherited = {n: word for n, word in os.environ.items() if not n.startswith(("PREFECT", "CARTOGRAPHER"))}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "run", *map(str, reversed(seeds)), "--output", str(tmp_path)],
        env=inherited | {"PYTHONHASHSEED": "4242", "CARTOGRAPHER_CACHE": str(orchestrator_cache)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    theirs = Published(tmp_path).comparable()
    for table, rows in first.comparable().items():
        assert theirs[table] == rows, table


def test_a_second_run_extracts_nothing_and_a_full_one_everything(
    read: Read, first: Published, output: Path
) -> None:
    """What has not changed shares its files with the snapshot before; a full run writes its own."""
    again = read(output, SEEDS)
    assert again.path != first.path
    assert again.run["n_unchanged"] == again.run["n_seen"] == first.run["n_new"] > 0
    assert again.run["n_new"] == again.run["n_changed"] == 0
    of_documents = [table for table in TABLES if table not in ("runs", "failures")]
    for table in of_documents:
        assert again.files(table) == first.files(table), table
    full = read(output, SEEDS, full=True)
    assert full.run["n_changed"] == full.run["n_seen"] == first.run["n_new"]
    for table in set(of_documents) - {"concepts"}:
        assert not full.files(table) & first.files(table), table
    assert full.comparable() == again.comparable() == first.comparable()


@pytest.fixture(scope="module")
def scores() -> dict[str, FieldScore]:
    """Facts of `seeds/gold`, micro-averaged over documents."""
    found, missed = evaluate(SEEDS / "gold")
    print(score_table(found), *missed, sep="\n")  # pytest shows it where a floor is broken
    return found


@pytest.mark.parametrize("name", FIELDS)
def test_facts_of_the_seeds_are_read_as_well_as_ever(scores: dict[str, FieldScore], name: str) -> None:
    """No field falls below its floor."""
    assert scores[name].f1 >= FLOORS[name]


def test_facts_of_the_seeds_on_the_whole(scores: dict[str, FieldScore]) -> None:
    """The macro mean over fields does not fall below its floor."""
    assert sum(score.f1 for score in scores.values()) / len(scores) >= MACRO_FLOOR
