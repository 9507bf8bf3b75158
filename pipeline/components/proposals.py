"""Stretches of text that may be mentions, and which of them may stand beside each other."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Final, Literal, NamedTuple, get_args

from pipeline.findings import Extent
from pipeline.vocabulary import Annotator

Family = Literal["agent", "molecule", "condition"]

FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
_FAMILY: Final[dict[str, Family]] = {
    "DISEASE": "condition",
    "ADVERSE_EVENT": "condition",
    "CONDITION": "condition",
    "ANTIGEN": "molecule",
    "GENE": "molecule",
    "THERAPY": "agent",
    "CHEMICAL": "agent",
}
# Of proposals that are equally long the better informed one counts.
_TRUST: Final[dict[Annotator, int]] = {"lexicon": 3, "rule": 2, "abbreviation": 1, "model": 0}


class Proposal(NamedTuple):
    """A stretch that may be a mention."""

    start: int
    end: int
    label: str
    annotator: Annotator
    score: float | None
    candidates: tuple[str, ...] = ()

    @property
    def family(self) -> Family:
        """Which proposals it competes with."""
        return _FAMILY[self.label]


_START: Final = attrgetter("start")


def _touching(proposals: Iterable[Proposal]) -> Iterator[list[Proposal]]:
    """Proposals in the order of the text, in groups of those that overlap each other, one by one."""
    group: list[Proposal] = []
    end = 0
    for proposal in sorted(proposals, key=_START):
        if group and proposal.start >= end:
            yield group
            group = []
        group.append(proposal)
        end = max(end, proposal.end) if len(group) > 1 else proposal.end
    if group:
        yield group


def longest(proposals: Iterable[Proposal]) -> list[Proposal]:
    """Proposals that do not overlap: the longest first, then the most trusted."""
    kept: list[Proposal] = []
    for group in _touching(proposals):
        if len(group) == 1:
            kept += group
            continue
        group.sort(key=lambda p: (p.start - p.end, -_TRUST[p.annotator], -len(p.candidates), p.start))
        chosen: list[Proposal] = []
        for proposal in group:
            start, end = proposal.start, proposal.end
            if all(end <= other.start or other.end <= start for other in chosen):
                chosen.append(proposal)
        kept += chosen
    return kept


def of_family(proposals: Sequence[Proposal], family: Family) -> list[Proposal]:
    """The longest proposals of one family."""
    return longest(p for p in proposals if p.family == family)


#: So sure a head must be for its borders to count.
_BORDER_SCORE: Final = 0.6
#: "CD19-positive": which cells it is of, not what it is.
_MARKER: Final = re.compile(r"(?:positive|negative|expressing)\b|[+⁺⁻]", re.IGNORECASE)
#: A verb before the name ("destroys lymphoma"): names begin with adjectives and nouns in the singular.
_VERB: Final = re.compile(r"\b[a-z]{3,}(?<![oiu'’s])s\b(?! disease)")
#: "Scarred liver of steatohepatitis": what stands behind is the condition.
_OF_NAME: Final = re.compile(r".*\b(?:of|from|due to|caused by|in|with)\s+$", re.IGNORECASE)
#: What may stand behind the name: where it is, or another word for a condition ("reflux disorder").
_GOES_ON: Final = re.compile(
    r"[ -](?:of|in) [\w -]+|[ -](?:[\w-]+ )*(?:"
    r"attack|cancer|complication|crisis|damage|defect|deficiency|disease|disorder|disturbance|dysfunction|"
    r"episode|failure|impairment|infection|injury|insufficiency|lesion|lymphoma|malignancy|neoplasm|pain|"
    r"reaction|"
    r"symptom|syndrome|toxicity|tumou?r|(?:\w+)(?:itis|osis|emia|oma|pathy|algia|uria))s?",
    re.IGNORECASE,
)
_JOIN: Final = re.compile(r"\b(?:and|or)\b")
_SHORT_FORM: Final = re.compile(r"(?=.*[A-Z].*[A-Z])[A-Z][A-Za-z0-9-]{1,6}")
_OF_GENE_AFTER: Final = re.compile(
    r"[ -]?(?:gene|locus|loci|allele|[mc]?[DR]NA|transcript|exon|promoter|protein|isoform|enzyme)s?\b"
)
_OF_GENE_BEFORE: Final = ("encoding ", "human ", "murine ", "of the gene ")
_DOSE: Final = re.compile(r" \W?[dx×]?-?\d")
_CLASS_BEFORE: Final = re.compile(
    r"(?:[\w-]+ )?(?:conjugate|antibody|inhibitor|blocker|(?:ant)?agonist|engager|degrader|vaccine|drug|"
    r"agent|"
    r"pill|tablet|capsule)s? ",
    re.IGNORECASE,
)
#: What a head may leave away from a longer name, such as "progressive" or "heparin-induced"; a second cancer
#: is another thing than a cancer.
_ONE_WORD: Final = re.compile(r"(?!second)[^\s]+\s*", re.IGNORECASE)


def with_settled_borders(
    text: str,
    proposals: Sequence[Proposal],
    is_name: Callable[[str], bool],
    is_well_cut: Callable[[Sequence[str]], bool],
) -> list[Proposal]:
    """Conditions that a head and the lexicon both found, each with the borders of one of them.

    The head's count where it reads more words than the one name in it ("venous thrombo-embolism", not
    "embolism"), none of them a marker's or leading to it, and where it leaves one word of a name that is from
    a list of findings or of special forms and reads a name still ("pain" in "injection-site pain", not
    "polyangiitis"). Otherwise the lexicon's count.

    Args:
        text: the text of the document.
        proposals: of all finders and families.
        is_name: whether words are the name of a condition.
        is_well_cut: whether the names of some candidates are as long as they should be.
    """
    named = sorted(
        (p for p in proposals if p.annotator == "lexicon" and p.family == "condition"), key=lambda p: p.start
    )
    starts = [p.start for p in named]
    longest_name = max((p.end - p.start for p in named), default=0)
    dropped: set[Proposal] = set()
    settled: dict[Proposal, Proposal] = {}
    for head in proposals:
        if head.annotator != "model" or head.family != "condition":
            continue
        near = named[bisect_left(starts, head.start - longest_name) : bisect_left(starts, head.end)]
        touched = [p for p in near if head.start < p.end]
        if not touched or any(p[:2] == head[:2] for p in touched):
            continue
        name = touched[0]
        is_sure = len(touched) == 1 and (head.score or 0) >= _BORDER_SCORE
        heard = text[head.start : head.end]
        leaves_a_word = (
            not is_well_cut(name.candidates) and _leaves_a_word(text, head, name) and is_name(heard)
        )
        reads_more = _reads_more(text, head, name) and (
            not _OF_NAME.match(text, head.start, name.start) or is_name(heard)
        )
        if is_sure and (reads_more or leaves_a_word):
            dropped.add(name)
            settled[head] = head._replace(label=name.label)
        else:
            dropped.add(head)
    return [settled.get(p, p) for p in proposals if p not in dropped]


def without_short_forms_of_molecules(text: str, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals, without short names of conditions where they stand for a gene or what is made from it.

    A gene and the disease of its loss often share a short name ("VLCAD cDNA"). A head must take it for a
    molecule, and none for a condition, since heads take some short names of diseases for genes, too.
    """
    heard: dict[Extent, set[Family]] = {}
    for proposal in proposals:
        if proposal.annotator == "model":
            heard.setdefault((proposal.start, proposal.end), set()).add(proposal.family)
    return [
        p
        for p in proposals
        if p.annotator != "lexicon"
        or p.family != "condition"
        or heard.get((p.start, p.end)) != {"molecule"}
        or not _SHORT_FORM.fullmatch(text, p.start, p.end)
        or not (_OF_GENE_AFTER.match(text, p.end) or text.endswith(_OF_GENE_BEFORE, 0, p.start))
    ]


