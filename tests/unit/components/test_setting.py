"""Who or what was studied."""

from __future__ import annotations

import pytest

from pipeline.components.setting import SettingReader
from pipeline.grammar.setting_cues import read_evidence, sentence_setting
from tests.marked_docs import marked_doc

THERAPY = "[CD19 CAR T cells](THERAPY)"


def settings_of(source: str, sections: list[tuple[str, str]] | None = None) -> list[str]:
    doc = SettingReader()(marked_doc(source, sections))
    return [span._.setting for span in doc.spans["mentions"]]


def told(source: str, sections: list[tuple[str, str]] | None = None) -> list[tuple[str, ...]]:
    doc = SettingReader()(marked_doc(source, sections))
    return [piece.settings for piece in doc._.study_settings]


@pytest.mark.parametrize(
    ("sentence", "setting"),
    [
        ("Eleven patients were infused.", "human"),
        ("The cells cleared leukaemia in NSG mice.", "animal"),
        ("Human T cells persisted in humanized mice.", "animal"),
        ("Rhesus macaques tolerated the infusion.", "animal"),
        ("Nine canine patients with lymphoma were treated.", "animal"),
        ("Patient-derived xenografts regressed.", "animal"),
        ("The cells killed tumour cell lines in co-culture.", "in_vitro"),
        ("Organoids were lysed within a day.", "in_vitro"),
        ("Killing was efficient in vitro and in vivo.", "animal"),
        ("In vivo CAR T cells are made without a factory.", "unknown"),
        ("The murine scFv was humanised.", "unknown"),
        ("A mouse antibody was cut to a fragment.", "unknown"),
        ("Rabbit anti-thymocyte globulin was avoided.", "unknown"),
        ("The drug is patient-specific.", "unknown"),
    ],
)
def test_a_sentence_speaks_by_its_own_subjects(sentence: str, setting: str):
    """Adjectives of origin are no evidence; animals outweigh the origin of their grafts."""
    assert sentence_setting(sentence) == setting


def test_prevalence_counts_nobody():
    """People who live with a disease are not people who were studied."""
    assert not read_evidence("About 5,000 people are diagnosed with it every year.").counted_people
    assert read_evidence("We treated 12 people.").counted_people


def test_a_mention_takes_the_setting_of_its_clause():
    """Where a sentence speaks of mice and of patients, the clause decides."""
    source = (
        f"{THERAPY} cured [lymphoma](DISEASE) in mice, but twelve patients had [fever](ADVERSE_EVENT) "
        "and [rash](ADVERSE_EVENT)."
    )
    assert settings_of(source) == ["animal", "animal", "human", "human"]


def test_a_sentence_without_subjects_follows_the_one_before_it():
    """Subjects are carried on within a paragraph."""
    source = f"Mice received {THERAPY} for [lupus](DISEASE). No [fever](ADVERSE_EVENT) was seen."
    assert settings_of(source) == ["animal", "animal", "animal"]


def test_a_paragraph_without_subjects_follows_the_study():
    """A headline that sounds human belongs to the mouse study under it."""
    source = f"{THERAPY} end [lupus](DISEASE)\n\nWe treated ten mice of a lupus strain."
    assert settings_of(source, [("title", "CD19"), ("body", "We")]) == ["animal", "animal"]


def test_patients_in_the_background_of_a_mouse_study():
    """Their sentence is human; the study is not."""
    source = (
        f"People with [lupus](DISEASE) often relapse after drugs.\n\n"
        f"We gave {THERAPY} to mice. Whether patients would tolerate it has to be tested."
    )
    assert settings_of(source)[0] == "human"
    assert told(source) == [("animal",)]


def test_a_plan_for_people_is_no_study_of_people():
    """Nor is the wish that somebody would do one."""
    source = (
        f"In mice {THERAPY} removed [lymphoma](DISEASE). A trial in 20 patients is planned. "
        "No patient has been treated."
    )
    assert told(source) == [("animal",)]


def test_earlier_work_in_mice_is_not_this_study():
    """What mice had shown before a trial is recalled, not studied."""
    source = (
        f"In mice, {THERAPY} had been effective. "
        "We report a phase 1 trial: 13 patients with [glioma](DISEASE) were enrolled."
    )
    assert told(source) == [("human",)]


