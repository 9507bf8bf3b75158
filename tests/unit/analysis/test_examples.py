"""The examples in the docstrings of what analysts use are run, on the small snapshot."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import pipeline
import pipeline.analysis
from pipeline.analysis import OpenSnapshot

MODULES = [
    "pipeline",
    *(f"pipeline.analysis.{m.name}" for m in pkgutil.iter_modules(pipeline.analysis.__path__)),
]


@pytest.mark.parametrize("module", MODULES)
def test_examples_give_what_they_say(
    module: str, output: Path, snapshot: OpenSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each `>>>` of a docstring, in a folder with `outputs/` and with `snapshot` open."""
    monkeypatch.chdir(output.parent)
    failed, _ = doctest.testmod(importlib.import_module(module), extraglobs={"snapshot": snapshot})
    assert not failed


def test_every_method_for_analysts_has_an_example() -> None:
    """Public methods of a snapshot say what they give, what may go wrong, and show it."""
    methods = {
        name: method
        for name, method in inspect.getmembers(OpenSnapshot, inspect.isfunction)
        if not name.startswith("_") and name not in ("arrow", "counts", "doc_ids")
    }
    assert len(methods) > 10
    for name, method in methods.items():
        told = inspect.getdoc(method) or ""
        assert ">>> " in told, name
