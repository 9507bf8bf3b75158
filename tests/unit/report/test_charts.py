"""Charts: what is drawn, what is said of it, and that nothing but drawing comes through."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from lxml import etree

from pipeline.report.charts import Chart, TargetRate, cohort_sizes, over_time, rates_by_target
from pipeline.report.page import Page


def rate(affected: int, at_risk: int) -> dict[str, float]:
    """A row of `adverse_event_rates`."""
    share = 100 * affected / at_risk
    return {
        "n_studies": 1,
        "affected": affected,
        "at_risk": at_risk,
        "percent": share,
        "low": share / 2,
        "high": 100,
    }


def texts(chart: Chart) -> list[str]:
    """The words in the drawing."""
    return [element.text or "" for element in etree.fromstring(chart.svg).iter("{*}text")]


def test_rates_are_drawn_and_told_with_the_best_studied_target_first() -> None:
    """In the picture, in the sentence and in the table."""
    chart = rates_by_target(
        "CRS", [TargetRate("CD22", rate(1, 10), None), TargetRate("CD19", rate(30, 40), rate(2, 50))]
    )
    assert chart.summary == "Most subjects: CD19, 30 of 40 (75%) of any grade in 1 study."
    assert chart.rows == [("CD19", "30/40", "75%", "2/50", "4%"), ("CD22", "1/10", "10%", "–", "–")]
    assert chart.addresses[0] == "#evidence&q=CD19&f.setting=human&sort=-crs"
    words = texts(chart)
    assert {"CD19", "CD22", "30/40", "2/50", "1/10"} <= set(words)


def test_a_chart_of_many_targets_says_what_it_leaves_out() -> None:
    """The table has all of them."""
    chart = rates_by_target("CRS", [TargetRate(f"T{n}", rate(1, 10 + n), None) for n in range(25)])
    assert "10 of 25 targets" in chart.summary
    assert len(chart.rows) == 25
    assert sum(word.startswith("T") for word in texts(chart)) == 10


def test_sizes_are_counted_in_groups_that_leave_no_gap() -> None:
    """Every study is in exactly one."""
    chart = cohort_sizes([1, 5, 6, 20, 21, 100, 101, 5000])
    assert [n for _, n in chart.rows] == [2, 1, 1, 1, 1, 2]
    assert "the median is 20.5, the largest 5,000" in chart.summary


def test_years_without_a_study_are_there() -> None:
    """A gap is seen as a gap; what bears no date is said."""
    chart = over_time({(2019, "human"): 2, (2022, "animal"): 1, (2022, "unknown"): 7}, 3)
    assert chart.rows == [("2019", 2, 0, 0), ("2020", 0, 0, 0), ("2021", 0, 0, 0), ("2022", 0, 1, 0)]
    assert chart.summary.endswith("2 human, 1 animal, 0 in vitro. 3 studies bear no date.")


@pytest.mark.parametrize("chart", [rates_by_target("CRS", []), cohort_sizes([]), over_time({}, 4)])
def test_nothing_to_draw_is_no_drawing(chart: Chart) -> None:
    """And no table."""
    assert not chart.svg
    assert not chart.rows


def test_a_drawing_holds_nothing_but_drawing(page: Page) -> None:
    """No style and no script, which the page's policy would refuse, no link, and a text alternative."""
    svgs: Sequence[str] = [chart.svg for chart in page.charts]
    assert len(svgs) == 4
    for chart in page.charts:
        root = etree.fromstring(chart.svg)
        assert root.get("role") == "img"
        assert chart.summary in (root.get("aria-label") or "")
        attributes = {str(name) for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if name.startswith("on") or "href" in name or name == "style"}
        assert not re.search(r"url\((?!#)", chart.svg)


def test_a_name_that_is_mark_up_is_drawn_as_words() -> None:
    """Names of targets come from a knowledge base that others may edit."""
    attack = "</text><script>1</script>"
    chart = rates_by_target("CRS", [TargetRate(attack, rate(1, 2), None)])
    assert "<script" not in chart.svg
    assert not list(etree.fromstring(chart.svg).iter("{*}script"))
