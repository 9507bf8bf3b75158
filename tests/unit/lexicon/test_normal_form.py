"""The normal form: variants of a name meet, different names do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lexicon import bare_phrases, case_form, inverted, normal_form


@pytest.mark.parametrize(
    "variants",
    [
        ("CD19", "CD-19", "CD 19", "CD‑19", "cd19"),
        ("IL-13Rα2", "IL13R alpha 2", "IL 13R-alpha-2", "IL13Ralpha2"),
        ("claudin 18.2", "Claudin18.2", "claudin-18.2"),
        ("IFN-γ", "IFNγ", "IFN gamma"),
        ("leukaemia", "leukemias", "Leukaemias"),
        ("tumour", "tumors"),
        ("generalised", "generalized"),
        ("necrotising", "necrotizing"),
        ("Immunisations", "immunization"),
        ("diarrhoea", "diarrhea"),
        ("Sjögren's", "Sjogren", "sjogrens", "Sjögren’s"),
        ("metastasis", "metastases"),
        ("non-Hodgkin lymphoma", "non‑Hodgkin lymphomas"),
        ("type II", "type 2"),
        ("DLTs", "DLT"),
        ("malignancies", "malignancy"),
    ],
)
def test_variants_of_a_name_have_one_form(variants: tuple[str, ...]) -> None:
    """Hyphens, Greek letters, spelling, number, possessives and diacritics make no difference."""
    assert len({normal_form(variant) for variant in variants}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("CD19", "CD1 9x"), ("CD3", "CD30"), ("IL-2", "IL-12"), ("hepatitis B", "hepatitis C"), ("AIDS", "aid")],
)
def test_different_names_keep_apart(one: str, other: str) -> None:
    """Digits and single letters that tell names apart survive; an acronym's S is no plural."""
    assert normal_form(one) != normal_form(other)


def test_the_case_form_keeps_the_case() -> None:
    """Where case matters, "ALL" and "all" differ, and "ALLs" is the plural of "ALL"."""
    assert case_form("ALL") != case_form("all")
    assert case_form("CARs") == case_form("CAR")


def test_a_comma_turns_a_name_around() -> None:
    """A name with one comma has a spoken order; more commas are a list."""
    assert inverted("leukemia, acute") == "acute leukemia"
    assert inverted("a, b, c") is None


@given(st.text(max_size=40))
def test_the_form_is_stable(text: str) -> None:
    """Any text has a form, and of it nothing remains but letters, digits and single blanks."""
    form = normal_form(text)
    assert form == form.strip()
    assert "  " not in form


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("relapsed or refractory mantle cell lymphoma", "mantle cell lymphoma"),
        ("mantle cell lymphoma (MCL)", "mantle cell lymphoma"),
        ("grade 3 neutropenia", "neutropenia"),
        ("axi-cel infusion", "axi-cel"),
        ("anti‑MDA5⁺ dermatomyositis", "dermatomyositis"),
        ("gastric, pancreatic and colorectal cancers", "gastric cancers"),
        ("hepatitis B or C", "hepatitis B"),
    ],
)
def test_phrases_lose_what_is_no_part_of_the_name(phrase: str, bare: str) -> None:
    """Qualifiers, brackets, general words and further conjuncts go one by one."""
    assert bare in list(bare_phrases(phrase))


def test_a_bare_name_has_no_barer_reading() -> None:
    """A name without anything around it is left alone."""
    assert list(bare_phrases("lymphoma")) == []
