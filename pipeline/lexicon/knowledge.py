"""The knowledge base: concepts by CURIE, names by normal form, loaded once a process from two Parquet files.

`concepts.parquet` has a row per concept, `names.parquet` a row per name of a concept, sorted by normal form.
Only the names become Python objects at start-up; a `Concept` is made when somebody asks for it.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ModelError
from pipeline.lexicon.composed import composed_concept
from pipeline.lexicon.concepts import Concept, same_family
from pipeline.lexicon.normal_form import case_form, inverted, normal_form
from pipeline.vocabulary import MENTION_LABELS

CONCEPTS_FILE: Final = "concepts.parquet"
NAMES_FILE: Final = "names.parquet"
SOURCES_FILE: Final = "sources.json"
#: Which names of conditions hold a 3-gram of characters.
NEIGHBOURS_FILE: Final = "neighbours.npz"

#: Further above, a concept says too little of the one below.
_STEPS_UP: Final = 3
#: Shorter names hold too few 3-grams to be told from their neighbours.
_SHORTEST_KEY: Final = 5

#: How good a name is: the preferred one; a synonym; a weak one, which names its concept only where the
#: document also names the concept in another way ("LN" beside "lupus nephritis"); a contextual one, which
#: names it only where the words are known to name something of that kind ("hypertensive", "fall").
NameRank = Literal["preferred", "synonym", "weak", "contextual"]
NAME_RANKS: Final[tuple[str, ...]] = get_args(NameRank)
_RANKS: Final[tuple[NameRank, ...]] = get_args(NameRank)

CONCEPT_SCHEMA: Final = pa.schema(
    [
        pa.field("concept_id", pa.string(), nullable=False),
        pa.field("label", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("synonyms", pa.list_(pa.string()), nullable=False),
        pa.field("ontology", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("ontology_version", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("licence", pa.dictionary(pa.int8(), pa.string()), nullable=False),
        pa.field("short_name", pa.string(), nullable=False),
        pa.field("xrefs", pa.list_(pa.string()), nullable=False),
        pa.field("broader", pa.list_(pa.string()), nullable=False),
        pa.field("targets", pa.list_(pa.string()), nullable=False),
        pa.field("molecule_role", pa.dictionary(pa.int8(), pa.string()), nullable=False),
    ]
)
NAME_SCHEMA: Final = pa.schema(
    [
        pa.field("key", pa.string(), nullable=False),
        pa.field("concept", pa.int32(), nullable=False),
        pa.field("case_form", pa.string(), nullable=False),
        pa.field("rank", pa.int8(), nullable=False),
    ]
)


class Name(NamedTuple):
    """One name of one concept. `case_form` is "" where the case does not matter."""

    concept_id: str
    label: str
    case_form: str
    rank: NameRank

    @property
    def is_weak(self) -> bool:
        """Whether the document must name the concept in another way, too."""
        return self.rank == "weak"

    @property
    def is_contextual(self) -> bool:
        """Whether the words must be known to name something of that kind."""
        return self.rank == "contextual"


class KnowledgeBase:
    """Concepts and their names.

    Args:
        concepts: rows after `CONCEPT_SCHEMA`.
        names: rows after `NAME_SCHEMA`, sorted by key; within a key the best name comes first.
        folder: where the file of the neighbour search is, or None.

    Example:
        >>> from pipeline.settings import settings
        >>> knowledge = load_knowledge(settings().knowledge)
        >>> knowledge.lookup("B-cell maturation antigen")
        ('HGNC:11913',)
        >>> knowledge.targets("cartographer:therapy.tisagenlecleucel")
        ('HGNC:1633',)
    """

    def __init__(self, concepts: pa.Table, names: pa.Table, folder: Path | None = None) -> None:
        self.folder = folder
        self._concepts = concepts
        self._names = names
        self._ids: list[str] = concepts.column("concept_id").to_pylist()
        self._row = {concept_id: row for row, concept_id in enumerate(self._ids)}
        self._labels: list[str] = concepts.column("label").to_pylist()
        self._keys: list[str] = names.column("key").to_pylist()
        self._owners: list[int] = names.column("concept").to_pylist()
        self._case_forms: list[str] = names.column("case_form").to_pylist()
        self._ranks: list[int] = names.column("rank").to_pylist()
        # The last assignment wins, so walking backwards leaves the first row of each key.
        self._first = dict(zip(reversed(self._keys), range(len(self._keys) - 1, -1, -1), strict=True))

    def __reduce__(self) -> tuple[object, ...]:
        # A worker process reads the files again instead of receiving some hundred thousand names.
        if self.folder is not None:
            return load_knowledge, (self.folder,)
        return KnowledgeBase, (self._concepts, self._names)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._row or (
            isinstance(concept_id, str) and composed_concept(concept_id, self) is not None
        )

    @property
    def keys(self) -> Collection[str]:
        """The normal forms that bear a name."""
        return self._first

    def lengths(self, first: str) -> dict[str, tuple[int, ...]]:
        """How many units longer names have that begin with this one, by their second unit, longest first."""
        keys, start = self._keys, bisect_left(self._keys, f"{first} ")
        if start == len(keys) or not keys[start].startswith(f"{first} "):
            return {}  # most words begin no name
        found: dict[str, int] = {}  # of each second unit, a bit for each length
        # Keys are sorted, and no sign stands between " " and "!".
        for key in keys[start : bisect_left(keys, f"{first}!", start)]:
            second = key.split(" ", 2)[1]
            found[second] = found.get(second, 0) | 1 << key.count(" ")
        return {second: _lengths(bits) for second, bits in found.items()}

    @lru_cache(maxsize=50_000)  # noqa: B019 - a knowledge base lives as long as its process
    def concept(self, concept_id: str) -> Concept:
        """The concept under a CURIE, also one that is put together ("CD19 CAR T cells").

        Raises:
            ModelError: the knowledge base has no such concept.
        """
        row = self._row.get(concept_id)
        if row is not None:
            return _read_concept(self._concepts.slice(row, 1).to_pylist()[0])
        if composed := composed_concept(concept_id, self):
            return composed
        raise ModelError(
            f"the knowledge base has no concept {concept_id}; it is older than the table or the weights "
            "that speak of it: rebuild it with models/build_knowledge.py"
        )

    @lru_cache(maxsize=20_000)  # noqa: B019 - a knowledge base lives as long as its process
    def names(self, key: str) -> tuple[Name, ...]:
        """The names that a normal form may stand for, best first; () where there are none."""
        start = self._first.get(key)
        if start is None:
            return ()
        found = []
        for row in range(start, len(self._keys)):
            if self._keys[row] != key:
                break
            owner = self._owners[row]
            found.append(
                Name(self._ids[owner], self._labels[owner], self._case_forms[row], _RANKS[self._ranks[row]])
            )
        return tuple(found)

    def names_of(self, text: str, label: str | None = None) -> tuple[Name, ...]:
        """Names that a text bears exactly, by normal form, best first; see `lookup`."""
        names = self.names(normal_form(text))
        if not names and (spoken := inverted(text)):
            names = self.names(normal_form(spoken))
        if not names:
            return ()
        cased = case_form(text)
        agreeing = [name for name in names if not name.case_form or name.case_form == cased]
        if label is None:
            return tuple(name for name in agreeing if not name.is_contextual)
        agreeing = [name for name in agreeing if same_family(name.label, label)]
        return tuple(agreeing or (name for name in names if same_family(name.label, label)))

    def lookup(self, text: str, label: str | None = None) -> tuple[str, ...]:
        """Concepts that a text names exactly, by normal form, best first.

        Args:
            text: the words, such as a mention's.
            label: what kind of thing the text is known to name; then concepts of another kind are left out,
                and an acronym in another case ("sle") is taken. Without it case must agree where it matters.

        Returns:
            CURIEs; () where nothing bears that name.
        """
        return tuple(dict.fromkeys(name.concept_id for name in self.names_of(text, label)))

    def condition_keys(self) -> list[str]:
        """Normal forms of the names of conditions that are words and no acronyms, sorted."""
        return [
            key
            for key, row in self._first.items()
            if not self._case_forms[row]
            and len(key) > _SHORTEST_KEY
            and self._labels[self._owners[row]] in ("DISEASE", "ADVERSE_EVENT")
        ]

    def molecule(self, symbol: str) -> str | None:
        """The CURIE of the molecule with this approved symbol, or None."""
        for name in self.names(normal_form(symbol)):
            if same_family(name.label, "GENE") and self.concept(name.concept_id).name == symbol:
                return name.concept_id
        return None

    def label(self, concept_id: str) -> str:
        """The label of a concept: what kind of thing it is unless the text says otherwise."""
        row = self._row.get(concept_id)
        return self._labels[row] if row is not None else self.concept(concept_id).label

    def targets(self, concept_id: str) -> tuple[str, ...]:
        """CURIEs of the antigens that a therapy binds; () for a therapy without any, or for another thing."""
        return self.concept(concept_id).targets

    def bridge(self, concept_id: str, prefix: str) -> tuple[str, ...]:
        """Ids of a concept in another vocabulary, or else those of the nearest concepts above it.

        Args:
            concept_id: the concept.
            prefix: the other vocabulary, such as "MESH".

        Returns:
            CURIEs, sorted; () where nothing within three steps has an id there.
        """
        level = [concept_id]
        for _ in range(_STEPS_UP + 1):
            concepts = [self.concept(one) for one in level if one in self]
            ids = {x for c in concepts for x in (c.concept_id, *c.xrefs) if x.startswith(f"{prefix}:")}
            if ids:
                return tuple(sorted(ids))
            level = sorted({above for c in concepts for above in c.broader})
        return ()

    def above(self, concept_id: str) -> tuple[str, ...]:
        """What a concept is a kind of, however far up; () for one that is not in the knowledge base."""
        found: dict[str, None] = {}
        level = [concept_id]
        while level:
            concepts = [self.concept(one) for one in level if one in self._row]
            level = [one for one in dict.fromkeys(b for c in concepts for b in c.broader) if one not in found]
            found.update(dict.fromkeys(level))
        return tuple(found)

    def is_antigen(self, concept_id: str) -> bool:
        """Whether an engineered cell may be aimed at it; False for signalling domains and cytokines."""
        return self.concept(concept_id).molecule_role == "antigen"


def make_knowledge(
    concepts: Iterable[Concept], names: Iterable[tuple[str, str, bool, NameRank]]
) -> KnowledgeBase:
    """A knowledge base from concepts and `(concept_id, name, does case matter, rank)`.

    The order of the concepts decides which comes first among homonyms of equal rank.
    """
    concept_table, name_table = knowledge_tables(list(concepts), names)
    return KnowledgeBase(concept_table, name_table)


def knowledge_tables(
    concepts: list[Concept], names: Iterable[tuple[str, str, bool, NameRank]]
) -> tuple[pa.Table, pa.Table]:
    """The two tables of a knowledge base, sorted and without repetitions."""
    order = {concept.concept_id: row for row, concept in enumerate(concepts)}
    best: dict[tuple[str, int, str], int] = {}
    for concept_id, name, is_cased, rank in names:
        place = (normal_form(name), order[concept_id], case_form(name) if is_cased else "")
        if place[0]:
            best[place] = min(NAME_RANKS.index(rank), best.get(place, len(NAME_RANKS)))
    rows = sorted((key, rank, owner, cased) for (key, owner, cased), rank in best.items())
    name_table = pa.table(
        {
            "key": [row[0] for row in rows],
            "concept": [row[2] for row in rows],
            "case_form": [row[3] for row in rows],
            "rank": [row[1] for row in rows],
        },
        schema=NAME_SCHEMA,
    )
    columns = [field.name for field in CONCEPT_SCHEMA]
    values = {column: [getattr(concept, column) for concept in concepts] for column in columns}
    return pa.table(values, schema=CONCEPT_SCHEMA), name_table


@cache
def _lengths(bits: int) -> tuple[int, ...]:
    """Lengths of keys by the bits of their numbers of blanks, longest first."""
    return tuple(blanks + 1 for blanks in reversed(range(bits.bit_length())) if bits >> blanks & 1)


@cache
def load_knowledge(folder: Path) -> KnowledgeBase:
    """The knowledge base in a folder, read once a process.

    Raises:
        ModelError: files are missing or of another layout; the message says how to get them.
    """
    tables = []
    for file_name, schema in ((CONCEPTS_FILE, CONCEPT_SCHEMA), (NAMES_FILE, NAME_SCHEMA)):
        path = folder / file_name
        if not path.is_file():
            raise ModelError(
                f"the knowledge base is incomplete: {path} is missing. Install the package with its models, "
                "set CARTOGRAPHER_MODELS to a folder that has them, or run models/build_knowledge.py"
            )
        table = pq.read_table(path)
        if table.schema.names != schema.names:
            raise ModelError(f"{path} is of another version; rebuild it with models/build_knowledge.py")
        tables.append(table)
    return KnowledgeBase(tables[0], tables[1], folder)


def knowledge_sources(folder: Path) -> dict[str, object]:
    """What the knowledge base was built from: releases, licences, hashes of its files.

    Raises:
        ModelError: the list is missing or can't be read.
    """
    try:
        sources: dict[str, object] = json.loads((folder / SOURCES_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ModelError(f"{folder / SOURCES_FILE}: {problem}; run models/build_knowledge.py") from problem
    return sources


def check_files(folder: Path, needed: Iterable[str]) -> None:
    """Make sure that files of the knowledge base are there and belong together, without reading them in.

    Args:
        folder: the knowledge base.
        needed: names of files that must be listed in `sources.json`.

    Raises:
        ModelError: a file is missing, or is not the one that was built with the others.
    """
    listed = knowledge_sources(folder).get("sha256")
    hashes = listed if isinstance(listed, dict) else {}
    for file_name in sorted({*hashes, *needed}):
        path = folder / file_name
        if not path.is_file() or file_name not in hashes:
            raise ModelError(
                f"the knowledge base is incomplete: {path} is missing or not listed in {SOURCES_FILE}. "
                "Restore the folder from the repository, or run models/build_knowledge.py"
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != hashes[file_name]:
            raise ModelError(
                f"{path} does not belong to the other files of the knowledge base: its SHA-256 is not the "
                f"one in {SOURCES_FILE}. Restore the folder from the repository, or run "
                "models/build_knowledge.py"
            )


def _read_concept(row: dict[str, object]) -> Concept:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    if values["label"] not in MENTION_LABELS:
        raise ModelError(f"concept {values['concept_id']} has the unknown label {values['label']}")
    return Concept(**values)  # type: ignore[arg-type]
