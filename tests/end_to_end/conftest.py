"""Runs of the main job in this process: Prefect and the language pipeline start once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect.testing.utilities import prefect_test_harness

from pipeline.flows import build_tables
from tests.conftest import ROOT
from tests.end_to_end.published import Published

#: Reads paths into an output folder: `read(output, path, …, full=True)`.
Read = Callable[..., Published]


@pytest.fixture(scope="package")
def read() -> Iterator[Read]:
    """The flow as it is, on a Prefect server of these tests' own."""

    def read_into(output: Path, *paths: Path, full: bool = False) -> Published:
        build_tables([str(path) for path in paths], str(output), full=full)
        return Published(output)

    with prefect_test_harness(server_startup_timeout=120):
        yield read_into


@pytest.fixture(scope="session")
def seeds() -> list[Path]:
    """The documents of `seeds/`."""
    return sorted(path for path in (ROOT / "seeds").iterdir() if path.is_file())
