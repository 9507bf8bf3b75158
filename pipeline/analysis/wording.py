"""What a row says, in one line; facts in the words in which comparisons tell them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.analysis.documents import DocumentRows, Values
from pipeline.analysis.rows import Row
from pipeline.comparison.facts import TABLES, Fact
from pipeline.comparison.wording import sentence


def says(row: Row, told: DocumentRows | None, concepts: Mapping[str, Values]) -> str:
    """What a row says.

    Args:
        row: a row of any table.
        told: its document, if it has one.
        concepts: rows of `concepts` by CURIE.

    Example:
        >>> values = {"n": 12, "comparator": ">=", "unit": "patients", "role": "treated", "setting": "human"}
        >>> says(Row("cohorts", "d#c1", {**values, "disease_concept_id": None}), None, {})
        'at least 12 patients treated, human'
    """
    values = row.values
    if row.table in TABLES:
        words = {"therapy": None, **_in_words(values, told)}
        fact = Fact(row.row_id, values.get("doc_id", ""), {**values, **words}, "")
        return sentence(row.table, fact, lambda one: concepts[one]["name"] if one in concepts else one)
    if row.table == "concepts":
        return f"{values['name']}, {str(values['label']).replace('_', ' ').lower()} of {values['ontology']}"
    if row.table == "runs":
        return f"run of version {values['version']}, {values['started_at']:%Y-%m-%d %H:%M} UTC"
    if row.table == "sections":
        return f"section: {values['kind']}" + (f", “{values['heading']}”" if values["heading"] else "")
    return f"sentence, characters {values['start_char']} to {values['end_char']}"


def _in_words(values: Values, told: DocumentRows | None) -> dict[str, str | None]:
    """The words that references to mentions point to, under the reference's name without its ending."""
    found: dict[str, str | None] = {}
    for name, value in values.items():
        stem = name.removesuffix("_mention_id")
        if stem != name:
            mention = told.mentions.get(value) if told and value else None
            found[stem] = mention["text"] if mention else None
    return found
