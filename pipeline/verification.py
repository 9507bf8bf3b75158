"""Whether a snapshot is what its manifest and the table contract say: files, keys, references, offsets.

Shard by shard, so that no more than one is in memory; beside it stand the ids of all documents, runs and
concepts. Files that several snapshots share are looked at once.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.errors import StoreError
from pipeline.store import Snapshot, Store
from pipeline.store.files import FileEntry
from pipeline.store.index import INDEX, schema_of
from pipeline.store.shards import as_declared
from pipeline.store.writer import SNAPSHOTS

_REREAD: Final = (
    "restore it from a backup, or read the documents again into a new output folder; other snapshots that "
    "share the file are damaged in the same place"
)
_REPORT: Final = (
    "a run of this version would not have published it: read the documents again into a new output folder, "
    "and report it if the new tables have it too"
)
#: Tables whose rows belong to no document; the others are shards.
_WHOLE: Final = frozenset({"runs", "concepts", "failures"})
#: Between a snapshot and the link to it, a writer waits for the disk; a second is ample.
_SECONDS_TO_PUBLISH: Final = 1.0


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be.

    Attributes:
        snapshot: id of the snapshot, or "" for the store itself.
        place: file or table, relative to the snapshot (or the store).
        problem: what is wrong, with column and rows where it is about rows.
        remedy: what to do.
    """

    snapshot: str
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = "/".join(filter(None, (self.snapshot, self.place)))
        return f"{place}: {self.problem}\n    {self.remedy}"


