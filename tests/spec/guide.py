"""The annotation guide, made of the passages that the specification tests read.

python -m tests.spec.guide        writes docs/annotation-guide.md
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from pipeline.evaluation.markup import MarkedText, parse_marked
from pipeline.vocabulary import ASSERTIONS, COHORT_ROLES, MENTION_LABELS, SETTINGS, TREATS_STATUSES
from tests.spec import test_adverse_events, test_assertion, test_cohorts, test_relations, test_setting

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "annotation-guide.md"

_VALUES: Final = {
    "label of a mention": MENTION_LABELS,
    "assertion": ASSERTIONS,
    "setting": SETTINGS,
    "role of a group": COHORT_ROLES,
    "status of a use": TREATS_STATUSES,
}
_OPENING: Final = """# Annotation guide

What counts as a mention, a denial, a group, an adverse event, a relation. Every passage below is a test: the
language pipeline is given the text, and must read what stands under it. The page is made from `tests/spec/`
by `python -m tests.spec.guide`, and a test checks that it is current. [Write gold](how-to/write-gold.md)
tells how passages of your own are marked up.

Mentioned words are set in bold. They are marked as they stand in the text, without what only surrounds them,
and a name inside of a longer one is marked as well: **CD19** in **CD19 CAR T cells**.

| words | what they may be |
|---|---|
"""


def annotation_guide() -> str:
    """The page as Markdown."""
    values = [f"| {name} | {', '.join(f'`{word}`' for word in words)} |" for name, words in _VALUES.items()]
    parts = [_OPENING + "\n".join(values) + "\n"]
    for title, (about, write) in _CHAPTERS.items():
        parts += [f"## {title}\n", f"{about}\n", *write()]
    return "\n".join(parts)


def _assertion() -> Iterator[str]:
    for name, source in test_assertion.PASSAGES.items():
        marked = parse_marked(" ".join(source.split()))
        said = (f"{_words(marked, span)} *{span.attributes['assertion']}*" for span in marked.spans)
        yield _example(name, marked, said)


def _setting() -> Iterator[str]:
    for name, source in test_setting.CASES:
        marked = parse_marked(source)
        said = (f"{_words(marked, span)} *{span.attributes['setting']}*" for span in marked.spans)
        yield _example(name, marked, dict.fromkeys(said))


def _groups() -> Iterator[str]:
    for name, source in test_cohorts.PASSAGES.items():
        marked = parse_marked(" ".join(source.split()))
        cohorts = [span for span in marked.spans if span.label == "COHORT"]
        said = (
            f"{_words(marked, span)} {_number(span.attributes)} *{span.attributes['role']}*"
            for span in cohorts
        )
        yield _example(name, marked, said, "no group")


def _number(attributes: dict[str, str]) -> str:
    comparator = attributes.get("comparator", "=")
    return f"n {comparator} {attributes['n']}"


def _adverse_events() -> Iterator[str]:
    for name, (source, rows) in test_adverse_events.PASSAGES.items():
        marked = parse_marked(" ".join(source.split()))
        if not rows:
            yield _example(name, marked, (), "no row")
            continue
        yield _example(name, marked, ())
        head = "| event | assertion | grade | affected | at risk | percent |\n|---|---|---|---|---|---|\n"
        yield head + "\n".join(map(_row, rows)) + "\n"


def _row(row: tuple[object, ...]) -> str:
    term, assertion, low, high, *figures = row
    grades = "" if low is None and high is None else f"{low or ''}–{high or ''}".strip()
    grades = str(low) if low == high and low is not None else grades
    return (
        f"| {term} | {assertion} | {grades} | "
        + " | ".join("" if f is None else f"{f:g}" for f in figures)
        + " |"
    )


def _targets() -> Iterator[str]:
    for name, source, wanted in test_relations.TARGETS:
        marked = parse_marked(source)
        antigens = [_words(marked, span) for span in marked.spans if span.label == "ANTIGEN"]
        yield _example(name, marked, antigens if wanted == "both" else (), "targets nothing", "targets ")


def _treats() -> Iterator[str]:
    for name, source, wanted in test_relations.TREATS:
        said = (f"{disease} *{status}*" for disease, status in sorted(wanted))
        yield _example(name, parse_marked(source), said, "treats nothing", "treats ")


def _beside() -> Iterator[str]:
    for name, source, wanted in test_relations.BESIDE:
        yield _example(name, parse_marked(source), sorted(wanted), told="these treat: ")


def _example(name: str, marked: MarkedText, said: Iterable[str], nothing: str = "", told: str = "") -> str:
    """A passage under its name, and what is read in it."""
    listed = " · ".join(said)
    lines = [f"**{name[:1].upper()}{name[1:]}.**", "", f"> {_in_bold(marked)}", ""]
    if listed or nothing:
        lines += [f"{told}{listed}" if listed else f"*{nothing}*", ""]
    return "\n".join(lines)


def _words(marked: MarkedText, span: object) -> str:
    return f"“{_escaped(marked.text[span.start_char : span.end_char])}”"  # type: ignore[attr-defined]


def _in_bold(marked: MarkedText) -> str:
    """The text with its outermost mentions in bold, on one line."""
    told, place = [], 0
    for span in marked.spans:
        if span.start_char >= place:
            told.append(_escaped(marked.text[place : span.start_char]))
            told.append(f"**{_escaped(marked.text[span.start_char : span.end_char])}**")
            place = span.end_char
    told.append(_escaped(marked.text[place:]))
    return " ".join("".join(told).split())


def _escaped(text: str) -> str:
    return re.sub(r"([\\*_<>|`])", r"\\\1", text)


#: Title of each chapter, what it is about, and what writes its examples.
_CHAPTERS: Final[dict[str, tuple[str, Callable[[], Iterator[str]]]]] = {
    "Assertion": (
        "Whether the text says that it is so. `absent` is denied, `possible` is feared, warned of or asked,\n"
        "`hypothetical` is planned or conditional, `historical` was so before. A denial reaches as far as\n"
        "its grammar, and a grade that is denied is not the event denied.",
        _assertion,
    ),
    "Setting": (
        "Who or what was studied: the subjects of the sentence decide, else those of the study around it.\n"
        "Where a cell or receptor comes from does not.",
        _setting,
    ),
    "Groups of subjects": (
        "One row for each distinct group, marked at the words that state its size. Plans, prevalence,\n"
        "outcomes, ages and doses are no groups.",
        _groups,
    ),
    "Adverse events": (
        "One row for each event, assertion, range of grades and figure. Affected and at risk are what\n"
        "the sentence states; a denominator of another sentence is not carried over.",
        _adverse_events,
    ),
    "What a therapy targets": (
        "Therapy and antigen, where the text says that the one is aimed at the other.",
        _targets,
    ),
    "What a therapy treats": (
        "Therapy and disease, with how far the use has come: `tested` where somebody or some animal was\n"
        "given it for the disease, `approved`, or `proposed`.",
        _treats,
    ),
    "What stands beside the cells": (
        "Comparators treat as well; what prepares for the cells, rescues from them or was given\n"
        "before does not.",
        _beside,
    ),
}


def main() -> None:
    """Write the page."""
    PAGE.write_text(annotation_guide(), encoding="utf-8")


if __name__ == "__main__":
    main()
