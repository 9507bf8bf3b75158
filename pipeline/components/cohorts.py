"""Groups of subjects: how many, of what, and what the group is in its study.

Each count in the text is read by its form ("12 patients", "n = 12", "SLE, 12", "12 were infused") and by what
is said of it (enrolled, treated, evaluable, a trait, an outcome; `cohort_reading`). Evidence for and against
(a plan, a prevalence, a response count) adds up to a score (`cohort_evidence`), in a randomised trial with
that of the other sizes (`cohort_standing`); what passes is told once for each distinct group, with a role
that depends on the groups told before it.

Reads sentences, `doc._.sections`, `doc._.sentence_settings` and mentions; writes COHORT mentions and
`doc._.cohorts` (list of `CohortFinding`).
"""

from __future__ import annotations

import bisect
import re
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.findings import CohortFinding, Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_evidence import THRESHOLD, Candidate
from pipeline.grammar.cohort_reading import read_candidates
from pipeline.grammar.cohort_standing import with_standing
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS, CohortRole, Setting


class _Group(NamedTuple):
    """A candidate that passed, and what the document makes of it."""

    candidate: Candidate
    role: CohortRole
    unit: str
    is_external: bool

    @property
    def n(self) -> int:
        """Size of the group."""
        return self.candidate.n


_TRIAL_ID: Final = re.compile(r"\bNCT\d{8}\b")
_TRIAL_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]+(?:[-‐‑–]\d{1,4})\b")
_OPENING: Final = 600  # characters in which a text names its own trial: title and first paragraph
_ALSO_TREATED: Final = re.compile(r"\band (?:[a-z]+ )?(?:infused|treated|dosed)\b")
_DOSE_BEFORE: Final = re.compile(
    r"\d ?(?:mg|µg|million|[×x] ?10[^ ]*)[^.;,]{0,20} (?:in|to) (?:the )?(?:\w+ )?$"
)
_TO_OR_IN: Final = re.compile(r" (?:to|in) ")
_SEXES: Final = frozenset({"men", "women", "boys", "girls"})
_OF_ALL: Final = re.compile(
    r"(?:patients|participants|subjects|adults|children|people|individuals) ?[(\[]n ?= ?$"
)
_RANDOMISATION: Final = re.compile(
    r"(?:were|was|been|and|patients|women|participants) (?:\w+ )?random|randomi[sz]ed \d|randomly|"
    r"underwent random"
)
_OBJECT: Final = re.compile(r"\b(?:in|to|for|into) (?:the )?$")
_AT_LEVEL: Final = re.compile(r"[^.;:,]{0,25}\b(?:at|on) (?:the )?(?:dose|dl|level|dosage)")
_IN_PART: Final = re.compile(
    r"[^.;:,]{0,30}?\b(?:at|on|with|received|got) the (?:low|lower|high|higher|middle|medium|"
    r"intermediate|top|highest|"
    r"lowest|full|reduced)[ -]dose|[^.;:,]{0,30}?\b(?:took part in|entered|joined|"
    r"in) the (?:\w+[ -])?(?:dose[ -])?"
    r"(?:escalation|expansion|finding)|"
    r"[^.;:]{0,40}?\b(?:formed|ma[dk]e up|served as|constituted) (?:the |an? )?(?:[\w-]+ ){0,3}(?:group|"
    r"arm|controls?)\b"
)
_ASSIGNED: Final = re.compile(r"[^.;,]{0,30}\b(?:assigned|allocated|randomi[sz]ed) to\b")
_DOSE_OBJECT: Final = re.compile(
    r"^[^.;:,(]{0,40}?(?:\bdl ?\d|dose level|\d ?(?:×|x|\*) ?10|\d+(?:\.\d+)? (?:mg|million)|at the)"
)


