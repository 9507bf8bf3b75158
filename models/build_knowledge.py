"""Build models/knowledge from a corpora folder and the tables in models/knowledge_src.

    python models/build_knowledge.py CORPORA [--output models/knowledge]

Reads the ontologies under `CORPORA/onto` and a treebank for what words general English has; writes
`concepts.parquet`, `names.parquet`, the index of the neighbour search and `sources.json`. The same input
gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from knowledge_conditions import add_annotated, add_conditions, add_mesh_ids, bridge_by_umls
from knowledge_drafts import Draft, Drafts, Source, slug
from knowledge_molecules import add_molecules
from ontology_readers import annotated_names, ordinary_words

from models.assets import sha256_of
from pipeline.lexicon import KnowledgeBase, knowledge_tables, normal_form
from pipeline.lexicon.knowledge import CONCEPTS_FILE, NAMES_FILE, SOURCES_FILE, NameRank
from pipeline.lexicon.neighbours import build_index

TABLES: Final = Path(__file__).resolve().parent / "knowledge_src"
PROJECT: Final = Source("cartographer", "2026-11", "Apache-2.0")
#: Corpora whose annotations bridge names to MeSH and OMIM.
ANNOTATED: Final = ("BC5CDR", "NCBIdisease", "BioRED")
GDC: Final = Source("NCI GDC", "2022", "Apache-2.0")


def read_table(name: str, n_columns: int) -> Iterator[list[str]]:
    """Rows of a hand-written table, each with `n_columns` cells.

    Raises:
        ValueError: a row has more cells than that.
    """
    with (TABLES / name).open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE), 1):
            if not row or row[0].startswith("#"):
                continue
            if len(row) > n_columns:
                raise ValueError(f"{name}, line {number}: {len(row)} cells instead of {n_columns}")
            yield [cell.strip() for cell in row] + [""] * (n_columns - len(row))


def split_names(cell: str) -> list[tuple[str, bool, NameRank]]:
    """The names in a cell: text, whether it is marked as bound to its case, rank."""
    names: list[tuple[str, bool, NameRank]] = []
    for written in filter(None, cell.split("|")):
        mark = written[0] if written[0] in "=~" else ""
        names.append((written[len(mark) :], bool(mark), "weak" if mark == "~" else "synonym"))
    return names


def claim(drafts: Drafts, draft: Draft, name: str, cell: str) -> None:
    """Give a draft the names of a hand-written row, first of all its preferred name."""
    draft.name = name
    draft.is_written = True
    written = draft.names
    draft.names = []
    for text, is_marked, rank in [(name, False, "preferred"), *split_names(cell)]:
        drafts.take_name(text, draft.label, draft)
        # Hand-written acronyms were chosen; only English words and pairs of letters need their case.
        bound = is_marked or drafts.is_bound(text, 2)
        drafts.give_name(draft, text, rank, bound)  # type: ignore[arg-type]
    draft.names.extend(written)


def add_written_conditions(drafts: Drafts) -> None:
    """Conditions that are written by hand join the concept that bears their name or one of their synonyms."""
    for curie, label, name, cell in read_table("conditions.tsv", 4):
        texts = [name, *(text for text, is_marked, _ in split_names(cell) if not is_marked)]
        owners = (drafts.owners(text, label) for text in texts)
        # A synonym may lead to a concept only if no row above has claimed that one.
        found = next((o[0] for o in owners if o and not o[0].is_written), None)
        if found is None or curie:
            found = drafts.add(
                Draft(curie or f"cartographer:condition.{slug(name)}", "DISEASE", name, PROJECT)
            )
        else:
            # What was chosen by hand names a condition anywhere, also where the source is a list of findings.
            found.xrefs.add(f"cartographer:condition.{slug(name)}")
        found.label = label  # type: ignore[assignment]
        claim(drafts, found, name, cell)


def add_therapies(drafts: Drafts, agents: Path) -> None:
    """Cell therapies with what they bind, other therapies, and the agents of NCI's GDC."""
    for name, cell, symbols, _cells, _developer in read_table("cell_therapies.tsv", 5):
        draft = drafts.add(Draft(f"cartographer:therapy.{slug(name)}", "THERAPY", name, PROJECT))
        claim(drafts, draft, name, cell)
        draft.targets = tuple(_molecule(drafts, symbol) for symbol in _symbols(symbols))
    for name, cell in read_table("therapies.tsv", 2):
        draft = drafts.add(Draft(f"cartographer:therapy.{slug(name)}", "THERAPY", name, PROJECT))
        claim(drafts, draft, name, cell)
    for agent in agents.read_text(encoding="utf-8").splitlines():
        if not agent or drafts.is_everyday(agent) or drafts.owners(agent, "THERAPY"):
            continue
        _add_agent(drafts, agent)


#: A code name at the end of a GDC agent: "Autologous Anti-CD19 CAR T-cells IM19".
_CODE: Final = re.compile(r"\s((?=[\w.-]*\d)(?=[\w.-]*[A-Z])[A-Za-z][\w.()-]{3,})$")
_BINDS: Final = re.compile(
    r"anti-([\w./*:-]+)|([\w./-]+)(?:-CAR|-(?:targeted|specific|directed))", re.IGNORECASE
)


