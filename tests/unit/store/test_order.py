"""The rows do not depend on the order in which documents came, on batches, compactions or the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipeline.store import Store
from tests.unit.store.made import sound
from tests.unit.store.test_crash import ROOT

#: Fills a store with 24 documents, of which some repeat others, in an order and in runs drawn by a seed.
FILL = """
import random, sys
from dataclasses import replace
from pathlib import Path
from pipeline.store import Store
from tests.unit.store.made import extraction, publish
from tests.unit.store.test_copies import copy
from tests.unit.test_duplicates import ABSTRACTS, RELEASE

store, chance = Store(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
texts = [RELEASE, *ABSTRACTS]
names = [f"d{n:02d}" for n in range(24)]
chance.shuffle(names)

def made(name, run_id):
    number = int(name[1:])
    one = copy(name, texts[number % 3], run=run_id) if number % 2 else None
    return one or extraction(name, run_id=run_id, says=f"disease {number % 5}")

ordinal = 0
while names:
    taken, names = names[: (n := chance.randint(1, 9))], names[n:]
    half = chance.randint(0, len(taken))
    run_id, ordinal = f"r{ordinal}", ordinal + 1
    batches = [batch for batch in (taken[:half], taken[half:]) if batch]
    publish(store, run_id, [[made(name, run_id) for name in batch] for batch in batches])
    if chance.random() < 0.3:
        store.compact()
gone = ["d01", "d04"]
publish(store, "gone", [], removed=gone)
publish(store, "back", [[made(name, "back") for name in gone]])
"""


def rows(output: Path) -> dict[str, list[str]]:
    """All rows of the documents' tables, in order of their content; the run that read a document aside."""
    snapshot = sound(Store(output).latest())
    return {
        table: sorted(
            repr({name: cell for name, cell in row.items() if name != "run_id"})
            for row in snapshot.arrow(table).to_pylist()
        )
        for table in snapshot.counts()
        if table not in ("runs", "failures")
    }


def test_another_order_and_another_hash_seed_give_the_same_rows(tmp_path: Path) -> None:
    """Stores filled by processes of their own, each with its order, runs, batches and PYTHONHASHSEED."""
    for seed in ("1", "2", "3"):
        subprocess.run(
            [sys.executable, "-c", FILL, str(tmp_path / seed), seed],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
        )
    one = rows(tmp_path / "1")
    assert len(one["documents"]) == 24
    assert sum("'duplicate_of': 'd" in row for row in one["documents"]) > 5
    assert rows(tmp_path / "2") == one
    assert rows(tmp_path / "3") == one
