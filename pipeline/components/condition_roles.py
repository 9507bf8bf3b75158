"""Role of every condition in its sentence: DISEASE (what is treated) or ADVERSE_EVENT (harm of treatment).

Method: a sum of evidence for harm (positive) and for disease (negative), in points: what the word usually
is, the words around it ("patients with", "developed", a grade), the list it stands in, and what the
sentence, its heading and the title are about. Where the evidence is even, the label that the lexicon gave
stays. General words of harm that no lexicon holds as a condition ("side effects", "died") become mentions
here.

    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> _ = nlp.add_pipe("sentencizer"), nlp.add_pipe("cartographer_condition_roles")

Rebuilds `doc.spans["mentions"]` with the decided labels; `kb_id_` and underscore attributes are kept.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import Final

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from pipeline.components.extensions import MENTIONS, text_of
from pipeline.components.lexicon_matcher import LEXICON
from pipeline.findings import Extent
from pipeline.grammar.clauses import coordinated_runs
from pipeline.grammar.condition_cues import (
    GENERAL_HARM,
    GRADED_EVENTS,
    GUARDED,
    ILLNESS,
    INFECTION,
    NUMBERED_HARM,
    PLAIN_SIGN,
    POINTS,
    SYMPTOM_LIST,
    role_points,
    word_points,
)
from pipeline.grammar.harm_causes import cause_points
from pipeline.grammar.laboratory import find_laboratory
from pipeline.grammar.prefilter import Filtered, opened

_CONDITIONS: Final = ("DISEASE", "ADVERSE_EVENT")
_AGENTS: Final = ("THERAPY", "CHEMICAL")
_MOLECULES: Final = ("GENE", "CHEMICAL", "ANTIGEN")


class ConditionRoles:
    """Decides DISEASE or ADVERSE_EVENT for every condition of a Doc."""

    def __call__(self, doc: Doc) -> Doc:
        """Rebuild the mentions with the labels decided."""
        if not doc._.is_biomedical:
            return doc
        mentions = [_without_figure(span) for span in doc.spans.get(MENTIONS, ())]
        spans = _with_general_harms(doc, [*mentions, *_plain_signs(doc, mentions)])
        labels = _labels(doc, spans)
        doc.spans[MENTIONS] = [
            Span(doc, s.start, s.end, label=labels.get((s.start_char, s.end_char), s.label_), kb_id=s.kb_id_)
            for s in spans
            if not _is_no_condition(s, labels.get((s.start_char, s.end_char)))
        ]
        return doc


def _is_no_condition(span: Span, label: str | None) -> bool:
    """Whether a word for a condition names nobody's: what immunity guards against, or a symptom in a list."""
    if label is None:
        return False
    if INFECTION.search(span.text):
        return _stands_before(span, GUARDED)
    is_symptom = label == "DISEASE" and not ILLNESS.search(span.text)
    return is_symptom and _stands_before(span, SYMPTOM_LIST)


def _stands_before(span: Span, cue: Filtered) -> bool:
    """Whether a cue stands right before a span in its sentence."""
    text, start, end = text_of(span.doc), span.sent.start_char, span.start_char
    return cue.gate & opened(text, start, end) != 0 and cue.search(text[start:end]) is not None


def _without_figure(span: Span) -> Span:
    """A mention without the figure that it took along ("CRS 4" in "CRS 4%")."""
    match = NUMBERED_HARM.fullmatch(span.text) if span.label_ in _CONDITIONS else None
    short = match and span.doc.char_span(span.start_char, span.start_char + match.end(1), "ADVERSE_EVENT")
    if not short:
        return span
    short._.annotator = "rule"
    return short


def _plain_signs(doc: Doc, mentions: Sequence[Span]) -> list[Span]:
    """Signs that the lexicon has and no head confirmed, where their name says enough."""
    taken = {token for span in mentions for token in range(span.start, span.end)}
    signs = []
    for span in doc.spans.get(LEXICON, ()):
        if PLAIN_SIGN.fullmatch(span.text) and not taken.intersection(range(span.start, span.end)):
            sign = Span(doc, span.start, span.end, "ADVERSE_EVENT", kb_id=next(iter(span._.candidates), ""))
            sign._.annotator = "lexicon"
            signs.append(sign)
    return signs


