"""From a snapshot to the file."""

from __future__ import annotations

import os
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from pipeline.analysis import OpenSnapshot
from pipeline.errors import UsageError
from pipeline.report.charts import Chart, TargetRate, cohort_sizes, over_time, rates_by_target
from pipeline.report.documents import NAME_CHARS, WORDS, Concepts, Told, content, entry, short
from pipeline.report.embedding import packed
from pipeline.report.headline import counted, headline
from pipeline.report.page import Page, html
from pipeline.report.studies import study_entry

if TYPE_CHECKING:
    import pandas as pd

#: Documents that the page unpacks together when one of them is opened: few enough to be there at once (64
#: papers of 50,000 characters take 60 ms), many enough to be packed well.
BATCH_SIZE: Final = 64

_NOT_ICANS: Final = "Neurotoxicity that is not called ICANS is in the evidence table alone."
_ABOUT: Final = (
    "Cartographer's language pipeline read the documents; no person has checked these figures. It misses "
    "some statements and misreads others, so follow a figure to its sentence before you rely on it.",
    "A study is what one document reports of one setting. Documents that tell the same study (same registry "
    "id, DOI, or product, disease and size, or the same text) are counted once. Rates are added up over the "
    "studies that state both how many were affected and how many were at risk, with 95% Wilson intervals; "
    "studies differ in product, dose and grading, so a rate is a summary and no estimate of a trial.",
    "Denied means that the text says that it was not so: a denied adverse event is a finding, too. What is "
    "possible, hypothetical or in the past is marked in the texts, and is in no figure.",
)


@dataclass(frozen=True)
class Report:
    """A page that was written.

    Attributes:
        path: the file.
        n_documents: documents in it.
        n_studies: rows of its evidence table.
        n_bytes: its size.

    Example:
        >>> report = write_report(snapshot, Path("report.html"))
        >>> report.n_documents, report.n_studies, report.n_bytes == report.path.stat().st_size
        (2, 2, True)
    """

    path: Path
    n_documents: int
    n_studies: int
    n_bytes: int


def write_report(snapshot: OpenSnapshot, path: Path) -> Report:
    """Write a snapshot as one self-contained HTML page. A page that was there is replaced in one step.

    Args:
        snapshot: the snapshot, opened for analysis.
        path: the file; its folder must exist.

    Raises:
        UsageError: the file can't be written.

    Example:
        >>> from pipeline import open_snapshot
        >>> write_report(open_snapshot("outputs"), Path("report.html")).path.name
        'report.html'
    """
    page = page_of(snapshot)
    content = html(page).encode("utf-8", "replace")
    try:
        _replace(path, content)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}.") from error
    return Report(path, page.n_documents, len(page.index["studies"]), len(content))


def page_of(snapshot: OpenSnapshot) -> Page:
    """All that the page of a snapshot shows."""
    names = _rows(snapshot.table("concepts", ["concept_id", "name"]))
    concepts = Concepts({one["concept_id"]: one["name"] for one in names})
    evidence = _rows(snapshot.evidence_table(repeats=True, planned=True))
    by_document: dict[str, list[Told]] = defaultdict(list)
    for row in evidence:
        by_document[row["doc_id"]].append(row)

    order = list(snapshot.doc_ids())
    positions = {doc_id: position for position, doc_id in enumerate(order)}
    entries, told_studies, batches = [], [], []
    n_copies = 0
    for start in range(0, len(order), BATCH_SIZE):
        batch = []
        for doc_id in order[start : start + BATCH_SIZE]:
            rows = snapshot.document(doc_id)
            original = rows.document["duplicate_of"]
            n_copies += original is not None
            entries.append(entry(rows) | {"duplicate_of": positions.get(original)})
            told_studies += [study_entry(row, rows, positions[doc_id]) for row in by_document[doc_id]]
            batch.append(content(rows, concepts))
        batches.append(packed(batch))

    return Page(
        snapshot_id=snapshot.id,
        published_at=snapshot.created_at,
        n_documents=len(order),
        numbers=headline(len(order), n_copies, snapshot.counts()["failures"], evidence),
        charts=_charts(snapshot, evidence),
        about=_ABOUT,
        index={
            "batch_size": BATCH_SIZE,
            "words": WORDS,
            "documents": entries,
            "studies": told_studies,
            "concepts": concepts.told(),
        },
        batches=batches,
    )


def _charts(snapshot: OpenSnapshot, evidence: Sequence[Mapping[str, Any]]) -> list[Chart]:
    rows = counted(evidence)
    human = [row for row in rows if row["setting"] == "human"]
    years: Counter[tuple[int, str]] = Counter()
    for row in _rows(snapshot.timeline("year")):
        years[row["period"].year, row["setting"]] += row["n_studies"]
    n_undated = sum(row["published_on"] is None for row in rows)
    return [
        rates_by_target("CRS", _target_rates(snapshot, "crs")),
        rates_by_target("ICANS", _target_rates(snapshot, "icans"), _NOT_ICANS),
        cohort_sizes([row["n"] for row in human if row["n"] is not None]),
        over_time(years, n_undated),
    ]


def _target_rates(snapshot: OpenSnapshot, event: str) -> list[TargetRate]:
    found: dict[str, dict[str, Told]] = defaultdict(dict)
    for row in _rows(snapshot.adverse_event_rates(["antigen"], terms=[event])):
        found[row["antigen"]][row["grades"]] = row
    return [
        TargetRate(short(target, NAME_CHARS), scopes.get("any"), scopes.get(">=3"))
        for target, scopes in found.items()
    ]


def _rows(frame: pd.DataFrame) -> list[Told]:
    """A frame as plain rows: None for what is not there."""
    rows: list[Told] = pa.Table.from_pandas(frame, preserve_index=False).to_pylist()
    return rows


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp's file is for its owner alone; a page that is written is for whom the folder is.
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
