"""Mentions: what heads, lexicon, abbreviations and the grammar of therapy phrases found, put into one group.

Method: every finder proposes stretches with a label; proposals of one family (conditions, molecules, agents)
do not overlap, the longest wins, and the lexicon wins a tie; families may nest ("CD19" in "CD19 CAR T cells")
but not cross. Molecules become ANTIGEN or GENE by what the knowledge base says of them and by the words
around, agents THERAPY or CHEMICAL. Whether a condition is a DISEASE or an ADVERSE_EVENT is a first guess.

A text that gives no evidence of being biomedical gets no mentions: a ticker called CART and "B cells" in a
battery are words of another world.

Reads `doc.spans["conditions" | "genes" | "chemicals" | "lexicon"]` and `doc._.abbreviations`; writes
`doc.spans["mentions"]` with `annotator`, `score` and `candidates`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components.agents import agent_label, apart, apposed, with_donors, without_homonyms
from pipeline.components.biomedical import is_biomedical
from pipeline.components.extensions import (
    MENTIONS,
    set_span_value,
    span_value,
    text_of,
    token_borders,
)
from pipeline.components.heard import WORDY, from_heads
from pipeline.components.proposals import (
    FAMILIES,
    Proposal,
    is_broad,
    longest,
    of_family,
    with_settled_borders,
    without_crossings,
    without_doses,
    without_short_forms_of_molecules,
)
from pipeline.components.weak_names import is_written
from pipeline.findings import Extent
from pipeline.grammar.prefilter import compiled
from pipeline.grammar.therapy_phrases import TherapyPhrase, find_phrases, find_products, masked
from pipeline.lexicon import KnowledgeBase, composed_id, load_knowledge, therapy_kind
from pipeline.lexicon.composed import KINDS
from pipeline.settings import settings

_LEXICON: Final = "lexicon"
_RULE_SCORE: Final = 0.9
_LISTS_OF_FINDINGS: Final = ("OAE:", "HP:", "NCIT:")
_LISTS_OF_DISEASES: Final = ("MESH:", "Orphanet:", "cartographer:")

_CAR_T: Final = next(kind for kind in KINDS if kind.slug == "car-t")


class Mentions:
    """Component `cartographer_mentions`.

    Args:
        knowledge: tells antigens from other molecules.
    """

    def __init__(self, knowledge: KnowledgeBase, name: str = "mentions") -> None:
        self.knowledge = knowledge
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["mentions"]`."""
        text = text_of(doc)
        known = [p for p in self._from_lexicon(doc) if not _IS_OTHER.match(text, p.start)]
        known = list(apart(text, without_homonyms(text, known, self.knowledge), self.knowledge))
        known = [*with_donors(text, known, self.knowledge), *self._of_species(text)]
        proposals = without_doses(text, [*known, *from_heads(doc, self.knowledge)])
        proposals = [p for p in proposals if not is_broad(text, p)]
        proposals = without_short_forms_of_molecules(text, proposals)
        molecules = [(p.start, p.end) for p in longest(p for p in proposals if p.family == "molecule")]
        phrases = find_phrases(masked(text, molecules), text, self._molecule_stems(text))
        proposals.extend(self._from_phrases(text, phrases, proposals))
        proposals = list(apposed(text, proposals))
        doc._.is_biomedical = is_biomedical(text, proposals)
        if not doc._.is_biomedical:
            doc.spans[MENTIONS] = []
            return doc
        taken = [(p.start, p.end) for p in proposals if p.annotator != "model"]
        proposals.extend(
            Proposal(start, end, "THERAPY", "rule", _RULE_SCORE) for start, end in find_products(text, taken)
        )
        proposals.extend(_from_abbreviations(doc, proposals))
        proposals = with_settled_borders(text, proposals, self._is_condition, self._is_well_cut)
        kept = without_crossings([p for family in FAMILIES for p in of_family(proposals, family)])
        kept = self._heads_of_names(text, [*kept, *self._bare_tumours(text, kept)])
        doc.spans[MENTIONS] = self._spans(doc, kept, phrases)
        return doc

    def _from_lexicon(self, doc: Doc) -> Iterator[Proposal]:
        heard = [(span.start, span.end) for span in doc.spans.get("conditions", ())]
        text, values = text_of(doc), doc.user_data
        for span in doc.spans.get(_LEXICON, ()):
            start, end = span.start_char, span.end_char
            if not WORDY.search(text, start, end):
                continue
            score = span_value(values, "score", start, end)
            candidates = span_value(values, "candidates", start, end)
            found = Proposal(start, end, span.label_, "lexicon", score, candidates)
            if found.family == "condition" and not self._speaks_for_itself(found.candidates):
                place = bisect_right(heard, (span.end - 1, len(doc)))
                if not place or heard[place - 1][1] <= span.start:
                    continue
            yield found

    def _speaks_for_itself(self, candidates: Sequence[str]) -> bool:
        """Whether a condition's name needs no head to confirm it.

        Lists of findings hold words that are conditions only in their context ("regression", "gene mutation",
        "angiotensin-converting enzyme"); what a list of diseases has, too, and the list written for cell
        therapies are conditions anywhere.
        """
        if not candidates or not candidates[0].startswith(_LISTS_OF_FINDINGS):
            return True
        return any(
            xref.startswith(_LISTS_OF_DISEASES) for xref in self.knowledge.concept(candidates[0]).xrefs
        )

    def _is_condition(self, words: str) -> bool:
        return bool(self.knowledge.lookup(words, "DISEASE"))

    def _is_well_cut(self, candidates: Sequence[str]) -> bool:
        """Whether the names of a condition are as long as they should be, as on the list written by hand."""
        return bool(candidates) and (
            candidates[0].startswith("DOID:") or is_written(self.knowledge, candidates[0])
        )

    def _bare_tumours(self, text: str, kept: Sequence[Proposal]) -> Iterator[Proposal]:
        """Bare words for tumours ("cancer") where they are no part of a longer name."""
        words = list(_BARE_WORD.everywhere(text))
        covered = {place for p in kept for place in range(p.start, p.end)} if words else set()
        for match in words:
            if covered.isdisjoint(range(*match.span())):
                candidates = self.knowledge.lookup(match.group(), "DISEASE")
                yield Proposal(*match.span(), "DISEASE", "rule", _RULE_SCORE, candidates)

    def _is_tumour(self, text: str, proposal: Proposal) -> bool:
        if proposal.family != "condition" or not proposal.candidates:
            return False
        names = (text[proposal.start : proposal.end], self.knowledge.concept(proposal.candidates[0]).name)
        return not _BARE.fullmatch(names[0]) and any(_TUMOUR.search(name) for name in names)

    def _heads_of_names(self, text: str, proposals: Sequence[Proposal]) -> list[Proposal]:
        """A bare head ("the leukemia") means the one condition of the text whose name ends so.

        "Cancer" and "tumour" mean the tumour named last before, else the first one named.
        """
        names: dict[str, set[tuple[str, ...]]] = {}
        tumours = sorted((p.start, p.candidates) for p in proposals if self._is_tumour(text, p))
        starts = [start for start, _ in tumours]
        conditions = [p for p in proposals if p.family == "condition" and p.candidates]
        for proposal in conditions:
            words = text[proposal.start : proposal.end].lower().split()
            if len(words) > 1:
                names.setdefault(_singular(words[-1]), set()).add(proposal.candidates[:1])
        resolved = []
        for proposal in proposals:
            meant = names.get(_singular(text[proposal.start : proposal.end].lower()), set())
            if proposal.family == "condition" and proposal.candidates and len(meant) == 1:
                resolved.append(proposal._replace(candidates=next(iter(meant))))
            elif (
                proposal.family == "condition"
                and _BARE.fullmatch(text, proposal.start, proposal.end)
                and tumours
            ):
                named_last = max(bisect_left(starts, proposal.start) - 1, 0)
                resolved.append(proposal._replace(candidates=tumours[named_last][1][:1]))
            else:
                resolved.append(proposal)
        return resolved

    def _molecule_stems(self, text: str) -> set[str]:
        """Words glued to "CAR" that name a molecule ("FAPCAR")."""
        stems = {match["stem"] for match in _GLUED_STEM.everywhere(text)}
        return {stem for stem in stems if self.knowledge.lookup(stem, "GENE")}

    def _of_species(self, text: str) -> Iterator[Proposal]:
        """Antigens with a letter for the species that they are of ("cCD20", "mCD19", "huGD2")."""
        for stem in _STEM.finditer(text):
            species = _SPECIES_BEFORE.search(text, max(0, stem.start() - 2), stem.start())
            candidates = self.knowledge.lookup(stem.group(), "GENE") if species else ()
            if species and candidates and self.knowledge.concept(candidates[0]).molecule_role == "antigen":
                yield Proposal(species.start(), stem.end(), "ANTIGEN", "rule", _RULE_SCORE, candidates)

    def _from_phrases(
        self, text: str, phrases: Iterable[TherapyPhrase], proposals: Sequence[Proposal]
    ) -> Iterator[Proposal]:
        """Phrases, with the concept that kind and targets spell out ("CD19/BCMA products": CAR T cells)."""
        molecules = sorted(
            (p for p in proposals if p.family == "molecule" and p.candidates), key=lambda p: p.start
        )
        products = [p for p in proposals if p.label == "THERAPY" and p.candidates]
        for phrase in phrases:
            start, end = phrase.extent
            named = therapy_kind(text[start:end])
            kind = named or (_CAR_T if phrase.is_cell_therapy else None)
            inside = [p for p in molecules if phrase.bound_from <= p.start and p.end <= phrase.bound_to]
            candidates: tuple[str, ...] = ()
            if kind is not None and (inside or phrase.bound_from == phrase.bound_to):
                # Without a name for what it binds only the kind is known.
                symbols = [self.knowledge.concept(p.candidates[0]).name for p in inside]
                candidates = (composed_id(kind, symbols),)
                if candidates[0] not in self.knowledge:
                    candidates = ()
            if phrase.is_cell_therapy and inside:
                candidates = self._product_beside(text, phrase.extent, inside, products) or candidates
            yield Proposal(start, end, "THERAPY", "rule", _RULE_SCORE, candidates)
        for match in _FLU_CY.everywhere(text):
            for group, drug in (("flu", "fludarabine"), ("cy", "cyclophosphamide")):
                place = match.span(group if match[group] else f"{group}2")
                yield Proposal(*place, "THERAPY", "rule", _RULE_SCORE, self.knowledge.lookup(drug, "THERAPY"))
        for match in _IMMUNOGLOBULIN_GIVEN.everywhere(text):
            replacement = self.knowledge.lookup("immunoglobulin replacement", "THERAPY")
            yield Proposal(*match.span(1), "THERAPY", "rule", _RULE_SCORE, replacement)

    def _product_beside(
        self, text: str, extent: Extent, inside: Sequence[Proposal], products: Sequence[Proposal]
    ) -> tuple[str, ...]:
        """The product that a phrase describes: "X, an autologous CD19 CAR T-cell product", "CD19 CAR-T X"."""
        bound = {p.candidates[0] for p in inside}
        for product in products:
            described = product.end <= extent[0] and _DESCRIBED.fullmatch(text, product.end, extent[0])
            called = extent[1] <= product.start and _CALLED.fullmatch(text, extent[1], product.start)
            if (described or called) and set(self.knowledge.targets(product.candidates[0])) == bound:
                return product.candidates[:1]
        return ()

    def _spans(self, doc: Doc, proposals: Sequence[Proposal], phrases: Sequence[TherapyPhrase]) -> list[Span]:
        bound = [(p.bound_from, p.bound_to) for p in phrases if p.is_cell_therapy]
        found: dict[Extent, Span] = {}
        text, values = text_of(doc), doc.user_data
        starts, ends = token_borders(doc)
        products = {
            text[p.start : p.end] for p in proposals if p.label == "THERAPY" and p.annotator == "rule"
        }
        for proposal in proposals:
            # All tokens that the proposal touches.
            first, last = bisect_right(starts, proposal.start) - 1, bisect_left(ends, proposal.end)
            extent = starts[first], ends[last]
            if extent in found:
                continue
            label = self._label(text, proposal, bound)
            if label in ("GENE", "CHEMICAL") and not proposal.candidates and text[slice(*extent)] in products:
                label = "THERAPY"  # a name means one thing in a text
            set_span_value(values, "annotator", *extent, proposal.annotator)
            set_span_value(values, "score", *extent, proposal.score)
            set_span_value(values, "candidates", *extent, proposal.candidates)
            found[extent] = Span(doc, first, last + 1, label=label)
        return [found[extent] for extent in sorted(found, key=lambda extent: (extent[0], -extent[1]))]

    def _label(self, text: str, proposal: Proposal, bound: Sequence[Extent]) -> str:
        if proposal.family == "condition":
            return "ADVERSE_EVENT" if proposal.label == "ADVERSE_EVENT" else "DISEASE"
        if proposal.family == "agent":
            return agent_label(text, proposal, self.knowledge)
        if proposal.candidates:
            concept = self.knowledge.concept(proposal.candidates[0])
            if concept.molecule_role:
                return "ANTIGEN" if concept.molecule_role == "antigen" else "GENE"
        inside = any(start <= proposal.start and proposal.end <= end for start, end in bound)
        is_marker = _MARKER_AFTER.match(text, proposal.end) is not None
        return "ANTIGEN" if inside or is_marker else "GENE"


