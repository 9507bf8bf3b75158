"""Score what stands at a path, gold facts or an annotated corpus, and tell it to a person or a machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from pipeline.annotate import knowledge, language_pipeline
from pipeline.components.grounder import Grounder
from pipeline.errors import GoldError
from pipeline.evaluation import scores
from pipeline.evaluation.corpora import Corpus, read_corpus
from pipeline.evaluation.grounding import can_be_scored, score_grounding
from pipeline.evaluation.mentions import label_classes, score_mentions
from pipeline.evaluation.scores import FieldScore
from pipeline.evaluation.scoring import evaluate, gold_files

MACRO: Final = "macro mean"
GROUNDING: Final = "grounding"


@dataclass(frozen=True)
class Report:
    """What was scored at a path, and how well.

    Attributes:
        path: as it was named.
        sha256: of all files that were scored, and of the list of documents if there was one.
        scores: by field of facts, or by class and way of comparing.
        notes: what was left out, and other things to know.
        misses: a line for each thing missed or spurious.
        has_facts: whether these are gold facts, and not a corpus.
    """

    path: Path
    sha256: str
    scores: Mapping[str, FieldScore]
    notes: tuple[str, ...]
    misses: tuple[str, ...]
    has_facts: bool

    @property
    def measures(self) -> dict[str, float]:
        """What a floor is set on: F1, and for the grounding acc@1 (its recall)."""
        values = {name: one.recall if name == GROUNDING else one.f1 for name, one in self.scores.items()}
        return {**values, MACRO: scores.macro_mean(dict(self.scores))} if self.has_facts else values

    def text(self, with_misses: bool) -> str:
        """For a terminal."""
        n_documents = max((one.n_documents for one in self.scores.values()), default=0)
        table = scores.table("field" if self.has_facts else "class", dict(self.scores), macro=self.has_facts)
        lines = [f"{self.path} ({n_documents} documents)", "", table, *([""] if self.notes else [])]
        lines += [f"  {note}" for note in self.notes]
        if with_misses:
            lines += ["", *self.misses]
        return "\n".join(lines)

    def to_json(self, with_misses: bool) -> dict[str, Any]:
        """Plain values."""
        told: dict[str, Any] = {
            "path": self.path.as_posix(),
            "sha256": self.sha256,
            "scores": {name: one.to_json() for name, one in self.scores.items()},
            "measures": {name: round(value, 4) for name, value in self.measures.items()},
            "notes": list(self.notes),
        }
        return {**told, "misses": list(self.misses)} if with_misses else told


def report(path: Path, only: Path | None = None, asked: Mapping[str, str] | None = None) -> Report:
    """Score what stands at a path.

    Args:
        path: gold facts (`scoring.gold_cases`) or a corpus (`corpora.read_corpus`).
        only: a file with ids of the documents of a corpus to score, one a line; by default all.
        asked: label of the corpus → class, before the usual ones.

    Raises:
        GoldError: it can't be read strictly, or it is not clear how to compare.
    """
    if files := gold_files(path):
        if only or asked:
            raise GoldError(f"{path} holds gold facts: a list of documents or of labels is for a corpus")
        found, misses = evaluate(path)
        return Report(path, hash_of(path, files), found, (), tuple(map(str, misses)), has_facts=True)
    corpus = read_corpus(path)
    if only:
        corpus = corpus.only(ids_in(only))
    return _corpus_report(path, only, corpus, asked or {})


def _corpus_report(path: Path, only: Path | None, corpus: Corpus, asked: Mapping[str, str]) -> Report:
    classes = label_classes(corpus, asked)
    nlp = language_pipeline()
    found, mention_misses = score_mentions(corpus, classes, nlp)
    misses = [str(miss) for miss in mention_misses]
    notes = [f"left out: {n} {what}" for what, n in corpus.left_out.items()]
    if unscored := {label: n for label, n in sorted(corpus.labels.items()) if label not in classes}:
        notes.append("not scored: " + ", ".join(f"{label} ({n})" for label, n in unscored.items()))
    if can_be_scored(corpus, classes):
        grounder = cast(Grounder, nlp.get_pipe("grounder"))
        found[GROUNDING], grounding_misses = score_grounding(corpus, classes, grounder, knowledge())
        misses += map(str, grounding_misses)
        notes.append(f"{GROUNDING}: given gold mentions; recall is acc@1, {found[GROUNDING].recall:.3f}")
    return Report(
        path,
        hash_of(path, [*_corpus_files(path), *([only] if only else [])]),
        found,
        tuple(notes),
        tuple(misses),
        has_facts=False,
    )


def _corpus_files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix in (".txt", ".ann", ".a1"))


def ids_in(path: Path) -> list[str]:
    """The ids in a file, one a line.

    Raises:
        GoldError: the file can't be read, or is empty.
    """
    try:
        ids = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: {error}") from error
    if not ids:
        raise GoldError(f"{path} lists no document")
    return ids


def hash_of(path: Path, files: Iterable[Path]) -> str:
    """One hash of files, with their names below the path, so that neither is changed unnoticed."""
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(path).as_posix() if file.is_relative_to(path) else file.name
        digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def text(reports: Sequence[Report], with_misses: bool) -> str:
    """All reports for a terminal."""
    return "\n\n".join(one.text(with_misses) for one in reports)
