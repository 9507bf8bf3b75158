"""What a concept is: an ontology term under a CURIE, with its names and what else is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pipeline.vocabulary import MentionLabel

#: What a molecule can be to an engineered cell. Only an `antigen` is something that a therapy is aimed at;
#: `signalling` (CD28, 4-1BB, CD3ζ), `cytokine` (IL-6) and `tag` (tEGFR) never are; "" is not known.
MoleculeRole = Literal["", "antigen", "signalling", "cytokine", "tag"]

#: Labels that name the same kind of thing; which of them a mention bears is decided by its role in the text.
LABEL_FAMILIES: Final[tuple[frozenset[str], ...]] = (
    frozenset({"ANTIGEN", "GENE"}),
    frozenset({"DISEASE", "ADVERSE_EVENT"}),
    frozenset({"THERAPY", "CHEMICAL"}),
)
_FAMILY: Final = {label: family for family in LABEL_FAMILIES for label in family}


@dataclass(frozen=True)
class Concept:
    """A term of an ontology or of the project's own tables.

    Attributes:
        concept_id: CURIE, such as `DOID:9074` or `cartographer:therapy.tisagenlecleucel`.
        label: what kind of mention names it; see `same_family`.
        name: preferred name; lower case for conditions, the approved symbol for genes.
        synonyms: other names.
        ontology: where the concept is defined.
        ontology_version: release of that source.
        licence: under which it is distributed.
        definition: one sentence, where the project has one.
        short_name: what papers call it, where that is not `name` (BCMA for TNFRSF17), else "".
        xrefs: CURIEs of the same concept elsewhere (MESH, NCIT, OMIM, UMLS, MONDO …); where annotators of a
            corpus gave a concept another MeSH id than its ontology does, both.
        broader: CURIEs of the concepts right above it.
        targets: for a therapy, CURIEs of the antigens that it binds.
        molecule_role: for a molecule, what it can be to an engineered cell.
    """

    concept_id: str
    label: MentionLabel
    name: str
    synonyms: tuple[str, ...] = ()
    ontology: str = ""
    ontology_version: str = ""
    licence: str = ""
    definition: str | None = None
    short_name: str = ""
    xrefs: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    molecule_role: MoleculeRole = ""


def same_family(one: str, other: str) -> bool:
    """Whether two labels name the same kind of thing (a disease and an adverse event are both conditions).

    Example:
        >>> same_family("DISEASE", "ADVERSE_EVENT"), same_family("GENE", "THERAPY")
        (True, False)
    """
    return one == other or other in _FAMILY.get(one, ())
