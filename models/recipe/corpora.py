"""Corpora: every annotated source in one shape, checked, counted, without what the dev splits hold.

    python -m models.recipe.corpora --corpora ../shared/corpora --work build/models

Writes `corpora.jsonl`, one `Text` a line, and prints the counts. A corpus says nothing about a label that is
not in its `labels`, so no head ever learns from a corpus that was not annotated for it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from pipeline.evaluation.corpora import read_corpus

CONDITION: Final = "CONDITION"
GENE: Final = "GENE"
SIZE: Final = "SIZE"
CHEMICAL: Final = "CHEMICAL"
SIZE: Final = "SIZE"

#: Share of the documents that are the dev part of a corpus without a published one.
DEV_PERCENT: Final = 15


class CorpusError(ValueError):
    """A corpus file that does not hold what it promises."""


@dataclass(frozen=True)
class Text:
    """One annotated text: extents are half-open character offsets, without overlap, sorted."""

    corpus: str
    split: str
    id: str
    text: str
    labels: tuple[str, ...]
    spans: tuple[tuple[int, int, str], ...]


def without_overlap(spans: Iterable[tuple[int, int, str]]) -> tuple[tuple[int, int, str], ...]:
    """The spans in order; of two that overlap the longer one, or the earlier one, is kept."""
    kept: list[tuple[int, int, str]] = []
    for start, end, label in sorted(set(spans), key=lambda span: (span[0] - span[1], span)):
        if all(end <= other[0] or start >= other[1] for other in kept):
            kept.append((start, end, label))
    return tuple(sorted(kept))


def squeezed(text: str) -> str:
    """Letters and figures alone: what stays the same however a corpus was tokenised or stored."""
    return re.sub(r"[\W_]+", "", text).casefold()


def read_pubtator(
    path: Path, corpus: str, labels: dict[str, str], separator: str = "\n"
) -> Iterator[tuple[str, Text]]:
    """PMID and text of each document of a PubTator file; the split is left to be decided.

    A document with an annotation whose text is not what stands at its offsets is left out whole.

    Args:
        path: The file.
        corpus: Name of the corpus.
        labels: The file's label → ours; others are left out.
        separator: One character between title and abstract; the offsets do not depend on it.

    Raises:
        CorpusError: More than one document in a hundred had to be left out.
    """
    n_documents, misplaced = 0, 0
    for block in path.read_text(encoding="utf8").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if len(lines) < 2:
            continue
        pmid, _, title = lines[0].split("|", 2)
        text = title + separator + lines[1].split("|", 2)[2]
        fields = [line.split("\t") for line in lines[2:]]
        rows = [
            (int(row[1]), int(row[2]), row[3], row[4]) for row in fields if len(row) > 4 and row[1].isdigit()
        ]
        n_documents += 1
        if any(squeezed(text[start:end]) != squeezed(words) for start, end, words, _ in rows):
            misplaced += 1
            continue
        spans = [(start, end, labels[label]) for start, end, _, label in rows if label in labels]
        yield pmid, Text(corpus, "", pmid, text, tuple(sorted(set(labels.values()))), without_overlap(spans))
    if misplaced * 100 > n_documents:
        raise CorpusError(f"{path.name}: annotations of {misplaced} documents do not fit their text")


_NO_SPACE_BEFORE: Final = frozenset(".,;:)]}%'-/?!")
_NO_SPACE_AFTER: Final = frozenset("([{-/'")


def read_iob(path: Path, corpus: str, split: str, labels: dict[str, str]) -> Iterator[Text]:
    """The sentences of an IOB file, with spaces put back between the tokens as print would have them.

    Raises:
        CorpusError: A line that is not a token and a tag, or an I- tag that continues nothing.
    """
    for number, block in enumerate(path.read_text(encoding="utf8").split("\n\n")):
        text, spans, previous = "", [], "O"
        for line in filter(None, block.split("\n")):
            fields = line.split("\t")
            if len(fields) != 2:
                raise CorpusError(f"{path.name}: {line!r}")
            token, tag = fields
            if text and token[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
                text += " "
            start = len(text)
            text += token
            if tag.startswith("B-"):
                spans.append((start, len(text), tag[2:]))
            elif tag.startswith("I-"):
                if previous[2:] != tag[2:]:
                    raise CorpusError(f"{path.name}: {tag} after {previous} at {token!r}")
                spans[-1] = (spans[-1][0], len(text), tag[2:])
            previous = tag
        if text and not text.startswith("-DOCSTART-"):
            ours = [(start, end, labels[label]) for start, end, label in spans if label in labels]
            names = tuple(sorted(set(labels.values())))
            yield Text(corpus, split, f"{split}-{number}", text, names, tuple(ours))


def read_phee(path: Path, corpus: str, split: str) -> Iterator[Text]:
    """Sentences of PHEE: drugs as CHEMICAL; conditions as far as an event needs them, no further."""
    for line in path.read_text(encoding="utf8").splitlines():
        row = json.loads(line)
        text, spans = row["context"], []
        for annotation in row["annotations"]:
            for event in annotation["events"]:
                for role, argument in (("Effect", event.get("Effect")), ("Drug", event.get("Treatment"))):
                    part = argument.get("Drug") if argument and role == "Drug" else argument
                    spans += (
                        [
                            (start, start + len(words), CHEMICAL if role == "Drug" else CONDITION)
                            for words_, starts in zip(part["text"], part["start"], strict=True)
                            for words, start in zip(words_, starts, strict=True)
                        ]
                        if part
                        else []
                    )
        for start, end, _ in spans:
            if not 0 <= start < end <= len(text):
                raise CorpusError(f"{path.name} {row['id']}: extent {start}-{end} outside of the sentence")
        yield Text(corpus, split, row["id"], text, (CHEMICAL, CONDITION), without_overlap(spans))


def read_brat(folder: Path, corpus: str, split: str, labels: dict[str, str]) -> Iterator[Text]:
    """Documents of a folder in stand-off format (`.txt` with `.ann` or `.a1`).

    Raises:
        CorpusError: An annotation whose text is not what stands at its offsets.
    """
    for path in sorted(folder.glob("*.txt")):
        text, spans = path.read_text(encoding="utf8"), []
        for ending in (".ann", ".a1"):
            annotations = path.with_suffix(ending)
            lines = annotations.read_text(encoding="utf8").splitlines() if annotations.exists() else []
            for line in lines:
                fields = line.split("\t")
                kind = fields[1].split(" ", 1) if line.startswith("T") else []
                if not kind or kind[0] not in labels or ";" in kind[1]:
                    continue
                start, end = map(int, kind[1].split())
                if squeezed(text[start:end]) != squeezed(fields[2]):
                    raise CorpusError(f"{path.name}: {text[start:end]!r} is not {fields[2]!r}")
                spans.append((start, end, labels[kind[0]]))
        pmid = re.sub(r"\D", "", path.stem)
        yield Text(corpus, split, pmid, text, tuple(sorted(set(labels.values()))), without_overlap(spans))


def read_sizes(folder: Path) -> Iterator[Text]:
    """PICO-Corpus: numbers of participants, in all, of the intervention and of the control group."""
    for one in read_corpus(folder).documents:
        spans = [(m.start_char, m.end_char, SIZE) for m in one.mentions if m.label.endswith("-participants")]
        split = _split(one.doc_id, one.text, None)
        yield Text("pico", split, one.doc_id, one.text, (SIZE,), without_overlap(spans))


def in_fraction(key: str, percent: int) -> bool:
    """Whether a key falls into a fixed share of all keys (by its hash, so the choice never moves)."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % 100 < percent


