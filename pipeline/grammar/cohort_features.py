"""What speaks for and against a count being a group of subjects, and for what the group is in its study.

Each count is described by features: how it is put, what words of which class stand before and after it in its
clause, how its size relates to those told around it, and what document and paragraph it stands in. The
weights (`cohort_model`) were learned; here stands only what is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from pipeline.findings import Extent
from pipeline.grammar import cohort_cues as cues
from pipeline.grammar.cohort_evidence import THRESHOLD, Candidate, is_open
from pipeline.grammar.cohort_sizes import SOME_EVIDENCE, Sizes
from pipeline.grammar.endings import Ending, ending
from pipeline.grammar.numbers import Fraction
from pipeline.grammar.prefilter import compiled, opened_by

Features = dict[str, float]

_CLAUSE_WINDOW: Final = 110  # characters read on either side of a count
_PHRASE: Final = 80  # characters before a count in which a phrase that leads to it stands
_SAYS_WE: Final = 3  # so often a text says "we" that tells its own study
_PARAGRAPH: Final = "\n\n"
_CLAUSE_BORDER: Final = re.compile(r"[;:.!?]\s|\n| [–—] ")

#: Classes of words that are looked for before and after a count in its clause, and in its sentence.
_BESIDE: Final = {
    name: compiled(words)
    for name, words in {
        "treated": r"(?:re)?infus|dosed|dosing|treated|treating|receiv|giv(?:en|ing)\b|\bgave\b|\bgot\b|"
        r"administ|inject|transplant|underwent|undergone",
        "had_therapy": r"\b(?:had|has|have) (?:had |been )?(?:an? |one |the |their |his |her )*(?:\w+ )?"
        r"(?:infusions?|doses?|injections?|cells|\ue003)",
        "enrolled": r"enrol|recruit|randomi|consent|joined|took part|taken part|includ|accru|\bentered|"
        r"apheres|signed|registered|participa",
        "screened": r"screen|eligib|sequenced|referred|approached|tested for|candidates",
        "evaluable": r"evalua|assess|analy|efficacy|follow-?up|\bfollowed\b|scans?\b|reached\b|complet|"
        r"available|\bdata\b|biops|per[- ]protocol|intention|\bset\b",
        "arm": r"\barms?\b|\bgroups?\b|placebo|controls?\b|assigned|allocat|allotted|versus|\bvs?\b|sham|"
        r"vehicle|observation|untransduced|mock|saline|standard|comparator",
        "part": r"of whom|of these|of those|of them|among (?:them|these|those|whom)|the other|the rest|"
        r"remaining|includ|\bboth\b",
        "dose": r"dose level|\bdl ?-?\d|\bdoses?\b|×|\bmg\b|/kg|\blow\b|\bhigh\b|million|cohort|phase|"
        r"schedule|regimen",
        "outcome": r"respon|remission|relaps|progress|\bdied\b|deaths?\b|alive|surviv|\ue002|improv|develop|"
        r"achiev|experienc|occurr|discontinu|stable|\blost\b|affected|occurred|seen in",
        "trait": r"\bwith\b|without|who\b|whose|previous|prior|refractory|relapsed|\baged?\b|older|"
        r"younger|median|history|baseline|already|years",
        "total": r"\b(?:total|overall|altogether|in all|so far|to date|all told|as of|by the (?:time|cut)|"
        r"now|data cut)\b",
        "presents": r"\b(?:compris\w+|number(?:s|ed|ing)|lists?|listed|counts?|counted|covers?|covered|"
        r"consist\w*|made up|series|sample|population|cohort|safety set|total|actual|participants)\b",
    }.items()
}
#: Classes that are looked for in the sentence.
_AROUND: Final = {
    "external": compiled(cues.EXTERNAL.pattern),
    "later": compiled(cues.EXTERNAL_LATER.pattern),
    "own": compiled(cues.OWN.pattern),
    "planned": compiled(cues.PLANNED.pattern),
    "prevalence": compiled(cues.PREVALENCE.pattern),
    "cited": compiled(r"\[\d+(?:[,–-] ?\d+)*\]|et al|\((?:[a-z]+,? )?(?:19|20)\d\d\)|[⁰¹²³⁴-⁹]"),
    "a_study": compiled(
        r"\b(?:an?|one|another|other|two|three|several|their|its|his|her) (?:[\w'’-]+ ){0,3}"
        r"(?:trials?|stud(?:y|ies)|series|reports?|registry|papers?|cohorts?)\b"
    ),
    "the_study": compiled(
        r"\b(?:the|this) (?:[\w-]+ ){0,2}"
        r"(?:trial|study|series|report|registry|paper|cohort|programme|program)\b"
    ),
    "published": compiled(
        r"\b(?:publi\w+|literature|meta-analys\w+|pooled|colleagues|teams?|experience|database|registry|"
        r"published|forerunner|predecessor|pivotal|historic\w*|comparator)\b"
    ),
    "pluperfect": compiled(
        r"\bhad (?:\w+ )?(?:been|shown|had)\b|\b(?:earlier|previous(?:ly)?|before|ago|first|since|last year|"
        r"in 20\d\d)\b"
    ),
    "said": compiled(r"\b(?:says?|said|told|according to|reports?|reported|describ\w+|claims?|heard|read)\b"),
    "animals": compiled(r"\b(?:mice|mouse|rats?|macaques?|monkeys?|animals?|dogs?|primates?)\b"),
    "randomised": compiled(cues.RANDOMISED.pattern),
}
_IN_CLAUSE: Final = {**_BESIDE, **{name: _AROUND[name] for name in ("external", "own", "planned")}}
_IN_SENTENCE: Final = {f"sentence {name}": cue for name, cue in (_AROUND | _BESIDE).items()}
_IN_PARTS: Final = [
    (f"sentence {name}", f"right {name}", f"left {name}", cue) for name, cue in _IN_CLAUSE.items()
]
_REVIEW: Final = re.compile(
    r"\b(?:reviews?|editorial|perspective|commentary|viewpoint|opinion|digest|round-?up|newsletter|overview|"
    r"primer|lessons|landscape|history|feature|briefs?|q&a|blog)\b"
)
_TRIAL_NUMBER: Final = re.compile(r"nct\d{8}")
_REGISTRY_LABELS: Final = (
    *("enrolment:", "enrollment:", "inclusion criteria", "primary outcome", "sponsor:"),
    *("arms and interventions", "participant flow", "brief title"),
)
_REGISTRY: Final = re.compile(rf"\b(?:nct\d{{8}}|{'|'.join(_REGISTRY_LABELS)})\b")
_HEADINGS: Final = {
    "background": "background|introduction|objectives?|purpose|aims?|context",
    "methods": "methods|patients and methods|design|design/methods|participants",
    "results": "results?|findings|safety|efficacy|outcomes?",
    "conclusion": "conclusions?|discussion|interpretation",
}
_HEADING: Final = (
    " *(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _HEADINGS.items()) + r")\b *[.:\n—-]?"
)
# Apart, since a pattern that begins with one character is found quickly.
_FIRST_HEADING: Final = re.compile(_HEADING)
_NEXT_HEADING: Final = re.compile("\n" + _HEADING)
_TRIAL_NAME: Final = re.compile(r"\b[A-Z][A-Za-z]*[A-Z][A-Za-z]+[-‐‑–]?\d{1,4}\b|\bNCT\d{8}\b")
#: No name has its number elsewhere than behind a letter.
_NUMBERED: Final = re.compile(r"[A-Za-z][-‐‑–]?\d")
_PLACE: Final = re.compile(r"\b(?:[Aa]t|[Ii]n|[Ff]rom|[Bb]y) (?:the )?[A-Z][a-z]+")
_SEXES: Final = frozenset({"men", "women", "boys", "girls"})
_AGE_BEFORE: Final = re.compile(r"(?:^|, | at |aged? |and )$")

#: Patterns right beside the count, in the shadow.
_AFTER: Final = {
    f"followed by {name}": re.compile(pattern)
    for name, pattern in {
        "disease": r"\)?[ ,]?(?:\w+ ){0,2}(?:with )?(?:\w+ ){0,2}\ue001",
        "therapy": r"\)?[ ,]?(?:\w+ ){0,3}\ue003",
        "event": r" ?(?:\w+ ){0,3}\ue002",
        "of": r" of (?:the |these |those |them|whom|\d)",
        "to": r" (?:to|in|on|at) ",
        "with": r" with ",
        "who": r" (?:who|that|whose) ",
        "were": r" (?:\w+ )?(?:were|was|have been|had been|has been|are|is) ",
        "had": r" (?:had|have|has) ",
        "plural": r" (?:[\w-]+ )?[a-z]{2,}s\b",
        "closed": r"\s?[),;]",
        "end": r"\s*[.)]*\s*$",
        "percent": r"[^.;:,]{0,12}[(\[,]? ?[<>~≤≥]?\d+(?:[.·]\d+)?\s?%",
        "versus": r"\s*\)?\s*(?:vs?\.?|versus)\s",
        "number": r"\s*(?:/|,|\)|\||and|to|–|-)?\s*\d",
        "expected": r" (?:had been|were|was|is|are) (?:\w+ )?(?:planned|anticipated|expected|foreseen|"
        r"scheduled)",
    }.items()
}
_PHRASES: Final[dict[str, str | Ending]] = {
    "disease": r"\ue001[^.;,]{0,15}$",
    "therapy": r"\ue003[^.;,]{0,15}$",
    "event": r"\ue002[^.;,]{0,25}$",
    "of": r"\b(?:of|among) (?:the |these |those |all |our |their )*$",
    "in": r"\bin (?:the |these |those |all |our |their )*$",
    "all": r"\b(?:all|each of|every one of) (?:of )?(?:the )?$",
    "other": r"\b(?:other|others|another|further|remaining|additional|more|first|last) $",
    "definite": r"\b(?:the|these|those|our|their) $",
    "versus": r"(?:vs?\.?|versus)\s*\(?(?:n ?= ?)?$",
    "outcome": cues.OUTCOME_BEFORE,
    "series": cues.SERIES_BEFORE,
    "rate": r"% ?[(\[,;]? ?(?:n ?= ?)?$",
    "sign": r"[-–−'’/]\s?$",
    "up_to": r"\bup to (?:n ?= ?)?$",
    "actual": r"\bactual\W{1,3}$",
    "colon": r":\s*$",
    "comma": r", $",
    "start": r"^\W*$",
    "goes_on": r"(?:, and|,| and|;| plus) (?:the other |only |just )?$",
}
_BEFORE: Final = {
    f"preceded by {name}": phrase if isinstance(phrase, Ending) else ending(phrase)
    for name, phrase in _PHRASES.items()
}


class Reading(NamedTuple):
    """A document in which counts are read.

    `mentions` are (first character, concept id or name) of its therapies, in order; `posts` are where a
    forum's members speak; `animal` are extents of sentences whose setting is animal.
    """

    text: str
    shade: str
    kind: str
    therapies: Sequence[tuple[int, str]]
    posts: Sequence[Extent]
    animal: Sequence[Extent]
    fractions: Sequence[Fraction]


class Describer:
    """Features of the counts of one document."""

    def __init__(self, reading: Reading) -> None:
        """Read what is asked of the whole document once."""
        self.reading = reading
        shade, text = reading.shade, reading.text
        self.parts = {fraction.part.start_char for fraction in reading.fractions}
        self.wholes = {fraction.whole.start_char for fraction in reading.fractions}
        self.headings = list(_headings(shade))
        opening = text[:300]
        self.own_names = set(_TRIAL_NAME.findall(opening))
        if not self.own_names and (first := _TRIAL_NAME.search(text)):
            self.own_names = {first.group()}
        names = [name for _, name in reading.therapies]
        self.main = max(names, key=names.count, default="")
        self.first = names[0] if names else ""
        self._sentences: dict[Extent, Features] = {}
        self._clauses: dict[tuple[int, int, int], Features] = {}
        self.document = dict(self._of_document())

    def _of_document(self) -> Iterator[tuple[str, float]]:
        shade, kind = self.reading.shade, self.reading.kind
        yield f"kind {kind}", 1.0
        told = len(list(islice(cues.OWN.finditer(shade), _SAYS_WE)))
        for name, is_so in (
            ("document is a review", _REVIEW.search(shade[:300])),
            ("document is a registry entry", _is_registry(shade)),
            ("document randomised", "randomi" in shade or "placebo" in shade),
            ("document says we", told == _SAYS_WE),
            ("document never says we", told == 0 and kind != "news"),
        ):
            if is_so:
                yield name, 1.0

    def describe(self, counts: Sequence[Candidate]) -> list[Features]:
        """Features of each count, given all that it may be compared with.

        Args:
            counts: counts of the document in order.
        """
        sizes = Sizes(counts)
        return [dict(self._features(counts, place, sizes)) for place in range(len(counts))]

    def _features(self, counts: Sequence[Candidate], place: int, sizes: Sizes) -> Iterator[tuple[str, float]]:
        count = counts[place]
        previous = counts[place - 1] if place else None
        following = counts[place + 1] if place + 1 < len(counts) else None
        yield "bias", 1.0
        yield from self.document.items()
        yield from self._sentence(count.sentence).items()
        yield from _itself(count)
        yield from self._beside(count, previous, following)
        yield from self._where(count)
        yield from sizes.told(place, is_randomised="document randomised" in self.document)

    def _sentence(self, sentence: Extent) -> Features:
        """What the sentence says."""
        if sentence in self._sentences:
            return self._sentences[sentence]
        found: Features = {}
        shade, text = self.reading.shade, self.reading.text
        start, end = sentence
        gates = opened_by(shade[start:end])
        for name, cue in _IN_SENTENCE.items():
            if cue.gate & gates and cue.search(shade, start, end):
                found[name] = 1.0
        inside = {name for at, name in self.reading.therapies if start <= at < end}
        if not inside:
            found["sentence names no therapy"] = 1.0
        elif self.main in inside or self.first in inside:
            found["sentence names main therapy"] = 1.0
        else:
            found["sentence names other therapy"] = 1.0
        trials = set(_TRIAL_NAME.findall(text, start, end)) if _NUMBERED.search(text, start, end) else set()
        if trials - self.own_names:
            found["sentence names other trial"] = 1.0
        if trials & self.own_names:
            found["sentence names own trial"] = 1.0
        if _PLACE.search(text, start + 1, end):
            found["sentence names a place"] = 1.0
        if any(s <= start < e for s, e in self.reading.posts):
            found["sentence in a post"] = 1.0
        if any(s <= start < e for s, e in self.reading.animal):
            found["sentence animal"] = 1.0
        self._sentences[sentence] = found
        return found

    def _beside(
        self, count: Candidate, previous: Candidate | None, following: Candidate | None
    ) -> Iterator[tuple[str, float]]:
        left_end, right_end = count.sentence
        if previous is not None and previous.sentence == count.sentence:
            left_end = max(left_end, previous.extent[1])
            yield f"after {previous.predicate}", 1.0
        if following is not None and following.sentence == count.sentence:
            right_end = max(count.extent[1], following.extent[0])
        key = (count.extent[0], left_end, right_end)
        if key not in self._clauses:
            self._clauses[key] = dict.fromkeys(self._in_clause(count, left_end, right_end), 1.0)
        yield from self._clauses[key].items()

    def _in_clause(self, count: Candidate, left_end: int, right_end: int) -> Iterator[str]:
        """Names of what stands before and after the count, between its neighbours."""
        shade = self.reading.shade
        start, end = count.extent
        right = shade[end : min(right_end, end + _CLAUSE_WINDOW)]
        left = shade[max(left_end, start - _CLAUSE_WINDOW) : start]
        border = _CLAUSE_BORDER.search(right)
        clause_right = right[: border.start()] if border else right
        *_, clause_left = _CLAUSE_BORDER.split(left)
        inside = self._sentence(count.sentence)
        for name, name_right, name_left, cue in _IN_PARTS:
            if name not in inside:
                continue
            if cue.search(clause_right):
                yield name_right
            if cue.search(clause_left):
                yield name_left
        for name, pattern in _AFTER.items():
            if pattern.match(right):
                yield name
        before = count.left[-_PHRASE:]
        for name, phrase in _BEFORE.items():
            if phrase.search(before):
                yield name

    def _where(self, count: Candidate) -> Iterator[tuple[str, float]]:
        start = count.extent[0]
        shade = self.reading.shade
        yield "place", start / max(1, len(shade))
        if count.number.start_char in self.parts:
            yield "part of a fraction", 1.0
        if count.number.start_char in self.wholes:
            yield "whole of a fraction", 1.0
        heading = next((name for at, name in reversed(self.headings) if at < start), "none")
        yield f"under {heading}", 1.0
        if _PARAGRAPH not in shade[:start].strip():
            yield "in the first paragraph", 1.0


def _headings(shade: str) -> Iterator[tuple[int, str]]:
    """Where headings of an abstract or a paper begin, and which."""
    end = 0
    if first := _FIRST_HEADING.match(shade):
        yield first.start(), str(first.lastgroup)
        end = first.end()
    for heading in _NEXT_HEADING.finditer(shade, end):
        yield heading.start(), str(heading.lastgroup)


def _is_registry(shade: str) -> bool:
    """Whether a text has at least two of the labels of a registry's entries."""
    is_near = _TRIAL_NUMBER.search(shade) or any(label in shade for label in _REGISTRY_LABELS)
    return bool(is_near) and len(list(islice(_REGISTRY.finditer(shade), 2))) > 1


