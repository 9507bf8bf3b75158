"""Harms in everyday words: what happened to a part of people, what they could no longer do, how they felt."""

from __future__ import annotations

import pytest

from pipeline.grammar.lay.harms import find_lay_harms, lay_term
from pipeline.lexicon import load_knowledge
from pipeline.settings import settings


def told(text: str) -> list[tuple[str, str]]:
    """Words and terms of the harms in a text."""
    return [(text[slice(*harm.extent)], harm.term) for harm in find_lay_harms(text)]


@pytest.mark.parametrize(
    ("text", "words", "term"),
    [
        ("By night my husband was febrile.", "febrile", "fever"),
        ("Grandad shivered under three duvets.", "shivered", "chills"),
        ("Her fingers trembled over the tea.", "fingers trembled", "tremor"),
        ("On Sunday he passed out by the sink.", "passed out", "syncope"),
        ("Two had fits within the week.", "fits", "seizure"),
        ("She couldn't recognise her brother.", "couldn't recognise her", "confusion"),
        ("He could not sign his own name.", "could not sign his own name", "dysgraphia"),
        ("I can't close my right eye.", "can't close my right eye", "facial paralysis"),
        ("His left foot went numb.", "left foot went numb", "numbness"),
        ("Bread tastes like cardboard.", "Bread tastes like cardboard", "dysgeusia"),
        ("Mum has lost her sense of taste.", "lost her sense of taste", "dysgeusia"),
        ("We puked all weekend.", "puked", "vomiting"),
        ("Sorry, I keep having a bellyache.", "bellyache", "abdominal pain"),
        ("There was blood in his urine.", "blood in his urine", "hematuria"),
        ("My toenails came off.", "toenails came off", "nail disorder"),
        ("The skin of his soles flaked.", "soles flaked", "desquamation"),
        ("Both ankles swelled up.", "ankles swelled up", "peripheral edema"),
        ("They found water round her lungs.", "water round her lungs", "pleural effusion"),
        ("She lost six kilos.", "lost six kilos", "weight loss"),
        ("His pulse raced for hours.", "pulse raced", "tachycardia"),
        ("Four patients were neutropenic.", "neutropenic", "neutropenia"),
        ("An inflamed pancreas came next.", "inflamed pancreas", "pancreatitis"),
        ("We saw inflammation of the bowel.", "inflammation of the bowel", "enterocolitis"),
        ("She had a fit in the first week.", "fit", "seizure"),
        ("What to expect: fits, fevers, both.", "fits", "seizure"),
        ("It was one faint, on Monday.", "faint", "syncope"),
        ("He is pale and anaemic, but home.", "anaemic", "anemia"),
        ("Does she get confused at night?", "confused", "confusion"),
        ("Her legs got much weaker.", "legs got much weaker", "muscle weakness"),
        ("Everything was blurry for days.", "Everything was blurry", "blurred vision"),
        ("With a mouth like leather I could not talk.", "mouth like leather", "dry mouth"),
        ("His throat was closing up.", "throat was closing up", "laryngeal edema"),
        ("I would lose my periods, they said.", "lose my periods", "amenorrhea"),
        ("We may never have children.", "never have children", "infertility"),
        ("It left him sterile.", "sterile", "infertility"),
        ("By autumn I was bald.", "was bald", "alopecia"),
        ("Grandpa caught norovirus on the ward.", "norovirus", "norovirus infection"),
        ("One man died of adenovirus.", "adenovirus", "adenovirus infection"),
        ("Three people lost their lives.", "lost their lives", "death"),
        ("Some cytokine trouble, no more.", "cytokine trouble", "cytokine release syndrome"),
        ("In spring her pituitary conked out.", "pituitary conked out", "hypopituitarism"),
        ("By June my kidneys had packed in.", "kidneys had packed in", "renal failure"),
        ("His bowels went on strike.", "bowels went on strike", "ileus"),
        ("He barfed on the bus.", "barfed", "vomiting"),
        ("My aunt was sick four times.", "was sick four times", "vomiting"),
        ("She hurled all night.", "hurled", "vomiting"),
        ("None of us bled.", "bled", "hemorrhage"),
        ("Hard bumps on my leg from the jabs.", "bumps on my leg from the jabs", "injection site nodule"),
        ("It left my uncle blind.", "blind", "vision loss"),
        ("We saw a change in his sense of taste.", "change in his sense of taste", "dysgeusia"),
        ("Her counts plummeted.", "Her counts plummeted", "cytopenia"),
        ("A haemorrhage into the tumour followed.", "haemorrhage into the tumour", "intratumoral hemorrhage"),
        ("Aplasia lasted for six weeks.", "Aplasia", "bone marrow failure"),
        ("wk 2: icans gr 1", "icans", "immune effector cell-associated neurotoxicity syndrome"),
        ("There was no sign of rejection.", "rejection", "graft rejection"),
        ("It left him with a clot.", "clot", "thrombosis"),
        ("Never confused, never cross.", "confused", "confusion"),
        ("With neutrophils down to nil he stayed in.", "neutrophils down to nil", "neutropenia"),
        ("Four ran high temperatures.", "temperatures", "fever"),
    ],
)
def test_everyday_words_tell_a_harm(text: str, words: str, term: str) -> None:
    """Verbs, adjectives and parts of the body with their trouble."""
    assert (words, term) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "The model fits the data, and two curves had fits with high residuals.",
        "Mice were bled on day 7.",
        "Exhausted T cells lose their cytokines.",
        "This is not to be confused with a vaccine.",
        "Tomorrow we do the run along the lake.",
        "She has good taste in music.",
        "Cells were kept at a temperature of 4 degrees.",
        "He is tired of waiting.",
        "The suit was a fit in colour, and blood cultures stayed sterile.",
        "There is a faint chance that T cells specific for CMV and EBV persist.",
    ],
)
def test_words_that_mean_other_things_tell_none(text: str) -> None:
    """Curves, laboratory work, idioms and complaints about the wait."""
    assert told(text) == []


def test_words_alone_give_their_term() -> None:
    """What a mention's words say by themselves."""
    assert lay_term("threw up") == "vomiting"
    assert lay_term("answered the phone") is None


@pytest.mark.parametrize("text", ["her hands shook", "inflamed colon", "no appetite"])
def test_terms_are_names_of_concepts(text: str) -> None:
    """The knowledge base has the term that words are given."""
    knowledge = load_knowledge(settings().knowledge)
    assert all(knowledge.lookup(harm.term, "ADVERSE_EVENT") for harm in find_lay_harms(text))