# "In a phase 2 trial, 30 patients …": where nothing was told before, that trial is what the text is about.
_A_TRIAL: Final = re.compile(r"in an? ")
# "in the Boston series of eight", "the three-patient report on X": what somebody else told.
_SERIES: Final = re.compile(
    r"\b(?:in|from|than) (?:the|an?) (?!present|current|whole|entire|full|same)(?:[\w-]+ ){1,4}"
    r"(?:series|reports?) "
    r"(?:of|on|from|about)\b"
)
_ON_THERAPY: Final = re.compile(r" (?:with|on|got|received|given|receiving) (?:the )?\ue003")
_COULD_BE_ASSESSED: Final = re.compile(
    r"(?: [a-z]+)? (?:who|that) (?:could|can) be (?:[a-z]+ )?(?:assessed|evaluated|analy[sz]ed)\b"
)
_APHERESIS: Final = re.compile(r"\b(?:leuk)?apheresis (?:was|had been) (?:\w+ )?(?:in|on|from) $")
_TOTAL_TREATED: Final = re.compile(
    r"\b(?:infused|treated|dosed)(?: (?:patients|subjects))? ?[(:]? ?n ?[=:] ?$"
)
_VERSUS_AFTER: Final = re.compile(r"\s*(?:vs\.?|versus)\s*\d")
_VERSUS_BEFORE: Final = re.compile(r"\d\s*(?:vs\.?|versus)\s*$")
_PHASE: Final = re.compile(r"\bphase ?(\d|i{1,3}v?)[ab]?(?:(?:/|-| and )(\d|i{1,3})[ab]?)?\b")
_ROMAN: Final = {"i": "1", "ii": "2", "iii": "3", "iiiv": "4", "iv": "4"}


def _phases(shade: str) -> frozenset[str]:
    """Phases in the first naming of one in a stretch of text ("phase 1/2" names two)."""
    match = _PHASE.search(shade)
    found = match.groups() if match else ()
    return frozenset(_ROMAN.get(phase, phase) for phase in found if phase)


class Cohorts:
    """Component `cartographer_cohorts`."""

    def __call__(self, doc: Doc) -> Doc:
        """Add COHORT mentions and `doc._.cohorts`."""
        if not doc._.is_biomedical:
            return doc
        shade = cues.shadow(text_of(doc), doc.spans.get(MENTIONS, ()))
        groups: list[_Group] = []
        context = _Context(doc, shade)
        candidates = counts(doc, shade)
        for candidate in with_standing(candidates) if context.is_randomised else candidates:
            if candidate.score >= THRESHOLD:
                _add(groups, candidate, context)
        _write(doc, groups)
        return doc


def counts(doc: Doc, shade: str) -> list[Candidate]:
    """Every count that may be one of subjects, scored by itself.

    Args:
        doc: a Doc with mentions.
        shade: the shadow of its text.
    """
    return list(read_candidates(text_of(doc), shade, _sentences(doc)))


def is_randomised(shade: str) -> bool:
    """Whether a text, given as its shadow, tells of a randomised trial."""
    return _RANDOMISATION.search(shade) is not None


def _sentences(doc: Doc) -> list[Extent]:
    """Sentences outside of sections that repeat or frame the text."""
    sections = [s for s in doc._.sections if s.kind in SECTIONS_WITHOUT_FACTS]
    sentences = (
        [(sent.start_char, sent.end_char) for sent in doc.sents]
        if doc.has_annotation("SENT_START")
        else [(0, len(text_of(doc)))]
    )
    return [s for s in sentences if not any(x.start_char <= s[0] < x.end_char for x in sections)]


_NEAR: Final = 40  # characters: room for a few words
_FIRST_BEFORE: Final = re.compile(r"\b(?:first|last|initial) $")


