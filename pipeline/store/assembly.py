"""A snapshot put together in the staging folder: files taken over, files rewritten, files moved in."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from pipeline import tables
from pipeline.errors import ReconcileError
from pipeline.fingerprint import Fingerprint
from pipeline.records import ConceptRow, FailureRow, Row, RunRow
from pipeline.store.compaction import sizes
from pipeline.store.copies import TELLING, with_originals
from pipeline.store.files import FileEntry, link_or_copy, read_parquet, write_durably, write_parquet
from pipeline.store.index import INDEX, columns_of
from pipeline.store.shards import ShardInfo, joined, without_documents
from pipeline.store.snapshot import MANIFEST, Snapshot

#: Tables whose rows belong to documents; their files, and those of the index, are shards.
SHARDED = tuple(table for table in tables.TABLES if table not in ("runs", "concepts", "failures"))


class Assembly:
    """A snapshot in the making: a folder that nobody sees yet, and the list of its files."""

    def __init__(self, folder: Path, previous: Snapshot | None) -> None:
        self.folder = folder
        self.previous = previous
        self.entries: dict[str, list[FileEntry]] = {table: [] for table in (*tables.TABLES, INDEX)}
        for table in self.entries:
            (folder / table).mkdir(parents=True)

    def take_over(self, dropped: Collection[str], originals: Mapping[str, str | None]) -> None:
        """Share the shards of the snapshot before; rewrite those that hold dropped documents without them.

        Where `originals` has a document, the file of its row is rewritten as well.
        Where the contract has grown since, every file of the table is rewritten: readers take the columns of
        the first file for those of all.
        """
        if self.previous is None:
            return
        leaving = self.previous.shards_with(dropped)
        retold = self.previous.shards_with(originals)
        n_documents = {entry.name: entry.rows for entry in self.previous.files(INDEX)}
        for table in (*SHARDED, INDEX):
            has_grown = self._has_grown(table)
            for entry in self.previous.files(table):
                leave = leaving.get(entry.name, [])
                if leave and len(leave) == n_documents[entry.name]:
                    continue
                old = self.previous.path / table / entry.name
                is_retold = table in TELLING and entry.name in retold
                if not (leave or is_retold or has_grown):
                    self._share(table, entry)
                elif (rows := without_documents(old, table, leave)).num_rows:
                    self._write(table, entry.name, with_originals(rows, originals) if is_retold else rows)

    def move_in(
        self, staging: Path, shards: Sequence[ShardInfo], prefix: str, originals: Mapping[str, str | None]
    ) -> None:
        """Move new shards in, telling which documents repeat another one.

        The prefix keeps names of different runs apart, and in order of time.
        """
        for shard in shards:
            is_retold = not originals.keys().isdisjoint(shard.doc_ids)
            for table, entry in shard.files.items():
                if table == "concepts":
                    continue
                name = f"{prefix}-{entry.name}"
                source = staging / table / entry.name
                if source.stat().st_size != entry.bytes:
                    raise ReconcileError(f"{source} has not the {entry.bytes} bytes that were written to it")
                if is_retold and table in TELLING:
                    rows = read_parquet(source)
                    self._write(table, name, with_originals(rows, originals))
                    continue
                source.rename(self.folder / table / name)
                self.entries[table].append(entry._replace(name=name))

    def shard_sizes(self) -> dict[str, int]:
        """Size of each shard, in reading order, as compaction reckons."""
        return sizes({table: self.entries[table] for table in (INDEX, *SHARDED)})

    def join(self, shards: Sequence[str]) -> None:
        """Put shards that stand side by side into one, which takes the place and the name of the first."""
        first = shards[0]
        for table in (INDEX, *SHARDED):
            entries = self.entries[table]
            members = [entry for entry in entries if entry.name in shards]
            if not members:
                continue
            place = entries.index(members[0])
            rows = joined([self.folder / table / entry.name for entry in members], table)
            for entry in members:
                # The names alone: other snapshots share the files.
                (self.folder / table / entry.name).unlink()
            entries[place : place + len(members)] = [write_parquet(self.folder / table / first, rows)]

    def take_over_all(self) -> None:
        """Share every file of the snapshot before, also those that tell of its run."""
        self.take_over((), {})
        for table in self.entries.keys() - {*SHARDED, INDEX}:
            for entry in self.previous.files(table) if self.previous else ():
                self._share(table, entry)

    def write_concepts(self, staging: Path, shards: Sequence[ShardInfo], dropped: Collection[str]) -> None:
        """One file with each concept that a document uses, sorted by id.

        It is bounded by the knowledge base, not by the documents. Rows of this run win over earlier ones,
        which may come from an older knowledge base.
        """
        if self.previous is not None and not (shards or dropped or self._has_grown("concepts")):
            for entry in self.previous.files("concepts"):
                self._share("concepts", entry)
            return
        found = [
            row
            for shard in shards
            if "concepts" in shard.files
            for row in _concepts(read_parquet(staging / "concepts" / shard.files["concepts"].name))
        ]
        rows = {row.concept_id: row for row in tables.unique_concepts(found)}
        if self.previous is not None:
            earlier = _concepts(self.previous.arrow("concepts"))
            if dropped:
                unused = self.previous.concepts_without(dropped)
                earlier = [row for row in earlier if row.concept_id not in unused]
            rows = {row.concept_id: row for row in earlier} | rows
        self._write_rows(ConceptRow, [rows[concept_id] for concept_id in sorted(rows)])

    def write_run(self, run: RunRow, failures: Sequence[FailureRow]) -> None:
        """`runs` grows by this run; `failures` tells of this one alone, since each run tries again."""
        earlier = self.previous.arrow("runs").to_pylist() if self.previous else []
        if any(row["run_id"] == run.run_id for row in earlier):
            raise ReconcileError(f"the run {run.run_id} has published before; a run needs an id of its own")
        names = tables.schema(RunRow).names
        told = [RunRow(**{name: row.get(name) for name in names}) for row in earlier]
        self._write_rows(RunRow, [*told, run])
        self._write_rows(FailureRow, failures)

    def fill_empty_tables(self) -> None:
        """A table without rows has one file that tells its schema."""
        for table in (*SHARDED, ConceptRow.TABLE):
            if not self.entries[table]:
                self._write(table, "empty.parquet", tables.schema(tables.row_type_of(table)).empty_table())

    def write_manifest(self, snapshot_id: str, created_at: datetime, run: RunRow | None) -> None:
        """List every file, so that a snapshot can be counted and verified without opening its tables.

        Without a run, the snapshot tells of the run that the one before tells of: it holds the same rows.
        """
        listed = {
            table: {
                "rows": sum(entry.rows for entry in entries),
                "columns": columns_of(table),
                "files": [entry._asdict() for entry in entries],
            }
            for table, entries in self.entries.items()
        }
        manifest = {
            "schema_version": tables.SCHEMA_VERSION,
            "snapshot_id": snapshot_id,
            "created_at": created_at.isoformat(),
            "previous": self.previous.id if self.previous else None,
            "made_by": "run" if run else "compaction",
            **self._about(run),
            "tables": {table: listed[table] for table in tables.TABLES},
            INDEX: listed[INDEX],
        }
        write_durably(self.folder / MANIFEST, json.dumps(manifest, indent=1).encode())

    def _about(self, run: RunRow | None) -> dict[str, object]:
        """The run, and the parts of every fingerprint that documents may bear."""
        known = dict(self.previous.fingerprints) if self.previous else {}
        if run is None:
            assert self.previous is not None
            told = self.previous.manifest
            return {name: told[name] for name in ("run_id", "version", "fingerprint")} | {
                "fingerprints": known
            }
        if isinstance(run.fingerprint, Fingerprint):
            known[str(run.fingerprint)] = dict(run.fingerprint.parts)
        return {
            "run_id": run.run_id,
            "version": run.version,
            "fingerprint": run.fingerprint,
            "fingerprints": known,
        }

    def _has_grown(self, table: str) -> bool:
        return self.previous is not None and self.previous.columns(table) != columns_of(table)

    def _share(self, table: str, entry: FileEntry) -> None:
        if entry.rows:
            assert self.previous is not None
            link_or_copy(self.previous.path / table / entry.name, self.folder / table / entry.name)
            self.entries[table].append(entry)

    def _write(self, table: str, name: str, rows: pa.Table) -> None:
        self.entries[table].append(write_parquet(self.folder / table / name, rows))

    def _write_rows(self, row_type: type[Row], rows: Sequence[Row]) -> None:
        table = tables.to_table(row_type, rows)
        tables.check({row_type.TABLE: table})
        self._write(row_type.TABLE, f"{row_type.TABLE}.parquet", table)


def _concepts(table: pa.Table) -> list[ConceptRow]:
    names = tables.schema(ConceptRow).names
    return [
        ConceptRow(**{name: row.get(name) for name in names} | {"synonyms": tuple(row["synonyms"])})
        for row in table.to_pylist()
    ]
