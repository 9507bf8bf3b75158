r"""Studies: one finding for each study that a document tells, on people, on animals or in the dish.

A piece of a document (the whole of it, or one of the stories that a page strings together) tells one study
for each setting in which it studied anything; an overview of what a therapy is used for tells none. Its
therapy and diseases are those of its relations, best evidence first; its phase is the one that the text
states of the study itself, not of one that is planned, earlier or somebody else's; its headline number is
its largest group of the role that says most.

Attributes set: `doc._.studies`.

    >>> read_phase("a phase I/IIa trial"), read_phase("Phase: PHASE1|PHASE2"), read_phase("phase 1b")
    ('1/2', '1/2', '1')
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.findings import CohortFinding, Extent, RelationFinding, StudyFinding, StudySettings
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, CohortRole, Setting

_TRIAL_ID: Final = re.compile(r"\b(?:NCT\d{8}|ChiCTR[\w-]*\d{6,}|EUCTR[\d-]+|jRCT\w?\d{9,}|ISRCTN\d{8})\b")
_ARABIC: Final = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "1": "1", "2": "2", "3": "3", "4": "4"}
_STEP: Final = r"(?:[1-4]|I{1,3}|IV)[abc]?"
_PHASE: Final = re.compile(
    rf"\bphase[ -]?(?P<first>{_STEP})(?:\s*(?:/|-|–|\|| to | and |"
    rf" or )\s*(?:phase ?)?(?P<second>{_STEP}))?(?![\w.])",
    re.IGNORECASE,
)
#: The phase of another study: planned, earlier, or of a rival.
_OTHER_PHASE: Final = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|will|would|next|future|follow[- ]up trial|in preparation|awaits?|intends?|"
    r"propos\w+|"
    r"earlier|previous(?:ly)?|elsewhere|by others|years ago|also|other|another|rivals?|recommended|"
    r"designed for|"
    r"goes? forward|forward to|listed|comes? later|protocol for|to be enrolled)\b",
    re.IGNORECASE,
)
_HERE: Final = re.compile(r"\b(?:this|the present|ongoing|our|we|here)\b", re.IGNORECASE)

#: A review tells of trials and is none. It says so in its title or first lines.
_REVIEW: Final = re.compile(r"\breview\b", re.IGNORECASE)
_OPENING: Final = 400
#: What a headline number counts, the most telling role first: those who were treated, else those who came in.
_HEADLINE_ROLES: Final[tuple[CohortRole, ...]] = ("treated", "enrolled", "evaluable", "screened", "arm")


#: A therapy said to be for so many diseases, with no group, phase or registry id, is told of in an overview.
#: Of 246 studies of gold and samples two have more than four; pages that list drugs have eight to thirty.
_MANY: Final = 6


def read_phase(text: str) -> str | None:
    """The trial phase that a text states first: 1, 1/2, 2, 2/3, 3 or 4; None where it states none."""
    match = _PHASE.search(text)
    return _phase_of(match) if match else None


def _phase_of(match: re.Match[str]) -> str:
    steps = [_ARABIC[step.lower().rstrip("abc")] for step in match.groups() if step]
    return "/".join(sorted(set(steps)))


class StudyReader:
    """Reads the studies of documents from everything that was found before."""

    def __call__(self, doc: Doc) -> Doc:
        """Read one document."""
        found: list[StudyFinding] = []
        for piece in doc._.study_settings:
            found += _studies(doc, piece)
        doc._.studies = found
        return doc


def _studies(doc: Doc, piece: StudySettings) -> list[StudyFinding]:
    start, end, told = piece
    spans = {(span.start_char, span.end_char): span for span in doc.spans.get(MENTIONS, ())}
    concepts = {extent: span.kb_id_ for extent, span in spans.items()}
    # A new product has no concept: what is called alike is the same.
    names = {extent: span.kb_id_ or span.text.casefold() for extent, span in spans.items()}
    relations = [r for r in doc._.relations if start <= r.sentence_char < end and r.assertion != "absent"]
    text = _factual_text(doc, start, end)
    ids = tuple(dict.fromkeys(match.group() for match in _TRIAL_ID.finditer(text)))
    studies = []
    for setting in told:
        therapy = _therapy(relations, setting, names)
        cohort = _headline(doc._.cohorts, piece, setting)
        is_trial = setting == "human" and doc._.kind != "forum" and not _REVIEW.search(text[:_OPENING])
        phase = _phase(text) if is_trial else None
        own_ids = ids if setting == "human" else ()
        diseases = _diseases(concepts, names, relations, therapy, setting)
        if cohort is None and (therapy is None or not (phase or own_ids or len(diseases) < _MANY)):
            continue
        studies.append(
            StudyFinding(
                setting=setting,
                phase=phase,
                trial_ids=own_ids,
                therapy=therapy,
                antigen_concept_ids=_concepts(
                    concepts,
                    (r for r in relations if r.predicate == "targets" and _same(r.subject, therapy, names)),
                ),
                disease_concept_ids=diseases,
                cohort=cohort,
            )
        )
    return studies


def _factual_text(doc: Doc, start: int, end: int) -> str:
    """The text of a piece, with what facts are not read from blanked out."""
    text: str = text_of(doc)[start:end]
    for section in doc._.sections:
        if section.kind in SECTIONS_WITHOUT_FACTS and start <= section.start_char < end:
            left, right = section.start_char - start, min(section.end_char, end) - start
            text = text[:left] + " " * (right - left) + text[right:]
    return text


def _phase(text: str) -> str | None:
    """The phase of the study that a piece tells; a phase that is stated of another study does not count."""
    own: Counter[str] = Counter()
    for match in _PHASE.finditer(text):
        left = max(text.rfind(sign, 0, match.start()) for sign in (". ", "\n", "; ")) + 1
        right = min(
            (at for sign in (". ", "\n", "; ") if (at := text.find(sign, match.end())) >= 0),
            default=len(text),
        )
        sentence = text[left:right]
        if not _OTHER_PHASE.search(sentence) or _HERE.search(text[left : match.start()]):
            own[_phase_of(match)] += 1
    # Counter keeps the order of the text among equals, and a study states its phase first.
    return own.most_common(1)[0][0] if own else None


def _therapy(
    relations: Sequence[RelationFinding], setting: Setting, names: dict[Extent, str]
) -> Extent | None:
    """The therapy that most is told of: uses in this setting count double, proposed uses half."""
    weights: Counter[str] = Counter()
    subjects: dict[str, Extent] = {}
    for relation in relations:
        if relation.predicate in ("treats", "causes", "targets"):
            weight = 4 if relation.setting == setting else 2
            name = names.get(relation.subject, "")
            subjects.setdefault(name, relation.subject)
            weights[name] += weight // 2 if relation.status == "proposed" else weight
    return subjects[weights.most_common(1)[0][0]] if weights else None


def _same(one: Extent, other: Extent | None, names: dict[Extent, str]) -> bool:
    return one == other or (other is not None and bool(names.get(one)) and names.get(one) == names.get(other))


def _concepts(concepts: dict[Extent, str], relations: Iterable[RelationFinding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for r in relations if (c := concepts.get(r.object))))


def _diseases(
    concepts: dict[Extent, str],
    names: dict[Extent, str],
    relations: Sequence[RelationFinding],
    therapy: Extent | None,
    setting: Setting,
) -> tuple[str, ...]:
    """Diseases that the therapy was tried in: in this setting if any is told of it, else in any."""
    tried = [
        r
        for r in relations
        if r.predicate == "treats" and r.status != "proposed" and _same(r.subject, therapy, names)
    ]
    tried = [r for r in tried if r.setting == setting] or tried
    return _concepts(concepts, sorted(tried, key=lambda r: -(r.score or 0.0)))


def _headline(cohorts: Sequence[CohortFinding], piece: StudySettings, setting: Setting) -> Extent | None:
    """The largest group of the most telling role."""
    inside = [
        cohort
        for cohort in cohorts
        if piece.start_char <= cohort.mention[0] < piece.end_char and cohort.setting in (setting, "unknown")
    ]
    for role in _HEADLINE_ROLES:
        fitting = [cohort for cohort in inside if cohort.role == role]
        if fitting:
            return max(fitting, key=lambda cohort: cohort.n).mention
    return None


@Language.factory("cartographer_studies", assigns=["doc._.studies"])
def make_studies(nlp: Language, name: str) -> StudyReader:  # noqa: ARG001 - spaCy's signature
    """Create the component."""
    return StudyReader()
