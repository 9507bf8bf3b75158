"""Conditions from DOID, Mondo, NCIt, ORDO, HPO, CTCAE and OAE, joined by names and cross-references."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from knowledge_drafts import Draft, Drafts, Source, is_acronym, is_weak, slug
from ontology_readers import (
    Term,
    descendants,
    local_id,
    read_mappings,
    read_obo,
    read_obo_graph,
    read_tsv,
    xref_curie,
)

from pipeline.lexicon import inverted, normal_form
from pipeline.lexicon.knowledge import NameRank
from pipeline.vocabulary import MentionLabel

DOID: Final = Source("DOID", "2026-07-31", "CC0-1.0")
MONDO: Final = Source("MONDO", "2026-08-04", "CC-BY-4.0")
NCIT: Final = Source("NCIT", "2018-06-08", "CC-BY-4.0")
ORDO: Final = Source("ORDO", "2.6", "CC-BY-4.0")
HPO: Final = Source("HP", "2023", "HPO licence")
CTCAE: Final = Source("CTCAE", "5.0", "US Government work")
ANNOTATED: Final = Source(
    "MESH", "as annotated in training parts of BC5CDR, NCBI-disease, BioRED", "public domain"
)
OAE: Final = Source("OAE", "2022", "CC-BY-4.0")

#: What is only said about a name and is not part of it.
_REMARK: Final = re.compile(
    r"\s*(?:\((?:disorder|finding|morphologic abnormality|qualifier value|clinical|nos|disease)\)|,? NOS|"
    r",? unspecified)\s*$",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    r"\bnot elsewhere classified\b|\bother specified\b|^obsolete\b|\[|;|, other$", re.IGNORECASE
)
#: NCIt's "Disease or Disorder"; the file holds cells, organs and genes beside it.
_NCIT_DISEASE: Final = "NCIT:C2991"
#: NCIt has a term for each course and stage of a cancer. A qualifier is no part of the disease.
_QUALIFIED: Final = re.compile(
    r"(?:Recurrent|Refractory|Relapsed|Metastatic|Stage|Grade|Childhood|Adult|Pediatric|Localized|Advanced|"
    r"Locally|"
    r"Unresectable|Resectable|Newly|Early|Stable|Progressive Disease|Untreated|Disseminated|Unspecified|"
    r"Regional|"
    r"Extensive|Limited|AJCC|FIGO|Low Risk|High Risk|Intermediate Risk|Primary Malignant|Previously)\b",
)
#: Names in upper-case acronyms up to this length are bound to their case.
_BOUND: Final = 8
#: A name with more units than this is a definition; nobody writes it in a text.
_LONGEST: Final = 9


class _Joiner:
    """Enters terms into the drafts: a term joins the concept it is cross-referenced to or named like."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts
        self.by_xref: dict[str, list[Draft]] = defaultdict(list)

    def enter(self, draft: Draft, names: Iterable[str], xrefs: Iterable[str]) -> None:
        """Give a draft names and cross-references, as far as they are free."""
        for number, written in enumerate(names):
            name = _REMARK.sub("", written).strip()
            if not name or _NO_NAME.search(name) or len(name.split()) > _LONGEST:
                continue
            rank: NameRank = "preferred" if number == 0 and name == draft.name else "synonym"
            acronym = self.drafts.is_bound(name, _BOUND)
            if acronym and (is_weak(name) or self.drafts.is_ordinary(name)):
                rank = "weak"
            # Homonyms among acronyms are real, among names they are slips of one of the sources.
            self.drafts.give_name(draft, name, rank, acronym, may_share=acronym or rank == "preferred")
            if spoken := inverted(name):
                self.drafts.give_name(draft, spoken, "synonym", False)
        for xref in xrefs:
            if xref not in draft.xrefs:
                draft.xrefs.add(xref)
                self.by_xref[xref].append(draft)

    def known(self, term: Term, label: MentionLabel = "DISEASE") -> Draft | None:
        """The concept that a term is the same as: one of its name, or the one that refers to it."""
        by_name = self.drafts.owners(term.name, label)
        if by_name and not self.drafts.is_bound(term.name, _BOUND):
            return by_name[0]
        referring = self.by_xref.get(term.term_id, [])
        if len(referring) == 1:
            return referring[0]
        for synonym in term.synonyms:
            owners = self.drafts.owners(synonym, label)
            if owners and not self.drafts.is_bound(synonym, _BOUND):
                return owners[0]
        return None

    def join(self, term: Term, source: Source, label: MentionLabel = "DISEASE") -> Draft:
        """Add what a term says to the concept that it is the same as, or make a concept of it."""
        draft = self.known(term, label) or self.drafts.by_id.get(term.term_id)
        if draft is None:
            draft = self.drafts.add(Draft(term.term_id, label, term.name, source))
        self.enter(draft, [term.name, *term.synonyms], {*term.xrefs, term.term_id} - {draft.concept_id})
        draft.parents += term.parents
        return draft


