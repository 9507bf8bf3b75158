"""Opening a snapshot: from where, what comes, and what does not."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

from pipeline import open_snapshot
from pipeline.analysis import OpenSnapshot
from pipeline.errors import StoreError, TableError, UsageError
from pipeline.store import Retention, Store
from pipeline.tables import TABLES
from tests.unit.analysis.told import Told, news, published, trial


def test_neither_spacy_nor_prefect_is_imported(output: Path) -> None:
    """Nor pandas before a frame is asked for, nor DuckDB before a query, nor Altair at all."""
    script = (
        "import sys\nfrom pipeline import open_snapshot\n"
        f"snapshot = open_snapshot({str(output)!r})\nsnapshot.counts()\n"
        "print([name for name in ('pandas', 'duckdb') if name in sys.modules])\n"
        "snapshot.mentions, snapshot.evidence_table(), snapshot.sql('select 1')\n"
        "snapshot.evidence(snapshot.cohorts.iloc[0])._repr_html_()\n"
        "print([name for name in ('spacy', 'prefect', 'altair', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_is_an_attribute_with_arrow_types(snapshot: OpenSnapshot, table: str) -> None:
    """In the order of the contract; no column is of Python objects."""
    frame = getattr(snapshot, table)
    assert frame.columns.tolist() == snapshot.describe(table)["column"].tolist()
    assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)
    assert len(frame) == snapshot.counts()[table]
    assert table in dir(snapshot)


def test_word_lists_are_plain_strings(snapshot: OpenSnapshot) -> None:
    """Methods on strings, groups and comparisons work on columns that the files store as dictionaries."""
    mentions = snapshot.mentions
    assert mentions.label.str.lower().str.startswith("adverse").sum() == 2
    assert mentions.groupby("label").size()["COHORT"] == 3
    assert snapshot.table("mentions", ["label"]).label.tolist() == mentions.label.tolist()


def test_a_frame_that_is_changed_changes_no_other(snapshot: OpenSnapshot) -> None:
    """Neither the next one, nor the evidence."""
    frame = snapshot.cohorts
    frame.loc[0, "n"] = 1000
    frame["more"] = 1
    assert snapshot.cohorts.n.max() == 38
    assert "more" not in snapshot.cohorts


def test_a_snapshot_is_found_by_folder_and_id(
    output: Path, snapshot: OpenSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The output folder, `latest`, a snapshot's own folder, and an id in `outputs`."""
    monkeypatch.chdir(output.parent)
    for path in ("outputs", output / "latest", snapshot.path, snapshot.id):
        assert open_snapshot(path).id == snapshot.id
    assert open_snapshot().id == snapshot.id


def test_what_is_no_snapshot_is_told_with_what_to_do(tmp_path: Path) -> None:
    """A folder without one, and a path that does not exist."""
    with pytest.raises(StoreError, match="cartographer run"):
        open_snapshot(tmp_path)
    with pytest.raises(StoreError, match="nowhere"):
        open_snapshot(tmp_path / "nowhere")


def test_an_open_snapshot_stays_what_it_is(tmp_path: Path) -> None:
    """A later run publishes beside it; both can be compared."""
    published(tmp_path, trial())
    before = open_snapshot(tmp_path / "latest")
    published(tmp_path, news(), run_id="r2")
    after = open_snapshot(tmp_path)
    assert (len(before.documents), len(after.documents)) == (1, 2)
    assert before.diff(after).counts["cohorts"]["added"] == 1
    assert after.diff(before) == after.diff("previous") == before.diff(after)


def test_snapshots_are_opened_by_time(tmp_path: Path) -> None:
    """A time, a day, a word or the beginning of an id, as the store has them."""
    first = open_snapshot(published(tmp_path, trial()).path)
    second = open_snapshot(published(tmp_path, news(), run_id="r2").path)
    assert second.at(first.created_at).id == first.id
    assert first.at(datetime.now(timezone.utc)).id == second.id
    assert first.at(date.today() + timedelta(days=1)).id == second.id
    assert second.at("previous").id == first.id
    with pytest.raises(StoreError, match="as old as"):
        first.at("1999-12-31")


def test_a_snapshot_that_was_moved_has_no_other_beside_it(snapshot: OpenSnapshot, tmp_path: Path) -> None:
    """It opens, and says why there is nothing to compare with."""
    moved = tmp_path / "copy"
    snapshot.path.rename(moved)
    try:
        with pytest.raises(StoreError, match="no output folder"):
            open_snapshot(moved).at("latest")
    finally:
        moved.rename(snapshot.path)


def test_columns_are_described_with_units(snapshot: OpenSnapshot) -> None:
    """Every count and share says what of; word lists and references are there."""
    for table in TABLES:
        told = snapshot.describe(table)
        numbers = told[told.type.isin(["int64", "double"])]
        assert numbers[numbers.unit == ""].empty, table
        assert (told.description.str.len() > 0).all()
    cohorts = snapshot.describe("cohorts").set_index("column")
    assert "treated" in cohorts.loc["role", "values"]
    assert cohorts.loc["mention_id", "refers_to"] == "mentions.mention_id"


