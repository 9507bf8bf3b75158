"""Cohorts: what is a group of subjects, how large, of what, in which role."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from pipeline.components.cohorts import Cohorts, Counts
from pipeline.components.extensions import MENTIONS
from pipeline.findings import SectionSpan
from tests.marked_docs import marked_doc

FOUND = Cohorts()


def read(source: str, kind: str = "abstract") -> Doc:
    """The Doc of a marked-up text after the component."""
    doc = marked_doc(source)
    doc._.kind = kind
    return FOUND(doc)


def groups(source: str, kind: str = "abstract") -> list[tuple[int, str]]:
    """Size and role of each group."""
    return [(cohort.n, cohort.role) for cohort in read(source, kind)._.cohorts]


@pytest.mark.parametrize(
    "source",
    [
        "A 54-year-old woman presented with fatigue.",
        "Cells were given at 2 × 10⁶/kg on day 3 after 2 lines of therapy.",
        "She had three infusions over 14 months at 2 hospitals.",
        "Five million people worldwide live with [lupus](DISEASE).",
        "About 30,000 women are diagnosed each year.",
        "The trial will enroll 40 adults.",
        "We plan an expansion to roughly 36 participants.",
        "Up to 41 patients may be treated.",
        "Two further patients are scheduled for infusion.",
        "Enrollment: 121 (estimated)",
        "[CRS](ADVERSE_EVENT) occurred in 12 (60%).",
        "Two patients died of progressive [lymphoma](DISEASE).",
        "Three patients developed [neutropenia](ADVERSE_EVENT).",
        "The response rate was 80% (8/10).",
        "Four ended up in remission and one relapsed.",
        "Of 51 deaths, 43 came later.",
        "There were 12 serious adverse events with placebo and 16 with the drug.",
        "In 2019 a phase 3 study began at 27 sites.",
        "Randomised to 5, 7, or 10 days of treatment.",
        "Cells of 3 healthy donors were transduced.",
        "The CDKs 4 and 6 are inhibited.",
        "He paid for two doses and a rental car.",
        "Two mouse models of [fibrosis](DISEASE) were used.",
        "Arms 1 and 2 received the drug.",
        "Women older than 50 had less pain.",
        "A trial is to enrol 36 adults.",
        "Three women of group A and two of group B were lost to follow-up.",
        "There were 17 [breast cancers](DISEASE) with placebo.",
    ],
)
def test_other_numbers_are_no_groups(source: str) -> None:
    """Ages, doses, durations, sites, plans, prevalence and counts of outcomes are not cohorts."""
    assert groups(source) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("We enrolled 137 patients; 117 were infused.", [(137, "enrolled"), (117, "treated")]),
        ("Of 97 enrolled, 92 were infused.", [(97, "enrolled"), (92, "treated")]),
        (
            "Nineteen were screened, 16 enrolled and 15 treated.",
            [(19, "screened"), (16, "enrolled"), (15, "treated")],
        ),
        ("Nine pts had been enrolled and infused.", [(9, "treated")]),
        ("225 evaluable patients were analysed.", [(225, "evaluable")]),
        ("Treated patients (N = 55) were followed.", [(55, "treated")]),
        ("A dozen children received the cells.", [(12, "treated")]),
        ("Screened: 40 · Enrolled: 31 · Infused: 27", [(40, "screened"), (31, "enrolled"), (27, "treated")]),
        ("Enrollment: 24 (actual)", [(24, "enrolled")]),
        ("There were 3 of us on the ward.", [(3, "treated")]),
        (
            "We describe a patient with [lupus](DISEASE) treated with [CAR T cells](THERAPY).",
            [(1, "treated")],
        ),
        ("All eleven adults went into remission.", [(11, "treated")]),
        (
            "Eighteen patients were enrolled, eight of them under schedule A and ten under schedule B.",
            [(18, "enrolled"), (8, "subgroup"), (10, "subgroup")],
        ),
        (
            "Thirty were randomised – 20 to [axi-cel](THERAPY), 10 to standard care.",
            [(30, "enrolled"), (20, "arm"), (10, "arm")],
        ),
        (
            "Twelve were treated at 2 sites, 10 of whom had at least 1 month of follow-up.",
            [(12, "treated"), (10, "evaluable")],
        ),
        (
            "Of 156 randomised, 88 and 48, respectively, received either drug.",
            [(156, "enrolled"), (88, "treated"), (48, "treated")],
        ),
    ],
)
def test_roles(source: str, expected: list[tuple[int, str]]) -> None:
    """What is said of a group gives its role."""
    assert groups(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "They treated 9 adults: four at the low dose, five at the high dose.",
            [(9, "treated"), (4, "subgroup"), (5, "subgroup")],
        ),
        ("Seven mice made up the treated group and six the control group.", [(7, "arm"), (6, "arm")]),
        (
            "Two patients joined the dose escalation, eight got the cells at home.",
            [(2, "subgroup"), (8, "subgroup")],
        ),
        (
            "Women were allocated to [drug](THERAPY) (31 women) or [placebo](THERAPY) (29 women).",
            [(31, "arm"), (29, "arm")],
        ),
        (
            "We randomised 90 patients ([drug](THERAPY) 44, [placebo](THERAPY) 46).",
            [(90, "enrolled"), (44, "arm"), (46, "arm")],
        ),
        (
            "Sixty were randomly assigned to begin at once (early group = 28) or later (late group = 32).",
            [(60, "enrolled"), (28, "arm"), (32, "arm")],
        ),
        (
            "In all, 18 and 21 adults received one or the other, respectively.",
            [(18, "treated"), (21, "treated")],
        ),
    ],
)
def test_arms(source: str, expected: list[tuple[int, str]]) -> None:
    """Dose groups, parts of a trial and what people were assigned to are arms."""
    assert groups(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Flow of participants: enrolled 52, infused 47.", [(52, "enrolled"), (47, "treated")]),
        ("The efficacy analysis covered 33 with [myeloma](DISEASE).", [(33, "evaluable")]),
        ("The team followed eleven children with [lupus](DISEASE).", [(11, "treated")]),
        (
            "This study involved 64 patients with [cancer](DISEASE) that had progressed.",
            [(64, "enrolled")],
        ),
        ("Forty-two patients scheduled for surgery were enrolled.", [(42, "enrolled")]),
        ("They were compared with 40 patients from a registry.", [(40, "external")]),
        ("A review of the literature found 3 studies with 26 patients.", [(26, "external")]),
        ("Of 48 randomised, 45 (94%) participants were dosed.", [(48, "enrolled"), (45, "treated")]),
    ],
)
def test_roles_by_wording(source: str, expected: list[tuple[int, str]]) -> None:
    """The nearest words decide: a verb right before the number, a clause on the group, another source."""
    assert groups(source) == expected


def test_what_is_pasted_into_a_thread_tells_its_own_study() -> None:
    """Between posts an abstract is a report, not hearsay."""
    text = "In this study, five adults were infused. My friend says 70 people were in the other one."
    doc = marked_doc(text, [("abstract", "In this"), ("post", "My friend")])
    doc._.kind = "forum"
    assert [(c.n, c.role) for c in FOUND(doc)._.cohorts] == [(5, "treated"), (70, "external")]


def test_groups_by_disease_are_subgroups() -> None:
    """Counts beside diseases split the group told before; each keeps its disease."""
    doc = read(
        "Fifteen patients ([SLE](DISEASE), n = 8; [myositis](DISEASE), n = 3; [sclerosis](DISEASE), n = 4) "
        "were treated."
    )
    told = [(c.n, c.role, c.disease and doc.text[slice(*c.disease)]) for c in doc._.cohorts]
    assert told[1:] == [(8, "subgroup", "SLE"), (3, "subgroup", "myositis"), (4, "subgroup", "sclerosis")]
    assert told[0][:2] == (15, "treated")


def test_sum_tells_parts_of_a_group() -> None:
    """Unknown words after counts that add up to the group before are its parts."""
    assert groups("Thirteen patients were enrolled (10 ABCD, 3 sABC).") == [
        (13, "enrolled"),
        (10, "subgroup"),
        (3, "subgroup"),
    ]


def test_sexes_in_brackets_are_no_groups() -> None:
    """Numbers of men and women describe a group; they are none."""
    assert groups("Twelve participants (eight women, 4 men) were infused.") == [(12, "treated")]


@pytest.mark.parametrize(
    "source",
    [
        "We treated 9 patients. In an earlier trial, 22 patients received the same product.",
        "We treated 9 patients. Smith and others reported in 2020 on a series of 22 patients.",
        "We treated 9 patients (NCT00000001). In another study (NCT00000002), 22 patients received it.",
    ],
)
def test_groups_of_other_studies_are_external(source: str) -> None:
    """A cue, or another trial's number, marks another study's group."""
    assert groups(source) == [(9, "treated"), (22, "external")]


@pytest.mark.parametrize(
    "source",
    [
        "Nine patients with previously treated [lymphoma](DISEASE) were infused.",
        "The results, published on Monday, come from 9 patients who were infused.",
        "In the pivotal trial, 9 patients were infused.",
        "Nine patients were infused with cells of unrelated donors.",
        "This summary was reviewed by an editor. Nine patients were infused.",
    ],
)
def test_words_of_others_alone_make_no_other_study(source: str) -> None:
    """What was done to the subjects before, or where it was printed, does not make them another study's."""
    assert groups(source) == [(9, "treated")]


