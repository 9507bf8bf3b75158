"""Two snapshots compared: what came, went and changed, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.comparison import Change, Comparison, compare
from pipeline.comparison.text import text
from pipeline.fingerprint import Fingerprint
from pipeline.records import Extraction
from pipeline.store import Store
from tests.unit.store.made import TEXT, concept, extraction, publish

NOTHING = {
    table: {"added": 0, "withdrawn": 0, "changed": 0}
    for table in ("documents", "studies", "cohorts", "adverse_events", "relations", "mentions", "concepts")
}


def fingerprint(**parts: str) -> Fingerprint:
    """A fingerprint of made-up parts."""
    made = Fingerprint(json.dumps(parts))
    made.parts = {"model": "m", "knowledge": "k", "code": "c"} | parts
    return made


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "outputs")


def compared(
    store: Store,
    before: Sequence[Extraction],
    after: Sequence[Extraction],
    removed: Sequence[str] = (),
    fingerprints: tuple[str, str] = ("f", "f"),
) -> Comparison:
    """One run after another, and what made their snapshots differ."""
    first = publish(store, "r1", [before], fingerprint=fingerprints[0])
    second = publish(store, "r2", [after] if after else [], removed=removed, fingerprint=fingerprints[1])
    return compare(first, second)


def the(changes: Sequence[Change]) -> Change:
    """The only one."""
    (change,) = changes
    return change


def again(doc_id: str = "a", **told: str) -> Extraction:
    """A document as the second run read it."""
    return extraction(doc_id, run_id="r2", key="k2", **told)


def test_an_unchanged_run_differs_in_nothing(store: Store) -> None:
    """No document, no fact; every table is counted."""
    comparison = compared(store, [extraction("a"), extraction("b")], [])
    assert (comparison.documents, comparison.counts, comparison.changes) == ({}, NOTHING, ())
    assert comparison.n_changes == 0


def test_a_new_document_adds_its_facts(store: Store) -> None:
    """Each with its document, a sentence and the cause."""
    comparison = compared(store, [extraction("a")], [extraction("b", run_id="r2")])
    assert comparison.documents == {"new": 1}
    added = dict.fromkeys(NOTHING, 1) | {"concepts": 0}
    assert {table: kinds["added"] for table, kinds in comparison.counts.items()} == added
    assert comparison.n_changes == len(NOTHING) - 1
    says = {change.table: change.says for change in comparison.changes}
    assert says == {
        "documents": "news (file:///in/b.txt)",
        "studies": "phase 1/2 study NCT1 for lupus, 5 treated, human",
        "cohorts": "5 patients treated with lupus, human",
        "adverse_events": "fever, denied, grade 3 or higher, human",
        "relations": "lupus treats lupus [tested], human",
        "mentions": "“lupus” names the disease lupus, human",
    }
    assert {(change.doc_id, change.causes, change.kind) for change in comparison.changes} == {
        ("b", ("new",), "added")
    }


def test_a_withdrawn_document_takes_its_facts_along(store: Store) -> None:
    """They are told as they were."""
    comparison = compared(store, [extraction("a"), extraction("b")], [], removed=["a"])
    assert comparison.documents == {"withdrawn": 1}
    gone = the(comparison.of("cohorts", "withdrawn"))
    assert (gone.doc_id, gone.causes, gone.says) == (
        "a",
        ("withdrawn",),
        "5 patients treated with lupus, human",
    )
    assert comparison.of("cohorts", "added") == []


def test_a_changed_fact_tells_its_columns(store: Store) -> None:
    """Only the columns that differ, before and after; the rest of the document is not told."""
    read = again()
    read = replace(read, cohorts=(replace(read.cohorts[0], n=7, role="arm"),))
    comparison = compared(store, [extraction("a")], [read])
    change = the(comparison.changes)
    assert (change.table, change.kind, change.row_id) == ("cohorts", "changed", "a#k0")
    assert (change.before, change.after) == ({"n": 5, "role": "treated"}, {"n": 7, "role": "arm"})
    assert change.says == "7 patients arm with lupus, human"


def test_a_fact_with_another_id_is_the_same_fact(store: Store) -> None:
    """Ids of adverse events hash their figures: a new grade is a change, not one come and one gone."""
    read = again()
    event = replace(read.adverse_events[0], adverse_event_id="a#a1", grade_min=2)
    change = the(compared(store, [extraction("a")], [replace(read, adverse_events=(event,))]).changes)
    assert (change.table, change.kind, change.row_id) == ("adverse_events", "changed", "a#a1")
    assert (change.before, change.after) == ({"grade_min": 3}, {"grade_min": 2})


def test_a_text_that_moves_changes_no_fact(store: Store) -> None:
    """A sentence in front shifts all offsets and ids; the facts are what they were."""
    made = again(text="Good news. " + TEXT)
    moved = replace(made.mentions[0], mention_id="a#m9")
    made = replace(
        made,
        document=replace(made.document, text_sha256="1" * 64),
        mentions=(moved,),
        relations=(replace(made.relations[0], subject_mention_id="a#m9", object_mention_id="a#m9"),),
        cohorts=(replace(made.cohorts[0], mention_id="a#m9"),),
        adverse_events=(replace(made.adverse_events[0], mention_id="a#m9"),),
    )
    comparison = compared(store, [extraction("a")], [made])
    assert comparison.documents == {"text": 1}
    change = the(comparison.changes)
    assert (change.table, list(change.before)) == ("documents", ["text_sha256"])


def test_an_id_that_came_to_mean_another_place_is_no_excuse(store: Store) -> None:
    """In another text the same offsets are other words, though each column of the relation is the same."""
    made = again(text=TEXT.replace("CD19", "BCMA"))
    made = replace(made, document=replace(made.document, text_sha256="1" * 64))
    made = replace(
        made, mentions=(replace(made.mentions[0], text="BCMA", start_char=0, end_char=4, concept_id=None),)
    )
    comparison = compared(store, [extraction("a")], [made])
    relation = the(comparison.of("relations", "changed"))
    assert relation.before["subject"] == "lupus"
    assert relation.after["subject"] == "BCMA"


def test_facts_that_say_the_same_are_counted(store: Store) -> None:
    """Of two equal mentions that become one, one is withdrawn."""
    made = extraction("a")
    twin = replace(made.mentions[0], mention_id="a#m1")
    comparison = compared(store, [replace(made, mentions=(*made.mentions, twin))], [again()])
    assert comparison.counts["mentions"] == {"added": 0, "withdrawn": 1, "changed": 0}


def test_confidence_is_no_fact(store: Store) -> None:
    """A model that is surer of the same changes nothing."""
    read = again()
    read = replace(
        read, mentions=(replace(read.mentions[0], score=0.9, concept_score=0.1, annotator="rule"),)
    )
    assert compared(store, [extraction("a")], [read]).n_changes == 0


@pytest.mark.parametrize(
    ("fingerprints", "causes"),
    [
        ((fingerprint(), fingerprint(model="m2")), ("model",)),
        ((fingerprint(), fingerprint(knowledge="k2")), ("knowledge",)),
        ((fingerprint(), fingerprint(code="c2", knowledge="k2")), ("knowledge", "code")),
        (("f1", fingerprint()), ("fingerprint",)),
        ((fingerprint(), fingerprint()), ("record",)),
    ],
)
def test_the_cause_is_told(store: Store, fingerprints: tuple[str, str], causes: tuple[str, ...]) -> None:
    """Model, knowledge or code, as the parts of the fingerprints differ; else the record; else unknown."""
    read = again()
    read = replace(read, document=replace(read.document, title="A title"))
    comparison = compared(store, [extraction("a")], [read], fingerprints=fingerprints)
    change = the(comparison.changes)
    assert (change.table, change.causes) == ("documents", causes)
    assert (change.before, change.after) == ({"title": None}, {"title": "A title"})


def test_the_cause_is_that_of_the_document(store: Store) -> None:
    """The document's own fingerprint counts, also where runs in between left it alone."""
    runs = [fingerprint(), fingerprint(model="m2"), fingerprint(model="m2")]
    publish(store, "r0", [[extraction("a", run_id="r0")]], fingerprint=runs[0])
    before = publish(store, "r1", [[extraction("b")]], fingerprint=runs[1])
    made = replace(again(), cohorts=())
    after = publish(store, "r2", [[replace(made, adverse_events=(), studies=())]], fingerprint=runs[2])
    assert compare(before, after).documents == {"model": 1}


