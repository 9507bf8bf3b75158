"""What a document speaks of, sentence by sentence, and which therapy a sentence without one refers to.

A sentence on patients that names no therapy speaks of the one that its paragraph named last, else of the one
that its piece is about. A page that strings several pieces together is read piece by piece, and a thread
post by post: what one writer was given says nothing of another's disease.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import Final

from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, sentences_of, text_of
from pipeline.components.relations.therapies import (
    Therapy,
    TherapyReader,
    begin,
    concept_key,
    extent_of,
    main_therapies,
)
from pipeline.findings import Extent, SectionSpan
from pipeline.grammar.clauses import Clause, clause_at, split_clauses
from pipeline.grammar.prefilter import Filtered, compiled, opened
from pipeline.stretches import Stretches, between
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Setting

#: Sections of which a thread consists.
_OF_THREADS: Final = frozenset({"title", "post", "quote", "boilerplate"})
#: How many sentences back "it" may reach: few paragraphs are longer, and some texts are one paragraph.
LOOK_BACK: Final = 20
#: Words by which a sentence turns to what somebody else does.
_OTHERS: Final = compiled(
    r"\b(?:other (?:groups?|products?|compan(?:y|ies)|teams?|trials?|cent(?:re|er)s?|CAR[- ]?Ts?)|rivals?|"
    r"elsewhere|"
    r"by others|others|competitors?|competing)\b",
    re.IGNORECASE,
)

#: The opening of a piece is this part of it.
_OPENING_PART: Final = 4
#: Diseases under which all others fall.
UMBRELLA: Final = re.compile(
    r"^(?:(?:solid|blood|liquid|ha?ematolog\w+|b[- ]cell|autoimmune|rheumat\w+|neurolog\w+|gastrointestinal|"
    r"advanced|"
    r"metastatic|refractory|relapsed|chronic|systemic|other|digestive system)[ -]*)*"
    r"(?:cancers?|tumou?rs?|malignanc(?:y|ies)|neoplasms?|diseases?|disorders?|autoimmunity|conditions?|"
    r"(?:adeno)?carcinomas?)$",
    re.IGNORECASE,
)


@dataclass
class Sentence:
    """A sentence that facts are read from, with its mentions in order, and the document's whole text.

    `gates` has the bits of the patterns that may match in it (`prefilter.opened`): they are asked for three
    times a sentence.
    """

    start: int
    end: int
    text: str
    paragraph: int
    kind: str
    setting: Setting
    mentions: list[Span]
    document: str
    gates: int
    _labelled: dict[str, list[Span]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for span in self.mentions:
            self._labelled.setdefault(span.label_, []).append(span)

    def labelled(self, label: str) -> Sequence[Span]:
        """The mentions with a label."""
        return self._labelled.get(label, ())

    def opens(self, cue: Filtered) -> bool:
        """Whether a pattern may match in it."""
        return self.gates & cue.gate != 0

    def says(self, cue: Filtered) -> bool:
        """Whether a pattern matches in it."""
        return self.gates & cue.gate != 0 and cue.search(self.text) is not None

    def clause(self, char: int) -> Clause:
        """The clause around a character, in characters of the document."""
        clauses = split_clauses(self.document, self.start, self.end)
        return clause_at(clauses, char) or Clause(self.start, self.end, "")

    @property
    def turns_to_others(self) -> bool:
        """Whether it speaks of what other groups do."""
        return self.says(_OTHERS)


class Discourse:
    """Sentences, therapies and pieces of one document."""

    def __init__(self, doc: Doc, reader: TherapyReader) -> None:
        self.doc = doc
        self.text: str = text_of(doc)
        self.mentions: list[Span] = list(doc.spans.get(MENTIONS, ()))
        self.therapies = reader.read(doc, self.mentions)
        self.of: dict[Extent, Therapy] = {
            extent_of(span): therapy for therapy in self.therapies for span in therapy.mentions
        }
        self.sentences = list(self._sentences())
        self._starts = [sentence.start for sentence in self.sentences]
        stories = [(piece.start_char, piece.end_char) for piece in doc._.study_settings]
        self._settings = dict(zip(stories, (piece.settings for piece in doc._.study_settings), strict=True))
        self._stories = Stretches(stories or [(0, len(self.text))])
        self._pieces = Stretches(piece for story in self._stories.extents for piece in self._posts(story))
        self._threads = set(filter(self._is_thread, self._stories.extents))
        self._therapies_at = sorted(
            (span.start_char, place) for place, one in enumerate(self.therapies) for span in one.mentions
        )
        cells = sorted(span.start_char for t in self.therapies if t.is_engineered for span in t.mentions)
        self._has_cells = {
            (start, end): bisect_left(cells, start) < bisect_left(cells, end) for start, end in self.pieces
        }
        self._main = {
            piece: main_therapies(self.named_in(piece), self.text, piece, self.title_end(piece[0]))
            for piece in {*self.pieces, *self._stories.extents}
        }

    def _sentences(self) -> Iterator[Sentence]:
        blank_lines = [match.end() for match in re.finditer(r"\n[ \t]*\n", self.text)]
        sections = self.doc._.sections
        section_starts = [section.start_char for section in sections]
        settings: dict[int, Setting] = {start: setting for start, _, setting in self.doc._.sentence_settings}
        for first, end in sentences_of(self.doc):
            words = self.text[first:end].lstrip()
            start = end - len(words)
            inside = self.within(first, end)
            section = bisect_right(section_starts, start) - 1
            kind = sections[section].kind if section >= 0 else "body"
            if kind not in SECTIONS_WITHOUT_FACTS:
                paragraph = bisect_right(blank_lines, start)
                setting = settings.get(start, "unknown")
                gates = opened(self.text, start, end)
                yield Sentence(start, end, words, paragraph, kind, setting, inside, self.text, gates)

    @property
    def pieces(self) -> list[Extent]:
        """What is read by itself: a story, or a post of a thread."""
        return self._pieces.extents

    def _sections(self, story: Extent) -> Sequence[SectionSpan]:
        return between(self.doc._.sections, *story, begin)

    def _posts(self, story: Extent) -> Iterator[Extent]:
        """The posts of a story and what stands before them; a story without posts is one piece."""
        start, end = story
        posts = [section.start_char for section in self._sections(story) if section.kind == "post"]
        return pairwise([start, *(post for post in posts if start < post), end])

    def _is_thread(self, story: Extent) -> bool:
        return all(section.kind in _OF_THREADS for section in self._sections(story))

    def named_in(self, piece: Extent) -> list[Therapy]:
        """The therapies that a piece names, in the order of the document's."""
        found = between(self._therapies_at, *piece, itemgetter(0))
        return [self.therapies[place] for place in sorted({place for _, place in found})]

    def _story(self, char: int) -> Extent:
        return self._stories.around(char) or self._stories.extents[-1]

    def _thread(self, char: int) -> Extent:
        """The thread around a character; where posts follow a report, the post alone."""
        story = self._story(char)
        return story if story in self._threads else self.piece(char)

    def title_end(self, start: int) -> int:
        """Where the title ends with which a piece begins, after boilerplate maybe; `start` if it has none."""
        sections: Sequence[SectionSpan] = self.doc._.sections
        for place in range(bisect_right(sections, start, key=attrgetter("end_char")), len(sections)):
            kind, _, end, *_ = sections[place]
            if kind != "boilerplate":
                return end if kind == "title" else start
        return start

    def place(self, char: int) -> int | None:
        """The position of the sentence that holds a character; None where no facts are read."""
        place = bisect_right(self._starts, char) - 1
        return place if place >= 0 and char < self.sentences[place].end else None

    def piece(self, char: int) -> Extent:
        """The piece around a character."""
        return self._pieces.around(char) or self.pieces[-1]

    def settings(self, char: int) -> tuple[Setting, ...]:
        """What was studied in the story around a character."""
        told: tuple[Setting, ...] = self._settings.get(self._story(char), ())
        return told

    def main(self, char: int) -> list[Therapy]:
        """The therapies that the piece around a character is about; a thread's title stands for it all."""
        piece, thread = self.piece(char), self._thread(char)
        return self._main[thread if piece[0] == thread[0] else piece]

    def main_of_story(self, char: int) -> list[Therapy]:
        """The engineered cells that the story around a character is about; its piece's where it has none."""
        main = self._main[self._story(char)]
        return main if any(therapy.is_engineered for therapy in main) else self.main(char)

    def main_diseases(self, char: int, candidates: Sequence[Span]) -> list[Span]:
        """The diseases that a piece is about: those of its title, else the one that it names most often.

        A post that names none speaks of its thread's.

        Args:
            char: a character of the piece.
            candidates: disease mentions that may be meant, in order.
        """
        for start, end in (self.piece(char), self._thread(char)):
            inside = list(between(candidates, start, end, begin))
            if inside:
                break
        title_end = self.title_end(start)
        inside = [span for span in inside if not UMBRELLA.match(span.text)] or inside
        first: dict[str, Span] = {}
        for span in inside:
            first.setdefault(concept_key(span), span)
        titled = {concept_key(span) for span in inside if span.start_char < title_end}
        if titled:
            return [first[key] for key in first if key in titled]
        counts = Counter(concept_key(span) for span in inside)
        if not counts:
            return []
        (best, count), *rest = counts.most_common(2)
        # One disease must stand out, or nothing says which is meant; "CLL or SLL" stand out together.
        if count == 1 or (rest and rest[0][1] == count):
            # … or open the piece alone: the first sentence with a disease says what the text is about.
            opening = [s for s in inside if s.sent.start_char == inside[0].sent.start_char]
            is_early = inside[0].start_char < start + (end - start) / _OPENING_PART
            if len({concept_key(span) for span in opening}) == 1 and is_early:
                return [inside[0]]
            return []
        group = next(group for group in runs(self.text, inside) if first[best] in group)
        return [first[best], *[first[key] for key in dict.fromkeys(map(concept_key, group)) if key != best]]

    def within(self, start: int, end: int) -> list[Span]:
        """The mentions that begin between two characters, in order."""
        return list(between(self.mentions, start, end, begin))

    def specific(self, sentence: Sentence) -> list[Span]:
        """Therapy mentions of a sentence that are more than "CAR T cells"."""
        return [span for span in sentence.labelled("THERAPY") if self.of[extent_of(span)].form != "generic"]

    def engineered(self, sentence: Sentence) -> list[Therapy]:
        """The engineered cells that a sentence names by more than "CAR T cells"."""
        found = [self.of[extent_of(span)] for span in self.specific(sentence)]
        return [therapy for therapy in found if therapy.is_engineered]

    def leads(self, therapy: Therapy, char: int) -> bool:
        """Whether the piece around a character may be about a therapy: engineered cells, else any."""
        return therapy.is_engineered or not self._has_cells[self.piece(char)]

    def spoken_of(self, place: int, ahead: bool = False, in_thread: bool = True) -> list[Therapy]:
        """The therapies that a sentence without one of its own speaks of.

        Args:
            place: position of the sentence.
            ahead: whether the next sentence may name them ("Can X help in Y? …").
            in_thread: whether a post may speak of what its thread is about.
        """
        sentence = self.sentences[place]
        if sentence.turns_to_others:
            return []
        main = self.main(sentence.start)
        for earlier in reversed(self.sentences[max(0, place - LOOK_BACK) : place]):
            if earlier.paragraph != sentence.paragraph:
                break
            if named := self.engineered(earlier):
                return main if named[-1] in main else named[-1:]
        if ahead and place + 1 < len(self.sentences):
            following = self.sentences[place + 1]
            if following.paragraph == sentence.paragraph and not following.labelled("DISEASE"):
                named = self.engineered(following)
                if named and not any(therapy in main for therapy in named):
                    return named
        if in_thread and not any(therapy.is_engineered for therapy in main):
            return self._main[self._thread(sentence.start)]
        return main


def runs(text: str, spans: Sequence[Span]) -> list[list[Span]]:
    """Mentions of one kind in order, grouped where the text enumerates them ("A, B (x) and C").

    Mentions that lie inside another one of the kind stay with it.
    """
    grouped: list[list[Span]] = []
    for span in spans:
        if grouped:
            last = grouped[-1][-1]
            gap = text[last.end_char : span.start_char] if last.end_char <= span.start_char else ""
            if last.end_char > span.start_char or _LISTED.match(gap):
                grouped[-1].append(span)
                continue
        grouped.append([span])
    return grouped


_LISTED: Final = re.compile(
    r"^\s*(?:\([^()]*\)|n ?= ?\d+|\d+)?\s*[®™]?\s*\)?\s*"
    r"(?:[,;/|–-]|,?\s*(?:and|or|plus|as well as|and/or)\b,?|\()\s*(?:and\b|or\b)?,?\s*"
    r"(?:(?:also|the|an?|one|two|three|four|five|six|seven|eight|nine|ten|\d+|with|severe|refractory|"
    r"relapsed|"
    r"generali[sz]ed|since [\w ]{1,20},|newly|of|in|for|active|chronic|primary|other) ){0,4}$",
    re.IGNORECASE,
)
