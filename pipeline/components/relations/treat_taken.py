"""Which drugs somebody writes of taking now, and for which disease.

In a thread people tell in short what they take ("On X since May", "second year of Y") and hardly ever say for
what; what they took before did not help and treats nothing now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pipeline.components.relations.discourse import Discourse
from pipeline.components.relations.therapies import concept_key
from pipeline.components.relations.treat_diseases import DiseaseReading
from pipeline.components.relations.treat_parties import Mention, Party
from pipeline.findings import Extent
from pipeline.grammar.treat_cues import NOT_TAKEN_AFTER, NOT_TAKEN_BEFORE, PRIOR, TAKEN_AFTER, TAKEN_BEFORE

#: Characters before a drug in which it may be said how it is taken.
_LEAD: Final = 40


class TakenReader:
    """Reads what the writers of one thread take.

    Args:
        discourse: the document.
        reading: its diseases.
        diseases: those of them that may be treated.
    """

    def __init__(self, discourse: Discourse, reading: DiseaseReading, diseases: Iterable[Party]) -> None:
        self.discourse = discourse
        self.text = discourse.text
        self.reading = reading
        self._named: dict[Extent, list[tuple[int, str]]] = {}
        for party in diseases:
            for mention in party.mentions:
                self._named.setdefault(discourse.piece(mention.start), []).append((mention.start, party.key))

    def taken(self, drug: Party) -> set[str]:
        """Keys of the diseases for which a drug is taken now; none where it is not."""
        return {key for mention in drug.mentions if self._is_taken(mention) for key in self._of_post(mention)}

    def _of_post(self, mention: Mention) -> Collection[str]:
        """The disease that stands nearest in the post; a post that names none speaks of its thread's."""
        named = self._named.get(self.discourse.piece(mention.start))
        if named is None:
            return [concept_key(span) for span in self.reading.about(mention.start)]
        return [min(named, key=lambda one: abs(one[0] - mention.start))[1]]

    def _is_taken(self, mention: Mention) -> bool:
        if self.discourse.sentences[mention.place].kind != "post" or mention.span._.assertion == "historical":
            return False
        start, end = self.discourse.piece(mention.start)
        before = self.text[max(start, mention.start - _LEAD) : mention.start]
        if PRIOR.search(before) or NOT_TAKEN_BEFORE.search(before):
            return False
        if NOT_TAKEN_AFTER.match(self.text, mention.end, end):
            return False
        told = TAKEN_BEFORE.search(before) or TAKEN_AFTER.match(self.text, mention.end, end)
        return told is not None
