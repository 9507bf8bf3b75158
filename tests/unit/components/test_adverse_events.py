"""Statements on adverse events: grades, figures, and how they distribute."""

from __future__ import annotations

from functools import partial

import pytest
import spacy
from spacy.tokens import Doc

from pipeline.components.adverse_events import AdverseEventReader, plain_term
from pipeline.components.assertion import AssertionReader
from pipeline.findings import CohortFinding
from pipeline.grammar.assertion.weighed import AssertionWeights, weighed
from pipeline.grammar.events.figures import find_figures
from pipeline.grammar.grades import find_grades
from tests.marked_docs import marked_doc

Row = tuple[object, ...]


def annotated(source: str, sections: list[tuple[str, str]] | None = None) -> Doc:
    return AdverseEventReader()(AssertionReader()(marked_doc(source, sections)))


def rows(source: str) -> list[Row]:
    """(term, assertion, grade_min, grade_max, n, of, percent) of every finding."""
    doc = annotated(source)
    return [(f.term, f.assertion, *f[4:9]) for f in doc._.adverse_events]


CRS = "cytokine release syndrome"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("grade 3 or higher", (3, None)),
        ("grade ≥3", (3, None)),
        ("grades 1 to 2", (1, 2)),
        ("G3", (3, 3)),
        ("gr. 2", (2, 2)),
        ("grade III–IV", (3, 4)),
        ("greater than grade 3", (4, None)),
        ("high-grade", (3, None)),
        ("Severe", (3, None)),
        ("severe (grade 4)", (4, 4)),
        ("fatal", (5, 5)),
        ("never above grade 2", (None, 2)),
        ("grade 2 or less", (None, 2)),
    ],
)
def test_grades_are_ranges(text: str, expected: tuple[int | None, int | None]) -> None:
    """An end that the words leave open is None."""
    (grade,) = find_grades(text)
    assert (grade.low, grade.high) == expected


