"""Readers of the ontologies in a corpora folder: each file becomes plain terms and nothing else."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tarfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final


@dataclass
class Term:
    """A term as its ontology gives it: CURIE, label, exact synonyms, cross-references as CURIEs."""

    term_id: str
    name: str
    synonyms: list[str] = field(default_factory=list)
    xrefs: set[str] = field(default_factory=set)
    alt_ids: set[str] = field(default_factory=set)
    parents: list[str] = field(default_factory=list)


_XREF_PREFIX: Final = {
    "MESH": "MESH",
    "MeSH": "MESH",
    "mesh": "MESH",
    "MSH": "MESH",
    "NCI": "NCIT",
    "NCIT": "NCIT",
    "OMIM": "OMIM",
    "ORDO": "Orphanet",
    "UMLS_CUI": "UMLS",
    "UMLS": "UMLS",
}


def xref_curie(xref: str) -> str | None:
    """A cross-reference as a CURIE of the few vocabularies that are kept, or None.

    Example:
        >>> xref_curie("NCI:C3088"), xref_curie("ICD10CM:M32.0")
        ('NCIT:C3088', None)
    """
    prefix, _, local = xref.strip().partition(":")
    kept = _XREF_PREFIX.get(prefix)
    # Tree numbers (C15.378) are places and no ids; MeSH ids are a letter and digits.
    if kept is None or not local or (kept == "MESH" and not re.fullmatch(r"[CD]\d{6,9}", local)):
        return None
    return f"{kept}:{local}"


def _kept_xrefs(xrefs: list[str]) -> set[str]:
    return {curie for xref in xrefs if (curie := xref_curie(xref))}


def read_obo_graph(path: Path, curie: Any, root: str | None = None, subset: str = "") -> Iterator[Term]:
    """Terms of an OBO-graph JSON file that are not deprecated.

    Args:
        path: the file, gzipped.
        curie: turns a node's address into a CURIE.
        root: CURIE of the term below which a term must be, or None.
        subset: what the name of one of the term's subsets must contain.
    """
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        graph = json.load(stream)["graphs"][0]
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in graph["edges"]:
        if edge["pred"] == "is_a":
            parents[curie(edge["sub"]) or ""].append(curie(edge["obj"]) or "")
    wanted = descendants(root, parents) if root else None
    for node in graph["nodes"]:
        meta = node.get("meta", {})
        term_id = curie(node["id"])
        if wanted is not None and term_id not in wanted:
            continue
        if subset and not any(subset in name for name in meta.get("subsets", ())):
            continue
        reasons = [v for v in meta.get("basicPropertyValues", ()) if "obsolescence" in v["pred"]]
        if term_id is None or not node.get("lbl") or meta.get("deprecated") or reasons:
            continue
        exact = [s["val"] for s in meta.get("synonyms", ()) if s["pred"] == "hasExactSynonym"]
        xrefs = _kept_xrefs([x["val"] for x in meta.get("xrefs", ())])
        yield Term(term_id, node["lbl"], exact, xrefs, parents=parents.get(term_id, []))


def local_id(prefix: str, marker: str) -> Any:
    """A function from a node's address to `prefix:local`, or None for addresses without the marker."""

    def curie(address: str) -> str | None:
        return f"{prefix}:{address.rsplit(marker, 1)[1]}" if marker in address else None

    return curie


_OBO_SYNONYM: Final = re.compile(r'^"((?:[^"\\]|\\.)*)" (EXACT|BROAD|NARROW|RELATED)')


def read_obo(
    path: Path, scopes: frozenset[str] = frozenset({"EXACT"})
) -> tuple[list[Term], dict[str, list[str]]]:
    """Terms of an OBO file that are not obsolete, and their parents."""
    terms: list[Term] = []
    parents: dict[str, list[str]] = defaultdict(list)
    for stanza in path.read_text(encoding="utf-8").split("\n[Term]\n")[1:]:
        lines = [line.partition(": ")[::2] for line in stanza.split("\n[")[0].splitlines() if ": " in line]
        tags: dict[str, list[str]] = defaultdict(list)
        for tag, value in lines:
            tags[tag].append(value)
        if "true" in tags["is_obsolete"] or not tags["name"]:
            continue
        found = (_OBO_SYNONYM.match(value) for value in tags["synonym"])
        synonyms = [m.group(1).replace('\\"', '"') for m in found if m and m.group(2) in scopes]
        xrefs = _kept_xrefs([value.split(" ")[0] for value in tags["xref"]])
        term_id = tags["id"][0]
        parents[term_id] = [value.split(" ")[0] for value in tags["is_a"]]
        terms.append(Term(term_id, tags["name"][0], synonyms, xrefs, set(tags["alt_id"]), parents[term_id]))
    return terms, parents


