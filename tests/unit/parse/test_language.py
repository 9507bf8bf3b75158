"""The language of a text: read off its commonest words where it is plain, identified otherwise."""

from __future__ import annotations

import pytest

from pipeline.parse import facts
from pipeline.parse.facts import language_of

ENGLISH = (
    "Eleven adults with lupus nephritis were given the cells in the spring of last year. None of them was "
    "back on steroids by autumn, and the team from Leeds says that this was the calmest year on their ward."
)
GERMAN = (
    "Elf Erwachsene mit Lupusnephritis erhielten im Frühjahr die Zellen. Keiner von ihnen nahm im Herbst "
    "noch Steroide, und das Team aus Erlangen spricht vom ruhigsten Jahr auf seiner Station seit langem."
)
DUTCH = (
    "Elf volwassenen met lupus kregen in het voorjaar de cellen. Geen van hen was in de herfst nog aan de "
    "steroïden, of het moest een lage dosis zijn, en dat is volgens het team uit Utrecht een goed teken."
)
DANISH = (
    "Elleve voksne med lupus fik cellerne i foråret. Ingen af dem måtte have steroider til efteråret, og "
    "holdet fra en by på Fyn siger, at det var det roligste år på afdelingen i lang tid, for alle."
)
SPANISH = (
    "Once adultos con nefritis lúpica recibieron las células en marzo. Ninguno tomaba esteroides en otoño, "
    "y el equipo de Sevilla dice que ha sido el año más tranquilo de su planta desde hace mucho tiempo."
)


@pytest.fixture
def identified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that the identifier was asked for."""
    asked: list[str] = []
    identifier = facts._identifier()

    class Watched:
        def classify(self, text: str) -> tuple[str, float]:
            asked.append(text)
            return identifier.classify(text)

    monkeypatch.setattr(facts, "_identifier", Watched)
    return asked


def test_plain_english_is_not_identified(identified: list[str]) -> None:
    """Its commonest words tell."""
    assert language_of(ENGLISH) == "en"
    assert language_of(ENGLISH.upper()) == "en"
    assert not identified


@pytest.mark.parametrize(
    ("text", "language"), [(GERMAN, "de"), (DUTCH, "nl"), (DANISH, "da"), (SPANISH, "es")]
)
def test_another_language_is_identified(text: str, language: str, identified: list[str]) -> None:
    """Words that look like English ones are few there; with an English title, too."""
    assert language_of(text) == language
    assert language_of(f"Remission of lupus with CAR-T cells\n\n{text}") == language
    assert len(identified) == 2


def test_a_text_in_two_languages_is_identified(identified: list[str]) -> None:
    """A half in English makes none English."""
    language_of(f"{GERMAN} {ENGLISH}")
    language_of(f"{ENGLISH}\n\n{SPANISH}")
    assert len(identified) == 2


def test_english_of_few_words_is_identified(identified: list[str]) -> None:
    """Lists and tables say "the" too seldom to tell."""
    listed = (
        "Adverse events, grade 3 or higher: neutropenia 62%, anaemia 38%, thrombocytopenia 31%, infections"
    )
    assert language_of(listed + " 15%, cytokine release syndrome 8%, neurotoxicity 4%") == "en"
    assert identified


def test_short_and_blank_texts_have_no_language() -> None:
    """There is too little to tell by."""
    assert language_of("All the patients with lupus were in remission.") is None
    assert language_of(" \n" * 100) in (None, "en")
