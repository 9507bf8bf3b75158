"""The manual on `targets` and `treats`: what relates a therapy to an antigen and to a disease."""

from __future__ import annotations

import pytest

from pipeline.components.relations.component import RelationReader
from pipeline.components.setting import SettingReader
from tests.marked_docs import marked_doc

TARGETS = [
    (
        "The phrase names what is bound",
        "[[CD19](ANTIGEN)/[BCMA](ANTIGEN) CAR T cells](THERAPY) were infused.",
        "both",
    ),
    ("A verb of aiming", "[XR-12 CAR T cells](THERAPY) go after [mesothelin](ANTIGEN).", "both"),
    ("Directed against", "[XR-12 CAR T cells](THERAPY) are directed against [PSMA](ANTIGEN).", "both"),
    ("Across sentences", "[XR-12 CAR-T](THERAPY) is new. It recognises [GPC3](ANTIGEN).", "both"),
    (
        "Several antigens",
        "[XR-12 CAR-T](THERAPY) targets [CD19](ANTIGEN) as well as [CD22](ANTIGEN).",
        "both",
    ),
    ("A look-alike is spared", "[XR-12 CAR-T](THERAPY) spares [IL13Rα1](ANTIGEN).", "none"),
    ("What is not bound", "[XR-12 CAR-T](THERAPY) does not bind [CD20](ANTIGEN).", "none"),
    (
        "Another product's antigen",
        "Unlike [CD19](ANTIGEN), it was kept. [XR-12 CAR-T](THERAPY) failed.",
        "none",
    ),
    (
        "A drug is no engineered cell",
        "[Talquetamab](THERAPY), which hits [GPRC5D](ANTIGEN), is a drug.",
        "none",
    ),
]

TREATS = [
    (
        "Therapy in disease",
        "We tested [BCMA CAR T cells](THERAPY) in [myeloma](DISEASE).",
        {("myeloma", "tested")},
    ),
    (
        "Patients who received it",
        "Ten patients with [lupus](DISEASE) received [BCMA CAR T cells](THERAPY).",
        {("lupus", "tested")},
    ),
    (
        "In animals, too",
        "In mice with [glioma](DISEASE), [GD2 CAR T cells](THERAPY) shrank the tumours.",
        {("glioma", "tested")},
    ),
    (
        "Approved",
        "The FDA approved [BCMA CAR T cells](THERAPY) for [myeloma](DISEASE).",
        {("myeloma", "approved")},
    ),
    (
        "Proposed",
        "[BCMA CAR T cells](THERAPY) could be repurposed for [myasthenia gravis](DISEASE).",
        {("myasthenia gravis", "proposed")},
    ),
    (
        "A list of diseases",
        "[BCMA CAR T cells](THERAPY) were given for [lupus](DISEASE), [myositis](DISEASE) and "
        "[vasculitis](DISEASE).",
        {("lupus", "tested"), ("myositis", "tested"), ("vasculitis", "tested")},
    ),
    (
        "The text names the product once",
        "[BCMA CAR T cells](THERAPY) were made for all. Twelve patients with [lupus](DISEASE) were enrolled.",
        {("lupus", "tested")},
    ),
    (
        "The plan of a sentence without the product",
        "[BCMA CAR T cells](THERAPY) worked in [lupus](DISEASE concept=D:1). An expansion would also admit "
        "[myositis](DISEASE concept=D:2).",
        {("lupus", "tested"), ("myositis", "proposed")},
    ),
    (
        "Two uses of one sentence",
        "[BCMA CAR T cells](THERAPY), licensed for [myeloma](DISEASE), have entered a trial in "
        "[lupus](DISEASE).",
        {("myeloma", "approved"), ("lupus", "tested")},
    ),
    (
        "What keeps patients out",
        "[BCMA CAR T cells](THERAPY) are tested in [lupus](DISEASE).\n\nExclusion: active "
        "[hepatitis](DISEASE).",
        {("lupus", "tested")},
    ),
    (
        "A disease that came after the cells",
        "We report [T-cell lymphoma](DISEASE) after [BCMA CAR T cells](THERAPY) in a patient with "
        "[myeloma](DISEASE).",
        {("myeloma", "tested")},
    ),
    (
        "What nobody was treated for",
        "[BCMA CAR T cells](THERAPY) in [lupus](DISEASE). About 5 in 1,000 people have [asthma](DISEASE) "
        "worldwide.",
        {("lupus", "tested")},
    ),
    (
        "One disease, far from the therapy",
        "She received [GPC3 CAR T cells](THERAPY) in May. Nobody in her "
        "family had ever been ill. [Liver cancer](DISEASE) came as a shock.",
        {("Liver cancer", "tested")},
    ),
    (
        "Offered, not yet given",
        "She has [scleroderma](DISEASE). [CD19 CAR T cells](THERAPY) were offered but have not been given.",
        {("scleroderma", "proposed")},
    ),
    (
        "A sign is not what is treated",
        "In mice with [lupus](DISEASE), [CD19 CAR T cells](THERAPY) cleared [proteinuria](DISEASE).",
        {("lupus", "tested")},
    ),
    (
        "What is told as a harm elsewhere",
        "Ten adults with [lymphoma](DISEASE) got [CD20 CAR T cells](THERAPY). [Colitis](ADVERSE_EVENT) "
        "was seen once. In one, [colitis](DISEASE) followed [CD20 CAR T cells](THERAPY). "
        "[Colitis](ADVERSE_EVENT) had to be treated.",
        {("lymphoma", "tested")},
    ),
    (
        "What is generally so",
        "[Lupus](DISEASE) was treated with [CD19 CAR T cells](THERAPY) in ten women. "
        "[Vasculitis](DISEASE) often leaves patients with few options.",
        {("Lupus", "tested")},
    ),
    (
        "A running study has begun",
        "[CD70 CAR T cells](THERAPY) are being tested in [kidney cancer](DISEASE assertion=hypothetical).",
        {("kidney cancer", "tested")},
    ),
    (
        "No trial of it",
        "[CD70 CAR T cells](THERAPY) were given for [kidney cancer](DISEASE). No trial of "
        "[CD70 CAR T cells](THERAPY) in [melanoma](DISEASE) was open.",
        {("kidney cancer", "tested")},
    ),
    (
        "A pronoun after a semicolon",
        "[CD19 CAR T cells](THERAPY) bind one antigen; they are approved for [lymphoma](DISEASE).",
        {("lymphoma", "approved")},
    ),
    (
        "A second verb",
        "[FAP CAR T cells](THERAPY) eased [colitis](DISEASE) in mice and slowed [liver fibrosis](DISEASE).",
        {("colitis", "tested"), ("liver fibrosis", "tested")},
    ),
    (
        "A disease that nobody has",
        "[CD20 CAR T cells](THERAPY) were given to six adults without [lymphoma](DISEASE assertion=absent).",
        set(),
    ),
]

