"""Evidence table: one row per study, the statements that count for it, and who tells it again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pipeline.analysis.columns import COUNT, DAY, FLAG, NUMBER, TEXT, TEXTS, ReadyColumn
from pipeline.analysis.documents import Values
from pipeline.analysis.evidence import address_of
from pipeline.analysis.figures import SCOPES, Figure, Scope, StudyFigures
from pipeline.analysis.frames import stored_table
from pipeline.store import Snapshot

CRS: Final = "cytokine release syndrome"
ICANS: Final = "immune effector cell-associated neurotoxicity syndrome"
#: What ICANS was called before 2019, and still is in news.
NEUROTOXICITY: Final = "neurotoxicity"

#: Of documents that tell one study, the first of these counts.
_KINDS: Final = ("paper", "preprint", "abstract", "registry", "news", "other", "forum")
_PREFIXES: Final[Mapping[Scope, str]] = {"any": "", ">=3": "_grade3"}


def _event_columns(event: str, name: str) -> list[ReadyColumn]:
    columns = []
    for scope, suffix in _PREFIXES.items():
        stem, what = f"{event}{suffix}", f"{name}, {'any grade' if scope == 'any' else 'grade 3 and more'}"
        columns += [
            ReadyColumn(stem, TEXT, f"{what}: present, absent, or null where nothing is stated"),
            ReadyColumn(f"{stem}_affected", COUNT, f"{what}: how many had it", "subjects"),
            ReadyColumn(f"{stem}_at_risk", COUNT, f"{what}: out of how many", "subjects"),
            ReadyColumn(f"{stem}_percent", NUMBER, f"{what}: share, 0..100", "%"),
            ReadyColumn(
                f"{stem}_denominator", TEXT, f"{what}: source of at_risk: stated, cohort, study, parts"
            ),
            ReadyColumn(f"{stem}_ids", TEXTS, f"{what}: rows of adverse_events that it was read from"),
        ]
    return columns


EVIDENCE_COLUMNS: Final[tuple[ReadyColumn, ...]] = (
    ReadyColumn("study_id", TEXT, "the study in its document"),
    ReadyColumn("doc_id", TEXT, "the document"),
    ReadyColumn("product", TEXT, "name of the therapy under study"),
    ReadyColumn("product_concept_id", TEXT, "its concept (CURIE)"),
    ReadyColumn("antigens", TEXTS, "names of the antigens aimed at"),
    ReadyColumn("antigen_concept_ids", TEXTS, "their concepts, in the same order"),
    ReadyColumn("diseases", TEXTS, "names of the diseases treated"),
    ReadyColumn("disease_concept_ids", TEXTS, "their concepts, in the same order"),
    ReadyColumn("phase", TEXT, "phase of the trial: 1, 1/2, 2, 2/3, 3, 4"),
    ReadyColumn("setting", TEXT, "who or what was studied: human, animal, in_vitro, unknown"),
    ReadyColumn("n", COUNT, "headline number of subjects", "subjects"),
    ReadyColumn("n_role", TEXT, "what that number counts: treated, enrolled, evaluable, screened, arm"),
    ReadyColumn("n_comparator", TEXT, "how that number is meant: =, ~ (about), >=, <="),
    *_event_columns("crs", "cytokine release syndrome"),
    *_event_columns("icans", "ICANS"),
    ReadyColumn(
        "icans_term", TEXT, "what the columns on ICANS count: ICANS, or neurotoxicity where it alone is told"
    ),
    ReadyColumn("trial_ids", TEXTS, "registry ids (NCT…)"),
    ReadyColumn("title", TEXT, "title of the document"),
    ReadyColumn("kind", TEXT, "genre of the document"),
    ReadyColumn("published_on", DAY, "date of publication", "date"),
    ReadyColumn("source", TEXT, "where to read it: web address, DOI, PubMed, else its file"),
    ReadyColumn("study_key", TEXT, "same for the same study in other documents"),
    ReadyColumn("cohort_id", TEXT, "cohort that states n"),
    ReadyColumn(
        "is_planned", FLAG, "no subjects and no events are reported yet: registered or proposed alone"
    ),
    ReadyColumn(
        "repeats", TEXT, "study_id of the row that counts, where this one tells the same study again"
    ),
)

FIGURE_COLUMNS: Final[tuple[ReadyColumn, ...]] = (
    ReadyColumn("study_id", TEXT, "the study in its document"),
    ReadyColumn("doc_id", TEXT, "the document"),
    ReadyColumn("setting", TEXT, "who or what was studied"),
    ReadyColumn("term", TEXT, "normalised name of the event"),
    ReadyColumn("concept_id", TEXT, "its concept (CURIE)"),
    ReadyColumn("grades", TEXT, "grades that the figure is about (CTCAE): any, >=3"),
    ReadyColumn("assertion", TEXT, "present or absent"),
    ReadyColumn("affected", COUNT, "how many had it", "subjects"),
    ReadyColumn("at_risk", COUNT, "out of how many", "subjects"),
    ReadyColumn("percent", NUMBER, "share, 0..100", "%"),
    ReadyColumn("denominator", TEXT, "where at_risk was read: stated, cohort, study, parts"),
    ReadyColumn("count", TEXT, "where affected was read: stated, percent, denial, sum"),
    ReadyColumn("adverse_event_ids", TEXTS, "rows of adverse_events that it was read from"),
    ReadyColumn(
        "repeats", TEXT, "study_id of the row that counts, where this one tells the same study again"
    ),
)


@dataclass(frozen=True)
class Study:
    """A row of `studies` with its document, what its concepts are called, and its figures."""

    values: Values
    document: Values
    comparator: str | None
    product: str | None
    antigens: tuple[str, ...]
    diseases: tuple[str, ...]
    figures: tuple[Figure, ...]
    is_planned: bool

    @property
    def n(self) -> int | None:
        """Its headline number of subjects; None where none is stated, or that of another study alone."""
        number: int | None = self.values["n_subjects"]
        return number if self.values["n_role"] != "external" else None


class Studies:
    """All studies of a snapshot with their figures; read once, when first asked for."""

    def __init__(self, stored: Snapshot) -> None:
        self._stored = stored

    @cached_property
    def all(self) -> list[Study]:
        """The studies in the order of the table."""
        names = _by(self._rows("concepts", "concept_id", "name"), "concept_id")
        documents = _by(
            self._rows(
                "documents", "doc_id", "title", "kind", "published_on", "duplicate_of",
                "url", "doi", "pmid", "pmcid", "source_uri",
            ),
            "doc_id",
        )  # fmt: skip
        cohorts = self._by_document("cohorts")
        events = self._by_document("adverse_events")
        concept_of = self._concepts_of_therapies()
        uses = self._uses()
        studies = self._by_document("studies")
        found = []
        for doc_id, told in studies.items():
            of_document = _by(cohorts.get(doc_id, []), "cohort_id")
            for values, statements in _assigned(told, events.get(doc_id, []), concept_of):
                figures = tuple(StudyFigures(values, of_document, concept_of).read(statements))
                cohort = of_document.get(values["cohort_id"] or "")
                is_bare = cohort is None and not figures
                is_use_planned = uses.get((doc_id, values["therapy_concept_id"]), set()) == {"proposed"}
                found.append(
                    Study(
                        values=values,
                        document=documents[doc_id],
                        comparator=cohort["comparator"] if cohort else None,
                        product=_name(names, values["therapy_concept_id"]) or values["therapy_name"],
                        antigens=tuple(_name(names, c) or c for c in values["antigen_concept_ids"]),
                        diseases=tuple(_name(names, c) or c for c in values["disease_concept_ids"]),
                        figures=figures,
                        is_planned=is_bare and (documents[doc_id]["kind"] == "registry" or is_use_planned),
                    )
                )
        return found

    @cached_property
    def repeats(self) -> dict[str, str]:
        """`study_id` → `study_id` of the row that counts, for each study that is told again.

        Two rows tell the same study where they have the same `study_key`, or where one document repeats the
        other (`documents.duplicate_of`) and the settings are the same.
        """
        groups: dict[str, list[Study]] = defaultdict(list)
        leader = _Groups()
        for study in self.all:
            own = study.values["study_id"]
            if key := study.values["study_key"]:
                leader.join(own, f"key {key}")
        for (doc_id, setting), told in self._by_setting.items():
            original = told[0].document["duplicate_of"] or doc_id
            for ordinal, study in enumerate(told):
                # Copies tell as many studies as their original, in the same order.
                leader.join(study.values["study_id"], f"text {original} {setting} {ordinal} of {len(told)}")
        for study in self.all:
            groups[leader.of(study.values["study_id"])].append(study)
        repeated = {}
        for group in groups.values():
            first, *others = sorted(group, key=_rank)
            repeated.update({study.values["study_id"]: first.values["study_id"] for study in others})
        return repeated

    @cached_property
    def _by_setting(self) -> dict[tuple[str, str], list[Study]]:
        found: dict[tuple[str, str], list[Study]] = defaultdict(list)
        for study in self.all:
            found[study.document["doc_id"], study.values["setting"]].append(study)
        return found

    def _rows(self, table: str, *columns: str) -> list[Values]:
        rows: list[Values] = stored_table(self._stored, table, columns or None).to_pylist()
        return rows

    def _by_document(self, table: str) -> dict[str, list[Values]]:
        found: dict[str, list[Values]] = defaultdict(list)
        for row in self._rows(table):
            found[row["doc_id"]].append(row)
        return found

    def _concepts_of_therapies(self) -> dict[str, str | None]:
        rows = self._rows("mentions", "mention_id", "label", "concept_id")
        return {row["mention_id"]: row["concept_id"] for row in rows if row["label"] == "THERAPY"}

    def _uses(self) -> dict[tuple[str, str | None], set[str]]:
        """Document and therapy → how far its uses have come."""
        found: dict[tuple[str, str | None], set[str]] = defaultdict(set)
        for row in self._rows(
            "relations", "doc_id", "predicate", "subject_concept_id", "status", "assertion"
        ):
            if row["predicate"] == "treats" and row["assertion"] != "absent" and row["status"]:
                found[row["doc_id"], row["subject_concept_id"]].add(row["status"])
        return found


def _by(rows: Sequence[Values], key: str) -> dict[str, Values]:
    return {row[key]: row for row in rows}


def _name(names: Mapping[str, Values], concept_id: str | None) -> str | None:
    return names[concept_id]["name"] if concept_id is not None and concept_id in names else None


def _assigned(
    studies: Sequence[Values], events: Sequence[Values], concept_of: Mapping[str, str | None]
) -> Iterator[tuple[Values, list[Values]]]:
    """Each study with the statements that count for it (rule 1)."""
    by_setting = Counter(study["setting"] for study in studies)
    for study in studies:
        same = [event for event in events if event["setting"] == study["setting"]]
        if by_setting[study["setting"]] > 1:
            rivals = [one for one in studies if one["setting"] == study["setting"]]
            same = [event for event in same if _owners(event, rivals, concept_of) == [study["study_id"]]]
        yield study, same


def _owners(event: Values, studies: Sequence[Values], concept_of: Mapping[str, str | None]) -> list[str]:
    given = concept_of.get(event["therapy_mention_id"] or "")
    named = [s["study_id"] for s in studies if given is not None and s["therapy_concept_id"] == given]
    seen_in = [s["study_id"] for s in studies if s["cohort_id"] and s["cohort_id"] == event["cohort_id"]]
    return named if len(named) == 1 else seen_in


def _rank(study: Study) -> tuple[Any, ...]:
    """Sorts the rows of one study: the one that counts comes first."""
    document, published = study.document, study.document["published_on"]
    return (
        document["duplicate_of"] is not None,
        study.is_planned,
        _KINDS.index(document["kind"]) if document["kind"] in _KINDS else len(_KINDS),
        -(study.values["n_subjects"] or 0),
        -published.toordinal() if published else 0,
        study.values["study_id"],
    )


class _Groups:
    """Things joined pair by pair, and the one that stands for each group."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def of(self, one: str) -> str:
        while (above := self._above.get(one, one)) != one:
            one = above
        return one

    def join(self, one: str, other: str) -> None:
        self._above[self.of(one)] = self.of(other)


