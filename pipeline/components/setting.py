r"""Who or what was studied: human, animal or in_vitro, from the sentence, else from the study around it.

Method: each sentence is searched for words that name subjects ("patients", "mice", "in culture"). Adjectives
of origin ("murine scFv", "mouse antibody", "human T cells", "patient-derived") name no subjects. A mention
takes the setting of its clause, else of its sentence, else of the nearest sentence before it in the
paragraph, else the main setting of its piece. A piece is the document, or one of the stories that a page
strings together; it *tells* a setting when such subjects were studied in it, not recalled or planned.

Attributes set: `doc._.sentence_settings`, `doc._.study_settings`, `span._.setting` of each mention.

    >>> sentence_setting("Human T cells with the murine scFv cleared tumours in NSG mice.")
    'animal'
    >>> sentence_setting("The murine scFv was humanised."), sentence_setting("Twelve patients were infused.")
    ('unknown', 'human')
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.components.stories import stories
from pipeline.findings import StudySettings
from pipeline.grammar.clauses import clause_at, split_clauses
from pipeline.grammar.prefilter import EVERYTHING, Filtered, compiled, opened
from pipeline.lexicon import therapy_kind
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Setting

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
_NO_PEOPLE: Final = compiled(
    r"\b(?:patient|donor|volunteer|human|participant)s?['’]?[-‑ ](?:derived|specific|own|reported|level)\b|"
    r"\b(?:canine|feline|veterinary|animal|pet|dog)[-‑ ]patients?\b|"
    r"\b(?:man[-‑ ]made|clinical[-‑ ]grade|clinical relevance)\b|"
    r"(?:\bC57\S*|\bBALB/c|\bN[SO]G|\bmouse|\bmice|\brats?|\bmurine),? (?:adult )?(?:fe)?males?\b",
    re.IGNORECASE,
)
#: A counted or described group of people: evidence that people were studied and not only spoken of.
_GIVEN: Final = r"(?:enrol|treat|infus|dos|given|random|recruit|follow|screen)\w*"
_COUNTED_PEOPLE: Final = compiled(
    rf"\b(?:\d[\d,]*|{_NUMBER_WORDS})(?: of (?:the |these |those )?\d*)? ?"
    rf"(?:[\w/+.’'‑-]+ ){{0,4}}?{_PEOPLE}\b|"
    rf"\b{_PEOPLE} (?:were|was|have been|had been|has been) (?:\w+ )?{_GIVEN}|"
    rf"\b{_PEOPLE} (?:received|underwent|got|took part|joined)\b|"
    rf"\b(?:enrol|treat|infus|dos|random|recruit)\w+ (?:[\w-]+ ){{0,2}}{_PEOPLE}\b|"
    r"\b(?:an?|one|the first) (?:[\w-]+ ){0,2}(?:man|woman|boy|girl|patient|child|infant|person|adult)\b"
    r"[^.;]{0,60}\b(?:got|received|underwent|was (?:\w+ )?(?:treated|infused|given|dosed))\b|"
    r"\byear[-‑ ]old (?:\w+ ){0,2}(?:man|woman|boy|girl|patient|child|male|female)\b|"
    r"\(n ?= ?\d+(?: patients| pts)\)|\bEnrol?lment: ?\d",
    re.IGNORECASE,
)
_HUMAN: Final = compiled(
    rf"\b(?:{_PEOPLE}|\d+[-‑ ]years?[-‑ ]old|man|woman|girl|boy|child|kids?|mothers?|"
    r"fathers?|mum|mom|dad|cousin|in humans?|"
    rf"first[-‑ ]in[-‑ ]human|clinical trials?|clinics?|hospitals?|{_PHASE}|enrol(?:l?ed|l?ing|l?ment)|"
    r"clinical(?! (?:grade|translation))|overall survival|response rates?|"
    r"regulators?|FDA|EMA|NMPA|approved|licensed|NCT\d{8}|ChiCTR\d+|EudraCT|real[-‑ ]world)\b",
    re.IGNORECASE,
)
#: First person of a patient or relative; only a forum is read for it.
_FORUM: Final = compiled(r"\b(?:I|me|my|mine|I'm|mum|mom|dad|wife|husband|doc|doctor|onc|rheum)\b")
_SPECIES: Final = r"(?:mouse|murine|rat|canine|porcine|rodent|primate|animal|simian|zebrafish|rabbit|hamster)"
_MODEL: Final = r"(?:models?|strains?|stud(?:y|ies)|experiments?|hosts?|littermates|tumou?rs)"
_ANIMAL: Final = compiled(
    r"\b(?:mice|macaques?|monkeys?|baboons?|marmosets?|rats|dogs|pigs|piglets|sheep|rabbits|hamsters|"
    r"zebrafish|"
    r"animals|rodents|xenografts?|xenografted|xenotransplant\w*|PDXs?|NSG|NCG|NOG|rhesus|cynomolgus|"
    r"(?:non-?|‑)?human primates?|primates|NOD[-./ ‑]?(?:scid|rag)\w*|NOD\.\w+|BALB/c|C57BL/6\w?|MRL[-/]lpr|"
    r"(?:tumou?r|leuka?emia|lymphoma)[-‑ ]bearing|in the mouse|veterinary|"
    r"(?:canine|feline|pet|dog)[-‑ ](?:patients?|dogs?|lymphoma)|"
    rf"{_SPECIES}(?:[-‑ ][\w-]+){{0,2}} {_MODEL}|"
    r"in[-‑ ]vitro (?:and|or) in[-‑ ]vivo|in[-‑ ]vivo (?:and|or) in[-‑ ]vitro|in[-‑ ]vivo(?=,)|"
    r"(?:in[-‑ ]vivo|preclinical|orthotopic|syngeneic|autochthonous|transgenic)(?: [\w-]+){0,2} models?)\b",
    re.IGNORECASE,
)
_IN_VITRO: Final = compiled(
    r"\b(?:in[-‑ ]vitro|in (?:cell |tissue )?culture|(?:co|cell)[-‑ ]?cultur(?:es?|ed|ing)|cell[-‑ ]lines?|"
    r"lines in (?:vitro|culture)|organoids?|spheroids?|in (?:a|the|petri) dish(?:es)?|test[-‑ ]tubes?|"
    r"(?:killing|cytotoxicity|cytolysis|degranulation|stimulation) assays?|lysed)\b",
    re.IGNORECASE,
)
#: What is planned, asked for, denied or generally so has not been studied here.
_NOT_STUDIED: Final = compiled(
    r"\b(?:could|would|might|may|should|ought to|whether|plans?|planned|planning|intends?|propos(?:e|ed|es)|"
    r"hopes?|unknown|future|one day|someday|not (?:yet )?(?:begun|started|been (?:tested|treated|tried))|"
    rf"(?:is|are) to (?:enrol|open|start|begin|test|treat|recruit|join)|"
    rf"ha(?:s|ve) yet to|remains? to|needs? (?:to|validation)|no (?:human )?(?:data|{_PEOPLE})|"
    r"before any(?:one)?|no one has|nobody has|are not (?:people|patients|humans))\b",
    re.IGNORECASE,
)
_PREVALENCE: Final = compiled(
    r"\b(?:worldwide|every year|each year|per year|yearly|annually|a year|prevalence|incidence|affects?|"
    r"liv(?:e|es|ing) with|diagnosed (?:with|every|each|yearly)|most (?:people|patients)|per 100[ ,]?000|"
    r"in 100,000)\b",
    re.IGNORECASE,
)
_EARLIER: Final = compiled(
    r"\b(?:previous(?:ly)?|earlier|prior|preclinical(?:ly)?|had (?:been|shown|worked|cured|cleared)|"
    r"long before|"
    r"by others|others|elsewhere|"
    r"years ago|already|known from|so far)\b",
    re.IGNORECASE,
)
_OWN: Final = compiled(r"\b(?:we|our|ours|us|here|this (?:study|trial|work|report|paper))\b", re.IGNORECASE)
#: Where a paper or story says what it is about; what stands before it is background.
_STUDY_STATEMENT: Final = compiled(
    rf"\b(?:we|our|here|now|this (?:study|trial|phase|paper|review|work|report)|{_PHASE}|"
    r"in the (?:study|trial)|NCT\d{8}|a (?:new|small|recent) (?:study|trial))\b",
    re.IGNORECASE,
)


#: Words that may mean animals as well as people: they count as people where no animals are named.
_EITHER: Final = re.compile(r"\b(?:subjects|recipients?|individuals?|males|females|adults?)\b", re.IGNORECASE)


class Evidence(NamedTuple):
    """How many words of a stretch name each kind of subject."""

    human: int
    animal: int
    in_vitro: int
    counted_people: bool

    @property
    def setting(self) -> Setting:
        """What these words speak for; people beside animals must be counted and outnumber them."""
        if self.animal:
            return "human" if self.counted_people and self.human > self.animal else "animal"
        if self.in_vitro:
            return "human" if self.counted_people and self.human > self.in_vitro else "in_vitro"
        return "human" if self.human else "unknown"


def read_evidence(text: str, is_forum: bool = False, gates: int = EVERYTHING) -> Evidence:
    """Count the words that name subjects in a sentence or clause.

    Args:
        text: the sentence or clause.
        is_forum: whether people speak of themselves.
        gates: what the text opens (`grammar.prefilter`).
    """
    animal = _count(_ANIMAL, text, gates)
    in_vitro = _count(_IN_VITRO, text, gates)
    named = text
    if gates & _NO_PEOPLE.gate:
        named = _NO_PEOPLE.pattern.sub(lambda match: " " * len(match.group()), text)
    human = _count(_HUMAN, named, gates)
    counted = (
        human > 0
        and gates & _COUNTED_PEOPLE.gate != 0
        and _COUNTED_PEOPLE.search(named) is not None
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


class _Sentence(NamedTuple):
    start: int
    end: int
    text: str
    paragraph: int
    is_title: bool
    is_background: bool
    evidence: Evidence
    gates: int

    def says(self, pattern: Filtered) -> bool:
        """Whether a pattern is in the sentence."""
        return self.gates & pattern.gate != 0 and pattern.search(self.text) is not None


def _read_sentences(doc: Doc, text: str) -> list[_Sentence]:
    blank_lines = [match.end() for match in re.finditer(r"\n[ \t]*\n", text)]
    sections = doc._.sections
    section_starts = [section.start_char for section in sections]
    is_forum = doc._.kind == "forum"
    found = []
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.end_char
        start += len(text[start:end]) - len(text[start:end].lstrip())  # white space belongs to no section
        place = bisect_right(section_starts, start) - 1
        kind = sections[place].kind if place >= 0 else "body"
        words = text[start:end]
        gates = opened(text, start, end)
        if kind in SECTIONS_WITHOUT_FACTS:
            evidence = Evidence(0, 0, 0, False)
        else:
            evidence = read_evidence(words, is_forum or kind == "post", gates)
        found.append(
            _Sentence(
                start,
                end,
                words,
                bisect_right(blank_lines, start),
                kind == "title",
                kind == "background",
                evidence,
                gates,
            )
        )
    return found


def _is_studied(sentence: _Sentence) -> bool:
    """Whether a sentence tells of subjects that were counted, kept or cultured, not of some to come."""
    evidence = sentence.evidence
    return (evidence.counted_people or evidence.animal + evidence.in_vitro > 0) and not _NOT_STUDIED.search(
        sentence.text
    )


def _told(sentences: Sequence[_Sentence]) -> tuple[Setting, ...]:
    """The settings that were studied in a piece, the main one first."""
    opening = next((s.start for s in sentences if not s.is_title and s.says(_STUDY_STATEMENT)), 0)
    people = animals = cells = 0.0
    counted = False
    own_animals = own_cells = first_person = False
    names_animals = any(sentence.evidence.animal for sentence in sentences)
    for sentence in sentences:
        evidence, words = sentence.evidence, sentence.text
        if names_animals and evidence.setting == "human":
            evidence = read_evidence(_EITHER.sub("", words), gates=sentence.gates)
        if not any(evidence[:3]):
            continue
        is_own = sentence.says(_OWN)
        if sentence.says(_NOT_STUDIED) and not (is_own and evidence.animal):
            people += 0.1 * bool(evidence.human)  # enough to tell a human document from one about cars
            continue
        is_recalled = (
            (sentence.is_background or sentence.start < opening) and not is_own and not sentence.is_title
        ) or (sentence.says(_EARLIER) and not is_own)
        if evidence.setting == "human":
            people += 1.0
            counted = counted or (evidence.counted_people and not is_recalled)
        if evidence.animal:
            animals += 0.5 if is_recalled else 1.0
            own_animals = own_animals or not is_recalled
        if evidence.in_vitro:
            cells += 0.5 if is_recalled else 1.0
            own_cells = own_cells or not is_recalled
            first_person = first_person or is_own
    told: list[Setting] = []
    if people and (counted or not (own_animals or own_cells)):
        told.append("human")
    if own_animals or (animals and not told):
        told.insert(0 if animals > people else len(told), "animal")
    # Cells are handled in every trial; only a laboratory's own experiment tells this setting beside patients.
    if own_cells and ("human" not in told or first_person):
        told.append("in_vitro")
    return tuple(told)


def _names_cells(mentions: Sequence[Span]) -> bool:
    """Whether engineered cells are named, or a therapy beside what it binds, and what they do to somebody."""
    labels = {span.label_ for span in mentions}
    engineered = any(
        span.label_ == "THERAPY" and (kind := therapy_kind(span.text)) is not None and kind.is_cell_therapy
        for span in mentions
    )
    is_therapy = engineered or {"THERAPY", "ANTIGEN"} <= labels
    return is_therapy and bool(labels & {"DISEASE", "ADVERSE_EVENT"})


def _names_medicine(mentions: Iterable[Span]) -> bool:
    """Whether two different medical things are named: one alone is a chance hit in a text on cars."""
    return len({span.kb_id_ or span.text.lower() for span in mentions if span.label_ != "COHORT"}) > 1


class SettingReader:
    """Sets the setting of sentences, pieces and mentions."""

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        text = text_of(doc)
        mentions: list[Span] = list(doc.spans.get(MENTIONS, ()))
        sentences = _read_sentences(doc, text)
        pieces: list[StudySettings] = []
        if _names_medicine(mentions):
            studied = [s.start for s in sentences if _is_studied(s)]
            for start, end in stories(doc, studied):
                inside = [sentence for sentence in sentences if start <= sentence.start < end]
                told = _told(inside)
                # A text on such cells that names no subjects speaks of people: animals are always named.
                if not told and _names_cells([s for s in mentions if start <= s.start_char < end]):
                    told = ("human",)
                pieces.append(StudySettings(start, end, told))
        doc._.study_settings = pieces
        doc._.sentence_settings = self._sentence_settings(sentences, pieces)
        self._set_mentions(text, mentions, sentences, doc._.sentence_settings)
        return doc

    @staticmethod
    def _sentence_settings(
        sentences: Sequence[_Sentence], pieces: Sequence[StudySettings]
    ) -> list[tuple[int, int, Setting]]:
        """A sentence without evidence follows the one before it in its paragraph, else its piece."""
        found: list[tuple[int, int, Setting]] = []
        carried: Setting = "unknown"
        paragraph = -1
        for sentence in sentences:
            piece = next((p for p in pieces if p.start_char <= sentence.start < p.end_char), None)
            main: Setting = piece.settings[0] if piece and piece.settings else "unknown"
            if sentence.paragraph != paragraph:
                paragraph, carried = sentence.paragraph, "unknown"
            own = sentence.evidence.setting if piece else "unknown"
            if own != "unknown":
                # Cells in a dish are spoken of sentence by sentence; subjects are carried on.
                carried = own if own != "in_vitro" else carried
            found.append((sentence.start, sentence.end, own if own != "unknown" else _known(carried, main)))
        return found

    @staticmethod
    def _set_mentions(
        text: str,
        mentions: Sequence[Span],
        sentences: Sequence[_Sentence],
        settings: Sequence[tuple[int, int, Setting]],
    ) -> None:
        starts = [start for start, _, _ in settings]
        for span in mentions:
            place = max(bisect_right(starts, span.start_char) - 1, 0)
            setting = settings[place][2]
            evidence = sentences[place].evidence
            if setting != "unknown" and sum(count > 0 for count in evidence[:3]) > 1:
                clauses = split_clauses(text, sentences[place].start, sentences[place].end)
                clause = clause_at(clauses, span.start_char)
                if clause:
                    setting = _known(sentence_setting(text[clause.start_char : clause.end_char]), setting)
            span._.setting = setting


def _known(first: Setting, second: Setting) -> Setting:
    return first if first != "unknown" else second


@Language.factory("cartographer_setting", assigns=["doc._.sentence_settings", "doc._.study_settings"])
def make_setting(nlp: Language, name: str) -> SettingReader:  # noqa: ARG001 - spaCy's signature
    """Create the component."""
    return SettingReader()