@pytest.mark.parametrize(
    "source",
    [
        "We treated 9 patients. Our rate is higher than in an earlier trial of 22 patients.",
        "We treated 9 patients. A later American study treated 22 patients.",
        "We treated 9 patients. In the ABCDE-1 trial, 22 patients were infused.",
    ],
)
def test_the_last_words_tell_whose_study_it_is(source: str) -> None:
    """Another study that is named behind "our" wins over it."""
    assert groups(source) == [(9, "treated"), (22, "external")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "It was given in [lupus](DISEASE) (n = 9) or [myositis](DISEASE) (n = 5). Fourteen patients "
            "were treated.",
            [(9, "subgroup"), (5, "subgroup"), (14, "treated")],
        ),
        (
            "We infused 20 patients. Five patients received a second infusion.",
            [(20, "treated"), (5, "subgroup")],
        ),
        (
            "Enrollment: 35 (actual). Arm A: 20 participants. Arm B: 15 participants.",
            [(35, "enrolled"), (20, "arm"), (15, "arm")],
        ),
    ],
)
def test_parts_and_wholes(source: str, expected: list[tuple[int, str]]) -> None:
    """Counts that add up to a whole told later, a second course and labelled arms are parts."""
    assert groups(source) == expected


def test_a_score_with_a_number_is_no_trial() -> None:
    """Only a name that stands where a trial's stands is one."""
    told = groups("Nine patients were infused. The ABCDE-2K was 0 after COVID-19 in the 5 patients.")
    assert [n for n, _ in told] == [9, 5]
    assert "external" not in dict(told).values()