def read_tsv(path: Path, comment: str = "#") -> Iterator[dict[str, str]]:
    """Rows of a tab-separated file with a header; lines that start with `comment` are passed over."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = (line for line in stream if not (comment and line.startswith(comment)))
        for row in csv.DictReader(rows, delimiter="\t"):
            yield {key.lstrip("?"): value or "" for key, value in row.items() if key}


def descendants(root: str, parents: dict[str, list[str]]) -> set[str]:
    """Every term below `root`, itself left out."""
    children: dict[str, list[str]] = defaultdict(list)
    for child, above in parents.items():
        for parent in above:
            children[parent].append(child)
    found: set[str] = set()
    waiting = [root]
    while waiting:
        for child in children[waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def read_mappings(path: Path) -> dict[str, tuple[str, list[str]]]:
    """An SSSOM file: Mondo id → (Mondo label, ids in the other vocabulary as CURIEs)."""
    mapped: dict[str, tuple[str, list[str]]] = {}
    for row in read_tsv(path):
        other = row["object_id"].replace("mesh:", "MESH:")
        mapped.setdefault(row["subject_id"], (row["subject_label"], []))[1].append(other)
    return mapped


@dataclass(frozen=True)
class Gene:
    """A human gene: HGNC CURIE, approved symbol, full name, other symbols and other names."""

    gene_id: str
    symbol: str
    full_name: str
    aliases: tuple[str, ...]
    other_names: tuple[str, ...]


#: Kinds of Entrez genes that make a protein, immunoglobulin segments among them ("other").
_PROTEIN_KINDS: Final = frozenset({"protein-coding", "other"})


def read_genes(folder: Path) -> list[Gene]:
    """Genes that make proteins, from Entrez' gene_info joined with HGNC's alias list."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in read_tsv(folder / "hgnc_alias_2022.tsv"):
        aliases[row["Approved.Symbol"]].append(row["Symbol"])
    renamed: dict[str, list[str]] = defaultdict(list)
    for approved, others in aliases.items():
        for other in others:
            renamed[other].append(approved)
    genes = []
    with gzip.open(folder / "Homo_sapiens.gene_info.gz", "rt", encoding="utf-8") as stream:
        next(stream)
        for line in stream:
            cells = line.rstrip("\n").split("\t")
            hgnc = re.search(r"HGNC:HGNC:(\d+)", cells[5])
            symbol = cells[10]
            if symbol not in aliases and len(renamed[symbol]) == 1:
                # gene_info is of 2015; HGNC has renamed some genes since.
                cells[4] += f"|{symbol}"
                symbol = renamed[symbol][0]
            is_segment = re.match(r"(IG[HKL][VDJCAGME]|TR[ABGD][VDJC])", symbol) is not None
            if hgnc is None or symbol == "-" or not (cells[9] in _PROTEIN_KINDS or is_segment):
                continue
            genes.append(
                Gene(
                    f"HGNC:{hgnc.group(1)}",
                    symbol,
                    cells[11],
                    tuple(dict.fromkeys([*cells[4].split("|"), *aliases.get(symbol, ())])),
                    tuple(cells[13].split("|")),
                )
            )
    return genes


def read_surface_scores(path: Path) -> dict[str, int]:
    """The Cancer Surfaceome Atlas: symbol → how many sources call its protein a surface protein."""
    return {row["Gene Name"]: int(float(row["Core Score"] or 0)) for row in read_tsv(path)}


def ordinary_words(archive: Path, folder: str = "parse/ewt/") -> Counter[str]:
    """Words that general English writes in lower case, with counts, from a treebank in a tar archive."""
    counts: Counter[str] = Counter()
    with tarfile.open(archive) as files:
        for member in files:
            if not (member.name.startswith(folder) and member.name.endswith(".conllu")):
                continue
            stream = files.extractfile(member)
            assert stream is not None
            for line in stream.read().decode("utf-8").splitlines():
                cells = line.split("\t")
                if len(cells) > 3 and cells[1].isalpha() and cells[1].islower():
                    counts[cells[1]] += 1
    return counts


#: Kinds of mentions in the PubTator files of BC5CDR, NCBI-disease and BioRED that are conditions.
_CONDITIONS: Final = frozenset(
    {"Disease", "DiseaseClass", "SpecificDisease", "Modifier", "DiseaseOrPhenotypicFeature"}
)


def annotated_names(
    pubtator: Path, held_out: Sequence[Path], normal_form: Callable[[str], str]
) -> dict[str, Counter[tuple[str, str]]]:
    """What annotators called a condition, and which one they meant, in the training part of a corpus.

    Args:
        pubtator: training and development documents with ids.
        held_out: development documents in IOB; a document whose title is in one of them is passed over.
        normal_form: by which variants of a name are put together.

    Returns:
        normal form → counts of (words as written, CURIE).
    """
    words = (
        line.split("\t")[0] for path in held_out for line in path.read_text(encoding="utf-8").splitlines()
    )
    seen = letters("".join(words))
    found: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for block in pubtator.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        if letters(lines[0].split("|", 2)[2]) in seen:
            continue
        for line in lines[2:]:
            cells = line.split("\t")
            if (
                len(cells) > 5
                and cells[4] in _CONDITIONS
                and re.fullmatch(r"(?:OMIM:\d+|[CD]\d{6,9})", cells[5])
            ):
                curie = cells[5] if cells[5].startswith("OMIM") else f"MESH:{cells[5]}"
                found[normal_form(cells[3])][cells[3], curie] += 1
    return found


def letters(text: str) -> str:
    """Letters and digits only, in lower case: by this, texts compare however they were tokenized."""
    return "".join(c for c in text.lower() if c.isalnum())
