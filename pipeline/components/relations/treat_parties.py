"""The therapies and diseases of one document, each with all its mentions."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from spacy.tokens import Span


class Mention(NamedTuple):
    """A mention, its characters, and the position of its sentence."""

    place: int
    start: int
    end: int
    span: Span


@dataclass
class Party:
    """A therapy or a disease with its mentions.

    Attributes:
        features: what holds of it in every pair.
        traits: what counts only together with a trait of the other one.
    """

    key: str
    mentions: list[Mention] = field(default_factory=list)
    paragraphs: set[int] = field(default_factory=set)
    features: dict[str, float] = field(default_factory=dict)
    traits: set[str] = field(default_factory=set)


def by_paragraph(parties: dict[str, Party]) -> dict[int, set[str]]:
    """Keys of the parties that each paragraph names."""
    found: dict[int, set[str]] = defaultdict(set)
    for key, party in parties.items():
        for paragraph in party.paragraphs:
            found[paragraph].add(key)
    return found


def nearest(party: Party, disease: Party) -> tuple[int, Mention, Mention]:
    """Sentences between two parties, and the mentions of both that stand nearest to each other."""
    starts = [mention.start for mention in disease.mentions]
    best: tuple[int, int] | None = None
    for mention in party.mentions:
        after = bisect_right(starts, mention.start)
        for other in disease.mentions[max(after - 1, 0) : after + 1]:
            apart = abs(mention.place - other.place), abs(mention.start - other.start)
            if best is None or apart < best:
                best, one, two = apart, mention, other
    if best is None:
        raise ValueError("a party without mentions is near to nothing")
    return best[0], one, two