def without_doses(text: str, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals, without those of a head that took more along with the name of an agent that is known.

    That is a dose or a schedule behind it, or before it the class that it belongs to ("conjugate X").
    """
    known = [p for p in proposals if p.annotator == "lexicon" and p.family == "agent"]
    ends, starts = {p.start: p.end for p in known}, {p.end: p.start for p in known}

    def takes_more(head: Proposal) -> bool:
        end, start = ends.get(head.start, head.end), starts.get(head.end, head.start)
        if end < head.end:
            return _DOSE.match(text, end, head.end) is not None
        return head.start < start and _CLASS_BEFORE.fullmatch(text, head.start, start) is not None

    return [p for p in proposals if p.annotator != "model" or p.family == "condition" or not takes_more(p)]


def _reads_more(text: str, head: Proposal, name: Proposal) -> bool:
    if not (head.start <= name.start and name.end <= head.end):
        return False
    if _MARKER.search(text, head.start, name.start) or _VERB.match(text, head.start, name.start):
        return False
    tail = text[name.end : head.end]
    return not tail or (_GOES_ON.fullmatch(tail) is not None and not _JOIN.search(tail))


def _leaves_a_word(text: str, head: Proposal, name: Proposal) -> bool:
    if not name.candidates or head.end != name.end:
        return False
    return _ONE_WORD.fullmatch(text, name.start, max(name.start, head.start)) is not None


def without_crossings(proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals of all families; of two that cross, or cover the same characters, the more trusted one."""
    kept = [p for group in _touching(proposals) for p in (group if len(group) == 1 else _uncrossed(group))]
    return sorted(kept, key=_rank)


def _rank(proposal: Proposal) -> tuple[int, ...]:
    """What counts where proposals cross: trust, then length."""
    length = proposal.end - proposal.start
    return -_TRUST[proposal.annotator], -length, FAMILIES.index(proposal.family), proposal.start


def _uncrossed(group: Iterable[Proposal]) -> Iterable[Proposal]:
    """Those of some proposals that overlap each other that may stand beside each other."""
    kept: dict[Extent, Proposal] = {}
    for proposal in sorted(group, key=_rank):
        extent = start, end = proposal.start, proposal.end
        others = [other for other in kept if other[0] < end and start < other[1]]
        if extent in kept or any(_cross(extent, other) for other in others):
            continue
        if proposal.annotator == "model" and any(
            kept[other].annotator == "rule" and proposal.family == "condition" for other in others
        ):
            continue  # part of a therapy's name
        kept[extent] = proposal
    return kept.values()


def _cross(one: Extent, other: Extent) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


#: Here these are receptors and cells, not the genes CXADR, NR1I3 and CARTPT, of which they are aliases.
_RECEPTOR_WORD: Final = re.compile(r"CARs?|CARTs?|CAARs?|CAARTs?")
#: So broad that they single out no condition; with a modifier they may ("solid tumours").
_BROAD: Final = re.compile(
    r"(?:cancerous|malignant|neoplas(?:ia|tic)|oncology|disease|illness|disorder|syndrome|condition)s?|"
    r"(?:extramedullary|residual|bulky) disease|blood cancers?",
    re.IGNORECASE,
)
_OF_CELLS: Final = re.compile(r"\b(?:cell|cellular|neuronal|apoptotic|programmed) $", re.IGNORECASE)
_CELL_WORDS: Final = 20  # characters: more than the longest of them
_BROAD_AGENT: Final = re.compile(
    r"(?:clinical |randomi[sz]ed )?(?:trial|study|studies)s?|platinum|bispecific", re.IGNORECASE
)
_LONGEST_HEADING_WORD: Final = 6  # letters; longer names are read in capitals, too


def is_broad(text: str, proposal: Proposal) -> bool:
    """Whether a proposal names no more than "a disease", "a clinical trial" or "a CAR"."""
    surface = text[proposal.start : proposal.end]
    if proposal.family == "condition":
        before = text[max(0, proposal.start - _CELL_WORDS) : proposal.start]
        is_of_cells = surface.lower() == "death" and _OF_CELLS.search(before) is not None
        return is_of_cells or _BROAD.fullmatch(surface) is not None or _is_heading_word(text, proposal)
    if proposal.family == "molecule":
        return _RECEPTOR_WORD.fullmatch(surface) is not None
    return proposal.family == "agent" and _BROAD_AGENT.fullmatch(surface) is not None


def _is_heading_word(text: str, proposal: Proposal) -> bool:
    """Whether a short name is a word of a line in capitals ("ARMS AND INTERVENTIONS")."""
    surface = text[proposal.start : proposal.end]
    if len(surface) > _LONGEST_HEADING_WORD or not surface.isalpha() or not surface.isupper():
        return False
    start = text.rfind("\n", 0, proposal.start) + 1
    end = text.find("\n", proposal.end)
    line = text[start : end if end >= 0 else len(text)]
    return line.upper() == line and re.search(r"[^\W\d]{4,}", line.replace(surface, " ")) is not None