class _Context:
    """What the whole document says about whose study is told."""

    def __init__(self, doc: Doc, shade: str) -> None:
        text = text_of(doc)
        self.doc = doc
        self.text = text
        self.shade = shade
        opening = text[:_OPENING]
        first_id = _TRIAL_ID.search(text)
        self.own_ids = {first_id.group()} if first_id else set()
        self.own_names = set(_TRIAL_NAME.findall(opening))
        self.is_randomised = is_randomised(shade)
        self.own_phases = _phases(shade[: 4 * _OPENING])
        self.is_review = bool(cues.REVIEW.search(shade[:200]))
        posts = [(s.start_char, s.end_char) for s in doc._.sections if s.kind == "post"]
        self.posts = (posts or [(0, len(text))]) if doc._.kind == "forum" else []
        self.settings: list[tuple[int, int, Setting]] = list(doc._.sentence_settings)
        self.starts = [start for start, _, _ in self.settings]
        self.default_unit = "patients"

    def is_external(self, candidate: Candidate, groups: list[_Group]) -> bool:
        """Whether another study's group is told: by a cue, another trial's name, or the sentence before."""
        start, end = candidate.sentence
        before = self.shade[start : candidate.extent[0]]
        around = self.shade[start : min(end, candidate.extent[1] + 80)]
        if candidate.form in ("us", "case"):
            return False
        if self.is_review or self._is_post(start):
            return True
        if cues.OWN.search(before):
            return False
        told = [
            group for group in groups if group.candidate.sentence != candidate.sentence or group.is_external
        ]
        if any(
            told or not _A_TRIAL.match(cue.group()) for cue in cues.EXTERNAL.finditer(around)
        ) or _SERIES.search(around):
            return True
        sentence = self.text[start:end]
        phases = _phases(before)
        if phases and self.own_phases and not phases & self.own_phases:
            return True
        if any(name not in self.own_names for name in _TRIAL_NAME.findall(sentence)):
            return True
        if groups and any(found not in self.own_ids for found in _TRIAL_ID.findall(sentence)):
            return True
        last = groups[-1] if groups else None
        if last is None or not last.is_external:
            return False
        gap = self.text[last.candidate.extent[1] : candidate.extent[0]]
        return "\n\n" not in gap and (start == last.candidate.sentence[0] or candidate.form != "unit")

    def _is_post(self, place: int) -> bool:
        """Whether a place lies in a forum's post; what is pasted between posts tells its own study."""
        return any(start <= place < end for start, end in self.posts)

    def unit_before(self, candidate: Candidate) -> str | None:
        """The noun for subjects that stands last before the count in its sentence."""
        before = self.shade[candidate.sentence[0] : candidate.extent[0]]
        nouns = cues.UNIT_WORD.findall(before)
        return cues.UNITS[nouns[-1]] if nouns else None

    def subjects_before(self, candidate: Candidate) -> str:
        """The noun for subjects that the text had last: animals, where it tells of such."""
        if self.setting(candidate, "") == "animal":
            nouns = cues.UNIT_WORD.findall(self.shade, 0, candidate.extent[0])
            animals = [unit for noun in nouns if (unit := cues.UNITS[noun]) in cues.ANIMAL_UNITS]
            if animals:
                return animals[-1]
        return self.default_unit

    def setting(self, candidate: Candidate, unit: str) -> Setting:
        """Setting of the sentence; a group of animals is animal whatever the sentence."""
        if unit in cues.ANIMAL_UNITS:
            return "animal"
        place = bisect.bisect_right(self.starts, candidate.extent[0]) - 1
        if (
            place >= 0
            and candidate.extent[0] < self.settings[place][1]
            and self.settings[place][2] != "unknown"
        ):
            return self.settings[place][2]
        return "human"


def _add(groups: list[_Group], candidate: Candidate, context: _Context) -> None:
    is_external = context.is_external(candidate, groups)
    is_assigned = bool(cues.OPTION_BEFORE.search(candidate.left))
    if (
        candidate.unit in _SEXES
        and not is_assigned
        and any(g.n > candidate.n and g.candidate.sentence == candidate.sentence for g in groups)
    ):
        return  # "41 patients, 27 men among them"
    same = [g for g in groups if g.n == candidate.n]
    unit = (
        candidate.unit
        or context.unit_before(candidate)
        or (groups[-1].unit if groups else context.subjects_before(candidate))
    )
    role = _role(candidate, [g for g in groups if not g.is_external], unit, context)
    if is_external:
        role = "external"
    for old in same:
        if _is_same(old, candidate, role):
            if role == "treated" and old.role == "enrolled" and candidate.predicate == "treated":
                groups[groups.index(old)] = old._replace(role="treated")
            return
    last = groups[-1] if groups else None
    # "Eleven patients, nine children and two adults, were infused": the verb is told of the eleven.
    is_part = last and last.role == "subgroup" and last.candidate.sentence == candidate.sentence
    if role == "subgroup" and candidate.predicate == "treated" and not is_external and not is_part:
        guessed = [g for g in groups if g.role == "treated" and not g.is_external]
        if guessed and all(g.candidate.predicate is None and g.n > candidate.n for g in guessed):
            # The larger group was only guessed to be treated; this one is said to be.
            groups[:] = [g._replace(role="enrolled") if g in guessed else g for g in groups]
            role = "treated"
    groups.append(_Group(candidate, role, unit, is_external))


