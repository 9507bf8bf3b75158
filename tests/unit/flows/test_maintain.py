"""The upkeep of a store, as a schedule does it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from pipeline.errors import DamageError, StoreError
from pipeline.flows import maintain
from pipeline.store import Retention, Store
from tests.unit.store.made import extraction, publish


@pytest.fixture(scope="module", autouse=True)
def _prefect() -> Iterator[None]:
    """A Prefect of these tests' own."""
    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three runs, each with a document."""
    made = Store(tmp_path / "outputs")
    for number in "123":
        publish(made, f"r{number}", [[extraction(number, run_id=f"r{number}")]])
    return made


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What artifacts say."""
    said: list[str] = []
    module = sys.modules["pipeline.flows.maintain"]
    monkeypatch.setattr(module, "create_markdown_artifact", lambda markdown, **_: said.append(markdown))
    # In a test everything is young.
    monkeypatch.setattr(module, "Retention", partial(Retention, grace=timedelta(0)))
    return said


def test_files_are_joined_and_old_snapshots_go(store: Store, told: list[str]) -> None:
    """The rows stay, and the artifact says what was done."""
    rows = store.latest().arrow("documents").to_pylist()  # type: ignore[union-attr]
    maintain(str(store.output), keep_last=1, keep_daily=0, keep_weekly=0)
    (left,) = store.snapshots()
    assert len(left.files("documents")) == 1
    assert left.arrow("documents").to_pylist() == rows
    assert "3 snapshots removed" in told[0]
    assert "0 problems found in 1 snapshots" in told[0]


def test_each_part_can_be_left_out(store: Store, told: list[str]) -> None:
    """Nothing asked, nothing done."""
    before = [snapshot.id for snapshot in store.snapshots()]
    maintain(str(store.output), join_files=False, remove_snapshots=False, verify_snapshots="none")
    assert [snapshot.id for snapshot in store.snapshots()] == before
    assert told == [""]


def test_damage_fails_the_flow_and_is_told(store: Store, told: list[str]) -> None:
    """So that an automation can tell someone."""
    first = store.snapshots()[0]
    path = first.path / "documents" / first.files("documents")[0].name
    path.write_bytes(b"noise")
    with pytest.raises(DamageError, match="cartographer verify"):
        maintain(str(store.output), join_files=False, remove_snapshots=False, verify_snapshots="all")
    assert "| where | what is wrong | what to do |" in told[0]


@pytest.mark.usefixtures("told")
def test_a_folder_without_tables_is_one_clear_error(tmp_path: Path) -> None:
    """And stays as it is."""
    with pytest.raises(StoreError, match="no snapshot yet"):
        maintain(str(tmp_path / "nothing"))
    assert not (tmp_path / "nothing").exists()


def test_the_form_of_prefect_s_page_describes_every_parameter() -> None:
    """Descriptions and choices come from the flow."""
    properties = maintain.parameters.properties
    assert all(one.get("description") for one in properties.values())
    assert properties["verify_snapshots"]["enum"] == ["none", "latest", "all"]