def _itself(count: Candidate) -> Iterator[tuple[str, float]]:
    yield f"form {count.form}", 1.0
    yield f"said {count.predicate}", 1.0
    if count.form in ("ellipsis", "bare", "cell"):
        yield f"said {count.predicate} of a number alone", 1.0
    n = count.n
    steps = (1, 3, 9, 29, 99, 999)
    yield f"size to {next((step for step in steps if n <= step), 'any')}", 1.0
    yield "evidence", max(-3.0, min(4.0, count.score)) / 2
    for name, is_so in (
        ("evidence enough", count.score >= THRESHOLD),
        ("evidence some", count.score >= SOME_EVIDENCE),
        ("evidence against", count.score <= -2),
        ("definite", count.is_definite),
        ("in a bracket", is_open(count.left)),
        ("in words", count.number.is_word),
        ("about", count.number.comparator == "~"),
        ("at least", count.number.comparator == ">="),
        ("of animals", count.unit in cues.ANIMAL_UNITS),
        ("of cases", count.unit == "cases"),
        ("of one sex in a bracket", count.unit in _SEXES and is_open(count.left)),
        ("planned or of a population", count.is_planned),
        ("alone", n == 1 and count.form != "case"),
        ("like an age", 15 < n < 95 and not count.unit and bool(_AGE_BEFORE.search(count.left))),
    ):
        if is_so:
            yield name, 1.0
