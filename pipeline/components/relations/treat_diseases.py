"""The diseases that a document may tell the use of a therapy in: sentence by sentence, and what it is about.

What is denied, excluded, a harm or a part of another name is left out; a sentence on how many live with a
disease tells no use, and yet what the text is about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from spacy.tokens import Span

from pipeline.components.extensions import span_value
from pipeline.components.relations.discourse import LOOK_BACK, Discourse, Sentence, runs
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.findings import Extent
from pipeline.grammar.treat_cues import (
    BACKGROUND,
    COMORBID,
    EXCLUDED,
    EXCLUSIONS,
    LEFT_OUT,
    LISTED_CONDITIONS,
    PROPOSED,
    SIGN,
)

#: A line that opens another list: "Inclusion:", "7. Preliminary data", "Who may enter?".
_HEADING: Final = re.compile(
    r"\W*(?:\d+[.)]\s*$|[A-Z][^.:;]{2,60}(?::|\?|\n\s*$)|inclu(?:sion|de)\b)", re.IGNORECASE
)


class DiseaseReading:
    """The diseases of one document.

    Args:
        discourse: the document.

    Attributes:
        groups: for each sentence, the diseases whose use it may tell, grouped where it enumerates them.
        topics: those and the ones of sentences on how common a disease is.
        barred: positions of sentences on who may not take part.
        listed: positions of sentences that list what is treated, under such a heading.
    """

    def __init__(self, discourse: Discourse) -> None:
        self.discourse = discourse
        self.text = discourse.text
        told: dict[str, Counter[str]] = {"ADVERSE_EVENT": Counter(), "DISEASE": Counter()}
        for span in discourse.mentions:
            if (counts := told.get(span.label_)) is not None:
                counts[concept_key(span)] += 1
        self.harms = {key for key, n in told["ADVERSE_EVENT"].items() if n >= told["DISEASE"][key]}
        # "In nine volunteers with Y that did not happen" denies no disease.
        self.of_cohorts = {cohort.beside for cohort in discourse.doc._.cohorts}
        self.barred, self.listed = self._lists()
        told_of = [
            [] if place in self.barred else self._told_of(sentence)
            for place, sentence in enumerate(discourse.sentences)
        ]
        # A sentence on how many live with a disease tells no use, and yet what the text is about.
        self.topics = [span for spans in told_of for span in spans]
        self.groups = [
            runs(self.text, spans) if spans and not sentence.says(BACKGROUND) else []
            for sentence, spans in zip(discourse.sentences, told_of, strict=True)
        ]
        self._main: dict[Extent, list[Span]] = {}

    def _lists(self) -> tuple[set[int], set[int]]:
        """Positions of the sentences on who may not take part, and of those that list what is treated.

        A heading that stands alone rules its paragraph until the next heading.
        """
        barred: set[int] = set()
        listed: set[int] = set()
        ruled: set[int] | None = None
        paragraph = -1
        for place, sentence in enumerate(self.discourse.sentences):
            if sentence.paragraph != paragraph:
                paragraph, ruled = sentence.paragraph, None
            for cue, places in ((EXCLUSIONS, barred), (LISTED_CONDITIONS, listed)):
                if cue.match(sentence.text):
                    places.add(place)
                    is_alone = not any(m.label_ in ("DISEASE", "THERAPY") for m in sentence.mentions)
                    ruled = places if is_alone else None
                    break
            else:
                if ruled is not None and _HEADING.match(sentence.text):
                    ruled = None
                elif ruled is not None:
                    ruled.add(place)
        return barred, listed

    def _told_of(self, sentence: Sentence) -> list[Span]:
        """The diseases of a sentence that are not denied or excluded, nor harms or parts of names."""
        diseases = sentence.labelled("DISEASE")
        if not diseases:
            return []
        spans = [
            span
            for span in diseases
            if (not self._is_denied(sentence, span) or extent_of(span) in self.of_cohorts)
            and not self.is_harm(span)
            and not _is_nested(span, sentence)
            and not self._follows_therapy(sentence, span)
        ]
        kept = []
        for span in spans:
            clause = sentence.clause(span.start_char)
            before = self.text[clause.start_char : span.start_char]
            after = self.text[span.end_char : clause.end_char]
            earlier = [s.end_char for s in spans if s.end_char <= span.start_char]
            comorbid = earlier and COMORBID.match(self.text[earlier[-1] : span.start_char])
            is_out = (sentence.opens(EXCLUDED) and EXCLUDED.search(before)) or (
                sentence.opens(LEFT_OUT) and LEFT_OUT.search(after)
            )
            if not comorbid and not is_out:
                kept.append(span)
        return kept

    @staticmethod
    def _is_denied(sentence: Sentence, span: Span) -> bool:
        """Whether a disease is denied or only suspected; "perhaps X will help in Y" doubts the use alone."""
        data, extent = span.doc.user_data, extent_of(span)
        assertion, cue = (span_value(data, name, *extent) for name in ("assertion", "cue"))
        if assertion != "possible" or cue is None:
            return assertion in ("absent", "possible")
        cue_start, cue_end = cue
        if cue_start >= span.end_char and PROPOSED.search(sentence.text, cue_start - sentence.start):
            return False  # "a study in X is expected to open"
        return not any(cue_end <= s.start_char < span.start_char for s in sentence.labelled("THERAPY"))

    def is_harm(self, span: Span) -> bool:
        """Whether a condition is a sign, or what the text tells as a harm elsewhere."""
        return SIGN.match(span.text) is not None or concept_key(span) in self.harms

    def _follows_therapy(self, sentence: Sentence, disease: Span) -> bool:
        """Whether a disease came after the cells ("T-cell lymphoma after axi-cel") and so is their harm."""
        following = [s for s in sentence.labelled("THERAPY") if s.start_char >= disease.end_char]
        if not following or not self.discourse.of[extent_of(following[0])].is_engineered:
            return False
        gap = self.text[disease.end_char : following[0].start_char]
        return (
            re.match(r"^ (?:developing |arising )?(?:after|following|post) (?:[\w-]+ ){0,2}$", gap)
            is not None
        )

    def about(self, char: int) -> list[Span]:
        """The diseases that the piece around a character is about; found once a piece."""
        piece = self.discourse.piece(char)
        if piece not in self._main:
            self._main[piece] = self.discourse.main_diseases(char, self.topics)
        return self._main[piece]

    def before(self, place: int, is_of_others: Callable[[Span], bool] | None = None) -> list[Span]:
        """The diseases that were named last in the paragraph before a sentence.

        Args:
            place: position of the sentence.
            is_of_others: whether a mention is told of other therapies alone, and passed over.
        """
        sentences = self.discourse.sentences
        for earlier in range(place - 1, max(place - 1 - LOOK_BACK, -1), -1):
            if sentences[earlier].paragraph != sentences[place].paragraph:
                break
            for group in reversed(self.groups[earlier]):
                if is_of_others is None or not any(map(is_of_others, group)):
                    return group
        return []


def _is_nested(disease: Span, sentence: Sentence) -> bool:
    """Whether a disease is a part of another mention's name."""
    return any(
        span.start_char <= disease.start_char and disease.end_char <= span.end_char
        for span in sentence.mentions
        if span.label_ in ("THERAPY", "ANTIGEN", "ADVERSE_EVENT")
    )