BESIDE = [
    (
        "What prepares for the cells",
        "After [fludarabine](THERAPY), patients with [lupus](DISEASE) got [BCMA CAR T cells](THERAPY).",
        {"BCMA CAR T cells"},
    ),
    (
        "What was given before",
        "Patients with [lymphoma](DISEASE) that came back after [rituximab](THERAPY) got [CD19 CAR T "
        "cells](THERAPY).",
        {"CD19 CAR T cells"},
    ),
    (
        "A comparator that the cells equal",
        "In mice with [glioma](DISEASE), [GD2 CAR T cells](THERAPY) matched the effect of the usual "
        "[B7-H3 CAR T cells](THERAPY).",
        {"GD2 CAR T cells", "B7-H3 CAR T cells"},
    ),
    (
        "Every drug of the other arm",
        "Adults with [myeloma](DISEASE) were assigned to [BCMA CAR T cells](THERAPY) or to the "
        "physician's choice of [carfilzomib](THERAPY) and [dexamethasone](THERAPY).",
        {"BCMA CAR T cells", "carfilzomib", "dexamethasone"},
    ),
    (
        "What a patient takes now",
        "Dad has [stomach cancer](DISEASE concept=D:1). He's on [ramucirumab](THERAPY) now. Would "
        "[CLDN18.2 CAR T cells](THERAPY) be better?",
        {"ramucirumab", "CLDN18.2 CAR T cells"},
    ),
    (
        "The other arm",
        "Patients with [lymphoma](DISEASE) were randomised to [CD19 CAR T cells](THERAPY) or "
        "[rituximab](THERAPY).",
        {"CD19 CAR T cells", "rituximab"},
    ),
]


def relations_of(source: str) -> list[tuple[str, str, str, str | None]]:
    doc = RelationReader(lambda _: ())(SettingReader()(marked_doc(source)))
    return [
        (r.predicate, doc.text[slice(*r.subject)], doc.text[slice(*r.object)], r.status)
        for r in doc._.relations
    ]


@pytest.mark.parametrize(("source", "wanted"), [c[1:] for c in TARGETS], ids=[c[0] for c in TARGETS])
def test_targets(source: str, wanted: str):
    """Either every antigen of the example is bound, or none is."""
    doc = marked_doc(source)
    antigens = {span.text for span in doc.spans["mentions"] if span.label_ == "ANTIGEN"}
    found = {target for predicate, _, target, _ in relations_of(source) if predicate == "targets"}
    assert found == (antigens if wanted == "both" else set())


@pytest.mark.parametrize(("source", "wanted"), [c[1:] for c in TREATS], ids=[c[0] for c in TREATS])
def test_treats(source: str, wanted: set[tuple[str, str]]):
    """The diseases of the example's one therapy, with how far each use has come."""
    found = {
        (target, status) for predicate, _, target, status in relations_of(source) if predicate == "treats"
    }
    assert found == wanted


@pytest.mark.parametrize(("source", "wanted"), [c[1:] for c in BESIDE], ids=[c[0] for c in BESIDE])
def test_what_stands_beside_the_cells(source: str, wanted: set[str]):
    """Comparators treat the disease; companions and earlier drugs do not."""
    found = {subject for predicate, subject, _, _ in relations_of(source) if predicate == "treats"}
    assert found == wanted
