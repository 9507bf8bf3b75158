"""Concepts in the making: names are gathered from many sources, and each name finds its owner."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from pipeline.lexicon import Concept, MoleculeRole, case_form, normal_form, same_family, units
from pipeline.lexicon.knowledge import NAME_RANKS, NameRank
from pipeline.vocabulary import MentionLabel


@dataclass(frozen=True)
class Source:
    """Where concepts come from."""

    ontology: str
    version: str
    licence: str


@dataclass
class NamedAs:
    """One name of a draft."""

    text: str
    is_cased: bool
    rank: NameRank


@dataclass
class Draft:
    """A concept in the making."""

    concept_id: str
    label: MentionLabel
    name: str
    source: Source
    names: list[NamedAs] = field(default_factory=list)
    xrefs: set[str] = field(default_factory=set)
    parents: list[str] = field(default_factory=list)
    targets: tuple[str, ...] = ()
    short_name: str = ""
    molecule_role: MoleculeRole = ""
    is_written: bool = False

    def finished(self, owner_of: dict[str, str]) -> Concept:
        """The concept, with its names in the order in which they came.

        Args:
            owner_of: for a term of any source the concept that it has become.
        """
        broader = {owner_of[parent] for parent in self.parents if parent in owner_of} - {self.concept_id}
        own = case_form(self.name)
        synonyms = {case_form(n.text): n.text for n in reversed(self.names) if case_form(n.text) != own}
        return Concept(
            concept_id=self.concept_id,
            label=self.label,
            name=self.name,
            synonyms=tuple(dict.fromkeys(reversed(synonyms.values()))),
            ontology=self.source.ontology,
            ontology_version=self.source.version,
            licence=self.source.licence,
            short_name=self.short_name,
            xrefs=tuple(sorted(self.xrefs)),
            broader=tuple(sorted(broader)),
            targets=self.targets,
            molecule_role=self.molecule_role,
        )


_ACRONYM: Final = re.compile(r"[^\W_](?:[\w/+’'.-]*[^\W_])?")


_FAMILY_ORDER: Final = {
    "DISEASE": 0,
    "ADVERSE_EVENT": 0,
    "THERAPY": 1,
    "CHEMICAL": 1,
    "ANTIGEN": 2,
    "GENE": 2,
}


def is_weak(name: str) -> bool:
    """Whether an acronym is too short to be believed without its long form: OS, SCT, G1, GD2."""
    letters = sum(c.isalpha() for c in name)
    return len(name) <= 3 or letters <= 1


def is_acronym(name: str) -> bool:
    """Whether a name is one word whose capitals (or digits) carry it: "SLE", "B-ALL", "gMG", "CD19"."""
    letters = [c for c in name if c.isalpha()]
    capitals = sum(c.isupper() for c in letters)
    return (
        _ACRONYM.fullmatch(name) is not None
        and len(letters) <= 8
        and capitals >= 1
        and (capitals >= 2 or any(c.isdigit() for c in name))
    )


class Drafts:
    """All drafts, and who owns which name.

    Args:
        words: how often general English writes a word in lower case.
        stopped: names that name nothing in a text; nobody may own them.
    """

    def __init__(self, words: Counter[str], stopped: frozenset[str]) -> None:
        # At 2, typing errors and stray abbreviations are gone.
        self.ordinary = frozenset(word for word, count in words.items() if count >= 2)
        # Words that everybody uses: a condition is seldom meant by them ("fall", "delivery").
        self._everyday = frozenset(normal_form(word) for word, count in words.items() if count >= 8)
        self._stopped = frozenset(normal_form(name) for name in stopped)
        self.by_id: dict[str, Draft] = {}
        self._owners: dict[str, list[Draft]] = defaultdict(list)

    def owners(self, name: str, label: str) -> list[Draft]:
        """Drafts of the same family that bear a name."""
        return [draft for draft in self._owners[normal_form(name)] if same_family(draft.label, label)]

    def add(self, draft: Draft) -> Draft:
        """Enter a draft without names."""
        if draft.concept_id in self.by_id:
            raise ValueError(f"{draft.concept_id} is there already")
        self.by_id[draft.concept_id] = draft
        return draft

    def give_name(
        self, draft: Draft, name: str, rank: NameRank, is_cased: bool, may_share: bool = False
    ) -> bool:
        """Let a draft bear a name, unless it says nothing or another draft of its family has it.

        Returns:
            Whether the draft bears it now.
        """
        key = normal_form(name)
        if (
            not key
            or (key in self._stopped and rank != "contextual")
            or (len(key) == 1)
            or key.replace(" ", "").isdigit()
        ):
            return False
        owners = self.owners(name, draft.label)
        if draft not in owners:
            if owners and not may_share:
                return False
            self._owners[key].append(draft)
        draft.names.append(NamedAs(name, is_cased, rank))
        return True

    def take_name(self, name: str, label: str, but: Draft) -> None:
        """Take a name away from every draft of a family except one."""
        key = normal_form(name)
        for draft in self.owners(name, label):
            if draft is not but:
                draft.names = [named for named in draft.names if normal_form(named.text) != key]
                self._owners[key].remove(draft)

    def is_bound(self, name: str, longest: int) -> bool:
        """Whether a name counts only in its own case: acronyms up to `longest` letters and English words."""
        if not is_acronym(name):
            return False
        letters = sum(c.isalpha() for c in name)
        word = name.lower()
        return letters <= longest or word in self.ordinary or word.rstrip("s") in self.ordinary

    def _doubt_everyday(self, draft: Draft) -> None:
        """Everyday words name a condition only where one is known to be named, unless a person chose them."""
        if draft.is_written or not same_family(draft.label, "DISEASE") or draft.source.ontology == "DOID":
            return
        for named in draft.names:
            if self.is_everyday(named.text):
                named.rank = "contextual"

    def is_ordinary(self, name: str) -> bool:
        """Whether an acronym is a word of general English in capitals: headings are written so, too."""
        return name.lower() in self.ordinary

    def is_everyday(self, name: str) -> bool:
        """Whether a name is a single word that everybody uses."""
        return normal_form(name) in self._everyday

    def finished(self) -> tuple[list[Concept], list[tuple[str, str, bool, NameRank]]]:
        """Concepts that have names, and the names, for `pipeline.lexicon.knowledge_tables`."""
        named = [draft for draft in self.by_id.values() if draft.names]
        for draft in named:
            self._doubt_everyday(draft)
        # Among homonyms of equal rank the earlier concept is the better guess: what was written by hand comes
        # first, and of that a condition before a therapy before a molecule ("insulin" is mostly given).
        named.sort(key=lambda draft: (not draft.is_written, _FAMILY_ORDER[draft.label]))
        owner_of = {xref: draft.concept_id for draft in reversed(named) for xref in draft.xrefs}
        owner_of.update((draft.concept_id, draft.concept_id) for draft in named)
        concepts = [draft.finished(owner_of) for draft in named]
        names = [(d.concept_id, n.text, n.is_cased, n.rank) for d in named for n in d.names]
        assert all(rank in NAME_RANKS for _, _, _, rank in names)
        return concepts, names


def slug(name: str) -> str:
    """A name as the local part of a CURIE.

    Example:
        >>> slug("CAR-positive lymphoma")
        'car-positive-lymphoma'
    """
    return "-".join(unit.lower() for unit in units(name)) or "unnamed"
