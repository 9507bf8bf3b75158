"""What a product binds where no words tell it, from the document as a whole."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from pipeline.components.relations.component import RelationReader
from pipeline.components.setting import SettingReader
from tests.marked_docs import marked_doc


def targets(source: str) -> dict[tuple[str, str], float]:
    """Products with what they bind, and how sure that is."""
    doc: Doc = RelationReader(lambda _: ())(SettingReader()(marked_doc(source)))
    return {
        (doc.text[slice(*found.subject)], doc.text[slice(*found.object)]): found.score or 0.0
        for found in doc._.relations
        if found.predicate == "targets"
    }


def test_the_only_antigen_is_what_the_only_product_binds() -> None:
    """Though it stands in another sentence, without a verb of aiming; less sure than what words tell."""
    likely = targets(
        "[GPRC5D](ANTIGEN) is found on plasma cells. Six people were given the CAR T product "
        "[QX-204](THERAPY). [QX-204](THERAPY) lasted."
    )
    assert list(likely) == [("QX-204", "GPRC5D")]
    plain = targets("[QX-204](THERAPY), CAR T cells that target [GPRC5D](ANTIGEN), lasted.")
    assert plain["QX-204", "GPRC5D"] > likely["QX-204", "GPRC5D"]


def test_what_words_tell_is_not_added_to() -> None:
    """A product that is told to bind one antigen is not given another one."""
    source = (
        "[QX-204](THERAPY), CAR T cells that target [GPRC5D](ANTIGEN), was given. [CD38](ANTIGEN) rose. "
        "[CD38](ANTIGEN) fell. [CD38](ANTIGEN) rose again."
    )
    assert list(targets(source)) == [("QX-204", "GPRC5D")]


@pytest.mark.parametrize(
    "source",
    [
        "The CAR T cells [QX-204](THERAPY) were sorted. They lack [TRAC](ANTIGEN).",
        "Patients with [CD38](ANTIGEN)-negative cells were given the CAR T cells [QX-204](THERAPY).",
        "[QX-1](THERAPY), CAR T cells against [CD38](ANTIGEN), is not the CAR T product [QX-204](THERAPY).",
    ],
)
def test_what_is_missing_or_another_products_is_not_bound(source: str) -> None:
    """Nor is what a sentence gives to another product."""
    assert "QX-204" not in {product for product, _ in targets(source)}