def _split(pmid: str, text: str, dev_texts: str | None) -> str:
    """`dev` where the published dev split holds the document, or else for a fixed share of the PMIDs."""
    if dev_texts is None:
        return "dev" if in_fraction(pmid, DEV_PERCENT) else "train"
    return "dev" if squeezed(text)[:60] in dev_texts else "train"


def read_all(corpora: Path) -> Iterator[Text]:
    """Every text of every corpus, splits assigned, before anything is left out."""
    iob, pubtator = corpora / "ner/iob", corpora / "ner/pubtator"
    disease = {"Disease": CONDITION, "DiseaseOrPhenotypicFeature": CONDITION}
    chemical = {"Chemical": CHEMICAL, "ChemicalEntity": CHEMICAL}
    gene = {"Gene": GENE, "GeneOrGeneProduct": GENE}
    ncbi = dict.fromkeys(("SpecificDisease", "Modifier", "DiseaseClass", "CompositeMention"), CONDITION)
    for name, file, labels, dev in (
        ("bc5cdr", pubtator / "BC5CDR_TrainDev.PubTator", disease | chemical, "BC5CDR-IOB"),
        ("ncbi-disease", pubtator / "NCBIdisease_TrainDev.PubTator", ncbi, "NCBI-disease-IOB"),
        ("nlm-gene", pubtator / "NLMgene_Train.PubTator", gene, None),
        ("gnormplus", pubtator / "GNormPlus_Train.PubTator", gene, None),
        ("biored", pubtator / "BioRED_TrainDev.PubTator", disease | chemical | gene, None),
    ):
        held = (
            squeezed("".join(line.split("\t")[0] for line in (iob / dev / "devel.tsv").open(encoding="utf8")))
            if dev
            else None
        )
        for pmid, text in read_pubtator(file, name, labels):
            yield Text(**{**asdict(text), "split": _split(pmid, text.text, held)})
    yield from read_sizes(corpora / "ner/pico_corpus")
    for split, file in (("train", "train.tsv"), ("dev", "devel.tsv")):
        yield from read_iob(iob / "BC2GM-IOB" / file, "bc2gm", split, {"GENE": GENE})
        yield from read_brat(
            corpora / "rel/bionlp13cg" / file.removesuffix(".tsv"),
            "bionlp13cg",
            split,
            {"Cancer": CONDITION, "Gene_or_gene_product": GENE, "Simple_chemical": CHEMICAL},
        )
        yield from read_phee(corpora / "rel/phee" / f"{split}.json", "phee", split)
    for file in ("devel.tsv", "test.tsv"):
        yield from read_iob(
            iob / "JNLPBA" / file, "jnlpba", "train", {"protein": GENE, "DNA": GENE, "RNA": GENE}
        )