def add_conditions(drafts: Drafts, onto: Path) -> None:
    """Every condition that the ontologies name; the first source of a concept gives its id and name."""
    joiner = _Joiner(drafts)
    disease = onto / "disease"
    _add_doid(joiner, disease)
    _bridge_mondo(joiner, disease / "mondo_map")
    words = Counter(word for draft in drafts.by_id.values() for word in draft.name.split())
    for term in read_obo_graph(
        disease / "ncit-disease-2018-06-08.json.gz", local_id("NCIT", "NCIT_"), root=_NCIT_DISEASE
    ):
        if _QUALIFIED.match(term.name):
            continue
        term.name = _running_text(term.name, words)
        joiner.join(term, NCIT)
    for term in read_obo_graph(
        disease / "ordo-2_6-2018-07-12.json.gz", local_id("Orphanet", "Orphanet_"), subset="#ordo_"
    ):
        term.name = _running_text(term.name, words)
        joiner.join(term, ORDO)
    _add_phenotypes(joiner, onto / "hpo", words)
    _add_adverse_events(joiner, onto, words)


def _add_doid(joiner: _Joiner, folder: Path) -> None:
    """DOID: current ids and labels, synonyms of 2018, and what the current slims add."""
    rows = list(read_tsv(folder / "do2026" / "HumanDO.tsv"))
    current = {row["id"]: row["label"] for row in rows}
    id_of = {label: concept_id for concept_id, label in current.items()}
    terms = {concept_id: Term(concept_id, label) for concept_id, label in current.items()}
    renamed: dict[str, str] = {}
    slims = [read_obo(path)[0] for path in sorted((folder / "do2026").glob("*.obo"))]
    for slim in slims:
        for term in slim:
            renamed.update(dict.fromkeys(term.alt_ids, term.term_id))
            if known := terms.get(term.term_id):
                known.synonyms += term.synonyms
                known.xrefs |= term.xrefs
    for old in read_obo_graph(folder / "doid-2018-07-05.json.gz", local_id("DOID", "DOID_")):
        if known := terms.get(renamed.get(old.term_id, old.term_id)):
            known.synonyms += [old.name, *old.synonyms]
            known.xrefs |= old.xrefs
    for file_name in ("MESHinDO.tsv", "NCIinDO.tsv"):
        for row in read_tsv(folder / "do2026" / file_name):
            if known := terms.get(row["id"]):
                known.xrefs |= {curie for xref in row["xrefs"].split(", ") if (curie := xref_curie(xref))}
    drafts = {i: joiner.drafts.add(Draft(i, "DISEASE", term.name, DOID)) for i, term in sorted(terms.items())}
    for row in rows:
        drafts[row["id"]].parents += [
            id_of[label] for label in row["subClassOf"].split("|") if label in id_of
        ]
    # Every label before any synonym: a label is the better claim.
    for concept_id, draft in drafts.items():
        joiner.enter(draft, [draft.name], terms[concept_id].xrefs)
    for concept_id, draft in drafts.items():
        joiner.enter(draft, ["", *dict.fromkeys(terms[concept_id].synonyms)], ())


def _bridge_mondo(joiner: _Joiner, folder: Path) -> None:
    """Mondo: cross-references for DOID's concepts, and concepts for what has a MeSH id and is not in DOID."""
    doid, mesh, ncit = (
        read_mappings(folder / f"mondo_exactmatch_{name}.sssom.tsv") for name in ("doid", "mesh", "ncit")
    )
    for mondo_id in sorted({*doid, *mesh}):
        label = (doid.get(mondo_id) or mesh[mondo_id])[0]
        xrefs = {*mesh.get(mondo_id, ("", []))[1], *ncit.get(mondo_id, ("", []))[1], mondo_id}
        own = [joiner.drafts.by_id[i] for i in doid.get(mondo_id, ("", []))[1] if i in joiner.drafts.by_id]
        if own:
            joiner.enter(own[0], ["", label], xrefs)
        elif mondo_id in mesh:
            joiner.join(Term(mondo_id, label, [], xrefs), MONDO)


#: Branch of what HPO calls a phenotypic abnormality; the others say how something is inherited or sets in.
_ABNORMALITY: Final = "HP:0000118"


def _add_phenotypes(joiner: _Joiner, folder: Path, words: Counter[str]) -> None:
    terms, parents = read_obo(folder / "hp.obo")
    wanted = descendants(_ABNORMALITY, parents)
    current = {row["id"]: row["label"] for row in read_tsv(folder / "hp_labels_2023.tsv")}
    lay: dict[str, list[str]] = defaultdict(list)
    for row in read_tsv(folder / "layperson-synonyms.tsv"):
        lay[row["term"].strip("<>").rsplit("/", 1)[-1].replace("_", ":")].append(row["layperson"])
    for term in terms:
        if term.term_id not in wanted or re.match(r"Abnormal|Aplasia/Hypoplasia", term.name):
            continue
        term.synonyms = [term.name, *term.synonyms, *lay[term.term_id]]
        term.name = _running_text(current.get(term.term_id, term.name), words)
        joiner.join(term, HPO, "ADVERSE_EVENT")


