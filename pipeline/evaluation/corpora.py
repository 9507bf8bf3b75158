"""Annotated corpora in PubTator, IOB and BRAT, and PHEE, read strictly into texts with mentions."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from pipeline.errors import GoldError

#: A corpus is refused when annotations of more than one document in this many do not fit their text. The
#: published files have a few such documents (1 of 429 in NLM-Gene); more means that the file is another one.
_MISPLACED_ONE_IN: Final = 100
_PUBTATOR_TITLE: Final = re.compile(r"([^|\t]+)\|t\|(.*)")
_PUBTATOR_ABSTRACT: Final = re.compile(r"([^|\t]+)\|a\|(.*)")
_IOB_TAG: Final = re.compile(r"O|[BI]-\S+")
_IOB_ENDINGS: Final = (".tsv", ".iob", ".iob2", ".bio", ".conll")
_BRAT_ENDINGS: Final = (".ann", ".a1")
_BRAT_TEXT_BOUND: Final = re.compile(r"T[^\t]*\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")


@dataclass(frozen=True)
class CorpusMention:
    """A mention in the corpus' own words: its label, and the ids of its concepts as they are written."""

    start_char: int
    end_char: int
    label: str
    concept_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorpusDocument:
    """A text and its mentions. In IOB, which knows no documents, it is a sentence."""

    doc_id: str
    text: str
    mentions: tuple[CorpusMention, ...]


