"""Fixtures shared by all tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Prefect reads its environment when it is imported, and would make its home in the person's.
_PREFECT_HOME = tempfile.TemporaryDirectory(prefix="cartographer-prefect-")
os.environ["PREFECT_HOME"] = _PREFECT_HOME.name
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CARTOGRAPHER_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with corpora and real inputs; a test that asks for it skips where it does not exist."""
    if not SHARED.is_dir():
        pytest.skip("needs the shared corpora and inputs beside the checkout (CARTOGRAPHER_SHARED)")
    return SHARED


@pytest.fixture(scope="session")
def orchestrator_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all tests that start a Prefect server: the first start migrates a database."""
    return tmp_path_factory.mktemp("cache")
