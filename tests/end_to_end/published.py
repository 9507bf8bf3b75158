"""Tables of an output folder, asked as a reader of them would."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.records import ROW_TYPES

TABLES = tuple(row_type.TABLE for row_type in ROW_TYPES)
FACTS = ("relations", "cohorts", "adverse_events", "studies")


class Published:
    """The newest snapshot of an output folder, read with pandas and pyarrow alone."""

    def __init__(self, output: Path) -> None:
        # Resolved, so that it stays the same snapshot when a later run publishes another.
        self.path = (output / "latest").resolve()

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """All tables."""
        return {table: pd.read_parquet(self.path / table) for table in TABLES}

    def schemas(self, table: str) -> list[pa.Schema]:
        """The schema of each file of a table."""
        return [pq.read_schema(path) for path in sorted((self.path / table).glob("*.parquet"))]

    def files(self, table: str) -> set[int]:
        """The files of a table, by inode: a file that two snapshots share is one."""
        return {path.stat().st_ino for path in (self.path / table).iterdir()}

    @property
    def run(self) -> dict[str, Any]:
        """The row of the newest run."""
        rows: list[dict[str, Any]] = self.frames["runs"].sort_values("started_at").to_dict("records")  # type: ignore[assignment]
        return rows[-1]

    def document(self, name: str) -> Document:
        """The one document whose file has this name."""
        (row,) = (
            row
            for row in self.frames["documents"].to_dict("records")
            if _file_name(row["source_uri"]) == name
        )
        return Document(self, row)  # type: ignore[arg-type]

    def comparable(self) -> dict[str, list[tuple[str, ...]]]:
        """Rows by table without what a run adds (its id and times), in an order of their own."""
        return {
            table: sorted(
                tuple(repr(_plain(cell)) for cell in row)
                for row in frame.drop(columns="run_id", errors="ignore").itertuples(index=False)
            )
            for table, frame in self.frames.items()
            if table != "runs"
        }


class Document:
    """One document and its rows; mentions are answered by all the names that they have."""

    def __init__(self, published: Published, row: dict[str, Any]) -> None:
        self._published = published
        self.row = row
        self.text: str = row["text"]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Its rows of a table."""
        frame = self._published.frames[table]
        found: list[dict[str, Any]] = frame[frame["doc_id"] == self.row["doc_id"]].to_dict("records")  # type: ignore[assignment]
        return found

    @cached_property
    def mentions(self) -> dict[str, dict[str, Any]]:
        """Mentions by id."""
        return {row["mention_id"]: row for row in self.rows("mentions")}

    @cached_property
    def _concepts(self) -> dict[str, set[str]]:
        return {
            row["concept_id"]: {row["name"].lower(), *(name.lower() for name in row["synonyms"])}
            for row in self._published.frames["concepts"].to_dict("records")
        }

    def names(self, mention_id: str) -> set[str]:
        """Surface, and names of the concept, in lower case."""
        mention = self.mentions[mention_id]
        return {mention["text"].lower(), *self._concepts.get(mention["concept_id"], set())}

    def relations(self, predicate: str, subject: str, target: str) -> list[dict[str, Any]]:
        """Relations of a thing under that name to another one under that name."""
        return [
            row
            for row in self.rows("relations")
            if row["predicate"] == predicate
            and subject.lower() in self.names(row["subject_mention_id"])
            and target.lower() in self.names(row["object_mention_id"])
        ]

    def named(self, label: str) -> set[str]:
        """All names of its mentions with that label."""
        return {
            name
            for mention_id, row in self.mentions.items()
            if row["label"] == label
            for name in self.names(mention_id)
        }

    def section_kinds(self, start_char: int) -> set[str]:
        """Kind of the section that holds a character."""
        return {
            row["kind"] for row in self.rows("sections") if row["start_char"] <= start_char < row["end_char"]
        }


def _file_name(uri: str) -> str:
    return unquote(uri.partition("#")[0]).rpartition("/")[2]


def _plain(cell: object) -> object:
    """Arrays as lists, so that equal cells are written alike."""
    return list(cell) if hasattr(cell, "tolist") else cell


def spans(published: Published, table: str) -> Iterator[tuple[str, str]]:
    """For each row of a table with offsets: what stands there in the document, and what the row says."""
    texts = dict(
        zip(published.frames["documents"]["doc_id"], published.frames["documents"]["text"], strict=True)
    )
    for row in published.frames[table].to_dict("records"):
        yield texts[row["doc_id"]][row["start_char"] : row["end_char"]], row["text"]
