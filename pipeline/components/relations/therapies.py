r"""Which therapy mentions of a document name the same thing, of what kind it is, and which one is studied.

A *product* has a name of its own ("axi-cel", "FT819"), a *class* is named by what it binds ("BCMA CAR T
cells"), *generic* words say neither ("CAR T cells", "the cells"). "X, an autologous CD19-directed CAR T-cell
product", "X (CD19 CAR NK cells)" and "a CD70-directed CAR-T called X" make product and class one thing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final, Literal

from spacy.tokens import Doc, Span

from pipeline.components.extensions import text_of
from pipeline.findings import Extent
from pipeline.grammar.prefilter import compiled
from pipeline.grammar.product_codes import is_code
from pipeline.grammar.treat_cues import DEFINED
from pipeline.lexicon import therapy_kind
from pipeline.stretches import between

#: CURIEs of the antigens that a therapy binds, as the knowledge base has them; () where it has none.
TargetLookup = Callable[[str], Sequence[str]]
TherapyForm = Literal["product", "class", "generic"]

_CELL_WORDS: Final = re.compile(
    r"CAR(?![a-z])|CAAR|\bTCR|[a-z‑-]cel\b|\bT[-‑ ]?cells?\b|T[-‑ ]?regs?\b|\bNK\b|regulatory T|"
    r"(?:^|[-‑ ])CARTs?|chimeric antigen",
)
#: Words of which generic therapy phrases consist.
_GENERIC: Final = re.compile(
    r"^(?:(?:an?|the|these|this|such|our|their|autologous|allogeneic|engineered|modified|gene|genetically|"
    r"adoptive|"
    r"donor|derived|conventional|first|second|third|next|generation|novel|new|standard|in|ex|vivo|off|shelf|"
    r"cellular|"
    r"armou?red|universal|commercial|chimeric|antigen|receptors?|CARs?|CARTs?|CAR-?Ts?|T|NK|TCR|Tregs?|"
    r"regulatory|"
    r"cells?|lymphocytes?|therap(?:y|ies)|products?|treatments?|infusions?|transfer|immunotherap(?:y|ies)|"
    r"candidates?|constructs?|and|of|solid|tumou?r)[\s\-‑–()]*)+$",
    re.IGNORECASE,
)
#: Characters after a code in which it is told what it is.
_TOLD_AFTER: Final = 100
#: What a code is made of, where it is cells.
_CELLS: Final = re.compile(
    r"(?:,? (?:is|are|was|consists? of|comprises?|contains?|couples|combines|carries) |, |\s?\(| ?[:=] )"
    r"[^.;]{0,80}?(?:\bCAR\b|CAR[- ]T|[Cc]himeric|\b(?:T|NK|[Ll]ymphoid|[Kk]iller)[- ][Cc]ells?\b|"
    r"\bTregs?\b|\b[Cc]ell (?:product|therapy)|"
    r"\breceptors? (?:for|against|specific|directed|aimed|trained)\b|"
    r"\b(?:[Aa]utologous|[Aa]llogeneic)\b)|[- ][Cc]ells\b"
)
#: What a text says where the product that it is on is cells with a receptor, whatever it calls them.
_OF_CELLS: Final = compiled(
    r"\bCAR\b|CAR-?T|[Cc]himeric|\b(?:T|NK)[- ][Cc]ells?,? (?:\w+ ){0,4}?(?:modified|engineered|transduced|"
    r"redirected|fitted|armed|equipped|with|carry(?:ing)?|bear(?:ing)?)\b|"
    r"\b(?:redirected|engineered|re-?engineered|reprogrammed) (?:T[- ]cells?|NK[- ]cells?|lymphocytes)\b"
)
#: What a code in apposition or brackets is where it is no cell: "ABC-1, an oral inhibitor".
_NO_CELLS: Final = re.compile(
    r"^[^.;]{0,12}[,(](?: ?an?| ?the)? (?:[\w/-]+,? ){0,6}?(?:antibod|inhibitor|vaccine|small molecule|"
    r"drug\b|"
    r"bispecific|conjugate|agonist|antagonist|protein|peptide|enzyme|degrader|oral\b|tablet)",
    re.IGNORECASE,
)
#: What stands before the name of a thing that works with the cells, but is none.
_HELPER: Final = re.compile(
    r"\b(?:module|adapt[eo]r|antibody|engager|inhibitor|switch|drug|vaccine|booster),? (?:called )?\(?$"
)
_DRUG: Final = re.compile(r"\b(?:drugs?|agents?|antibod(?:y|ies)|inhibitors?|vaccines?)$", re.IGNORECASE)
#: Cells that display an antigen as bait for the B cells that bind it; they bind nothing themselves.
BAIT: Final = re.compile(r"CAAR")
_BOUND_CELLS: Final = re.compile(r"\b(?:cells?|products?|ones?|constructs?|T)$|\bCARs?\b", re.IGNORECASE)
#: After an antigen of the cells themselves, or of what a particle is to find them by.
_PHENOTYPE: Final = re.compile(
    r"[⁺+](?!\s*(?:and\b|/|[A-Z]+\d))|(?:[⁺+]/\w+)*[⁺+] [\w-]*\d[\w-]*[ -]CAR|[-‑ ](?:positive|deleted|"
    r"negative|knock-?out|deficient|edited|null|armou?red)|\s*/\s*LNP"
)
#: A kind of cells without a target: also the concept of cells with a name of their own ("S103 CAR-T cells").
_KIND_ID: Final = re.compile(r"^cartographer:[a-z-]+$")
#: Kinds of engineered cells, whatever their words ("car-t", "the CAR one").
_CELLS_ID: Final = re.compile(r"^cartographer:(?:car|caar|tcr)\b")
_PRODUCT_ID: Final = re.compile(r"^cartographer:(?:therapy|product)\.")
# What stands between two mentions of one thing.
_APPOSITION: Final = re.compile(
    r"^[\s)]*(?:,|is|are|was|,? which is|consists? of|,? or|–|—|:)\s*"
    r"(?:an?|the|its|our)\s+(?:[\w+/‑-]+[,\s]+){0,7}$"
)
_CALLED: Final = re.compile(
    r"^\s*,?\s*(?:product|candidate|therapy|construct|cells?)?,?\s*"
    r"(?:called|named|known as|dubbed|designated|termed|code-?named)?,?\s*$"
)
_OPENS_BRACKET: Final = re.compile(
    r"^\s*[(\[]\s*(?:formerly|now|later|once|previously|also(?: known as| called)?|a\.?k\.?a\.?|"
    r"or|known as)?\s*$"
)


@dataclass
class Therapy:
    """One therapy and all its mentions, in order of the text."""

    key: str
    form: TherapyForm
    is_engineered: bool
    mentions: list[Span] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)

    described: set[Extent] = field(default_factory=set)

    def _is_name(self, span: Span) -> bool:
        """Whether a mention names the therapy, rather than describing a product by what it binds."""
        is_described = self.form == "product" and extent_of(span) in self.described
        return therapy_key(span) == self.key and not is_described

    @property
    def first(self) -> Span:
        """The mention that stands for the therapy: the first one that names it as itself."""
        return next(filter(self._is_name, self.mentions), self.mentions[0])

    def naming(self, span: Span) -> Span:
        """The mention itself if it names the therapy as itself, else the one that stands for the therapy."""
        return span if self._is_name(span) else self.first


#: Where a mention or a section begins.
begin: Final = attrgetter("start_char")


def extent_of(span: Span) -> Extent:
    """Characters of a span."""
    return span.start_char, span.end_char


def concept_key(span: Span) -> str:
    """What a mention names: its concept, or its words in lower case."""
    return span.kb_id_ or _plain(span.text)


@lru_cache(maxsize=4_096)
def _plain(words: str) -> str:
    """Words in lower case, with plain hyphens and single blanks."""
    return " ".join(words.lower().replace("‑", "-").split())


def therapy_key(span: Span) -> str:
    """What a therapy mention names; cells that are known by their own name alone go by their words."""
    if _KIND_ID.match(span.kb_id_) and not _GENERIC.match(span.text):
        return _plain(span.text)
    return concept_key(span)


def bound_in_phrase(span: Span, antigens: Iterable[Span]) -> list[Span]:
    """The antigens inside a therapy's own phrase that its receptor binds ("CD19/CD22 CAR T cells" binds two).

    "CD8⁺ CAR T cells" tells a phenotype, "CD5/LNP-FAPCAR" a delivery handle and "CAR/CXCR5-T cells" what the
    cells carry beside the receptor: none of them is bound by it.
    """
    found = []
    for antigen in antigens:
        if not (span.start_char <= antigen.start_char and antigen.end_char <= span.end_char):
            continue
        before = span.text[: antigen.start_char - span.start_char]
        after = span.text[antigen.end_char - span.start_char :]
        if _PHENOTYPE.match(after) or re.search(r"CAR/$", before):
            continue
        found.append(antigen)
    return found


class TherapyReader:
    """Groups the therapy mentions of a Doc.

    Args:
        targets: what the knowledge base knows a therapy to bind.
    """

    def __init__(self, targets: TargetLookup) -> None:
        self.targets = targets

    def is_engineered(self, span: Span) -> bool:
        """Whether a mention names engineered cells, by its concept or its words."""
        kind = therapy_kind(span.text)
        if (kind is not None and not kind.is_cell_therapy) or _DRUG.search(span.text):
            return False
        if span.kb_id_ and (self.targets(span.kb_id_) or _CELLS_ID.match(span.kb_id_)):
            return True
        return kind is not None or _CELL_WORDS.search(span.text) is not None

    def form(self, span: Span, bound: Sequence[Span]) -> TherapyForm:
        """Product, class or generic."""
        if span.kb_id_ and _PRODUCT_ID.match(span.kb_id_):
            return "product"
        if bound and not (is_code(span.text) and therapy_kind(span.text) is None):
            return "class"
        return "generic" if _GENERIC.match(span.text) else "product"

    def read(self, doc: Doc, mentions: Sequence[Span]) -> list[Therapy]:
        """The therapies of a document with these mentions in order of their first, aliases put together."""
        antigens = [span for span in mentions if span.label_ == "ANTIGEN"]
        spans = [span for span in mentions if span.label_ == "THERAPY"]
        bound = {extent_of(span): bound_in_phrase(span, antigens) for span in spans}
        found: dict[str, Therapy] = {}
        known: dict[tuple[str, str], bool] = {}  # a document names a therapy four times
        for span in spans:
            inside, name = bound[extent_of(span)], (span.kb_id_, span.text)
            if name not in known:
                known[name] = self.is_engineered(span)
            engineered = known[name] or (
                bool(inside) and therapy_kind(span.text) is None and bool(_BOUND_CELLS.search(span.text))
            )
            key = therapy_key(span)
            therapy = found.setdefault(key, Therapy(key, self.form(span, inside), engineered))
            therapy.mentions.append(span)
            if inside:
                therapy.described.add(extent_of(span))
            therapy.is_engineered = therapy.is_engineered or engineered
            if engineered:
                therapy.bound.update(concept_key(antigen) for antigen in inside)
        title_end = max(
            (x.end_char for x in doc._.sections if x.kind == "title" and x.start_char == 0), default=0
        )
        text = text_of(doc)
        self._merge_aliases(text, spans, found)
        self._merge_title(found, title_end)
        therapies = sorted(
            (therapy for therapy in found.values() if therapy.mentions),
            key=lambda t: extent_of(t.mentions[0]),
        )
        has_codes = any(is_code(therapy.first.text) for therapy in therapies)
        among_cells = any(therapy.is_engineered for therapy in therapies) or (
            has_codes and next(_OF_CELLS.in_lines(text), None) is not None
        )
        for therapy in therapies:
            if is_code(therapy.first.text):
                told = [text[span.end_char : span.end_char + _TOLD_AFTER] for span in therapy.mentions]
                among_cells = among_cells or any(_CELLS.match(words) for words in told)
                if any(
                    _HELPER.search(text[max(0, span.start_char - _TOLD_AFTER) : span.start_char])
                    for span in therapy.mentions
                ):
                    therapy.is_engineered = False
                elif among_cells and not any(_NO_CELLS.match(words) for words in told):
                    therapy.is_engineered = True
        return therapies

    @staticmethod
    def _merge_aliases(text: str, spans: Sequence[Span], found: dict[str, Therapy]) -> None:
        """Give a product the mentions of its class that stand beside its name.

        Only those: "a CD19-directed CAR-T called X" says nothing of "other CD19 products".
        """
        for first, second in _neighbours(spans):
            one, two = found[therapy_key(first)], found[therapy_key(second)]
            if one is two or not _same_thing(text, first, second, one, two):
                continue
            keeper, other, span = (one, two, second)
            if two.form == "product" and one.form != "product":
                keeper, other, span = two, one, first
            keeper.is_engineered = one.is_engineered or two.is_engineered
            keeper.bound |= other.bound
            other.mentions = [mention for mention in other.mentions if mention is not span]
            keeper.mentions = sorted([*keeper.mentions, span], key=extent_of)

    def _merge_title(self, found: dict[str, Therapy], title_end: int) -> None:
        """A class in the title is the document's one product, where that binds the same."""
        products = [
            (therapy, therapy.bound | set(self.targets(therapy.first.kb_id_) if therapy.first.kb_id_ else ()))
            for therapy in found.values()
            # A product that is named once is brought in for comparison.
            if therapy.form == "product" and therapy.is_engineered and len(therapy.mentions) > 1
        ]
        for other in found.values():
            titled = [span for span in other.mentions if span.end_char <= title_end]
            fitting = [product for product, binds in products if other.bound and other.bound <= binds]
            if titled and other.form == "class" and len(fitting) == 1:
                other.mentions = [span for span in other.mentions if span not in titled]
                fitting[0].mentions = sorted([*titled, *fitting[0].mentions], key=extent_of)
                fitting[0].bound |= other.bound


