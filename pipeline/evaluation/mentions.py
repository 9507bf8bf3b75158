"""Score mentions against an annotated corpus: exact and overlapping extents, and group sizes as numbers.

A corpus has labels of its own; each is mapped to a *class*, and a class is what one or two of our labels
name together, since only the role in the text tells DISEASE from ADVERSE_EVENT or ANTIGEN from GENE; a corpus
that marks harms alone (PHEE) is compared with our harms:

| class | our labels | compared by |
|---|---|---|
| conditions | DISEASE, ADVERSE_EVENT | extent |
| adverse_effects | ADVERSE_EVENT | extent |
| genes | GENE, ANTIGEN | extent |
| chemicals | CHEMICAL, THERAPY | extent |
| group_sizes | COHORT | the numbers of a document, as a set, with `cohorts.n` |

A class is scored only where the corpus has a label for it: nobody missed what was not annotated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Final

from spacy.language import Language

from pipeline.annotate import annotate
from pipeline.components.extensions import MENTIONS
from pipeline.errors import GoldError
from pipeline.evaluation.corpora import Corpus, CorpusDocument
from pipeline.evaluation.scores import Counts, FieldScore, score
from pipeline.findings import Extent
from pipeline.grammar.numbers import find_numbers
from pipeline.parse import documents
from pipeline.records import Document, Payload

GROUP_SIZES: Final = "group_sizes"
#: Of the classes that share a label the last one is meant by it.
CLASSES: Final[dict[str, frozenset[str]]] = {
    "adverse_effects": frozenset({"ADVERSE_EVENT"}),
    "conditions": frozenset({"DISEASE", "ADVERSE_EVENT"}),
    "genes": frozenset({"GENE", "ANTIGEN"}),
    "chemicals": frozenset({"CHEMICAL", "THERAPY"}),
    GROUP_SIZES: frozenset({"COHORT"}),
}
#: Label of a published corpus, in lower case → class.
LABEL_CLASSES: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            *("disease", "specificdisease", "diseaseclass", "modifier", "compositemention"),
            *("diseaseorphenotypicfeature", "cancer", "disease_disorder", "adverse_event"),
        ),
        "conditions",
    ),
    **dict.fromkeys(("gene", "geneorgeneproduct", "gene_or_gene_product", "protein", "antigen"), "genes"),
    **dict.fromkeys(("chemical", "chemicalentity", "simple_chemical", "drug", "therapy"), "chemicals"),
    "effect": "adverse_effects",
    **dict.fromkeys(("total-participants", "intervention-participants", "control-participants"), GROUP_SIZES),
}
IGNORED: Final = "ignore"
#: Characters shown on each side of a miss.
_CONTEXT: Final = 60


@dataclass(frozen=True)
class MentionMiss:
    """An extent, or a size, that was missed or is spurious, with the text around it."""

    doc_id: str
    name: str
    what: str
    text: str
    context: str

    def __str__(self) -> str:
        return f"{self.doc_id} · {self.name} · {self.what} · {self.text} · {self.context}"


def label_classes(corpus: Corpus, asked: Mapping[str, str]) -> dict[str, str]:
    """The class of each label of a corpus that is to be scored.

    Args:
        corpus: the corpus.
        asked: label → class or one of our labels, before `LABEL_CLASSES`; "ignore" leaves a label out.

    Raises:
        GoldError: an unknown class, a label that the corpus does not have, or nothing left to score.
    """
    ours = {label: name for name, labels in CLASSES.items() for label in labels}
    present = corpus.labels
    chosen = {label: LABEL_CLASSES[label.lower()] for label in present if label.lower() in LABEL_CLASSES}
    for label, name in asked.items():
        if label not in present:
            raise GoldError(f"{corpus.name} has no label {label!r}; it has {', '.join(sorted(present))}")
        if name not in (*CLASSES, *ours, IGNORED):
            raise GoldError(
                f"{name!r} is no class: map {label} to {', '.join(CLASSES)}, one of our labels, or {IGNORED}"
            )
        chosen[label] = ours.get(name, name)
    chosen = {label: name for label, name in chosen.items() if name != IGNORED}
    if not chosen:
        raise GoldError(
            f"none of the labels of {corpus.name} is mapped: {', '.join(sorted(present))}. "
            f"Map one with --map LABEL=CLASS; classes are {', '.join(CLASSES)}"
        )
    return chosen


def corpus_document(document: CorpusDocument) -> Document:
    """The document as a run reads it from a line of JSON; its text is unchanged."""
    line = json.dumps({"id": document.doc_id, "text": document.text})
    payload = Payload(f"corpus:{document.doc_id}", line.encode("utf-8"), "application/x-ndjson")
    (read,) = (one for one in documents(payload) if isinstance(one, Document))
    return read


@dataclass(frozen=True)
class _Read:
    """What was read in a document: extents by class, and the sizes of its groups."""

    extents: Mapping[str, frozenset[Extent]]
    sizes: Mapping[int, Extent]


def _read(corpus: Corpus, nlp: Language | None) -> Iterator[_Read]:
    for _, doc in annotate(map(corpus_document, corpus.documents), nlp):
        spans = doc.spans.get(MENTIONS, ())
        extents = {
            name: frozenset((s.start_char, s.end_char) for s in spans if s.label_ in labels)
            for name, labels in CLASSES.items()
        }
        yield _Read(extents, {cohort.n: cohort.mention for cohort in doc._.cohorts})


def size_of(text: str) -> int | None:
    """The number of subjects that an annotated stretch says, or None where it says no whole number.

    Example:
        >>> size_of("Twenty"), size_of("1,204 women"), size_of("half")
        (20, 1204, None)
    """
    return next((int(number.value) for number in find_numbers(text) if number.kind == "integer"), None)


def score_mentions(
    corpus: Corpus, classes: Mapping[str, str], nlp: Language | None = None
) -> tuple[dict[str, FieldScore], list[MentionMiss]]:
    """Scores by class, and every extent or size that was missed or is spurious.

    Args:
        corpus: the corpus.
        classes: label of the corpus → class, as from `label_classes`.
        nlp: the pipeline; by default the one of this process.

    Returns:
        "conditions exact", "conditions overlap", …, "group_sizes"; and the misses, of exact extents.
    """
    counts: dict[str, list[Counts]] = {}
    missed: list[MentionMiss] = []
    asked = sorted(set(classes.values()), key=list(CLASSES).index)
    for document, read in zip(corpus.documents, _read(corpus, nlp), strict=True):
        for name in asked:
            marked = {(m.start_char, m.end_char) for m in document.mentions if classes.get(m.label) == name}
            if name == GROUP_SIZES:
                sizes = {size_of(document.text[slice(*extent)]): extent for extent in sorted(marked)}
                sizes.pop(None, None)
                counts.setdefault(name, []).append(_counts(sizes.keys(), read.sizes.keys()))
                missed += _misses(document, name, sizes, read.sizes)
            else:
                found = read.extents[name]
                counts.setdefault(f"{name} exact", []).append(_counts(marked, found))
                counts.setdefault(f"{name} overlap", []).append(_overlaps(marked, found))
                missed += _misses(document, name, {e: e for e in marked}, {e: e for e in found})
    return {name: score(per_document) for name, per_document in counts.items()}, missed


def _counts(gold: Set[Any], found: Set[Any]) -> Counts:
    n_both = len(gold & found)
    return Counts(len(gold), len(found), n_both, n_both)


def _overlaps(gold: Set[Extent], found: Set[Extent]) -> Counts:
    def touched(some: Set[Extent], others: Set[Extent]) -> int:
        return sum(any(start < o_end and o_start < end for o_start, o_end in others) for start, end in some)

    return Counts(len(gold), len(found), touched(gold, found), touched(found, gold))


def _misses(
    document: CorpusDocument, name: str, gold: Mapping[Any, Extent], found: Mapping[Any, Extent]
) -> Iterator[MentionMiss]:
    for what, some, others in (("missed", gold, found), ("spurious", found, gold)):
        for start, end in sorted(some[key] for key in some.keys() - others.keys()):
            left, right = document.text[:start][-_CONTEXT:], document.text[end:][:_CONTEXT]
            words = document.text[start:end]
            context = " ".join(f"…{left}[{words}]{right}…".split())
            yield MentionMiss(document.doc_id, name, what, words, context)
