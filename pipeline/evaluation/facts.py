"""Score what was read against gold: sets of facts a document, micro-averaged over documents.

A predicted thing is right if one of its names (surface or name of its concept) is one of the gold's names,
both in normal form. Broad classes of therapy ("CAR T cells") are neither asked for nor counted as spurious;
in relations they stand for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from pipeline.evaluation.gold import GoldFacts, GoldRelation, Named
from pipeline.evaluation.scores import Counts, FieldScore, score
from pipeline.lexicon import normal_form
from pipeline.records import AdverseEventRow, Extraction

FIELDS: Final = (
    "antigens",
    "diseases",
    "therapies",
    "cohorts",
    "cohorts+role",
    "adverse_events",
    "adverse_events+assertion",
    "adverse_events+figures",
    "targets",
    "treats",
    "treats+status",
    "setting",
)
_GENERIC: Final = "(generic)"
#: Words that alone, or with each other, name no therapy in particular.
_BROAD: Final = frozenset(
    "car t nk cart cell chimeric antigen receptor lymphocyte autologous allogeneic engineered "
    "modified personalized adoptive transfer cellular gene anti cancer second third next generation "
    "conventional standard the these therapy treatment immunotherapy chemotherapy chemo "
    "chemoimmunotherapy steroid corticosteroid glucocorticoid lymphodepletion lymphodepleting "
    "conditioning leukapheresis apheresis bridging immunosuppressant immunosuppression "
    "immunosuppressive drug agent biologic antibiotic transplant transplantation stem radiotherapy "
    "radiation infusion placebo surgery product".split()
)
Names = frozenset[str]


class Fact(NamedTuple):
    """A fact by what it says, and a character of the sentence that says so (None if it has none)."""

    told: str
    char: int | None = None


@dataclass
class Tally:
    """Right, spurious and missed facts of one field."""

    n_right: int = 0
    spurious: list[Fact] = field(default_factory=list)
    missed: list[Fact] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        """For a score over documents."""
        n_gold, n_found = self.n_right + len(self.missed), self.n_right + len(self.spurious)
        return Counts(n_gold, n_found, self.n_right, self.n_right)


def score_facts(extraction: Extraction, gold: GoldFacts) -> dict[str, Tally]:
    """Compare one document's rows with its gold, field by field (`FIELDS`)."""
    return _Comparison(extraction, gold).tallies()


class _Comparison:
    def __init__(self, extraction: Extraction, gold: GoldFacts) -> None:
        self.rows, self.gold = extraction, gold
        concept_names = {c.concept_id: c.name for c in extraction.concepts}
        self.names: dict[str, Names] = {
            m.mention_id: _forms((m.text, concept_names.get(m.concept_id or "", "")))
            for m in extraction.mentions
        }
        self.chars = {m.mention_id: m.start_char for m in extraction.mentions}
        self.sentence_chars = {s.sentence_id: s.start_char for s in extraction.sentences}

    def tallies(self) -> dict[str, Tally]:
        gold = self.gold
        settings = {s.setting: None for s in self.rows.studies if s.setting != "unknown"}
        return {
            "antigens": _match(gold.antigens, self._things("ANTIGEN")),
            "diseases": _match(gold.diseases, self._things("DISEASE")),
            "therapies": _match(gold.therapies, self._things("THERAPY"), free=_generic),
            **self._cohorts(),
            **self._adverse_events(),
            **self._relations(),
            "setting": _compare(dict.fromkeys(gold.settings), settings),
        }

    def _things(self, label: str) -> list[tuple[Names, int]]:
        """Names and first character of each distinct thing."""
        merged: dict[str, set[str]] = {}
        chars: dict[str, int] = {}
        for mention in self.rows.mentions:
            if mention.label == label:
                key = mention.concept_id or normal_form(mention.text)
                merged.setdefault(key, set()).update(self.names[mention.mention_id])
                chars.setdefault(key, mention.start_char)
        return [(frozenset(names), chars[key]) for key, names in merged.items()]

    def _cohorts(self) -> dict[str, Tally]:
        free = {c.n for c in self.gold.cohorts if c.optional}
        wanted = [c for c in self.gold.cohorts if not c.optional]
        found = [c for c in self.rows.cohorts if c.n not in free or c.n in {w.n for w in wanted}]
        return {
            "cohorts": _compare(
                {str(c.n): c.char for c in wanted}, {str(c.n): self.chars[c.mention_id] for c in found}
            ),
            "cohorts+role": _compare(
                {f"{c.n} {c.role}": c.char for c in wanted},
                {f"{c.n} {c.role}": self.chars[c.mention_id] for c in found},
            ),
        }

    def _adverse_events(self) -> dict[str, Tally]:
        wanted = [(_forms(e.names), e) for e in self.gold.adverse_events]

        def term(names: Names) -> str:
            known = next((forms for forms, _ in wanted if forms & names), names)
            return min(known, default="?")

        def own_names(row: AdverseEventRow) -> Names:
            return _forms((row.term,)) | self.names.get(row.mention_id, frozenset())

        # What may be left out is free as it is told; a term that is asked for nowhere is free however told.
        optional = [(term(forms), event) for forms, event in wanted if event.optional]
        free_terms = {name for name, _ in optional} - {term(forms) for forms, e in wanted if not e.optional}
        tallies = {}
        for name, detail in (
            ("", _nothing),
            ("+assertion", _assertion),
            ("+figures", _assertion_and_figures),
        ):
            asked = {
                f"{term(forms)}{detail(e.assertion, e.figures)}": e.char
                for forms, e in wanted
                if not e.optional
            }
            read = {
                f"{term(own_names(row))}{detail(row.assertion, _figures(row))}": self.chars[row.mention_id]
                for row in self.rows.adverse_events
                if term(own_names(row)) not in free_terms
            }
            for known, event in optional:
                told = f"{known}{detail(event.assertion, event.figures)}"
                if told not in asked:
                    read.pop(told, None)
            tallies[f"adverse_events{name}"] = _compare(asked, read)
        return tallies

    def _relations(self) -> dict[str, Tally]:
        def party(names: Names, known: Sequence[Named]) -> str:
            index = next((i for i, thing in enumerate(known) if _forms(thing.names) & names), None)
            return f"{min(known[index].names)}" if index is not None else min(names, default="?")

        def therapy(names: Names) -> str:
            found = party(names, self.gold.therapies)
            return _GENERIC if _generic(names) and not _named(found, self.gold.therapies) else found

        objects = {"targets": self.gold.antigens, "treats": self.gold.diseases}

        def wanted(relation: GoldRelation, known: Sequence[Named]) -> str:
            subject = party(_forms((relation.subject,)), self.gold.therapies)
            if not _named(subject, self.gold.therapies):
                subject = _GENERIC
            return f"{subject} > {party(_forms((relation.object,)), known)}"

        tallies = {}
        for predicate, known in objects.items():
            asked = [(wanted(r, known), r) for r in self.gold.relations if r.predicate == predicate]
            read = [
                (f"{therapy(self.names[row.subject_mention_id])} > {target}", row)
                for row in self.rows.relations
                if row.predicate == predicate and row.assertion != "absent"
                for target in (party(self.names[row.object_mention_id], known),)
            ]
            tallies[predicate] = _compare(
                {pair: r.char for pair, r in asked},
                {pair: self.sentence_chars[row.sentence_id] for pair, row in read},
            )
            if predicate == "treats":
                tallies["treats+status"] = _compare(
                    {f"{pair} {r.status}": r.char for pair, r in asked},
                    {f"{pair} {row.status}": self.sentence_chars[row.sentence_id] for pair, row in read},
                )
        return tallies


