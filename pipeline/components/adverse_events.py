"""Adverse events as stated: term, assertion, grade range, figures, and the therapy and cohort they belong to.

Method: sentence by sentence, mentions labelled ADVERSE_EVENT become statements (`grammar.events`); a sentence
that names none but goes on about grades ("Three were grade 3.") continues the last event. One finding is kept
for each distinct (term, assertion, grades, figures) of a document. General words ("adverse events",
"toxicity", "deaths") count only with a figure, a grade or a denial.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("sentencizer"), nlp.add_pipe("cartographer_adverse_events")

Reads `doc.spans["mentions"]` with `span._.assertion`, `span._.setting` and `span.kb_id_`, and
`doc._.cohorts`; fills `doc._.adverse_events`, and mends `span._.assertion` and `span._.cue` where the event
of a mention is judged otherwise. Nothing is read from sections of `SECTIONS_WITHOUT_FACTS`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.event_context import EventContext
from pipeline.components.extensions import MENTIONS, sentences_of, span_value, text_of
from pipeline.findings import AdverseEventFinding, Extent
from pipeline.grammar.assertion.weighed import WEIGHTS_FILE, Place, read_weights, weighed
from pipeline.grammar.conditions.laboratory import laboratory_term
from pipeline.grammar.conditions.terms import GRADED, PLAIN_NAMES, plain_term, without_degree
from pipeline.grammar.events.anaphors import REACH, read_anaphor, with_deaths_of
from pipeline.grammar.events.group_lines import find_group_lines
from pipeline.grammar.events.leads import Event
from pipeline.grammar.events.overlaps import (
    UNSPECIFIC,
    feared_besides,
    with_counts_of_class,
    with_counts_of_revised,
    without_caused_deaths,
    without_heads,
)
from pipeline.grammar.events.relevance import says_something
from pipeline.grammar.events.statements import SentenceReader, Statement
from pipeline.grammar.events.tables import Row, Table, find_rows, find_table, has_header, of_line
from pipeline.grammar.events.wording import CEILING_BEFORE
from pipeline.grammar.grades import find_grades
from pipeline.lexicon import KnowledgeBase, load_knowledge
from pipeline.settings import settings
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Assertion, Setting

# The last word of a name, which the abbreviation after it spells out better.
_HEAD_NOUN: Final = re.compile(r"(?:toxicit(?:y|ies)|syndromes?|events?|reactions?|disease)", re.IGNORECASE)
_BARE_NOUN: Final = re.compile(rf"(?:{GRADED})?(?:events?|toxicit(?:y|ies)|reactions?)", re.IGNORECASE)
_GRADED: Final = re.compile(GRADED, re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\([^()]*\)")
_DEATH: Final = re.compile(r"\b(?:died|deaths?|fatalit(?:y|ies)|fatal events?)\b", re.IGNORECASE)
# A death that is the end of the event before it.
_FATAL_END: Final = re.compile(r"(?:fatal|lethal) (?:outcome|course|end|ending)", re.IGNORECASE)
# What tells that a text is about treatment at all.
_TREATED: Final = re.compile(
    r"\btreat|\bthera(?:py|pies|peutic)|\binfus|\bdos(?:e|es|ed|ing)\b|\bCAR[- ]?[TN]|toxicit|"
    r"adverse|side effect|\bdrug|"
    r"\btransplant|\bvaccin|\binject|\btrial|\bCRS\b|\bICANS\b",
    re.IGNORECASE,
)
# Between an event and the class that it is the commonest of.
_COMMONEST: Final = re.compile(
    r"\s(?:was|were|is|are)\s(?:by far\s|also\s)?(?:the|an?)\s(?:most\s(?:common|frequent)|commonest|main|"
    r"chief|"
    r"leading|predominant|common|frequent)(?:\s[\w-]+)?\s$"
)
#: A sentence without an event may go on about one that stands at most so many sentences before. In reports
#: the grades of an event follow within a paragraph or two.
_TOPIC_REACH: Final = 8

_Key = tuple[object, ...]
#: Judges events of a text anew that stand in one place.
Judge = Callable[[str, Place, Sequence[Event]], list[Event]]


class AdverseEventReader:
    """Fills `doc._.adverse_events`.

    Args:
        knowledge: names of concepts; without it a term comes from the document's abbreviations or the words.
        judge: what weighs the rules' assertion of events; without it that stands.
    """

    def __init__(self, knowledge: KnowledgeBase | None = None, judge: Judge | None = None) -> None:
        self._knowledge = knowledge
        self._judge = judge
        self._terms: dict[str, str] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Read every sentence that may state facts."""
        text = text_of(doc)
        findings: dict[_Key, AdverseEventFinding] = {}
        told: dict[Extent, list[Statement]] = {}
        known: set[str] = set()
        labelled: dict[str, list[Span]] = {}
        for span in doc.spans.get(MENTIONS, ()):  # each look at them makes objects anew
            labelled.setdefault(span.label_, []).append(span)
        context = EventContext(doc, labelled.get("THERAPY", ()))
        is_treated = "THERAPY" in labelled or _TREATED.search(text) is not None
        spans = {(s.start_char, s.end_char): s for s in labelled.get("ADVERSE_EVENT", ())}
        for statement in _statements(doc, sorted(spans.values()), self._judge):
            span = spans[statement.mention]
            term = self._term(context, span)
            sentence = context.sentence(span)
            extent = span.start_char, span.end_char
            if not says_something(text, sentence, extent, statement, term, is_known=term in known):
                continue
            if not is_treated and statement[1:] == ("present", *(None,) * 5):
                continue  # a harm is a harm of something
            told.setdefault(statement.mention, []).append(statement)
            key = (term, statement.assertion, *statement[2:])
            if key not in findings:
                findings[key] = _finding(context, span, term, statement)
            if statement.assertion == "present":
                known.add(term)
        for extent, statements in told.items():
            _agree(spans[extent], statements)
        doc._.adverse_events = _without_bare(list(findings.values()))
        return doc

    def _term(self, context: EventContext, span: Span) -> str:
        concept = span.kb_id_
        if concept in self._terms:
            return self._terms[concept]
        if self._knowledge is not None and concept and concept in self._knowledge:
            term = self._terms[concept] = without_degree(self._knowledge.concept(concept).name.lower())
            return term
        text = span.text
        text = context.long_forms.get(_GRADED.sub("", text, count=1), text)
        term = laboratory_term(text) or plain_term(text)
        return PLAIN_NAMES.get(term, term)