@dataclass(frozen=True)
class Corpus:
    """A corpus as read.

    Attributes:
        name: of its file or folder.
        format: PubTator, IOB, BRAT or PHEE.
        documents: in the order of the file.
        left_out: what is in the file and not in `documents`, with counts.
    """

    name: str
    format: str
    documents: tuple[CorpusDocument, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def labels(self) -> Counter[str]:
        """Mentions by label."""
        return Counter(mention.label for document in self.documents for mention in document.mentions)

    def only(self, doc_ids: Collection[str]) -> Corpus:
        """The documents with these ids, in the order of the file.

        Raises:
            GoldError: an id is not in the corpus.
        """
        wanted = set(doc_ids)
        if missing := wanted - {document.doc_id for document in self.documents}:
            raise GoldError(
                f"{self.name} has no document {sorted(missing)[0]!r} ({len(missing)} ids unknown)"
            )
        return replace(self, documents=tuple(d for d in self.documents if d.doc_id in wanted))


def read_corpus(path: Path) -> Corpus:
    """Read a PubTator or IOB file, a file of PHEE, or a folder of texts with BRAT annotations.

    Offsets are checked against the text they name. A document with an annotation that stands elsewhere is
    left out whole and counted; discontinuous BRAT mentions are left out and counted.

    Raises:
        GoldError: a line is not understood (with file and line), or the corpus is of no known format.
    """
    if path.is_dir():
        corpus = _read_brat(path)
    elif path.suffix == ".json":
        corpus = _read_phee(path)
    else:
        lines = _lines(path)
        if lines and _PUBTATOR_TITLE.fullmatch(next(filter(None, lines), "")):
            corpus = _read_pubtator(path, lines)
        elif path.suffix in _IOB_ENDINGS:
            corpus = _read_iob(path, lines)
        else:
            raise GoldError(
                f"{path}: neither PubTator ('PMID|t|title' first), nor IOB ({', '.join(_IOB_ENDINGS)}), "
                "nor PHEE (.json), nor a folder of .txt and .ann"
            )
    if not corpus.documents:
        raise GoldError(f"{path}: no document in it")
    return corpus


def _lines(path: Path) -> list[str]:
    try:
        # Carriage returns are kept: offsets count them.
        with path.open(encoding="utf-8", newline="") as file:
            return file.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: {error}") from error


def same_words(one: str, other: str) -> bool:
    """Whether two stretches have the same letters and figures: spaces and quotes change in transit."""
    return _squeezed(one) == _squeezed(other)


def _squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _checked(
    path: Path, kind: str, documents: list[CorpusDocument], misplaced: list[str], left_out: Counter[str]
) -> Corpus:
    n_documents = len(documents) + len(misplaced)
    if len(misplaced) * _MISPLACED_ONE_IN > n_documents:
        raise GoldError(
            f"{misplaced[0]} ({len(misplaced)} of {n_documents} documents have annotations that do not "
            "fit their text)"
        )
    if misplaced:
        left_out["documents with annotations that do not fit their text"] = len(misplaced)
    return Corpus(path.name, kind, tuple(documents), dict(left_out))


def _blocks(lines: list[str]) -> Iterator[list[tuple[int, str]]]:
    """Runs of lines between empty ones, each line with its number."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append((number, line.rstrip("\r")))
        elif block:
            yield block
            block = []


def _read_pubtator(path: Path, lines: list[str]) -> Corpus:
    documents: list[CorpusDocument] = []
    misplaced: list[str] = []
    left_out: Counter[str] = Counter()
    for block in _blocks(lines):
        number, first = block[0]
        title = _PUBTATOR_TITLE.fullmatch(first)
        abstract = _PUBTATOR_ABSTRACT.fullmatch(block[1][1]) if len(block) > 1 else None
        if title is None or abstract is None or title.group(1) != abstract.group(1):
            raise GoldError(f"{path}:{number}: a document begins with 'ID|t|title' and 'ID|a|abstract'")
        # PubTator counts one character between the two.
        text = f"{title.group(2)}\n{abstract.group(2)}"
        mentions = []
        wrong = ""
        for place, line in block[2:]:
            cells = line.split("\t")
            if len(cells) == 4 or (len(cells) > 4 and not cells[1].isdigit()):
                left_out["relations"] += 1
                continue
            mention = _pubtator_mention(path, place, cells, title.group(1))
            if not same_words(text[mention.start_char : mention.end_char], cells[3]):
                wrong = wrong or f"{path}:{place}: {cells[3]!r} does not stand at {cells[1]}–{cells[2]}"
            mentions.append(mention)
        if wrong:
            misplaced.append(wrong)
        else:
            documents.append(CorpusDocument(title.group(1), text, tuple(mentions)))
    return _checked(path, "PubTator", documents, misplaced, left_out)


def _pubtator_mention(path: Path, number: int, cells: list[str], doc_id: str) -> CorpusMention:
    if len(cells) < 5 or not (cells[1].isdigit() and cells[2].isdigit()) or cells[0] != doc_id:
        raise GoldError(
            f"{path}:{number}: an annotation of {doc_id} is ID, start, end, text, label and concept, "
            "separated by tabs"
        )
    written = cells[5].strip() if len(cells) > 5 else ""
    concept_ids = () if written in ("", "-", "-1") else tuple(filter(None, re.split(r"[|,;+]", written)))
    return CorpusMention(int(cells[1]), int(cells[2]), cells[4], concept_ids)


_NO_SPACE_BEFORE: Final = frozenset(".,;:)]}%'-/?!")
_NO_SPACE_AFTER: Final = frozenset("([{-/'")


def _read_iob(path: Path, lines: list[str]) -> Corpus:
    """Sentences, with spaces put back between the tokens as print would have them."""
    documents = []
    for block in _blocks(lines):
        text, mentions, previous = "", list[CorpusMention](), "O"
        for number, line in block:
            cells = line.split("\t")
            if len(cells) < 2 or not cells[0] or not _IOB_TAG.fullmatch(cells[-1]):
                raise GoldError(f"{path}:{number}: {line!r} is not a token, a tab and O, B-LABEL or I-LABEL")
            token, tag = cells[0], cells[-1]
            if text and token[0] not in _NO_SPACE_BEFORE and text[-1] not in _NO_SPACE_AFTER:
                text += " "
            start, text = len(text), text + token
            if tag.startswith("I-"):
                if previous[2:] != tag[2:]:
                    raise GoldError(f"{path}:{number}: {tag} after {previous} continues nothing")
                mentions[-1] = replace(mentions[-1], end_char=len(text))
            elif tag != "O":
                mentions.append(CorpusMention(start, len(text), tag[2:]))
            previous = tag
        if not text.startswith("-DOCSTART-"):
            documents.append(CorpusDocument(f"line {block[0][0]}", text, tuple(mentions)))
    return Corpus(path.name, "IOB", tuple(documents))


def _read_brat(folder: Path) -> Corpus:
    documents: list[CorpusDocument] = []
    misplaced: list[str] = []
    left_out: Counter[str] = Counter()
    for path in sorted(folder.glob("*.txt")):
        annotations = [path.with_suffix(ending) for ending in _BRAT_ENDINGS]
        present = [one for one in annotations if one.is_file()]
        if not present:
            raise GoldError(f"{path}: no {' or '.join(_BRAT_ENDINGS)} beside it")
        text = "\n".join(_lines(path))
        mentions = []
        wrong = ""
        for one in present:
            for number, line in enumerate(_lines(one), start=1):
                if not line.startswith("T"):
                    continue
                mention, written = _brat_mention(one, number, line)
                if mention is None:
                    left_out["discontinuous mentions"] += 1
                    continue
                if not same_words(text[mention.start_char : mention.end_char], written):
                    wrong = wrong or f"{one}:{number}: {written!r} does not stand at its offsets"
                mentions.append(mention)
        if wrong:
            misplaced.append(wrong)
        else:
            documents.append(CorpusDocument(path.stem, text, tuple(mentions)))
    return _checked(folder, "BRAT", documents, misplaced, left_out)


def _brat_mention(path: Path, number: int, line: str) -> tuple[CorpusMention | None, str]:
    """The mention of a line (None for one in several pieces) and the words it claims."""
    found = _BRAT_TEXT_BOUND.fullmatch(line.rstrip("\r"))
    if found is None:
        raise GoldError(f"{path}:{number}: {line!r} is not T-number, label, start, end and text")
    label, place, written = found.groups()
    if ";" in place:
        return None, written
    start, end = map(int, place.split())
    return CorpusMention(start, end, label), written


def _read_phee(path: Path) -> Corpus:
    """Sentences of PHEE, one a line: effects of adverse events as "Effect", what is treated as "Disorder"."""
    documents: list[CorpusDocument] = []
    misplaced: list[str] = []
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, mentions, wrong = row["context"], set[CorpusMention](), ""
            for label, part in _phee_parts(row):
                for start, words in zip(chain(*part["start"]), chain(*part["text"]), strict=True):
                    mentions.add(CorpusMention(start, start + len(words), label))
                    if not same_words(text[start : start + len(words)], words):
                        wrong = f"{path}:{number}: {words!r} does not stand at {start}"
            doc_id = str(row["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise GoldError(f"{path}:{number}: not a sentence of PHEE: {error!r}") from error
        if wrong:
            misplaced.append(wrong)
        else:
            ordered = sorted(mentions, key=lambda mention: (mention.start_char, mention.end_char))
            documents.append(CorpusDocument(doc_id, text, tuple(ordered)))
    return _checked(path, "PHEE", documents, misplaced, Counter())


def _phee_parts(row: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for event in chain(*(annotation["events"] for annotation in row["annotations"])):
        if event["event_type"] == "Adverse_event" and "Effect" in event:
            yield "Effect", event["Effect"]
        if disorder := event.get("Treatment", {}).get("Disorder"):
            yield "Disorder", disorder
