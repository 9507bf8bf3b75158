"""Proposals for therapies and chemicals: which thing a name means by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pipeline.components.heard import is_itself
from pipeline.components.proposals import Proposal
from pipeline.lexicon import KnowledgeBase, same_family

#: Ends a class of drugs, as against a drug.
_OF_CLASS: Final = re.compile(
    r"\b(?:antibod(?:y|ies)|mabs?|bispecifics?|inhibitors?|blockers?|(?:ant)?agonists?|engagers?|conjugates?|"
    r"degraders?|vaccines?)$",
    re.IGNORECASE,
)
#: Between a class and its drug, and between a drug and its class.
_DRUG_AFTER: Final = re.compile(r" (?:called |named |known as )?(?=\w)| \((?=\w)")
_DRUG_BEFORE: Final = re.compile(
    r"(?:, (?:which is )?(?:an?|the) (?:[\w-]+ ){0,2}| is an? (?:[\w-]+ ){0,2}| \((?:an? )?)$"
)
#: Longest of these, in characters.
_APPOSED: Final = 40
_DRUG_ENDING: Final = re.compile(
    r"(?:mab|nib|lib|cel|leucel|limus|cept|stat|parib|zomib|platin|taxel|rubicin|bine|mide|sone|solone|vir|"
    r"mycin|"
    r"azole|statin|trexate|phamide|lidomide|tinib|grastim|desleukin)s?$",
    re.IGNORECASE,
)
_GIVEN_BEFORE: Final = re.compile(
    r"\b(?:received|receiving|given|giving|treated with|treatment with|therapy with|doses? of|"
    r"infusions? of|administered|"
    r"administration of|prescribed|on|plus|mg of|followed by|responded to|refractory to|needs?|"
    r"(?:low|high)-dose|subcutaneous|recombinant)\s(?:the |oral |intravenous |(?:low|high)-dose )?$",
    re.IGNORECASE,
)
_JOIN: Final = re.compile(r" (?:and|plus|[+&]) ")
_TRANSPLANT: Final = re.compile(
    r"H?SCTs?|HCTs?|BMTs?|(?:ha?ematopoietic )?stem[- ]cell (?:transplant(?:ation)?|transfer|rescue)s?"
)
_DONOR: Final = re.compile(r"\b(?P<whose>allogeneic|autologous) $", re.IGNORECASE)


def apart(text: str, proposals: Iterable[Proposal], knowledge: KnowledgeBase) -> Iterator[Proposal]:
    """Proposals, those of two agents or conditions joined by "and" apart, unless a word is shared by them."""
    for proposal in proposals:
        join = _JOIN.search(text, proposal.start, proposal.end)
        if join is None or proposal.family == "molecule":
            yield proposal
            continue
        parts = ((proposal.start, join.start()), (join.end(), proposal.end))
        label = "THERAPY" if proposal.family == "agent" else "DISEASE"
        known = [knowledge.lookup(text[slice(*part)], label) for part in parts]
        if not all(known):
            yield proposal
            continue
        for part, candidates in zip(parts, known, strict=True):
            yield proposal._replace(start=part[0], end=part[1], candidates=candidates)


def apposed(text: str, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Proposals; a class of drugs beside one of them ("the PD-1 antibody X") means that drug."""
    drugs = {
        p.start: p
        for p in proposals
        if p.label == "THERAPY" and p.candidates and not _OF_CLASS.search(text, p.start, p.end)
    }
    ends = {p.end: p for p in drugs.values()}
    for proposal in proposals:
        drug = None
        if proposal.family == "agent" and _OF_CLASS.search(text, proposal.start, proposal.end):
            called = _DRUG_AFTER.match(text, proposal.end)
            described = _DRUG_BEFORE.search(text[max(0, proposal.start - _APPOSED) : proposal.start])
            drug = drugs.get(called.end()) if called else None
            if drug is None and described is not None:
                drug = ends.get(proposal.start - len(described.group()))
        yield proposal if drug is None else proposal._replace(candidates=drug.candidates[:1])


def without_homonyms(text: str, proposals: Sequence[Proposal], knowledge: KnowledgeBase) -> list[Proposal]:
    """Of a word for a molecule and an agent ("insulin") the sense that the words around it want."""
    kept = []
    for proposal in proposals:
        known = proposal
        molecules = [c for c in proposal.candidates if same_family(knowledge.label(c), "GENE")]
        if molecules and proposal.family in ("agent", "molecule"):
            agents = [c for c in proposal.candidates if c not in molecules]
            is_given = _GIVEN_BEFORE.search(text[max(0, proposal.start - 40) : proposal.start])
            is_drug = _DRUG_ENDING.search(text, proposal.start, proposal.end)
            if agents and not (is_given or is_drug) and proposal.family == "agent":
                known = proposal._replace(label="GENE", candidates=(*molecules, *agents))
        if known.family != "molecule" and not is_itself(text, known.end, known.label):
            continue
        kept.append(known)
    return kept


def with_donors(text: str, proposals: Iterable[Proposal], knowledge: KnowledgeBase) -> Iterator[Proposal]:
    """Proposals; whose cells a transplant is made of is part of its name ("allogeneic HSCT")."""
    for proposal in proposals:
        donor = None
        if proposal.family == "agent" and _TRANSPLANT.fullmatch(text, proposal.start, proposal.end):
            donor = _DONOR.search(text[max(0, proposal.start - _APPOSED) : proposal.start])
        if donor is None:
            yield proposal
            continue
        name = f"{donor['whose'].lower()} hematopoietic stem cell transplantation"
        yield proposal._replace(
            start=proposal.start - len(donor.group()),
            candidates=knowledge.lookup(name, "THERAPY") or proposal.candidates,
        )


def agent_label(text: str, proposal: Proposal, knowledge: KnowledgeBase) -> str:
    """THERAPY or CHEMICAL: what the knowledge base says, else the ending, else whether it is given."""
    if proposal.label == "THERAPY":
        return "THERAPY"
    if any(knowledge.label(candidate) == "THERAPY" for candidate in proposal.candidates):
        return "THERAPY"
    surface = text[proposal.start : proposal.end]
    before = text[max(0, proposal.start - 40) : proposal.start]
    if _DRUG_ENDING.search(surface) or _GIVEN_BEFORE.search(before):
        return "THERAPY"
    return "CHEMICAL"
