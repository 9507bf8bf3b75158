"""Another NER model: its entities join or replace ours, whatever its tokenizer; slips stop the run."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.guest_model import SCISPACY_LABELS, GuestModel, load_guest, read_labels
from pipeline.errors import ModelError, UsageError
from tests.marked_docs import marked_doc

LABELS = ("DISEASE", "CHEMICAL", "GENE_OR_GENE_PRODUCT", "CANCER", "CELL")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packaged model with scispaCy's labels: patterns instead of weights, and a parser nobody needs."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    patterns = {"lupus": LABELS[0], "methotrexate": LABELS[1], "CD19": LABELS[2], "melanoma": LABELS[3]}
    words = {**patterns, "B": "CELL"}
    ruler.add_patterns([{"label": label, "pattern": word} for word, label in words.items()])  # type: ignore[attr-defined]
    nlp.meta["name"], nlp.meta["version"] = "ner_tiny", "1.0"
    path = tmp_path_factory.mktemp("guest") / "en_ner_tiny"
    nlp.to_disk(path)
    return path


def read(guest: Language, mode: str, text: str = "lupus, methotrexate, CD19 and melanoma on B") -> Doc:
    """A Doc in which our head has found "lupus" and, wrongly, "and"."""
    doc = marked_doc(text)
    ours = [doc.char_span(text.index(word), text.index(word) + len(word)) for word in ("lupus", "and")]
    doc.spans["conditions"] = [span for span in ours if span is not None]
    return GuestModel(guest, SCISPACY_LABELS, mode)(doc)


def words(doc: Doc, group: str) -> list[str]:
    """Words of a group's spans."""
    return [span.text for span in doc.spans.get(group, ())]


def test_entities_join_ours(folder: Path) -> None:
    """Each label goes to its group, once; labels that are not mapped are left out."""
    doc = read(load_guest(str(folder)), "join")
    assert words(doc, "conditions") == ["lupus", "and", "melanoma"]
    assert words(doc, "chemicals") == ["methotrexate"]
    assert words(doc, "genes") == ["CD19"]
    assert [span.label_ for span in doc.spans["genes"]] == ["GENE"]


def test_entities_replace_ours(folder: Path) -> None:
    """What our heads found of a mapped kind is put away."""
    assert words(read(load_guest(str(folder)), "replace"), "conditions") == ["lupus", "melanoma"]


def test_kinds_that_the_guest_does_not_know_stay_ours() -> None:
    """A model of chemicals says nothing about conditions."""
    guest = spacy.blank("en")
    guest.add_pipe("entity_ruler").add_patterns([{"label": "CHEMICAL", "pattern": "methotrexate"}])  # type: ignore[attr-defined]
    doc = read(guest, "replace")
    assert words(doc, "conditions") == ["lupus", "and"]
    assert words(doc, "chemicals") == ["methotrexate"]


def test_long_texts_are_read_in_pieces(folder: Path) -> None:
    """Offsets are those of the whole text, on either side of a cut, also without line breaks."""
    text = "lupus and melanoma\n" + "word " * 9000 + "melanoma"
    found = words(read(load_guest(str(folder)), "join", text), "conditions")
    assert found == ["lupus", "and", "melanoma", "melanoma"]


def test_a_missing_model_names_the_command(tmp_path: Path) -> None:
    """The error says how to install it."""
    with pytest.raises(ModelError, match="pip install en_ner_nowhere_md"):
        load_guest("en_ner_nowhere_md")


@pytest.mark.parametrize("pipes", [[], ["sentencizer"]])
def test_a_model_without_known_labels_is_refused(pipes: list[str]) -> None:
    """Silence would look like a text without entities."""
    guest = spacy.blank("en")
    for pipe in pipes:
        guest.add_pipe(pipe)
    with pytest.raises(ModelError, match="CARTOGRAPHER_NER_LABELS"):
        GuestModel(guest, SCISPACY_LABELS)


def test_labels_are_read_strictly() -> None:
    """The default is scispaCy's; anything else is LABEL=OURS."""
    assert read_labels(" ") is SCISPACY_LABELS
    assert read_labels("ENTITY=condition,X=GENE") == {"ENTITY": "CONDITION", "X": "GENE"}
    with pytest.raises(UsageError, match="LABEL=OURS"):
        read_labels("ENTITY")


def test_unknown_labels_and_modes_are_refused(folder: Path) -> None:
    """A slip in a setting stops the run."""
    guest = load_guest(str(folder))
    with pytest.raises(UsageError, match="ILLNESS"):
        GuestModel(guest, {"DISEASE": "ILLNESS"})
    with pytest.raises(UsageError, match="CARTOGRAPHER_NER_MODE"):
        GuestModel(guest, SCISPACY_LABELS, "mix")
