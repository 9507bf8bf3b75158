"""The gold passages can be read, are what their README says, and mark what they claim to mark."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.evaluation.gold import GoldCase, read_gold
from pipeline.vocabulary import (
    ASSERTIONS,
    COHORT_ROLES,
    COMPARATORS,
    DOCUMENT_KINDS,
    MENTION_LABELS,
    SETTINGS,
)
from tests.conftest import ROOT

GOLD = ROOT / "tests" / "gold"
FILES = sorted([*GOLD.rglob("*.gold"), *(ROOT / "seeds" / "gold").glob("*.gold")])
LEAST_CASES = {"development": 60, "frozen": 40}
PHENOMENA = (
    "assertion",
    "cohorts",
    "denials",
    "external",
    "figures",
    "forum",
    "longer",
    "negatives",
    "news",
    "registry",
    "relations",
    "reviews",
    "settings",
    "typography",
    "whole_abstracts",
    "whole_animals",
    "whole_forum",
    "whole_meetings",
    "whole_negatives",
    "whole_news",
    "whole_registry",
    "whole_reviews",
)
_LABEL = "|".join(MENTION_LABELS)
_MARKUP_RESIDUE = re.compile(rf"\]\(|\(({_LABEL})\b|\b(name|assertion|grade_min|role)=")
_LABELS_COUNTED = ("ANTIGEN", "DISEASE", "THERAPY", "COHORT", "ADVERSE_EVENT")


def cases(part: str, phenomenon: str = "*") -> list[GoldCase]:
    return [case for path in sorted((GOLD / part).glob(f"{phenomenon}.gold")) for case in read_gold(path)]


def all_cases() -> list[GoldCase]:
    return [case for path in FILES for case in read_gold(path)]


def counts_table() -> str:
    """The README's tables, counted anew: cases a phenomenon, a genre, a setting; tags a label."""
    parts = {part: cases(part) for part in LEAST_CASES}

    def table(title: str, rows: dict[str, list[int]]) -> list[str]:
        head = [f"| {title} | {' | '.join(parts)} |", "|---|" + "---|" * len(parts)]
        return [*head, *(f"| {name} | {' | '.join(map(str, row))} |" for name, row in rows.items()), ""]

    def counted(names: tuple[str, ...], of: dict[str, Counter[str]]) -> dict[str, list[int]]:
        rows = {name: [of[part][name] for part in parts] for name in names}
        return {name: row for name, row in rows.items() if any(row)}

    genres = {part: Counter(case.header["kind"][0] for case in found) for part, found in parts.items()}
    settings = {part: Counter(s for c in found for s in c.facts.settings) for part, found in parts.items()}
    tags = {
        part: Counter(span.label for case in found if case.marked for span in case.marked.spans)
        for part, found in parts.items()
    }
    phenomena = {name: [len(cases(part, name)) for part in parts] for name in PHENOMENA}
    phenomena["all"] = [len(found) for found in parts.values()]
    lines = table("phenomenon", phenomena)
    lines += table("genre", counted(DOCUMENT_KINDS, genres))
    lines += table("setting", counted(SETTINGS, settings))
    lines += table("tags", counted(_LABELS_COUNTED, tags))
    return "\n".join(lines)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_gold_file_reads_strictly(path: Path) -> None:
    """No unclosed tag, unknown label, empty case or relation between things that are not tagged."""
    assert read_gold(path)


def test_titles_are_unique() -> None:
    """A title names one passage, so that a miss can be found."""
    repeated = [title for title, n in Counter(case.title for case in all_cases()).items() if n > 1]
    assert not repeated


def test_texts_are_unique() -> None:
    """Nothing that is tuned on occurs among the frozen passages."""
    assert not {case.text for case in cases("development")} & {case.text for case in cases("frozen")}


@pytest.mark.parametrize("part", LEAST_CASES)
def test_there_are_enough_cases(part: str) -> None:
    """A score over a handful of passages would say nothing."""
    assert len(cases(part)) >= LEAST_CASES[part]


@pytest.mark.parametrize("part", LEAST_CASES)
@pytest.mark.parametrize("phenomenon", PHENOMENA)
def test_every_phenomenon_has_cases(part: str, phenomenon: str) -> None:
    """Each phenomenon of the annotation guide is met in both parts."""
    assert cases(part, phenomenon)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.title)
def test_the_text_holds_no_mark_up(case: GoldCase) -> None:
    """What a reader sees is the passage, and nothing that was meant as a tag."""
    assert not _MARKUP_RESIDUE.search(case.text)
    assert case.text.strip()


@pytest.mark.parametrize("case", [*cases("development"), *cases("frozen")], ids=lambda case: case.title)
def test_attributes_keep_to_the_vocabulary(case: GoldCase) -> None:
    """Assertions, roles and comparators are words that a table may hold; figures fit each other."""
    assert case.marked is not None
    for span in case.marked.spans:
        values = span.attributes
        assert values.get("assertion", "present") in ASSERTIONS
        assert values.get("role", "treated") in COHORT_ROLES
        assert values.get("comparator", "=") in COMPARATORS
        for name in ("grade_min", "grade_max"):
            assert 1 <= int(values.get(name, 1)) <= 5
        assert int(values.get("grade_min", 1)) <= int(values.get("grade_max", 5))
        assert int(values.get("n_affected", 0)) <= int(values.get("n_at_risk", 10**6))
        assert 0 <= float(values.get("percent", 0)) <= 100


@pytest.mark.parametrize("part", LEAST_CASES)
def test_negative_passages_hold_nothing(part: str) -> None:
    """Motor cars, tickers and notices have no fact at all."""
    for case in cases(part, "negatives"):
        assert case.marked is not None
        assert not case.marked.spans
        assert not case.facts.settings


@pytest.mark.parametrize("part", LEAST_CASES)
def test_passages_with_facts_have_a_setting(part: str) -> None:
    """Where something is said of cells or patients, it is known where it was seen."""
    for case in cases(part):
        assert case.marked is not None
        assert bool(case.marked.spans) == bool(case.facts.settings), case.title


def test_the_readme_counts_what_is_there() -> None:
    """The README's tables are those that are counted here."""
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    table = counts_table()
    assert table in readme, f"put this into tests/gold/README.md:\n{table}"
