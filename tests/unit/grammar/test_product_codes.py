"""Codes of products, told from codes of genes, scales, lines and trials by the words around them."""

from __future__ import annotations

import pytest

from pipeline.grammar.product_codes import find_codes


def found(text: str) -> list[str]:
    """The codes that are taken for products."""
    return [text[start:end] for start, end in find_codes(text, ())]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nine women received QRX-204 after conditioning.", "QRX-204"),
        ("We assessed NB-K7, an allogeneic product with two binders.", "NB-K7"),
        ("Biological: TZL-18 (autologous cells)", "TZL-18"),
        ("They were given HEX-CAR5 into the ventricle.", "HEX-CAR5"),
        ("Ten men received QRX-20418833.", "QRX-20418833"),
        ("K3D417 was given to six.", "K3D417"),
        ("A sister vector, QLV-4, which uses another envelope, is made.", "QLV-4"),
        ("Qelvane's QLV-4x, another CD20 autologous, is paused.", "QLV-4x"),
        ("Halden tried 30-QQz, a donor-derived product.", "30-QQz"),
        ("- Arm B, n = 5: QL-GPC2 into the tumour.", "QL-GPC2"),
        ("NSG mice were randomised to Q5-CDHe (n = 4) or saline.", "Q5-CDHe"),
        ("This is a first-in-human study of HERON-44.", "HERON-44"),
        ("Title: QRG-B2, Autologous Regulatory T Cells in Colitis", "QRG-B2"),
        ("Cells with a receptor against glypican 2 (QL-GPC2; n = 9) were given.", "QL-GPC2"),
        ("QRX204, with mesothelin as the trigger, is being studied.", "QRX204"),
        ("He got QL-6b, donor cells that seek glypican 2.", "QL-6b"),
        ("QL-6b = T cells from a bank of donors.", "QL-6b"),
        ("T CELLS TO GLYPICAN (QL-61) IN NEUROBLASTOMA", "QL-61"),
        ("QL-6b comprises autologous CAR T cells.", "QL-6b"),
        ("QL-61, directed to glypican 2, was safe.", "QL-61"),
        ("The CAR T cells, labelled QLX3-12, were thawed.", "QLX3-12"),
        ("A phase 1 trial of VQT-2290 (NCT01234567) took in donors' cells.", "VQT-2290"),
        ("Our product is QLV-m4. It is infused.", "QLV-m4"),
        ("Infused: QTR-GPC2i, natural killer cells.", "QTR-GPC2i"),
    ],
)
def test_what_is_given_or_described_as_a_product_is_one(text: str, code: str) -> None:
    """Any form of code will do if the words are plain."""
    assert found(text) == [code]


def test_one_plain_place_makes_the_code_a_product_everywhere() -> None:
    """Evidence is added up over the text."""
    assert found("QRX-204 looked promising. Adults received QRX-204.") == ["QRX-204", "QRX-204"]


@pytest.mark.parametrize(
    "text",
    [
        "The SLEDAI-2K score fell after treatment.",
        "Patients in the ABC-301 study were older.",
        "The line HTB-77 was cultured.",
        "He was enrolled under NCT01234567.",
        "Dose level DL3 was given to six.",
        "QUARTZ-2, a trial of CAR T cells, was stopped.",
        "QUARTZ-2 (n = 40) showed less.",
        "A change, E45K, let the CAR T cells ignore it.",
        "HTB-77, a T cell line, was cultured.",
        "Protocols: QLT-101 (NCT01234567).",
        "CELL THERAPY ROUND-UP | Friday",
        "A trial of it in T-cell lymphoma (QUARTZ-TCL-001) was stopped.",
        "The antibody 4B12 was used for the stain.",
        "The CD-19 carburettor was given a new float.",
    ],
)
def test_scales_trials_lines_and_levels_are_no_products(text: str) -> None:
    """The words beside a code say what else it is."""
    assert found(text) == []


def test_codes_of_one_series_speak_for_each_other() -> None:
    """What stands beside a product and bears its letters is a product on less evidence."""
    assert found("Six were infused with rituximab. In QL-7, none.") == []
    assert found("Six were infused with QL-61. In QL-7, none.") == [
        "QL-61",
        "QL-7",
    ]


def test_the_form_of_a_code_counts_where_cells_are_spoken_of() -> None:
    """Initials and a number are mostly a product, a word and a number mostly a trial."""
    text = "CAR T cells are in the news, and {} helped them there."
    assert found(text.format("QLB-22")) == ["QLB-22"]
    assert found(text.format("MARINA-2")) == []


def test_hints_are_enough_only_where_cells_are_spoken_of() -> None:
    """In a paper on genes what is plain for a product may be said of a gene."""
    assert found("The effect of QL-3 was strong.") == []
    assert found("The effect of QL-3 was strong. CAR T cells came first.") == ["QL-3"]


def test_a_code_may_begin_with_a_known_name() -> None:
    """The longer name counts, where the text says that it is a product."""
    text = "Six received QX7-GPC2 at 2 × 10⁶ cells."
    start = text.index("QX7")
    assert find_codes(text, [(start, start + 3)]) == [(start, start + 8)]
    assert find_codes(text, [(start, start + 8)]) == []