def test_an_unknown_name_is_told_with_those_that_there_are(snapshot: OpenSnapshot) -> None:
    """Of tables and of ready frames."""
    with pytest.raises(TableError, match="evidence_table"):
        snapshot.describe("cohort")
    with pytest.raises(TableError, match="no column 'size'; its columns are cohort_id"):
        snapshot.table("cohorts", ["n", "size"])
    with pytest.raises(UsageError, match=r"ready frames are .*timeline"):
        snapshot.sql("select * from timelines")
    with pytest.raises(TableError, match="cohorts"):
        snapshot.table("cohort")


def test_sql_sees_tables_and_ready_frames(snapshot: OpenSnapshot) -> None:
    """As views under their names, joined in one query; sums are whole numbers."""
    joined = snapshot.sql(
        "select e.product, sum(c.n) as n from evidence_table e join cohorts c using (doc_id) group by 1"
    )
    assert joined.values.tolist() == [["CD19 CAR T cells", 50]]
    assert joined.dtypes["n"] == pd.ArrowDtype(pd.Series([1], dtype="int64[pyarrow]").dtype.pyarrow_dtype)
    pivoted = snapshot.sql("from (select role, n from cohorts) pivot (sum(n) for role in ('treated', 'arm'))")
    assert pivoted.to_dict("records")[0]["treated"] == 76
    for frame in ("event_figures", "adverse_event_rates", "timeline"):
        assert snapshot.sql(f"select count(*) as rows from {frame}").rows[0] > 0


def test_sql_writes_nothing(snapshot: OpenSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a database nor a temporary folder."""
    monkeypatch.chdir(tmp_path)
    snapshot.sql("select s.*, m.* from sentences s, mentions m order by random()")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select * from cohort", "The tables and ready frames are runs, documents"),
        ("select size from cohorts", "size"),
        ("selekt", "selekt"),
        ("create temp table t (n int)", "write a SELECT"),
        ("copy cohorts to 'cohorts.csv'", "write a SELECT"),
        ("copy (pivot cohorts on role) to 'cohorts.csv'", "write a SELECT"),
        ("", "write a SELECT"),
    ],
)
def test_a_query_that_can_not_run_says_why(snapshot: OpenSnapshot, query: str, told: str) -> None:
    """In DuckDB's words, with the tables where one is not known."""
    with pytest.raises(UsageError, match=told):
        snapshot.sql(query)


def test_documents_are_read_by_shard(snapshot: OpenSnapshot) -> None:
    """All rows of a document as plain values; an unknown one is named."""
    assert list(snapshot.doc_ids()) == ["trial", "news"]
    told = snapshot.document("trial")
    assert told.text.startswith("CD19 CAR T cells in lymphoma")
    assert [row["n"] for row in told.rows["cohorts"]] == [38, 12]
    assert not snapshot.document("news").rows["relations"]
    with pytest.raises(UsageError, match="'none'"):
        snapshot.document("none")


def test_many_shards_are_as_good_as_one(tmp_path: Path) -> None:
    """Documents of different runs lie in different files."""
    for number in range(5):
        told = Told(f"d{number}", f"Document {number}\n\nTen patients were treated.")
        told.cohort("Ten patients", number)
        published(tmp_path, told, run_id=f"r{number}")
    snapshot = open_snapshot(tmp_path)
    assert len(list((snapshot.path / "documents").iterdir())) == 5
    for number in range(5):
        found = snapshot.document(f"d{number}")
        assert (found.document["run_id"], found.rows["cohorts"][0]["n"]) == (f"r{number}", number)


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"PAR1 no more")])
def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    """Whatever asks for it: a frame, a query, evidence, a ready frame."""
    snapshot = open_snapshot(published(tmp_path, trial()).path)
    row_id = snapshot.cohorts.cohort_id[0]
    (file,) = (snapshot.path / "mentions").iterdir()
    damage(file)
    asked = (
        lambda one: one.mentions,
        lambda one: one.sql("select 1"),
        lambda one: one.evidence_table(),
        lambda one: one.evidence(row_id),
    )
    for ask in asked:
        with pytest.raises(StoreError, match="cartographer verify"):
            ask(open_snapshot(snapshot.path))


def test_what_is_open_is_not_pruned(tmp_path: Path) -> None:
    """As long as somebody has it, and no longer; nothing is left behind that would keep it."""
    store = Store(tmp_path / "outputs")
    published(store.output, trial())
    opened = open_snapshot(store.output)
    published(store.output, news(), run_id="r2")
    everything = Retention(last=1, daily=0, weekly=0, grace=timedelta(0))
    assert store.prune(everything).in_use == (opened.id,)
    assert len(opened.documents) == 1
    del opened
    gc.collect()
    assert len(store.prune(everything).removed) == 1
