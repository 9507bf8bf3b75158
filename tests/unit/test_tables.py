"""Schemas come from the records, columns keep their types, and rows that break the contract are refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timezone
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import tables
from pipeline.errors import TableError
from pipeline.records import (
    ROW_TYPES,
    ConceptRow,
    DocumentRow,
    Extraction,
    FailureRow,
    MentionRow,
    RunRow,
    SectionRow,
)
from tests.unit.store.made import concept, extraction, run_row


def test_types_nullability_and_descriptions_come_from_the_records() -> None:
    """Each kind of annotation has its Arrow type; required columns can't be null; columns are described."""
    documents = tables.schema(DocumentRow)
    assert documents.field("doc_id").type == pa.string()
    assert not documents.field("doc_id").nullable
    assert documents.field("kind").type == pa.dictionary(pa.int32(), pa.string())
    assert documents.field("title").nullable
    assert documents.field("published_on").type == pa.date32()
    assert documents.field("trial_ids").type.value_type == pa.string()
    assert not documents.field("trial_ids").nullable
    assert documents.field("is_machine_written").type == pa.bool_()
    assert documents.field("n_chars").metadata == {
        b"description": b"length of the text in Unicode code points"
    }
    assert documents.metadata[b"schema_version"] == b"1"
    assert tables.schema(MentionRow).field("score").type == pa.float64()
    assert tables.schema(RunRow).field("started_at").type == pa.timestamp("us", tz="UTC")


@pytest.mark.parametrize("row_type", ROW_TYPES)
def test_an_empty_table_keeps_its_types(row_type: type, tmp_path: Path) -> None:
    """No rows, and yet the declared schema, also after a trip through Parquet."""
    table = tables.to_table(row_type, [])
    pq.write_table(table, tmp_path / "empty.parquet")
    read = pq.read_table(tmp_path / "empty.parquet")
    assert table.schema.equals(tables.schema(row_type), check_metadata=True)
    assert read.schema.equals(tables.schema(row_type))
    assert read.schema.metadata[b"schema_version"] == b"1"


def test_all_null_columns_keep_their_types() -> None:
    """A column without a single value is not of type null."""
    row = replace(extraction("d1").document, language=None, trial_ids=())
    assert tables.to_table(DocumentRow, [row]).schema.equals(tables.schema(DocumentRow))


def test_values_survive_parquet_and_pandas(tmp_path: Path) -> None:
    """pandas reads what was put in: dates, lists, words, nulls, times."""
    row = replace(extraction("d1").document, published_on=date(2026, 2, 4))
    pq.write_table(tables.to_table(DocumentRow, [row]), tmp_path / "documents.parquet")
    read = pd.read_parquet(tmp_path / "documents.parquet").iloc[0]
    assert read["published_on"] == date(2026, 2, 4)
    assert list(read["trial_ids"]) == ["NCT1", "NCT2"]
    assert read["kind"] == "news"
    assert read["title"] is None
    run = tables.to_table(RunRow, [run_row("r1")]).to_pandas().iloc[0]
    assert run["started_at"] == pd.Timestamp(datetime(2026, 2, 4, 12, 30, tzinfo=timezone.utc))


def test_duckdb_reads_every_table(tmp_path: Path) -> None:
    """The other reader that analysts use."""
    duckdb = pytest.importorskip("duckdb")
    for name, table in tables.tables_of([extraction("d1"), extraction("d2")]).items():
        pq.write_table(table, tmp_path / f"{name}.parquet")
        found = duckdb.sql(f"select * from '{tmp_path / name}.parquet'")
        assert found.columns == table.column_names
        assert len(found.fetchall()) == table.num_rows


@pytest.mark.parametrize(
    ("column", "value"), [("text", "\ud800"), ("n_chars", "four"), ("n_chars", 1 << 70), ("trial_ids", 7)]
)
def test_a_value_of_another_type_is_told_with_its_row(column: str, value: object) -> None:
    """Half a surrogate pair, a word for a number: the message names table, column and row."""
    rows = [extraction("d1").document, replace(extraction("d2").document, **{column: value})]
    with pytest.raises(TableError, match=rf"documents\.{column}.*row 1"):
        tables.to_table(DocumentRow, rows)


def test_a_sound_batch_passes() -> None:
    """Several documents, all checks, no complaint; also without any document."""
    tables.check(tables.tables_of([extraction("d1"), extraction("d2")]))
    tables.check(tables.tables_of([]))


def of_mention(**changes: object) -> Callable[[Extraction], Extraction]:
    return lambda sound: replace(sound, mentions=(replace(sound.mentions[0], **changes),))


def of_event(**changes: object) -> Callable[[Extraction], Extraction]:
    return lambda sound: replace(sound, adverse_events=(replace(sound.adverse_events[0], **changes),))


def of_study(**changes: object) -> Callable[[Extraction], Extraction]:
    return lambda sound: replace(sound, studies=(replace(sound.studies[0], **changes),))


