"""The tables of a snapshot as pandas frames, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.errors import TableError
from pipeline.store import Snapshot
from pipeline.tables import row_type_of, schema

if TYPE_CHECKING:
    import pandas as pd


def arrow_frame(table: pa.Table) -> pd.DataFrame:
    """An Arrow table as a pandas frame whose columns keep their Arrow types; memory is shared, not copied."""
    import pandas as pd  # noqa: PLC0415 - who only asks for counts need not wait for it

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame


def stored_table(stored: Snapshot, table: str, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of a snapshot without dictionary-encoded columns, all columns or those named.

    Raises:
        TableError: there is no such table, or it has no such column.
        StoreError: a file is missing or damaged.
    """
    known = schema(row_type_of(table)).names
    if unknown := [name for name in columns or () if name not in known]:
        raise TableError(f"{table} has no column {unknown[0]!r}; its columns are {', '.join(known)}")
    return without_dictionaries(stored.arrow(table, columns))


class Frames:
    """All tables of the contract, as attributes.

    Every access gives a frame of its own over the same memory: adding or changing a column of one changes no
    other. Word lists and ids that the files store dictionary-encoded come as plain strings, so that `.str`,
    `groupby` and `merge` do what they always do.

    Attributes:
        stored: the snapshot in its store.
    """

    def __init__(self, stored: Snapshot) -> None:
        self.stored = stored
        self._read: dict[str, pa.Table] = {}

    def arrow(self, table: str) -> pa.Table:
        """A table as Arrow, read once.

        Args:
            table: name of a table, such as `"cohorts"`.

        Raises:
            TableError: there is no such table.

        Example:
            >>> snapshot.arrow("cohorts").num_rows
            3
        """
        if table not in self._read:
            self._read[table] = stored_table(self.stored, table)
        return self._read[table]

    def table(self, table: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """A table by name, all columns or those named.

        Args:
            table: name of a table, such as `"cohorts"`.
            columns: names of columns; only these are read from the files.

        Raises:
            TableError: there is no such table, or it has no such column.

        Example:
            >>> snapshot.table("cohorts", ["n", "role"]).shape
            (3, 2)
        """
        return arrow_frame(
            self.arrow(table) if columns is None else stored_table(self.stored, table, columns)
        )

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run: times (UTC), counts of documents, fingerprint.

        Example:
            >>> snapshot.runs[["run_id", "n_new", "n_failed"]].values.tolist()
            [['r1', 2, 0]]
        """
        return self.table("runs")

    @property
    def documents(self) -> pd.DataFrame:
        """One row per document, with its text and bibliographic facts.

        Example:
            >>> snapshot.documents[["doc_id", "kind", "n_chars"]].values.tolist()
            [['trial', 'paper', 178], ['news', 'news', 97]]
        """
        return self.table("documents")

    @property
    def sections(self) -> pd.DataFrame:
        """One row per section; offsets are characters of `documents.text`.

        Example:
            >>> snapshot.sections[["kind", "start_char", "end_char"]].values.tolist()
            [['body', 0, 178], ['body', 0, 97]]
        """
        return self.table("sections")

    @property
    def sentences(self) -> pd.DataFrame:
        """One row per sentence; offsets are characters of `documents.text`.

        Example:
            >>> snapshot.sentences.text.iloc[3]
            'No ICANS was seen.'
        """
        return self.table("sentences")

    @property
    def concepts(self) -> pd.DataFrame:
        """One row per concept that some document names: CURIE, name, synonyms, ontology.

        Example:
            >>> snapshot.concepts.query("label == 'ADVERSE_EVENT'").name.tolist()
            ['cytokine release syndrome', 'immune effector cell-associated neurotoxicity syndrome']
        """
        return self.table("concepts")

    @property
    def mentions(self) -> pd.DataFrame:
        """One row per mention: words, label, assertion, setting, concept.

        Example:
            >>> snapshot.mentions.query("assertion == 'absent'").text.tolist()
            ['ICANS']
        """
        return self.table("mentions")

    @property
    def relations(self) -> pd.DataFrame:
        """One row per relation between two mentions: targets, treats, causes, enrolled, expressed_in.

        Example:
            >>> snapshot.relations[["predicate", "status", "assertion"]].values.tolist()
            [['treats', 'tested', 'present']]
        """
        return self.table("relations")

    @property
    def cohorts(self) -> pd.DataFrame:
        """One row per group of subjects: `n` subjects, unit, role.

        Example:
            >>> snapshot.cohorts[["n", "unit", "role"]].values.tolist()
            [[38, 'patients', 'treated'], [12, 'patients', 'subgroup'], [38, 'patients', 'treated']]
        """
        return self.table("cohorts")

    @property
    def adverse_events(self) -> pd.DataFrame:
        """One row per statement on an adverse event: grades (CTCAE 1..5), subjects, percent (0..100).

        Example:
            >>> seen = snapshot.adverse_events.query("assertion == 'present'")
            >>> seen[["n_affected", "n_at_risk"]].values.tolist()
            [[12, 38]]
        """
        return self.table("adverse_events")

    @property
    def studies(self) -> pd.DataFrame:
        """One row per study told in a document: therapy, targets, diseases, phase, size.

        Example:
            >>> snapshot.studies[["doc_id", "therapy_name", "n_subjects"]].values.tolist()
            [['trial', 'CD19 CAR T cells', 38], ['news', 'CD19 CAR T cells', 38]]
        """
        return self.table("studies")

    @property
    def failures(self) -> pd.DataFrame:
        """One row per document or part that the last run could not read, with the reason.

        Example:
            >>> snapshot.failures.empty
            True
        """
        return self.table("failures")


def without_dictionaries(table: pa.Table) -> pa.Table:
    """A table whose dictionary-encoded columns are plain ones."""
    for position, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            plain = field.with_type(field.type.value_type)
            table = table.set_column(position, plain, table.column(position).cast(field.type.value_type))
    return table
