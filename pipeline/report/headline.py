"""Headline numbers, each with a word on how it was counted; a study that is told twice is counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: Groups that nobody has treated are no patients of a study.
_NOT_PATIENTS: Final = ("screened", "external")


@dataclass(frozen=True)
class Number:
    """A headline number.

    Attributes:
        name: what is counted.
        value: the number as shown.
        note: how it was counted, in a few words.
    """

    name: str
    value: str
    note: str


def headline(
    n_documents: int, n_copies: int, n_failures: int, evidence: Sequence[Mapping[str, Any]]
) -> list[Number]:
    """The numbers of a snapshot.

    Args:
        n_documents: documents in the snapshot.
        n_copies: those of them that repeat another one.
        n_failures: documents or parts that the last run could not read.
        evidence: rows of the evidence table.
    """
    studies = counted(evidence)
    human = [study for study in studies if study["setting"] == "human"]
    sized = [study for study in human if study["n"] is not None and study["n_role"] not in _NOT_PATIENTS]
    settings = Counter(study["setting"] for study in studies)
    n_again = sum(study["repeats"] is not None for study in evidence)
    n_planned = sum(study["is_planned"] and study["repeats"] is None for study in evidence)
    known = settings["human"] + settings["animal"]
    return [
        _number("Documents", n_documents, _documents_told(n_copies, n_failures)),
        _number("Studies", len(studies), _not_counted(n_again, n_planned)),
        _number(
            "Patients",
            sum(study["n"] for study in sized),
            f"in {len(sized):,} of {len(human):,} human studies",
        ),
        _number("Products", len(_named(studies, "product")), "cell therapies under study"),
        _number("Targets", len(_named(studies, "antigens")), "antigens aimed at"),
        _number("Diseases", len(_named(studies, "diseases")), "treated in these studies"),
        Number(
            "Human : animal studies",
            f"{_percent(settings['human'], known)} : {_percent(settings['animal'], known)}" if known else "–",
            _settings_told(settings),
        ),
    ]


def counted(evidence: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that count: one of each study, whoever tells it again, and none that is only planned."""
    return [study for study in evidence if study["repeats"] is None and not study["is_planned"]]


def _documents_told(n_copies: int, n_failures: int) -> str:
    told = f"{n_copies:,} repeat another one" if n_copies else "none repeats another one"
    return f"{told}; {n_failures:,} could not be read" if n_failures else told


def _not_counted(n_again: int, n_planned: int) -> str:
    told = [f"{n_again:,} told again" if n_again else "", f"{n_planned:,} planned" if n_planned else ""]
    return f"not counting {' and '.join(filter(None, told))}" if any(told) else "each counted once"


def _number(name: str, value: int, note: str) -> Number:
    return Number(name, f"{value:,}", note)


def _named(studies: Sequence[Mapping[str, Any]], column: str) -> set[str]:
    found: set[str] = set()
    for study in studies:
        value = study[column]
        found.update([value] if isinstance(value, str) else value or ())
    return found


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"


def _settings_told(settings: Counter[str]) -> str:
    told = f"{settings['human']:,} in people, {settings['animal']:,} in animals"
    return f"{told}, {settings['in_vitro']:,} in vitro" if settings["in_vitro"] else told
