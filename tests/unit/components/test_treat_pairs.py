"""Pairs of therapies and diseases: what a document as a whole says of them, and how likely they are uses."""

from __future__ import annotations

from spacy.tokens import Doc

from pipeline.components.relations.component import RelationReader
from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.therapies import TherapyReader
from pipeline.components.relations.treat_judgement import UseReading
from pipeline.components.relations.treat_pairs import Pair
from pipeline.components.relations.treat_weights import THRESHOLD, WEIGHTS, likely_use
from pipeline.components.setting import SettingReader
from tests.marked_docs import marked_doc

TRIAL = (
    "[QX-9](THERAPY) is a [[CD70](ANTIGEN) CAR T-cell product](THERAPY) for [renal carcinoma](DISEASE "
    "concept=D:1).\n\n"
    "Eleven adults with [renal carcinoma](DISEASE concept=D:1) had [QX-9](THERAPY) after "
    "[sunitinib](THERAPY) and [cyclophosphamide](THERAPY). Two had [gout](DISEASE concept=D:2) as well."
)
POSTS = (
    "I have [gout](DISEASE) and take [colchicine](THERAPY) for it.\n\n"
    "Mine is [lupus](DISEASE), and I was given [QX-9 T cells](THERAPY)."
)
THREAD = (
    "Cells for [lupus](DISEASE)?\n\n"
    "Mine is [gout](DISEASE), six years. Happy on [colchicine](THERAPY) since May.\n\n"
    "Had [rituximab](THERAPY) every month, it did nothing. On [belimumab](THERAPY) now."
)
SECTIONS = [("title", "Cells"), ("post", "Mine"), ("post", "Had")]


def pairs(doc: Doc) -> dict[tuple[str, str], Pair]:
    """The pairs of a document, by the words of the therapy and of the disease."""
    discourse = Discourse(SettingReader()(doc), TherapyReader(lambda _: ()))
    return {
        (pair.therapy.first.text, pair.nearest[1].span.text): pair
        for pair in UseReading(discourse, lambda _: "").reading.pairs()
    }


def test_the_product_of_the_study_is_likelier_than_what_was_given_before() -> None:
    """And its disease likelier than another one that two of the patients had."""
    found = {key: likely_use(pair.features) for key, pair in pairs(marked_doc(TRIAL)).items()}
    own = found.pop(("QX-9", "renal carcinoma"))
    assert own > 0.8
    assert found["sunitinib", "renal carcinoma"] < THRESHOLD
    assert all(other < own for other in found.values())


def test_companions_are_in_no_pair() -> None:
    """What makes way for the cells treats no disease."""
    assert not [key for key in pairs(marked_doc(TRIAL)) if key[0] == "cyclophosphamide"]


def test_a_disease_that_sums_up_others_is_in_no_pair() -> None:
    """ "Lymphoma" beside "mantle cell lymphoma"; alone it is a disease like any other."""
    source = "[QX-9 T cells](THERAPY) in [lymphoma](DISEASE): all had [mantle cell lymphoma](DISEASE)."
    assert {disease for _, disease in pairs(marked_doc(source))} == {"mantle cell lymphoma"}
    alone = "[QX-9 T cells](THERAPY) in [lymphoma](DISEASE): all were cured."
    assert {disease for _, disease in pairs(marked_doc(alone))} == {"lymphoma"}


def test_the_mentions_that_stand_nearest_are_the_pairs_evidence() -> None:
    """Of three mentions of a disease the one in the therapy's sentence."""
    source = (
        "[Psoriasis](DISEASE) is common. One had [QX-9 T cells](THERAPY) for [psoriasis](DISEASE).\n\n"
        "Nobody with [psoriasis](DISEASE) should hope too much."
    )
    (pair,) = pairs(marked_doc(source)).values()
    therapy, disease = pair.nearest
    assert therapy.place == disease.place == 1


def test_cells_that_bind_the_same_are_kin() -> None:
    """What is told of a class counts for a product of it, and not for cells that bind something else."""
    source = (
        "[CD70 CAR T cells](THERAPY) were given for [renal carcinoma](DISEASE). [[CD70](ANTIGEN) CAR NK "
        "cells](THERAPY) and [[BCMA](ANTIGEN) CAR T cells](THERAPY) exist, too."
    ).replace("[CD70 CAR T", "[[CD70](ANTIGEN) CAR T")
    found = {therapy: pair.features for (therapy, _), pair in pairs(marked_doc(source)).items()}
    assert found["CD70 CAR T cells"]["told"] == 1.0
    assert found["CD70 CAR NK cells"].get("kin told") == 1.0
    assert "kin told" not in found["BCMA CAR T cells"]


