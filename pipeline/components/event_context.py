"""What a document says besides its adverse events: the groups and therapies that an event may belong to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from spacy.tokens import Doc, Span

from pipeline.components.extensions import sentences_of, span_value, text_of
from pipeline.findings import CohortFinding, Extent
from pipeline.grammar.events.blame import is_blamed, is_remedy
from pipeline.grammar.events.statements import Statement


class EventContext:
    """What a document says besides events, looked up by the thousand in a long one.

    Args:
        doc: with its groups and abbreviations.
        therapies: mentions of therapies, in order.

    Attributes:
        long_forms: short form → the words that it stands for, as first told.
    """

    def __init__(self, doc: Doc, therapies: Sequence[Span]) -> None:
        text, data = text_of(doc), doc.user_data
        self.long_forms: dict[str, str] = {}
        for short, long in doc._.abbreviations:
            self.long_forms.setdefault(text[short[0] : short[1]], text[long[0] : long[1]])
        self._therapies = [
            s for s in therapies if span_value(data, "assertion", s.start_char, s.end_char) == "present"
        ]
        self._sentences = sentences_of(doc)
        self._firsts = [start for start, _ in self._sentences]
        self._starts = [s.start_char for s in self._therapies]
        is_alone = len({s.kb_id_ or s.text for s in self._therapies}) == 1
        self._only = self._therapies[0] if is_alone else None
        self._by_size: dict[int | None, list[CohortFinding]] = {}
        for cohort in doc._.cohorts:
            self._by_size.setdefault(cohort.n, []).append(cohort)
        treated = [cohort for cohort in doc._.cohorts if cohort.role == "treated"]
        self._treated = treated[0] if len(treated) == 1 else None

    def sentence(self, span: Span) -> Extent:
        """The sentence in which a mention begins; spaCy seeks it from token to token."""
        return self._sentences[bisect_right(self._firsts, span.start_char) - 1]

    def cohort(self, span: Span, statement: Statement) -> CohortFinding | None:
        """The group at risk: of the stated size, else the study's only treated one."""
        if statement.of is None:
            return self._treated
        sized = self._by_size.get(statement.of, [])
        start, end = self.sentence(span)
        near = [c for c in sized if start <= c.mention[0] < end]
        return next(iter(near or sized), None)

    def therapy(self, span: Span, cohort: CohortFinding | None) -> Extent | None:
        """The therapy that the sentence names, else the cohort's, else the document's only one."""
        text, event = text_of(span.doc), (span.start_char, span.end_char)
        near = [
            s
            for s in self._therapies_within(*self.sentence(span))
            if not is_remedy(text, event, (s.start_char, s.end_char))
        ]
        blamed = [s for s in near if is_blamed(text, event, (s.start_char, s.end_char))]
        for named in (near, blamed):
            if len({s.kb_id_ or s.text for s in named}) == 1:
                return named[0].start_char, named[0].end_char
        if cohort is not None and cohort.therapy is not None:
            return cohort.therapy
        return (self._only.start_char, self._only.end_char) if self._only is not None else None

    def _therapies_within(self, start: int, end: int) -> list[Span]:
        """Therapies that somebody gets and that are named between two characters."""
        return self._therapies[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
