"""`cartographer snapshots`, `diff`, `verify`, `compact` and `prune`, as a person calls them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import CartographerError, DamageError, StoreError, UsageError
from pipeline.store import Store
from tests.unit.store.made import extraction, publish

Call = Callable[..., str]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """In `outputs` of the current folder: a first run of two documents, a second that changes one."""
    monkeypatch.chdir(tmp_path)
    made = Store(Path("outputs"))
    publish(made, "r1", [[extraction("a"), extraction("b")]])
    read = extraction("a", key="k2", run_id="r2")
    read = replace(
        read,
        cohorts=(replace(read.cohorts[0], n=7),),
        adverse_events=tuple(
            replace(
                read.adverse_events[0], adverse_event_id=f"a#a{n}", term="chill", n_affected=n, n_at_risk=9
            )
            for n in range(1, 9)
        ),
    )
    publish(made, "r2", [[read]])
    return made


@pytest.fixture
def call() -> Call:
    """Standard output of a command that must succeed."""

    def called(*arguments: str) -> str:
        done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    return called


def failing(kind: type[CartographerError], *arguments: str) -> tuple[str, str]:
    """Message and standard output of a command that must fail."""
    done = CliRunner().invoke(app, list(arguments))
    assert isinstance(done.exception, kind), done.output
    return str(done.exception), done.output


def test_snapshots_are_listed(store: Store, call: Call) -> None:
    """One line each, with the counts of its run and its size; a compaction is told as one."""
    store.compact()
    lines = call("snapshots").splitlines()
    assert [line.split()[0] for line in lines] == ["snapshot", *(one.id for one in store.snapshots())]
    assert lines[1].split()[3:8] == ["2", "2", "0", "0", "0"]
    assert lines[2].split()[3:8] == ["2", "0", "1", "0", "0"]
    assert "compacted" in lines[3]


def test_snapshots_are_listed_as_json(store: Store, call: Call) -> None:
    """What a snapshot shares is counted in `bytes`, and not in `own_bytes`."""
    publish(store, "r3", [])
    rows = json.loads(call("snapshots", "outputs", "--json"))
    assert [row["snapshot"] for row in rows] == [one.id for one in store.snapshots()]
    last = rows[-1]
    assert (last["documents"], last["made_by"], last["run"]["n_unchanged"]) == (2, "run", 2)
    own = sum((store.latest().path / name).stat().st_size for name in ("manifest.json",))
    assert own < last["own_bytes"] < last["bytes"]


@pytest.mark.parametrize("command", ["snapshots", "verify", "compact", "prune"])
def test_a_folder_without_snapshots_is_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is made in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert "has no snapshot yet" in failing(StoreError, command, "empty")[0]
    assert "There is no folder nowhere" in failing(UsageError, command, "nowhere")[0]
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


def test_the_last_run_is_told_by_default(store: Store, call: Call) -> None:
    """Counts, causes and the first facts of each table."""
    out = call("diff")
    assert re.search(r"1  record: +its text is the same", out)
    assert re.search(r"^  adverse events +8 +1 +0$", out, re.MULTILINE)
    assert "~ 7 patients treated with lupus, human; n: 5 → 7 [a: record]" in out
    assert "+ chill, denied, grade 3 or higher, in 1 of 9, human [a: record]" in out
    assert "in 6 of 9" not in out
    assert "… and 3 more" in out
    assert out.endswith("7 of 10 changes; --all shows every one.\n")


def test_every_fact_is_told_where_asked(store: Store, call: Call) -> None:
    """Any two snapshots, by id, beginning or time."""
    first, second = (snapshot.id for snapshot in store.snapshots())
    out = call("diff", first, "2999-01-01", "--output", "outputs", "--all")
    assert f"From {first} to {second}" in out
    assert "in 8 of 9" in out
    assert "--all" not in out
    backwards = call("diff", "latest", "previous")
    assert re.search(r"^  adverse events +1 +8 +0$", backwards, re.MULTILINE)


def test_the_same_snapshot_differs_in_nothing(store: Store, call: Call) -> None:
    """Said in one line."""
    assert "The same documents, the same facts." in call("diff", "latest", "latest")


def test_a_diff_as_json(store: Store, call: Call) -> None:
    """One object."""
    told = json.loads(call("diff", "--json", "--all"))
    assert told["documents"] == {"record": 1}
    assert told["counts"]["adverse_events"] == {"added": 8, "withdrawn": 1, "changed": 0}
    assert len(told["changes"]) == 10


def test_a_diff_of_nothing_known(store: Store) -> None:
    """What can be named is told; so is a file that is gone."""
    assert "give an id" in failing(StoreError, "diff", "yesterday")[0]
    latest = store.latest()
    (latest.path / "cohorts" / latest.files("cohorts")[-1].name).unlink()
    assert "`cartographer verify` says which" in failing(StoreError, "diff")[0]


def test_a_sound_snapshot_is_verified(store: Store, call: Call) -> None:
    """How much was looked at, and that nothing is wrong."""
    assert re.search(r"[1-9]\d* files, .* rows of documents read, 0 problems", call("verify"))
    assert "2 snapshots" in call("verify", "--all")
    first = store.snapshots()[0].id
    assert call("verify", "--snapshot", first[:-2]).startswith(first)
    assert json.loads(call("verify", "--json"))["problems"] == []


def test_damage_has_an_exit_code(store: Store) -> None:
    """Each problem with its place and what to do; all of them in JSON."""
    latest = store.latest()
    name = latest.files("mentions")[0].name
    (latest.path / "mentions" / name).write_bytes(b"PAR1")
    message, out = failing(DamageError, "verify")
    assert message == "outputs has 1 problem: see above what to do about each."
    assert f"{latest.id}/mentions/{name}: it has 4 bytes" in out
    assert "restore it from a backup" in out
    _, out = failing(DamageError, "verify", "--json")
    assert json.loads(out)["problems"][0]["place"] == f"mentions/{name}"


def test_compaction_tells_what_it_did(store: Store, call: Call) -> None:
    """Shards before and after; the second time there is nothing to join."""
    assert "2 shards became 1, the same 2 documents" in call("compact")
    assert "there is nothing to join (1 shard)" in call("compact")


def test_pruning_tells_what_goes(store: Store, call: Call) -> None:
    """A dry run removes nothing; young snapshots stay unless told otherwise."""
    first, second = (snapshot.id for snapshot in store.snapshots())
    rule = ("--last", "1", "--daily", "0", "--weekly", "0")
    assert "0 snapshots removed" in call("prune", *rule)
    told = call("prune", "outputs", *rule, "--grace", "0", "--dry-run").splitlines()
    assert [line.split() for line in told] == [[first, "remove"], [second, "keep:", "latest"]]
    assert len(store.snapshots()) == 2
    out = call("prune", *rule, "--grace", "0")
    assert out.startswith(f"removed {first}\n1 snapshot removed, ")
    assert [snapshot.id for snapshot in store.snapshots()] == [second]


@pytest.mark.parametrize("command", ["compact", "prune"])
def test_a_held_lock_is_told(store: Store, command: str) -> None:
    """Who holds it; with `--wait` it is waited for."""
    with store.writer("r9"):
        for waiting in ((), ("--wait", "0.2")):
            assert "(run r9)" in failing(StoreError, command, *waiting)[0]
    shutil.rmtree("outputs")


def test_help_tells_the_exit_code_of_damage(call: Call) -> None:
    """A script's writer need not read the source."""
    assert re.search(rf"^ +{DamageError.exit_code}  ", call("verify", "--help"), re.MULTILINE)
