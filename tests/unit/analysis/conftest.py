"""A snapshot of two documents: a trial's paper, and a news item on the same trial."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import open_snapshot
from pipeline.analysis import OpenSnapshot
from tests.unit.analysis.told import news, published, trial


@pytest.fixture(scope="package")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder named `outputs`, with one snapshot."""
    folder = tmp_path_factory.mktemp("analysis") / "outputs"
    published(folder, trial(), news())
    return folder


@pytest.fixture
def snapshot(output: Path) -> OpenSnapshot:
    """That snapshot, opened anew for each test."""
    return open_snapshot(output)
