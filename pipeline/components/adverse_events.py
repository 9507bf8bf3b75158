"""Adverse events as stated: term, assertion, grade range, figures, and the therapy and cohort they belong to.

Method: sentence by sentence, mentions labelled ADVERSE_EVENT become statements (`event_statements`); a
sentence that names none but goes on about grades ("Three were grade 3.") continues the last event. One
finding is kept for each distinct (term, assertion, grades, figures) of a document. General words ("adverse
events", "toxicity", "deaths") count only with a figure, a grade or a denial.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("sentencizer"), nlp.add_pipe("cartographer_adverse_events")

Reads `doc.spans["mentions"]` with `span._.assertion`, `span._.setting` and `span.kb_id_`, and
`doc._.cohorts`; fills `doc._.adverse_events`. Nothing is read from sections of `SECTIONS_WITHOUT_FACTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.findings import AdverseEventFinding, CohortFinding, Extent
from pipeline.grammar.event_statements import Event, SentenceReader, Statement
from pipeline.grammar.event_tables import Row, Table, find_rows, find_table
from pipeline.grammar.grades import find_grades
from pipeline.grammar.laboratory import laboratory_term
from pipeline.lexicon import KnowledgeBase, load_knowledge
from pipeline.settings import settings
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, Assertion, Setting

_DEATH: Final = re.compile(r"\b(?:died|deaths?|fatalit(?:y|ies)|fatal events?)\b", re.IGNORECASE)
#: Terms that say nothing by themselves: kept with a figure, a grade or a denial only.
_GENERAL: Final = frozenset(
    {
        "adverse event",
        "serious adverse event",
        "toxicity",
        "death",
        "side effect",
        "adverse reaction",
        "complication",
    }
)
# What tells that a text is about treatment at all.
_TREATED: Final = re.compile(
    r"\btreat|\bthera(?:py|pies|peutic)|\binfus|\bdos(?:e|es|ed|ing)\b|\bCAR[- ]?[TN]|toxicit|"
    r"adverse|side effect|\bdrug|"
    r"\btransplant|\bvaccin|\binject|\btrial|\bCRS\b|\bICANS\b",
    re.IGNORECASE,
)
# What is done about an event, or how it is measured, states nothing about its occurrence.
_ABOUT: Final = re.compile(
    r"\b(?:tocilizumab|steroids?|dexamethasone|anakinra|corticosteroids?|treatment|therapy|management|"
    r"prophylaxis|managed|"
    r"used|given|guidelines?|criteria|grading|graded|definitions?|scale|biomarkers?|predictors?|"
    r"model) (?:only )?(?:for|of|against)"
    r"(?: the| any| severe)? $|"
    r"\b(?:rel(?:y|ies|ied|ying)|reliance|depend(?:s|ed|ing)?) (?:\w+ )?(?:up)?on (?:[\w-]+ ){0,2}$",
    re.IGNORECASE,
)
# What a text does not mention is not denied.
_UNTOLD: Final = re.compile(
    r"\b(?:no|not|without)\b[^.;]{0,40}?\b(?:word|mention|information|data)(?: (?:of|on|about)(?: any)?)? $|"
    r"\b(?:mentions?|tells? of|speaks? of) (?:neither|no|nothing (?:of|on|about))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# A noun that makes the event the name of something else ("GVHD prophylaxis").
_NAMES_MORE: Final = re.compile(
    r"\s(?:management|grading|guidelines?|criteria|prophylaxis|prevention|medications?|scores?)\b",
    re.IGNORECASE,
)
_ABOUT_AFTER: Final = re.compile(
    r"\s?(?:(?:was|were|is|are|will be|to be) (?:counted|assessed|defined|graded|"
    r"evaluated|monitored|recorded over)|management|grading|grade (?:was|were) assessed|"
    r"guidelines?|criteria|prophylaxis|prevention|"
    r"medications?|treatment)\b|\s?[:=–-]\s?(?:n/?[ra]|not (?:reported|stated|given|mentioned))\b",
    re.IGNORECASE,
)
# "It is not CRS" tells what something else is, "no difference in the rate of infections" compares.
_IDENTITY: Final = re.compile(
    r"\b(?:it|this|that|these|they) (?:is|was|are|were)(?: not|n['’]t) (?:an? )?$", re.IGNORECASE
)
_COMPARED: Final = re.compile(
    r"\bno (?:\w+ ){0,2}(?:difference|change|increase|decrease|association|correlation|"
    r"effect)s?\b[^.;,]{0,40}$",
    re.IGNORECASE,
)
_ANAPHOR: Final = re.compile(r"\b(?:the|this|that|these|those|its|their|such) $", re.IGNORECASE)
# Deaths of the disease, endpoints that count deaths, and the death of cells.
_OTHER_DEATH: Final = re.compile(
    r"(?:recurrence|relapse|progression|rejection) or $|(?:cell|programmed|apoptotic|hazard of|risk of|"
    r"time to) $",
    re.IGNORECASE,
)
_OTHER_DEATH_AFTER: Final = re.compile(
    r"\s*(?:(?!not |other |un)\w+ ){0,6}?(?:of|from|due to|with) (?:\w+ ){0,2}(?:progress\w+|disease|"
    r"relapse|cancer|"
    r"tumou?r|leuk\w+|lymphoma|myeloma|"
    r"glioma|them\b|it\b)|[- ](?:1|ligand|receptor)",
    re.IGNORECASE,
)
_OBSERVED: Final = re.compile(
    r"\b(?:was|were|had|occurred|developed|experienced|reported|observed|seen|met|recorded|as an?|"
    r"the only|turned|"
    r"hit|got|resulted|suffered|noted|came)\b",
    re.IGNORECASE,
)
# A cause of death that names no event: "no deaths from adverse events" denies deaths.
_UNSPECIFIC: Final = re.compile(r"adverse|\bAEs?\b|events?$|toxicit|treatment", re.IGNORECASE)
_REPORTS: Final = re.compile(
    r"\b(?:occurred|developed|experienced|was (?:seen|observed|reported)|were (?:seen|"
    r"observed|reported)|had|after (?:an?|one|two|three|\d+)(?= ))\b|\b\d+ ?/ ?\d+\b|"
    r"\b\d+ ?\(\d+(?:\.\d+)? ?%\)",
    re.IGNORECASE,
)
# A remark right after an event: "a concern with such binders", "a harm that we had feared".
_FEARED_REMARK: Final = re.compile(
    r"(?:\s\([^()]*\))?(?:,|\s[–—-])\s(?:an?|the|our|one)\s(?:[\w-]+\s){0,3}?(?:(?:concern|worry|fear|hazard|"
    r"risk|danger)s?\b|"
    r"(?:\w+)\s[^,;.]{0,40}?\b(?:feared|expected|dreaded|worried|anticipated|warned)\b)[^,;.–—]*[,–—]",
    re.IGNORECASE,
)
# What may stand between a death and the event that caused it; "something other than" names another cause.
_CAUSES: Final = re.compile(
    r"(?!.*\b(?:other|unrelated|something)\b)[^.;]*?(?:\b(?:of|from|to|by|with|after|and|"
    r"or)|[(,:–—-])\s*(?:[\w-]+\s+){0,2}(?:n\s?=\s?\d+;?\s*)?",
    re.IGNORECASE | re.DOTALL,
)
#: Characters between a death and its cause: a clause's length.
_CAUSE_REACH: Final = 90
#: A sentence without an event may go on about one that stands at most so many sentences before. In reports
#: the grades of an event follow within a paragraph or two.
_TOPIC_REACH: Final = 8

# "CRS, treated with X", "X for CRS": a therapy against the event.
_TREATED_WITH: Final = re.compile(
    r"\b(?:treat\w*|manag\w*|respond\w*|resol\w*|improv\w*|recover\w*|controlled|reversed|abated|subsided|"
    r"requir\w*|"
    r"needed|given|received|got)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_REMEDY_FOR: Final = re.compile(
    r"^[^.;]{0,30}\b(?:for|against|to (?:treat|control|manage|prevent)|as (?:treatment|prophylaxis) (?:of|"
    r"for)) "
    r"(?:the |their |his |her )?(?:[\w≥-]+ ){0,3}$",
    re.IGNORECASE,
)
# What makes a therapy the cause of an event, from one to the other.
_CAUSED_BY: Final = re.compile(
    r"[^.;,]{0,30}\b(?:caused by|due to|from|after|following|on|during|induced by|associated with|related to|"
    r"attributed to|"
    r"secondary to|with|of|by|in)\b(?: (?:the|an?|[\w-]+)){0,3} ",
    re.IGNORECASE,
)
_CAUSING: Final = re.compile(
    r"[-‐‑ ](?:(?:induced|related|associated|treated|mediated)\b|[^.;,]{0,20}\b(?:caus\w+|induc\w+|"
    r"trigger\w+|produc\w+|"
    r"led to|leads to|resulted in|associated with|developed|experienced|had)\b)(?: [\w≥-]+){0,4} ",
    re.IGNORECASE,
)

_Key = tuple[object, ...]


#: Everyday words and abbreviations for the terms that a document need not spell out.
_PLAIN_NAMES: Final = {
    "died": "death",
    "fatal event": "death",
    "fatality": "death",
    "mortality": "death",
    "ae": "adverse event",
    "event": "adverse event",
    "side effect": "adverse event",
    "adverse effect": "adverse event",
    "adverse reaction": "adverse event",
    "sae": "serious adverse event",
    "dlt": "dose-limiting toxicity",
    "dose-limiting event": "dose-limiting toxicity",
    "dose-limiting toxic effect": "dose-limiting toxicity",
    "dose limiting toxicity": "dose-limiting toxicity",
    "crs": "cytokine release syndrome",
    "icans": "immune effector cell-associated neurotoxicity syndrome",
    "neuro": "neurotoxicity",
    "neurotox": "neurotoxicity",
    "neuro event": "neurotoxicity",
    "neuro toxicity": "neurotoxicity",
    "neurological event": "neurotoxicity",
    "neurologic event": "neurotoxicity",
    "neurologic toxicity": "neurotoxicity",
    "neurological toxicity": "neurotoxicity",
    "gvhd": "graft-versus-host disease",
}


# A mention that took a grade along: "grade 3 pneumonitis".
_GRADED: Final = r"(?:\w+ )?(?:grades?|gr\.?) ?[≥>=]* ?[1-5](?: ?(?:-|/|or) ?[1-5])? "


def plain_term(text: str) -> str:
    """A mention's words as a term: lower case, one hyphen, American spelling, singular of the last word.

    Example:
        >>> plain_term("Treatment-related Anaemias")
        'anemia'
    """
    term = re.sub(r"[\u2010-\u2015]", "-", " ".join(text.lower().split()))
    for british, american in (
        ("aemi", "emi"),
        ("haem", "hem"),
        ("oedema", "edema"),
        ("rrhoea", "rrhea"),
        ("pnoea", "pnea"),
        ("tumour", "tumor"),
    ):
        term = term.replace(british, american)
    term = re.sub(rf"^{_GRADED}", "", term)
    term = re.sub(
        r"^(?:(?:prolonged|long-term|long-lasting|lasting|broad|profound|unwanted|persistent|"
        r"transient|mild|moderate|severe|recurrent|frequent|"
        r"common|occasional|any|some) )+",
        "",
        term,
    )
    term = re.sub(r"^(?:treatment|therapy|drug)[- ](?:related|emergent) ", "", term)
    if term in _PLAIN_NAMES or text.isupper():  # "ICANS" is no plural
        return term
    if term.removesuffix("s") in _PLAIN_NAMES:
        return term.removesuffix("s")
    if re.search(r"ies$", term) and len(term) > 5:
        return term[:-3] + "y"
    return term[:-1] if re.search(r"[a-z]{3}(?<![sui])s$", term) else term


#: Degree and duration, which are no part of a term.
_DEGREE: Final = re.compile(
    r"^(?:prolonged|serious|severe|delayed|persistent|transient) (?!adverse|reaction|event|effect)(?=\w)"
)


def _without_degree(term: str) -> str:
    """A term without words of degree ("prolonged cytopenia" is a cytopenia)."""
    return _DEGREE.sub("", term)


class AdverseEventReader:
    """Fills `doc._.adverse_events`.

    Args:
        knowledge: names of concepts; without it a term comes from the document's abbreviations or the words.
    """

    def __init__(self, knowledge: KnowledgeBase | None = None) -> None:
        self._knowledge = knowledge

    def __call__(self, doc: Doc) -> Doc:
        """Read every sentence that may state facts."""
        text = text_of(doc)
        findings: dict[_Key, AdverseEventFinding] = {}
        known: set[str] = set()
        therapies = [
            s for s in doc.spans.get(MENTIONS, ()) if s.label_ == "THERAPY" and s._.assertion == "present"
        ]
        is_treated = _is_about_treatment(doc)
        spans = {
            (s.start_char, s.end_char): s for s in doc.spans.get(MENTIONS, ()) if s.label_ == "ADVERSE_EVENT"
        }
        for statement in _statements(doc, sorted(spans.values())):
            span = spans[statement.mention]
            term = self._term(doc, span)
            if not _counts(text, span, term, statement, term in known):
                continue
            if not is_treated and statement[1:] == ("present", *(None,) * 5):
                continue  # a harm is a harm of something
            key = (term, statement.assertion, *statement[2:])
            if key not in findings:
                findings[key] = _finding(doc, span, term, statement, therapies)
            if statement.assertion == "present":
                known.add(term)
        doc._.adverse_events = _without_bare(list(findings.values()))
        return doc

    def _term(self, doc: Doc, span: Span) -> str:
        if self._knowledge is not None and span.kb_id_ and span.kb_id_ in self._knowledge:
            return _without_degree(self._knowledge.concept(span.kb_id_).name.lower())
        text = span.text
        for short, long in doc._.abbreviations:
            if text_of(doc)[short[0] : short[1]] == re.sub(_GRADED, "", text, count=1, flags=re.IGNORECASE):
                text = text_of(doc)[long[0] : long[1]]
                break
        term = laboratory_term(text) or plain_term(text)
        return _PLAIN_NAMES.get(term, term)


def _without_bare(found: list[AdverseEventFinding]) -> list[AdverseEventFinding]:
    """Drop what only names an event again that the text tells with grade or figures."""

    def is_bare(one: AdverseEventFinding) -> bool:
        return one.assertion == "present" and one[4:9] == (None,) * 5

    detailed = {one.term for one in found if one.assertion == "present" and not is_bare(one)}
    return [one for one in found if not is_bare(one) or one.term not in detailed]


def _is_about_treatment(doc: Doc) -> bool:
    return _TREATED.search(text_of(doc)) is not None or any(
        span.label_ == "THERAPY" for span in doc.spans.get(MENTIONS, ())
    )


def _sentences(doc: Doc) -> Iterator[Span]:
    """Sentences that may state facts."""
    sections = doc._.sections
    place = 0
    for sentence in doc.sents:
        while place < len(sections) and sections[place].end_char <= sentence.start_char:
            place += 1
        is_inside = place < len(sections) and sections[place].start_char <= sentence.start_char
        if not is_inside or sections[place].kind not in SECTIONS_WITHOUT_FACTS:
            yield sentence


def _events(text: str, spans: Sequence[Span]) -> list[Event]:
    """Events of a sentence; an abbreviation in brackets right after its long form is part of it."""
    events: list[Event] = []
    for span in spans:
        start, end = span.start_char, span.end_char
        before = text[events[-1].end_char : start] if events else ""
        if before.strip() in ("(", "[") and text[end : end + 1] in (")", "]"):
            events[-1] = events[-1]._replace(end_char=end + 1, mention=events[-1].source)
            continue
        is_death = _DEATH.search(span.text) is not None
        graded = re.match(_GRADED, span.text, re.IGNORECASE)
        inner = start + graded.end() if graded and graded.end() < len(span.text) else start
        events.append(Event(inner, end, span._.assertion, span._.cue, is_death, (start, end)))
    return events


def _statements(doc: Doc, spans: Sequence[Span]) -> Iterator[Statement]:
    text = text_of(doc)
    topic: tuple[Event, int] | None = None
    table: Table | None = None
    last_end = 0
    rows = find_rows(text)
    for number, sentence in enumerate(_sentences(doc)):
        start, end = sentence.start_char, sentence.end_char
        events = _events(text, [span for span in spans if start <= span.start_char < end])
        if rows and (told := _told_in_rows(events, rows)):
            yield from told
            continue
        if doc._.kind == "registry":
            events = [_as_planned(text[start:end], event) for event in events]
        if "\n\n" in text[max(0, last_end - 2) : start + 1]:
            table = None
        table = find_table(text, start, end) or table
        last_end = end
        if events:
            statements = SentenceReader(text, start, end, events, table).read()
            yield from _without_caused_deaths(text, events, statements)
            yield from _feared_besides(text, end, events)
            named = [event for event in events if not event.is_death]
            topic = (named[-1], number) if named else topic
        elif topic is not None and number - topic[1] <= _TOPIC_REACH and find_grades(text, start, end):
            reader = SentenceReader(text, start, end, events, table)
            yield from reader.read_ellipsis(topic[0]._replace(assertion="present", cue=None))


def _feared_besides(text: str, end: int, events: Sequence[Event]) -> Iterator[Statement]:
    """What a remark says was feared, beside what became of it ("no X, a concern ever since …, was seen")."""
    for event in events:
        remark = _FEARED_REMARK.match(text, event.end_char, end)
        if remark and event.assertion in ("present", "absent"):
            yield Statement(event.source, "possible")


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


def _as_planned(sentence: str, event: Event) -> Event:
    """A registry entry tells what would count, unless the sentence reports."""
    if event.assertion != "present" or _REPORTS.search(sentence):
        return event
    return event._replace(assertion="possible")


def _without_caused_deaths(
    text: str, events: Sequence[Event], statements: Sequence[Statement]
) -> Iterator[Statement]:
    """A death whose cause is an event is that event at grade 5, not a death besides; its figures go along."""
    deaths = {event.source for event in events if event.is_death}
    caused: dict[Extent, Statement] = {}
    for fatal in (s for s in statements if s.grade_min == 5 and s.mention not in deaths):
        for death in (s for s in statements if s.mention in deaths):
            gap = text[death.mention[1] : fatal.mention[0]]
            if fatal.assertion == "absent" and _UNSPECIFIC.search(text[slice(*fatal.mention)]):
                continue
            if len(gap) < _CAUSE_REACH and _CAUSES.fullmatch(gap):
                caused[death.mention] = death
    for statement in statements:
        is_unspecific = _UNSPECIFIC.search(text[slice(*statement.mention)]) is not None
        if statement.mention in caused or (
            is_unspecific and statement.assertion == "absent" and statement.grade_min == 5 and deaths
        ):
            continue
        before = [d for d in caused.values() if d.mention[1] <= statement.mention[0]]
        is_bare = statement.grade_min == 5 and statement[4:] == (None, None, None)
        if before and is_bare and statement.assertion == "present":
            yield statement._replace(n=before[-1].n, of=before[-1].of, percent=before[-1].percent)
        else:
            yield statement


def _counts(text: str, span: Span, term: str, statement: Statement, is_known: bool) -> bool:
    """Whether the statement says something of its own."""
    if statement.assertion == "historical":
        return False
    has_figures = statement[2:] != (None,) * 5
    sentence = span.sent
    before = text[sentence.start_char : span.start_char]
    after = text[span.end_char : sentence.end_char]
    if statement.assertion == "absent" and _IDENTITY.search(before):
        return False
    if _UNTOLD.search(before) or (not has_figures and _NAMES_MORE.match(after)):
        return False
    if term == "death" and (_OTHER_DEATH.search(before) or _OTHER_DEATH_AFTER.match(after)):
        return False
    if statement.assertion == "absent" or has_figures:
        return True
    if term == "dose-limiting toxicity":
        is_measured = _ABOUT_AFTER.match(after) is not None
        return statement.assertion == "possible" or (
            not is_measured and _OBSERVED.search(before + " " + after) is not None
        )
    if term in _GENERAL:
        return term in ("death", "serious adverse event") and statement.assertion == "possible"
    if statement.assertion == "present" and _ANAPHOR.search(before) and is_known:
        return False
    if _COMPARED.search(before):
        return False
    return not (_ABOUT.search(before) or _ABOUT_AFTER.match(after))


def _finding(
    doc: Doc, span: Span, term: str, statement: Statement, therapies: Sequence[Span]
) -> AdverseEventFinding:
    assertion: Assertion = statement.assertion  # type: ignore[assignment]
    setting: Setting = span._.setting
    cohort = _cohort(doc, span, statement)
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
        _therapy(span, cohort, therapies),
        cohort.mention if cohort else None,
    )


def _cohort(doc: Doc, span: Span, statement: Statement) -> CohortFinding | None:
    """The group at risk: of the stated size, else the study's only treated one."""
    cohorts: list[CohortFinding] = doc._.cohorts
    if statement.of is not None:
        sized = [c for c in cohorts if c.n == statement.of]
        near = [c for c in sized if span.sent.start_char <= c.mention[0] < span.sent.end_char]
        return next(iter(near or sized), None)
    treated = [c for c in cohorts if c.role == "treated"]
    return treated[0] if len(treated) == 1 else None


