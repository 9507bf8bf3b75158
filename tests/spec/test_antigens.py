"""The names of what CAR-T cells bind: aliases of a hundred targets lead to the approved gene."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipeline.lexicon import load_knowledge
from pipeline.settings import settings

FACTS: Final = Path(__file__).with_name("antigens.tsv")
FLOOR: Final = 0.98


def test_antigens_and_their_aliases() -> None:
    """Of all names, written as papers write them, at least 98 in 100 have their gene as first candidate."""
    lines = FACTS.read_text(encoding="utf-8").splitlines()
    facts = [line.split("\t")[:2] for line in lines if not line.startswith("#")]
    knowledge = load_knowledge(settings().knowledge)
    missed = [name for name, gene in facts if knowledge.lookup(name, "ANTIGEN")[:1] != (gene,)]
    assert len({gene for _, gene in facts}) >= 100
    assert 1 - len(missed) / len(facts) >= FLOOR, missed