def _neighbours(spans: Sequence[Span]) -> Iterable[tuple[Span, Span]]:
    for place, first in enumerate(spans):
        following = next((s for s in spans[place + 1 :] if s.start_char >= first.end_char), None)
        if following is not None and following.start_char - first.end_char < 100:
            yield first, following


def _same_thing(text: str, first: Span, second: Span, one: Therapy, two: Therapy) -> bool:
    """Whether two neighbouring mentions are a product and its class, or two names of a product."""
    forms = {one.form, two.form}
    if forms in ({"class"}, {"generic"}):
        return False
    if one.bound and two.bound and not one.bound & two.bound:
        return False
    gap = text[first.end_char : second.start_char]
    closes = re.match(r"[^()\[\]]{0,30}[)\]]", text[second.end_char : second.end_char + 31])
    if _OPENS_BRACKET.match(gap) and closes:
        return True
    if gap == " " and "class" in forms and one.is_engineered == two.is_engineered:
        return True  # "the CD20 antibody rituximab"
    if forms == {"product"} or not (one.is_engineered or two.is_engineered):
        return False
    if one.form == "product":
        return _APPOSITION.match(gap) is not None
    return _CALLED.match(gap) is not None


def main_therapies(therapies: Sequence[Therapy], text: str, piece: Extent, title_end: int) -> list[Therapy]:
    """Which of some therapies a piece of text is about, best first; several where it joins them ("A and B").

    A mention in the title weighs as much as three (chosen on the development set: a product that the headline
    names once outweighs one that a paragraph brings in for comparison).
    """
    start, end = piece
    weights: dict[int, float] = defaultdict(float)
    by_id = {id(therapy): therapy for therapy in therapies}
    for therapy in therapies:
        for span in between(therapy.mentions, start, end, begin):
            early = 0.5 if span.start_char < start + (end - start) / 3 else 0.0
            defined = 2.0 if DEFINED.match(text, span.end_char, end) else 0.0
            weights[id(therapy)] += 1.0 + early + defined + (3.0 if span.start_char < title_end else 0.0)
    candidates = [by_id[key] for key in weights]
    pool = (
        [t for t in candidates if t.is_engineered and t.form != "generic"]
        or [t for t in candidates if t.form == "generic" and t.is_engineered]
        or candidates
    )
    if not pool:
        return []
    ranked = sorted(pool, key=lambda therapy: (-weights[id(therapy)], extent_of(therapy.first)))
    best = ranked[0]
    partners = [
        other
        for other in ranked[1:]
        if other.is_engineered == best.is_engineered and _joined(text, best, other)
    ]
    return [best, *partners]


_JOIN: Final = re.compile(
    r"^\s*(?:,? and|,? plus|,? then|\+|/|combined with|together with|,? followed by)\s*(?:an?|the)?\s*$"
)


def _joined(text: str, one: Therapy, two: Therapy) -> bool:
    """Whether "and", "plus" or the like ever stands between the two."""
    ordered = sorted(
        [(extent_of(span), therapy is one) for therapy in (one, two) for span in therapy.mentions]
    )
    return any(
        of_one != of_other and left[1] <= right[0] < left[1] + 30 and _JOIN.match(text[left[1] : right[0]])
        for (left, of_one), (right, of_other) in pairwise(ordered)
    )
