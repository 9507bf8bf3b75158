"""The sample snapshot, and the page that is made of it."""

from __future__ import annotations

import pytest

from pipeline import open_snapshot
from pipeline.analysis import OpenSnapshot
from pipeline.report.page import Page
from pipeline.report.report import page_of
from tests.unit.report.samples import sample


@pytest.fixture(scope="package")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    """A trial, the news of it, mice, and a trial of another target."""
    output = tmp_path_factory.mktemp("report") / "outputs"
    sample(output)
    return open_snapshot(output)


@pytest.fixture(scope="package")
def page(snapshot: OpenSnapshot) -> Page:
    """All that its page shows."""
    return page_of(snapshot)
