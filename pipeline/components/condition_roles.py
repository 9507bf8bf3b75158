"""Role of every condition in its sentence: DISEASE (what is treated) or ADVERSE_EVENT (harm of treatment).

Method: two logistic regressions, one upon the other (`grammar.role_features`): what a condition is called,
what it is a kind of and the words around it; then what that says of the conditions beside it and of the same
one elsewhere. The weights are fitted on gold and on corpora of drug safety (`models/recipe`). General words
of harm that no lexicon holds as a condition ("side effects", "died") become mentions here.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("sentencizer"), nlp.add_pipe("cartographer_condition_roles")

Rebuilds `doc.spans["mentions"]` with the decided labels; `kb_id_` and underscore attributes are kept.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from pipeline.components.extensions import MENTIONS, sentences_of, text_of
from pipeline.components.lexicon_matcher import LEXICON
from pipeline.findings import Extent
from pipeline.grammar.conditions.cues import NUMBERED_HARM, PLAIN_SIGN
from pipeline.grammar.conditions.general_harms import GENERAL_HARM, GRADED_EVENTS
from pipeline.grammar.conditions.laboratory import find_laboratory
from pipeline.grammar.conditions.nobodys import is_nobodys
from pipeline.grammar.conditions.role_features import (
    Condition,
    company_features,
    concept_features,
    name_features,
    place_features,
)
from pipeline.grammar.conditions.role_weights import WEIGHTS_FILE, RoleWeights, read_weights
from pipeline.grammar.lay.harms import find_lay_harms
from pipeline.lexicon import KnowledgeBase, load_knowledge
from pipeline.settings import settings

#: Labels of conditions.
CONDITIONS: Final = ("DISEASE", "ADVERSE_EVENT")
_AGENTS: Final = ("THERAPY", "CHEMICAL")
_MOLECULES: Final = ("GENE", "CHEMICAL", "ANTIGEN")


class ConditionRoles:
    """Decides DISEASE or ADVERSE_EVENT for every condition of a Doc.

    Args:
        weights: of the features.
        knowledge: tells what a concept is a kind of; without it nothing is known of that.
    """

    def __init__(self, weights: RoleWeights, knowledge: KnowledgeBase | None = None) -> None:
        self.weights = weights
        self._knowledge = knowledge
        self._by_name: dict[tuple[str, str], float] = {}
        self._by_concept: dict[str, float] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Rebuild the mentions with the labels decided."""
        if not doc._.is_biomedical:
            return doc
        spans = candidates(doc, self._knowledge)
        conditions = read_conditions(doc, [span for span in spans if span.label_ in CONDITIONS])
        labels = self._labels(doc, conditions)
        sentences = {condition.extent: condition.sentence for condition in conditions}
        doc.spans[MENTIONS] = [
            Span(doc, s.start, s.end, label=labels.get((s.start_char, s.end_char), s.label_), kb_id=s.kb_id_)
            for s in spans
            if not _is_no_condition(s, labels, sentences)
        ]
        return doc

    def _labels(self, doc: Doc, conditions: Sequence[Condition]) -> dict[Extent, str]:
        names = names_elsewhere(doc, conditions)
        titled = {name for name, condition in zip(names, conditions, strict=True) if condition.is_titled}
        agents = agents_beside(doc, conditions)
        text = text_of(doc)
        own = [
            self._own(text, condition, beside) for condition, beside in zip(conditions, agents, strict=True)
        ]
        return {
            condition.extent: "ADVERSE_EVENT" if self.weights.together(features) > 0 else "DISEASE"
            for condition, features in zip(
                conditions, company_features(text, conditions, names, own, titled), strict=True
            )
        }

    def _own(self, text: str, condition: Condition, agents: Sequence[Extent]) -> float:
        """What name, concept and place of a condition say (log-odds of a harm)."""
        name, concept_id = (text[slice(*condition.extent)], condition.label), condition.concept_id
        if name not in self._by_name:
            self._by_name[name] = self.weights.of(name_features(*name))
        if concept_id not in self._by_concept:
            above = self._knowledge.above(concept_id) if self._knowledge and concept_id else ()
            self._by_concept[concept_id] = self.weights.of(concept_features(concept_id, above))
        place = self.weights.of(place_features(text, condition, agents))
        return self.weights.bias + self._by_name[name] + self._by_concept[concept_id] + place


def candidates(doc: Doc, knowledge: KnowledgeBase | None = None) -> list[Span]:
    """The mentions of a Doc before roles are decided, with those that only tell of harm added.

    Args:
        doc: a Doc with mentions.
        knowledge: has the concepts of the harms that are added.
    """
    text = text_of(doc)
    mentions = [_without_figure(text, span) for span in doc.spans.get(MENTIONS, ())]
    return _with_general_harms(doc, [*mentions, *_plain_signs(doc, mentions)], knowledge)


def _is_no_condition(span: Span, labels: Mapping[Extent, str], sentences: Mapping[Extent, Extent]) -> bool:
    """Whether a word for a condition names nobody's, or no condition.

    What is known as a harm alone, such as a low count or what people say that they could not do, and is none
    here, is no disease either.
    """
    mention = span.start_char, span.end_char
    label = labels.get(mention)
    if label is None:
        return False
    if label == "DISEASE" and span.label_ == "ADVERSE_EVENT" and span._.annotator == "rule":
        return True
    return is_nobodys(text_of(span.doc), sentences[mention], mention, is_disease=label == "DISEASE")


