r"""Gold: what a document says, as facts to compare with; read from marked-up text or from JSON.

A `.gold` file holds one or more cases:

    === Title of the case
    kind: news
    setting: human
    relation: targets | CART4-34 | IGHV4-34
    relation: treats | CART4-34 | lymphoma | tested
    ---
    In mice, [CART4-34](THERAPY) … (marked-up text, see `markup`)

A tag's `name` is the normalised name where the surface is not; `ignore=yes` marks what may be read or not.
The JSON form lists surfaces instead of marking them; it is the form of document-level gold.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import GoldError
from pipeline.evaluation.markup import MarkedSpan, MarkedText, parse_marked
from pipeline.grammar.numbers import find_numbers
from pipeline.vocabulary import DOCUMENT_KINDS, PREDICATES, SETTINGS, TREATS_STATUSES

HEADERS: Final = frozenset({"kind", "setting", "phase", "trial_id", "published_on", "relation"})
_FIGURES: Final = ("grade_min", "grade_max", "n_affected", "n_at_risk", "percent")
_LISTS: Final = {"ANTIGEN": "antigens", "DISEASE": "diseases", "THERAPY": "therapies"}


@dataclass(frozen=True)
class Named:
    """A thing under all the names by which a reader may find it; optional things may be left unread."""

    names: frozenset[str]
    optional: bool = False
    char: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GoldCohort:
    """A group of subjects."""

    n: int
    role: str
    optional: bool = False
    char: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GoldAdverseEvent:
    """A statement on an adverse event; figures in the order of `FIGURE_NAMES`."""

    names: frozenset[str]
    assertion: str
    figures: tuple[float | None, ...]
    optional: bool = False
    char: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GoldRelation:
    """Subject and object under any of their surfaces; status for `treats`."""

    predicate: str
    subject: str
    object: str
    status: str | None = None
    char: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GoldFacts:
    """What one document says. `char` of a fact is a character of the sentence that says it, where known."""

    antigens: tuple[Named, ...] = ()
    diseases: tuple[Named, ...] = ()
    therapies: tuple[Named, ...] = ()
    cohorts: tuple[GoldCohort, ...] = ()
    adverse_events: tuple[GoldAdverseEvent, ...] = ()
    relations: tuple[GoldRelation, ...] = ()
    settings: frozenset[str] = frozenset()


class _Surfaces(NamedTuple):
    names: set[str]
    optional: bool
    char: int


@dataclass(frozen=True)
class GoldCase:
    """A text and what it says. `marked` is None for document-level gold."""

    title: str
    text: str
    facts: GoldFacts
    header: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marked: MarkedText | None = None


def read_gold(path: Path) -> list[GoldCase]:
    """All cases of a `.gold` file.

    Raises:
        GoldError: a case is empty, or anything in it is not understood; the message names file and case.
    """
    chunks = ("\n" + path.read_text(encoding="utf-8")).split("\n=== ")
    if chunks[0].strip():
        raise GoldError(f"{path.name}: text before the first '=== Title' line")
    if len(chunks) == 1:
        raise GoldError(f"{path.name}: no case; a case starts with a line '=== Title'")
    cases = []
    for chunk in chunks[1:]:
        title = chunk.split("\n", 1)[0].strip()
        try:
            cases.append(_case(title, chunk))
        except GoldError as error:
            raise GoldError(f"{path.name}, case {title!r}: {error}") from error
    return cases


def _case(title: str, chunk: str) -> GoldCase:
    head, rule, body = chunk.partition("\n---\n")
    if not rule or not body.strip():
        raise GoldError("no text; the marked-up text follows a line '---'")
    header: dict[str, list[str]] = {}
    for line in head.split("\n")[1:]:
        key, colon, value = line.partition(":")
        if not colon or key not in HEADERS or not value.strip():
            raise GoldError(f"header line {line!r}; known are {', '.join(sorted(HEADERS))}")
        header.setdefault(key, []).append(value.strip())
    marked = parse_marked(body.rstrip("\n"))
    frozen = {key: tuple(values) for key, values in header.items()}
    if not marked.spans and frozen.get("relation"):
        raise GoldError("relations without a tagged mention")
    return GoldCase(title, marked.text, _marked_facts(marked, frozen), frozen, marked)


def _marked_facts(marked: MarkedText, header: Mapping[str, tuple[str, ...]]) -> GoldFacts:
    named: dict[str, dict[str, _Surfaces]] = {label: {} for label in _LISTS}
    cohorts, events = [], []
    chars: dict[str, int] = {}
    for span in marked.spans:
        surface = marked.text[span.start_char : span.end_char]
        for word in (surface, span.attributes.get("name", surface)):
            chars.setdefault(word.lower(), span.start_char)
        optional = span.attributes.get("ignore") == "yes"
        if span.label in _LISTS:
            name = span.attributes.get("name", surface)
            new = _Surfaces(set(), optional, span.start_char)
            named[span.label].setdefault(name.lower(), new).names.update((name, surface))
        elif span.label == "COHORT":
            cohorts += _ignored_cohorts(surface, span) if optional else [_cohort(span)]
        elif span.label == "ADVERSE_EVENT":
            events.append(_event(span, surface, optional))
    settings = frozenset(header.get("setting", ()))
    if strange := settings - set(SETTINGS):
        raise GoldError(f"unknown setting {', '.join(strange)}")
    if unknown := set(header.get("kind", ())) - set(DOCUMENT_KINDS):
        raise GoldError(f"unknown kind {', '.join(unknown)}")
    return GoldFacts(
        cohorts=tuple(cohorts),
        adverse_events=tuple(events),
        relations=tuple(_relation(line, chars) for line in header.get("relation", ())),
        settings=settings,
        **{
            _LISTS[label]: tuple(Named(frozenset(s.names), s.optional, s.char) for s in found.values())
            for label, found in named.items()
        },
    )


def _ignored_cohorts(surface: str, span: MarkedSpan) -> list[GoldCohort]:
    """A group that may be read or not needs no attributes: its size is the number in it."""
    numbers = [number for number in find_numbers(surface) if number.kind == "integer"]
    return [GoldCohort(int(n.value), "", optional=True, char=span.start_char) for n in numbers[:1]]


def _cohort(span: MarkedSpan) -> GoldCohort:
    if "n" not in span.attributes or "role" not in span.attributes:
        raise GoldError(f"a COHORT needs n and role: {span.attributes}")
    return GoldCohort(int(span.attributes["n"]), span.attributes["role"], char=span.start_char)


def _event(span: MarkedSpan, surface: str, optional: bool) -> GoldAdverseEvent:
    figures = tuple(float(span.attributes[name]) if name in span.attributes else None for name in _FIGURES)
    names = frozenset({surface, span.attributes.get("name", surface)})
    return GoldAdverseEvent(
        names, span.attributes.get("assertion", "present"), figures, optional, span.start_char
    )


def _relation(line: str, chars: Mapping[str, int]) -> GoldRelation:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) not in (3, 4) or parts[0] not in PREDICATES:
        raise GoldError(f"relation {line!r}; write: predicate | subject | object [| status]")
    if len(parts) == 4 and parts[3] not in TREATS_STATUSES:
        raise GoldError(f"relation {line!r}; the status is one of {', '.join(TREATS_STATUSES)}")
    for name in parts[1:3]:
        if name.lower() not in chars:
            raise GoldError(f"relation {line!r}: {name!r} is not tagged in the text")
    status = parts[3] if len(parts) == 4 else None
    return GoldRelation(parts[0], parts[1], parts[2], status, chars[parts[2].lower()])


def read_document_gold(gold: Path, text: Path) -> GoldCase:
    """Document-level gold: a JSON file of facts beside a plain text.

    Raises:
        GoldError: a key is missing, or a surface is not in the text.
    """
    try:
        facts: dict[str, Any] = json.loads(gold.read_text(encoding="utf-8"))
        content = text.read_text(encoding="utf-8")
        case = GoldCase(facts["id"], content, _json_facts(facts, content))
    except (KeyError, json.JSONDecodeError) as error:
        raise GoldError(f"{gold.name}: {error!r}") from error
    for entry in (*facts["antigens"], *facts["diseases"], *facts["therapies"]):
        for surface in entry["surface"]:
            if surface not in content:
                raise GoldError(f"{gold.name}: {surface!r} is not in {text.name}")
    return case


def _json_facts(facts: Mapping[str, Any], text: str) -> GoldFacts:
    def place(words: str) -> int | None:
        found = text.find(words)
        return found if found >= 0 else None

    surfaces: dict[str, int | None] = {}

    def named(entries: Iterable[Mapping[str, Any]]) -> tuple[Named, ...]:
        things = []
        for entry in entries:
            name, chars = entry.get("symbol") or entry["name"], map(place, entry["surface"])
            surfaces[name] = char = min((c for c in chars if c is not None), default=None)
            things.append(Named(frozenset({name, *entry["surface"]}), char=char))
        return tuple(things)

    settings = {"mouse": "animal", "other_animal": "animal"}
    keys = ("grade_min", "grade_max", "n", "of", "percent")
    read = GoldFacts(
        antigens=named(facts["antigens"]),
        diseases=named(facts["diseases"]),
        therapies=named(facts["therapies"]),
        cohorts=tuple(
            GoldCohort(int(c["n"]), c["role"], char=place(c.get("quote", ""))) for c in facts["cohorts"]
        ),
        adverse_events=tuple(
            GoldAdverseEvent(
                frozenset({e["term"]}),
                e["assertion"],
                tuple(e[key] for key in keys),
                char=place(e.get("quote", "")),
            )
            for e in facts["adverse_events"]
        ),
        settings=frozenset(settings.get(word, word) for word in facts["setting"]),
    )
    pairs = [("targets", *pair, None) for pair in facts["targets"]]
    triples = [("treats", *triple) for triple in facts["treats"]]
    relations = tuple(
        GoldRelation(predicate, subject, target, status, surfaces.get(target))
        for predicate, subject, target, status in [*pairs, *triples]
    )
    return replace(read, relations=relations)
