"""Bibliographic facts: what the source states, else what the text says about itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline.parse.cards import dateline, first_url, published_phrase, says_machine_written
from pipeline.parse.identifiers import dois, pmcids, pmids
from pipeline.parse.sectioning import Outline
from pipeline.vocabulary import DocumentKind

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

#: Shorter texts of gene names and numbers are taken for Lithuanian or Maltese.
_MIN_LANGUAGE_CHARS = 120
_MIN_LANGUAGE_PROBABILITY = 0.9
_LANGUAGE_SAMPLE = 3000
#: Words of which English prose is full, and hardly any text in another language.
_ENGLISH_WORDS: Final = frozenset("the of and with were from that which this have been to by are was".split())
#: A text of which so many words are among them, in its first half and in its second, is English and need not
#: be identified, for 3 ms. Of 6,125 texts of papers, feeds and web pages all such were identified as English.
_ENGLISH_SHARE: Final = 0.1
#: Where pages speak about themselves: the first and the last characters.
_ABOUT_ITSELF = 2500


@dataclass(frozen=True)
class Facts:
    """Bibliographic facts of one document, all optional. `language` is an ISO 639-1 code."""

    kind: DocumentKind | None = None
    title: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    url: str | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    language: str | None = None
    is_machine_written: bool | None = None

    def or_else(self, other: Facts) -> Facts:
        """These facts, with the gaps filled from `other`."""
        gaps = {name: value for name, value in vars(other).items() if getattr(self, name) is None}
        return replace(self, **gaps)


def facts_in_text(text: str, outline: Outline) -> Facts:
    """What a text says about itself: in its card lines first, then in its lead.

    An identifier of which there is one outside the references is the document's own; of several, the one on a
    card line is.
    """
    cards = list(outline.cards.values())
    about = "\n".join(outline.text_of("boilerplate", "title"))
    own = "\n".join(outline.text_of("title", "boilerplate", "abstract", "background", "body"))
    date_, journal = _published(outline)
    publishers = [card.publisher for card in cards if card.publisher]
    return Facts(
        title=outline.title,
        publisher=(publishers[0] if publishers else journal) or None,
        published_on=date_,
        url=next(
            (
                url
                for card in cards
                if card.label in ("url", "link", "source") and (url := first_url(card.value))
            ),
            None,
        ),
        doi=_own(dois(about), dois(own)),
        pmid=_own(pmids(about), pmids(own)),
        pmcid=_own(pmcids(about), pmcids(own)),
        language=language_of(text),
        is_machine_written=True
        if says_machine_written(f"{text[:_ABOUT_ITSELF]}\n{text[-_ABOUT_ITSELF:]}")
        else None,
    )


def language_of(text: str) -> str | None:
    """ISO 639-1 code of a text that is long enough to tell, else None."""
    if len(text) < _MIN_LANGUAGE_CHARS:
        return None
    sample = text[:_LANGUAGE_SAMPLE]
    words = sample.lower().split()
    middle = len(words) // 2
    if _is_plainly_english(words[:middle]) and _is_plainly_english(words[middle:]):
        return "en"
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _MIN_LANGUAGE_PROBABILITY else None


def _is_plainly_english(words: Sequence[str]) -> bool:
    return sum(map(_ENGLISH_WORDS.__contains__, words)) > _ENGLISH_SHARE * len(words)


@cache
def _identifier() -> LanguageIdentifier:
    # Imported when first asked for: it loads a model, and many documents state their language.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_pickled_model(MODEL_FILE, norm_probs=True)


def _own(on_card: tuple[str, ...], in_text: tuple[str, ...]) -> str | None:
    if len(in_text) == 1:
        return in_text[0]
    return on_card[0] if on_card else None


def _published(outline: Outline) -> tuple[date | None, str]:
    """Date and journal: a card's date, else its footer's, else a dateline, else "published on …"."""
    cards = list(outline.cards.values())
    for label in ("date", "citation", "footer", "masthead"):
        for card in cards:
            if card.label == label and card.published_on:
                return card.published_on, ""
    lead = [
        unit.text for unit, label in zip(outline.units, outline.labels, strict=True) if label.kind != "post"
    ][:6]
    if dated := next((found for text in lead if (found := dateline(text))), None):
        return dated, ""
    if phrase := published_phrase("\n".join(lead)):
        return phrase
    return next((card.published_on for card in cards if card.label == "updated"), None), ""