def test_a_paper_may_tell_of_patients_and_of_mice():
    """A laboratory's own experiments count beside its trial."""
    source = (
        f"Our {THERAPY} destroyed cell lines and cleared leukaemia from xenografted mice. "
        "We then treated eight children with [leukaemia](DISEASE)."
    )
    assert set(told(source)[0]) == {"human", "animal", "in_vitro"}


def test_each_piece_of_a_strung_page_stands_by_itself():
    """A mouse story under a story on patients does not change it."""
    source = (
        f"First story\n\nTwelve patients with [lupus](DISEASE) got {THERAPY}.\n\n"
        f"Second story\n\nIn mice [BCMA CAR T cells](THERAPY) cured [myeloma](DISEASE)."
    )
    sections = [("title", "First"), ("body", "Twelve"), ("title", "Second"), ("body", "In mice")]
    assert told(source, sections) == [("human",), ("animal",)]
    assert settings_of(source, sections) == ["human", "human", "animal", "animal"]


def test_a_text_on_cars_has_no_setting():
    """A chance hit in a text on something else does not make it medicine."""
    source = "The [CART](THERAPY) app serves people. Patients of the price war wait for phase 2."
    assert told(source) == []
    assert settings_of(source) == ["unknown"]


def test_quotes_say_nothing_of_the_study():
    """A quote repeats what somebody else wrote."""
    source = f"I had {THERAPY} for [lupus](DISEASE), my doc agreed.\n\n> in mice it failed"
    doc = marked_doc(source, [("post", "I had"), ("quote", "> in")])
    doc._.kind = "forum"
    assert [piece.settings for piece in SettingReader()(doc)._.study_settings] == [("human",)]


def test_what_stands_near_the_end_opens_no_study():
    """A background is shorter than what it leads to; "we" in a last note makes none of all before it."""
    source = (
        f"{THERAPY} cleared [myeloma](DISEASE) from the bones of mice. "
        "The animals lived twice as long. The rest is unchanged. We wrote of this in spring."
    )
    assert told(source) == [("animal",)]


def test_animals_counted_in_the_background_were_studied():
    """No background gives the size of a group."""
    before = "Mice with [glioma](DISEASE) (n = 6) got " + THERAPY + ". "
    after = "In this study nine patients were infused. Tumours shrank in four of them at two doses each."
    assert set(told(before + after)[0]) == {"human", "animal"}
    assert told(before.replace(" (n = 6)", "") + after) == [("human",)]


def test_adults_beside_animals_are_people():
    """Animals are adult, adults are people."""
    source = (
        "Four macaques were given " + THERAPY + ". Five adults with [lupus](DISEASE) were treated afterwards."
    )
    assert set(told(source)[0]) == {"human", "animal"}


def test_up_to_so_many_adults_are_planned():
    """A ceiling, and a review still to come, are a plan."""
    source = (
        f"{THERAPY} lysed [melanoma](DISEASE) lines in co-culture. "
        "A trial in up to 20 adults is under ethical review."
    )
    assert told(source) == [("in_vitro",)]


def test_animals_counted_in_words_were_studied():
    """Whatever the background says besides."""
    source = (
        f"In seven cynomolgus macaques {THERAPY} cleared B cells. "
        "In this study nine adults with [lupus](DISEASE) were infused. "
        "Six of them improved within a month, and none of these had to be treated again later."
    )
    assert set(told(source)[0]) == {"human", "animal"}


def test_where_nobody_has_had_the_cells_people_were_not_studied():
    """People who are counted were given something else."""
    source = (
        f"Sixteen mice with [glioma](DISEASE) were given {THERAPY}. "
        "Four children with [glioma](DISEASE) had surgery there. No patient has received the cells."
    )
    assert told(source) == [("animal",)]


def test_a_registry_entry_is_of_people():
    """Though it tells of the mice that it rests on, and has not counted anybody yet."""
    source = (
        f"In mice with [sarcoma](DISEASE) {THERAPY} held back tumours (n = 7). "
        "A phase 1 trial in adults is recruiting."
    )
    doc = marked_doc(source)
    doc._.kind = "registry"
    assert set(SettingReader()(doc)._.study_settings[0].settings) == {"human", "animal"}