def _without_bare(found: list[AdverseEventFinding]) -> list[AdverseEventFinding]:
    """Drop what only names an event again that the text tells with grade or figures."""

    def is_bare(one: AdverseEventFinding) -> bool:
        return one.assertion == "present" and one[4:9] == (None,) * 5

    detailed = {one.term for one in found if one.assertion == "present" and not is_bare(one)}
    return [one for one in found if not is_bare(one) or one.term not in detailed]


def _sentences(doc: Doc) -> Iterator[tuple[Extent, str]]:
    """Sentences that may state facts, and the headings of their sections."""
    sections = doc._.sections
    place = 0
    for start, end in sentences_of(doc):
        while place < len(sections) and sections[place].end_char <= start:
            place += 1
        is_inside = place < len(sections) and sections[place].start_char <= start
        if not is_inside or sections[place].kind not in SECTIONS_WITHOUT_FACTS:
            yield (start, end), (sections[place].heading or "") if is_inside else ""


def _is_about_former(noun: str, before: str) -> bool:
    """Whether a bare "events" is about the event before it, and neither denied nor in another statement."""
    return (
        _BARE_NOUN.fullmatch(noun) is not None
        and ";" not in _IN_BRACKETS.sub("", before)
        and CEILING_BEFORE.search(before) is None
    )


@lru_cache(maxsize=2_048)
def _read_name(words: str) -> tuple[bool, int]:
    """Whether the words of a mention name a death, and the length of the degree before the event itself."""
    graded = _GRADED.match(words)
    degree = graded.end() if graded and graded.end() < len(words) else 0
    return _DEATH.search(words) is not None, degree


def _events(text: str, spans: Sequence[Span]) -> list[Event]:
    """Events of a sentence; an abbreviation in brackets right after its long form is part of it.

    Args:
        text: text of the document.
        spans: the mentions, of which there is one at least.
    """
    events: list[Event] = []
    data = spans[0].doc.user_data
    for span in spans:
        start, end = span.start_char, span.end_char
        words = text[start:end]
        before = text[events[-1].end_char : start] if events else ""
        if before.strip() in ("(", "[") and text[end : end + 1] in (")", "]"):
            long_form = text[events[-1].start_char : events[-1].end_char]
            source = (start, end) if _HEAD_NOUN.fullmatch(long_form) else events[-1].source
            events[-1] = events[-1]._replace(end_char=end + 1, mention=source)
            continue
        if any(not e.is_death for e in events) and _is_about_former(words, before):
            continue  # "CRS in ten, with grade 3 events in two": told of the event before
        if events and _FATAL_END.fullmatch(words):
            continue  # "colitis in three, in one with a fatal outcome"
        if events and UNSPECIFIC.search(words) and _COMMONEST.search(text, events[-1].end_char, start):
            continue  # "CRS was the most common side effect (18 patients)"
        is_death, degree = _read_name(words)
        assertion, cue = (span_value(data, name, start, end) for name in ("assertion", "cue"))
        events.append(Event(start + degree, end, assertion, cue, is_death, (start, end)))
    return events


def _agree(span: Span, statements: Sequence[Statement]) -> None:
    """Let a mention say what is told of its event, where all of that says otherwise ("rash in 0 of 12").

    What is told of a grade alone ("none was grade 3") says nothing of the event itself.
    """
    assertion = span_value(span.doc.user_data, "assertion", span.start_char, span.end_char)
    said = "possible" if assertion == "hypothetical" else assertion
    whole = [one.assertion for one in statements if one.grade_min is None and one.grade_max is None]
    if whole and all(one.assertion != said for one in statements):
        span._.assertion, span._.cue = whole[0], None