def without_dev_documents(texts: list[Text]) -> list[Text]:
    """Leave out training texts that are, or that hold or lie in, a dev text of any corpus."""
    dev = [text for text in texts if text.split == "dev"]
    dev_ids = {text.id for text in dev if text.id.isdigit()}
    dev_ids |= {text.id.split("_")[0] for text in dev if text.corpus == "phee"}
    dev_squeezed = "\n".join(squeezed(text.text) for text in dev)
    # Sixty characters name a sentence well enough; shorter ones are compared whole.
    dev_starts = {squeezed(text.text)[:60] for text in dev}
    kept = list(dev)
    for text in texts:
        if text.split == "dev" or text.id.split("_")[0] in dev_ids:
            continue
        body = squeezed(text.text)
        held = any(body[at : at + 60] in dev_starts for at in range(0, max(1, len(body) - 59)))
        if not held and (len(body) < 40 or body[:200] not in dev_squeezed):
            kept.append(text)
    return kept


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    texts = list(read_all(arguments.corpora))
    kept = without_dev_documents(texts)
    before = Counter((text.corpus, text.split) for text in texts)
    counts = Counter((text.corpus, text.split) for text in kept)
    mentions = Counter((text.corpus, text.split, span[2]) for text in kept for span in text.spans)
    for key in sorted(before):
        labels = {label: n for (*where, label), n in sorted(mentions.items()) if tuple(where) == key}
        print(*key, f"{counts[key]} of {before[key]} texts kept,", labels)
    with (arguments.work / "corpora.jsonl").open("w", encoding="utf8") as out:
        for text in kept:
            out.write(json.dumps(asdict(text), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
