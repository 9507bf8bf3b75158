"""Concepts compared: those that documents began or ceased to use, and what is known of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from pipeline.store import Snapshot

TABLE: Final = "concepts"
#: What is known of a concept. A release of its ontology that leaves it as it is changes nothing of it.
_KNOWN: Final = ("label", "name", "synonyms", "ontology", "definition")


class ConceptPair(NamedTuple):
    """A concept that is not the same in two snapshots; a side that does not have it is None."""

    concept_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def says(self) -> str:
        """The concept in words."""
        row = self.after or self.before or {}
        return f"{str(row['label']).replace('_', ' ').lower()} {row['name']} ({self.concept_id})"


def different_concepts(before: Snapshot, after: Snapshot) -> Iterator[ConceptPair]:
    """Concepts that differ, by id; nothing is read where both snapshots share the file."""
    if before.files(TABLE) == after.files(TABLE):
        return
    old, new = _rows(before), _rows(after)
    for concept_id in sorted(old.keys() | new.keys()):
        pair = ConceptPair(concept_id, old.get(concept_id), new.get(concept_id))
        if pair.before != pair.after:
            yield pair


def _rows(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    rows = snapshot.arrow(TABLE, ["concept_id", *_KNOWN]).to_pylist()
    return {row.pop("concept_id"): row for row in rows}