@dataclass
class Verification:
    """Looks at a store or at some of its snapshots, and remembers what it has looked at.

    Attributes:
        n_files: files read so far.
        n_bytes: their bytes.
        n_rows: rows checked so far.
    """

    n_files: int = 0
    n_bytes: int = 0
    n_rows: int = 0
    _sound_files: set[tuple[int, int, str]] = field(default_factory=set)
    _sound_shards: set[tuple[tuple[str, str], ...]] = field(default_factory=set)

    def store(self, store: Store) -> Iterator[Problem]:
        """What is wrong beside the snapshots: the link `latest`, and folders that are no snapshots."""
        yield from _link_problems(store)
        folder = store.output / SNAPSHOTS
        known = {snapshot.id for snapshot in store.snapshots()}
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in known:
                yield Problem(
                    "",
                    f"{SNAPSHOTS}/{path.name}",
                    "this is no snapshot",
                    "move it away; no reader looks at it",
                )

    def snapshot(self, snapshot: Snapshot) -> Iterator[Problem]:
        """Everything that is wrong with a snapshot, files first."""
        try:
            files = {table: snapshot.files(table) for table in (*tables.TABLES, INDEX)}
        except (StoreError, KeyError, TypeError) as error:
            told = str(error) if isinstance(error, StoreError) else "it lacks the list of files"
            yield Problem(snapshot.id, "manifest.json", told, _REREAD)
            return
        broken = set[tuple[str, str]]()
        for table, entries in files.items():
            for name, problem in self._file_problems(snapshot, table, entries):
                broken.add((table, name))
                yield Problem(snapshot.id, f"{table}/{name}", problem, _REREAD)
            yield from _strangers(snapshot, table, entries)
        if not {table for table, _ in broken} & _WHOLE:
            yield from self._row_problems(snapshot, files, broken)

    def _file_problems(
        self, snapshot: Snapshot, table: str, entries: Sequence[FileEntry]
    ) -> Iterator[tuple[str, str]]:
        """Name and problem of each file that is not what the manifest says."""
        declared = snapshot.columns(table)
        for entry in entries:
            path = snapshot.path / table / entry.name
            try:
                state = path.stat()
                mark = (state.st_dev, state.st_ino, entry.sha256)
                if mark not in self._sound_files:
                    problem = self._file_problem(path, state.st_size, entry, declared)
                    if problem:
                        yield entry.name, problem
                    else:
                        self._sound_files.add(mark)
            except FileNotFoundError:
                yield entry.name, "the file is missing"
            except (OSError, pa.ArrowException) as error:
                yield entry.name, f"the file can't be read: {error}"

    def _file_problem(self, path: Path, size: int, entry: FileEntry, declared: dict[str, str]) -> str:
        self.n_files += 1
        self.n_bytes += size
        if size != entry.bytes:
            return f"it has {size:,} bytes; the manifest says {entry.bytes:,}"
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        if digest.hexdigest() != entry.sha256:
            return "its content has changed: the SHA-256 is not that of the manifest"
        with pq.ParquetFile(path) as opened:
            if opened.metadata.num_rows != entry.rows:
                return f"it has {opened.metadata.num_rows:,} rows; the manifest says {entry.rows:,}"
            columns = {one.name: str(one.type) for one in opened.schema_arrow}
        if declared and columns != declared:
            wrong = sorted(dict(declared.items() ^ columns.items()))
            return f"its columns are not those of the manifest: {', '.join(wrong) or 'their order'}"
        return ""

    def _row_problems(
        self, snapshot: Snapshot, files: dict[str, list[FileEntry]], broken: set[tuple[str, str]]
    ) -> Iterator[Problem]:
        """Keys, references, closed word lists and offsets, shard by shard; then across shards."""

        def told(place: str, problem: object) -> Problem:
            return Problem(snapshot.id, place, str(problem), _REPORT)

        whole = {table: _declared(snapshot, table, files[table]) for table in sorted(_WHOLE)}
        for problem in tables.problems(whole):
            yield told("", problem)
        yield from (told("runs", problem) for problem in _run_problems(snapshot, whole["runs"]))
        elsewhere = {
            "runs.run_id": set(whole["runs"]["run_id"].to_pylist()),
            "concepts.concept_id": set(whole["concepts"]["concept_id"].to_pylist()),
        }
        by_shard = _by_shard(files)
        indexed = {entry.name for entry in files[INDEX]}
        broken_shards = {name for _, name in broken}
        original_of: dict[str, str | None] = {}
        for shard, entries in by_shard.items():
            if shard in broken_shards:
                continue
            if shard not in indexed and any(entry.rows for entry in entries.values()):
                yield told(f"{INDEX}/{shard}", "the shard has rows, and no index")
            mark = tuple((table, entry.sha256) for table, entry in entries.items())
            if mark not in self._sound_shards:
                found = list(self._shard_problems(snapshot, entries, elsewhere))
                yield from (told(f"{table}/{shard}", problem) for table, problem in found)
                if not found:
                    self._sound_shards.add(mark)
            if "documents" in entries:
                path = snapshot.path / "documents" / shard
                rows = pq.read_table(path, columns=["doc_id", "duplicate_of"], partitioning=None)
                for doc_id, original in zip(rows[0].to_pylist(), rows[1].to_pylist(), strict=True):
                    if doc_id in original_of:
                        yield told(f"documents/{shard}", f"{doc_id!r} stands in another shard as well")
                    original_of[doc_id] = original
            if shard in indexed:
                unknown = _concepts(snapshot, shard) - elsewhere["concepts.concept_id"]
                if unknown:
                    shown = ", ".join(sorted(unknown)[:3])
                    yield told(
                        f"{INDEX}/{shard}", f"{len(unknown)} concepts have no row in concepts: {shown}"
                    )
        if not broken:
            for doc_id, original in original_of.items():
                if original is not None and original_of.get(original, original) is not None:
                    yield told("documents", f"{doc_id!r} repeats {original!r}, which is no original here")

    def _shard_problems(
        self, snapshot: Snapshot, entries: dict[str, FileEntry], elsewhere: dict[str, set[str]]
    ) -> Iterator[tuple[str, object]]:
        rows = {table: _declared(snapshot, table, [entry]) for table, entry in entries.items()}
        index = rows.pop(INDEX, None)
        self.n_rows += sum(table.num_rows for table in rows.values())
        if "documents" not in rows:
            if any(table.num_rows for table in rows.values()):
                yield "documents", "rows of the shard belong to documents that are not there"
            return
        documents = rows["documents"]
        if index is not None:
            for name in ("doc_id", "source_uri", "extraction_key", "duplicate_of"):
                if index[name].to_pylist() != documents[name].to_pylist():
                    yield INDEX, f"{name} is not that of the documents"
        # The original may stand in another shard: that is looked at across shards.
        place = documents.schema.get_field_index("duplicate_of")
        nobody = pa.nulls(documents.num_rows, pa.string())
        rows["documents"] = documents.set_column(place, documents.schema.field(place), nobody)
        for problem in tables.problems(rows, elsewhere):
            table = str(problem).partition(".")[0].partition(":")[0]
            yield table, problem


