"""Relations between mentions, beyond the manual's examples."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest
from spacy.tokens import Doc

from pipeline.components.relations.component import RelationReader
from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.therapies import TherapyReader
from pipeline.components.setting import SettingReader
from pipeline.findings import AdverseEventFinding, CohortFinding
from tests.marked_docs import marked_doc

KNOWN = {"P:axi": ("HGNC:1633",), "P:cilta": ("HGNC:11913",)}


def known_targets(concept_id: str) -> Sequence[str]:
    return KNOWN.get(concept_id, ())


def read(doc: Doc) -> Doc:
    return RelationReader(known_targets)(SettingReader()(doc))


def told(source: str, predicate: str, sections: list[tuple[str, str]] | None = None) -> set[tuple[str, ...]]:
    """Subject and object as words, with the status of `treats`."""
    doc = read(marked_doc(source, sections))
    return {
        (
            doc.text[slice(*found.subject)],
            doc.text[slice(*found.object)],
            *([found.status] if found.status else []),
        )
        for found in doc._.relations
        if found.predicate == predicate
    }


def test_the_knowledge_base_tells_what_a_product_binds():
    """Only where the antigen is named in the document."""
    named = "[axi-cel](THERAPY concept=P:axi) was given. [CD19](ANTIGEN concept=HGNC:1633) was lost."
    assert told(named, "targets") == {("axi-cel", "CD19")}
    assert told("[axi-cel](THERAPY concept=P:axi) was given to ten patients.", "targets") == set()


def test_a_product_beside_the_main_one_needs_its_antigen_near():
    """What is known of a product brought in for comparison counts in its own paragraph alone."""
    source = (
        "[axi-cel](THERAPY concept=P:axi) and [CD19](ANTIGEN concept=HGNC:1633). "
        "[axi-cel](THERAPY concept=P:axi) worked. [BCMA](ANTIGEN concept=HGNC:11913) was absent.\n\n"
        "By contrast [cilta-cel](THERAPY concept=P:cilta) took weeks."
    )
    assert told(source, "targets") == {("axi-cel", "CD19")}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Quell's [QX-204](THERAPY), another [CD20](ANTIGEN) autologous, is given.", {("QX-204", "CD20")}),
        (
            "[QX-204](THERAPY) (autologous; [CD7](ANTIGEN); edited) and CAR T cells came.",
            {("QX-204", "CD7")},
        ),
        (
            "[QX-204](THERAPY), T cells with an anti-[CD5](ANTIGEN) chimeric receptor, came.",
            {("QX-204", "CD5")},
        ),
        (
            "The firm points its [QX-204](THERAPY), CAR T cells, nowhere; it aims its "
            "[QX-310](THERAPY) at [CD33](ANTIGEN).",
            {("QX-310", "CD33")},
        ),
        (
            "[QX-204](THERAPY), an NK cell, fires on [CD33](ANTIGEN), and holds fire if it sees "
            "[CD5](ANTIGEN).",
            {("QX-204", "CD33")},
        ),
        ("[QX-204](THERAPY) ([CD4](ANTIGEN)-positive CAR T cells) was given.", set()),
        ("The CAR T cells need the soluble module [QX-204](THERAPY), which binds [CD33](ANTIGEN).", set()),
        (
            "[QX-204](THERAPY), Autologous Regulatory T Cells With an Anti-[CD5](ANTIGEN) Chimeric Receptor.",
            {("QX-204", "CD5")},
        ),
        ("[CD5-deleted CAR T cells](THERAPY) lack [CD5](ANTIGEN).", set()),
    ],
)
def test_apposition_tells_what_a_product_binds(source: str, expected: set[tuple[str, ...]]) -> None:
    """Beside the name, in brackets, or where somebody points it; not what the cells carry or lack."""
    assert told(source, "targets") == expected


def test_it_is_the_antigen_that_was_named_last():
    """What a product is aimed at may be told by the sentence before."""
    source = (
        "The obvious reply is [CD33](ANTIGEN). We gave [QX-204](THERAPY), CAR T cells aimed at it, to six."
    )
    assert told(source, "targets") == {("QX-204", "CD33")}


def test_the_same_target_is_the_one_told_before():
    """However far back it was named, and not what merely stands between."""
    source = (
        "[XR-7 CAR T cells](THERAPY) are directed at [CD70](ANTIGEN).\n\n"
        "Levels of [CD27](ANTIGEN) rose. In an earlier trial [ZZ-9 CAR T cells](THERAPY), with the same "
        "target, failed; the antibody [cusatuzumab](THERAPY) binds the same antigen."
    )
    assert told(source, "targets") == {("XR-7 CAR T cells", "CD70"), ("ZZ-9 CAR T cells", "CD70")}


@pytest.mark.parametrize("verb", ["clamp on to", "look for", "grab", "hold on to"])
def test_lay_words_of_aiming(verb: str):
    """News tells in many words what a receptor binds."""
    assert told(f"[XR-7 CAR T cells](THERAPY) {verb} [GPC3](ANTIGEN).", "targets") == {
        ("XR-7 CAR T cells", "GPC3")
    }


def test_the_former_of_two_products_is_not_the_latter():
    """A sentence on "the former" speaks of the first one."""
    source = (
        "[CAR T cells QX-204](THERAPY) came before [CAR T cells QX-310](THERAPY): the former product binds "
        "[CD33](ANTIGEN)."
    )
    assert told(source, "targets") == {("CAR T cells QX-204", "CD33")}


def test_cells_that_display_an_antigen_bind_none():
    """The antigen is bait."""
    source = "[DSG9-CAART](THERAPY) cells hit B cells with receptors for [DSG9](ANTIGEN)."
    assert told(source, "targets") == set()


def test_drugs_and_antibodies_bind_but_are_no_targets():
    """`targets` is for engineered cells."""
    source = (
        "[Daratumumab](THERAPY), directed at [CD38](ANTIGEN), helped. An [anti-[CD20](ANTIGEN) "
        "antibody](THERAPY) "
        "and a [[DLL3](ANTIGEN) bispecific antibody](THERAPY) failed."
    )
    assert told(source, "targets") == set()


@pytest.mark.parametrize(
    "phrase",
    [
        "[[CD8](ANTIGEN)+ CAR T cells](THERAPY)",
        "[CAR/[CXCR5](ANTIGEN) T cells](THERAPY)",
        "[[CD5](ANTIGEN)/LNP CAR](THERAPY)",
        "[[DSG3](ANTIGEN) CAAR T cells](THERAPY)",
    ],
)
def test_not_every_molecule_in_the_name_is_bound(phrase: str):
    """A phenotype, a homing receptor, a delivery handle and a bait are none."""
    assert told(f"Patients were given {phrase}.", "targets") == set()


def test_a_class_is_the_product_beside_it():
    """The product stands for both; another mention of the class stays what it is."""
    source = (
        "[KX-101](THERAPY), an autologous [[BCMA](ANTIGEN concept=HGNC:11913)-directed CAR T-cell "
        "product](THERAPY), "
        "was infused for [myeloma](DISEASE). Other [[BCMA](ANTIGEN concept=HGNC:11913) CAR T "
        "cells](THERAPY) exist."
    )
    assert told(source, "targets") == {("KX-101", "BCMA"), ("BCMA CAR T cells", "BCMA")}
    assert ("KX-101", "myeloma", "tested") in told(source, "treats")


def test_an_approval_that_is_denied_is_no_use():
    """Nobody treats a disease with what is not approved for it, unless it is tested elsewhere."""
    source = "No [CAR T-cell product](THERAPY) is approved for [ovarian cancer](DISEASE)."
    assert told(source, "treats") == set()


def test_a_use_that_was_tested_is_not_proposed_as_well():
    """Unless the test was in animals and the proposal is for people."""
    source = (
        "[CD7 CAR T cells](THERAPY) were given to ten patients with [T-ALL](DISEASE). "
        "[CD7 CAR T cells](THERAPY) could one day cure [T-ALL](DISEASE)."
    )
    assert told(source, "treats") == {("CD7 CAR T cells", "T-ALL", "tested")}
    in_mice = source.replace("ten patients with", "mice with").replace(
        "one day cure", "one day help patients with"
    )
    assert told(in_mice, "treats") == {
        ("CD7 CAR T cells", "T-ALL", "tested"),
        ("CD7 CAR T cells", "T-ALL", "proposed"),
    }


def test_a_sum_of_diseases_gives_way_to_the_special_one():
    """ "Leukaemia" beside "B-cell leukaemia", and "cancer" beside anything."""
    source = (
        "[CD19 CAR T cells](THERAPY) were tested in [cancer](DISEASE). Of 20 patients with "
        "[leukaemia](DISEASE) all responded. All patients had [B-cell leukaemia](DISEASE concept=D:1)."
    )
    assert told(source, "treats") == {("CD19 CAR T cells", "B-cell leukaemia", "tested")}


def test_a_quote_tells_nothing():
    """Facts are not read from quotes, references and boilerplate."""
    source = "Nothing new.\n\nHe had [CD19 CAR T cells](THERAPY) for [lupus](DISEASE)."
    sections = [("post", "Nothing"), ("quote", "He had")]
    assert told(source, "treats") != set()
    assert told(source, "treats", sections) == set()


def test_harms_follow_their_statements():
    """`causes` repeats what the statements on adverse events say, denials included."""
    doc = marked_doc(
        "[CD19 CAR T cells](THERAPY) brought [fever](ADVERSE_EVENT) and no [ICANS](ADVERSE_EVENT)."
    )
    extents = {span.text: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    doc._.adverse_events = [
        AdverseEventFinding(
            extents["fever"], "fever", "present", "human", therapy=extents["CD19 CAR T cells"]
        ),
        AdverseEventFinding(extents["ICANS"], "icans", "absent", "human"),
    ]
    causes = [found for found in read(doc)._.relations if found.predicate == "causes"]
    assert [(doc.text[slice(*c.object)], c.assertion) for c in causes] == [
        ("fever", "present"),
        ("ICANS", "absent"),
    ]
    assert all(c.subject == extents["CD19 CAR T cells"] for c in causes)


def test_a_group_is_enrolled_for_its_disease():
    """`enrolled` joins the size of a group to what it suffers from."""
    doc = marked_doc(
        "We treated [12](COHORT) patients with [lupus](DISEASE) with [CD19 CAR T cells](THERAPY)."
    )
    extents = {span.text: (span.start_char, span.end_char) for span in doc.spans["mentions"]}
    doc._.cohorts = [
        CohortFinding(extents["12"], 12, "=", "patients", "treated", "human", extents["lupus"], None, 0.9)
    ]
    (found,) = [found for found in read(doc)._.relations if found.predicate == "enrolled"]
    assert (found.subject, found.object) == (extents["12"], extents["lupus"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[FGFR4](ANTIGEN) is abundant on [sarcoma](DISEASE) cells.", {("FGFR4", "sarcoma")}),
        ("[CD19](ANTIGEN) is not expressed in [myeloma](DISEASE).", set()),
        ("Adults with [CD70](ANTIGEN)-positive [lymphoma](DISEASE).", {("CD70", "lymphoma")}),
        ("Adults with [CD70](ANTIGEN)+ relapsed [lymphoma](DISEASE).", {("CD70", "lymphoma")}),
        ("Adults with [CD70](ANTIGEN)-negative [lymphoma](DISEASE).", set()),
        (
            "Three had [[HER2](ANTIGEN)-positive breast cancer](DISEASE).",
            {("HER2", "HER2-positive breast cancer")},
        ),
        ("Her [cancer](DISEASE) is [CLDN6](ANTIGEN)-positive.", {("CLDN6", "cancer")}),
        ("[Glioma](DISEASE), in which [ROR1](ANTIGEN) abounds, comes next.", {("ROR1", "Glioma")}),
        (
            "[CD70](ANTIGEN)-expressing [lymphoma](DISEASE) or [leukaemia](DISEASE).",
            {("CD70", "lymphoma"), ("CD70", "leukaemia")},
        ),
        ("An [melanoma](DISEASE) line was transduced to express [GD2](ANTIGEN).", set()),
        ("[MuSK](ANTIGEN)-positive [myasthenia gravis](DISEASE) is rare.", set()),
    ],
)
def test_where_an_antigen_is_found(source: str, expected: set[tuple[str, ...]]):
    """`expressed_in` needs words of presence, no denial between, and no antibodies that are meant."""
    assert told(source, "expressed_in") == expected


def test_each_pair_is_told_once():
    """By its best evidence, whatever the number of sentences."""
    source = "[BCMA CAR T cells](THERAPY) in [myeloma](DISEASE). " * 3
    doc = read(marked_doc(source))
    (found,) = [found for found in doc._.relations if found.predicate == "treats"]
    assert found.sentence_char == 0
    assert found.score is not None
    assert 0 < found.score <= 1


def test_a_text_without_mentions_has_no_relations():
    """An empty document is no special case."""
    assert read(marked_doc(""))._.relations == []


def test_the_findings_survive_pickling():
    """Extension values are plain."""
    doc = read(marked_doc("[BCMA CAR T cells](THERAPY) in [myeloma](DISEASE)."))
    assert pickle.loads(pickle.dumps(doc._.relations)) == doc._.relations


THREAD = [("title", "Board"), ("post", "anna"), ("post", "ben"), ("post", "carl")]


def test_a_post_speaks_of_its_own_therapy():
    """What one writer was given is not tried in the disease of the next one."""
    source = (
        "Board\n\nanna: had [CD19 CAR T cells](THERAPY) for [lupus](DISEASE concept=D:1).\n\n"
        "ben: two patients here got nothing for [scleroderma](DISEASE).\n\n"
        "carl: [rituximab](THERAPY) helped in [myositis](DISEASE concept=D:2)."
    )
    assert told(source, "treats", THREAD) == {
        ("CD19 CAR T cells", "lupus", "tested"),
        ("rituximab", "myositis", "tested"),
    }


def test_a_post_without_a_disease_speaks_of_the_thread():
    """The topic of a thread is what its writers were treated for."""
    source = (
        "Board: [lupus](DISEASE)\n\nanna: had [CD19 CAR T cells](THERAPY) and did well.\n\n"
        "ben: me too.\n\ncarl: no."
    )
    assert told(source, "treats", THREAD) == {("CD19 CAR T cells", "lupus", "tested")}


def test_the_disease_of_a_cohort_is_never_denied():
    """ "In nine volunteers with Y that did not happen" denies what happened, not the disease."""
    doc = marked_doc(
        "[CD5 CAR T cells](THERAPY) are feared. In [nine adults](COHORT) with "
        "[leukaemia](DISEASE assertion=absent) treated here that did not happen."
    )
    group, disease = doc.spans["mentions"][1], doc.spans["mentions"][2]
    extents = (group.start_char, group.end_char), (disease.start_char, disease.end_char)
    doc._.cohorts = [CohortFinding(extents[0], 9, "=", "adults", "treated", "human", beside=extents[1])]
    found = {(r.predicate, doc.text[slice(*r.object)]) for r in read(doc)._.relations}
    assert ("treats", "leukaemia") in found


def test_a_title_yields_to_what_its_text_says():
    """A headline seems to say that a use was tested; the text has it that this is planned."""
    source = (
        "[BCMA CAR T cells](THERAPY) in [lupus](DISEASE).\n"
        "[BCMA CAR T cells](THERAPY) are to be tested in [lupus](DISEASE)."
    )
    sections = [("title", "BCMA"), ("body", "BCMA CAR T cells are")]
    assert told(source, "treats", sections) == {("BCMA CAR T cells", "lupus", "proposed")}


def test_a_title_may_follow_boilerplate():
    """What stands above the headline does not make the headline's product one among others."""
    source = (
        "Menu\n[XR-7 CAR T cells](THERAPY) at work\n[ZZ-9 CAR T cells](THERAPY) and "
        "[ZZ-9 CAR T cells](THERAPY) were first. Ten patients with [lupus](DISEASE) were treated."
    )
    sections = [("boilerplate", "Menu"), ("title", "XR-7"), ("body", "ZZ-9 CAR T cells and")]
    doc = read(marked_doc(source, sections))
    assert Discourse(doc, TherapyReader(known_targets)).main(0)[0].first.text == "XR-7 CAR T cells"


