"""Find every name of the knowledge base in a Doc: longest match over units of the normal form.

Tokens are cut into the units of `pipeline.lexicon.normal_form`, so that "CD19", "CD-19" and "CD 19" match one
name, "B-cell leukaemias" matches "B-cell leukemia", and a name may span any number of tokens. A name starts
and ends at a token's border and never reaches over a comma, a bracket, a full stop or a blank line. Time is
linear in the text; most words are dismissed by one look-up of them and the next one.

What counts:

- the longest name at a place; inside the name of a therapy or of a condition, molecules are found as well
  ("anti-CD20 antibody" holds CD20);
- an acronym that is an English word or very short only in its own case, and not within a line of capitals;
- a weak name (LN, PV) only where the document names the concept in full, too, or as `weak_names` tells;
- an abbreviation that the document defines means what the document says.

Sets `doc.spans["lexicon"]`: extents are distinct, sorted by position, outer before inner. `span._.candidates`
are CURIEs, best first, and may be of several kinds ("insulin" is a therapy and a molecule); the label is the
first one's. `span._.annotator` is "lexicon".
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import chain, takewhile
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from spacy.attrs import ORTH  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.strings import StringStore
from spacy.tokens import Doc, Span, Token

from pipeline.components import extensions
from pipeline.components.extensions import set_span_value, text_of, token_borders
from pipeline.components.weak_names import Kin, conditions, goes_on, is_part, is_somebodys
from pipeline.lexicon import KnowledgeBase, Name, case_form, load_knowledge, same_family, units
from pipeline.settings import settings

#: Key of the span group that holds the matches.
LEXICON: Final = "lexicon"

#: Stands for a token that no name reaches over; no key holds it.
_BARRIER: Final = ("\x00",)
#: Tokens of these characters alone join what stands beside them.
_JOINERS: Final = frozenset("-‐‑‒–—−/'’`´+*^⁺⁻\u00a0 ")
#: Names are met again and again; a bound on memory (some 20 MB).
_REMEMBERED: Final = 50_000
#: In a line of capitals the case of a word says nothing. So many words on either side are looked at.
_NEIGHBOURS: Final = 3


class _Borne(NamedTuple):
    """Names that words bear, and what is asked of them again and again.

    Attributes:
        names: the names, best first.
        is_weak: whether all of them are weak.
        is_plain: whether none is.
        named: concepts that are named in full.
        candidates: all concepts, best first.
        holds_molecule: whether one is the name of a molecule.
    """

    names: tuple[Name, ...]
    is_weak: bool
    is_plain: bool
    named: tuple[str, ...]
    candidates: tuple[str, ...]
    holds_molecule: bool


class _Match(NamedTuple):
    """Tokens `start` to `end` bear these names."""

    start: int
    end: int
    borne: _Borne


class _Word(NamedTuple):
    """What is kept of a word form.

    Attributes:
        units: its units.
        alone: lengths of the names that the first unit may begin, whatever follows it: (1,) or ().
        longer: the same by the unit that follows, longest first.
    """

    units: tuple[str, ...]
    alone: tuple[int, ...]
    longer: dict[str, tuple[int, ...]]


class _Units(NamedTuple):
    """A Doc as a row of units.

    Attributes:
        texts: the units.
        tokens: of each unit, its token.
        ends: of each unit, whether it is the last one of that token.
        places: the units that a name may begin with, in order.
        lengths: of each of these, how many units such names have, longest first.
        token_starts: first character of each token.
        token_ends: the character after its last one.
    """

    texts: list[str]
    tokens: list[int]
    ends: list[bool]
    places: list[int]
    lengths: list[tuple[int, ...]]
    token_starts: list[int]
    token_ends: list[int]

    def words(self, text: str, start: int, end: int) -> str:
        """The text of some tokens."""
        return text[self.token_starts[start] : self.token_ends[end - 1]]


class LexiconMatcher:
    """Matches the names of a knowledge base.

    Args:
        knowledge: the knowledge base.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        extensions.register()
        self._knowledge = knowledge
        self._kin = Kin(knowledge)
        self._known: dict[int, int] = {}
        self._words: list[_Word] = []
        self._n_units = np.zeros(0, dtype=np.int64)
        self._begins = np.zeros(0, dtype=bool)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc.spans["lexicon"]`."""
        row = self._flatten(doc)
        matches = list(self._matches(doc, row))
        defined = self._definitions(doc)
        named = {concept_id for match in matches for concept_id in match.borne.named}
        named.update(concept_id for concepts in defined.values() for concept_id in concepts)
        weak = [match for match in matches if match.borne.is_weak]
        unnamed: set[_Match] = set()
        if weak:
            starts = {row.token_starts[m.start] for m in matches if m.borne.names[0].label == "DISEASE"}
            unnamed.update(self._unnamed(text_of(doc), row, weak, named, starts))
        spans = (self._span(doc, row, match, named, defined) for match in matches if match not in unnamed)
        doc.spans[LEXICON] = [span for span in spans if span is not None]
        return doc

    def _unnamed(
        self, text: str, row: _Units, weak: Sequence[_Match], named: set[str], starts: Collection[int]
    ) -> Iterator[_Match]:
        """Weak names of conditions that stand for none here; what the others mean is put among the named."""
        told: dict[str, None] = {}
        fitting: dict[str, None] = {}
        for match in weak:
            meant = conditions(match.borne.names)
            if len(meant) != 1:
                continue
            extent = row.token_starts[match.start], row.token_ends[match.end - 1]
            if match.borne.names[0].label == "DISEASE" and goes_on(text, extent, starts):
                yield match
            elif is_somebodys(text, extent):
                told.update(dict.fromkeys(meant))
            elif not is_part(text, extent[1]):
                fitting.update(dict.fromkeys(meant))
        named.update([*told, *self._kin.among(fitting, named)])

    def _definitions(self, doc: Doc) -> dict[str, tuple[str, ...]]:
        """What the document's own abbreviations stand for: short form → concepts of the long form."""
        text = text_of(doc)
        return {
            text[slice(*short)]: self._knowledge.lookup(text[slice(*long)])
            for short, long in doc._.abbreviations
        }

    def _span(
        self, doc: Doc, row: _Units, match: _Match, named: set[str], defined: dict[str, tuple[str, ...]]
    ) -> Span | None:
        borne = match.borne
        start, end = row.token_starts[match.start], row.token_ends[match.end - 1]
        text = text_of(doc)[start:end] if defined else ""
        if text in defined or not borne.is_plain:
            names = borne.names
            if text in defined:
                names = tuple(name for name in names if name.concept_id in defined[text])
            names = tuple(name for name in names if not name.is_weak or name.concept_id in named)
            if not names:
                return None
            borne = _told(names)
        set_span_value(doc.user_data, "annotator", start, end, "lexicon")
        set_span_value(doc.user_data, "candidates", start, end, borne.candidates)
        return Span(doc, match.start, match.end, label=borne.names[0].label)

    def _matches(self, doc: Doc, row: _Units) -> Iterator[_Match]:
        """The matches, outer before inner."""
        for match, start, stop in self._scan(doc, row, 0, len(row.texts), None):
            yield match
            if stop - start > 1 and not match.borne.holds_molecule:
                # Molecules within the name of something else.
                yield from (inner for inner, _, _ in self._scan(doc, row, start, stop, "GENE"))

    def _scan(
        self, doc: Doc, row: _Units, place: int, last: int, label: str | None
    ) -> Iterator[tuple[_Match, int, int]]:
        """Matches between two units, none over another, each with its first unit and the one after it."""
        texts, ends, places, keys = row.texts, row.ends, row.places, self._knowledge.keys
        at = bisect_left(places, place)
        while at < len(places) and places[at] < last:
            found: tuple[_Match, int] | None = None
            place = places[at]
            for length in row.lengths[at]:
                stop = place + length
                if stop > last or not ends[stop - 1]:
                    continue
                # Most stretches bear no name: nothing but the look-up is done for them.
                key = " ".join(texts[place:stop])
                if key not in keys:
                    continue
                start, end = row.tokens[place], row.tokens[stop - 1] + 1
                words = row.words(text_of(doc), start, end)
                borne, cased = _borne(self._knowledge, key, words, label)
                if cased is not borne and _is_among_capitals(doc, start, end):
                    borne = cased
                if borne:
                    is_counted = (
                        found is None and texts[stop - 1].isdigit() and _ends_in_count(doc, start, end)
                    )
                    found = _Match(start, end, borne), stop
                    if not is_counted:
                        break
            if found:
                yield found[0], place, found[1]
            at = bisect_left(places, found[1], at) if found else at + 1

    def _flatten(self, doc: Doc) -> _Units:
        known, keys = self._known, doc.to_array([ORTH]).tolist()
        if new := set(keys).difference(known):
            self._learn(doc.vocab.strings, new)
        kinds = list(map(known.__getitem__, keys))
        words, counts = list(map(self._words.__getitem__, kinds)), self._n_units[kinds]
        texts = list(chain.from_iterable([word.units for word in words]))
        borders = np.cumsum(counts)
        ends = np.zeros(len(texts) + 1, dtype=bool)
        # A token without units ends where the one before does; the place behind all is for the first ones.
        ends[borders - 1] = True
        # Most words begin no name, or none with the one that follows: nothing more is looked up for them.
        following = [*texts[1:], ""]
        beginning = np.flatnonzero(self._begins[kinds])
        firsts = (borders - counts)[beginning].tolist()
        begun = [
            (place, lengths)
            for place, word in zip(firsts, map(words.__getitem__, beginning.tolist()), strict=True)
            if (lengths := word.longer.get(following[place], word.alone))
        ]
        return _Units(
            texts,
            np.repeat(np.arange(len(words)), counts).tolist(),
            ends[:-1].tolist(),
            [place for place, _ in begun],
            [lengths for _, lengths in begun],
            *token_borders(doc),
        )

    def _learn(self, strings: StringStore, orths: Collection[int]) -> None:
        """Keep what is to be known of some word forms."""
        for orth in orths:
            self._known[orth] = len(self._words)
            self._words.append(self._word(strings[orth]))
        new = self._words[len(self._n_units) :]
        self._n_units = np.append(self._n_units, [len(word.units) for word in new])
        self._begins = np.append(self._begins, [bool(word.longer or word.alone) for word in new])

    def _word(self, text: str) -> _Word:
        found = _token_units(text)
        if not found:
            return _Word((), (), {})
        alone = (1,) if found[0] in self._knowledge.keys else ()
        longer = self._knowledge.lengths(found[0])
        return _Word(found, alone, {second: lengths + alone for second, lengths in longer.items()})


#: "1/10", "1 (4%)".
_RATE_GOES_ON: Final = re.compile(r"\d+(?:\s?/\s?\d| [(\[]\d)")


def _token_units(text: str) -> tuple[str, ...]:
    """The units of a token; () for one that joins its neighbours, a barrier for one that parts them."""
    found = units(text)
    if found:
        return found
    # A line break within a paragraph is a blank; two of them part.
    if text.isspace():
        return _BARRIER if text.count("\n") > 1 else ()
    return () if all(c in _JOINERS for c in text.lower().removesuffix("s")) else _BARRIER


@lru_cache(maxsize=_REMEMBERED)
def _told(names: tuple[Name, ...]) -> _Borne:
    return _Borne(
        names,
        all(name.is_weak for name in names),
        not any(name.is_weak for name in names),
        tuple(name.concept_id for name in names if not name.is_weak),
        tuple(dict.fromkeys(name.concept_id for name in names)),
        any(same_family(name.label, "GENE") for name in names),
    )


@lru_cache(maxsize=_REMEMBERED)
def _borne(
    knowledge: KnowledgeBase, key: str, words: str, label: str | None
) -> tuple[_Borne | None, _Borne | None]:
    """The names of a key whose case agrees with the words', and which need no context; None for none.

    The second are those that count within a line of capitals, where case says nothing.
    """
    names = tuple(name for name in knowledge.names(key) if not name.is_contextual)
    if label is not None:
        names = tuple(name for name in names if same_family(name.label, label))
    cased = case_form(words)
    agreeing = tuple(name for name in names if not name.case_form or name.case_form == cased)
    caseless = tuple(name for name in names if not name.case_form)
    told = _told(agreeing) if agreeing else None
    if caseless == agreeing or not (cased.isupper() and cased.isalpha()):
        return told, told
    return told, _told(caseless) if caseless else None


def _ends_in_count(doc: Doc, start: int, end: int) -> bool:
    """Whether the number that ends a name begins a rate, so that a shorter name is better ("CRS 1/10")."""
    text, last = text_of(doc), doc[end - 1].idx
    return end - start > 1 and text[last - 1].isspace() and _RATE_GOES_ON.match(text, last) is not None


def _is_among_capitals(doc: Doc, start: int, end: int) -> bool:
    """Whether the words around are all in capitals; acronyms are too short to count.

    Two words tell; in a line without small letters, such as a heading, one does.
    """
    before = takewhile(_is_within_line, reversed(list(doc[max(0, start - _NEIGHBOURS) : start])))
    after = takewhile(_is_within_line, doc[end : end + _NEIGHBOURS])
    around = [*before, *after]
    words = [token for token in around if token.is_alpha and len(token) > 3]
    if not words or not all(token.is_upper for token in words):
        return False
    return len(words) >= 2 or not any(token.text != token.text.upper() for token in around)


def _is_within_line(token: Token) -> bool:
    return "\n" not in token.text


@Language.factory("cartographer_lexicon_matcher", default_config={"knowledge": None})
def make_lexicon_matcher(
    nlp: Language,  # noqa: ARG001
    name: str,  # noqa: ARG001
    knowledge: str | None,
) -> LexiconMatcher:
    """The matcher over the knowledge base in a folder (the settings' folder if none is given).

    Raises:
        ModelError: the knowledge base is missing or incomplete.
    """
    return LexiconMatcher(load_knowledge(Path(knowledge) if knowledge else settings().knowledge))
