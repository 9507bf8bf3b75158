"""Three questions as charts: how often CRS and ICANS, how many subjects, and how the evidence grew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote

import altair as alt
from markupsafe import Markup

from pipeline.analysis.rates import NOT_STATED
from pipeline.report.svg import drawable, drawn

# Not colours but their names in the page's style sheet, which has one for light, dark and paper each.
_INK: Final = "#000001"
_SOFT: Final = "#000002"
_LINE: Final = "#000003"
_GAP: Final = "#000004"
_FIRST: Final = "#00000a"
_SECOND: Final = "#00000b"
_THIRD: Final = "#00000c"

#: As wide as a card on a phone, so that no letter is shrunk there.
_WIDTH: Final = 330
_ROW_HEIGHT: Final = 34
#: Of a figure at 11 px, in px.
_DIGIT_WIDTH: Final = 5.8
#: More targets than this make a list, not a picture; the table under the chart has all of them.
_TARGETS_SHOWN: Final = 10

#: Sizes of studies, as reviews group them: case reports, series, early and late phases.
_SIZES: Final = ((1, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, None))
_SETTINGS: Final = (("human", "human"), ("animal", "animal"), ("in_vitro", "in vitro"))


@dataclass(frozen=True)
class Chart:
    """A chart with its words and its figures.

    Attributes:
        title: what it shows.
        summary: what is to be seen, for everybody and for those who do not see it.
        columns: names of the columns of the table under it.
        rows: that table.
        addresses: for each row, where on the page its studies stand; "" for nowhere.
        svg: the drawing; empty where there is nothing to draw.
    """

    title: str
    summary: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = field(default_factory=tuple)
    addresses: Sequence[str] = ()
    svg: str = ""


@dataclass(frozen=True)
class TargetRate:
    """How often an event was seen under one target, by grades: rows of `adverse_event_rates`.

    Attributes:
        target: name of the antigen, or of several together.
        any_grade: the rate of all grades; None where no study states it.
        severe: the rate of grade 3 and more; None where no study states it.
    """

    target: str
    any_grade: Mapping[str, Any] | None
    severe: Mapping[str, Any] | None

    @property
    def at_risk(self) -> int:
        """Subjects at risk in the studies that say most."""
        return max(int(rate["at_risk"]) for rate in (self.any_grade, self.severe) if rate)


_GRADES: Final = ("any grade", "grade 3 and more")


def rates_by_target(event: str, rates: Sequence[TargetRate], note: str = "") -> Chart:
    """How often an event was seen, target by target, the best studied first.

    Args:
        event: name of the event, as in the title.
        rates: one for each target.
        note: a sentence on what is not among them.
    """
    title = f"{event} by target"
    if not rates:
        told = "How often it was seen, added up over the studies that state how many were at risk."
        return Chart(title, f"{told} {note}".rstrip())
    named = [replace(one, target=drawable(one.target)) for one in rates]
    ordered = sorted(named, key=lambda one: (-one.at_risk, one.target))
    shown = ordered[:_TARGETS_SHOWN]
    values = [
        {"target": one.target, "place": place, "grades": grades}
        | {name: rate[name] for name in ("percent", "low", "high")}
        | {"label": f"{rate['affected']:,}/{rate['at_risk']:,}"}
        for place, one in enumerate(shown)
        for grades, rate in zip(_GRADES, (one.any_grade, one.severe), strict=True)
        if rate
    ]
    colour = alt.Scale(domain=_GRADES, range=[_FIRST, _SECOND])
    base = (
        alt.Chart({"values": values})
        .encode(
            # By a number: a list of names would become a part of a Vega expression, and names are anything.
            y=alt.Y(
                "target:N",
                title=None,
                sort=alt.EncodingSortField(field="place", op="min"),
                axis=alt.Axis(ticks=False),
            ),
            yOffset=alt.YOffset("grades:N", sort=_GRADES),
            x=alt.X(
                "percent:Q",
                title="% of subjects, with 95% interval",
                scale=alt.Scale(domain=[0, 100]),
                axis=alt.Axis(values=[0, 25, 50, 75, 100], domain=False, ticks=False),
            ),
        )
        .properties(height=_ROW_HEIGHT * len(shown))
    )
    spans = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q"), x2="high:Q", color=alt.Color("grades:N", title=None, scale=colour)
    )
    points = base.mark_point(size=60, filled=True, opacity=1).encode(
        color=alt.Color("grades:N", title=None, scale=colour),
        shape=alt.Shape("grades:N", title=None, scale=alt.Scale(domain=_GRADES, range=["circle", "diamond"])),
    )
    labels = base.mark_text(align="left", dx=8, color=_SOFT, fontSize=11).encode(
        x=alt.value("width"), text="label:N"
    )
    room = 10 + int(_DIGIT_WIDTH * max(len(str(value["label"])) for value in values))
    most = shown[0]
    rate = most.any_grade or most.severe or {}
    summary = (
        f"Most subjects: {most.target}, {rate['affected']:,} of {rate['at_risk']:,} ({rate['percent']:.0f}%) "
        f"{'of any grade' if most.any_grade else 'of grade 3 and more'} "
        f"in {_counted(rate['n_studies'], 'study', 'studies')}."
    )
    if len(ordered) > len(shown):
        summary += f" The chart shows {len(shown)} of {len(ordered)} targets, the table all."
    if note:
        summary += f" {note}"
    return Chart(
        title=title,
        summary=summary,
        columns=("Target", "Any grade", "%", "Grade ≥ 3", "%"),
        rows=[(one.target, *_cells(one.any_grade), *_cells(one.severe)) for one in ordered],
        addresses=[_studies_of(one.target, event) for one in ordered],
        svg=_svg(spans + points + labels, f"Dot chart with intervals. {summary}", room),
    )


def _studies_of(target: str, event: str) -> str:
    """Address of the evidence table, searched for the names of a target, the highest rates first."""
    if target == NOT_STATED:
        return ""
    words = target.replace(" + ", " ").removesuffix("…")
    return f"#evidence&q={quote(words, safe='')}&f.setting=human&sort=-{event.lower()}"


def _cells(rate: Mapping[str, Any] | None) -> tuple[str, str]:
    if rate is None:
        return "–", "–"
    return f"{rate['affected']:,}/{rate['at_risk']:,}", f"{rate['percent']:.0f}%"


def cohort_sizes(sizes: Sequence[int]) -> Chart:
    """How many studies in people had how many subjects."""
    title = "Sizes of studies in people"
    known = sorted(size for size in sizes if size > 0)
    if not known:
        return Chart(title, "How many subjects the studies had.")
    groups = [
        (_range(low, high), sum(low <= size <= (high or size) for size in known)) for low, high in _SIZES
    ]
    middle = (
        known[len(known) // 2]
        if len(known) % 2
        else sum(known[len(known) // 2 - 1 : len(known) // 2 + 1]) / 2
    )
    summary = (
        f"{_counted(len(known), 'study states', 'studies state')} a size; the median is {middle:g}, "
        f"the largest {known[-1]:,}."
    )
    bars = (
        alt.Chart({"values": [{"subjects": name, "studies": n} for name, n in groups]})
        .encode(
            x=alt.X("subjects:N", title="subjects", sort=[name for name, _ in groups], axis=_flat_axis()),
            y=alt.Y("studies:Q", title="studies", axis=_whole_numbers([n for _, n in groups])),
        )
        .properties(height=170)
    )
    labels = bars.transform_filter("datum.studies > 0").mark_text(dy=-6, color=_SOFT, fontSize=11)
    return Chart(
        title=title,
        summary=summary,
        columns=("Subjects", "Studies"),
        rows=groups,
        svg=_svg(
            bars.mark_bar(color=_FIRST) + labels.encode(text=alt.Text("studies:Q", format=",")),
            f"Bar chart. {summary}",
        ),
    )


def over_time(studies: Mapping[tuple[int, str], int], n_undated: int) -> Chart:
    """Studies by year of publication and setting.

    Args:
        studies: number of studies by year and setting.
        n_undated: studies whose documents bear no date.
    """
    title = "Evidence over time"
    counts = {key: n for key, n in studies.items() if key[1] in dict(_SETTINGS)}
    if not counts:
        return Chart(title, "Studies by year of publication: in people, in animals, in vitro.")
    years = range(min(year for year, _ in counts), max(year for year, _ in counts) + 1)
    totals = Counter({setting: 0 for setting, _ in _SETTINGS})
    for (_, setting), n in counts.items():
        totals[setting] += n
    undated = f" {_counted(n_undated, 'study bears', 'studies bear')} no date." if n_undated else ""
    told = ", ".join(f"{totals[setting]:,} {word}" for setting, word in _SETTINGS)
    summary = f"Studies by year of publication, {years[0]} to {years[-1]}: {told}.{undated}"
    words = [word for _, word in _SETTINGS]
    values = [
        {"year": str(year), "setting": word, "studies": counts.get((year, setting), 0), "order": place}
        for year in years
        for place, (setting, word) in enumerate(_SETTINGS)
    ]
    bars = (
        alt.Chart({"values": values})
        .mark_bar(stroke=_GAP, strokeWidth=1)
        .encode(
            x=alt.X(
                "year:O", title=None, axis=alt.Axis(labelAngle=-45 if len(years) > 8 else 0, ticks=False)
            ),
            y=alt.Y(
                "sum(studies):Q",
                title="studies",
                axis=_whole_numbers([sum(counts.get((y, s), 0) for s in dict(_SETTINGS)) for y in years]),
            ),
            color=alt.Color(
                "setting:N", title=None, scale=alt.Scale(domain=words, range=[_FIRST, _SECOND, _THIRD])
            ),
            order="order:Q",
        )
        .properties(height=170)
    )
    return Chart(
        title=title,
        summary=summary,
        columns=("Year", *(word.capitalize() for word in words)),
        rows=[(str(year), *(counts.get((year, setting), 0) for setting, _ in _SETTINGS)) for year in years],
        svg=_svg(bars, f"Stacked bar chart. {summary}"),
    )


def _svg(chart: alt.Chart | alt.LayerChart, label: str, room_right: int = 4) -> Markup:
    dressed = (
        chart.properties(
            width=_WIDTH,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
            background="transparent",
            padding={"left": 2, "top": 2, "bottom": 2, "right": room_right},
        )
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_INK,
            titleColor=_SOFT,
            labelFontSize=12,
            titleFontSize=11.5,
            titleFontWeight="normal",
            gridColor=_LINE,
            domainColor=_LINE,
            tickColor=_LINE,
            labelLimit=105,
            labelPadding=8,
        )
        .configure_legend(orient="top", labelColor=_INK, labelFontSize=12, symbolType="square", offset=6)
    )
    specification: dict[str, Any] = dressed.to_dict()
    return drawn(specification, label)


def _flat_axis() -> alt.Axis:
    return alt.Axis(labelAngle=0, ticks=False)


def _whole_numbers(values: Sequence[int]) -> alt.Axis:
    """An axis of counts: no half studies."""
    return alt.Axis(format=",d", tickCount=min(5, max(1, *values)), domain=False, ticks=False)


def _range(low: int, high: int | None) -> str:
    return f"{low}+" if high is None else f"{low}–{high}"


def _counted(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"