def test_a_word_stands_for_diseases_named_before():
    """ "Both" and "it" are the diseases before the therapy, in its sentence or in the one before."""
    both = (
        "[Sjögren's disease](DISEASE) and [vasculitis](DISEASE) share the marker; "
        "[CD70 CAR T cells](THERAPY), tested in both, did not persist."
    )
    assert told(both, "treats") == {
        ("CD70 CAR T cells", "Sjögren's disease", "tested"),
        ("CD70 CAR T cells", "vasculitis", "tested"),
    }
    planned_elsewhere = (
        "Next may come [glioma](DISEASE assertion=hypothetical). "
        "Doctors have treated six children, with [B7-H3 CAR T cells](THERAPY) given for it."
    )
    assert ("B7-H3 CAR T cells", "glioma", "tested") in told(planned_elsewhere, "treats")


def test_a_disease_told_of_another_therapy_is_not_inherited():
    """The study's own disease is, although the other one stands nearer."""
    source = (
        "[Myeloma](DISEASE) has many targets, and [myeloma](DISEASE) escapes them. "
        "[XR-7 CAR T cells](THERAPY) were given for [lymphoma](DISEASE). "
        "[CD38 CAR T cells](THERAPY) were infused into six patients."
    )
    assert ("CD38 CAR T cells", "lymphoma", "tested") not in told(source, "treats")


