"""Floors: scores that must not be fallen below, with the hash of the files that they were set on.

The file is JSON, an entry for each gold set or corpus:

    {"tests/gold/frozen": {"sha256": "…", "floors": {"antigens": 0.9, …}},
     "ner/pubtator/NLMgene_Train.PubTator": {"sha256": "…", "only": "samples/nlm-gene-dev.txt", "floors": …}}

A name is the end of a path, so that the corpora may lie anywhere. `only`, a file below the folder of the
floors, lists the ids of the documents that are scored. An update raises floors; lowering one must be asked
for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pipeline.errors import FloorError
from pipeline.evaluation.reports import Report

#: Left between a score and the floor that is set on it: libraries of another version or another processor
#: round differently, and a tie of two scores may fall the other way.
MARGIN: Final = 0.01
_NAME_PARTS: Final = 3
_KEYS: Final = {"sha256", "only", "floors"}


@dataclass(frozen=True)
class Entry:
    """Floors of one gold set or corpus, by field or class."""

    sha256: str
    floors: Mapping[str, float] = field(default_factory=dict)
    only: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As in the file."""
        only = {"only": self.only} if self.only else {}
        return {"sha256": self.sha256, **only, "floors": dict(self.floors)}


class Floors:
    """A file of floors.

    Args:
        path: the file; it need not exist before the first update.
        entries: what it holds.
    """

    def __init__(self, path: Path, entries: Mapping[str, Entry]) -> None:
        self.path = path
        self.entries = dict(entries)

    def name_of(self, path: Path) -> str | None:
        """The entry of a gold set or corpus: the longest name that its path ends with."""
        whole = f"/{path.resolve().as_posix()}"
        return max((name for name in self.entries if whole.endswith(f"/{name}")), key=len, default=None)

    def only(self, path: Path) -> Path | None:
        """The list of documents that the floors of a path were set on, if it is not all of them."""
        name = self.name_of(path)
        only = self.entries[name].only if name else None
        return self.path.parent / only if only else None

    def check(self, reports: Sequence[Report]) -> None:
        """Compare scores with their floors.

        Raises:
            FloorError: one is below its floor, has none, or its files have changed; all are named.
        """
        if broken := [problem for one in reports for problem in self._problems(one)]:
            raise FloorError("\n".join(["the gate is shut:", *(f"  {problem}" for problem in broken)]))

    def _problems(self, report: Report) -> list[str]:
        name = self.name_of(report.path)
        if name is None:
            return [f"{report.path} has no floors in {self.path}; set them with --update-floors"]
        entry = self.entries[name]
        if entry.sha256 != report.sha256:
            return [
                f"{name}: the files are not those that the floors were set on "
                f"(SHA-256 {report.sha256[:12]}…, expected {entry.sha256[:12]}…); "
                "if the change is meant, set the floors anew with --update-floors"
            ]
        measures = report.measures
        missing = [f"{name}: {what} is not scored any more" for what in entry.floors if what not in measures]
        return missing + [
            f"{name}: {what} {measures[what]:.3f} is below its floor {floor:.3f}"
            for what, floor in entry.floors.items()
            if what in measures and measures[what] < floor
        ]

    def updated(self, reports: Sequence[Report], only: Path | None = None, lower: bool = False) -> Floors:
        """Floors a margin below the scores; an old floor that is higher stays, or falls if that is asked for.

        Args:
            reports: what was scored.
            only: the list of documents that were scored, for entries that are new.
            lower: whether a floor may fall.

        Raises:
            FloorError: a score is below its floor, and lowering was not asked for.
        """
        entries = dict(self.entries)
        refused = []
        for report in reports:
            name = self.name_of(report.path) or _new_name(report.path)
            old = entries.get(name, Entry("", only=_beside(only, self.path)))
            floors = {}
            for what, value in report.measures.items():
                fresh = math.floor(max(0.0, value - MARGIN) * 1000) / 1000
                floor = old.floors.get(what, 0.0)
                if value < floor and not lower:
                    refused.append(f"  {name}: {what} from {floor:.3f} to {fresh:.3f}")
                floors[what] = fresh if lower else max(fresh, floor)
            if gone := [what for what in old.floors if what not in floors and not lower]:
                refused.append(f"  {name}: {', '.join(gone)} would have no floor any more")
            entries[name] = Entry(report.sha256, floors, old.only)
        if refused:
            raise FloorError("\n".join(["floors would fall; ask for it with --lower-floors:", *refused]))
        return Floors(self.path, entries)

    def write(self) -> None:
        """Write the file."""
        told = {name: entry.to_json() for name, entry in sorted(self.entries.items())}
        self.path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _new_name(path: Path) -> str:
    return "/".join(path.resolve().parts[-_NAME_PARTS:])


def _beside(only: Path | None, floors: Path) -> str | None:
    if only is None:
        return None
    folder = floors.resolve().parent
    if not only.resolve().is_relative_to(folder):
        raise FloorError(f"{only}: the list of documents must lie beside {floors}, or in a folder below")
    return only.resolve().relative_to(folder).as_posix()


def read_floors(path: Path, must_exist: bool = True) -> Floors:
    """Read a file of floors.

    Raises:
        FloorError: it is missing, or not understood.
    """
    if not path.exists() and not must_exist:
        return Floors(path, {})
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        entries = {}
        for name, entry in told.items():
            if unknown := set(entry) - _KEYS:
                raise FloorError(f"{path}: {name} has the unknown key {min(unknown)!r}")
            floors = {what: float(floor) for what, floor in entry["floors"].items()}
            entries[name] = Entry(entry["sha256"], floors, entry.get("only"))
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise FloorError(f"{path}: no file of floors: {error!r}") from error
    return Floors(path, entries)
