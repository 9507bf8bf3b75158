"""Uses of therapies in diseases: what is told away from the therapy, and how far a use has come."""

from __future__ import annotations

from pipeline.components.extensions import MENTIONS
from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.therapies import TherapyReader
from pipeline.components.relations.treats import TreatsReading
from tests.marked_docs import marked_doc
from tests.unit.components.test_relations import read, told


def test_a_registrys_line_of_conditions_speaks_of_what_the_entry_is_about() -> None:
    """Conditions that bars keep apart are one list."""
    source = (
        "Study of [XR-7 CAR T cells](THERAPY) in adults. Intervention: [XR-7 CAR T cells](THERAPY).\n\n"
        "Condition or disease: [glioma](DISEASE) | [ependymoma](DISEASE) | [medulloblastoma](DISEASE)"
    )
    assert {disease for _, disease, _ in told(source, "treats")} == {
        "glioma",
        "ependymoma",
        "medulloblastoma",
    }


def test_a_study_is_to_be_opened_to_a_further_disease() -> None:
    """What a study moves, opens or extends to is a use that is proposed."""
    source = (
        "Nine adults with [lupus](DISEASE) were given [XR-7 CAR T cells](THERAPY). "
        "The team would like to extend the study to [scleroderma](DISEASE)."
    )
    assert ("XR-7 CAR T cells", "scleroderma", "proposed") in told(source, "treats")


def test_subjects_that_a_sentence_counts_by_disease_were_given_the_therapy() -> None:
    """Nothing else need be said of them."""
    source = (
        "[XR-7 CAR T cells](THERAPY) were infused once. The diagnosis was [lymphoma](DISEASE) in "
        "[four](COHORT) and [myeloma](DISEASE) in [three](COHORT)."
    )
    assert {
        ("XR-7 CAR T cells", "lymphoma", "tested"),
        ("XR-7 CAR T cells", "myeloma", "tested"),
    } <= told(source, "treats")


def test_who_failed_screening_was_not_treated() -> None:
    """Nor is a disease that somebody has beside the one treated."""
    source = (
        "[XR-7 CAR T cells](THERAPY) were given for [amyloidosis](DISEASE). Three failed screening for "
        "[myeloma](DISEASE)."
    )
    assert {disease for _, disease, _ in told(source, "treats")} == {"amyloidosis"}


def test_a_drug_is_approved_for_the_disease_named_before() -> None:
    """Beside engineered cells, too: "this disease" is the one that the sentence before named."""
    source = (
        "[XR-7 CAR T cells](THERAPY) are tested in [mastocytosis](DISEASE concept=D:1). "
        "[Avapritinib](THERAPY) is already cleared for this disease."
    )
    assert ("Avapritinib", "mastocytosis", "approved") in told(source, "treats")


def test_a_product_on_sale_is_approved() -> None:
    """So is one that was cleared, or marketed."""
    source = "[XR-7 CAR T cells](THERAPY) have been on sale in Japan for [lymphoma](DISEASE) since May."
    assert told(source, "treats") == {("XR-7 CAR T cells", "lymphoma", "approved")}


def test_a_use_that_is_doubted_is_proposed_and_a_disease_that_is_suspected_is_not() -> None:
    """The words of doubt stand before the therapy, or right before the disease."""
    doubted = "Perhaps [XR-7 CAR T cells](THERAPY) will be tried in [lupus](DISEASE concept=D:1)."
    doc = marked_doc(doubted)
    _, disease = doc.spans[MENTIONS]
    disease._.assertion, disease._.cue = "possible", (0, len("Perhaps"))
    assert [found.status for found in read(doc)._.relations] == ["proposed"]
    suspected = "Ten were given [XR-7 CAR T cells](THERAPY) for suspected [lupus](DISEASE concept=D:1)."
    doc = marked_doc(suspected)
    _, disease = doc.spans[MENTIONS]
    start = doc.text.index("suspected")
    disease._.assertion, disease._.cue = "possible", (start, start + len("suspected"))
    assert read(doc)._.relations == []


