"""Somebody else's named-entity recogniser, such as a scispaCy model: its entities join or replace our heads'.

Without a model named in the settings this component is not in the pipeline and costs nothing. With one, the
guest reads the text with its own tokenizer; its entities, by character offsets, become spans in the groups
that our heads write (`doc.spans["conditions" | "genes" | "chemicals"]`), from which mentions are made.

    CARTOGRAPHER_NER_MODEL=en_ner_bc5cdr_md     package or folder
    CARTOGRAPHER_NER_LABELS=DISEASE=CONDITION   its labels and ours; by default those of scispaCy's models
    CARTOGRAPHER_NER_MODE=join                  or replace: of the mapped kinds only the guest's count
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components import extensions
from pipeline.components.extensions import text_of
from pipeline.errors import ModelError, UsageError
from pipeline.findings import Extent
from pipeline.settings import settings

#: Our labels for what heads find → the span group of that head.
GROUPS: Final = {"CONDITION": "conditions", "GENE": "genes", "CHEMICAL": "chemicals"}
#: Labels of scispaCy's models → ours. `ENTITY` (en_core_sci_*) says no kind: whoever wants it maps it.
SCISPACY_LABELS: Final[Mapping[str, str]] = {
    "DISEASE": "CONDITION",
    "CANCER": "CONDITION",
    "CHEMICAL": "CHEMICAL",
    "SIMPLE_CHEMICAL": "CHEMICAL",
    "GENE": "GENE",
    "GENE_OR_GENE_PRODUCT": "GENE",
    "PROTEIN": "GENE",
}
MODES: Final = ("join", "replace")
#: Parts of a pipeline that no entity depends on.
_NOT_NEEDED: Final = ("tagger", "parser", "lemmatizer", "attribute_ruler", "morphologizer", "senter")
#: A longer text is read in pieces, which end where a line ends: memory does not grow with the document.
_PIECE_CHARS: Final = 20_000
_PIECES: Final = re.compile(rf"(?s).{{1,{_PIECE_CHARS}}}(?:\n|$)|.{{1,{_PIECE_CHARS}}}")


class GuestModel:
    """Component `cartographer_guest_model`.

    Args:
        guest: a pipeline that sets `doc.ents`.
        labels: the guest's labels → `CONDITION`, `GENE` or `CHEMICAL`; other entities are left out.
        mode: `join` adds to what our heads found; `replace` puts away what they found of the mapped kinds.

    Raises:
        UsageError: a label or the mode is unknown.
        ModelError: the guest finds no entities, or none with these labels.
    """

    def __init__(self, guest: Language, labels: Mapping[str, str], mode: str = "join") -> None:
        extensions.register()
        if mode not in MODES:
            raise UsageError(f"CARTOGRAPHER_NER_MODE is {mode!r}: use one of {', '.join(MODES)}")
        if unknown := sorted(set(labels.values()) - set(GROUPS)):
            raise UsageError(f"CARTOGRAPHER_NER_LABELS maps to {', '.join(unknown)}: use {', '.join(GROUPS)}")
        offered = {label for pipe in guest.pipe_labels.values() for label in pipe}
        if offered.isdisjoint(labels):
            raise ModelError(
                f"the model {guest.meta['name']} finds {', '.join(sorted(offered)) or 'no entities'}, none "
                "of which is mapped to a label of Cartographer: say in CARTOGRAPHER_NER_LABELS what they "
                f"stand for, such as {min(offered, default='DISEASE')}=CONDITION"
            )
        self._guest = guest
        self._labels = {label: ours for label, ours in labels.items() if label in offered}
        self._mode = mode

    def __call__(self, doc: Doc) -> Doc:
        """Add the guest's entities to the groups of our heads."""
        found: dict[str, list[Span]] = defaultdict(list)
        for (start, end), label in self._entities(text_of(doc)):
            # Tokenizers differ: a mention reaches to the borders of our tokens.
            span = doc.char_span(start, end, label=label, alignment_mode="expand")
            if span is not None:
                span._.annotator = "model"
                found[GROUPS[label]].append(span)
        for group in {GROUPS[label] for label in self._labels.values()}:
            own = list(doc.spans.get(group, ())) if self._mode == "join" else []
            extents = {(span.start, span.end) for span in own}
            new = [span for span in found[group] if (span.start, span.end) not in extents]
            doc.spans[group] = sorted((*own, *new), key=lambda span: (span.start, -span.end))
        return doc

    def _entities(self, text: str) -> Iterator[tuple[Extent, str]]:
        """Extents of the guest's entities with our labels."""
        pieces = list(_PIECES.finditer(text))
        read = self._guest.pipe(piece.group() for piece in pieces)
        for piece, doc in zip(pieces, read, strict=True):
            for entity in doc.ents:
                if ours := self._labels.get(entity.label_):
                    yield (piece.start() + entity.start_char, piece.start() + entity.end_char), ours


def load_guest(name: str) -> Language:
    """An installed spaCy pipeline, without the parts that no entity depends on.

    Args:
        name: of the package, or path of its folder.

    Raises:
        ModelError: it is not installed or can't be loaded; the message gives the command that installs it.
    """
    try:
        return spacy.load(name, exclude=list(_NOT_NEEDED))
    except OSError as error:
        raise ModelError(
            f"the model {name} (CARTOGRAPHER_NER_MODEL) is not installed. Install it into this environment: "
            f"`pip install {name}`; scispaCy's models are archives on the release page of scispaCy, so there "
            f"`pip install` takes the address of the archive of {name}. ({error})"
        ) from error
    except (ValueError, KeyError, ImportError) as error:
        raise ModelError(
            f"the model {name} (CARTOGRAPHER_NER_MODEL) can't be loaded with this spaCy: {error} "
            f"Install a version that was trained for this one: `pip install --upgrade {name}`."
        ) from error


def read_labels(written: str) -> Mapping[str, str]:
    """A mapping of labels as it is written in the environment; "" stands for scispaCy's.

    Raises:
        UsageError: it is not written as LABEL=OURS, several of them parted by commas.

    Example:
        >>> read_labels("DISEASE=CONDITION, DRUG=CHEMICAL")
        {'DISEASE': 'CONDITION', 'DRUG': 'CHEMICAL'}
    """
    if not written.strip():
        return SCISPACY_LABELS
    pairs = [part.partition("=") for part in written.split(",")]
    if not all(label.strip() and sign and ours.strip() for label, sign, ours in pairs):
        raise UsageError(
            f"CARTOGRAPHER_NER_LABELS is {written!r}: write LABEL=OURS, parted by commas; OURS is one of "
            f"{', '.join(GROUPS)}"
        )
    return {label.strip(): ours.strip().upper() for label, _, ours in pairs}


@Language.factory("cartographer_guest_model", default_config={"model": None, "labels": None, "mode": None})
def make_guest_model(
    nlp: Language,  # noqa: ARG001 - spaCy's signature
    name: str,  # noqa: ARG001
    model: str | None,
    labels: dict[str, str] | None,
    mode: str | None,
) -> GuestModel:
    """Entry of the component in spaCy's registry; what is None comes from the settings."""
    given = settings()
    return GuestModel(
        load_guest(model or given.ner_model),
        labels if labels is not None else read_labels(given.ner_labels),
        mode or given.ner_mode,
    )