def test_the_score_of_a_use_is_its_probability() -> None:
    """No row is told that is less likely than the threshold."""
    doc = RelationReader(lambda _: ())(SettingReader()(marked_doc(TRIAL)))
    scores = {found.score for found in doc._.relations if found.predicate == "treats"}
    assert scores
    assert all(THRESHOLD <= score < 1.0 for score in scores)
    assert max(scores) == max(likely_use(pair.features) for pair in pairs(marked_doc(TRIAL)).values())


def test_every_weight_is_of_a_feature_that_exists() -> None:
    """Weights fitted for features that are read no more would count for nothing."""
    listed = (
        "Conditions: [gout](DISEASE concept=D:2); [renal carcinoma](DISEASE concept=D:1). Interventions: "
        "[QX-9 T cells](THERAPY); [sunitinib](THERAPY). [Sunitinib](THERAPY) versus [QX-9 T cells](THERAPY). "
        "He is on [sunitinib](THERAPY). No [apatinib](THERAPY assertion=absent) was used."
    )
    kin = (
        "[[CD70](ANTIGEN) CAR T cells](THERAPY) in [gout](DISEASE). [[CD70](ANTIGEN) CAR NK cells](THERAPY)."
    )
    alone = "[QX-9 T cells](THERAPY) were given for [gout](DISEASE)."
    apart = (
        "[QX-9 T cells](THERAPY) were given for [gout](DISEASE); [gout](DISEASE) came back.\n\n"
        "[Psoriasis](DISEASE) is another matter. [QX-9 T cells](THERAPY) were not tried, but "
        "[sunitinib](THERAPY) for [psoriasis](DISEASE) was."
    )
    awaited = f"{alone} A cohort with [lupus](DISEASE) is to be added."
    read = [
        pair.features
        for source in (TRIAL, listed, kin, alone, apart, awaited)
        for pair in pairs(marked_doc(source)).values()
    ]
    posts = marked_doc(POSTS, [("post", "I have"), ("post", "Mine is")])
    read += [pair.features for doc in (posts, marked_doc(THREAD, SECTIONS)) for pair in pairs(doc).values()]
    known = {name for features in read for name in features}
    # "main and cohort" needs a cohort, which marked texts have none of.
    assert set(WEIGHTS) - known == {"bias", "main and cohort"}


def test_what_another_writer_has_stands_in_another_piece() -> None:
    """A post tells of its own writer's disease and therapy."""
    found = pairs(marked_doc(POSTS, [("post", "I have"), ("post", "Mine is")]))
    assert {key for key, pair in found.items() if "other piece" in pair.features} == {
        ("colchicine", "lupus"),
        ("QX-9 T cells", "gout"),
    }


def test_therapies_between_two_mentions_count_where_a_use_is_told_elsewhere() -> None:
    """Two others stand between the cells and the disease that is told of one of those."""
    source = (
        "[QX-9 T cells](THERAPY) were given for [lupus](DISEASE). [Alemtuzumab](THERAPY) was not. "
        "[Rituximab](THERAPY) was given for [pemphigus](DISEASE)."
    )
    features = pairs(marked_doc(source))["QX-9 T cells", "pemphigus"].features
    assert features["told better, others between"] > 0
    assert "told better, others between" not in pairs(marked_doc(source))["QX-9 T cells", "lupus"].features


def test_what_somebody_takes_now_is_for_what_the_post_names_nearest() -> None:
    """Else for what the thread is about; what was taken before is for nothing."""
    found = pairs(marked_doc(THREAD, SECTIONS))
    taken = {key for key, pair in found.items() if pair.features.get("taken")}
    assert taken == {("colchicine", "gout"), ("belimumab", "lupus")}


def test_a_step_to_come_belongs_to_the_product_however_far_it_stands() -> None:
    """A sentence that names no therapy and a new disease speaks of what the text is about."""
    source = (
        "[QX-9 CAR T cells](THERAPY) were given to nine people with [renal carcinoma](DISEASE).\n\n"
        "Two had a fever.\n\nA cohort in [glioma](DISEASE) should open next spring."
    )
    features = pairs(marked_doc(source))["QX-9 CAR T cells", "glioma"].features
    assert features["awaited"] == 1.0
    assert "distance" not in features
