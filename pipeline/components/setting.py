"""Who or what was studied: human, animal or in_vitro, from the sentence, else from the study around it.

Method: each sentence is searched for words that name subjects ("patients", "mice", "in culture"). Adjectives
of origin ("murine scFv", "mouse antibody", "human T cells", "patient-derived") name no subjects. A mention
takes the setting of its clause, else of its sentence, else of the nearest sentence before it in the
paragraph, else the main setting of its piece. A piece is the document, or one of the stories that a page
strings together; it *tells* a setting when such subjects were studied in it, not recalled or planned.

Attributes set: `doc._.sentence_settings`, `doc._.study_settings`, `span._.setting` of each mention.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, sentences_of, set_span_value, text_of
from pipeline.components.stories import stories
from pipeline.findings import StudySettings
from pipeline.grammar.caseless import lowered_document
from pipeline.grammar.clauses import clause_at, split_clauses
from pipeline.grammar.prefilter import Filtered, opened
from pipeline.grammar.setting_cues import (
    COUNTED_ANIMALS,
    EARLIER,
    EITHER,
    NO_PEOPLE_YET,
    NOT_STUDIED,
    OWN,
    STUDY_STATEMENT,
    Evidence,
    read_evidence,
    sentence_setting,
)
from pipeline.lexicon import therapy_kind
from pipeline.stretches import Stretches, between
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Setting


class _Sentence(NamedTuple):
    start: int
    end: int
    low: str
    paragraph: int
    is_title: bool
    is_background: bool
    evidence: Evidence
    gates: int

    def says(self, pattern: Filtered) -> bool:
        """Whether a pattern is in the sentence."""
        return self.gates & pattern.gate != 0 and pattern.search(self.low) is not None


def _read_sentences(doc: Doc, text: str) -> list[_Sentence]:
    blank_lines = [match.end() for match in re.finditer(r"\n[ \t]*\n", text)]
    sections = doc._.sections
    section_starts = [section.start_char for section in sections]
    is_forum = doc._.kind == "forum"
    found, whole = [], lowered_document(text)
    for first, end in sentences_of(doc):
        start = end - len(text[first:end].lstrip())  # white space belongs to no section
        place = bisect_right(section_starts, start) - 1
        kind = sections[place].kind if place >= 0 else "body"
        words, low = text[start:end], whole[start:end]
        gates = opened(text, start, end)
        if kind in SECTIONS_WITHOUT_FACTS:
            evidence = Evidence(0, 0, 0, False)
        else:
            evidence = read_evidence(words, is_forum or kind == "post", gates, low)
        found.append(
            _Sentence(
                start,
                end,
                low,
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
    return (evidence.counted_people or evidence.animal + evidence.in_vitro > 0) and not sentence.says(
        NOT_STUDIED
    )


def _opening(sentences: Sequence[_Sentence]) -> int:
    """Where a piece says what it is about; 0 where it does not, for a background is shorter than the rest."""
    start = next((s.start for s in sentences if not s.is_title and s.says(STUDY_STATEMENT)), 0)
    return start if sentences and start - sentences[0].start <= sentences[-1].end - start else 0


def _has_background(sentences: Sequence[_Sentence]) -> bool:
    """Whether the sections that are called background leave most of a piece to what was done."""
    of_background = sum(s.end - s.start for s in sentences if s.is_background)
    return 2 * of_background <= sum(s.end - s.start for s in sentences)


def _told(sentences: Sequence[_Sentence], is_registered: bool = False) -> tuple[Setting, ...]:
    """The settings that were studied in a piece, the main one first.

    Args:
        sentences: those of the piece.
        is_registered: whether the piece is an entry of a registry, which registers studies of people.
    """
    opening, has_background = _opening(sentences), _has_background(sentences)
    people = animals = cells = 0.0
    counted = False
    own_animals = own_cells = first_person = False
    names_animals = any(sentence.evidence.animal for sentence in sentences)
    for sentence in sentences:
        evidence = sentence.evidence
        if names_animals and evidence.setting == "human":
            evidence = read_evidence(bare := EITHER.sub("", sentence.low), False, sentence.gates, bare)
        if not any(evidence[:3]):
            continue
        is_own = sentence.says(OWN)
        if sentence.says(NOT_STUDIED) and not (is_own and evidence.animal):
            people += 0.1 * bool(evidence.human)  # enough to tell a human document from one about cars
            continue
        is_recalled = (
            ((sentence.is_background and has_background) or sentence.start < opening)
            and not is_own
            and not sentence.is_title
            and not (evidence.animal and sentence.says(COUNTED_ANIMALS))
        ) or (sentence.says(EARLIER) and not is_own)
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
    is_denied = own_animals and any(sentence.says(NO_PEOPLE_YET) for sentence in sentences)
    if people and not is_denied and (counted or is_registered or not (own_animals or own_cells)):
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
                inside = between(sentences, start, end, attrgetter("start"))
                told = _told(inside, doc._.kind == "registry")
                # A text on such cells that names no subjects speaks of people: animals are always named.
                if not told and _names_cells(between(mentions, start, end, attrgetter("start_char"))):
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
        extents = Stretches((piece.start_char, piece.end_char) for piece in pieces)
        for sentence in sentences:
            place = extents.place(sentence.start)
            piece = None if place is None else pieces[place]
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
            if setting != "unknown" and evidence.is_mixed:
                clauses = split_clauses(text, sentences[place].start, sentences[place].end)
                clause = clause_at(clauses, span.start_char)
                if clause:
                    setting = _known(sentence_setting(text[clause.start_char : clause.end_char]), setting)
            set_span_value(span.doc.user_data, "setting", span.start_char, span.end_char, setting)


def _known(first: Setting, second: Setting) -> Setting:
    return first if first != "unknown" else second


@Language.factory("cartographer_setting", assigns=["doc._.sentence_settings", "doc._.study_settings"])
def make_setting(nlp: Language, name: str) -> SettingReader:  # noqa: ARG001 - spaCy's signature
    """Create the component."""
    return SettingReader()