def _is_same(old: _Group, new: Candidate, role: CohortRole) -> bool:
    """Whether a group of the same size has been told already."""
    if old.role == role:
        return new.form not in ("equals", "listed") or old.candidate.sentence != new.sentence
    if new.is_definite or new.form == "ellipsis":
        return True
    if "external" in (old.role, role):
        return old.role == "external" or new.form != "unit"
    if {old.role, role} <= {"enrolled", "treated", "evaluable"}:
        return True
    return role == "subgroup"


def _role(candidate: Candidate, groups: list[_Group], unit: str, context: _Context) -> CohortRole:
    """Role in its own study, given the groups of that study told before."""
    last = groups[-1] if groups else None
    if last and last.candidate.sentence == candidate.sentence:
        between = context.shade[last.candidate.extent[1] : candidate.extent[0]]
        if between.strip() in ("and", "versus", "vs", "vs."):
            return last.role  # "88 and 48, respectively, received"
    predicate = candidate.predicate
    if told := _role_by_words(candidate, last, context.shade):
        return told
    if _IN_PART.match(candidate.right) or (last and _goes_on_with_arm(last, candidate, context.shade)):
        return "arm"
    larger = [group for group in groups if group.n > candidate.n]
    if predicate == "screened":
        return "screened"
    if predicate in ("treated", "trait") and _AT_LEVEL.match(candidate.right):
        return "subgroup"
    if share := _role_of_share(candidate, groups, larger, unit, context):
        return share
    if predicate in ("enrolled", "evaluable"):
        is_treated = predicate == "enrolled" and _ALSO_TREATED.search(candidate.right)
        return "treated" if is_treated else predicate
    if predicate == "treated":
        return "subgroup" if _is_some_of_treated(candidate, larger) else "treated"
    is_apart = predicate == "trait" or candidate.is_definite or candidate.form not in ("unit", "card")
    has_dose = bool(larger and _DOSE_BEFORE.search(candidate.left))
    if has_dose or (unit in cues.ANIMAL_UNITS and not (larger and is_apart)):
        return "arm"
    return "subgroup" if larger else "treated"


def _role_by_words(candidate: Candidate, last: _Group | None, shade: str) -> CohortRole | None:
    """Role that the words right beside the count tell, whatever was told before."""
    named = 0
    if last and last.candidate.sentence == candidate.sentence and _ON_THERAPY.match(candidate.right):
        # "88 with X and 105 with Y": what they were given is what sets them apart.
        named = len(_ON_THERAPY.findall(shade[slice(*candidate.sentence)]))
    if named > 1 or _VERSUS_AFTER.match(candidate.right) or _VERSUS_BEFORE.search(candidate.left):
        return "arm"
    if _COULD_BE_ASSESSED.match(candidate.right):
        return "evaluable"
    if candidate.predicate == "treated" and _APHERESIS.search(candidate.left):
        return "enrolled"
    return "treated" if _TOTAL_TREATED.search(candidate.left) else None


def _goes_on_with_arm(last: _Group, candidate: Candidate, shade: str) -> bool:
    """Whether a count goes on from an arm: "three joined the escalation, [eleven] got six infusions"."""
    if last.role != "arm" or last.candidate.sentence != candidate.sentence or candidate.form != "ellipsis":
        return False
    between = shade[last.candidate.extent[1] : candidate.extent[0]]
    is_step = candidate.predicate in ("screened", "outcome") or "evaluab" in candidate.right[:_NEAR]
    return not is_step and bool(re.search(r"(?:, and|,| and|;) $", between))


