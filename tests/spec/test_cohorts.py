"""Cohorts, as the annotation guide has them: one row per distinct group, with size and role.

Every passage is read as it stands; the tags say what must come out, in order: each COHORT tag begins at the
number (or at "a patient"), and bears size, role and, where they are told, comparator and unit.
"""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Cohorts
from pipeline.components.extensions import MENTIONS
from pipeline.evaluation.markup import parse_marked
from tests.marked_docs import marked_doc

_FOUND = Cohorts()

PASSAGES = {
    "who was enrolled, who was treated": """
        From May 2021 to June 2023, [63](COHORT n=63 role=screened) patients were screened,
        [48](COHORT n=48 role=enrolled) were enrolled and [43](COHORT n=43 role=treated) received
        [obe-cel](THERAPY). Median age was 47 years. Of the 43 treated, 33 (77%) responded.""",
    "individuals are not enrolments": """
        [Thirteen](COHORT n=13 role=treated unit=individuals) individuals were infused. They make 14
        enrolments, since one of them came back for a second course.""",
    "subgroups by disease": """
        [Fifteen](COHORT n=15 role=treated) patients were treated ([lupus](DISEASE), n =
        [8](COHORT n=8 role=subgroup); [myositis](DISEASE), n = [3](COHORT n=3 role=subgroup);
        [sclerosis](DISEASE), n = [4](COHORT n=4 role=subgroup)). All 15 had [fever](ADVERSE_EVENT).""",
    "arms": """
        [Three hundred](COHORT n=300 role=enrolled) women were randomised: [150](COHORT n=150 role=arm) were
        assigned to the [ide-cel](THERAPY) group. [CRS](ADVERSE_EVENT) was seen in 12 of 150.""",
    "dose levels": """
        [Three](COHORT n=3 role=subgroup) patients were treated at dose level 1 and
        [six](COHORT n=6 role=subgroup) at dose level 2.""",
    "a total before its dose levels": """
        Of [52](COHORT n=52 role=enrolled) adults enrolled, [47](COHORT n=47 role=treated) were infused:
        [33](COHORT n=33 role=subgroup) at dose level 1 and [14](COHORT n=14 role=subgroup) at
        dose level 2.""",
    "another study's group": """
        We treated [9](COHORT n=9 role=treated) patients. In an earlier trial elsewhere,
        [22](COHORT n=22 role=external) patients had been given the same cells,
        [four](COHORT n=4 role=external) with [sarcoma](DISEASE).""",
    "plans are no groups": """
        So far [five](COHORT n=5 role=treated unit=people) people have been dosed. The company expects to
        treat 20 patients next year, and as many as 60 could be enrolled at 11 sites.""",
    "outcomes are no groups": """
        [CRS](ADVERSE_EVENT) developed in 7. Two patients died. Ten had [fever](ADVERSE_EVENT), and
        five reached remission; in three it lasted 12 months.""",
    "a card": """
        Screened: [40](COHORT n=40 role=screened)
        Enrolled: [31](COHORT n=31 role=enrolled) pts, 16% women
        Efficacy-evaluable: [27](COHORT n=27 role=evaluable)
        Sites: 9""",
    "animals": """
        Mice received [CAR T cells](THERAPY) (n = [8](COHORT n=8 role=arm unit=mice) per group) at
        2 × 10⁶ cells. A third of them were culled on day 20.""",
    "a case that is the treated group": """
        We describe [a](COHORT n=1 role=treated) patient with [lupus](DISEASE). She is 34 years old and had 3
        relapses.""",
    "about and more than": """
        More than [300](COHORT n=300 role=treated comparator=>=) patients have been treated. About
        [a dozen](COHORT n=12 role=treated comparator=~ unit=children) children were infused.""",
    "motor cars": """
        The maker delivered 13,976 cars, 8% fewer than in the third quarter; two of its 4 models were
        recalled.""",
}


@pytest.mark.parametrize("name", PASSAGES)
def test_passage(name: str) -> None:
    """Exactly the tagged groups are read, with their roles."""
    source = "\n".join(line.strip() for line in PASSAGES[name].strip().splitlines())
    source = source if name == "a card" else source.replace("\n", " ")
    tags = [span for span in parse_marked(source).spans if span.label == "COHORT"]
    doc = marked_doc(source)
    doc.spans[MENTIONS] = [span for span in doc.spans[MENTIONS] if span.label_ != "COHORT"]
    _FOUND(doc)
    told = [(c.mention[0], c.n, c.role, c.comparator) for c in doc._.cohorts]
    wanted = [
        (t.start_char, int(t.attributes["n"]), t.attributes["role"], t.attributes.get("comparator", "="))
        for t in tags
    ]
    assert told == wanted
    units = [c.unit for c in doc._.cohorts]
    assert all(t.attributes.get("unit", unit) == unit for t, unit in zip(tags, units, strict=True))
