"""What a fact says, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from pipeline.comparison.facts import Fact

#: Concept id → its name; an id that is not known stands for itself.
Names = Callable[[str], str]

_SEEN: Final = {"present": "seen", "absent": "denied", "possible": "feared"}
_COMPARATORS: Final = {"=": "", "~": "about ", ">=": "at least ", "<=": "at most "}


def sentence(table: str, fact: Fact, names: Names) -> str:
    """A fact in words: who, what, how many, and how it is meant."""
    return _WORDINGS[table](fact.values, names)


def _document(values: Mapping[str, Any], _names: Names) -> str:
    title = f" “{values['title']}”" if values["title"] else ""
    published = f", {values['published_on']}" if values["published_on"] else ""
    copy = f"; repeats {values['duplicate_of']}" if values["duplicate_of"] else ""
    return f"{values['kind']}{title}{published} ({values['source_uri']}){copy}"


def _study(values: Mapping[str, Any], names: Names) -> str:
    phase = f"phase {values['phase']} " if values["phase"] else ""
    trials = f" {', '.join(values['trial_ids'])}" if values["trial_ids"] else ""
    therapy = f" of {values['therapy_name']}" if values["therapy_name"] else ""
    antigens = _listed(" against ", map(names, values["antigen_concept_ids"]))
    diseases = _listed(" for ", map(names, values["disease_concept_ids"]))
    size = f", {values['n_subjects']} {values['n_role'] or 'subjects'}" if values["n_subjects"] else ""
    return f"{phase}study{trials}{therapy}{antigens}{diseases}{size}{_setting(values)}"


def _cohort(values: Mapping[str, Any], names: Names) -> str:
    disease = f" with {names(values['disease_concept_id'])}" if values["disease_concept_id"] else ""
    therapy = f", given {values['therapy']}" if values["therapy"] else ""
    size = f"{_COMPARATORS.get(values['comparator'], '')}{values['n']} {values['unit']}"
    return f"{size} {values['role']}{disease}{therapy}{_setting(values)}"


def _adverse_event(values: Mapping[str, Any], _names: Names) -> str:
    how = _SEEN.get(values["assertion"], values["assertion"])
    figures = [_grades(values), _affected(values)]
    therapy = [f"after {values['therapy']}"] if values["therapy"] else []
    return f"{', '.join(filter(None, [values['term'], how, *figures, *therapy]))}{_setting(values)}"


def _grades(values: Mapping[str, Any]) -> str:
    low, high = values["grade_min"], values["grade_max"]
    if low is None and high is None:
        return ""
    if high is None:
        return f"grade {low} or higher"
    if low is None:
        return f"grade {high} or lower"
    return f"grade {low}" if low == high else f"grade {low} to {high}"


def _affected(values: Mapping[str, Any]) -> str:
    affected, at_risk, percent = values["n_affected"], values["n_at_risk"], values["percent"]
    share = "" if percent is None else f"{percent:g} %"
    group = "" if at_risk is None else f" of {at_risk}"
    if affected is None:
        return f"in {share}{group}" if share else ""
    return f"in {affected}{group}" + (f" ({share})" if share else "")


def _relation(values: Mapping[str, Any], _names: Names) -> str:
    status = f" [{values['status']}]" if values["status"] else ""
    return f"{values['subject']} {values['predicate']} {values['object']}{status}{_assertion(values)}"


def _mention(values: Mapping[str, Any], names: Names) -> str:
    kind = str(values["label"]).replace("_", " ").lower()
    concept = f" {names(values['concept_id'])}" if values["concept_id"] else ""
    return f"“{values['text']}” names the {kind}{concept}{_assertion(values)}"


def _assertion(values: Mapping[str, Any]) -> str:
    word = "" if values["assertion"] == "present" else f", {values['assertion']}"
    return f"{word}{_setting(values)}"


def _setting(values: Mapping[str, Any]) -> str:
    return "" if values["setting"] == "unknown" else f", {str(values['setting']).replace('_', ' ')}"


def _listed(before: str, words: Iterable[str]) -> str:
    told = ", ".join(words)
    return f"{before}{told}" if told else ""


_WORDINGS: Final[Mapping[str, Callable[[Mapping[str, Any], Names], str]]] = {
    "documents": _document,
    "studies": _study,
    "cohorts": _cohort,
    "adverse_events": _adverse_event,
    "relations": _relation,
    "mentions": _mention,
}