def evidence_rows(studies: Studies) -> Iterator[Values]:
    """The evidence table, row by row, in the order of the table `studies`."""
    for study in studies.all:
        values, document = study.values, study.document
        figures = {(figure.term, figure.scope): figure for figure in study.figures}
        told = next(
            (term for term in (ICANS, NEUROTOXICITY) if any((term, s) in figures for s in SCOPES)), None
        )
        is_own = values["n_role"] != "external"
        yield {
            "study_id": values["study_id"],
            "doc_id": values["doc_id"],
            "product": study.product,
            "product_concept_id": values["therapy_concept_id"],
            "antigens": list(study.antigens),
            "antigen_concept_ids": values["antigen_concept_ids"],
            "diseases": list(study.diseases),
            "disease_concept_ids": values["disease_concept_ids"],
            "phase": values["phase"],
            "setting": values["setting"],
            "n": study.n,
            "n_role": values["n_role"] if is_own else None,
            "n_comparator": study.comparator if is_own else None,
            **_event_cells("crs", CRS, figures),
            **_event_cells("icans", told or ICANS, figures),
            "icans_term": told,
            "trial_ids": values["trial_ids"],
            "title": document["title"],
            "kind": document["kind"],
            "published_on": document["published_on"],
            "source": address_of(document),
            "study_key": values["study_key"],
            "cohort_id": values["cohort_id"],
            "is_planned": study.is_planned,
            "repeats": studies.repeats.get(values["study_id"]),
        }


