"""Load the language pipeline once a process; Documents in, spaCy Docs with mentions and findings out."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import tee
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components import extensions
from pipeline.components import participants as _participants  # noqa: F401  for installs older than it
from pipeline.errors import ModelError
from pipeline.findings import SectionSpan
from pipeline.lexicon import KnowledgeBase, load_knowledge
from pipeline.records import ConceptRow, Document
from pipeline.settings import settings

#: Components without which a run would lose facts silently, in the order in which they build on each other.
REQUIRED: Final = (
    "tok2vec",
    "senter",
    "sentences",
    "conditions",
    "genes",
    "chemicals",
    "participants",
    "abbreviations",
    "lexicon_matcher",
    "mentions",
    "grounder",
    "condition_roles",
    "setting",
    "assertion",
    "cohorts",
    "adverse_events",
    "relations",
    "studies",
)
#: Name of the component that reads another NER model's entities; only there when the settings name one.
_GUEST: Final = "guest_model"
_LAST_HEAD: Final = "chemicals"
_BATCH_DOCUMENTS = 64


def load(models: Path) -> Language:
    """The language pipeline of a models folder.

    Args:
        models: folder with `config.cfg` and `weights/`.

    Raises:
        ModelError: the folder, a required component or its weights are missing, or of another version.
    """
    config_path, weights = models / "config.cfg", models / "weights"
    for path, what in (
        (config_path, "the pipeline's config"),
        (weights / "meta.json", "the trained weights"),
    ):
        if not path.is_file():
            raise ModelError(
                f"{what} is missing: {path}. Restore the models folder from the repository, train it with "
                "`make models`, or name another one in CARTOGRAPHER_MODELS."
            )
    try:
        config = spacy.util.load_config(config_path)
        _check_components(config["nlp"]["pipeline"], config_path)
        nlp = spacy.util.load_model_from_config(config)
        nlp.from_disk(weights)
        if settings().ner_model and _GUEST not in nlp.pipe_names:
            nlp.add_pipe("cartographer_guest_model", name=_GUEST, after=_LAST_HEAD)
    except (ValueError, KeyError, OSError) as error:
        raise ModelError(
            f"the language pipeline in {models} can't be loaded: {error}. "
            "The weights and this version of Cartographer may not belong together; run `make models`."
        ) from error
    # Documents beyond the limit are refused with a failure row when they are parsed.
    nlp.max_length = max(nlp.max_length, settings().max_document_chars + 1)
    return nlp


def _check_components(names: Iterable[str], config_path: Path) -> None:
    present = list(names)
    missing = [name for name in REQUIRED if name not in present]
    if missing:
        raise ModelError(
            f"{config_path} lacks the component{'s' * (len(missing) > 1)} {', '.join(missing)}: "
            "facts would be missing from every table. Add it to [nlp] pipeline."
        )
    if [name for name in present if name in REQUIRED] != list(REQUIRED):
        raise ModelError(
            f"{config_path} has its components in another order than they build on each other: "
            f"use {', '.join(REQUIRED)}."
        )


@cache
def language_pipeline() -> Language:
    """The language pipeline of this process, loaded at the first call."""
    nlp = load(settings().models)
    # The names of the knowledge base stay as long as the process: not to look through them for garbage, again
    # and again, saved some 5% of the time that reading takes beyond the network.
    gc.freeze()
    return nlp


@cache
def knowledge() -> KnowledgeBase:
    """The knowledge base that the pipeline grounds to."""
    return load_knowledge(settings().knowledge)


@cache
def concept_row(concept_id: str) -> ConceptRow | None:
    """The row of a concept of the knowledge base, or None where it has none of that id."""
    try:
        concept = knowledge().concept(concept_id)
    except ModelError:
        return None
    return ConceptRow(
        concept_id=concept.concept_id,
        label=concept.label,
        name=concept.name,
        synonyms=concept.synonyms,
        ontology=concept.ontology,
        ontology_version=concept.ontology_version,
        definition=concept.definition,
    )


def _unread(nlp: Language, document: Document) -> Doc:
    doc = nlp.make_doc(document.text)
    extensions.keep_text(doc, document.text)
    doc._.sections = [SectionSpan(s.kind, s.start_char, s.end_char, s.heading) for s in document.sections]
    doc._.title = document.title or ""
    doc._.kind = document.kind
    return doc


def annotate(documents: Iterable[Document], nlp: Language | None = None) -> Iterator[tuple[Document, Doc]]:
    """Read documents, in batches, in order.

    Args:
        documents: any number of them; they are consumed as they are read.
        nlp: the pipeline; by default the one of this process.

    Yields:
        Each document with its Doc; `doc.text == document.text`.
    """
    extensions.register()
    reader = nlp or language_pipeline()
    kept, read = tee(documents)
    docs = reader.pipe((_unread(reader, document) for document in read), batch_size=_BATCH_DOCUMENTS)
    yield from zip(kept, docs, strict=True)