def test_a_text_that_another_model_read_has_two_causes(store: Store) -> None:
    """The text comes first."""
    read = again()
    read = replace(read, document=replace(read.document, text_sha256="1" * 64))
    comparison = compared(
        store, [extraction("a")], [read], fingerprints=(fingerprint(), fingerprint(model="m2"))
    )
    assert comparison.documents == {"text": 1, "model": 1}
    assert comparison.changes[0].causes == ("text", "model")


def test_a_copy_that_lost_its_original_is_told(store: Store) -> None:
    """It was not read again; that is the cause."""
    made = [
        replace(extraction(name), document=replace(extraction(name).document, kind="paper", doi="10.1/a"))
        for name in "ab"
    ]
    comparison = compared(store, made, [], removed=["a"])
    assert comparison.documents == {"withdrawn": 1, "copy": 1}
    change = the(comparison.of("documents", "changed"))
    assert (change.doc_id, change.causes, change.before, change.after) == (
        "b",
        ("copy",),
        {"duplicate_of": "a"},
        {"duplicate_of": None},
    )


def test_a_limit_keeps_the_first_and_counts_all(store: Store) -> None:
    """One a table and kind is kept; the counts say how many there are."""
    first = publish(store, "r1", [])
    second = publish(store, "r2", [[extraction(name, run_id="r2") for name in "abc"]])
    comparison = compare(first, second, limit=1)
    assert comparison.counts["relations"]["added"] == 3
    assert [change.doc_id for change in comparison.of("relations", "added")] == ["a"]
    assert len(compare(first, second).changes) == 3 * (len(NOTHING) - 1) + 1


