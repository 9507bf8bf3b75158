"""Words that name who or what was studied: people, animals, cells in a dish.

Adjectives of origin ("murine scFv", "mouse antibody", "human T cells", "patient-derived") name no subjects.
The patterns are for texts in lower case
(`grammar.caseless`). Pure functions on characters.

    >>> sentence_setting("Human T cells with the murine scFv cleared tumours in NSG mice.")
    'animal'
    >>> sentence_setting("The murine scFv was humanised."), sentence_setting("Twelve patients were infused.")
    ('unknown', 'human')
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.grammar.caseless import caseless, lowered
from pipeline.grammar.prefilter import EVERYTHING, Filtered, compiled
from pipeline.vocabulary import Setting

_NUMBER_WORDS: Final = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|"
    r"nine)teen|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[-‑ ]\w+)?|a dozen|two dozen|both|all|half)"
)
_PEOPLE: Final = (
    r"(?:patients?|participants?|subjects|adults?|children|people|persons?|men|women|males|females|"
    r"volunteers?|"
    r"recipients?|individuals?|pts?|infants?|adolescents?|boys?|girls?|enrollees|survivors|veterans|"
    r"sufferers)"
)
_PHASE: Final = r"phase ?(?:[1-4]|I{1,3}V?)[ab]?"
#: Words that look like people and are none: origin of cells and molecules, animals that are called patients.
_NO_PEOPLE: Final = caseless(
    r"\b(?:patient|donor|volunteer|human|participant)s?['’]?[-‑ ](?:derived|specific|own|reported|level)\b|"
    r"\b(?:canine|feline|veterinary|animal|pet|dog)[-‑ ]patients?\b|"
    r"\b(?:man[-‑ ]made|clinical[-‑ ]grade|clinical relevance)\b|"
    r"(?:\bC57\S*|\bBALB/c|\bN[SO]G|\bmouse|\bmice|\brats?|\bmurine),? (?:adult )?(?:fe)?males?\b"
)
#: A counted or described group of people: evidence that people were studied and not only spoken of.
_GIVEN: Final = r"(?:enrol|treat|infus|dos|given|random|recruit|follow|screen)\w*"
_COUNTED_PEOPLE: Final = tuple(
    caseless(way)
    for way in (
        rf"\b(?:\d[\d,]*|{_NUMBER_WORDS})(?: of (?:the |these |those )?\d*)? ?"
        rf"(?:[\w/+.’'‑-]+ ){{0,4}}?{_PEOPLE}\b",
        rf"\b{_PEOPLE} (?:were|was|have been|had been|has been) (?:\w+ )?{_GIVEN}",
        rf"\b{_PEOPLE} (?:received|underwent|got|took part|joined)\b",
        rf"\b(?:enrol|treat|infus|dos|random|recruit)\w+ (?:[\w-]+ ){{0,2}}{_PEOPLE}\b",
        r"\b(?:an?|one|the first) (?:[\w-]+ ){0,2}(?:man|woman|boy|girl|patient|child|infant|person|adult)\b"
        r"[^.;]{0,60}\b(?:got|received|underwent|was (?:\w+ )?(?:treated|infused|given|dosed))\b",
        r"\byear[-‑ ]old (?:\w+ ){0,2}(?:man|woman|boy|girl|patient|child|male|female)\b",
        r"\(n ?= ?\d+(?: patients| pts)\)|\bEnrol?lment: ?\d",
    )
)
_HUMAN: Final = caseless(
    rf"\b(?:{_PEOPLE}|\d+[-‑ ]years?[-‑ ]old|man|woman|girl|boy|child|kids?|mothers?|"
    r"fathers?|mum|mom|dad|cousin|in humans?|"
    rf"first[-‑ ]in[-‑ ]human|clinical trials?|clinics?|hospitals?|{_PHASE}|enrol(?:l?ed|l?ing|l?ment)|"
    r"clinical(?! (?:grade|translation))|overall survival|response rates?|"
    r"regulators?|FDA|EMA|NMPA|approved|licensed|NCT\d{8}|ChiCTR\d+|EudraCT|real[-‑ ]world)\b"
)
#: First person of a patient or relative; only a forum is read for it.
_FORUM: Final = compiled(r"\b(?:I|me|my|mine|I'm|mum|mom|dad|wife|husband|doc|doctor|onc|rheum)\b")
_SPECIES: Final = r"(?:mouse|murine|rat|canine|porcine|rodent|primate|animal|simian|zebrafish|rabbit|hamster)"
_MODEL: Final = r"(?:models?|strains?|stud(?:y|ies)|experiments?|hosts?|littermates|tumou?rs)"
_ANIMAL: Final = caseless(
    r"\b(?:mice|macaques?|monkeys?|baboons?|marmosets?|rats|dogs|pigs|piglets|sheep|rabbits|hamsters|"
    r"zebrafish|"
    r"animals|rodents|xenografts?|xenografted|xenotransplant\w*|PDXs?|NSG|NCG|NOG|rhesus|cynomolgus|"
    r"(?:non-?|‑)?human primates?|primates|NOD[-./ ‑]?(?:scid|rag)\w*|NOD\.\w+|BALB/c|C57BL/6\w?|MRL[-/]lpr|"
    r"(?:tumou?r|leuka?emia|lymphoma)[-‑ ]bearing|in the mouse|veterinary|"
    r"(?:canine|feline|pet|dog)[-‑ ](?:patients?|dogs?|lymphoma)|"
    rf"{_SPECIES}(?:[-‑ ][\w-]+){{0,2}} {_MODEL}|"
    r"in[-‑ ]vitro (?:and|or) in[-‑ ]vivo|in[-‑ ]vivo (?:and|or) in[-‑ ]vitro|in[-‑ ]vivo(?=,)|"
    r"(?:in[-‑ ]vivo|preclinical|orthotopic|syngeneic|autochthonous|transgenic)(?: [\w-]+){0,2} models?)\b"
)
_IN_VITRO: Final = caseless(
    r"\b(?:in[-‑ ]vitro|in (?:cell |tissue )?culture|(?:co|cell)[-‑ ]?cultur(?:es?|ed|ing)|cell[-‑ ]lines?|"
    r"lines in (?:vitro|culture)|organoids?|spheroids?|in (?:a|the|petri) dish(?:es)?|test[-‑ ]tubes?|"
    r"(?:killing|cytotoxicity|cytolysis|degranulation|stimulation) assays?|lysed)\b"
)
#: What is planned, asked for, denied or generally so has not been studied here.
NOT_STUDIED: Final = caseless(
    r"\b(?:could|would|might|may|should|ought to|whether|plans?|planned|planning|intends?|propos(?:e|ed|es)|"
    r"hopes?|unknown|future|one day|someday|not (?:yet )?(?:begun|started|been (?:tested|treated|tried))|"
    rf"(?:is|are) to (?:enrol|open|start|begin|test|treat|recruit|join)|"
    rf"ha(?:s|ve) yet to|remains? to|needs? (?:to|validation)|no (?:human )?(?:data|{_PEOPLE})|"
    rf"up to (?:\d+|{_NUMBER_WORDS}) (?:[\w-]+ ){{0,2}}?{_PEOPLE}|"
    r"(?:ethical|ethics|regulatory) (?:review|approval)|"
    r"before any(?:one)?|no one has|nobody has|are not (?:people|patients|humans))\b"
)
_PREVALENCE: Final = caseless(
    r"\b(?:worldwide|every year|each year|per year|yearly|annually|a year|prevalence|incidence|affects?|"
    r"liv(?:e|es|ing) with|diagnosed (?:with|every|each|yearly)|most (?:people|patients)|per 100[ ,]?000|"
    r"in 100,000)\b"
)
#: A group of animals by its size: what is told of them was done here.
COUNTED_ANIMALS: Final = caseless(
    r"\(n ?= ?\d|\bn ?= ?\d+ ?(?:/|per |mice|animals|each)|\b(?:mice|animals) per group\b|"
    rf"\b(?:\d{{1,3}}|{_NUMBER_WORDS}) (?:[\w/-]+ ){{0,2}}?"
    r"(?:mice|rats|macaques?|monkeys?|primates|dogs|pigs|rabbits|animals)\b"
)
#: Nobody has had what a text tells of: people who are named in it were given something else.
NO_PEOPLE_YET: Final = caseless(
    r"\b(?:no|not one|not a single) "
    r"(?:human(?: being)?s?|persons?|people|patients?|child|children|volunteers?) "
    r"ha(?:s|ve) (?:yet |ever |so far )?(?:had|received|got|been (?:given|treated|dosed|infused))|"
    r"\b(?:nobody|no one) has (?:yet |ever |so far )?(?:had|received|been (?:given|treated|dosed|infused)) "
    r"(?:with )?(?:it|them|the|these|this)\b|"
    r"\bnot (?:yet )?(?:been )?(?:tested|tried|given) (?:in|to|on) "
    r"(?:humans?|people|patients|a (?:person|patient))\b"
)
EARLIER: Final = caseless(
    r"\b(?:previous(?:ly)?|earlier|prior|preclinical(?:ly)?|had (?:been|shown|worked|cured|cleared)|"
    r"long before|"
    r"by others|others|elsewhere|"
    r"years ago|already|known from|so far|once (?:given|treated|tried|tested|infused))\b"
)
OWN: Final = caseless(r"\b(?:we|our|ours|us|here|this (?:study|trial|work|report|paper))\b")
#: Where a paper or story says what it is about; what stands before it is background.
STUDY_STATEMENT: Final = caseless(
    rf"\b(?:we|our|here|now|this (?:study|trial|phase|paper|review|work|report)|{_PHASE}|"
    r"in the (?:study|trial)|NCT\d{8}|a (?:new|small|recent) (?:study|trial))\b"
)


#: Words that may mean animals as well as people: they count as people where no animals are named.
EITHER: Final = re.compile(r"\b(?:subjects|recipients?|individuals?|males|females)\b")


class Evidence(NamedTuple):
    """How many words of a stretch name each kind of subject."""

    human: int
    animal: int
    in_vitro: int
    counted_people: bool

    @property
    def is_mixed(self) -> bool:
        """Whether subjects of several kinds are named."""
        return (self.human > 0) + (self.animal > 0) + (self.in_vitro > 0) > 1

    @property
    def setting(self) -> Setting:
        """What these words speak for; people beside animals must be counted and outnumber them."""
        if self.animal:
            return "human" if self.counted_people and self.human > self.animal else "animal"
        if self.in_vitro:
            return "human" if self.counted_people and self.human > self.in_vitro else "in_vitro"
        return "human" if self.human else "unknown"


#: Most sentences name no subjects.
_NOBODY: Final = Evidence(0, 0, 0, False)
_NAMED: Final = _HUMAN.gate | _ANIMAL.gate | _IN_VITRO.gate


def read_evidence(
    text: str, is_forum: bool = False, gates: int = EVERYTHING, low: str | None = None
) -> Evidence:
    """Count the words that name subjects in a sentence or clause.

    Args:
        text: the sentence or clause.
        is_forum: whether people speak of themselves.
        gates: what the text opens (`grammar.prefilter`).
        low: the text in lower case, where it is known.
    """
    if not gates & _NAMED and not is_forum:
        return _NOBODY
    low = lowered(text) if low is None else low
    animal = _count(_ANIMAL, low, gates)
    in_vitro = _count(_IN_VITRO, low, gates)
    named = low
    if gates & _NO_PEOPLE.gate:
        named = _NO_PEOPLE.pattern.sub(lambda match: " " * len(match.group()), low)
    human = _count(_HUMAN, named, gates)
    counted = (
        human > 0
        and any(way.gate & gates and way.search(named) for way in _COUNTED_PEOPLE)
        and not _PREVALENCE.search(named)
    )
    if is_forum and _FORUM.search(text):
        human += 1
    return Evidence(human, animal, in_vitro, counted)


def _count(pattern: Filtered, text: str, gates: int) -> int:
    return len(pattern.pattern.findall(text)) if gates & pattern.gate else 0


def sentence_setting(text: str, is_forum: bool = False) -> Setting:
    """The setting that a sentence speaks of by its own words; `unknown` where it names no subjects."""
    return read_evidence(text, is_forum).setting
