"""Assertion of mentions: cues, scope, and what ends it."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc

from pipeline.components.assertion import AssertionReader
from pipeline.components.extensions import MENTIONS
from tests.marked_docs import marked_doc


def read(source: str) -> Doc:
    return AssertionReader()(marked_doc(source))


def assertions(source: str) -> list[str]:
    doc = read(source)
    return [span._.assertion for span in doc.spans[MENTIONS]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("There was no [CRS](ADVERSE_EVENT) or [ICANS](ADVERSE_EVENT).", ["absent", "absent"]),
        ("There was no [CRS](ADVERSE_EVENT) but two had [fever](ADVERSE_EVENT).", ["absent", "present"]),
        ("No [ICANS](ADVERSE_EVENT) was seen, and [fever](ADVERSE_EVENT) was common.", ["absent", "present"]),
        ("No [ICANS](ADVERSE_EVENT), [fever](ADVERSE_EVENT) in two.", ["absent", "present"]),
        ("Neither [rash](ADVERSE_EVENT) nor [fever](ADVERSE_EVENT) occurred.", ["absent", "absent"]),
        ("The culture is negative for [sepsis](ADVERSE_EVENT).", ["absent"]),
        ("[Seizures](ADVERSE_EVENT) were not observed.", ["absent"]),
        ("[Seizures](ADVERSE_EVENT): none.", ["absent"]),
        ("As for [GVHD](ADVERSE_EVENT), there was not a single case.", ["absent"]),
        ("No steroids were needed for [CRS](ADVERSE_EVENT).", ["present"]),
        ("We saw not only [CRS](ADVERSE_EVENT).", ["present"]),
        (
            "What was called [ICANS](ADVERSE_EVENT) turned out to be [encephalitis](ADVERSE_EVENT).",
            ["absent", "present"],
        ),
    ],
)
def test_a_denial_reaches_what_is_coordinated_with_it_and_no_further(
    source: str, expected: list[str]
) -> None:
    """Scope ends at a contrast, a new statement, an item with a figure, or a preposition that turns aside."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("There is a risk of [CRS](ADVERSE_EVENT).", ["possible"]),
        ("[CRS](ADVERSE_EVENT) may occur.", ["possible"]),
        ("[GVHD](ADVERSE_EVENT) should not arise.", ["possible"]),
        ("Watch for [seizures](ADVERSE_EVENT) at home.", ["possible"]),
        ("BOXED WARNING: [CRS](ADVERSE_EVENT) and [HLH](ADVERSE_EVENT).", ["possible", "possible"]),
        ("[Infection](ADVERSE_EVENT) was common, as expected.", ["present"]),
        ("It was May 2024 when [CRS](ADVERSE_EVENT) was seen.", ["present"]),
    ],
)
def test_a_feared_harm_is_possible(source: str, expected: list[str]) -> None:
    """Risks, warnings, modals and goals of prevention are no observed events."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("If [CRS](ADVERSE_EVENT) were to recur, the dose falls.", ["hypothetical"]),
        ("A trial of [KYV-101](THERAPY) could follow.", ["hypothetical"]),
        ("She had previously received [rituximab](THERAPY).", ["historical"]),
        ("He had received [rituximab](THERAPY) and was given [axi-cel](THERAPY).", ["historical", "present"]),
        ("Four rounds of [rituximab](THERAPY) behind me.", ["historical"]),
        ("The lymphoma had outlasted [rituximab](THERAPY) and was tired of none.", ["historical"]),
        ("[Ibrutinib](THERAPY) bought her two good years.", ["historical"]),
        ("[Rituximab](THERAPY) didn't budge it.", ["historical"]),
    ],
)
def test_plans_and_the_past_are_told_from_the_present(source: str, expected: list[str]) -> None:
    """Conditions and plans are hypothetical, earlier therapy is historical."""
    assert assertions(source) == expected


def test_a_disease_is_absent_only_where_it_is_itself_denied() -> None:
    """A denial about data or approval leaves the disease that it speaks of."""
    assert assertions("There are no data in [lupus](DISEASE).") == ["present"]
    assert assertions("There was no evidence of [lymphoma](DISEASE).") == ["absent"]
    assert assertions("No patients with [lupus](DISEASE) were seen.") == ["present"]


def test_an_answer_denies_the_question_before_it() -> None:
    """A sentence that is nothing but a denial speaks of the sentence before."""
    assert assertions("[DLTs](ADVERSE_EVENT)? None.") == ["absent"]
    assert assertions("We looked for [colitis](ADVERSE_EVENT). Neither was found.") == ["absent"]
    assert assertions("[CRS](ADVERSE_EVENT) was mild. None was fatal.") == ["present"]


def test_the_cue_is_kept_with_its_offsets() -> None:
    """`span._.cue` is the extent of the deciding words, None where nothing decided."""
    doc = read("There was no [CRS](ADVERSE_EVENT). [Fever](ADVERSE_EVENT) was seen.")
    absent, present = doc.spans[MENTIONS]
    start, end = absent._.cue
    assert doc.text[start:end] == "no"
    assert present._.cue is None


def test_a_doc_without_mentions_passes() -> None:
    """Nothing to judge is no error."""
    assert assertions("Nothing here.") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "A man with no history of [asthma](ADVERSE_EVENT) developed [fever](ADVERSE_EVENT).",
            ["absent", "present"],
        ),
        ("In the absence of [rash](ADVERSE_EVENT), [fever](ADVERSE_EVENT) was seen.", ["absent", "present"]),
        ("[Colitis](ADVERSE_EVENT) has not been described before.", ["present"]),
        ("Those on A but not B developed [fever](ADVERSE_EVENT).", ["present"]),
        ("P was = 0.05 for [fever](ADVERSE_EVENT).", ["present"]),
    ],
)
def test_a_denying_phrase_leaves_the_statement_around_it(source: str, expected: list[str]) -> None:
    """A verb after the phrase belongs to the statement; what is new to science happened all the same."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "Risks that both products share: [gout](ADVERSE_EVENT) and [ileus](ADVERSE_EVENT).",
            ["possible"] * 2,
        ),
        ("The dangers are well known; they include [gout](ADVERSE_EVENT).", ["possible"]),
        ("The risks differ: two had [gout](ADVERSE_EVENT).", ["present"]),
        ("[Gout](ADVERSE_EVENT) was recorded in neither arm.", ["absent"]),
        ("In none of the 27 has [gout](ADVERSE_EVENT) come up.", ["absent"]),
        ("Nobody among our 27 had [gout](ADVERSE_EVENT).", ["absent"]),
        ("[Gout](ADVERSE_EVENT) was not part of it.", ["absent"]),
        ("No [gout](ADVERSE_EVENT), [ileus](ADVERSE_EVENT) grade 1.", ["absent", "present"]),
        ("No [gout](ADVERSE_EVENT), [ileus](ADVERSE_EVENT) grade 3 or higher.", ["absent", "absent"]),
        ("The fear that [gout](ADVERSE_EVENT) would follow has not been borne out.", ["absent"]),
        ("[Gout](ADVERSE_EVENT) above grade 2 and [ileus](ADVERSE_EVENT) did not occur.", ["absent"] * 2),
    ],
)
def test_lists_of_risks_and_denials_of_groups(source: str, expected: list[str]) -> None:
    """What a colon or a pronoun spells out of risks is only feared; a group that has none denies."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The wash did not affect the [rash](ADVERSE_EVENT).", ["present"]),
        ("Ibuprofen failed to prevent [fever](ADVERSE_EVENT).", ["present"]),
        ("Salve had no effect on [gout](ADVERSE_EVENT).", ["present"]),
        ("The pump was reset without worsening the [ileus](ADVERSE_EVENT).", ["present"]),
        ("Salve did not cause [gout](ADVERSE_EVENT).", ["absent"]),
        ("They saw no [increase in weight](ADVERSE_EVENT).", ["absent"]),
        ("There was no [delay](ADVERSE_EVENT) in healing.", ["absent"]),
    ],
)
def test_what_a_treatment_did_not_change_was_there(source: str, expected: list[str]) -> None:
    """A denied change denies itself and nothing that it would have changed."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("We have not seen any [gout](ADVERSE_EVENT) so far.", ["absent"]),
        ("Staff could not identify any [ileus](ADVERSE_EVENT).", ["absent"]),
        ("[Gout](ADVERSE_EVENT), which we had not seen before, led to a visit.", ["present"]),
        ("[Gout](ADVERSE_EVENT) has not been seen.", ["absent"]),
        ("There is no evidence that [gout](ADVERSE_EVENT) occurred.", ["absent"]),
        ("Nothing suggested [ileus](ADVERSE_EVENT).", ["absent"]),
        ("[Gout](ADVERSE_EVENT) was prevented.", ["absent"]),
        ("The others avoided [gout](ADVERSE_EVENT).", ["absent"]),
    ],
)
def test_a_denied_verb_of_seeing_looks_at_its_object(source: str, expected: list[str]) -> None:
    """Without an object it looks back at its subject."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The cause of the [ileus](ADVERSE_EVENT) was not identified.", ["present"]),
        ("At the time of discharge [ileus](ADVERSE_EVENT) was not seen.", ["absent"]),
        ("One dose, but not two, caused [gout](ADVERSE_EVENT).", ["present"]),
        ("[Gout](ADVERSE_EVENT), but not [ileus](ADVERSE_EVENT), was seen.", ["present", "absent"]),
        ("Mice lacking spleens display [gout](ADVERSE_EVENT).", ["present"]),
        ("In those without [gout](ADVERSE_EVENT), [ileus](ADVERSE_EVENT) was seen.", ["absent", "present"]),
    ],
)
def test_what_was_not_found_of_a_harm_is_not_the_harm(source: str, expected: list[str]) -> None:
    """The cause of what was there may stay unknown."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("A potential treatment for [gout](ADVERSE_EVENT) is rest.", ["present"]),
        ("There was a possible case of [gout](ADVERSE_EVENT).", ["possible"]),
        (
            "Possible side effects are [gout](ADVERSE_EVENT) and [ileus](ADVERSE_EVENT).",
            ["possible", "possible"],
        ),
        ("It has the potential to bring [gout](ADVERSE_EVENT).", ["possible"]),
        ("[Gout](ADVERSE_EVENT) is a potential complication.", ["possible"]),
        ("[Gout](ADVERSE_EVENT) can occur at night.", ["possible"]),
    ],
)
def test_an_adjective_of_doubt_speaks_of_its_own_phrase(source: str, expected: list[str]) -> None:
    """What stands for the harm hands the doubt on, what is done about it does not."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[Fever](ADVERSE_EVENT) may reflect [sepsis](ADVERSE_EVENT).", ["present", "possible"]),
        (
            "The [fever](ADVERSE_EVENT) might have been due to [sepsis](ADVERSE_EVENT).",
            ["present", "possible"],
        ),
        ("[Fever](ADVERSE_EVENT) may follow.", ["possible"]),
        ("We speculate that [gout](ADVERSE_EVENT) came of the diet.", ["possible"]),
        ("The probable cause of the [gout](ADVERSE_EVENT) was the diet.", ["possible"]),
        ("The diet was the cause of the [gout](ADVERSE_EVENT).", ["present"]),
    ],
)
def test_a_modal_that_relates_two_things_leaves_its_subject(source: str, expected: list[str]) -> None:
    """Who explains what was there does not doubt that it was there."""
    assert assertions(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "[Headache](ADVERSE_EVENT) no, [rash](ADVERSE_EVENT) yes, [gout](ADVERSE_EVENT) in June.",
            ["absent", "present", "present"],
        ),
        ("None of those treated with the lower dose developed [gout](ADVERSE_EVENT).", ["absent"]),
        ("Neither drug given for [gout](ADVERSE_EVENT) worked.", ["present"]),
        ("One man had [gout](ADVERSE_EVENT); was it the beer?", ["present"]),
        ("Was it [gout](ADVERSE_EVENT)?", ["possible"]),
        ("[Gout](ADVERSE_EVENT), our first guess, was dismissed.", ["absent"]),
        ("She had [gout](ADVERSE_EVENT), or so the rumour went: it was a bunion.", ["absent"]),
        ("A lump that looked like [gout](ADVERSE_EVENT) until it was opened.", ["absent"]),
        ("A lump compatible with [gout](ADVERSE_EVENT).", ["possible"]),
        ("[Gout](ADVERSE_EVENT) has been considered, but the fluid was never looked at.", ["possible"]),
        ("[Gout](ADVERSE_EVENT) was considered dose-limiting.", ["present"]),
        ("The question of [gout](ADVERSE_EVENT) is open.", ["possible"]),
        ("What bothers people here is [gout](ADVERSE_EVENT).", ["possible"]),
        (
            "A nurse told us what may go wrong: [gout](ADVERSE_EVENT), [ileus](ADVERSE_EVENT).",
            ["possible"] * 2,
        ),
        ("They say that it gives you [gout](ADVERSE_EVENT).", ["possible"]),
        ("What she did not get: [gout](ADVERSE_EVENT).", ["absent"]),
        ("And [gout](ADVERSE_EVENT)?\n\nMaud (Gouda), 3 May\n\nNone, so far.", ["absent"]),
    ],
)
def test_how_people_answer_doubt_and_hear_say(source: str, expected: list[str]) -> None:
    """Lists that answer themselves, questions answered in the next post, guesses, rumours and worries."""
    assert assertions(source) == expected
