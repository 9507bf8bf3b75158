"""The evidence table as the page wants it: each cell with the place in the text that it was read from."""

from __future__ import annotations

from typing import Any, Final

from pipeline.analysis import DocumentRows
from pipeline.report.documents import NAME_CHARS, Place, Told, place_of, short

#: Cells of the evidence table on adverse events, and what the page calls them.
_RATES: Final = {"crs": "crs", "crs_grade3": "crs_severe", "icans": "icans", "icans_grade3": "icans_severe"}


def study_entry(row: Told, rows: DocumentRows, position: int) -> Told:
    """A row of the evidence table.

    Args:
        row: the row, with every column.
        rows: the document that tells the study.
        position: where that document stands in the page's list.
    """
    events = {one["adverse_event_id"]: one for one in rows.rows["adverse_events"]}
    cohort = rows.cohorts.get(row["cohort_id"] or "")
    therapies = {row["product_concept_id"]} - {None}
    is_own = row["n"] is not None and cohort is not None
    return {
        "id": row["study_id"],
        "document": position,
        "product": row["product"] and short(row["product"], NAME_CHARS),
        "product_at": _first_named(rows, therapies, "THERAPY"),
        "targets": _names(row["antigens"]),
        "targets_at": _object_of(rows, "targets", row["antigen_concept_ids"]),
        "diseases": _names(row["diseases"]),
        "diseases_at": _object_of(rows, "treats", row["disease_concept_ids"]),
        "setting": row["setting"],
        "phase": row["phase"],
        "trials": _names(row["trial_ids"]),
        "n": row["n"],
        "n_role": row["n_role"],
        "n_comparator": row["n_comparator"],
        "n_unit": cohort["unit"] if cohort and is_own else None,
        "n_at": place_of(rows, cohort["mention_id"]) if cohort and is_own else None,
        "icans_term": row["icans_term"],
        "is_planned": row["is_planned"],
        "repeats": row["repeats"],
    } | {name: _rate(row, stem, rows, events) for stem, name in _RATES.items()}


def _rate(row: Told, stem: str, rows: DocumentRows, events: dict[str, Told]) -> Told | None:
    if row.get(stem) is None:
        return None
    told_by = [events[one] for one in row[f"{stem}_ids"] if one in events]
    return {
        "affected": row[f"{stem}_affected"],
        "at_risk": row[f"{stem}_at_risk"],
        "percent": row[f"{stem}_percent"],
        "denied": row[stem] == "absent",
        "at": place_of(rows, told_by[0]["mention_id"]) if told_by else None,
    }


def _names(names: list[str]) -> list[str]:
    return [short(name, NAME_CHARS) for name in names]


def _first_named(rows: DocumentRows, concept_ids: set[Any], label: str | None = None) -> Place | None:
    """The first mention of one of these concepts, outside of what only frames the text if there is one."""
    found = [
        one
        for one in rows.rows["mentions"]
        if one["concept_id"] in concept_ids and (label is None or one["label"] == label)
    ]
    first = min(found, key=lambda one: one["start_char"], default=None)
    return (first["start_char"], first["end_char"]) if first else None


def _object_of(rows: DocumentRows, predicate: str, concept_ids: list[str]) -> Place | None:
    """The words that state the relation to one of these concepts; else the concept's first mention."""
    for relation in rows.rows["relations"]:
        is_meant = relation["predicate"] == predicate and relation["assertion"] != "absent"
        if is_meant and relation["object_concept_id"] in concept_ids:
            return place_of(rows, relation["object_mention_id"])
    return _first_named(rows, set(concept_ids))
