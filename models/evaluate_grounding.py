"""Accuracy at rank 1 of the grounding, given gold mentions, on development parts of two corpora.

    python models/evaluate_grounding.py CORPORA [--near 0.6 0.7 0.8] [--misses 40]

The corpora are BC5CDR and NCBI-disease. A mention counts as right when its concept, or where it has no
id in that vocabulary the nearest one above it, has one of the mention's gold ids (MeSH or OMIM). Mentions
without a gold id are left out; mentions of several diseases count when one of them is found.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import spacy
from ontology_readers import letters
from spacy.tokens import Doc, Span

import pipeline.components.abbreviations
import pipeline.components.tokenizer
from pipeline.components.extensions import MENTIONS
from pipeline.components.grounder import Grounder
from pipeline.lexicon import KnowledgeBase, load_knowledge
from pipeline.settings import settings

_DISEASES: Final = frozenset({"Disease", "DiseaseClass", "SpecificDisease", "Modifier", "CompositeMention"})


class GoldMention(NamedTuple):
    """A disease in a text, and the ids that are right."""

    start_char: int
    end_char: int
    ids: frozenset[str]


def read_pubtator(path: Path, iob: Path) -> Iterator[tuple[str, list[GoldMention]]]:
    """Texts of the documents that are also in an IOB file, and their disease mentions."""
    words = (line.split("\t")[0] for line in iob.read_text(encoding="utf-8").splitlines())
    wanted = letters("".join(words))
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        parts = [line.split("|", 2)[2] for line in lines[:2]]
        if letters(parts[0]) not in wanted:
            continue
        mentions = []
        for line in lines[2:]:
            cells = line.split("\t")
            if len(cells) > 5 and cells[4] in _DISEASES and cells[5] not in ("-1", "-", ""):
                ids = frozenset(_curie(local) for local in re.split(r"[|,+]", cells[5]))
                mentions.append(GoldMention(int(cells[1]), int(cells[2]), ids))
        yield " ".join(parts), mentions


def _curie(local: str) -> str:
    local = local.replace("MESH:", "").strip()
    return local if local.startswith("OMIM:") else f"MESH:{local}"


def _docs(path: Path, iob: Path, nlp: spacy.language.Language) -> Iterator[tuple[Doc, list[GoldMention]]]:
    for text, mentions in read_pubtator(path, iob):
        doc = nlp(text)
        found: dict[tuple[int, int], tuple[Span, GoldMention]] = {}
        for mention in mentions:
            span = doc.char_span(
                mention.start_char, mention.end_char, label="DISEASE", alignment_mode="expand"
            )
            if span is not None:
                found[span.start, span.end] = (span, mention)
        doc.spans[MENTIONS] = [span for span, _ in found.values()]
        yield doc, [mention for _, mention in found.values()]


def score(
    path: Path, iob: Path, grounder: Grounder, knowledge: KnowledgeBase
) -> tuple[Counter[str], Counter[str]]:
    """Counts of right, wrong and ungrounded mentions, and the misses."""
    nlp = spacy.blank("en")
    nlp.tokenizer = pipeline.components.tokenizer.build_tokenizer(nlp)
    nlp.add_pipe("cartographer_abbreviations")
    counts: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    for doc, gold in _docs(path, iob, nlp):
        for span, mention in zip(grounder(doc).spans[MENTIONS], gold, strict=True):
            concept = knowledge.concept(span.kb_id_) if span.kb_id_ else None
            ids = (
                {i for p in ("MESH", "OMIM") for i in knowledge.bridge(span.kb_id_, p)} if concept else set()
            )
            right = not mention.ids.isdisjoint(ids)
            counts["right" if right else "wrong" if concept else "none"] += 1
            if not right:
                told = f"{concept.concept_id} {concept.name} {concept.xrefs}" if concept else "none"
                misses[f"{span.text} | {sorted(mention.ids)} | {told} {span._.concept_score}"] += 1
    return counts, misses


def main() -> None:
    """Read the arguments and score."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpora", type=Path, help="folder with ner/pubtator and ner/iob")
    parser.add_argument("--near", type=float, nargs="+", default=[0.7], help="how near a neighbour must be")
    parser.add_argument("--misses", type=int, default=0, help="how many of the misses to print")
    given = parser.parse_args()
    knowledge = load_knowledge(settings().knowledge)
    corpora = (("BC5CDR", "BC5CDR"), ("NCBIdisease", "NCBI-disease"))
    for near, (name, iob_name) in product(given.near, corpora):
        grounder = Grounder(knowledge, near)
        path = given.corpora / "ner" / "pubtator" / f"{name}_TrainDev.PubTator"
        iob = given.corpora / "ner" / "iob" / f"{iob_name}-IOB" / "devel.tsv"
        counts, misses = score(path, iob, grounder, knowledge)
        total = counts.total()
        precision = counts["right"] / (counts["right"] + counts["wrong"])
        print(
            f"{name}, neighbours from {near}: acc@1 {counts['right'] / total:.3f}, precision {precision:.3f} "
            f"({total} mentions), {dict(counts)}"
        )
        for miss, count in misses.most_common(given.misses):
            print(f"  {count} {miss}")


if __name__ == "__main__":
    main()