#: The table was read off a printed page: terms, written like sentences, may run into the first grade's words,
#: or lack what stood on the next line.
_RUN_ON: Final = re.compile(r"(?<=[a-z)]) [A-Z][a-z]+(?: .*)?$")
_CUT_OFF: Final = re.compile(r"(?:,|\b(?:and|or|to|with|from|of))$|[<>=:%]|\s-$")


def _whole_term(written: str, whole: dict[str, str]) -> str | None:
    """A term of the table as CTCAE has it, or None for a chapter and for what can't be made whole.

    Args:
        written: the term as it was read off the page.
        whole: normal form → term, of another list of adverse events after CTCAE.
    """
    for term in (written, _RUN_ON.sub("", written)):
        if normal_form(term) in whole:
            return term
    start = normal_form(term) + " "
    longer = [name for key, name in whole.items() if key.startswith(start)]
    if len(longer) > 1 or any(name.endswith("- Other") for name in longer):
        return None
    return longer[0] if longer else None if _CUT_OFF.search(term) else term


def _add_adverse_events(joiner: _Joiner, onto: Path, words: Counter[str]) -> None:
    listed = (onto / "gdc" / "adverse_event.txt").read_text(encoding="utf-8").splitlines()
    whole = {normal_form(term): term for term in listed if term}
    folder = onto / "ae"
    for row in read_tsv(folder / "ctcae_v5_clean.tsv", comment=""):
        if row["term"].endswith(("- Other, specify", "Other, specify")):
            continue
        term = _whole_term(row["term"], whole)
        if term is None:
            continue
        name = _running_text(term, words)
        joiner.join(Term(f"cartographer:ctcae.{slug(name)}", name), CTCAE, "ADVERSE_EVENT")
    for row in read_tsv(folder / "oae_terms_2022.tsv", comment=""):
        name = re.sub(r"\s+AE$", "", row["label"])
        if name == row["label"] or re.search(r"\b(?:system|process|severity|course|adverse event)\b", name):
            continue
        joiner.join(Term(row["id"].replace("_", ":"), name), OAE, "ADVERSE_EVENT")


def add_annotated(drafts: Drafts, annotated: dict[str, tuple[str, str]]) -> None:
    """Names that annotators gave ids to: they bridge to MeSH and OMIM, and teach adjectives and variants.

    Args:
        drafts: all conditions.
        annotated: normal form → (words as written, CURIE).
    """
    n_below = _n_below(drafts)
    referring: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts.by_id.values():
        for xref in draft.xrefs:
            referring[xref].append(draft)
    for _, (text, curie) in sorted(annotated.items()):
        owners = drafts.owners(text, "DISEASE")
        known = referring[curie]
        if is_acronym(text):
            # MeSH is coarser: the document tells which of the concepts with that id it means.
            for draft in known:
                drafts.give_name(draft, text, "weak", True, may_share=True)
        elif owners:
            if not any(curie in owner.xrefs for owner in owners):
                owners[0].xrefs.add(curie)
        else:
            if not known:
                known.append(drafts.add(Draft(curie, "DISEASE", text, ANNOTATED, xrefs={curie})))
            # MeSH is coarser: what is above most of the others is what its id stands for.
            bearer = max(known, key=lambda draft: n_below[draft.concept_id])
            drafts.give_name(bearer, text, "contextual", False)


def _n_below(drafts: Drafts) -> Counter[str]:
    """How many concepts are right below each."""
    owner_of = {xref: draft.concept_id for draft in drafts.by_id.values() for xref in draft.xrefs}
    return Counter(
        owner_of.get(parent, parent) for draft in drafts.by_id.values() for parent in set(draft.parents)
    )


def bridge_by_umls(drafts: Drafts) -> None:
    """Concepts without a MeSH id take the one on which all those agree that share a UMLS id with them."""
    mesh_of: dict[str, set[str]] = defaultdict(set)
    lacking = []
    for draft in drafts.by_id.values():
        ids = _mesh_ids(draft)
        if not ids:
            lacking.append(draft)
        for xref in draft.xrefs:
            if xref.startswith("UMLS:"):
                mesh_of[xref] |= ids
    for draft in lacking:
        shared = set().union(*(mesh_of[xref] for xref in draft.xrefs if xref in mesh_of))
        if len(shared) == 1:
            draft.xrefs |= shared


def add_mesh_ids(drafts: Drafts, table: Iterable[list[str]]) -> None:
    """MeSH ids that are written by hand, for concepts that no source gives one.

    Args:
        drafts: all conditions.
        table: rows of name, MeSH id.
    """
    for name, local in table:
        for draft in drafts.owners(name, "DISEASE")[:1]:
            if not _mesh_ids(draft):
                draft.xrefs.add(f"MESH:{local}")


def _mesh_ids(draft: Draft) -> set[str]:
    return {xref for xref in draft.xrefs if xref.startswith("MESH:")}


def _running_text(name: str, words: Counter[str]) -> str:
    """A name in title case as it stands in running text: words that DOID writes in lower case become so."""
    return " ".join(
        word.lower()
        if word[:1].isupper() and word[1:].islower() and words[word.lower()] >= words[word]
        else word
        for word in name.split()
    )
