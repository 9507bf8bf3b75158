"""Sentences of the treebanks (GUM, GENTLE, EWT, GENIA), document by document, for the sentence boundaries.

    python -m models.recipe.treebanks --corpora ../shared/corpora --work build/models

Writes `treebanks.jsonl`: one document a line with its sentences, and whether a paragraph begins with each.
"""

from __future__ import annotations

import argparse
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from models.recipe.corpora import CorpusError, in_fraction

_NO_SPACE_BEFORE: Final = frozenset(".,;:)]}%?!'")
_NO_SPACE_AFTER: Final = frozenset("([{")
#: GENIA has no document borders; this many sentences make an abstract.
_SENTENCES_OF_AN_ABSTRACT: Final = 9


@dataclass(frozen=True)
class SentenceDocument:
    """Sentences of one document; `paragraphs` tells which of them begin a paragraph."""

    corpus: str
    split: str
    sentences: tuple[str, ...]
    paragraphs: tuple[bool, ...]


def _joined(tokens: list[str]) -> str:
    text = ""
    for token in tokens:
        if text and token[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
            text += " "
        text += token
    return text


def read_conllu(content: str, corpus: str, split: str) -> Iterator[SentenceDocument]:
    """Documents of a CoNLL-U file, by `# newdoc` or, where there is none, by a fixed number of sentences.

    Raises:
        CorpusError: A sentence without words.
    """
    sentences: list[str] = []
    paragraphs: list[bool] = []
    for block in content.strip().split("\n\n"):
        lines = block.split("\n")
        text = next((line[9:] for line in lines if line.startswith("# text = ")), None)
        words = [line.split("\t")[1] for line in lines if line[:1].isdigit()]
        if not words:
            raise CorpusError(f"{corpus}: a sentence without words: {block[:80]!r}")
        is_new = any(line.startswith("# newdoc") for line in lines)
        full = text is None and len(sentences) >= _SENTENCES_OF_AN_ABSTRACT
        if sentences and (is_new or full):
            yield SentenceDocument(corpus, split, tuple(sentences), tuple(paragraphs))
            sentences, paragraphs = [], []
        sentences.append(" ".join((text or _joined(words)).split()))
        paragraphs.append(any(line.startswith("# newpar") for line in lines))
    if sentences:
        yield SentenceDocument(corpus, split, tuple(sentences), tuple(paragraphs))


def read_treebanks(archive: Path) -> Iterator[SentenceDocument]:
    """Every document of the archive; the published dev files, and a tenth of GUM, are dev."""
    with tarfile.open(archive) as files:
        for member in sorted(files.getmembers(), key=lambda member: member.name):
            if not member.name.endswith(".conllu"):
                continue
            content = files.extractfile(member)
            name = Path(member.name)
            is_dev = "dev" in name.stem or (name.parent.name == "gum" and in_fraction(name.stem, 10))
            split = "dev" if is_dev else "train"
            yield from read_conllu(content.read().decode("utf8") if content else "", name.parent.name, split)


def main() -> None:
    """Command line of this step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    documents = list(read_treebanks(arguments.corpora / "parse.tar.xz"))
    counts = Counter[tuple[str, str]]()
    for document in documents:
        counts[document.corpus, document.split] += len(document.sentences)
    for (corpus, split), n_sentences in sorted(counts.items()):
        print(corpus, split, n_sentences, "sentences")
    with (arguments.work / "treebanks.jsonl").open("w", encoding="utf8") as out:
        for document in documents:
            out.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
