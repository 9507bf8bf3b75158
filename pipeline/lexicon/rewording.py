"""Other wordings of a condition that mean the same, or what it is a kind of; the knowledge base judges them.

Names are many, phenomena are few: an adjective stands for its noun ("hypertensive"), an organ has an English
and a Latin word ("kidney", "renal"), a disturbance has several ("impairment", "dysfunction"), and "injury of
the liver" is "liver injury". A wording counts only if the knowledge base has it as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from pipeline.lexicon.normal_form import normal_form

#: Words that say the same of a condition, in normal form; the first groups are organs and their adjectives.
_SAME: Final[tuple[tuple[str, ...], ...]] = (
    ("renal", "kidney"),
    ("hepatic", "liver"),
    ("cardiac", "heart", "myocardial"),
    ("cerebral", "brain"),
    ("pulmonary", "lung"),
    ("cutaneous", "skin", "dermal"),
    ("gastric", "stomach"),
    ("intestinal", "bowel"),
    ("colonic", "colon"),
    ("ocular", "eye"),
    ("visual", "vision"),
    ("auditory", "hearing"),
    ("prostatic", "prostate"),
    ("ovarian", "ovary"),
    ("mammary", "breast"),
    ("vesical", "bladder"),
    ("splenic", "spleen"),
    ("thymic", "thymus"),
    ("uterine", "uterus"),
    ("osseous", "bone"),
    ("muscular", "muscle"),
    ("articular", "joint"),
    ("esophageal", "esophagus"),
    ("pancreatic", "pancreas"),
    ("neurologic", "neurological"),
    ("hematologic", "hematological"),
    ("psychiatric", "mental"),
    ("immunologic", "immune"),
    ("bleeding", "hemorrhage"),
    ("tumor", "neoplasm"),
    ("dysfunction", "impairment", "insufficiency", "failure"),
    ("injury", "damage", "lesion", "insult"),
    ("disease", "disorder", "disturbance", "illness", "problem"),
    ("anomaly", "malformation", "abnormality", "defect"),
    ("arrhythmia", "dysrhythmia"),
    ("decreased", "reduced", "diminished", "low"),
    ("increased", "elevated", "raised", "high"),
    ("hyperactivity", "overactivity"),
    ("convulsion", "seizure"),
)
_ALTERNATIVES: Final = {word: group for group in _SAME for word in group}
#: What befalls an organ; where it has no name of its own it is a disease of that organ.
_BEFALLS: Final = frozenset(
    "injury damage lesion insult toxicity dysfunction impairment complication involvement disturbance "
    "abnormality problem manifestation symptom".split()
)
#: Ending of an adjective → endings of the noun that it is made from.
_NOUN_ENDINGS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("tensive", ("tension",)),
    ("genic", ("genesis",)),
    ("itic", ("itis",)),
    ("tic", ("sis", "sia", "sy", "t", "tism")),
    ("ic", ("ia", "y", "ism", "e", "a", "")),
    ("atous", ("a",)),
    ("ous", ("a", "y", "")),
    ("ian", ("ism",)),
    ("al", ("", "y", "a")),
    ("ful", ("",)),
    ("ent", ("ence", "ency")),
    ("ed", ("ion", "ment", "")),
)
_SHORTEST_STEM: Final = 4
#: So many wordings of one phrase are tried at most.
_MOST: Final = 40
_OF: Final = re.compile(r"(?P<head>[^,()]+?) (?:of|in|to|by) (?:the |his |her |their )?(?P<rest>[^,()]+)")
#: "type B hepatitis" is hepatitis B.
_TYPE: Final = re.compile(r"type (?P<type>[A-Z]|\d|[IVX]+) (?P<name>[^,()]+)", re.IGNORECASE)
#: A function that is less than it should be is a dysfunction.
_FUNCTION: Final = re.compile(
    r"(?:(?:decreas|reduc|impair|diminish|alter|disturb)ed|abnormal|poor|low|worsening|declining|deteriorating|"
    r"(?:loss|reduction|impairment|decline|decrease|deterioration|failure|worsening|disturbance) (?:of|in)) "
    r"(?:the )?(?P<organ>[^,()]+) function",
    re.IGNORECASE,
)
#: People after whom something is named: "von Hippel-Lindau".
_EPONYM: Final = re.compile(r"(?:(?:von|van|de|le) )?[A-Z][a-zéöüä]{3,}(?:[ –‑-][A-Z][a-zéöüä]{2,})*")
#: A phrase after the name says where, when or why.
_AFTERWARDS: Final = re.compile(
    r" (?:of|in|with|to|during|after|from|by|"
    r"(?:due|related|secondary) to|(?:caused|followed) by|associated with) ",
    re.IGNORECASE,
)
#: Heads that name no condition without their modifiers.
GENERAL: Final = frozenset(
    normal_form(word)
    for word in (
        "abnormalities abnormality activity adverse anomaly attack cancer carcinogenesis change changes "
        "complication condition crisis damage decrease defect defects deficiency deficit deterioration "
        "development disease disorder disturbance dysfunction effect episode event events failure finding "
        "formation function growth illness impairment increase infection inflammation injury instability "
        "insufficiency insult involvement lesion loss malformation malfunction malignancy manifestation "
        "mass metastasis movement neoplasm onset output problem progression reaction recurrence "
        "regression relapse response rupture side sign state status symptom syndrome tissue toxicity "
        "trait traits trauma tumor tumorigenesis type weakness"
    ).split()
)


def rewordings(text: str) -> Iterator[str]:
    """Wordings of a condition that mean the same, the nearest first.

    Example:
        >>> "liver damage" in rewordings("hepatic injuries"), "hypertension" in rewordings("hypertensive")
        (True, True)
        >>> next(rewordings("adenocarcinoma of the lung"))
        'lung adenocarcinoma'
    """
    readings = []
    if weakened := _FUNCTION.fullmatch(text):
        readings.append(f"{weakened['organ']} dysfunction")
    if turned := _OF.fullmatch(text):
        readings.append(f"{turned['rest']} {turned['head']}")
    if typed := _TYPE.fullmatch(text):
        readings.append(f"{typed['name']} {typed['type']}")
    yield from readings
    if _EPONYM.fullmatch(text):
        readings += [f"{text} disease", f"{text} syndrome"]
        yield from readings[-2:]
    for reading in (*readings, text):
        words = normal_form(reading).split()
        for choice in islice(product(*(_ALTERNATIVES.get(word, (word,)) for word in words)), _MOST):
            if list(choice) != words:
                yield " ".join(choice)
        if words:
            yield from (" ".join([*words[:-1], noun]) for noun in _nouns(words[-1]))
        if len(words) > 1 and words[-1] == "disease" and words[-2].endswith(("virus", "viral")):
            yield " ".join([*words[:-1], "infection"])


def _nouns(adjective: str) -> Iterator[str]:
    for ending, nouns in _NOUN_ENDINGS:
        stem = adjective.removesuffix(ending)
        if stem != adjective and len(stem) >= _SHORTEST_STEM - (ending == "tensive"):
            yield from (stem + noun for noun in nouns)


def kinds_of(text: str) -> Iterator[str]:
    """What a condition is a kind of, the nearest first: its head with ever fewer modifiers.

    Heads that say nothing alone ("deficiency") are left out.

    Example:
        >>> list(kinds_of("left forearm myalgia")), list(kinds_of("iron deficiency"))
        (['forearm myalgia', 'myalgia'], [])
    """
    name = _AFTERWARDS.split(text, maxsplit=1)[0]
    words = name.split()
    tails = [words[start:] for start in range(0 if name != text else 1, len(words))]
    if words and normal_form(words[-1]) in _BEFALLS and len(words) == 2:
        organs = _ALTERNATIVES.get(normal_form(words[0]), (words[0],))
        yield from (f"{organ} disease" for organ in organs)
    for tail in tails:
        if not says_little(reading := " ".join(tail)):
            yield reading


def says_little(text: str) -> bool:
    """Whether every word of a text is too general to name a condition by itself.

    Example:
        >>> says_little("adverse effect"), says_little("developmental regression")
        (True, False)
    """
    return all(word in GENERAL for word in normal_form(text).split())