#: The usual lymphodepletion, written as one word for two drugs.
_FLU_CY: Final = compiled(
    r"\b(?:(?P<flu>[Ff]lu|FLU) ?[/+-] ?(?P<cy>[Cc]y|CY)|(?P<cy2>[Cc]y|CY) ?[/+-] ?(?P<flu2>[Ff]lu|FLU))\b"
)
#: What patients without B cells are given; "immunoglobulin" alone is more often what is measured.
_IMMUNOGLOBULIN_GIVEN: Final = compiled(
    r"\b(?:(?:managed|treated|supported|supplemented) with|given|gives?|gets?|got|needs?|needed|needing|"
    r"need (?:for|of)|received?|receiving|monthly|weekly|regular|supplementary|prophylactic|"
    r"infusions? of|doses? of) (immunoglobulins?)\b"
    r"(?! (?:\w+ )?(?:levels?|concentrations?|titers?|titres?|G\b|A\b|M\b|heavy|light|gene))",
    re.IGNORECASE,
)
#: Names of the lexicon that are another thing as they are written here: the lymphodepletion in one word, the
#: rate of filtration, a blood pressure, a type of tissue ("HLA-A*02 type").
_IS_OTHER: Final = re.compile(
    rf"{_FLU_CY.pattern.pattern}|(?-i:eGFR)\b|BP \d|"
    r"HLA-[A-Z]+\d?\*\d+(?::\d+)*[ -](?:type|typing|positiv|restrict|haplotype|allele)"
)
_DESCRIBED: Final = re.compile(
    r"[^.;\n]{0,40}?(?:[,)–—]|\bis\b|\bwas\b)\s*,?\s*(?:which is |formerly )?an?\s+(?:[\w‑-]+,?\s+){0,4}?|"
    r"\s*\((?:an? )?"
)
_CALLED: Final = re.compile(
    r"\s*,?\s*(?:therapy |product |candidate )?(?:called |named |dubbed |known as |termed )?\(?(?:now |"
    r"later )?"
)
_GLUED_STEM: Final = compiled(r"\b(?P<stem>[A-Z][A-Za-z0-9]{1,7})CARs?\b")
#: A symbol right after a small letter, and what that may be; what begins with capitals is sought fast.
_STEM: Final = re.compile(r"[A-Z](?<=[cfhmru].)[A-Z]{1,4}\d{1,3}(?!\w)")
_SPECIES_BEFORE: Final = re.compile(r"(?<![\w-])(?:[cfhmr]|hu|mu|rh)$")
_MARKER_AFTER: Final = re.compile(
    r"[⁺⁻]|[+](?!\d)|[-‐‑ ]?(?:positive|negative|expressing|high|low|bright|dim)\b|\^"
)


