"""What the how-to pages show is what the project reads and asks for."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.analysis.rendering import LABEL_COLOURS
from pipeline.cli.marked_text import LABEL_STYLES
from pipeline.evaluation.gold import HEADERS, read_gold
from pipeline.evaluation.markup import ATTRIBUTES
from pipeline.vocabulary import MENTION_LABELS
from tests.conftest import ROOT

WRITE_GOLD = (ROOT / "docs/how-to/write-gold.md").read_text("utf-8")


def test_the_gold_that_is_shown_can_be_read(tmp_path: Path) -> None:
    """Strictly: its labels, names and relations are understood."""
    (shown,) = re.findall(r"^```text\n(.*?)^```$", WRITE_GOLD, re.MULTILINE | re.DOTALL)
    (tmp_path / "shown.gold").write_text(shown, "utf-8")
    (case,) = read_gold(tmp_path / "shown.gold")
    assert case.facts.settings == {"animal", "human"}
    assert [relation.predicate for relation in case.facts.relations] == ["targets", "treats"]
    assert [(cohort.n, cohort.role) for cohort in case.facts.cohorts] == [(10, "treated")]
    assert case.facts.adverse_events[0].figures == (None, None, 0, 10, None)


def test_all_headers_and_names_of_gold_are_told() -> None:
    """Nothing that may be written is left for the source to tell."""
    assert not [name for name in {*HEADERS, *ATTRIBUTES - {"term"}} if f"`{name}" not in WRITE_GOLD]


def test_every_label_has_its_colours() -> None:
    """In notebooks and on terminals."""
    assert set(LABEL_COLOURS) == set(LABEL_STYLES) == set(MENTION_LABELS)


def test_the_files_that_an_entity_type_goes_through_are_there() -> None:
    """Every path that the page names exists."""
    page = (ROOT / "docs/how-to/add-an-entity-type.md").read_text("utf-8")
    named = re.findall(r"`((?:pipeline|models|tests)/[\w./-]+)`", page)
    assert len(named) > 8
    assert not [path for path in named if not (ROOT / path).exists()]
