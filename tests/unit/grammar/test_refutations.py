"""What was only taken for a harm is denied, and a verb with an object denies what follows it."""

from __future__ import annotations

import pytest

from pipeline.findings import Extent
from pipeline.grammar.assertion.refutations import refuted
from pipeline.grammar.assertion.rules import Mention, judge_sentence


def extents(text: str, *words: str) -> list[Extent]:
    """Where words stand in a text."""
    return [(text.index(word), text.index(word) + len(word)) for word in words]


@pytest.mark.parametrize(
    "text",
    [
        "The swelling was initially read as cellulitis.",
        "A rash thought to be cellulitis turned out to be a drug reaction.",
        "The redness had been mistaken for cellulitis.",
    ],
)
def test_what_something_was_taken_for_at_first_is_denied(text: str) -> None:
    """By the word for the error, or by what it proved to be later."""
    (place,) = extents(text, "cellulitis")
    assert refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], [])[place].assertion == "absent"


def test_a_suspicion_that_stands_is_not_taken_back() -> None:
    """Nothing says that it was something else."""
    text = "The rash was thought to be cellulitis and was treated."
    (place,) = extents(text, "cellulitis")
    assert refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], []) == {}


@pytest.mark.parametrize(
    ("text", "is_denied"),
    [
        ("He did not develop sepsis.", True),
        ("Sepsis did not develop in them.", True),
        ("Not one of the nine had sepsis.", True),
        ("Sepsis was looked for but not found.", True),
        ("Sepsis was mild and did not recur.", False),
    ],
)
def test_a_denial_looks_the_way_its_verb_does(text: str, is_denied: bool) -> None:
    """Forward to an object, backward to a subject, and over a clause to what was only looked for."""
    (place,) = extents(text, "epsis")
    judged = judge_sentence(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")])
    assert (place in judged and judged[place].assertion == "absent") is is_denied


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("A biopsy for cellulitis came back negative.", "absent"),
        ("Redness raised the suspicion of cellulitis, but she had a bruise instead.", "absent"),
        ("A biopsy for cellulitis was taken.", None),
    ],
)
def test_a_search_that_finds_nothing_denies_what_it_was_for(text: str, assertion: str | None) -> None:
    """So does what was there instead."""
    (place,) = extents(text, "cellulitis")
    found = refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], [])
    assert (found[place].assertion if found else None) == assertion


def test_a_denial_in_a_condition_denies_nothing() -> None:
    """Whether it comes about is open."""
    text = "The second dose followed, provided that no cellulitis arose."
    (place,) = extents(text, "cellulitis")
    judged = judge_sentence(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")])
    assert judged[place].assertion == "hypothetical"


@pytest.mark.parametrize(
    "text",
    [
        "A supposed cellulitis in the leg was eventually recognised as gout.",
        "She thought she was having cellulitis, and it was a bite.",
        "The swelling was ascribed to cellulitis at first, until the true cause came to light.",
        "The nurses watched for cellulitis and saw neither.",
        "The report of cellulitis was closed: neither man had the condition.",
    ],
)
def test_what_was_believed_and_is_no_longer_is_denied(text: str) -> None:
    """By what it was read as, by who believed it, or by those who had none of it."""
    (place,) = extents(text, "cellulitis")
    assert refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], [])[place].assertion == "absent"


def test_that_suspicion_points_past_what_a_sentence_only_found() -> None:
    """A finding of its own sentence is the reason, not what is dropped."""
    text = "Sepsis was considered. With a rash on both arms, that suspicion was dropped."
    before, rash = (Mention(*place, "ADVERSE_EVENT") for place in extents(text, "Sepsis", "rash"))
    found = refuted(text, text.index("With"), len(text), [rash], [before])
    assert list(found) == [before.extent]


@pytest.mark.parametrize(
    "text",
    [
        "A leak was feared on day 3; the scan was normal.",
        "A leak, queried by the night team, was dismissed in the morning.",
        "A leak reported by one site was deleted from the file.",
        "A leak was considered: it was only oedema.",
    ],
)
def test_what_was_thought_of_or_put_on_record_is_denied_by_what_became_of_it(text: str) -> None:
    """It was struck off, or somebody looked and found something else, or nothing."""
    (place,) = extents(text, "leak")
    assert refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], [])[place].assertion == "absent"


def test_a_report_that_stands_is_not_denied_by_a_finding_elsewhere() -> None:
    """Only what was thought of is taken back by a normal scan."""
    text = "A leak was reported on day 3; the kidneys were normal."
    (place,) = extents(text, "leak")
    assert refuted(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")], []) == {}


def test_what_a_sample_could_not_have_shown_is_open() -> None:
    """A conditional perfect denies nothing."""
    text = "Forty people would not have revealed a rare lymphoma."
    (place,) = extents(text, "lymphoma")
    judged = judge_sentence(text, 0, len(text), [Mention(*place, "ADVERSE_EVENT")])
    assert judged[place].assertion == "possible"
