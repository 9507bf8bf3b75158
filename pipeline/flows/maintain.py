"""The flow that keeps a store in order: small files joined, old snapshots removed, what is there verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from pydantic import Field

from pipeline.errors import DamageError, StoreError
from pipeline.store import Retention, Snapshot, Store
from pipeline.summary import cell
from pipeline.verification import Problem, Verification

_PROBLEMS_SHOWN: Final = 50
_Number = Annotated[int, Field(ge=0)]


@task(name="compact", cache_policy=NO_CACHE, persist_result=False)
def compact(store: Store, wait_seconds: float) -> str:
    """Join small files; what was done, in words."""
    made = store.compact(wait_seconds)
    return f"files joined in {made.id}" if made else "there was nothing to join"


@task(name="prune", cache_policy=NO_CACHE, persist_result=False)
def prune(store: Store, rule: Retention, wait_seconds: float) -> str:
    """Remove old snapshots; what was done, in words."""
    pruned = store.prune(rule, wait_seconds)
    in_use = f", {len(pruned.in_use)} in use" if pruned.in_use else ""
    return f"{len(pruned.removed)} snapshots removed, {pruned.n_bytes:,} bytes freed{in_use}"


@task(name="verify", cache_policy=NO_CACHE, persist_result=False)
def verify(store: Store, chosen: list[Snapshot]) -> list[Problem]:
    """Everything that is wrong with a store and with some of its snapshots."""
    looked = Verification()
    problems = list(looked.store(store))
    for snapshot in chosen:
        with snapshot.held():
            problems += looked.snapshot(snapshot)
    return problems


@flow(name="maintain", persist_result=False)
def maintain(
    output: Annotated[str, Field(min_length=1)] = "outputs",
    *,
    join_files: bool = True,
    remove_snapshots: bool = True,
    keep_last: _Number = 14,
    keep_daily: _Number = 30,
    keep_weekly: _Number = 52,
    verify_snapshots: Literal["none", "latest", "all"] = "latest",
    wait_seconds: Annotated[float, Field(ge=0)] = 3600.0,
) -> None:
    """Keep a store in order. Readers notice nothing.

    Args:
        output: folder of the snapshots.
        join_files: publish the newest snapshot's rows in fewer files.
        remove_snapshots: remove snapshots that the numbers below do not keep.
        keep_last: how many of the newest snapshots to keep.
        keep_daily: of how many days to keep the newest snapshot.
        keep_weekly: of how many weeks to keep the newest snapshot.
        verify_snapshots: which snapshots to verify.
        wait_seconds: seconds to wait for another run that writes there.

    Raises:
        DamageError: something is wrong with the store; the artifact lists it.
        StoreError: there is no snapshot, somebody else writes, or the disk is full or refuses.
    """
    store = Store(Path(output))
    if store.latest() is None:
        raise StoreError(f"{output} has no snapshot yet: the flow build-tables makes the first one.")
    done = []
    if join_files:
        done.append(compact(store, wait_seconds))
    if remove_snapshots:
        done.append(prune(store, Retention(keep_last, keep_daily, keep_weekly), wait_seconds))
    snapshots = store.snapshots()
    chosen = {"none": [], "latest": snapshots[-1:], "all": snapshots}[verify_snapshots]
    problems = verify(store, chosen) if chosen else []
    if chosen:
        done.append(f"{len(problems)} problems found in {len(chosen)} snapshots")
    create_markdown_artifact(
        _markdown(done, problems), key="cartographer-maintenance", description="Upkeep of the tables"
    )
    if problems:
        raise DamageError(
            f"{output} has {len(problems)} problems: `cartographer verify {output}` says what to do."
        )


def _markdown(done: list[str], problems: list[Problem]) -> str:
    lines = [f"- {cell(one)}" for one in done]
    if problems:
        lines += ["", "| where | what is wrong | what to do |", "|---|---|---|"]
    for one in problems[:_PROBLEMS_SHOWN]:
        cells = (f"{one.snapshot}/{one.place}", one.problem, one.remedy)
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return "\n".join(lines)