def _by_shard(files: dict[str, list[FileEntry]]) -> dict[str, dict[str, FileEntry]]:
    """Files of each shard by table; the shard of the empty tables is one as well."""
    found: dict[str, dict[str, FileEntry]] = {}
    for table, entries in files.items():
        for entry in entries if table not in _WHOLE else ():
            found.setdefault(entry.name, {})[table] = entry
    return found


def _declared(snapshot: Snapshot, table: str, entries: Sequence[FileEntry]) -> pa.Table:
    """Rows as the contract of today declares them, also where the snapshot is of an earlier one."""
    rows = [schema_of(table).empty_table()]
    for entry in entries:
        path = snapshot.path / table / entry.name
        read = pq.read_table(path, partitioning=None)
        rows.append(read if read.schema.equals(rows[0].schema) else as_declared(read, table, path))
    return pa.concat_tables(rows)


def _concepts(snapshot: Snapshot, shard: str) -> set[str]:
    path = snapshot.path / INDEX / shard
    return set(
        pc.list_flatten(pq.read_table(path, columns=["concept_ids"], partitioning=None)[0]).to_pylist()
    )


def _run_problems(snapshot: Snapshot, runs: pa.Table) -> Iterator[str]:
    """Counts that do not add up, and a snapshot without the row of its run."""
    rows: list[dict[str, Any]] = runs.to_pylist()
    for run in rows:
        parts = run["n_new"] + run["n_changed"] + run["n_unchanged"] + run["n_failed"]
        if run["n_seen"] != parts:
            yield (
                f"the run {run['run_id']} has seen {run['n_seen']} documents, and accounts for {parts}: "
                "n_seen is not n_new + n_changed + n_unchanged + n_failed"
            )
    told = snapshot.manifest.get("run_id")
    if told not in {run["run_id"] for run in rows}:
        yield f"the run {told} of the manifest has no row"


def _strangers(snapshot: Snapshot, table: str, entries: Sequence[FileEntry]) -> Iterator[Problem]:
    """Files that the manifest does not list; readers of the folder take their rows for rows of the table."""
    listed = {entry.name for entry in entries}
    folder = snapshot.path / table
    if not folder.is_dir():
        yield Problem(snapshot.id, table, "the folder is missing", _REREAD)
        return
    for path in sorted(folder.iterdir()):
        if path.name not in listed:
            yield Problem(
                snapshot.id,
                f"{table}/{path.name}",
                "the manifest does not list it, and whoever reads the folder reads its rows",
                "move it away",
            )


def _link_problems(store: Store) -> Iterator[Problem]:
    """A link that does not follow the newest snapshot; a run that publishes just now is waited for."""
    link = store.output / "latest"
    deadline = time.monotonic() + _SECONDS_TO_PUBLISH
    while True:
        newest = store.latest()
        if newest is None:
            return
        target = Path(SNAPSHOTS, newest.id)
        if link.is_symlink() and link.readlink() == target:
            return
        if time.monotonic() >= deadline:
            break
        time.sleep(0.1)
    if link.is_symlink():
        problem = f"it points to {link.readlink()}, and the newest snapshot is {target}"
    else:
        problem = "it is no link" if link.exists() else "it is missing"
    remedy = (
        "move it away and run again" if link.exists() and not link.is_symlink() else "the next run mends it"
    )
    yield Problem("", "latest", problem, remedy)