def test_each_of_a_list_of_approved_products_has_its_disease_in_brackets():
    """What is approved at the head of a list is so for the last of it, too."""
    source = (
        "Two were approved: [XR-7 CAR T cells](THERAPY) ([lymphoma](DISEASE)) and "
        "[ZZ-9 CAR T cells](THERAPY) ([myeloma](DISEASE))."
    )
    assert told(source, "treats") == {
        ("XR-7 CAR T cells", "lymphoma", "approved"),
        ("ZZ-9 CAR T cells", "myeloma", "approved"),
    }


def test_an_arm_has_the_disease_of_the_study_beside_it():
    """Where nothing else tells what a text is about, its main therapy does."""
    source = (
        "[Colon cancer](DISEASE) and [liver cancer](DISEASE) have been hard to treat.\n\n"
        "Nine adults with [gastric cancer](DISEASE concept=D:1) were given "
        "[XR-7 CAR T cells](THERAPY) first.\n\n"
        "Later ones were randomised to [XR-7 CAR T cells](THERAPY) or to the physician's choice: "
        "[apatinib](THERAPY)."
    )
    assert {disease for drug, disease, _ in told(source, "treats") if drug == "apatinib"} == {
        "gastric cancer"
    }


def test_a_drug_named_later_is_not_what_patients_were_given():
    """A sentence on subjects speaks of cells in the same text, not of a drug that comes in afterwards."""
    source = (
        "Mice with [asthma](DISEASE) and [eczema](DISEASE) were treated once.\n\n"
        "For people [mepolizumab](THERAPY) has to be injected for good."
    )
    assert ("mepolizumab", "asthma", "tested") not in told(source, "treats")


def test_a_word_for_any_tumour_is_no_disease_of_its_own():
    """A therapy in a sentence that names no more than "tumour" is tried in what the text is about."""
    source = (
        "[Pembrolizumab](THERAPY) was given for [melanoma](DISEASE concept=D:1), and "
        "[pembrolizumab](THERAPY) works.\n\n"
        "In a phase 2 trial half of them received [ZZ-9 T cells](THERAPY) as well, which see "
        "changes picked from that person's own [tumour](DISEASE)."
    )
    assert ("ZZ-9 T cells", "melanoma", "tested") in told(source, "treats")
