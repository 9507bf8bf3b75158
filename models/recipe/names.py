"""The name table of the encoder: hashes of every name that the ontologies give to diseases, genes, agents.

    python -m models.recipe.names --corpora ../shared/corpora --work build/models

Writes `names.bin`. The table tells the encoder where a name may stand; which concept it is, is the grounder's
affair. Names taken from the training corpora are left out on purpose: a table that knew every gold mention
would teach the model to trust it blindly.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import spacy
from spacy.tokenizer import Tokenizer

from pipeline.components.name_table import NAME_KINDS, NameTable
from pipeline.components.tokenizer import build_tokenizer
from pipeline.components.word_cache import name_key

_BITS: Final = {kind: 1 << place for place, kind in enumerate(NAME_KINDS)}
_SYNONYM: Final = re.compile(r'^(?:name: |synonym: ")([^"\n]+)', re.MULTILINE)
_TRAILING_REMARK: Final = re.compile(r"\s*[(\[][^)\]]*[)\]]$|,? NOS$|^obsolete ")


def _graph_names(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf8") as file:
        for node in json.load(file)["graphs"][0]["nodes"]:
            yield node.get("lbl") or ""
            yield from (synonym["val"] for synonym in node.get("meta", {}).get("synonyms", ()))


def _obo_names(path: Path) -> Iterator[str]:
    yield from _SYNONYM.findall(path.read_text(encoding="utf8"))


def _column(path: Path, *columns: str, delimiter: str = "\t") -> Iterator[str]:
    lines = (line for line in path.open(encoding="utf8") if not line.startswith("#"))
    for row in csv.DictReader(lines, delimiter=delimiter):
        yield from ((row.get(column) or "").strip('"') for column in columns)


def _gene_info(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf8") as file:
        # The header is one column wide; symbol, synonyms, description and other designations by place.
        for line in file:
            if not line.startswith("#"):
                fields = line.split("\t")
                for column in (2, 4, 8, 13):
                    yield from fields[column].split("|")


def disease_names(onto: Path) -> Iterator[str]:
    """Names of diseases: Disease Ontology of both years, NCIt, ORDO, and the labels in Mondo's mappings."""
    disease = onto / "disease"
    for name in ("doid-2018-07-05", "ncit-disease-2018-06-08", "ordo-2_6-2018-07-12"):
        yield from _graph_names(disease / f"{name}.json.gz")
    for path in sorted((disease / "do2026").glob("*.obo")):
        yield from _obo_names(path)
    yield from _column(disease / "do2026/HumanDO.tsv", "label")
    for path in sorted((disease / "mondo_map").glob("*.tsv")):
        yield from _column(path, "subject_label", "object_label")
    for name in ("comorbidity", "primary_diagnosis"):
        yield from (onto / f"gdc/{name}.txt").read_text(encoding="utf8").splitlines()


def phenotype_names(onto: Path) -> Iterator[str]:
    """Names of signs and adverse events: HPO of both years with lay synonyms, CTCAE, OAE, GDC."""
    yield from _obo_names(onto / "hpo/hp.obo")
    yield from _column(onto / "hpo/hp_labels_2023.tsv", "label")
    yield from _column(onto / "hpo/layperson-synonyms.tsv", "?term_label", "?layperson")
    yield from _column(onto / "ae/ctcae_v5_clean.tsv", "term")
    yield from (name.removesuffix(" AE") for name in _column(onto / "ae/oae_terms_2022.tsv", "label"))
    yield from (onto / "gdc/adverse_event.txt").read_text(encoding="utf8").splitlines()


def gene_names(onto: Path) -> Iterator[str]:
    """Names of genes and their families: Entrez, HGNC aliases, FamPlex."""
    yield from _gene_info(onto / "gene/Homo_sapiens.gene_info.gz")
    yield from _column(onto / "gene/hgnc_alias_2022.tsv", "Symbol", "Approved.Symbol")
    for name in ("equivalences", "grounding_map"):
        with (onto / f"gene/famplex/{name}.csv").open(encoding="utf8") as file:
            yield from (row[1 if name == "equivalences" else 0] for row in csv.reader(file) if len(row) > 1)


def agent_names(onto: Path) -> Iterator[str]:
    """Names of drugs and cell products: the agents of the GDC."""
    yield from (onto / "gdc/therapeutic_agents.txt").read_text(encoding="utf8").splitlines()


def everyday_words(archive: Path) -> Counter[str]:
    """Lower-case words of the treebanks of general English, counted."""
    counts: Counter[str] = Counter()
    with tarfile.open(archive) as files:
        for member in files:
            if (
                member.name.endswith(".conllu")
                and "genia" not in member.name
                and "medical" not in member.name
            ):
                content = files.extractfile(member)
                for line in content.read().decode("utf8").splitlines() if content else ():
                    fields = line.split("\t")
                    if len(fields) > 3 and fields[1].islower():
                        counts[name_key(fields[1])] += 1
    return counts


def _words(name: str, tokenizer: Tokenizer) -> tuple[str, ...]:
    plain = _TRAILING_REMARK.sub("", name.strip())
    return tuple(key for token in tokenizer(plain) if (key := name_key(token.text)))


def build_names(corpora: Path) -> NameTable:
    """The table of all names, without single everyday words and single letters or figures."""
    tokenizer = build_tokenizer(spacy.blank("en"))
    everyday = everyday_words(corpora / "parse.tar.xz")
    names: dict[tuple[str, ...], int] = {}
    onto = corpora / "onto"
    for kind, source in (
        ("disease", disease_names),
        ("phenotype", phenotype_names),
        ("gene", gene_names),
        ("agent", agent_names),
    ):
        before = Counter(bool(bits & _BITS[kind]) for bits in names.values())[True]
        for name in source(onto):
            words = _words(name, tokenizer)
            if not words or (len(words) == 1 and (len(words[0]) < 2 or words[0].isdigit())):
                continue
            # "cold" and "strain" are conditions all the same; "was" and "cat" are no genes, "all" is nothing.
            bound = 1 if kind in ("gene", "agent") else 50
            if len(words) == 1 and everyday[words[0]] > bound:
                continue
            names[words] = names.get(words, 0) | _BITS[kind]
        print(kind, Counter(bool(bits & _BITS[kind]) for bits in names.values())[True] - before)
    return NameTable.from_names(names)


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    table = build_names(arguments.corpora)
    (arguments.work / "names.bin").write_bytes(table.to_bytes())
    print(f"{len(table.hashes):,} names, {len(table.to_bytes()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