def test_reports_in_a_forum_are_external() -> None:
    """In a thread a trial's groups are hearsay; the writers' own group is not."""
    assert groups("The big trial had 359 people. There were 6 of us.", kind="forum") == [
        (359, "external"),
        (6, "treated"),
    ]


@pytest.mark.parametrize(
    ("post", "is_external"),
    [
        ("Our ward uses it too. Fourteen children were treated last year.", False),
        ("In a webinar they showed slides. Fourteen children were treated there.", True),
        ("I read a paper, but our clinic differs. Fourteen children were treated.", False),
        ("Fourteen children were treated.", True),
    ],
)
def test_a_member_of_a_forum_tells_of_the_own_ward_or_of_a_paper(post: str, *, is_external: bool) -> None:
    """The last word on whose patients they are counts; without one it is hearsay."""
    doc = marked_doc(post, [("post", post[:5])])
    doc._.kind = "forum"
    told = Counts(doc)
    assert [told.own.is_external(count, ()) for count in told.all if count.n == 14] == [is_external]


def test_lines_of_dose_levels_are_subgroups() -> None:
    """A group behind the label of its level is a part, whatever was done to it."""
    source = "Twelve adults were infused.\nLevel 1: 4 participants treated\nLevel 2: 8 participants treated\n"
    assert set(groups(source, "registry")) >= {(4, "subgroup"), (8, "subgroup")}


