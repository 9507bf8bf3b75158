"""Tokenizer: scispaCy's rules, and cuts inside words where the mentions of this field begin and end.

scispaCy keeps "anti-CD19-directed", "12/15" and "grade≥3" in one piece; a mention that ends inside such a
piece could not be told. Here hyphens and dashes of every kind, slashes, brackets, comparison signs and the
border between a figure and its unit cut a word. Decimals ("73.5", "99·0") and thousands ("1,024") stay whole.

Tokenization loses nothing: the texts and the white space of the tokens give the text back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.lang.en import English
from spacy.lang.tokenizer_exceptions import BASE_EXCEPTIONS
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found]
from spacy.tokens import Doc
from spacy.util import registry

#: Hyphen-minus, hyphen, non-breaking hyphen, figure dash, en and em dash, bar, minus, small, full-width form.
HYPHENS: Final = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"

_SIGNS: Final = "<>=≤≥⩽⩾≦≧±∓~∼≈×÷→←↔|*^†‡§®™©•/\\\\∕⁄"
_CUTS: Final = rf"[{re.escape(HYPHENS)}{_SIGNS}]"
_BRACKETS: Final = r"[()\[\]{}]"

#: Units that are written against their figure ("10mg", "12mo"). "m" and "d" are left out: a single letter
#: after a figure is more often part of a code.
_UNITS: Final = (
    r"(?:kg|mg|µg|μg|ug|ng|pg|g|mL|ml|µL|μL|uL|dL|L|mm|cm|nm|µm|μm|km|kDa|kD|kb|bp|Gy|cGy|MBq|IU|U|mM|µM|μM|nM|"
    r"hrs?|hours?|h|min|days?|wks?|weeks?|mos?|months?|yrs?|years?|fold|patients|pts|cells|x|M|K)"
)

_PREFIXES: Final = (_CUTS, _BRACKETS, r"[&+$€£#,;:.](?=.)")
_SUFFIXES: Final = (
    _CUTS,
    _BRACKETS,
    r"%",
    # The full stop after a single letter that follows a cut ("CAR-T."), a raised figure, a bracket or a sign.
    rf"(?<=[{re.escape(HYPHENS)}/][A-Za-z])\.",
    r"(?<=[⁰¹²³⁴⁵⁶⁷⁸⁹)\]}%+®™])\.",
    rf"(?<=[0-9]){_UNITS}(?=$)",
    r"(?<=[A-Z0-9])\+",
)
_INFIXES: Final = (
    _CUTS,
    _BRACKETS,
    # Between a figure and its unit: nothing is cut out, so the match is empty.
    rf"(?<=[0-9])(?={_UNITS}(?:[^0-9A-Za-z]|$))",
    r"[;:!?](?=\S)",
    # A comma cuts unless it groups thousands.
    r",(?![0-9]{3}(?![0-9]))",
    r"(?<![0-9]),",
    r"%",
    r"(?<=[A-Za-z0-9])\+(?=[A-Za-z0-9])",
    r"…|\.{2,}",
)
_LETTER_AND_STOP: Final = re.compile(r"[^\W\d_]\.")


#: Characters without white space that are read in one go; the affixes of a run cost the square of its length,
#: and a token's vector its length in memory. Chemical names and addresses stay well below.
_LONGEST_RUN: Final = 250
_LONG_RUN: Final = re.compile(rf"\S{{{_LONGEST_RUN + 1},}}")
#: Runs whose tokens are remembered; a bound on memory (some 10 MB), not on what can be read.
_REMEMBERED: Final = 50_000


class BoundedTokenizer(Tokenizer):  # type: ignore[misc]
    """spaCy's tokenizer, which cuts a run of characters without white space that is no word any more."""

    _met: frozenset[str] | set[str] = frozenset()

    def __call__(self, text: str) -> Doc:
        """Tokenize; the texts and white space of the tokens give the text back."""
        met = set(text.split())
        self._remember(met)
        runs = list(_LONG_RUN.finditer(text)) if max(map(len, met), default=0) > _LONGEST_RUN else ()
        if not runs:
            whole: Doc = super().__call__(text)
            return whole
        cuts = [cut for run in runs for cut in range(run.start(), run.end(), _LONGEST_RUN)]
        borders = sorted({0, len(text), *cuts, *(run.end() for run in runs)})
        words: list[str] = []
        spaces: list[bool] = []
        for start, end in pairwise(borders):
            part = super().__call__(text[start:end])
            words += [token.text for token in part]
            spaces += [bool(token.whitespace_) for token in part]
        return Doc(self.vocab, words=words, spaces=spaces)

    def _remember(self, words: set[str]) -> None:
        """Tokenize each word alone that has not been met, so that its tokens are remembered.

        spaCy remembers nothing of a text beyond the first special case in it ("e.g."), and reads all other
        words of it by its patterns, each time anew: that took ten times as long.
        """
        if not self._met:
            self._met, self.max_cache_size = set(), _REMEMBERED
        if len(self._met) < _REMEMBERED:
            new = {word for word in words.difference(self._met) if len(word) <= _LONGEST_RUN}
            for word in new:
                super().__call__(word)
            self._met |= new


def _extended(search: Callable[..., object], extra: tuple[str, ...], form: str) -> re.Pattern[str]:
    """The pattern behind a compiled rule of scispaCy's tokenizer, with more alternatives."""
    base: re.Pattern[str] = search.__self__  # type: ignore[attr-defined]
    return re.compile("|".join([*(form.format(rule) for rule in extra), base.pattern]))


def build_tokenizer(nlp: Language) -> Tokenizer:
    """The tokenizer for one language object.

    >>> import spacy
    >>> [token.text for token in build_tokenizer(spacy.blank("en"))("anti-CD19, grade≥3")]
    ['anti', '-', 'CD19', ',', 'grade', '≥', '3']
    """
    # scispaCy extends a language object's tokenizer; while a pipeline is being built there is none yet.
    base = combined_rule_tokenizer(English(nlp.vocab))
    # spaCy's emoticons hold "=3" and "8)": n=3 and (n=8) are group sizes here.
    rules = {
        text: tokens
        for text, tokens in base.rules.items()
        if text not in BASE_EXCEPTIONS or text.isspace() or _LETTER_AND_STOP.fullmatch(text)
    }
    # Made anew, since each change of a tokenizer's rules makes it read all its exceptions again.
    return BoundedTokenizer(
        nlp.vocab,
        rules,
        prefix_search=_extended(base.prefix_search, _PREFIXES, "^(?:{})").search,
        suffix_search=_extended(base.suffix_search, _SUFFIXES, "(?:{})$").search,
        infix_finditer=_extended(base.infix_finditer, _INFIXES, "(?:{})").finditer,
        token_match=base.token_match,
        url_match=re.compile(r"^(?:https?://|www\.)\S+[^\s.,;:)\]]$").match,
    )


@registry.tokenizers("cartographer.tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], Tokenizer]:
    """Entry of the tokenizer in spaCy's registry, for `[nlp.tokenizer]` of the config."""
    return build_tokenizer
