"""Snapshots to make a page of: a few documents with one of each kind, hostile ones, and thousands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipeline.store import Snapshot
from tests.unit.analysis.told import ICANS, Told, news, published, trial

#: What a document may say that a page must not do. `pwned` is what any of it would set.
HOSTILE = (
    "<script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<!--<script>window.pwned=1",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1>",
    "<a href=javascript:window.pwned=1>x</a>",
    "{{ 7*7 }}{% raw %}",
    "\u2028\u2029'\"`${window.pwned=1}",
    "\u202egnp.exe\u2066\u200f",
    "<style>*{display:none}</style>",
    "]]>&lt;b&gt;",
    "\x00\x1b[2J\ufffe\uffff",
)


def mice() -> Told:
    """A study in mice: CRS denied, and a result of another group."""
    told = Told(
        "mice",
        "Lupus lifted in mice\n\nTen mice were given CD19 CAR T cells. No cytokine release syndrome arose. "
        "Elsewhere 27 children were treated, and neurotoxicity may follow.",
        kind="news",
        on=date(2021, 6, 2),
    )
    therapy = told.mention("CD19 CAR T cells", "THERAPY", "CD19 CAR T cells", setting="animal")
    disease = told.mention("Lupus", "DISEASE", "lupus", setting="animal")
    told.uses(therapy, disease, "tested")
    group = told.cohort("Ten mice", 10, setting="animal", unit="mice", therapy=therapy)
    other = told.cohort("27 children", 27, "external", unit="children")
    told.event("cytokine release syndrome", assertion="absent", setting="animal", cohort=group, cue="No")
    told.event("neurotoxicity", "neurotoxicity", assertion="possible", cohort=other, cue="may")
    told.study(10, cohort=group, diseases=("lupus",), setting="animal")
    return told


def severe() -> Told:
    """A trial of another target, with ICANS of grade 3 and characters beyond the basic plane before it."""
    told = Told(
        "severe#1 & more",
        "𝔸 trial 🧬 of CD22 cells\n\nTwenty adults with myeloma were infused. "
        "ICANS of grade 3 or more struck 4.",
        kind="abstract",
        on=date(2023, 1, 9),
        doi="10.5555/severe",
    )
    told.mention("CD22", "ANTIGEN", "CD22")
    told.mention("myeloma", "DISEASE", "myeloma")
    group = told.cohort("Twenty adults", 20, unit="adults")
    told.event("ICANS", ICANS, grades=(3, None), figures=(4, None), cohort=group)
    told.study(
        20, cohort=group, therapy="CD22 CAR T cells", antigens=("CD22",), diseases=("myeloma",), phase="1/2"
    )
    return told


def hostile() -> Iterator[Told]:
    """Documents whose titles, texts, names and addresses try to be more than text."""
    for place, attack in enumerate(HOSTILE):
        told = Told(
            f"hostile-{place}{attack}",
            f"{attack}\n\nSome 5 patients {attack} had fever, and 2 had CRS.",
            on=date(2019, 1, 1 + place),
            url=f"javascript:alert({place})",
            publisher=attack,
            source_uri=f"javascript:{attack}",
        )
        group = told.cohort("Some 5 patients", 5)
        told.event("fever", attack)
        told.event("CRS", figures=(2, 5), cohort=group)
        told.study(
            5,
            cohort=group,
            therapy=attack,
            antigens=(attack,),
            diseases=(attack,),
            trials=(attack,),
            phase="1",
        )
        yield told
    long = "𝗟ong" + "x" * 9_990 + "title"
    told = Told("long", f"{long}\n\nNobody reads on.", on=date(2018, 1, 1))
    told.study(therapy=long, antigens=(long,), diseases=(long, "b" * 10_000))
    yield told


def sample(output: Path) -> Snapshot:
    """A trial, the news of it, mice, and a trial of another target."""
    return published(output, trial(), news(), mice(), severe())


_TARGETS = (
    "CD19",
    "BCMA",
    "CD22",
    "GPRC5D",
    "CD20",
    "GD2",
    "CLDN18.2",
    "CD70",
    "CD7",
    "EGFRvIII",
    "IL13RA2",
    "PSMA",
)
_DISEASES = ("lymphoma", "myeloma", "leukaemia", "lupus", "glioma", "gastric cancer", "myasthenia gravis")
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri fle gro".split()


def many(n: int) -> Iterator[Told]:
    """Papers of some 3,000 characters, each with a study, two dozen mentions and words of its own."""
    for place in range(n):
        target, disease = _TARGETS[place * 7 % 12], _DISEASES[place * 5 % 7]
        size, affected = 5 + place * 13 % 120, place * 11 % 5
        told = Told(
            f"d{place:05}",
            f"Study {place} of {target} cells in {disease}\n\n{size} patients were treated here. "
            f"Cytokine release syndrome was seen in {affected}. No neurotoxicity was seen. "
            + "".join(f"Note {k}: CAR-T for {disease} {_own_words(place, k)}. " for k in range(22)),
            on=date(2010 + place % 16, 1 + place % 12, 1 + place % 28),
            kind=("paper", "news", "abstract")[place % 3],
            publisher=f"Journal {place % 40}",
        )
        setting = "animal" if place % 5 == 4 else "human"
        told.mention(target, "ANTIGEN", target, setting=setting)
        told.mention(disease, "DISEASE", disease, setting=setting)
        group = told.cohort(f"{size} patients", size, setting=setting)
        told.event("Cytokine release syndrome", figures=(affected, size), cohort=group, setting=setting)
        told.event(
            "neurotoxicity", "neurotoxicity", assertion="absent", cohort=group, setting=setting, cue="No"
        )
        for k in range(22):
            told.mention(f"Note {k}: CAR-T", "THERAPY", f"{target} CAR T cells", setting=setting)
        told.study(
            size,
            cohort=group,
            therapy=f"{target} CAR T cells {place % 300}",
            antigens=(target,),
            diseases=(disease,),
            setting=setting,
            phase=("1", "1/2", "2", None)[place % 4],
        )
        yield told


def _own_words(place: int, note: int) -> str:
    """A dozen words that no other document has: neither a copy of another one, nor easily packed."""
    digits = hashlib.sha256(f"{place} {note}".encode()).digest()
    return " ".join(
        _SYLLABLES[a % 25] + _SYLLABLES[b % 25] for a, b in zip(digits[:24:2], digits[1:24:2], strict=True)
    )
