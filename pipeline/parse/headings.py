"""Headings: the field's standard ones with the kind of section they open, others by their shape."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.parse.layout import Unit
from pipeline.vocabulary import SectionKind

#: Structured abstracts and papers print these; the kinds follow the NLM's categories of abstract labels.
_STANDARD: Final[dict[SectionKind, str]] = {
    "abstract": r"(?:structured )?abstract",
    "background": (
        r"background(?: and (?:aims?|purpose|objectives?))?|introduction|rationale|importance|purpose|"
        r"(?:study )?(?:aims?|objectives?)(?: and (?:aims?|objectives?))?|hypothes[ie]s"
    ),
    "methods": (
        r"(?:(?:materials?|patients?|subjects|participants|design|study design)(?:,? (?:and|&) "
        r")?)?(?:the )?methods?|"
        r"methodology|(?:study |trial |experimental )?design|(?:setting|participants|interventions?|"
        r"patients)|"
        r"main outcomes?(?: and)?(?: measures?)?|measurements?|data sources|search strategy|"
        r"statistical (?:analysis|methods)|end ?points?|methods and (?:results|materials|analysis)"
    ),
    "results": r"(?:main )?results?|findings|results and discussion",
    "conclusions": (
        r"(?:main )?conclusions?(?: and (?:relevance|implications))?|interpretation|discussion|comment|"
        r"(?:discussion|summary) and conclusions?|limitations"
    ),
    "body": (
        r"funding(?: statement)?|acknowledge?ments?|(?:declaration of |competing |conflicts? of "
        r")interests?|keywords?|"
        r"data availability(?: statement)?|authors?[’']? contributions|(?:clinical )?trial "
        r"registration|registration|ethics"
    ),
    "reference": r"(?:selected )?references|bibliography|literature cited|works cited|reference list",
}
_KIND_PATTERNS: Final = tuple(
    (kind, re.compile(f"(?:{words})$", re.IGNORECASE)) for kind, words in _STANDARD.items()
)
_ANY_STANDARD: Final = "|".join(_STANDARD.values())
_MARKS: Final = r"(?:\#{1,6}\s+|\*{1,3}|_{1,3})?"
_NUMBER: Final = r"(?:(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,4}\.)\s+)?"
_OWN_LINE: Final = re.compile(rf"{_MARKS}{_NUMBER}(?P<name>{_ANY_STANDARD})\s*[:.]?[*_]*[:.]?", re.IGNORECASE)
# Lower case would be a sentence ("methods – such as…"), so a run-in heading begins with a capital.
_RUN_IN: Final = re.compile(
    rf"(?P<printed>{_MARKS}{_NUMBER}(?=[A-Z])(?P<name>(?i:{_ANY_STANDARD}))[*_]*)\s*(?:[:.][*_]*\s*|\s[–—-]\s+)(?=\S)"
)
_BARE: Final = re.compile(
    r"(?P<printed>(?P<name>Background|Introduction|Purpose|Objectives?|Aims?|Methods|Results|Findings|"
    r"Conclusions?|Interpretation|Discussion|Funding|BACKGROUND|METHODS|RESULTS|CONCLUSIONS?))\s+(?=[A-Z0-9])"
)
_SUBSECTION: Final = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+(?P<name>[A-Z][^.\n]{2,60})\.\s")
_MARKED: Final = re.compile(
    r"(?:#{1,6}\s+(?P<hash>\S.*?)\s*#*|(?P<mark>\*{1,3}|_{1,3})(?P<bold>[^*_].*?)(?P=mark):?)$"
)
#: A heading of more words is a sentence; counted on the longest subheads of news pages.
_MAX_WORDS: Final = 14
_MAX_CHARS: Final = 110


class Heading(NamedTuple):
    """A heading as printed and the kind of section it opens; None where the words don't tell."""

    printed: str
    kind: SectionKind | None


def kind_of_label(label: str) -> SectionKind | None:
    """Kind of the section that a standard heading opens.

    Example:
        >>> kind_of_label("Patients and Methods"), kind_of_label("MAIN OUTCOMES"), kind_of_label("Cells")
        ('methods', 'methods', None)
    """
    name = re.sub(r"^\W*(?:\d+(?:\.\d+)*\.?\s+)?|\W+$", "", label)
    return next((kind for kind, pattern in _KIND_PATTERNS if pattern.match(name)), None)


def unmarked(text: str) -> str:
    """A heading's words without Markdown marks around them."""
    marked = _MARKED.match(text)
    return (marked["hash"] or marked["bold"]).strip("*_ ") if marked else text


def standard_heading(text: str) -> Heading | None:
    """The standard heading that the text consists of or begins with."""
    own_line = _OWN_LINE.fullmatch(text[:_MAX_CHARS]) if len(text) <= _MAX_CHARS else None
    if own_line and (own_line["name"][0].isupper() or text.startswith("#")):
        return Heading(unmarked(text), kind_of_label(own_line["name"]))
    if run_in := _RUN_IN.match(text):
        return Heading(run_in["printed"].strip("*_# "), kind_of_label(run_in["name"]))
    return None


def bare_heading(text: str) -> Heading | None:
    """A standard heading without any punctuation ("Methods In a first-in-human …"), as some journals print.

    One alone may be the first word of a sentence; the caller asks for several in a text.
    """
    bare = _BARE.match(text)
    return Heading(bare["printed"], kind_of_label(bare["name"])) if bare else None


def numbered_subsection(text: str) -> str | None:
    """The name of a numbered subsection that a paragraph begins with ("3.1 Patients. Between …")."""
    found = _SUBSECTION.match(text)
    return found["name"] if found else None


def shaped_heading(unit: Unit, following: Unit | None) -> Heading | None:
    """A heading by its shape: short, no full stop, nothing like it before the longer text that follows."""
    if unit.hint == "heading" or (_MARKED.match(unit.text) and len(unit.text) <= 2 * _MAX_CHARS):
        return Heading(unmarked(unit.text), kind_of_label(unmarked(unit.text)))
    if following is None or following.after_break or unit.is_list_item or unit.hint:
        return None
    text = unit.text
    if len(text) > _MAX_CHARS or unit.n_words > _MAX_WORDS or not text[0].isupper() or text[-1] in ".,;!)|":
        return None
    opens_list = following.is_list_item and not following.after_blank
    longer = len(following.text) > max(2 * len(text), 100)
    return Heading(text, None) if (opens_list or longer) and "  " not in text and "\t" not in text else None