def _forms(names: Iterable[str]) -> Names:
    return frozenset(normal_form(name) for name in names if name)


def _generic(names: Names) -> bool:
    return all(_BROAD.issuperset(name.replace("-", " ").split()) for name in names)


def _named(name: str, known: Sequence[Named]) -> bool:
    return any(name in thing.names for thing in known)


def _nothing(_assertion: str, _figures: Sequence[float | None]) -> str:
    return ""


def _assertion(assertion: str, _figures: Sequence[float | None]) -> str:
    return f" {assertion}"


def _assertion_and_figures(assertion: str, figures: Sequence[float | None]) -> str:
    return " ".join(("", assertion, *("-" if f is None else f"{f:.1f}" for f in figures)))


def _figures(row: AdverseEventRow) -> tuple[float | None, ...]:
    return (row.grade_min, row.grade_max, row.n_affected, row.n_at_risk, row.percent)


def _compare(wanted: Mapping[str, int | None], found: Mapping[str, int | None]) -> Tally:
    """Compare facts by what they say; the values are characters of their sentences."""
    return Tally(
        len(wanted.keys() & found.keys()),
        [Fact(told, found[told]) for told in sorted(found.keys() - wanted.keys())],
        [Fact(told, wanted[told]) for told in sorted(wanted.keys() - found.keys())],
    )


def _match(
    gold: Sequence[Named],
    found: Sequence[tuple[Names, int]],
    free: Callable[[Names], bool] = lambda _: False,
) -> Tally:
    wanted = [(_forms(thing.names), thing) for thing in gold]
    tally = Tally()
    hit: set[int] = set()
    for names, char in found:
        places = [i for i, (forms, _) in enumerate(wanted) if forms & names]
        if places:
            hit.update([i for i in places if i not in hit][:1])
        elif not free(names):
            tally.spurious.append(Fact(min(names, default="?"), char))
    tally.n_right = sum(not wanted[i][1].optional for i in hit)
    tally.missed = [
        Fact(min(forms), thing.char)
        for i, (forms, thing) in enumerate(wanted)
        if i not in hit and not thing.optional
    ]
    return tally


def summarise(documents: Sequence[Mapping[str, Tally]]) -> dict[str, FieldScore]:
    """Micro-average what `score_facts` gave for each document, field by field."""
    return {name: score([document[name].counts for document in documents]) for name in FIELDS}
