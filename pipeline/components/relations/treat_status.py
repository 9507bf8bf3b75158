"""How far the use of a therapy in a disease has come: tested, proposed, approved, or denied."""

from __future__ import annotations

import re
from typing import Final

from spacy.tokens import Span

from pipeline.components.relations.discourse import Sentence, runs
from pipeline.components.relations.therapies import concept_key, extent_of
from pipeline.grammar.treat_cues import (
    APPROVED,
    ASKED,
    ASKS_WHETHER,
    NO_TRIAL,
    NOT_STARTED,
    NOT_YET,
    ONGOING,
    PROPOSED,
)
from pipeline.vocabulary import TreatsStatus

#: "approved for A and Y for B": the second verb is left out.
_GAPPED: Final = re.compile(r"^\s*(?:\([^()]*\)\s*)?(?:for|in|against)\s+(?:[\w/-]+ ){0,3}$")


class StatusReader:
    """Reads the status of uses in one document.

    Args:
        text: text of the document.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @staticmethod
    def approval(words: str) -> str:
        """`approved`, `denied` where approval is denied or awaited, `asked` where it is asked for, or ""."""
        found = ""
        for match in APPROVED.finditer(words):
            before = words[max(0, match.start() - 60) : match.start()]
            if NOT_YET.search(before):
                found = "denied"
            elif ASKED.search(before):
                found = found or "asked"
            else:
                return "approved"
        return found

    def status(self, sentence: Sentence, subject: Span, disease: Span) -> TreatsStatus | None:
        """How far the use has come; None where the sentence denies it."""
        words = []
        for span in (subject, disease):
            if sentence.start <= span.start_char < sentence.end:
                clause = sentence.clause(span.start_char)
                # What stands before a colon governs what follows it.
                colon = self.text.rfind(": ", sentence.start, span.start_char)
                words.append(self.text[sentence.start : colon] if colon > 0 else "")
                words.append(self.text[clause.start_char : clause.end_char])
        said = " | ".join(dict.fromkeys(words)) or sentence.text
        if _GAPPED.match(self.text[subject.end_char : disease.start_char]):
            earlier = self.text[sentence.start : subject.start_char]
            if self.approval(earlier) == "approved" and any(
                span.end_char <= subject.start_char for span in sentence.labelled("DISEASE")
            ):
                return "approved"
        is_open = sentence.opens(APPROVED)
        approval = self.approval(said) if is_open else ""
        # In a list of approved products each may have its own disease in brackets.
        in_brackets = re.match(r"\s*\([^)]*$", self.text[subject.end_char : disease.start_char])
        if approval == "approved" and (in_brackets or not self._other_disease_nearer(sentence, disease)):
            return "approved"
        if approval == "denied" or (is_open and self.approval(sentence.text) == "denied"):
            return None
        if approval == "asked":
            return "tested"
        is_inside = sentence.start <= disease.start_char < sentence.end
        may_deny = not is_inside or sentence.opens(NO_TRIAL)
        if may_deny and NO_TRIAL.search(self.text[sentence.start : disease.start_char]):
            return None
        is_planned = (
            is_inside
            and disease._.assertion == "hypothetical"
            and not ONGOING.search(said)
            and not self._asks_whether(sentence)
        )
        started = not sentence.says(NOT_STARTED) and not is_planned
        return "tested" if started and not self._is_proposed(sentence, subject, disease) else "proposed"

    def _is_proposed(self, sentence: Sentence, subject: Span, disease: Span) -> bool:
        """Whether words of planning or possibility stand in the clause of the therapy or of the disease.

        Words behind both are said of what stands nearest before them, which may be another therapy or
        disease.
        """
        spans = [s for s in (subject, disease) if sentence.start <= s.start_char < sentence.end]
        if not spans:
            return sentence.says(PROPOSED)
        if not sentence.opens(PROPOSED):
            return False
        last = max(span.end_char for span in spans)
        # "X or Y might be tried": what is said of the last of a list is said of them all.
        together = {
            extent_of(span)
            for run in runs(self.text, sentence.labelled("THERAPY"))
            if subject in run
            for span in run
        }
        clauses = {sentence.clause(span.start_char) for span in spans}
        colon = self.text.rfind(": ", sentence.start, min(span.start_char for span in spans))
        if colon > 0 and PROPOSED.search(self.text, sentence.start, colon):
            return True  # "Later uses: X and Y"
        relative = sentence.clause(last + len(" for which")) if last < sentence.end else None
        if relative and relative.opener == "which":  # "Y, for which X may be used"
            clauses.add(relative)
        for clause in clauses:
            for cue in PROPOSED.finditer(self.text, clause.start_char, clause.end_char):
                if cue.group() == "whether" and self._asks_whether(sentence):
                    continue
                nearer = any(
                    last <= other.start_char < cue.start()
                    and concept_key(other) not in (concept_key(subject), concept_key(disease))
                    and extent_of(other) not in together
                    for other in sentence.mentions
                    if other.label_ in ("THERAPY", "DISEASE")
                )
                if not nearer:
                    return True
        return False

    @staticmethod
    def _asks_whether(sentence: Sentence) -> bool:
        """Whether a sentence tells what a study asks."""
        place = sentence.text.find("whether")
        return place > 0 and ASKS_WHETHER.search(sentence.text, 0, place) is not None

    def _other_disease_nearer(self, sentence: Sentence, disease: Span) -> bool:
        """Whether the approval is for a disease that stands between its word and this one."""
        if not sentence.start <= disease.start_char < sentence.end:
            return False
        cues = [m.end() for m in APPROVED.finditer(self.text, sentence.start, disease.start_char)]
        if not cues:
            return False
        groups = runs(self.text, [s for s in sentence.labelled("DISEASE") if s.start_char >= cues[-1]])
        return bool(groups) and concept_key(disease) not in map(concept_key, groups[0])