def test_a_step_to_come_is_of_what_the_text_is_about() -> None:
    """Not of the product that a comparison named last."""
    source = (
        "[XR-7 CAR T cells](THERAPY) in [lupus](DISEASE concept=D:1)\n\n"
        "Nine adults with [lupus](DISEASE concept=D:1) were given [XR-7 CAR T cells](THERAPY). "
        "[XR-7 CAR T cells](THERAPY) were well borne.\n\n"
        "[ZK-2 CAR T cells](THERAPY) did no better. A cohort with [myositis](DISEASE concept=D:2) is to be "
        "added."
    )
    assert ("XR-7 CAR T cells", "myositis", "proposed") in told(source, "treats")


def test_a_heading_bars_the_list_below_it() -> None:
    """Until the next heading; what stands there is neither treated nor a treatment of the study."""
    source = (
        "[XR-7 CAR T cells](THERAPY) for [lupus](DISEASE concept=D:1).\n\n"
        "Who cannot join?\n"
        "Anyone on [dialysis](THERAPY) for [diabetic nephropathy](DISEASE); [gout](DISEASE).\n"
        "Who can take part?\nAdults with [lupus](DISEASE concept=D:1) or [scleroderma](DISEASE concept=D:2)."
    )
    assert {disease for _, disease, _ in told(source, "treats")} == {"lupus", "scleroderma"}


def test_a_question_heads_the_list_of_what_is_treated() -> None:
    """As "Conditions:" does."""
    source = (
        "Study of [XR-7 CAR T cells](THERAPY). [XR-7 CAR T cells](THERAPY) are given once.\n\n"
        "Which diseases are studied?\n[Glioma](DISEASE); [ependymoma](DISEASE)."
    )
    assert {disease for _, disease, _ in told(source, "treats")} == {"Glioma", "ependymoma"}


def test_a_post_without_a_disease_speaks_of_the_threads_one() -> None:
    """Also where it only names what its writer can tell of."""
    source = (
        "My aunt has [myeloma](DISEASE concept=D:1).\n\nWe all dread [myeloma](DISEASE concept=D:1) here.\n\n"
        "All that I know is [XR-7 CAR T cells](THERAPY), from my own stay."
    )
    posts = [("post", "My aunt"), ("post", "We all"), ("post", "All that")]
    assert {one[:2] for one in told(source, "treats", posts)} == {("XR-7 CAR T cells", "myeloma")}


def test_a_code_is_cells_where_the_text_says_so() -> None:
    """As "X cells", or as T cells that were modified, in a text that names no other cells."""
    for words in ("[VB-30](THERAPY) cells carry", "In [VB-30](THERAPY) T cells fitted with a virus carry"):
        assert told(f"{words} a receptor for [CD7](ANTIGEN).", "targets") == {("VB-30", "CD7")}
    assert told("[VB-30](THERAPY) tablets carry a receptor for [CD7](ANTIGEN).", "targets") == set()


def test_lists_end_where_the_next_heading_begins() -> None:
    """A field that names its own diseases rules itself alone."""
    source = (
        "[XR-7 CAR T cells](THERAPY) in [lupus](DISEASE concept=D:1).\n\n"
        "Exclusion: [gout](DISEASE concept=D:3).\n"
        "Nine adults with [lupus](DISEASE concept=D:1) were given [XR-7 CAR T cells](THERAPY)."
    )
    assert {disease for _, disease, _ in told(source, "treats")} == {"lupus"}


def test_a_name_that_ends_as_names_of_cells_do_is_cells() -> None:
    """What is compared with it is given for the same disease."""
    source = (
        "The trial compares one infusion of [rivocel](THERAPY) with a year of "
        "[sunitinib](THERAPY concept=C:1) in adults whose [gout](DISEASE concept=D:1) came back. "
        "[Rivocel](THERAPY) binds [CD70](ANTIGEN)."
    )
    assert told(source, "targets") == {("Rivocel", "CD70")}
    assert ("rivocel", "gout", "tested") in told(source, "treats")


