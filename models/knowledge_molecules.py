"""Genes and antigens: HGNC symbols with aliases that are safe to read, CD numbers, and what is no gene."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from knowledge_drafts import Draft, Drafts, Source, is_weak
from ontology_readers import Gene, read_genes, read_surface_scores

from pipeline.lexicon import normal_form
from pipeline.lexicon.knowledge import NameRank

HGNC: Final = Source("HGNC", "2022", "CC0-1.0")

#: Clone and locus numbers, which no text uses as a name.
_CLONE: Final = re.compile(
    r"^(?:FLJ|MGC|DKFZ|OTTHUM|KIAA|LOC|C\d+orf|RP\d+-|[bd]A?\d+[A-Z]|HSPC|PRO\d|UNQ|BA\d)"
)
#: A cluster of differentiation, one letter for the chain.
_CLUSTER: Final = re.compile(r"^CD\d+[A-Za-z]?$")
#: Names of Entrez that describe and do not name.
_DESCRIPTION: Final = re.compile(
    r"\b(?:protein|gene|member|homolog of|similar to|isoform|precursor)\b.*,|;|\("
)
#: A surface protein counts as a possible antigen when so many of the atlas' lists have it (15 at most).
_SURFACE_FLOOR: Final = 8

Names = Callable[[str], "list[tuple[str, bool, NameRank]]"]


def add_molecules(
    drafts: Drafts, folder: Path, table: Iterable[list[str]], split_names: Names, project: Source
) -> None:
    """Every gene of `folder`, and the hand-written rows, which go first where both have a name."""
    genes = read_genes(folder)
    surface = read_surface_scores(folder / "tcsa_surfaceome.tsv")
    by_symbol = {gene.symbol: gene for gene in genes}
    written = _add_written(drafts, by_symbol, table, split_names, project)
    alias_counts = Counter(normal_form(alias) for gene in genes for alias in {gene.symbol, *gene.aliases})
    full_names = Counter(normal_form(gene.full_name) for gene in genes)
    entered = []
    for gene in genes:
        draft = written.get(gene.symbol)
        if draft is None:
            if gene.gene_id in drafts.by_id:
                continue
            draft = drafts.add(Draft(gene.gene_id, "GENE", gene.symbol, HGNC))
            rank: NameRank = (
                "weak" if is_weak(gene.symbol) or drafts.is_ordinary(gene.symbol) else "preferred"
            )
            drafts.give_name(draft, gene.symbol, rank, True, may_share=True)
        if not draft.molecule_role and _is_antigen(gene, surface):
            draft.molecule_role = "antigen"
        entered.append((gene, draft))
    for gene, draft in entered:
        for alias in gene.aliases:
            if _CLUSTER.match(alias) and alias_counts[normal_form(alias)] == 1:
                if not draft.is_written:
                    draft.label, draft.molecule_role = "ANTIGEN", "antigen"
                drafts.give_name(draft, alias, "synonym", False)
            elif _is_safe(alias, drafts, alias_counts):
                drafts.give_name(draft, alias, "weak" if is_weak(alias) else "synonym", True)
        for name in (gene.full_name, *gene.other_names):
            if _is_telling(name, drafts) and full_names[normal_form(name)] <= 1:
                drafts.give_name(draft, name, "synonym", False)


def _add_written(
    drafts: Drafts,
    by_symbol: dict[str, Gene],
    table: Iterable[list[str]],
    split_names: Names,
    project: Source,
) -> dict[str, Draft]:
    """The rows of molecules.tsv; symbols that nobody has approved are an error."""
    written: dict[str, Draft] = {}
    table = list(table)
    if unknown := [row[0] for row in table if not row[1] and row[0] not in by_symbol]:
        raise ValueError(f"molecules.tsv: no approved symbols of genes that make a protein: {unknown}")
    for symbol, curie, short, role, cell in table:
        if symbol in written:
            raise ValueError(f"molecules.tsv: {symbol} is there twice")
        draft = Draft(curie or by_symbol[symbol].gene_id, "GENE", symbol, project if curie else HGNC)
        draft.label = "ANTIGEN" if role == "antigen" else "GENE"
        draft.molecule_role = role if role != "plain" else ""  # type: ignore[assignment]
        draft.is_written = True
        draft.short_name = short if short != symbol else ""
        written[symbol] = drafts.add(draft)
        others = split_names(cell)
        marked = {name for name, is_marked, _ in others if is_marked}
        for name, _, rank in [(symbol, False, "preferred"), (short, False, "synonym"), *others]:
            if name:
                bound = name in marked or drafts.is_bound(name, 2)
                drafts.give_name(draft, name, rank, bound)  # type: ignore[arg-type]
    return written


def _is_antigen(gene: Gene, surface: dict[str, int]) -> bool:
    return surface.get(gene.symbol, 0) >= _SURFACE_FLOOR


def _is_safe(alias: str, drafts: Drafts, counts: Counter[str]) -> bool:
    """Whether an alias names one gene and nothing else: no clone number, no word, no condition."""
    letters = sum(c.isalpha() for c in alias)
    if (
        len(alias) < 3
        or (letters == len(alias) and letters < 4)
        or not alias[0].isalnum()
        or _CLONE.match(alias)
    ):
        return False
    if counts[normal_form(alias)] > 1 or alias.lower() in drafts.ordinary:
        return False
    return not drafts.owners(alias, "DISEASE") and not drafts.owners(alias, "THERAPY")


def _is_telling(name: str, drafts: Drafts) -> bool:
    if len(name) < 6 or _DESCRIPTION.search(name) or len(name.split()) > 8:
        return False
    # One lower-case word that English has ("insulin" it has not) says too little.
    return name.lower() not in drafts.ordinary and not drafts.owners(name, "DISEASE")