def _write_back(spans: Sequence[Span], events: Sequence[Event], judged: Sequence[Event]) -> None:
    """Let mentions say what was made of their events, and which words decided it."""
    for event, verdict in zip(events, judged, strict=True):
        if verdict is not event:
            first = min(event.source[0], event.start_char)
            for span in spans:  # a long form and its abbreviation are one event
                if first <= span.start_char and span.end_char <= event.end_char:
                    span._.assertion, span._.cue = verdict.assertion, verdict.cue


def _statements(doc: Doc, spans: Sequence[Span], judge: Judge | None) -> Iterator[Statement]:
    text = text_of(doc)
    topic: tuple[Event, int] | None = None
    table: Table | None = None
    last_end = 0
    rows = [*find_rows(text), *find_group_lines(text)]
    starts = [span.start_char for span in spans]  # in the order of the text
    kind, has_table = doc._.kind, has_header(text)
    for number, ((start, end), heading) in enumerate(_sentences(doc)):
        inside = spans[bisect_left(starts, start) : bisect_left(starts, end)]
        events = _events(text, inside) if inside else []
        if rows and (told := _told_in_rows(events, rows)):
            yield from told
            continue
        if judge is not None and events:
            judged = judge(text, Place((start, end), kind, heading), events)
            _write_back(inside, events, judged)
            events = judged
        if "\n\n" in text[max(0, last_end - 2) : start + 1]:
            table = None
        if has_table:
            table = find_table(text, start, end) or table
        last_end = end
        is_near = topic is not None and number - topic[1] <= REACH
        if events:
            events = with_deaths_of(text, start, end, events, topic[0] if topic and is_near else None)
            # An answer in the next sentence says of how many ("Seizures? None of the nine.").
            until = max([end, *(event.cue[1] for event in events if event.cue)])
            header = of_line(table, text, start, end) if table else None
            statements = SentenceReader(text, start, until, events, header).read()
            statements = with_counts_of_class(text, without_heads(text, statements))
            statements = with_counts_of_revised(text, (start, end), statements)
            yield from without_caused_deaths(text, events, statements)
            yield from feared_besides(text, end, events)
            named = [event for event in events if not event.is_death]
            topic = (named[-1], number) if named else topic
        elif topic is not None and _is_graded_on(text, start, end, topic[0], number - topic[1]):
            reader = SentenceReader(text, start, end, events, table)
            yield from reader.read_ellipsis(topic[0]._replace(assertion="present", cue=None))
        elif topic is not None and is_near:
            yield from read_anaphor(text, start, end, topic[0])


def _is_graded_on(text: str, start: int, end: int, topic: Event, n_sentences: int) -> bool:
    """Whether a sentence may go on about the grades of an event that was seen some sentences before."""
    return topic.assertion != "absent" and n_sentences <= _TOPIC_REACH and bool(find_grades(text, start, end))


def _told_in_rows(events: Sequence[Event], rows: Sequence[Row]) -> list[Statement]:
    """What the cells of a table in lines state of the events that their rows name."""
    return [
        Statement(
            event.source,
            "absent" if figure.n == 0 or (figure.n is None and figure.percent == 0) else "present",
            grade.low if grade else None,
            grade.high if grade else None,
            figure.n,
            figure.of,
            figure.percent,
        )
        for event in events
        for row in rows
        if row.name[0] <= event.start_char < row.name[1]
        for grade, figure in row.cells
    ]


def _finding(context: EventContext, span: Span, term: str, statement: Statement) -> AdverseEventFinding:
    extent = span.start_char, span.end_char
    assertion: Assertion = statement.assertion  # type: ignore[assignment]
    setting: Setting = span_value(span.doc.user_data, "setting", *extent)
    cohort = context.cohort(span, statement)
    return AdverseEventFinding(
        statement.mention,
        term,
        assertion,
        setting,
        statement.grade_min,
        statement.grade_max,
        statement.n,
        statement.of,
        statement.percent,
        context.therapy(span, cohort),
        cohort.mention if cohort else None,
    )


@Language.factory(
    "cartographer_adverse_events",
    assigns=["doc._.adverse_events", "span._.assertion", "span._.cue"],
    default_config={"knowledge": None, "weights": None},
)
def make_adverse_events(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    knowledge: str | None,
    weights: str | None,
) -> AdverseEventReader:
    """The component; folder of the knowledge base and file of the weights by default those of the settings.

    Raises:
        ModelError: the weights are missing or can't be read.
    """
    folder = Path(knowledge) if knowledge else settings().knowledge
    file = Path(weights) if weights else settings().weights / WEIGHTS_FILE
    judge = partial(weighed, weights=read_weights(file))
    return AdverseEventReader(load_knowledge(folder) if folder.is_dir() else None, judge)