def test_an_approval_that_is_asked_for_was_preceded_by_tests() -> None:
    """Who files for a licence has tried the cells."""
    source = "The firm will ask the agency to license [XR-7 CAR T cells](THERAPY) for [glioma](DISEASE)."
    assert told(source, "treats") == {("XR-7 CAR T cells", "glioma", "tested")}


def test_a_study_that_is_expected_to_open_is_a_plan() -> None:
    """The doubt is about the study, not about the disease."""
    doc = marked_doc(
        "[XR-7 CAR T cells](THERAPY) were given to nine adults with [lupus](DISEASE). A study of "
        "[XR-7 CAR T cells](THERAPY) in [scleroderma](DISEASE assertion=possible) is expected to open in May."
    )
    cue = doc.text.index("expected")
    for span in doc.spans[MENTIONS]:
        if span.text == "scleroderma":
            span._.cue = (cue, cue + len("expected"))
    found = {(doc.text[slice(*one.object)], one.status) for one in read(doc)._.relations}
    assert ("scleroderma", "proposed") in found


def test_what_a_study_asks_is_no_doubt() -> None:
    """ "Looks at whether" is said of a study that is done."""
    source = (
        "This study looks at whether [XR-7 CAR T cells](THERAPY) are safe in people with [lupus](DISEASE)."
    )
    assert told(source, "treats") == {("XR-7 CAR T cells", "lupus", "tested")}


def test_a_drug_approved_for_what_the_cells_are_tested_in() -> None:
    """ "After all" tells nothing of what was given before."""
    source = (
        "[XR-7 CAR T cells](THERAPY) are for [fibrosis](DISEASE concept=D:1), where "
        "[nintedanib](THERAPY) has long been on the market. [Pirfenidone](THERAPY), which after all is "
        "licensed for [fibrosis](DISEASE concept=D:1), failed."
    )
    found = told(source, "treats")
    assert ("nintedanib", "fibrosis", "approved") in found
    assert ("Pirfenidone", "fibrosis", "approved") in found


def test_a_registry_entry_that_nobody_has_entered_is_a_plan() -> None:
    """What it cites of others was tested."""
    doc = marked_doc(
        "Status: Withdrawn. Enrolment 0. [XR-7 CAR T cells](THERAPY) in adults with [glioma](DISEASE). "
        "[XR-7 CAR T cells](THERAPY) are infused once."
    )
    doc._.kind = "registry"
    assert {one.status for one in read(doc)._.relations if one.predicate == "treats"} == {"proposed"}
    doc._.kind = "news"
    assert {one.status for one in read(doc)._.relations if one.predicate == "treats"} == {"tested"}


def test_what_stands_before_a_colon_says_that_uses_are_to_come() -> None:
    """The words before the colon govern all that follows it."""
    source = (
        "[XR-7 CAR T cells](THERAPY) were infused in nine adults with [lupus](DISEASE). "
        "Next steps: [scleroderma](DISEASE) and [myositis](DISEASE), with [XR-7 CAR T cells](THERAPY) again."
    )
    assert {
        ("XR-7 CAR T cells", "scleroderma", "proposed"),
        ("XR-7 CAR T cells", "myositis", "proposed"),
    } <= told(source, "treats")


def test_semicolons_keep_apart_what_is_planned_for_several_products() -> None:
    """A product behind a semicolon is not the one for which a disease before it is planned."""
    source = (
        "[XR-7 CAR T cells](THERAPY) were infused in nine adults with [lymphoma](DISEASE). Planned are an "
        "amendment that would admit [leukemia](DISEASE); and a first trial of [ZB-2 CAR T cells](THERAPY) in "
        "[glioma](DISEASE)."
    )
    doc = read(marked_doc(source))
    reading = TreatsReading(Discourse(doc, TherapyReader(lambda _: ())))
    told_of = {(one.subject.text, one.object.text, one.status) for one in reading.evidence()}
    assert ("XR-7 CAR T cells", "leukemia", "proposed") in told_of
    assert not any(one[:2] == ("ZB-2 CAR T cells", "leukemia") for one in told_of)
