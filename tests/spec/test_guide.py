"""The annotation guide is what the specification tests read."""

from __future__ import annotations

from tests.spec import test_adverse_events, test_assertion, test_cohorts, test_relations, test_setting
from tests.spec.guide import PAGE, annotation_guide


def test_the_page_is_current() -> None:
    """`python -m tests.spec.guide` writes it."""
    assert PAGE.read_text(encoding="utf-8") == annotation_guide(), "run: python -m tests.spec.guide"


def test_every_passage_is_in_it() -> None:
    """Under its name, in each chapter."""
    named = [
        *test_assertion.PASSAGES,
        *test_cohorts.PASSAGES,
        *test_adverse_events.PASSAGES,
        *(case[0] for case in (*test_setting.CASES, *test_relations.TARGETS)),
        *(case[0] for case in (*test_relations.TREATS, *test_relations.BESIDE)),
    ]
    page = annotation_guide()
    assert not [name for name in named if f"**{name[:1].upper()}{name[1:]}.**" not in page]