def _with_general_harms(doc: Doc, spans: list[Span]) -> list[Span]:
    """Mentions with the general words of harm added where nothing is marked yet."""
    spans = list(spans)
    taken = {
        token for span in spans if span.label_ not in _MOLECULES for token in range(span.start, span.end)
    }
    added = []
    places = [match.span() for match in GENERAL_HARM.everywhere(text_of(doc))]
    places += [match.span(match.lastindex or 0) for match in GRADED_EVENTS.everywhere(text_of(doc))]
    # What is measured is often marked by itself: "AST" in "raised AST".
    places += [finding.extent for finding in find_laboratory(text_of(doc))]
    for start, end in places:
        span = doc.char_span(start, end, label="ADVERSE_EVENT")
        if span is None:
            continue
        inside = [
            s for s in spans if s.start < span.end and span.start < s.end and s.label_ not in _MOLECULES
        ]
        if inside and all(s.label_ in _CONDITIONS and len(s) < len(span) for s in inside):
            for part in inside:  # "tumour" and "toxicity" in "off-tumour toxicity"
                spans.remove(part)
                taken.difference_update(range(part.start, part.end))
        if not taken.intersection(range(span.start, span.end)):
            span._.annotator = "rule"
            added.append(span)
    return sorted([*spans, *filter_spans(added)], key=lambda s: (s.start_char, -s.end_char))


def _labels(doc: Doc, spans: Sequence[Span]) -> dict[Extent, str]:
    conditions = [s for s in spans if s.label_ in _CONDITIONS]
    points = _points_of_all(doc, conditions)
    usual = _usual_points(doc, conditions, points)
    shared = _shared_in_lists(text_of(doc), points)
    labels: dict[Extent, str] = {}
    for span in conditions:
        extent = span.start_char, span.end_char
        total = points[extent] + shared[extent] + usual[extent]
        labels[extent] = span.label_ if total == 0 else "ADVERSE_EVENT" if total > 0 else "DISEASE"
    return labels


def _points_of_all(doc: Doc, conditions: Sequence[Span]) -> dict[Extent, float]:
    title, text = doc._.title.lower(), text_of(doc)
    headings = [(s.start_char, s.end_char, s.heading or "") for s in doc._.sections]
    agents = [(s.start_char, s.end_char) for s in doc.spans.get(MENTIONS, ()) if s.label_ in _AGENTS]
    starts = [start for start, _ in agents]  # mentions are sorted
    points: dict[Extent, float] = {}
    for span in conditions:
        extent = span.start_char, span.end_char
        heading = next((h for a, b, h in headings if a <= extent[0] < b), "")
        sentence = span.sent
        points[extent] = role_points(text, sentence.start_char, sentence.end_char, extent, heading)
        near = agents[bisect(starts, sentence.start_char - 1) : bisect(starts, sentence.end_char)]
        points[extent] += cause_points(text, sentence.start_char, sentence.end_char, extent, near)
        if word_points(span.text) == 0:  # the lexicon's opinion counts where the word itself tells nothing
            points[extent] += POINTS["label"] if span.label_ == "ADVERSE_EVENT" else -POINTS["label"]
        if span.text.lower() in title and points[extent] < POINTS["harm"]:
            points[extent] += POINTS["title"]
    return points


def _usual_points(doc: Doc, conditions: Sequence[Span], points: dict[Extent, float]) -> dict[Extent, float]:
    """What the same condition is elsewhere in the document, under any of its names, at a reduced weight."""
    text = text_of(doc)
    longs = {text[a:b]: text[c:d].lower() for (a, b), (c, d) in doc._.abbreviations}
    keys = {(s.start_char, s.end_char): s.kb_id_ or longs.get(s.text, s.text.lower()) for s in conditions}
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for extent, value in points.items():
        sums[keys[extent]] = sums.get(keys[extent], 0.0) + value
        counts[keys[extent]] = counts.get(keys[extent], 0) + 1
    usual: dict[Extent, float] = {}
    for extent, value in points.items():
        key = keys[extent]
        mean = (sums[key] - value) / (counts[key] - 1) if counts[key] > 1 else 0.0
        usual[extent] = POINTS["usual"] * max(-POINTS["harm"], min(POINTS["harm"], mean))
    return usual


def _shared_in_lists(text: str, points: dict[Extent, float]) -> dict[Extent, float]:
    """What the other members of a list say: among harms a word is a harm, among diseases a disease."""
    shared = dict.fromkeys(points, 0.0)
    for run in coordinated_runs(text, list(points)):
        whole = sum(points[extent] for extent in run)
        for extent in run:
            shared[extent] = max(-POINTS["list"], min(POINTS["list"], whole - points[extent]))
    return shared


@Language.factory("cartographer_condition_roles")
def make_condition_roles(nlp: Language, name: str) -> ConditionRoles:  # noqa: ARG001
    """The component, for a config or `nlp.add_pipe("cartographer_condition_roles")`."""
    return ConditionRoles()