def _event_cells(event: str, term: str, figures: Mapping[tuple[str, Scope], Figure]) -> Values:
    cells: Values = {}
    for scope, suffix in _PREFIXES.items():
        figure, stem = figures.get((term, scope)), f"{event}{suffix}"
        cells[f"{stem}_ids"] = list(figure.adverse_event_ids) if figure else []
        if figure:
            cells[stem] = figure.assertion
            cells[f"{stem}_affected"] = figure.affected
            cells[f"{stem}_at_risk"] = figure.at_risk
            cells[f"{stem}_percent"] = figure.percent
            cells[f"{stem}_denominator"] = figure.denominator
    return cells


def figure_rows(studies: Studies) -> Iterator[Values]:
    """All figures of all studies, row by row."""
    for study in studies.all:
        for figure in study.figures:
            yield {
                "study_id": figure.study_id,
                "doc_id": study.values["doc_id"],
                "setting": study.values["setting"],
                "term": figure.term,
                "concept_id": figure.concept_id,
                "grades": figure.scope,
                "assertion": figure.assertion,
                "affected": figure.affected,
                "at_risk": figure.at_risk,
                "percent": figure.percent,
                "denominator": figure.denominator,
                "count": figure.count,
                "adverse_event_ids": list(figure.adverse_event_ids),
                "repeats": studies.repeats.get(figure.study_id),
            }
