"""The disease of a group: bound to it, inherited from the whole, or the nearest that is left."""

from __future__ import annotations

import pytest

from pipeline.components.cohorts import Cohorts
from tests.marked_docs import marked_doc


def suffered(source: str) -> list[tuple[int, str | None]]:
    """Size and disease of each group."""
    doc = marked_doc(source)
    doc._.kind = "abstract"
    return [
        (cohort.n, doc.text[slice(*cohort.disease)] if cohort.disease else None)
        for cohort in Cohorts()(doc)._.cohorts
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Twelve patients with relapsed [lupus](DISEASE) were treated.", [(12, "lupus")]),
        ("We enrolled 12 [SLE](DISEASE) patients.", [(12, "SLE")]),
        (
            "In all, 21 patients were infused: 12 with [SLE](DISEASE) and nine with [SSc](DISEASE).",
            [(21, None), (12, "SLE"), (9, "SSc")],
        ),
        (
            "We treated 20 patients ([SLE](DISEASE), n = 12; [SSc](DISEASE), n = 8).",
            [(20, None), (12, "SLE"), (8, "SSc")],
        ),
        (
            "The diagnosis was [SLE](DISEASE) in 12 patients and [SSc](DISEASE) in eight patients.",
            [(12, "SLE"), (8, "SSc")],
        ),
        (
            "We treated 20 patients with [lupus](DISEASE), of whom 12 got the low dose.",
            [(20, "lupus"), (12, "lupus")],
        ),
        ("We treated 19 patients, 16 of whom had [SLE](DISEASE).", [(19, None), (16, "SLE")]),
        ("We treated 24 patients, most of them with [SLE](DISEASE).", [(24, None)]),
        ("The cells were given to 41 patients, and no [leukaemia](DISEASE) was seen.", [(41, None)]),
        (
            "We treated 16 healthy volunteers and four patients with [RA](DISEASE).",
            [(16, None), (4, "RA")],
        ),
    ],
)
def test_a_group_has_the_disease_that_all_of_it_has(
    source: str, expected: list[tuple[int, str | None]]
) -> None:
    """What is told of a part is not told of the whole."""
    assert suffered(source) == expected


def test_plainer_words_have_a_higher_rank() -> None:
    """Bound, of the whole, told before, told after."""
    sources = (
        "We treated 12 patients with [lupus](DISEASE).",
        "We treated 20 patients with [lupus](DISEASE), of whom 12 got the low dose.",
        "For [lupus](DISEASE) the cells were given to 12 patients.",
        "We treated 12 patients, and the cells were made for [lupus](DISEASE).",
    )
    ranks = []
    for source in sources:
        doc = marked_doc(source)
        doc._.kind = "abstract"
        ranks.append(Cohorts()(doc)._.cohorts[-1].disease_rank)
    assert None not in ranks
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == len(ranks)


def test_what_stands_beside_a_group_is_known_though_it_is_not_its_disease() -> None:
    """Readers of uses ask which diseases are told of groups at all."""
    doc = marked_doc("We treated 24 patients, most of them with [SLE](DISEASE).")
    doc._.kind = "abstract"
    (cohort,) = Cohorts()(doc)._.cohorts
    assert cohort.disease is None
    assert cohort.beside is not None
    assert doc.text[slice(*cohort.beside)] == "SLE"