def _role_of_share(
    candidate: Candidate, groups: list[_Group], larger: list[_Group], unit: str, context: _Context
) -> CohortRole | None:
    """Arm or subgroup, where the form already says that the group is one of several."""
    form, predicate = candidate.form, candidate.predicate
    if form == "unit" and predicate is None and cues.OPTION_BEFORE.search(candidate.left):
        return "arm"
    sentence = context.shade[slice(*candidate.sentence)]
    is_animal = unit in cues.ANIMAL_UNITS
    if is_animal and predicate == "treated" and form == "ellipsis":
        return "arm"
    is_share = form in ("equals", "listed") or (form == "ellipsis" and _TO_OR_IN.match(candidate.right))
    if is_share and (is_animal or (larger and cues.RANDOMISED.search(sentence))):
        return "arm"
    if form == "listed" and larger:
        return "subgroup"
    is_total = _OF_ALL.search(candidate.left) or not (groups or context.is_randomised)
    if form == "equals" and predicate in ("treated", None) and not is_total:
        return "arm" if context.is_randomised else "subgroup"
    if predicate == "enrolled" and larger and _ASSIGNED.match(candidate.right):
        return "arm"
    return None


def _is_some_of_treated(candidate: Candidate, larger: list[_Group]) -> bool:
    """Whether a treated group is a part of another, told by its dose level or by "the first"."""
    if larger and _FIRST_BEFORE.search(candidate.left):
        return True
    if candidate.form not in ("ellipsis", "listed", "equals") and not candidate.is_definite:
        return False
    if any(group.role == "treated" for group in larger):
        return True
    has_dose = not _OBJECT.search(candidate.left) and _DOSE_OBJECT.match(candidate.right)
    return bool(larger and has_dose)


def _nearest(doc: Doc, candidate: Candidate, labels: frozenset[str]) -> Extent | None:
    """The first mention of a label after the group in its sentence, else the last one before it."""
    start, end = candidate.sentence
    inside = [
        (s.start_char, s.end_char)
        for s in doc.spans.get(MENTIONS, ())
        if s.label_ in labels and start <= s.start_char and s.end_char <= end
    ]
    before = [extent for extent in inside if extent[1] <= candidate.extent[0]]
    after = [extent for extent in inside if extent[0] >= candidate.extent[0]]
    if candidate.form in ("listed", "equals") and before and before[-1][1] + 12 > candidate.extent[0]:
        return before[-1]  # "SLE, n = 8; myositis, n = 3"
    return after[0] if after else before[-1] if before else None


def _write(doc: Doc, groups: list[_Group]) -> None:
    context_settings = _Context(doc, "")
    mentions = {(s.start_char, s.end_char): s for s in doc.spans.get(MENTIONS, ())}
    findings = []
    for group in groups:
        span = doc.char_span(*group.candidate.extent, label="COHORT", alignment_mode="expand")
        if span is None:
            continue
        extent = (span.start_char, span.end_char)
        if extent in mentions:
            if mentions[extent].label_ != "COHORT":
                continue
        else:
            span._.annotator = "rule"
            mentions[extent] = span
        findings.append(
            CohortFinding(
                extent,
                group.n,
                group.candidate.number.comparator,
                group.unit,
                group.role,
                context_settings.setting(group.candidate, group.unit),
                _nearest(doc, group.candidate, frozenset({"DISEASE"})),
                _nearest(doc, group.candidate, frozenset({"THERAPY"})),
            )
        )
    doc.spans[MENTIONS] = sorted(mentions.values(), key=lambda s: (s.start_char, -s.end_char))
    doc._.cohorts = findings


@Language.factory("cartographer_cohorts", assigns=["doc._.cohorts"])
def create_cohorts(nlp: Language, name: str) -> Cohorts:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry."""
    return Cohorts()