def _without_figure(text: str, span: Span) -> Span:
    """A mention without the figure that it took along ("CRS 4" in "CRS 4%")."""
    if span.label_ not in CONDITIONS:
        return span
    match = NUMBERED_HARM.fullmatch(text, span.start_char, span.end_char)
    short = match and span.doc.char_span(span.start_char, match.end(1), "ADVERSE_EVENT")
    if not short:
        return span
    short._.annotator = "rule"
    return short


def _plain_signs(doc: Doc, mentions: Sequence[Span]) -> list[Span]:
    """Signs that the lexicon has and no head confirmed, where their name says enough."""
    text, taken = text_of(doc), {token for span in mentions for token in range(span.start, span.end)}
    signs = []
    for span in doc.spans.get(LEXICON, ()):
        is_taken = not taken.isdisjoint(range(span.start, span.end))
        if not is_taken and PLAIN_SIGN.fullmatch(text, span.start_char, span.end_char):
            sign = Span(doc, span.start, span.end, "ADVERSE_EVENT", kb_id=next(iter(span._.candidates), ""))
            sign._.annotator = "lexicon"
            signs.append(sign)
    return signs


def _with_general_harms(doc: Doc, spans: list[Span], knowledge: KnowledgeBase | None) -> list[Span]:
    """Mentions with the general and the everyday words of harm added where nothing is marked yet."""
    marked: dict[int, list[Span]] = {}
    for known in spans:
        for token in range(known.start, known.end) if known.label_ not in _MOLECULES else ():
            marked.setdefault(token, []).append(known)
    given_way: set[Span] = set()
    added = []
    text = text_of(doc)
    places = [(match.span(), "") for match in GENERAL_HARM.everywhere(text)]
    places += [(match.span(match.lastindex or 0), "") for match in GRADED_EVENTS.everywhere(text)]
    # What is measured is often marked by itself: "AST" in "raised AST".
    places += [(finding.extent, finding.term) for finding in find_laboratory(text)]
    places += [(harm.extent, harm.term) for harm in find_lay_harms(text)]
    for (start, end), term in places:
        concepts = knowledge.lookup(term, "ADVERSE_EVENT") if knowledge and term else ()
        span = doc.char_span(start, end, label="ADVERSE_EVENT", kb_id=concepts[0] if concepts else "")
        if span is None:
            continue
        own = range(span.start, span.end)
        inside = list(dict.fromkeys(s for token in own for s in marked.get(token, ())))
        # A name that a head heard and nobody knows gives way to everyday words as long as it.
        longest = len(span) if term else len(span) - 1
        if inside and all(
            s.label_ in CONDITIONS and len(s) <= (longest if not s.kb_id_ else len(span) - 1) for s in inside
        ):
            given_way.update(inside)  # "tumour" and "toxicity" in "off-tumour toxicity"
            for token in {token for part in inside for token in range(part.start, part.end)}:
                del marked[token]
        if not any(token in marked for token in own):
            span._.annotator = "rule"
            added.append(span)
    kept = [known for known in spans if known not in given_way]
    return sorted([*kept, *filter_spans(added)], key=lambda s: (s.start_char, -s.end_char))


def read_conditions(doc: Doc, spans: Sequence[Span]) -> list[Condition]:
    """The conditions among spans as the features see them."""
    title, text = doc._.title.lower(), text_of(doc)
    sections = doc._.sections
    starts = [section.start_char for section in sections]  # they are ordered, and do not overlap
    sentences = sentences_of(doc)
    sentence_starts = [sentence_start for sentence_start, _ in sentences]
    found = []
    for span in spans:
        start = span.start_char
        place = bisect_right(starts, start) - 1
        section = sections[place] if place >= 0 and start < sections[place].end_char else None
        found.append(
            Condition(
                (start, span.end_char),
                sentences[bisect_right(sentence_starts, start) - 1],
                span.label_,
                span.kb_id_,
                (section and section.heading) or "",
                section.kind if section else "",
                doc._.kind or "",
                text[start : span.end_char].lower() in title,
            )
        )
    return found


def names_elsewhere(doc: Doc, conditions: Sequence[Condition]) -> list[str]:
    """Of each condition, by what the same one is known elsewhere: concept, long form, or words."""
    text = text_of(doc)
    longs = {text[a:b]: text[c:d].lower() for (a, b), (c, d) in doc._.abbreviations}
    surfaces = [text[slice(*condition.extent)] for condition in conditions]
    return [
        condition.concept_id or longs.get(surface, surface.lower())
        for condition, surface in zip(conditions, surfaces, strict=True)
    ]


def agents_beside(doc: Doc, conditions: Sequence[Condition]) -> list[list[Extent]]:
    """Of each condition, the therapies and chemicals of its sentence."""
    agents = [(s.start_char, s.end_char) for s in doc.spans.get(MENTIONS, ()) if s.label_ in _AGENTS]
    starts = [start for start, _ in agents]  # mentions are sorted
    return [
        agents[bisect_left(starts, condition.sentence[0]) : bisect_left(starts, condition.sentence[1])]
        for condition in conditions
    ]


@Language.factory("cartographer_condition_roles", default_config={"knowledge": None, "weights": None})
def make_condition_roles(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    knowledge: str | None,
    weights: str | None,
) -> ConditionRoles:
    """The component; folder of the knowledge base and file of the weights by default those of the settings.

    Raises:
        ModelError: the weights are missing or can't be read.
    """
    folder = Path(knowledge) if knowledge else settings().knowledge
    file = Path(weights) if weights else settings().weights / WEIGHTS_FILE
    return ConditionRoles(read_weights(file), load_knowledge(folder) if folder.is_dir() else None)