def _is_remedy(text: str, event: Span, therapy: Span) -> bool:
    """Whether the words between an event and a therapy say that it was given against the event."""
    if therapy.start_char < event.end_char:
        return _REMEDY_FOR.search(text[therapy.end_char : event.start_char]) is not None
    return _TREATED_WITH.search(text[event.end_char : therapy.start_char]) is not None


def _is_blamed(text: str, event: Span, therapy: Span) -> bool:
    """Whether the words between an event and a therapy make the therapy its cause."""
    if therapy.start_char < event.end_char:
        return _CAUSING.fullmatch(text[therapy.end_char : event.start_char]) is not None
    return _CAUSED_BY.fullmatch(text[event.end_char : therapy.start_char]) is not None


def _therapy(span: Span, cohort: CohortFinding | None, therapies: Sequence[Span]) -> Extent | None:
    """The therapy that the sentence names, else the cohort's, else the document's only one."""
    start, end = span.sent.start_char, span.sent.end_char
    text = text_of(span.doc)
    near = [s for s in therapies if start <= s.start_char < end and not _is_remedy(text, span, s)]
    blamed = [s for s in near if _is_blamed(text, span, s)]
    for named in (near, blamed):
        if len({s.kb_id_ or s.text for s in named}) == 1:
            return named[0].start_char, named[0].end_char
    if cohort is not None and cohort.therapy is not None:
        return cohort.therapy
    if len({s.kb_id_ or s.text for s in therapies}) == 1:
        return therapies[0].start_char, therapies[0].end_char
    return None


@Language.factory(
    "cartographer_adverse_events",
    assigns=["doc._.adverse_events"],
    default_config={"knowledge": None},
)
def make_adverse_events(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    knowledge: str | None,
) -> AdverseEventReader:
    """The component. `knowledge`: folder of the knowledge base; by default that of the settings, if there."""
    folder = Path(knowledge) if knowledge else settings().knowledge
    return AdverseEventReader(load_knowledge(folder) if folder.is_dir() else None)
