"""Extractions and runs made for the tests of tables and store: small, complete, consistent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timezone

import pandas as pd

from pipeline.records import (
    AdverseEventRow,
    CohortRow,
    ConceptRow,
    DocumentRow,
    Extraction,
    MentionRow,
    RelationRow,
    RunRow,
    SectionRow,
    SentenceRow,
    StudyRow,
)
from pipeline.store import Snapshot, Store, write_shard
from pipeline.tables import TABLES, check

TEXT = "CD19 CAR-T cells put lupus into remission."


def concept(name: str, version: str = "2026-01") -> ConceptRow:
    """A concept whose id is made of its name."""
    return ConceptRow(f"TEST:{name}", "DISEASE", name, (name.upper(),), "TEST", version, None)


def extraction(doc_id: str, *, text: str = TEXT, run_id: str = "r1", key: str = "k", says: str = "lupus"):
    """A document with one row in most tables; its mention and its study name the concept `says`."""
    start = text.index("lupus")
    sentence, mention, section, cohort = f"{doc_id}#s0", f"{doc_id}#m0", f"{doc_id}#c0", f"{doc_id}#k0"
    disease = concept(says)
    curie = disease.concept_id
    document = DocumentRow(
        doc_id=doc_id,
        source_uri=f"file:///in/{doc_id}.txt",
        media_type="text/plain",
        kind="news",
        text=text,
        text_sha256="0" * 64,
        n_chars=len(text),
        extraction_key=key,
        run_id=run_id,
        title=None,
        publisher=None,
        published_on=None,
        url=None,
        doi=None,
        pmid=None,
        pmcid=None,
        trial_ids=("NCT1", "NCT2"),
        language="en",
        is_machine_written=None,
        duplicate_of=None,
    )
    return Extraction(
        document=document,
        sections=(SectionRow(section, doc_id, 0, "body", 0, len(text), None, None),),
        sentences=(SentenceRow(sentence, doc_id, section, 0, len(text), text),),
        mentions=(
            MentionRow(
                mention,
                doc_id,
                sentence,
                "DISEASE",
                "lupus",
                start,
                start + 5,
                "lexicon",
                "present",
                "human",
                0.5,
                curie,
                None,
                None,
                None,
            ),
        ),
        concepts=(disease,),
        relations=(
            RelationRow(
                f"{doc_id}#r0",
                doc_id,
                sentence,
                "treats",
                mention,
                mention,
                "present",
                "human",
                None,
                "tested",
                None,
                curie,
            ),
        ),
        cohorts=(
            CohortRow(cohort, doc_id, sentence, mention, 5, "=", "patients", "treated", "human", curie, None),
        ),
        adverse_events=(
            AdverseEventRow(
                f"{doc_id}#a0",
                doc_id,
                sentence,
                mention,
                "fever",
                "absent",
                "human",
                None,
                3,
                None,
                None,
                None,
                None,
                None,
                cohort,
            ),
        ),
        studies=(
            StudyRow(
                f"{doc_id}#t0",
                doc_id,
                "human",
                "1/2",
                ("NCT1",),
                None,
                None,
                (),
                (curie,),
                5,
                "treated",
                cohort,
            ),
        ),
    )


def run_row(
    run_id: str,
    *,
    new: int = 0,
    changed: int = 0,
    unchanged: int = 0,
    failed: int = 0,
    removed: int = 0,
    fingerprint: str = "f" * 32,
):
    """A run whose counts add up."""
    at = datetime(2026, 2, 4, 12, 30, tzinfo=timezone.utc)
    seen = new + changed + unchanged + failed
    return RunRow(run_id, at, at, "0.1.0", fingerprint, seen, new, changed, unchanged, failed, removed, 1.5)


def publish(
    store: Store,
    run_id: str,
    batches: Sequence[Sequence[Extraction]],
    *,
    removed: Sequence[str] = (),
    fingerprint: str = "f" * 32,
    wait_s: float = 0.0,
) -> Snapshot:
    """Publish batches as one run; which documents are new or changed is looked up in the store."""
    with store.writer(run_id, wait_s) as writer:
        known = store.index()
        shards = [write_shard(writer.staging, str(n), batch) for n, batch in enumerate(batches)]
        written = [doc_id for shard in shards for doc_id in shard.doc_ids]
        replaced = [doc_id for doc_id in written if doc_id in known]
        run = run_row(
            run_id,
            new=len(written) - len(replaced),
            changed=len(replaced),
            unchanged=len(known) - len(replaced) - len(removed),
            removed=len(removed),
            fingerprint=fingerprint,
        )
        return writer.publish(run=run, failures=[], replaced=replaced, removed=removed, shards=shards)


def sound(snapshot: Snapshot) -> Snapshot:
    """The snapshot, after all that the contract and the manifest promise has been checked."""
    check({table: snapshot.arrow(table) for table in TABLES})
    for table in (*TABLES, "_index"):
        on_disk = {path.name for path in (snapshot.path / table).iterdir()}
        assert on_disk == {entry.name for entry in snapshot.files(table)}
        for entry in snapshot.files(table):
            content = (snapshot.path / table / entry.name).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (entry.bytes, entry.sha256)
    for table, count in snapshot.counts().items():
        assert len(pd.read_parquet(snapshot.path / table)) == count
    return snapshot
