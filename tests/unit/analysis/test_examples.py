"""What analysts use is told with an example, and the examples run, on the small snapshot."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType

import pytest

import pipeline
import pipeline.analysis
import pipeline.report
from pipeline.analysis import OpenSnapshot

ROOMS = (pipeline, pipeline.analysis, pipeline.report)
MODULES = [
    "pipeline",
    *(
        f"{room.__name__}.{module.name}"
        for room in (pipeline.analysis, pipeline.report)
        for module in pkgutil.iter_modules(room.__path__)
    ),
]


def members(owner: type) -> Iterator[tuple[str, object]]:
    """Public methods and properties of a class, also those that it has from classes of ours above it."""
    for name, member in inspect.getmembers(owner):
        if not name.startswith("_") and (
            inspect.isfunction(member) or isinstance(member, (property, cached_property))
        ):
            yield name, member


def public_names() -> Iterator[tuple[str, object]]:
    """All that the rooms offer: functions, classes, and the public methods and properties of classes."""
    for room in ROOMS:
        for name in room.__all__:
            offered = getattr(room, name)
            if name.startswith("__"):
                continue
            yield f"{room.__name__}.{name}", offered
            if inspect.isclass(offered):
                yield from ((f"{room.__name__}.{name}.{of}", member) for of, member in members(offered))


PUBLIC = dict(public_names())


def module_of(offered: object) -> ModuleType:
    """The module in whose names the examples of an object are written."""
    function = getattr(offered, "fget", None) or getattr(offered, "func", None) or offered
    return importlib.import_module(function.__module__)


@pytest.fixture
def folder(output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own in which `outputs` is the small snapshot's."""
    (tmp_path / "outputs").symlink_to(output)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("module", MODULES)
def test_examples_give_what_they_say(module: str, folder: Path, snapshot: OpenSnapshot) -> None:
    """Each `>>>` of a docstring, with `snapshot` open."""
    failed, _ = doctest.testmod(importlib.import_module(module), extraglobs={"snapshot": snapshot})
    assert not failed


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example_that_runs(name: str, folder: Path, snapshot: OpenSnapshot) -> None:
    """One of its own, that nothing skips."""
    offered = PUBLIC[name]
    names = {**vars(module_of(offered)), "snapshot": snapshot}
    test = doctest.DocTestParser().get_doctest(inspect.getdoc(offered) or "", names, name, None, None)
    assert test.examples
    assert not [one.source for one in test.examples if doctest.SKIP in one.options]
    result = doctest.DocTestRunner().run(test)
    assert (result.failed, result.attempted) == (0, len(test.examples))


def test_nothing_public_is_overlooked() -> None:
    """Functions, classes, methods, properties and properties that are kept are all among the names."""
    assert {
        "pipeline.open_snapshot",
        "pipeline.analysis.Mark",
        "pipeline.analysis.OpenSnapshot.describe",
        "pipeline.analysis.OpenSnapshot.cohorts",
        "pipeline.analysis.DocumentRows.mentions",
        "pipeline.analysis.Passage.before",
        "pipeline.report.write_report",
    } <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_argument_and_attribute_is_told(name: str) -> None:
    """Arguments of functions under `Args:`, fields of records under `Attributes:`."""
    offered = PUBLIC[name]
    told = inspect.getdoc(offered) or ""
    asked = [field.name for field in fields(offered)] if is_dataclass(offered) else []
    if inspect.isfunction(offered):
        asked = [name for name in inspect.signature(offered).parameters if name != "self"]
    assert not [name for name in asked if f"\n    {name}: " not in told]