def _add_agent(drafts: Drafts, agent: str) -> None:
    code = _CODE.search(agent)
    name = code.group(1) if code else _agent_name(agent)
    if drafts.owners(name, "THERAPY"):
        drafts.give_name(drafts.owners(name, "THERAPY")[0], agent, "synonym", False)
        return
    concept_id = f"cartographer:therapy.{slug(name)}"
    if concept_id in drafts.by_id:
        return
    draft = drafts.add(Draft(concept_id, "THERAPY", name, GDC))
    drafts.give_name(draft, name, "preferred", drafts.is_bound(name, 3))
    drafts.give_name(draft, agent, "synonym", False)
    if re.search(r"\bCAR\b|Chimeric Antigen", agent):
        bound = [
            part
            for match in _BINDS.finditer(agent)
            for part in re.split(r"/", match.group(1) or match.group(2))
        ]
        owners = [drafts.owners(part, "ANTIGEN") for part in bound]
        draft.targets = tuple(
            dict.fromkeys(o[0].concept_id for o in owners if o and o[0].molecule_role == "antigen")
        )


def _agent_name(agent: str) -> str:
    """A GDC name in running text: generic names are written in lower case."""
    return agent.lower() if re.fullmatch(r"(?:[A-Z][a-z]{4,}[\s-]?)+", agent) else agent


def _symbols(cell: str) -> list[str]:
    # "Lewis Y" and "chlorotoxin receptor" have a blank of their own.
    return [cell] if cell in ("chlorotoxin receptor", "Lewis Y") else cell.split()


def _read_annotated(folder: Path) -> dict[str, tuple[str, str]]:
    """Names that three corpora agree on: normal form → (words as most often written, the CURIE of most)."""
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    held_out = [folder / "iob" / f"{name}-IOB" / "devel.tsv" for name in ("BC5CDR", "NCBI-disease")]
    for corpus in ANNOTATED:
        pubtator = folder / "pubtator" / f"{corpus}_TrainDev.PubTator"
        for key, found in annotated_names(pubtator, held_out, normal_form).items():
            counts[key].update(found)
    annotated = {}
    for key, found in counts.items():
        curies: Counter[str] = Counter()
        for (_, curie), count in found.items():
            curies[curie] += count
        (curie, count), (text, _) = curies.most_common(1)[0], found.most_common(1)[0][0]
        # A name that means several things in the corpora teaches nothing.
        if key and count >= 0.8 * curies.total():
            annotated[key] = (text.lower() if text[:1].isupper() and text[1:].islower() else text, curie)
    return annotated


def _molecule(drafts: Drafts, symbol: str) -> str:
    found = [draft for draft in drafts.owners(symbol, "ANTIGEN") if draft.name == symbol]
    if not found:
        raise ValueError(f"cell_therapies.tsv: {symbol} is no approved symbol")
    return found[0].concept_id


def write(drafts: Drafts, corpora: Path, output: Path) -> dict[str, object]:
    """Write the files, and return what `sources.json` says."""
    concepts, names = drafts.finished()
    concept_table, name_table = knowledge_tables(concepts, names)
    output.mkdir(parents=True, exist_ok=True)
    labels = Counter(concept.label for concept in concepts)
    sources = sorted({(c.ontology, c.ontology_version, c.licence) for c in concepts})
    read = sorted(path for path in (corpora / "onto").rglob("*") if path.is_file())
    read.append(corpora / "parse.tar.xz")
    read += [corpora / "ner" / "pubtator" / f"{name}_TrainDev.PubTator" for name in ANNOTATED]
    told: dict[str, object] = {
        "n_concepts": dict(sorted(labels.items())),
        "n_names": name_table.num_rows,
        "sources": [dict(zip(("ontology", "version", "licence"), row, strict=True)) for row in sources],
        "sha256_read": {str(p.relative_to(corpora)): sha256_of(p) for p in read},
    }
    # Everything is written beside the output and moved there at the end: nobody reads half a knowledge base.
    with TemporaryDirectory(dir=output.parent) as name:
        staging = Path(name)
        for table, file_name in ((concept_table, CONCEPTS_FILE), (name_table, NAMES_FILE)):
            pq.write_table(
                table, staging / file_name, compression="zstd", compression_level=19, version="2.6"
            )
        build_index(KnowledgeBase(concept_table, name_table), staging)
        told["sha256"] = {path.name: sha256_of(path) for path in sorted(staging.iterdir())}
        listed = json.dumps(told, indent=1, sort_keys=True) + "\n"
        (staging / SOURCES_FILE).write_text(listed, encoding="utf-8")
        for path in sorted(staging.iterdir()):
            path.replace(output / path.name)
    return told


def main() -> None:
    """Read the arguments and build."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, help="folder with onto/ and parse.tar.xz")
    parser.add_argument("--output", type=Path, default=TABLES.parent / "knowledge")
    given = parser.parse_args()
    stop_lines = (TABLES / "stop_names.txt").read_text(encoding="utf-8").splitlines()
    stopped = frozenset(line for line in stop_lines if line and not line.startswith("#"))
    drafts = Drafts(ordinary_words(given.corpora / "parse.tar.xz"), stopped)
    onto = given.corpora / "onto"
    add_conditions(drafts, onto)
    add_written_conditions(drafts)
    bridge_by_umls(drafts)
    add_mesh_ids(drafts, read_table("mesh.tsv", 2))
    add_annotated(drafts, _read_annotated(given.corpora / "ner"))
    add_molecules(drafts, onto / "gene", read_table("molecules.tsv", 5), split_names, PROJECT)
    add_therapies(drafts, onto / "gdc" / "therapeutic_agents.txt")
    told = write(drafts, given.corpora, given.output)
    print(json.dumps({key: told[key] for key in ("n_concepts", "n_names")}, indent=1))


if __name__ == "__main__":
    main()