def test_backwards_what_came_is_gone(store: Store) -> None:
    """Any two snapshots can be compared, in either order."""
    first = publish(store, "r1", [[extraction("a")]])
    second = publish(store, "r2", [[extraction("b", run_id="r2")]])
    comparison = compare(second, first)
    assert comparison.documents == {"withdrawn": 1}
    assert comparison.counts["studies"] == {"added": 0, "withdrawn": 1, "changed": 0}


def test_it_is_told_as_json(store: Store) -> None:
    """All of it, in plain values."""
    comparison = compared(store, [extraction("a")], [extraction("b", run_id="r2")])
    told = json.loads(json.dumps(comparison.to_json()))
    assert told["counts"] == comparison.counts
    assert len(told["changes"]) == len(comparison.changes)
    assert told["changes"][0]["causes"] == ["new"]


def test_shared_shards_stay_closed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the shard of the document that differs is read, and no text."""
    publish(store, "r1", [[extraction("a")], [extraction("b")]])
    first = store.latest()
    second = publish(store, "r2", [[again("b", says="gout")]])
    shared = {entry.name for entry in first.files("_index")} & {
        entry.name for entry in second.files("_index")
    }
    read_table, read = pq.read_table, []

    def watched(path: object, columns: object = None, **options: object) -> pa.Table:
        read.append((Path(str(path)), columns))
        return read_table(path, columns=columns, **options)

    monkeypatch.setattr(pq, "read_table", watched)
    comparison = compare(first, second)
    monkeypatch.undo()
    assert comparison.of("mentions", "changed")[0].after == {"concept_id": "TEST:gout"}
    assert len(shared) == 1
    assert not [path for path, _ in read if path.name in shared]
    assert not [path for path, columns in read if path.parent.name == "documents" and "text" in columns]


def test_concepts_come_and_go_with_the_documents_that_name_them(store: Store) -> None:
    """With the cause for which documents differ."""
    comparison = compared(store, [extraction("a", says="lupus")], [again(says="asthma")])
    assert [(one.kind, one.says, one.causes) for one in comparison.changes if one.table == "concepts"] == [
        ("added", "disease asthma (TEST:asthma)", ("record",)),
        ("withdrawn", "disease lupus (TEST:lupus)", ("record",)),
    ]


def test_another_knowledge_base_changes_a_concept(store: Store) -> None:
    """What is known of it now and before; told in a terminal without a document."""
    renamed = replace(concept("lupus"), name="lupus erythematosus", ontology_version="2026-02")
    later = replace(again(), concepts=(renamed,))
    prints = (fingerprint(), fingerprint(knowledge="other"))
    comparison = compared(store, [extraction("a")], [later], fingerprints=prints)
    (change,) = (one for one in comparison.changes if one.table == "concepts")
    assert (change.kind, change.row_id, change.causes) == ("changed", "TEST:lupus", ("knowledge",))
    assert (change.before, change.after) == ({"name": "lupus"}, {"name": "lupus erythematosus"})
    told = "~ disease lupus erythematosus (TEST:lupus); name: lupus → lupus erythematosus [knowledge]"
    assert told in text(comparison)


def test_a_new_release_that_says_the_same_changes_no_concept(store: Store) -> None:
    """Its version is no part of what is known."""
    later = replace(again(), concepts=(concept("lupus", version="2026-02"),))
    assert compared(store, [extraction("a")], [later]).counts["concepts"] == NOTHING["concepts"]