def test_numbers_that_measure_something_else_are_no_figures() -> None:
    """Days, doses, medians and confidence intervals count nobody."""
    text = "On day 13, 2 doses and 5 mg later, after a median of 4 days (95% CI), 3 (25%) of 12"
    (figure,) = find_figures(text, 0, len(text))
    assert (figure.n, figure.of, figure.percent) == (3, 12, 25.0)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[CRS](ADVERSE_EVENT) occurred in 20 (80%).", [(CRS, "present", None, None, 20, None, 80.0)]),
        ("10 of 12 (83%) had [CRS](ADVERSE_EVENT).", [(CRS, "present", None, None, 10, 12, 83.0)]),
        ("All five had [CRS](ADVERSE_EVENT).", [(CRS, "present", None, None, 5, 5, None)]),
        (
            "Of the 40 treated, 10 (25%) had [CRS](ADVERSE_EVENT).",
            [(CRS, "present", None, None, 10, 40, 25.0)],
        ),
        (
            "[CRS](ADVERSE_EVENT) was grade 1 in 10 patients and grade 2 in one.",
            [(CRS, "present", 1, 1, 10, None, None), (CRS, "present", 2, 2, 1, None, None)],
        ),
        (
            "4/20 had [CRS](ADVERSE_EVENT) (three G1, one G2).",
            [
                (CRS, "present", None, None, 4, 20, None),
                (CRS, "present", 1, 1, 3, 20, None),
                (CRS, "present", 2, 2, 1, 20, None),
            ],
        ),
        (
            "[CRS](ADVERSE_EVENT) was seen in 75% (grade 3 or higher 5%).",
            [(CRS, "present", None, None, None, None, 75.0), (CRS, "present", 3, None, None, None, 5.0)],
        ),
        (
            "[CRS](ADVERSE_EVENT) developed in 8 of 8, never above grade 2.",
            [(CRS, "present", None, 2, 8, 8, None), (CRS, "absent", 3, None, None, None, None)],
        ),
        ("None of the 12 developed [CRS](ADVERSE_EVENT).", [(CRS, "absent", None, None, 0, 12, None)]),
        (
            "No [CRS](ADVERSE_EVENT) of grade 3 or higher was seen.",
            [(CRS, "absent", 3, None, None, None, None)],
        ),
        (
            "[CRS](ADVERSE_EVENT) was of grade 1 in 4, with no grade 4 case.",
            [(CRS, "present", 1, 1, 4, None, None), (CRS, "absent", 4, 4, None, None, None)],
        ),
        ("One patient died of [CRS](ADVERSE_EVENT).", [(CRS, "present", 5, 5, 1, None, None)]),
        ("[CRS](ADVERSE_EVENT) may occur.", [(CRS, "possible", None, None, None, None, None)]),
        ("[CRS](ADVERSE_EVENT): 0%.", [(CRS, "absent", None, None, None, None, 0.0)]),
    ],
)
def test_one_event_is_read_with_its_grades_and_figures(source: str, expected: list[Row]) -> None:
    """Figures before and after the event, several groups, denied grades."""
    assert rows(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Grade ≥3 [fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT) were seen in 31% and 38%.",
            [("fever", "present", 3, None, None, None, 31.0), ("rash", "present", 3, None, None, None, 38.0)],
        ),
        (
            "[Fever](ADVERSE_EVENT) (67%), [rash](ADVERSE_EVENT) (40%).",
            [
                ("fever", "present", None, None, None, None, 67.0),
                ("rash", "present", None, None, None, None, 40.0),
            ],
        ),
        (
            "[Fever](ADVERSE_EVENT) or [rash](ADVERSE_EVENT) in 5%.",
            [
                ("fever", "present", None, None, None, None, 5.0),
                ("rash", "present", None, None, None, None, 5.0),
            ],
        ),
        (
            "Harms (all grades / grade ≥3): [fever](ADVERSE_EVENT) 58% / 5%; [rash](ADVERSE_EVENT) 4% / 0%.",
            [
                ("fever", "present", None, None, None, None, 58.0),
                ("fever", "present", 3, None, None, None, 5.0),
                ("rash", "present", None, None, None, None, 4.0),
                ("rash", "absent", 3, None, None, None, 0.0),
            ],
        ),
        (
            "Treated (N=55) Event | Any grade, n (%) | Grade ≥3, n (%) [Fever](ADVERSE_EVENT) | "
            "49 (89) | 13 (24) "
            "[Rash](ADVERSE_EVENT) | NR | 3 (5)",
            [
                ("fever", "present", None, None, 49, 55, 89.0),
                ("fever", "present", 3, None, 13, 55, 24.0),
                ("rash", "present", 3, None, 3, 55, 5.0),
            ],
        ),
        (
            "One of the 11 developed [fever](ADVERSE_EVENT) and one had [rash](ADVERSE_EVENT).",
            [("fever", "present", None, None, 1, 11, None), ("rash", "present", None, None, 1, 11, None)],
        ),
    ],
)
def test_figures_distribute_over_lists(source: str, expected: list[Row]) -> None:
    """One for each, one for all, columns of a header, a denominator for what follows."""
    assert rows(source) == expected


def test_a_sentence_may_go_on_about_the_event_before() -> None:
    """Grades without an event continue the last one."""
    found = rows("[CRS](ADVERSE_EVENT) was common. Three were grade 3.")
    assert (CRS, "present", 3, 3, 3, None, None) in found


def test_a_death_with_a_named_cause_is_that_event_at_grade_5() -> None:
    """The death itself gives no second row."""
    found = rows("Two [deaths](ADVERSE_EVENT) from [sepsis](ADVERSE_EVENT) were recorded.")
    assert found == [("sepsis", "present", 5, 5, 2, None, None)]


def test_general_words_need_a_figure_a_grade_or_a_denial() -> None:
    """A heading is no statement."""
    assert rows("[Adverse events](ADVERSE_EVENT) were recorded for a year.") == []
    assert rows("No [adverse events](ADVERSE_EVENT) were seen.")[0][:2] == ("adverse event", "absent")


def test_repeated_statements_count_once_and_quotes_not_at_all() -> None:
    """Same term, assertion, grades and figures: one finding; quoted text states nothing."""
    source = "[Fever](ADVERSE_EVENT) in 3. Again [fever](ADVERSE_EVENT) in 3. > [rash](ADVERSE_EVENT) in 2."
    doc = annotated(source, [("post", "Fever"), ("quote", "> ")])
    assert [finding.term for finding in doc._.adverse_events] == ["fever"]


