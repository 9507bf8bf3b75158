"""Words that take up an adverse event told before: "eight of 39 had the syndrome", "one died of it".

Such a word is read like the event itself, in a sentence that names none or after the event in its own. Only
what it adds counts: a figure, a grade or a death. Pure functions on characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.findings import Extent
from pipeline.grammar.assertion.rules import Mention, judge_sentence
from pipeline.grammar.events.leads import Event
from pipeline.grammar.events.statements import SentenceReader, Statement
from pipeline.grammar.prefilter import compiled, opened

#: Sentences between an event and a word that takes it up.
REACH: Final = 2

_BEARING: Final = (
    r"(?:had|got|gets|develop(?:ed|s)?|experienced|suffered|suffered from|contracted|met|showed|"
    r"(?:died|dead|dying) (?:of|from)|deaths? (?:of|from)|succumbed to|killed by)"
)
_ANAPHOR: Final = compiled(
    r"\b(?:the|this|that) (?:syndrome|complication|disorder|condition|phenomenon)\b(?! of\b)|"
    rf"\b{_BEARING} (?P<it>it|this)\b(?=\s?[.,;:)]|$| (?:too|as well|again|later|twice|on|in|within|"
    r"at|after|during|and)\b)",
    re.IGNORECASE,
)
_DIED_OF: Final = compiled(
    r"\b(?:died|dying|deaths?|dead|succumbed|killed) (?:of|from|to|by) "
    r"(?P<it>it|this|the (?:syndrome|complication|condition))\b",
    re.IGNORECASE,
)


def read_anaphor(text: str, start: int, end: int, topic: Event) -> list[Statement]:
    """What a sentence without an event of its own adds to the one told before.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        topic: the event told before.
    """
    is_opened = opened(text, start, end) & _ANAPHOR.gate
    found = _ANAPHOR.search(text, start, end) if is_opened else None
    if found is None or topic.assertion == "absent":
        return []
    event = _taking_up(text, start, end, found.span("it") if found["it"] else found.span(), topic)
    read = SentenceReader(text, start, end, [event]).read()
    return [statement for statement in read if statement[2:] != (None,) * 5]


def with_deaths_of(
    text: str, start: int, end: int, events: Sequence[Event], topic: Event | None
) -> list[Event]:
    """Events of a sentence, with the word that takes one up where it says that somebody died of it.

    Args:
        text: text of the document.
        start: first character of the sentence.
        end: character after its last one.
        events: the events of the sentence.
        topic: the event told in a sentence before, if near.
    """
    is_opened = opened(text, start, end) & _DIED_OF.gate
    found = _DIED_OF.search(text, start, end) if is_opened else None
    if found is None or events[-1].end_char > found.start("it"):
        return list(events)
    others = [event for event in events if event.start_char != found.start()]
    named = [event for event in others if not event.is_death]
    before = named[-1] if named else topic
    return [*others, _taking_up(text, start, end, found.span("it"), before)] if before else list(events)


def _taking_up(text: str, start: int, end: int, place: Extent, topic: Event) -> Event:
    """The word at a place, judged as the event would be."""
    judged = judge_sentence(text, start, end, [Mention(*place, "ADVERSE_EVENT")]).get(place)
    assertion, cue = (judged.assertion, judged.cue) if judged else ("present", None)
    return Event(*place, assertion, cue, mention=topic.source)
