"""Every document as the page's reader wants it: text, sections, sentences, mentions and facts, by offsets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from pipeline import vocabulary as words
from pipeline.analysis import DocumentRows
from pipeline.report.links import links

#: What the page may say of a document, as JSON.
Told = dict[str, Any]
#: First character and the character after the last one of a stretch of the document's text.
Place = tuple[int, int]

#: A title of the list; a longer one is told in full beside the text.
TITLE_CHARS: Final = 240
#: A name in a cell. The longest name of a disease in the knowledge base that is in use has fewer.
NAME_CHARS: Final = 120

#: The closed word lists that mentions and sections refer to by position.
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "labels": words.MENTION_LABELS,
    "assertions": words.ASSERTIONS,
    "settings": words.SETTINGS,
    "annotators": words.ANNOTATORS,
    "sections": words.SECTION_KINDS,
}


class Concepts:
    """The concepts that mentions refer to by position, each once.

    Args:
        names: preferred names by CURIE.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self._positions: dict[str, int] = {}

    def position(self, concept_id: str | None) -> int | None:
        """Where the concept stands in `told`; None for None."""
        return None if concept_id is None else self._positions.setdefault(concept_id, len(self._positions))

    def told(self) -> list[tuple[str, str]]:
        """CURIE and name of every concept that was asked for, in that order."""
        return [(concept_id, self.names.get(concept_id, concept_id)) for concept_id in self._positions]


def short(text: str, most: int) -> str:
    r"""A text on one line, in at most so many characters.

    Example:
        >>> short("Mice with lupus\nslept well.", 12)
        'Mice with l…'
    """
    # Ten times as many characters as are shown hold the words that are shown, whatever blanks there are.
    line = " ".join(text[: 10 * most].split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def title_of(document: Told) -> str:
    """The title in at most `TITLE_CHARS` characters, on one line; else the first words, else the id."""
    return short(document["title"] or document["text"], TITLE_CHARS) or document["doc_id"]


def entry(rows: DocumentRows) -> Told:
    """A document in the list of documents."""
    document = rows.document
    facts = [fact for table in ("cohorts", "adverse_events", "relations") for fact in rows.rows[table]]
    settings = {study["setting"] for study in rows.rows["studies"]}
    published_on = document["published_on"]
    return {
        "id": document["doc_id"],
        "title": title_of(document),
        "kind": document["kind"],
        "publisher": document["publisher"] and short(document["publisher"], NAME_CHARS),
        "published_on": published_on.isoformat() if published_on else None,
        "n_mentions": len(rows.rows["mentions"]),
        "n_facts": len(facts),
        "settings": [setting for setting in words.SETTINGS if setting in settings],
    }


def content(rows: DocumentRows, concepts: Concepts) -> Told:
    """A document in full. Offsets are characters (code points) as in the tables."""
    document = rows.document
    return {
        "title": document["title"],
        "text": document["text"],
        "n_chars": document["n_chars"],
        "source": _source(document["source_uri"]),
        "links": list(links(document)),
        "sections": [
            (
                words.SECTION_KINDS.index(one["kind"]),
                one["start_char"],
                one["end_char"],
                _heading_end(rows, one),
            )
            for one in rows.rows["sections"]
        ],
        "sentences": [(one["start_char"], one["end_char"]) for one in rows.rows["sentences"]],
        "mentions": [_mention(one, concepts) for one in _outermost_first(rows)],
        "external": sorted(_external(rows)),
        "adverse_events": list(_adverse_events(rows)),
        "cohorts": [
            {name: one[name] for name in ("n", "comparator", "unit", "role", "setting")}
            | {"at": place_of(rows, one["mention_id"])}
            for one in rows.rows["cohorts"]
        ],
        "relations": [_relation(rows, one) for one in rows.rows["relations"]],
    }


def place_of(rows: DocumentRows, mention_id: str) -> Place:
    """Where a mention stands."""
    mention = rows.mentions[mention_id]
    return mention["start_char"], mention["end_char"]


def _heading_end(rows: DocumentRows, section: Told) -> int:
    """The end of the heading where the section begins with it, else the section's own start."""
    start: int = section["start_char"]
    heading = section["heading"]
    return start + len(heading) if heading and rows.text.startswith(heading, start) else start


def _source(uri: str) -> str:
    """Where the document was read; of a file its name alone, since a page is shown to others."""
    return unquote(uri.rpartition("/")[2]) if uri.startswith("file:") else uri


def _outermost_first(rows: DocumentRows) -> list[Told]:
    return sorted(rows.rows["mentions"], key=lambda one: (one["start_char"], -one["end_char"]))


def _mention(row: Told, concepts: Concepts) -> tuple[Any, ...]:
    return (
        row["start_char"],
        row["end_char"],
        words.MENTION_LABELS.index(row["label"]),
        words.ASSERTIONS.index(row["assertion"]),
        words.SETTINGS.index(row["setting"]),
        words.ANNOTATORS.index(row["annotator"]),
        None if row["score"] is None else round(row["score"], 2),
        concepts.position(row["concept_id"]),
        row["cue_start_char"],
        row["cue_end_char"],
    )


def _external(rows: DocumentRows) -> set[Place]:
    """Where the results of other studies are told: their groups, and what was seen in them."""
    groups = [one for one in rows.cohorts.values() if one["role"] == "external"]
    ids = {one["cohort_id"] for one in groups}
    events = [one for one in rows.rows["adverse_events"] if one["cohort_id"] in ids]
    return {place_of(rows, one["mention_id"]) for one in (*groups, *events)}


def _adverse_events(rows: DocumentRows) -> Iterator[Told]:
    external = _external(rows)
    told = ("assertion", "setting", "grade_min", "grade_max", "n_affected", "n_at_risk", "percent")
    for event in rows.rows["adverse_events"]:
        place = place_of(rows, event["mention_id"])
        yield {name: event[name] for name in told} | {
            "term": short(event["term"], NAME_CHARS),
            "at": place,
            "is_external": place in external,
        }


def _relation(rows: DocumentRows, relation: Told) -> Told:
    subject, target = (rows.mentions[relation[f"{side}_mention_id"]] for side in ("subject", "object"))
    return {name: relation[name] for name in ("predicate", "assertion", "setting", "status")} | {
        "subject": short(subject["text"], NAME_CHARS),
        "object": short(target["text"], NAME_CHARS),
        "at": (subject["start_char"], subject["end_char"]),
    }
