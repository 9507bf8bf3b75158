"""Adverse events, as the annotation guide has them: one row per term, assertion, grade range and figure."""

from __future__ import annotations

from functools import partial

import pytest

from pipeline.components.adverse_events import AdverseEventReader
from pipeline.components.assertion import AssertionReader
from pipeline.grammar.assertion.weighed import WEIGHTS_FILE, read_weights, weighed
from pipeline.settings import settings
from tests.marked_docs import marked_doc

#: Passage, then the rows: term, assertion, lowest and highest grade, affected, at risk, percent.
PASSAGES = {
    "figures distribute, the denominator is the sentence's own": (
        """Of the 60 treated, 45 (75%) had [fever](ADVERSE_EVENT) and 12 (20%) [rash](ADVERSE_EVENT).
        [Nausea](ADVERSE_EVENT) was seen in 6 (10%).""",
        [
            ("fever", "present", None, None, 45, 60, 75.0),
            ("rash", "present", None, None, 12, 60, 20.0),
            ("nausea", "present", None, None, 6, None, 10.0),
        ],
    ),
    "one row for each grade": (
        """[Fever](ADVERSE_EVENT) was grade 1 in 7 patients and grade 2 in two.""",
        [("fever", "present", 1, 1, 7, None, None), ("fever", "present", 2, 2, 2, None, None)],
    ),
    "respectively": (
        """[Fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT) were seen in 40% and 15%, respectively.""",
        [
            ("fever", "present", None, None, None, None, 40.0),
            ("rash", "present", None, None, None, None, 15.0),
        ],
    ),
    "an upper limit worded as a denial": (
        """[Fever](ADVERSE_EVENT) occurred in 5/14 and never got past grade 2.""",
        [("fever", "present", None, 2, 5, 14, None), ("fever", "absent", 3, None, None, None, None)],
    ),
    "greater than": (
        """There was no [fever](ADVERSE_EVENT) greater than grade 3.""",
        [("fever", "absent", 4, None, None, None, None)],
    ),
    "fatal events": (
        """One woman died of [sepsis](ADVERSE_EVENT); a fatal [pneumonia](ADVERSE_EVENT) was seen as well.""",
        [("sepsis", "present", 5, 5, 1, None, None), ("pneumonia", "present", 5, 5, 1, None, None)],
    ),
    "nought in a group of known size": (
        """No [rash](ADVERSE_EVENT) was seen in any of the 16 patients.""",
        [("rash", "absent", None, None, 0, 16, None)],
    ),
    "two columns in a list": (
        """Harms (any grade / grade ≥3): [fever](ADVERSE_EVENT) 50% / 6%; [rash](ADVERSE_EVENT) 22% / 0%.""",
        [
            ("fever", "present", None, None, None, None, 50.0),
            ("fever", "present", 3, None, None, None, 6.0),
            ("rash", "present", None, None, None, None, 22.0),
            ("rash", "absent", 3, None, None, None, 0.0),
        ],
    ),
    "warnings": (
        """Boxed warning: [fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT).""",
        [
            ("fever", "possible", None, None, None, None, None),
            ("rash", "possible", None, None, None, None, None),
        ],
    ),
    "days, doses and ages are no figures": (
        """On day 12, after 2 doses, a median of 5 days and 9 months, [fever](ADVERSE_EVENT) was seen.""",
        [("fever", "present", None, None, None, None, None)],
    ),
    "a ceiling on the event told before": (
        """[Rash](ADVERSE_EVENT) affected 9 (45%), without any [event](ADVERSE_EVENT) above grade 1.""",
        [("rash", "present", None, 1, 9, None, 45.0), ("rash", "absent", 2, None, None, None, None)],
    ),
    "a grade stays on its own side of a denial": (
        """She had grade 2 [fever](ADVERSE_EVENT) and no [rash](ADVERSE_EVENT).""",
        [("fever", "present", 2, 2, None, None, None), ("rash", "absent", None, None, None, None, None)],
    ),
    "a denial about a whole group": (
        """Our seven patients had no [rash](ADVERSE_EVENT).""",
        [("rash", "absent", None, None, 0, 7, None)],
    ),
    "a shared whole": (
        """[Fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT) were seen in 8 and two of 30 patients.""",
        [("fever", "present", None, None, 8, 30, None), ("rash", "present", None, None, 2, 30, None)],
    ),
    "an onset between an event and its figure": (
        """[Fever](ADVERSE_EVENT) began at a median of 3 days and was seen in 4 of 9.""",
        [("fever", "present", None, None, 4, 9, None)],
    ),
    "numbers of patients count nobody": (
        """The [rash](ADVERSE_EVENT) of patient 11 (grade 2) lasted into 2023.""",
        [("rash", "present", 2, 2, 1, None, None)],
    ),
    "what is only relied on, or not mentioned": (
        """Such drugs rely on [immunosuppression](ADVERSE_EVENT). The summary has no mention of
        [rash](ADVERSE_EVENT).""",
        [],
    ),
    "a comparison reports nothing": ("""There was no difference in the rate of [rash](ADVERSE_EVENT).""", []),
}


@pytest.mark.parametrize("name", PASSAGES)
def test_rows_are_what_the_passage_states(name: str) -> None:
    """All rows, and no others, in the order of the text."""
    source, expected = PASSAGES[name]
    doc = AdverseEventReader()(AssertionReader()(marked_doc(" ".join(source.split()))))
    assert [(f.term, f.assertion, *f[4:9]) for f in doc._.adverse_events] == expected


def test_a_registry_entry_tells_what_would_count() -> None:
    """Definitions of dose-limiting toxicity are possible events with their grades."""
    doc = marked_doc("A DLT is any grade 4 [fever](ADVERSE_EVENT); grade 3 [rash](ADVERSE_EVENT) for a week.")
    doc._.kind = "registry"
    weights = read_weights(settings().weights / WEIGHTS_FILE)
    AdverseEventReader(judge=partial(weighed, weights=weights))(AssertionReader()(doc))
    found = [(f.term, f.assertion, f.grade_min, f.grade_max) for f in doc._.adverse_events]
    assert found == [("fever", "possible", 4, 4), ("rash", "possible", 3, 3)]