def test_an_abbreviation_in_brackets_is_no_second_event() -> None:
    """It belongs to its long form, and what follows it is told of the long form."""
    found = rows("[Cytokine release syndrome](ADVERSE_EVENT) ([CRS](ADVERSE_EVENT)) occurred in 4.")
    assert found == [(CRS, "present", None, None, 4, None, None)]


def test_terms_are_plain_and_american() -> None:
    """Spelling, hyphens and number are evened out."""
    assert plain_term("Treatment‑related Anaemias") == "anemia"
    assert plain_term("Diarrhoea") == "diarrhea"


def test_therapy_and_cohort_are_those_of_the_sentence_or_the_only_ones() -> None:
    """The group of the stated size is the cohort; the therapy named beside the event is its therapy."""
    doc = AssertionReader()(
        marked_doc("After [axi-cel](THERAPY), 3 of [12 patients](COHORT) had [fever](ADVERSE_EVENT).")
    )
    extents = {span.label_: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    doc._.cohorts = [CohortFinding(extents["COHORT"], 12, "=", "patients", "treated", "human")]
    (finding,) = AdverseEventReader()(doc)._.adverse_events
    assert finding.therapy == extents["THERAPY"]
    assert finding.cohort == extents["COHORT"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "The leading grade ≥3 findings were [fever](ADVERSE_EVENT) (40%) and "
            "[rash](ADVERSE_EVENT) (13%).",
            [("fever", "present", 3, None, None, None, 40.0), ("rash", "present", 3, None, None, None, 13.0)],
        ),
        (
            "Of the 50 treated, 20 (40%) had [fever](ADVERSE_EVENT) and 5 (10%) "
            "[rash](ADVERSE_EVENT) at grade ≥3.",
            [("fever", "present", 3, None, 20, 50, 40.0), ("rash", "present", 3, None, 5, 50, 10.0)],
        ),
        (
            "[Fever](ADVERSE_EVENT) was grade ≥3 in 13% and [rash](ADVERSE_EVENT) in 28%.",
            [("fever", "present", 3, None, None, None, 13.0), ("rash", "present", 3, None, None, None, 28.0)],
        ),
        (
            "No [fever](ADVERSE_EVENT) and no [rash](ADVERSE_EVENT) above grade 1 was seen.",
            [
                ("fever", "absent", None, None, None, None, None),
                ("rash", "absent", 2, None, None, None, None),
            ],
        ),
        (
            "No grade ≥3 [fever](ADVERSE_EVENT), no [rash](ADVERSE_EVENT) and "
            "no [tremor](ADVERSE_EVENT) was seen.",
            [
                ("fever", "absent", 3, None, None, None, None),
                ("rash", "absent", None, None, None, None, None),
                ("tremor", "absent", None, None, None, None, None),
            ],
        ),
        (
            "[Fever](ADVERSE_EVENT) developed in four: grade 1 in three, grade 2 in only one.",
            [
                ("fever", "present", None, None, 4, None, None),
                ("fever", "present", 1, 1, 3, None, None),
                ("fever", "present", 2, 2, 1, None, None),
            ],
        ),
        (
            "The highest grade of [fever](ADVERSE_EVENT) was 2.",
            [("fever", "present", None, 2, None, None, None)],
        ),
    ],
)
def test_a_grade_reaches_what_shares_it(source: str, expected: list[Row]) -> None:
    """A class noun, a shared verb and an ellipsis carry a grade over a list; a denial of its own does not."""
    assert rows(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Five of the eight patients had mild (grade 1) [fever](ADVERSE_EVENT).",
            [("fever", "present", 1, 1, 5, 8, None)],
        ),
        (
            "[Fever](ADVERSE_EVENT) and [rash](ADVERSE_EVENT) were seen in 42% and 13% of the 64 patients.",
            [
                ("fever", "present", None, None, None, 64, 42.0),
                ("rash", "present", None, None, None, 64, 13.0),
            ],
        ),
        (
            "Grade 1, 2 and 3 [fever](ADVERSE_EVENT) occurred in 5, 3 and 1 patients, respectively.",
            [
                ("fever", "present", 1, 1, 5, None, None),
                ("fever", "present", 2, 2, 3, None, None),
                ("fever", "present", 3, 3, 1, None, None),
            ],
        ),
        (
            "A single patient (1/22; 4.5%) had [fever](ADVERSE_EVENT).",
            [("fever", "present", None, None, 1, 22, 4.5)],
        ),
        (
            "There was no [fever](ADVERSE_EVENT) in any of the eight after treatment.",
            [("fever", "absent", None, None, 0, 8, None)],
        ),
        (
            "[Neutropenia](ADVERSE_EVENT) requiring growth factor developed in 17 of 25.",
            [("neutropenia", "present", None, None, 17, 25, None)],
        ),
        (
            "[Cytopenia](ADVERSE_EVENT) (≥ 30 days) was seen in 31%.",
            [("cytopenia", "present", None, None, None, None, 31.0)],
        ),
        (
            "After treatment she ran a [fever](ADVERSE_EVENT) of 40.",
            [("fever", "present", None, None, None, None, None)],
        ),
        (
            "Of these nine patients with [fever](ADVERSE_EVENT), two had grade 3.",
            [("fever", "present", 3, 3, 2, 9, None)],
        ),
    ],
)
def test_figures_of_a_sentence_find_their_event(source: str, expected: list[Row]) -> None:
    """Brackets, participles and a shared whole part no figure from its event; measures are no figures."""
    assert rows(source) == expected


