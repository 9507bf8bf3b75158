"""The manual on settings: from the sentence, or else from the study around it."""

from __future__ import annotations

import pytest

from pipeline.components.setting import SettingReader
from tests.marked_docs import marked_doc

CASES = [
    (
        "The subjects of the sentence decide",
        "In macaques [CD20 CAR T cells](THERAPY setting=animal) emptied the follicles of virus. "
        "Six volunteers with [HIV](DISEASE setting=human) have since been enrolled.",
    ),
    (
        "Human cells in a mouse are an animal study",
        "Mice engrafted with human [leukaemia](DISEASE setting=animal) got human "
        "[CD7 CAR T cells](THERAPY setting=animal).",
    ),
    (
        "Where a receptor comes from says nothing",
        "Ten patients with [lymphoma](DISEASE setting=human) were treated. The binder of the "
        "[CD19 CAR T cells](THERAPY setting=human) is a murine scFv.",
    ),
    (
        "A dish is neither man nor mouse",
        "[GPC3 CAR T cells](THERAPY setting=in_vitro) lysed [hepatoma](DISEASE setting=in_vitro) cell lines.",
    ),
    (
        "Where no subjects are named, people are meant",
        "Two weeks out from [CD22 CAR T cells](THERAPY setting=human). No [seizure](ADVERSE_EVENT "
        "setting=human) so far.",
    ),
    (
        "Subjects may be animals",
        "All treated subjects gained weight. They were BALB/c females with "
        "[glioma](DISEASE setting=animal), given [GD2 CAR T cells](THERAPY setting=animal).",
    ),
    (
        "A single patient beside earlier animals",
        "[CD19 CAR T cells](THERAPY setting=animal) had worked in mice long before. Then a girl with "
        "[lupus](DISEASE setting=human) got them.",
    ),
]


@pytest.mark.parametrize("source", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_setting(source: str):
    """Every marked mention has the setting that the manual gives it."""
    doc = marked_doc(source)
    wanted = [span._.setting for span in doc.spans["mentions"]]
    for span in doc.spans["mentions"]:
        span._.setting = "unknown"
    SettingReader()(doc)
    assert [span._.setting for span in doc.spans["mentions"]] == wanted
