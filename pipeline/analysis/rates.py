"""Rates of adverse events, pooled over studies, with Wilson intervals; and studies over time."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, Literal, get_args

import pyarrow as pa

from pipeline.analysis.columns import COUNT, NUMBER, TEXT, ReadyColumn
from pipeline.analysis.documents import Values
from pipeline.analysis.figures import SCOPES
from pipeline.analysis.studies import CRS, ICANS, Studies, Study
from pipeline.errors import UsageError

#: What rates can be told by.
Group = Literal["antigen", "disease", "therapy", "phase", "setting"]
Period = Literal["year", "quarter", "month"]
GROUPS: Final[tuple[str, ...]] = get_args(Group)
PERIODS: Final[tuple[str, ...]] = get_args(Period)

#: The group of studies that do not say what rates are told by.
NOT_STATED: Final = "not stated"
#: Abbreviations of events that are usually meant.
_SHORT: Final = {"crs": CRS, "icans": ICANS}
#: Standard normal quantile of a two-sided interval of 95%.
_Z: Final = 1.959963984540054
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}

_RATE_COLUMNS: Final[tuple[ReadyColumn, ...]] = (
    ReadyColumn("term", TEXT, "normalised name of the event"),
    ReadyColumn("grades", TEXT, "grades that the rate is about (CTCAE): any, >=3"),
    ReadyColumn("n_studies", COUNT, "how many studies state both figures", "studies"),
    ReadyColumn("affected", COUNT, "sum of those who had it", "subjects"),
    ReadyColumn("at_risk", COUNT, "sum of those at risk", "subjects"),
    ReadyColumn("percent", NUMBER, "100 × affected / at_risk", "%"),
    ReadyColumn("low", NUMBER, "lower end of the 95% Wilson interval", "%"),
    ReadyColumn("high", NUMBER, "upper end of the 95% Wilson interval", "%"),
)
TIMELINE_COLUMNS: Final[tuple[ReadyColumn, ...]] = (
    # A time and no date, since that is what charts take.
    ReadyColumn("period", pa.timestamp("s"), "first day of the year, quarter or month", "date"),
    ReadyColumn("setting", TEXT, "who or what was studied"),
    ReadyColumn("n_documents", COUNT, "documents that tell the studies", "documents"),
    ReadyColumn("n_studies", COUNT, "studies published in the period", "studies"),
    ReadyColumn("n_subjects", COUNT, "sum of their headline numbers, null where none states one", "subjects"),
    ReadyColumn("n_studies_so_far", COUNT, "studies up to the end of the period", "studies"),
)


def rate_columns(by: Sequence[str]) -> tuple[ReadyColumn, ...]:
    """The columns of rates told by these groups."""
    named = (ReadyColumn(name, TEXT, f"{name} of the studies, several joined by ' + '") for name in by)
    return (*named, *_RATE_COLUMNS)


def wilson(affected: int, at_risk: int) -> tuple[float, float]:
    """The 95% Wilson score interval of a share, in percent.

    Wilson (1927), J. Am. Stat. Assoc. 22: 209-212. Unlike the normal interval it stays within 0..100,
    also for none of a few.

    Example:
        >>> [round(end, 1) for end in wilson(0, 12)]
        [0.0, 24.2]
    """
    share, square = affected / at_risk, _Z**2
    middle = share + square / (2 * at_risk)
    half = _Z * math.sqrt(share * (1 - share) / at_risk + square / (4 * at_risk**2))
    scale = 100 / (1 + square / at_risk)
    return max(0.0, (middle - half) * scale), min(100.0, (middle + half) * scale)


def rate_rows(
    studies: Studies,
    by: Sequence[str],
    terms: Collection[str] | None,
    setting: str | None,
    each: bool,
) -> Iterator[Values]:
    """Pooled rates, sorted by group, event and grades.

    Raises:
        UsageError: a group is not known.
    """
    if unknown := [name for name in by if name not in GROUPS]:
        raise UsageError(f"rates are not told by {unknown[0]!r}: use {', '.join(GROUPS)}")
    terms = [terms] if isinstance(terms, str) else terms
    wanted = None if terms is None else {_SHORT.get(term.casefold(), term.casefold()) for term in terms}
    sums: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for study in counted(studies, setting):
        for figure in study.figures:
            if figure.affected is None or not figure.at_risk:
                continue
            if wanted is not None and wanted.isdisjoint(
                {figure.term.casefold(), (figure.concept_id or "").casefold()}
            ):
                continue
            for group in _groups(study, by, each):
                key = (*group, figure.term, figure.scope)
                sums[key].append((figure.affected, figure.at_risk))
    # "any" before ">=3".
    for key in sorted(sums, key=lambda key: (*key[:-1], SCOPES.index(key[-1]))):
        affected, at_risk = (sum(pair[place] for pair in sums[key]) for place in (0, 1))
        low, high = wilson(affected, at_risk)
        yield {
            **dict(zip([*by, "term", "grades"], key, strict=True)),
            "n_studies": len(sums[key]),
            "affected": affected,
            "at_risk": at_risk,
            "percent": 100 * affected / at_risk,
            "low": low,
            "high": high,
        }


def counted(studies: Studies, setting: str | None) -> Iterator[Study]:
    """The studies that count: each once, none that is only planned, of one setting or (None) of all."""
    for study in studies.all:
        is_meant = setting is None or study.values["setting"] == setting
        if is_meant and not study.is_planned and study.values["study_id"] not in studies.repeats:
            yield study


def _groups(study: Study, by: Sequence[str], each: bool) -> Iterable[tuple[str, ...]]:
    """The groups that a study counts in: one, or with `each` one for each of its antigens and diseases."""
    found: list[tuple[str, ...]] = [()]
    for name in by:
        values = _values(study, name) or (NOT_STATED,)
        told = values if each else (" + ".join(sorted(values)),)
        found = [(*group, value) for group in found for value in told]
    return found


def _values(study: Study, name: str) -> tuple[str, ...]:
    if name == "antigen":
        return study.antigens
    if name == "disease":
        return study.diseases
    one = study.product if name == "therapy" else study.values[name]
    return (one,) if one else ()


def timeline_rows(studies: Studies, period: str) -> Iterator[Values]:
    """Studies by period of publication and setting; those without a date are left out.

    Raises:
        UsageError: the period is not known.
    """
    if period not in PERIODS:
        raise UsageError(f"a timeline has no period {period!r}: use {', '.join(PERIODS)}")
    found: dict[tuple[str, datetime], list[Study]] = defaultdict(list)
    for study in counted(studies, None):
        if published := study.document["published_on"]:
            month = (published.month - 1) // _MONTHS[period] * _MONTHS[period] + 1
            found[study.values["setting"], datetime(published.year, month, 1)].append(study)
    so_far: dict[str, int] = defaultdict(int)
    rows = []
    for (setting, start), told in sorted(found.items()):
        so_far[setting] += len(told)
        rows.append(
            {
                "period": start,
                "setting": setting,
                "n_documents": len({study.values["doc_id"] for study in told}),
                "n_studies": len(told),
                "n_subjects": sum(stated)
                if (stated := [one.n for one in told if one.n is not None])
                else None,
                "n_studies_so_far": so_far[setting],
            }
        )
    yield from sorted(rows, key=lambda row: (row["period"], row["setting"]))