def of_document(**changes: object) -> Callable[[Extraction], Extraction]:
    return lambda sound: replace(sound, document=replace(sound.document, **changes))


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (of_mention(annotator=None), "mentions.annotator: null in a required column in 1 of 1 rows: 'd1#m0'"),
        (of_mention(label="CAR"), "mentions.label: not one of ANTIGEN"),
        (
            of_mention(doc_id="d9"),
            "mentions.doc_id: not found in documents.doc_id in 1 of 1 rows: 'd1#m0' has 'd9'",
        ),
        (of_mention(sentence_id="s9"), "mentions.sentence_id: not found in sentences.sentence_id"),
        (of_mention(concept_id="TEST:gout"), "mentions.concept_id: not found in concepts.concept_id"),
        (of_mention(text="gout"), "mentions.text: not documents.text"),
        (of_mention(start_char=-22, end_char=-17), "mentions.text: not documents.text"),
        (of_mention(text="", start_char=3, end_char=3), "mentions.text: not documents.text"),
        (of_mention(cue_start_char=5, cue_end_char=500), "mentions.cue_end_char: not an extent"),
        (
            of_event(assertion="possible", grade_min=None),
            "adverse_events.assertion: not what its mention says in 1 of 1 rows: 'd1#a0' has 'possible'",
        ),
        (of_event(assertion="hypothetical"), "adverse_events.assertion: not one of present"),
        (of_study(disease_concept_ids=("TEST:lupus", "TEST:gout")), "studies.disease_concept_ids: not found"),
        (of_study(trial_ids=("NCT1", None)), "studies.trial_ids: null in a list"),
        (of_study(phase=None, n_role="treatd"), "studies.n_role: not one of enrolled"),
        (of_document(n_chars=3), "documents.n_chars: not the length of the text"),
        (
            lambda sound: replace(sound, sections=(replace(sound.sections[0], end_char=999),)),
            "sections.end_char: not an extent",
        ),
        (
            lambda sound: replace(sound, sentences=(replace(sound.sentences[0], end_char=4),)),
            "sentences.text: not documents.text",
        ),
        (
            lambda sound: replace(sound, relations=sound.relations * 2),
            "relations.relation_id: the primary key is not unique in 2 of 2 rows",
        ),
    ],
)
def test_rows_that_break_the_contract_are_refused(
    spoil: Callable[[Extraction], Extraction], complaint: str
) -> None:
    """Each rule of the contract is checked, and the message names table, column and row."""
    batch = tables.tables_of([spoil(extraction("d1"))])
    with pytest.raises(TableError) as caught:
        tables.check(batch)
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    ("assertion", "others"),
    [("hypothetical", []), ("possible", []), ("absent", ["absent"])],
)
def test_an_event_may_be_told_of_beside_what_its_mention_says(assertion: str, others: list[str]) -> None:
    """What is planned is possible of an event, and one may be feared where another row tells the outcome."""
    sound = of_mention(assertion=assertion)(of_event(assertion="possible", grade_min=None)(extraction("d1")))
    (row,) = sound.adverse_events
    beside = [replace(row, adverse_event_id=f"d1#b{n}", assertion=one) for n, one in enumerate(others)]
    tables.check(tables.tables_of([replace(sound, adverse_events=(row, *beside))]))


def test_offsets_count_code_points() -> None:
    """Characters beyond the basic plane count once, as in Python."""
    tables.check(tables.tables_of([extraction("d1", text="𝛾δ 10⁶ CAR‑T 🧬 for lupus")]))


def test_a_foreign_key_is_followed_only_into_tables_that_are_there() -> None:
    """Failures can be checked without the runs; with them, their run must be known."""
    failure = FailureRow("file:///a", "parse", "ParseError", "truncated", "r1", None)
    failures = tables.to_table(FailureRow, [failure])
    tables.check({"failures": failures})
    with pytest.raises(TableError, match=r"failures.run_id: not found in runs.run_id"):
        tables.check({"failures": failures, "runs": tables.to_table(RunRow, [run_row("r2")])})


def test_another_schema_is_refused() -> None:
    """A table that somebody built by hand does not slip through."""
    with pytest.raises(TableError, match=r"sections: the schema .* ordinal"):
        tables.check({"sections": tables.to_table(SectionRow, []).drop_columns(["ordinal"])})
    with pytest.raises(TableError, match="there is no table 'section'"):
        tables.check({"section": tables.to_table(SectionRow, [])})


def test_concepts_are_unique_whatever_the_order() -> None:
    """Two documents that name one concept give one row; where rows disagree, order does not decide."""
    old, new, other = concept("lupus", "1"), concept("lupus", "2"), concept("gout")
    assert tables.unique_concepts([old, other, new]) == tables.unique_concepts([new, old, other])
    assert [row.concept_id for row in tables.unique_concepts([old, other, old])] == [
        "TEST:gout",
        "TEST:lupus",
    ]
    batch = tables.tables_of([extraction("d1"), extraction("d2")])
    assert batch["concepts"].num_rows == 1
    assert batch["concepts"].schema.equals(tables.schema(ConceptRow))


def test_the_data_dictionary_tells_every_column() -> None:
    """Each table and column with its type, closed words and keys."""
    text = tables.data_dictionary()
    for row_type in ROW_TYPES:
        assert f"## {row_type.TABLE}\n" in text
    assert "| `trial_ids` | list of string |  | registry ids in the text (NCT…) |" in text
    assert "| `status` | string | yes | for treats: how far the use has come: `tested`, `proposed`," in text
    assert "(→ `concepts.concept_id`)" in text
    assert text.count("(primary key)") == sum(row_type.TABLE != "failures" for row_type in ROW_TYPES)
