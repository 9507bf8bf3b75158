"""Score what was read against gold: sets of facts a document, micro-averaged over documents.

A predicted thing is right if one of its names (surface or name of its concept) is one of the gold's names,
both in normal form. Broad classes of therapy ("CAR T cells") are neither asked for nor counted as spurious;
in relations they stand for each other.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pipeline.evaluation.gold import GoldFacts, GoldRelation, Named
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
_RESAMPLES = 1000
Names = frozenset[str]


@dataclass
class Tally:
    """Right, spurious and missed facts of one field; the last two by what they say."""

    n_right: int = 0
    spurious: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found."""
        return f1_score(self.n_right, len(self.spurious), len(self.missed))


def f1_score(n_right: int, n_spurious: int, n_missed: int) -> float:
    """F1 in 0..1 from counts; 1 for three zeros."""
    total = 2 * n_right + n_spurious + n_missed
    return 2 * n_right / total if total else 1.0


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

    def tallies(self) -> dict[str, Tally]:
        gold = self.gold
        return {
            "antigens": _match(gold.antigens, self._things("ANTIGEN")),
            "diseases": _match(gold.diseases, self._things("DISEASE")),
            "therapies": _match(gold.therapies, self._things("THERAPY"), free=_generic),
            **self._cohorts(),
            **self._adverse_events(),
            **self._relations(),
            "setting": _compare(set(gold.settings), {s.setting for s in self.rows.studies} - {"unknown"}),
        }

    def _things(self, label: str) -> list[Names]:
        merged: dict[str, set[str]] = {}
        for mention in self.rows.mentions:
            if mention.label == label:
                key = mention.concept_id or normal_form(mention.text)
                merged.setdefault(key, set()).update(self.names[mention.mention_id])
        return [frozenset(names) for names in merged.values()]

    def _cohorts(self) -> dict[str, Tally]:
        wanted, found = self.gold.cohorts, self.rows.cohorts
        return {
            "cohorts": _compare({str(c.n) for c in wanted}, {str(c.n) for c in found}),
            "cohorts+role": _compare({f"{c.n} {c.role}" for c in wanted}, {f"{c.n} {c.role}" for c in found}),
        }

    def _adverse_events(self) -> dict[str, Tally]:
        wanted = [(_forms(e.names), e) for e in self.gold.adverse_events]

        def term(names: Names) -> str:
            known = next((forms for forms, _ in wanted if forms & names), names)
            return min(known, default="?")

        def own_names(row: AdverseEventRow) -> Names:
            return _forms((row.term,)) | self.names.get(row.mention_id, frozenset())

        optional = {term(forms) for forms, event in wanted if event.optional}
        tallies = {}
        for name, detail in (
            ("", _nothing),
            ("+assertion", _assertion),
            ("+figures", _assertion_and_figures),
        ):
            asked = {
                f"{term(forms)}{detail(e.assertion, e.figures)}" for forms, e in wanted if not e.optional
            }
            read = {
                f"{term(own_names(row))}{detail(row.assertion, _figures(row))}"
                for row in self.rows.adverse_events
                if term(own_names(row)) not in optional
            }
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
            asked = [(wanted(r, known), r.status) for r in self.gold.relations if r.predicate == predicate]
            read = []
            for row in self.rows.relations:
                if row.predicate == predicate and row.assertion != "absent":
                    subject = therapy(self.names[row.subject_mention_id])
                    target = party(self.names[row.object_mention_id], known)
                    read.append((f"{subject} > {target}", row.status))
            tallies[predicate] = _compare({pair for pair, _ in asked}, {pair for pair, _ in read})
            if predicate == "treats":
                tallies["treats+status"] = _compare(
                    {f"{pair} {status}" for pair, status in asked},
                    {f"{pair} {status}" for pair, status in read},
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


def _compare(wanted: set[str], found: set[str]) -> Tally:
    return Tally(len(wanted & found), sorted(found - wanted), sorted(wanted - found))


def _match(
    gold: Sequence[Named], found: Sequence[Names], free: Callable[[Names], bool] = lambda _: False
) -> Tally:
    wanted = [(_forms(thing.names), thing.optional) for thing in gold]
    tally = Tally()
    hit: set[int] = set()
    for names in found:
        places = [i for i, (forms, _) in enumerate(wanted) if forms & names]
        if places:
            hit.update([i for i in places if i not in hit][:1])
        elif not free(names):
            tally.spurious.append(min(names, default="?"))
    tally.n_right = sum(not wanted[i][1] for i in hit)
    tally.missed = [min(forms) for i, (forms, optional) in enumerate(wanted) if i not in hit and not optional]
    return tally


@dataclass(frozen=True)
class FieldScore:
    """Micro-averaged scores of a field over documents, with a 95% bootstrap interval of F1 over documents."""

    n_right: int
    n_spurious: int
    n_missed: int
    f1: float
    f1_low: float
    f1_high: float

    @property
    def precision(self) -> float:
        """Share of what was read that is right; 1 if nothing was read."""
        read = self.n_right + self.n_spurious
        return self.n_right / read if read else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold that was read; 1 if there is none."""
        wanted = self.n_right + self.n_missed
        return self.n_right / wanted if wanted else 1.0


def summarise(documents: Sequence[Mapping[str, Tally]], seed: int = 0) -> dict[str, FieldScore]:
    """Micro-average over documents; the interval is a percentile bootstrap over documents.

    Args:
        documents: what `score_facts` gave for each document.
        seed: of the resampling, fixed so that two runs print the same.
    """
    draw = random.Random(seed)
    scores = {}
    for name in FIELDS:
        counts = [(t.n_right, len(t.spurious), len(t.missed)) for t in (d[name] for d in documents)]
        resampled = sorted(
            f1_score(*_sums(draw.choices(counts, k=len(counts)))) for _ in range(_RESAMPLES if counts else 0)
        )
        low, high = (resampled[int(_RESAMPLES * q)] for q in (0.025, 0.975)) if counts else (0.0, 0.0)
        sums = _sums(counts)
        scores[name] = FieldScore(*sums, f1_score(*sums), low, high)
    return scores


def _sums(counts: Iterable[tuple[int, int, int]]) -> tuple[int, int, int]:
    right = spurious = missed = 0
    for one in counts:
        right, spurious, missed = right + one[0], spurious + one[1], missed + one[2]
    return right, spurious, missed