def test_the_text_of_a_document_is_put_together_a_fixed_number_of_times() -> None:
    """A line of 200,000 characters without a stop costs no more passes over it than a short one."""

    class CountingDoc:
        """A Doc that counts how often its whole text is asked for."""

        def __init__(self, doc: Doc) -> None:
            self._doc, self.count = doc, 0

        @property
        def text(self) -> str:
            self.count += 1
            return self._doc.text

        def __getattr__(self, name: str) -> object:
            return getattr(self._doc, name)

    piece = "[fever](ADVERSE_EVENT) in two and no [rash](ADVERSE_EVENT) " + "then they went on " * 50
    nlp = spacy.blank("en")
    nlp.add_pipe("cartographer_sentences")
    counts = []
    for length in (2_000, 200_000):
        doc = marked_doc(piece * (length // len(piece)), nlp=nlp)
        counted = CountingDoc(doc)
        AdverseEventReader()(counted)  # type: ignore[arg-type]
        assert doc._.adverse_events
        counts.append(counted.count)
    assert counts[0] == counts[1]


def mended(source: str, weights: AssertionWeights | None = None) -> list[tuple[str, str, str | None]]:
    """Mentions of events with their assertion and the words of their cue, after events were read."""
    judge = partial(weighed, weights=weights) if weights else None
    doc = AdverseEventReader(judge=judge)(AssertionReader()(marked_doc(source)))
    return [
        (span.text, span._.assertion, doc.text[slice(*span._.cue)] if span._.cue else None)
        for span in doc.spans["mentions"]
        if span.label_ == "ADVERSE_EVENT"
    ]


def test_a_mention_says_what_was_weighed_of_its_event() -> None:
    """With the word that told; so does the abbreviation that stands for it."""
    weights = AssertionWeights((0.0, 0.0, 0.5), {"right looms": (0.0, 2.0, 0.0)})
    source = (
        "[Capillary leak](ADVERSE_EVENT) ([CLS](ADVERSE_EVENT)) looms, and six had [rash](ADVERSE_EVENT)."
    )
    assert mended(source, weights) == [
        ("Capillary leak", "possible", "looms"),
        ("CLS", "possible", "looms"),
        ("rash", "present", None),
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("[Rash](ADVERSE_EVENT) came in 0 of 12.", "absent"),
        ("[Rash](ADVERSE_EVENT) came in 5 of 12 and in 0 of 9 controls.", "present"),
        ("[Rash](ADVERSE_EVENT) came in 5 of 12, never above grade 2.", "present"),
    ],
)
def test_a_mention_of_which_nobody_is_counted_is_denied(source: str, said: str) -> None:
    """A nought among other counts and a grade that is denied are told of a part."""
    assert [assertion for _, assertion, _ in mended(source)] == [said]