def test_a_number_with_a_verb_of_many_is_no_date() -> None:
    """ "By the end of March 47 had …" counts subjects."""
    assert 47 in {count.n for count in Counts(read("By the end of March 47 had been infused.")).all}
    assert 3 not in {count.n for count in Counts(read("Cohort 3 had been infused.")).all}


def test_a_label_tells_what_was_done() -> None:
    """The words before a colon are said of the number behind it."""
    (count,) = Counts(read("Received the allocated infusion: 31\n", "registry")).all
    assert (count.n, count.predicate) == (31, "treated")


def test_a_group_is_told_once() -> None:
    """Mentions of the same group give one finding."""
    assert groups("Twelve patients were infused. All 12 had fever. Of the 12 patients, 8 responded.") == [
        (12, "treated")
    ]


def test_animals_come_in_arms() -> None:
    """Groups of mice are arms, and their setting is animal."""
    doc = read("Mice were assigned to cells alone (n = 14) or to cells with helpers (n = 4).")
    assert [(c.n, c.role, c.unit, c.setting) for c in doc._.cohorts] == [
        (14, "arm", "mice", "animal"),
        (4, "arm", "mice", "animal"),
    ]


def test_lay_words_name_subjects() -> None:
    """Folks and ppl are people."""
    doc = read("They gave it to 15 lymphoma folks. 26 ppl were infused before.", kind="forum")
    assert {(c.n, c.unit) for c in doc._.cohorts} == {(15, "people"), (26, "people")}


def test_a_year_before_a_patient_is_no_size() -> None:
    """ "In 2012 a woman" counts nobody."""
    assert 2012 not in dict(groups("In 2012 a woman was infused. Seven patients followed."))


def test_comparator_is_kept() -> None:
    """ "More than" and "about" reach the finding."""
    doc = read("More than 100 patients have been treated.")
    assert [(c.n, c.comparator) for c in doc._.cohorts] == [(100, ">=")]


def test_mentions_stay_sorted_and_distinct() -> None:
    """COHORT mentions join the group of mentions at their place."""
    doc = read("In [lupus](DISEASE), 12 patients received [CAR T cells](THERAPY).")
    spans = doc.spans[MENTIONS]
    assert [(s.label_, s.text) for s in spans] == [
        ("DISEASE", "lupus"),
        ("COHORT", "12 patients"),
        ("THERAPY", "CAR T cells"),
    ]
    assert spans[1]._.annotator == "rule"
    assert doc._.cohorts[0].mention == (spans[1].start_char, spans[1].end_char)


def test_quotes_are_not_counted_again() -> None:
    """A group in a quote or a reference is not read."""
    doc = marked_doc("There were 3 of us.")
    doc._.sections = [SectionSpan("quote", 0, len(doc.text))]
    assert FOUND(doc)._.cohorts == []


def test_setting_of_the_sentence() -> None:
    """The sentence's setting is taken where there is one."""
    doc = marked_doc("12 subjects were dosed.")
    doc._.sentence_settings = [(0, len(doc.text), "animal")]
    assert FOUND(doc)._.cohorts[0].setting == "animal"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Twelve were dosed, five without and seven with the booster.", [(5, "arm"), (7, "arm")]),
        ("By May 33 patients had been enrolled (50 planned).", [(33, "enrolled")]),
        ("We screened 33 persons and treated nine of them.", [(33, "screened"), (9, "treated")]),
    ],
)
def test_a_number_beside_another_keeps_its_role(source: str, expected: list[tuple[int, str]]) -> None:
    """A plan in brackets, those treated afterwards, what was given and what was not."""
    assert set(expected) <= set(groups(source))


@pytest.mark.parametrize("share", ["(25)", "(100)"])
def test_a_share_without_its_sign_behind_an_event_is_no_group(share: str) -> None:
    """Tables leave the sign to their head."""
    found = groups(f"Level 1 (n = 4): [CRS](ADVERSE_EVENT) 1 {share}; [fever](ADVERSE_EVENT) 2 (50)")
    assert {n for n, _ in found} <= {4}
