"""Choose the concept of each mention, or none.

In this order, each step only where the one before found nothing:

1. the document's own abbreviation: its long form is looked up;
2. the name itself, by normal form; among homonyms the concept that the document also names otherwise, else
   the one that is better known. A weak name (two letters, say) counts only if the document names the concept
   in full;
3. a therapy that is put together ("BCMA-directed CAR T cells"): the product named in it, what the mention's
   finder made of it, or a concept made from its kind and its antigens;
4. the name without qualifiers ("relapsed or refractory …") and general words ("… therapy");
5. for conditions, another wording of the same ("hypertensive", "damage to the liver"); then the nearest name
   by 3-grams of letters, if it is near enough and says the same word by word; then what the condition is a
   kind of ("forearm myalgia" is myalgia). General words ("deficiency") have none of these;
6. null rather than a guess.

Sets `span.kb_id_` and `span._.concept_score` in `doc.spans["mentions"]`. The score is 1 for a name or its
abbreviation, 0.95 for a bare name, 0.9 for a homonym that the document supports, another wording or a therapy
put together, 0.7 for what a condition is a kind of, 0.6 for a homonym that is only better known, and the
cosine for a neighbour.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.components import extensions
from pipeline.components.extensions import MENTIONS, set_span_value
from pipeline.components.mentioned import Mentioned
from pipeline.errors import ModelError
from pipeline.grammar.product_codes import is_code
from pipeline.lexicon import (
    NEIGHBOURS_FILE,
    Kind,
    KnowledgeBase,
    Name,
    bare_phrases,
    cased_units,
    check_files,
    composed_id,
    conjuncts,
    kinds_of,
    load_knowledge,
    normal_form,
    rewordings,
    same_family,
    says_little,
    therapy_kind,
)
from pipeline.lexicon.neighbours import load_neighbours
from pipeline.settings import settings

_BY_NAME: Final = 1.0
_SUPPORTED: Final = 0.9
_BETTER_KNOWN: Final = 0.6
_BARE: Final = 0.95
_COMPOSED: Final = 0.9
_REWORDED: Final = 0.9
_KIND: Final = 0.7
#: A neighbour must be this near: on the development parts of BC5CDR and NCBI-disease, nearer ones miss names
#: and farther ones add more wrong concepts than right ones (table in models/EXPERIMENTS.md, "Grounding").
_NEAR: Final = 0.7
#: Shorter mentions are acronyms or words, for which 3-grams tell nothing.
_SHORTEST_FOR_NEIGHBOURS: Final = 6
_LONGEST_ACRONYM_UNIT: Final = 3
#: After a molecule: the cells that carry it, not what they are aimed at ("CD8+ CAR T cells").
_CARRIED: Final = re.compile(r"^[\s]*(?:\+|⁺|-positive\b|[-‐‑]?negative\b|⁻|high\b|low\b)")
_ACRONYM: Final = re.compile(r"[A-Z]{2,6}s?")
_STUCK: Final = re.compile(r"\b([\w.-]*?[A-Za-z0-9])[.-]?(?:28z|BBz)?CA(?:R|RT)s?\b")
#: What is left of a phrase without its kind is a code if it has a digit, or capitals that are no cells.
_CODE_NAME: Final = re.compile(r"[A-Za-z-]*\d|\b(?!(?:NKT?|TILs?|PBMCs?)\b)[A-Z]{2,}")
#: How a disease answered to treatment makes no other disease of it, though lists name some so.
_COURSE: Final = re.compile(
    r"(?:relapsed|refractory|recurrent|[\w-]+[-‐‑](?:resistant|refractory)) ", re.IGNORECASE
)
#: Cells with something beside their receptor, or for another species, are no longer the plain ones.
_ARMOURED: Final = re.compile(r"\w[-‐‑]armou?red ")
_OF_SPECIES: Final = re.compile(r"(?:\d{1,2}\.|[cfhmr]|hu|mu|rh)(?=[A-Z]{2,5}\d)")
#: Before a molecule: its species ("cCD20" of dogs), or what a construct has beside it ("15.GPC3").
_PREFIX: Final = re.compile(r"(?:\d{1,2}\.|[cfhmr]|hu|mu|rh)(?=[A-Z])")
_NEVER_A_TARGET: Final = frozenset({"signalling", "cytokine", "tag"})


class _Choice(NamedTuple):
    """A concept and the confidence in it."""

    concept_id: str
    score: float


class Grounder:
    """Grounds mentions in a knowledge base.

    Args:
        knowledge: the knowledge base.
        near: how near a neighbour must be (cosine, 0..1); above 1 there is no neighbour search.
    """

    def __init__(self, knowledge: KnowledgeBase, near: float = _NEAR) -> None:
        extensions.register()
        self._knowledge = knowledge
        self._near = near
        self._by_name: dict[tuple[str, str], tuple[Name, ...]] = {}
        self._by_nearness: dict[str, _Choice | None] = {}
        self._settled: dict[tuple[str, str], _Choice | None] = {}
        self._otherwise: dict[tuple[str, str], _Choice | None] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set the concepts of the mentions."""
        if MENTIONS not in doc.spans:
            return doc
        reading = Mentioned(doc)
        reading.named = self._named_in_full(reading)
        grounded = []
        for span in reading.mentions:
            choice = self._ground(reading, span)
            if choice is not None and choice.concept_id not in self._knowledge:
                raise ModelError(f"{choice.concept_id} was chosen, which the knowledge base does not have")
            concept_id, score = choice or ("", None)
            # A group hands out copies of its spans, so a changed one has to be put in anew.
            grounded.append(Span(doc, span.start, span.end, label=span.label, kb_id=concept_id))
            set_span_value(doc.user_data, "concept_score", span.start_char, span.end_char, score)
        doc.spans[MENTIONS] = grounded
        return doc

    def _ground(self, reading: Mentioned, span: Span) -> _Choice | None:
        label, named = span.label_, reading.named
        if label == "COHORT":
            return None
        text = reading.full(reading.words(span))
        choice = self._resolved(reading, span) or self._plain(text, label)
        if choice is not None:
            return choice
        choice = self._shared(text, label, named)
        if choice is None and (course := _COURSE.match(text)) and same_family(label, "DISEASE"):
            choice = self._named(text[course.end() :], label, named)
        choice = choice or self._named(text, label, named)
        if choice is None and same_family(label, "GENE") and (prefix := _PREFIX.match(text)):
            choice = self._named(text[prefix.end() :], label, named)
        if choice is None and label == "THERAPY":
            choice = self._composed(reading, span, text)
        if choice is None:
            choice = self._bare(text, label, named) or self._by_initials(reading, text, label)
        if choice is None and span._.annotator == "lexicon" and len(span._.candidates) == 1:
            choice = _Choice(span._.candidates[0], _BETTER_KNOWN)  # a weak name that its document supports
        if choice is None and same_family(label, "DISEASE") and not says_little(text):
            choice = self._in_other_words(text, label)
        return choice

    def _plain(self, text: str, label: str) -> _Choice | None:
        """What a name means in any document, where it is one concept's alone; remembered across documents.

        Most mentions are such names.
        """
        key = (text, label)
        if key not in self._settled:
            names = self._names(text, label)
            is_one = len({name.concept_id for name in names}) == 1 and not any(n.is_weak for n in names)
            is_phrase = same_family(label, "DISEASE") and (conjuncts(text) or _COURSE.match(text))
            choice = _Choice(names[0].concept_id, _BY_NAME) if is_one and not is_phrase else None
            self._settled[key] = choice
        return self._settled[key]

    def _in_other_words(self, text: str, label: str) -> _Choice | None:
        """Another wording, the nearest name, or what it is a kind of; remembered across documents."""
        key = (text, label)
        if key not in self._otherwise:
            self._otherwise[key] = (
                self._reworded(text, label) or self._nearest(text) or self._kind(text, label)
            )
        return self._otherwise[key]

    def _resolved(self, reading: Mentioned, span: Span) -> _Choice | None:
        """What a bare condition ("the tumour"), or a class beside its drug, means in its document."""
        candidates, label = reading.candidates(span), span.label_
        if not candidates or same_family(label, "GENE") or candidates[0] not in self._knowledge:
            return None
        names = self._names(reading.words(span), label)
        if not names or any(name.concept_id == candidates[0] for name in names):
            return None
        return _Choice(candidates[0], _SUPPORTED)

    def _named_in_full(self, reading: Mentioned) -> frozenset[str]:
        """Concepts that the document names by a name that nothing else bears."""
        texts = {(reading.words(span), span.label_) for span in reading.mentions}
        # What an abbreviation stands for may be of any kind that the document mentions.
        labels = {span.label_ for span in reading.mentions}
        texts.update((long, label) for long in reading.long_forms.values() for label in labels)
        named = set()
        for text, label in texts:
            names = self._names(text, label)
            concepts = {name.concept_id for name in names}
            if len(concepts) == 1 and not any(name.is_weak for name in names):
                named.update(concepts)
        return frozenset(named)

    def _names(self, text: str, label: str) -> tuple[Name, ...]:
        """Names of the right kind that a text bears; remembered across documents."""
        names = self._by_name.get((text, label))
        if names is None:
            names = self._by_name[text, label] = self._knowledge.names_of(text, label)
        return names

    def _named(self, text: str, label: str, named: frozenset[str]) -> _Choice | None:
        believed = [n for n in self._names(text, label) if not n.is_weak or n.concept_id in named]
        concepts = list(dict.fromkeys(name.concept_id for name in believed))
        if len(concepts) <= 1:
            return _Choice(concepts[0], _BY_NAME) if concepts else None
        supported = [concept_id for concept_id in concepts if concept_id in named]
        return _Choice(supported[0], _SUPPORTED) if supported else _Choice(concepts[0], _BETTER_KNOWN)

    def _shared(self, text: str, label: str, named: frozenset[str]) -> _Choice | None:
        """Of two conditions that share a word ("breast and ovarian cancer") the first, if both are known."""
        if not same_family(label, "DISEASE"):
            return None
        choices = [self._named(phrase, label, named) for phrase in conjuncts(text)]
        if len(choices) < 2 or not all(choices):
            return None
        return choices[0]

    def _bare(self, text: str, label: str, named: frozenset[str]) -> _Choice | None:
        for phrase in bare_phrases(text):
            if choice := self._named(phrase, label, named):
                return choice._replace(score=min(choice.score, _BARE))
        return None

    def _by_initials(self, reading: Mentioned, text: str, label: str) -> _Choice | None:
        """An acronym that nobody defines stands for the one mention whose words have its initials."""
        if not _ACRONYM.fullmatch(text):
            return None
        found: set[str] = set()
        for span in reading.by_initials.get("".join(cased_units(text)).upper(), ()):
            if same_family(span.label_, label) and (words := reading.words(span)) != text:
                found.update(name.concept_id for name in self._names(words, label)[:1])
        return _Choice(found.pop(), _SUPPORTED) if len(found) == 1 else None

    def _reworded(self, text: str, label: str) -> _Choice | None:
        """What a condition is called in other words."""
        for reading in (text, *bare_phrases(text)):
            for wording in rewordings(reading):
                if choice := self._known(wording, label, _REWORDED):
                    return choice
        return None

    def _kind(self, text: str, label: str) -> _Choice | None:
        """What a condition is a kind of, where only that has a name."""
        for reading in kinds_of(text):
            if choice := self._known(reading, label, _KIND):
                return choice
        return None

    def _known(self, text: str, label: str, score: float) -> _Choice | None:
        names = [name for name in self._names(text, label) if not (name.is_weak or name.case_form)]
        return _Choice(names[0].concept_id, score) if names else None

    def _composed(self, reading: Mentioned, span: Span, text: str) -> _Choice | None:
        """The product with known targets that a phrase names, or else its kind and what it is aimed at."""
        if _ARMOURED.search(text) or _OF_SPECIES.match(text):
            return None
        inside = reading.within(span, lexicon_only=True)
        for found in reversed([one for one in inside if one.label_ == "THERAPY"]):
            product = next(iter(found._.candidates), "")
            if product and self._knowledge.targets(product):
                return _Choice(product, _BARE)
        for candidate in span._.candidates:
            if candidate in self._knowledge and self._knowledge.label(candidate) == "THERAPY":
                return _Choice(candidate, _COMPOSED)
        kind = therapy_kind(text)
        symbols = self._aimed_at(reading, span, kind)
        unread = kind.pattern.sub(" ", text) if kind else text
        for found in inside:
            unread = unread.replace(found.text, " ")
        has_own_name = _CODE_NAME.search(unread) is not None
        # A code is a product of its own, also where it stands for words that describe it.
        is_own = is_code(span.text) and (has_own_name or text != span.text)
        if kind is None and symbols and reading.speaks_of_cars and not is_own:
            kind = therapy_kind("CAR T")
        if kind is None or not (symbols or kind.is_cell_therapy):
            return None
        if not symbols and has_own_name:
            return None  # a product of its own ("CART4-34") that the knowledge base does not have
        return _Choice(composed_id(kind, symbols), _COMPOSED)

    def _aimed_at(self, reading: Mentioned, span: Span, kind: Kind | None) -> list[str]:
        """Approved symbols of the molecules in a mention that a therapy of this kind can be aimed at."""
        symbols = []
        for found in reading.within(span):
            if not same_family(found.label_, "GENE"):
                continue
            names = self._names(found.text, found.label_)
            if names and not _CARRIED.match(reading.text[found.end_char : span.end_char]):
                symbols += self._symbol(names[0].concept_id, kind)
        if not symbols and (stuck := _STUCK.search(span.text)):
            names = self._names(stuck.group(1), "ANTIGEN")
            symbols += self._symbol(names[0].concept_id, kind) if names else []
        return symbols

    def _symbol(self, concept_id: str, kind: Kind | None) -> list[str]:
        concept = self._knowledge.concept(concept_id)
        is_cell_therapy = kind is None or kind.is_cell_therapy
        return [] if is_cell_therapy and concept.molecule_role in _NEVER_A_TARGET else [concept.name]

    def _nearest(self, text: str) -> _Choice | None:
        """The nearest condition by 3-grams, if near enough; remembered across documents."""
        if self._near > 1 or len(text) < _SHORTEST_FOR_NEIGHBOURS:
            return None
        if not any(len(unit) > _LONGEST_ACRONYM_UNIT for unit in cased_units(text)):
            return None
        key = normal_form(text)
        if key not in self._by_nearness:
            found = load_neighbours(self._knowledge).nearest(text)
            is_near = found is not None and found.similarity >= self._near
            self._by_nearness[key] = (
                _Choice(found.concept_id, found.similarity) if found and is_near else None
            )
        return self._by_nearness[key]


@Language.factory("cartographer_grounder", default_config={"knowledge": None, "near": _NEAR})
def make_grounder(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    knowledge: str | None,
    near: float,
) -> Grounder:
    """The grounder over the knowledge base in a folder (the settings' folder if none is given).

    Raises:
        ModelError: the knowledge base is missing or incomplete, or its files do not belong together: the run
            stops here and not at the first mention that needs a neighbour.
    """
    folder = Path(knowledge) if knowledge else settings().knowledge
    loaded = load_knowledge(folder)
    if near <= 1:
        check_files(folder, [NEIGHBOURS_FILE])
    return Grounder(loaded, near)