def _from_abbreviations(doc: Doc, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Short forms whose long form is a mention."""
    by_end: dict[int, Proposal] = {}
    for proposal in sorted(proposals, key=lambda p: p.end - p.start):
        by_end[proposal.end] = proposal
    for short, long in doc._.abbreviations:
        meant = by_end.get(long[1])
        if meant is None or meant.end - meant.start < (long[1] - long[0]) / 2:
            continue
        if _PREPOSITION.search(text_of(doc), long[0], max(long[0], meant.start)):
            continue  # "deleted in colorectal carcinoma (DCC)" is no carcinoma
        start, end = short
        yield Proposal(start, end, meant.label, "abbreviation", meant.score, meant.candidates)


_PREPOSITION: Final = re.compile(r"\b(?:in|of|for|with|from|to|by|against)\b", re.IGNORECASE)


def _singular(word: str) -> str:
    return word.removesuffix("s").replace("aemia", "emia").replace("umour", "umor")


#: Names of tumours in general, and the endings of those of particular ones.
_BARE: Final = re.compile(r"(?:cancer|malignanc(?:y|ie)|tumou?r|neoplasm)s?", re.IGNORECASE)
_BARE_WORD: Final = compiled(
    r"\b(?:cancer|tumou?r)s?\b(?![-‐‑ ](?:necrosis|suppressor|associated))", re.IGNORECASE
)
_TUMOUR: Final = re.compile(
    r"\w (?:cancer|tumou?r|malignanc(?:y|ie)|neoplasm)s?$|(?:blast|lymph|myel|carcin|sarc|melan|gli|"
    r"adenocarcin|mesotheli)"
    r"omas?$|leuka?emias?$",
    re.IGNORECASE,
)


@Language.factory("cartographer_mentions", default_config={"knowledge": None})
def create_mentions(nlp: Language, name: str, knowledge: str | None) -> Mentions:  # noqa: ARG001 - spaCy's signature
    """Entry of the component in spaCy's registry.

    Args:
        nlp: the language object.
        name: name of the component.
        knowledge: folder of the knowledge base; None for the one of this installation.
    """
    return Mentions(load_knowledge(Path(knowledge) if knowledge else settings().knowledge), name)
