"""What a run tells a person and a machine."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import pandas as pd
import pytest

from pipeline.comparison import Change, Comparison
from pipeline.comparison.compare import Kind
from pipeline.records import FailureRow, RunRow
from pipeline.store import Snapshot, Store
from pipeline.summary import Summary, markdown, summarise, text

AT = datetime(2026, 2, 4, tzinfo=timezone.utc)
RUN = RunRow("run-1", AT, AT, "0.1.0", "f", 1, 0, 0, 0, 1, 0, 2.5)
FAILURE = FailureRow("file:///broken.xml", "parse", "ParseError", "no JATS in it", "run-1", None)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    with Store(tmp_path).writer("run-1") as writer:
        return writer.publish(run=RUN, failures=[FAILURE], replaced=set(), removed=set(), shards=[])


def summary_of(**facts: dict[str, int]) -> Summary:
    rows = {"documents": 3, "sentences": 40, "concepts": 9, "mentions": 12, "relations": 5}
    return Summary(Path("/t/snapshots/s1"), {**vars(RUN), "n_new": 2, "n_seen": 3}, rows, facts, ())


def test_an_empty_snapshot_has_all_tables_and_no_facts(snapshot: Snapshot) -> None:
    """Counts are there, and zero, also where nothing was found."""
    summary = summarise(snapshot)
    assert len(summary.rows) == 11
    assert summary.run["run_id"] == "run-1"
    assert set(summary.facts) == {"mentions", "relations", "cohorts", "adverse_events", "studies"}
    assert not any(summary.facts.values())


def test_a_person_reads_documents_facts_by_type_and_where_the_tables_are() -> None:
    """The counts of the run come first, then the facts, most frequent type first."""
    told = text(
        summary_of(mentions={"DISEASE": 7, "THERAPY": 5}, relations={"targets": 5}), Path("out/latest")
    )
    first = told.splitlines()[0]
    assert first.startswith("3 documents in 2.5 s: 2 new, 0 changed, 0 unchanged, 1 failed")
    assert "7 DISEASE, 5 THERAPY" in told
    assert "5 targets" in told
    assert "Tables: out/latest" in told


def test_withdrawn_documents_are_told_where_there_are_any() -> None:
    """A number that is always zero is not worth reading."""
    summary = summary_of()
    assert "withdrawn" not in text(summary, Path("out"))
    assert "4 withdrawn" in text(replace(summary, run={**summary.run, "n_removed": 4}), Path("out"))


def test_the_lines_for_pandas_run(snapshot: Snapshot) -> None:
    """What the summary says to type works as it stands."""
    lines = [line.strip() for line in text(summarise(snapshot), snapshot.path).splitlines()[-3:]]
    names: dict[str, object] = {}
    exec("\n".join(lines), names)
    assert isinstance(names["mentions"], pd.DataFrame)


def test_failures_are_named_with_their_message(snapshot: Snapshot) -> None:
    """A person need not open a table to see what went wrong."""
    assert "file:///broken.xml (parse): no JATS in it" in text(summarise(snapshot), Path("out"))


def test_json_holds_everything_in_plain_values(snapshot: Snapshot) -> None:
    """Machines get counts as numbers and times in ISO 8601."""
    told = json.loads(json.dumps(summarise(snapshot).to_json()))
    assert told["run"]["n_failed"] == 1
    assert datetime.fromisoformat(told["run"]["started_at"]) == AT
    assert told["failures"][0]["source_uri"] == "file:///broken.xml"
    assert Path(told["tables"]) == snapshot.path


def test_markdown_is_a_table_of_counts() -> None:
    """What Prefect shows as the run's artifact."""
    told = markdown(summary_of(relations={"targets": 5}))
    assert "| new | 2 |" in told
    assert "| relations | targets | 5 |" in told


def test_failures_and_changes_stand_in_tables_of_their_own() -> None:
    """What has come, gone or changed since the snapshot before, and why."""
    change = Change("cohorts", "added", "c1", "d1", "12 patients treated", ("text",), {}, {})
    kinds: dict[Kind, int] = {"added": 3, "withdrawn": 0, "changed": 0}
    told = markdown(summary_of(), Comparison("s0", "s1", {"text": 1}, {"cohorts": kinds}, (change,)))
    assert "### Changes since s0" in told
    assert "| cohorts | 3 | 0 | 0 |" in told
    assert "| added | cohorts | 12 patients treated | text |" in told
    assert "2 more are shown by `cartographer diff s0 s1`." in told
    assert "Changes" not in markdown(summary_of())
    assert "No fact" in markdown(summary_of(), Comparison("s0", "s1", {}, {"cohorts": {}}, ()))


@pytest.mark.parametrize(
    "hostile",
    [
        "a | b",
        "two\nlines\r\n| of | a | table |",
        "<script>alert(1)</script>",
        "[click](https://example.org)",
        "![](https://example.org/pixel.png)",
        "`code` **bold** # heading",
        "&lt;b&gt; \\| www.example.org",
    ],
)
def test_what_comes_from_documents_is_no_mark_up(hostile: str) -> None:
    """Neither a cell nor a tag nor a link; read back, it is what it was."""
    failure = {"source_uri": hostile, "stage": "parse", "message": hostile}
    (row,) = (
        line
        for line in markdown(replace(summary_of(), failures=(failure,))).splitlines()
        if "| parse |" in line
    )
    assert row.count("|") == 4
    source = row.split("|")[1].strip()
    assert not set(source) & set("\\`*_[]<>()!#|:.") - set("#")
    assert not re.search(r"(?<!&)#", source)
    assert html.unescape(source) == " ".join(hostile.split())


def test_of_very_many_failures_some_are_listed_and_all_are_counted() -> None:
    """A page of a thousand rows is read by nobody."""
    failure = {"source_uri": "file:///x", "stage": "parse", "message": "no " * 1000}
    told = markdown(replace(summary_of(), failures=(failure,) * 1000))
    assert "950 more are in the table failures." in told
    assert len(told) < 50_000
