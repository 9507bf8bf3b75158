"""Evidence as text for a terminal and as HTML for a notebook. All that came from a document is escaped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

from pipeline.analysis.documents import Values
from pipeline.analysis.evidence import Evidence, Source
from pipeline.analysis.marking import Mark, Piece, shortened, signed, visible

_WIDTH: Final = 100
_TITLE_WIDTH: Final = 160
#: Columns that say where a row stands, told elsewhere.
_PLACES: Final = ("doc_id", "sentence_id", "section_id", "text", "source_uri")

#: Colours of mentions by label: dark text on a light ground, contrast of 7 and more, in any theme.
LABEL_COLOURS: Final = {
    "ANTIGEN": "#c9e7ff",
    "GENE": "#dbe4f0",
    "DISEASE": "#ffe1b8",
    "ADVERSE_EVENT": "#ffd0d0",
    "THERAPY": "#cdf0d3",
    "CHEMICAL": "#e2f0c4",
    "COHORT": "#e6d8fb",
}
_TEXT_COLOUR: Final = "#1b1b1b"


def told(value: Any) -> str:  # noqa: ANN401 - cells are of many types
    """A cell as a person reads it: lists joined, figures without needless noughts."""
    if isinstance(value, (list, tuple)):
        return ", ".join(told(one) for one in value)
    if isinstance(value, float):
        return f"{value:.3g}" if value < 1 else f"{value:g}"
    return str(value)


def said_by(values: Values, row_id: str) -> Iterator[tuple[str, str]]:
    """What a row says: its columns that are not empty, but for its id and its place."""
    for name, value in values.items():
        if value in (None, [], "") or value == row_id or name in _PLACES or name.endswith("_char"):
            continue
        if name.endswith("_id") and not name.endswith("concept_id"):
            continue
        yield name, told(value)


def figures_of(values: Values) -> str:
    """The grade and figures of an adverse event in short, such as "grade 1–2, 35 of 37 (94.6%)".

    Example:
        >>> figures_of({"grade_min": 3, "n_affected": 0, "n_at_risk": 12})
        'grade 3 and more, 0 of 12'
    """
    low, high = values.get("grade_min"), values.get("grade_max")
    affected, at_risk, percent = (values.get(name) for name in ("n_affected", "n_at_risk", "percent"))
    parts = []
    if low is not None and high is not None:
        parts.append(f"grade {low}" if low == high else f"grade {low}–{high}")
    elif high is not None:
        parts.append(f"at most grade {high}")
    elif low is not None:
        parts.append("any grade" if low <= 1 else "grade 5" if low == 5 else f"grade {low} and more")
    counts = " of ".join(str(n) for n in (affected, at_risk) if n is not None)
    if affected is None and at_risk is not None:
        counts = f"{at_risk} at risk"
    share = "" if percent is None else f"{percent:g}%"
    parts.append(f"{counts} ({share})" if counts and share else counts or share)
    return ", ".join(part for part in parts if part)


def headline(table: str, values: Values) -> str:
    """What a row says in one line.

    Example:
        >>> headline("cohorts", {"n": 12, "comparator": ">=", "unit": "patients", "role": "treated"})
        '12 or more patients, treated'
    """
    if table == "adverse_events":
        return ", ".join(part for part in (values["term"], values["assertion"], figures_of(values)) if part)
    if table == "cohorts":
        number = {"~": "about {}", ">=": "{} or more", "<=": "at most {}"}.get(values["comparator"], "{}")
        return f"{number.format(values['n'])} {values['unit']}, {values['role']}"
    if table == "mentions":
        return f"{values['text']}, {values['label']}, {values['assertion']}"
    if table == "studies":
        size = f"{values['n_subjects']} {values['n_role']}" if values["n_subjects"] is not None else ""
        phase = f"phase {values['phase']}" if values["phase"] else ""
        return ", ".join(part for part in (values["therapy_name"], values["setting"], phase, size) if part)
    if table == "relations":
        return " ".join(part for part in (values["predicate"], values["assertion"], values["status"]) if part)
    name = next(
        (values[n] for n in ("name", "title", "heading", "text", "kind", "version") if values.get(n)), ""
    )
    return str(name)


def source_line(source: Source) -> str:
    """Title, publisher, date and address in one line."""
    parts = (
        shortened(source.title, _TITLE_WIDTH) or source.doc_id,
        shortened(source.publisher, _TITLE_WIDTH),
        source.published_on.isoformat() if source.published_on else "",
        source.address,
    )
    return visible(" · ".join(part for part in parts if part))


def evidence_text(evidence: Evidence) -> str:
    """Evidence for a terminal, without colours."""
    row = evidence.row
    lines = [visible(f"{row.table}  {row.row_id}"), visible(shortened(headline(row.table, row.values), 300))]
    if evidence.source is not None:
        lines.append(source_line(evidence.source))
    if passage := evidence.passage:
        lines.append("")
        for text in (visible(passage.before), signed(passage.pieces()), visible(passage.after)):
            shown = textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent="  ", subsequent_indent="  ")
            lines += [shown] if shown else []
        lines += ["", "[mention]  {cue}  <cohort>"]
    return "\n".join(lines)


_STYLE: Final = {
    "mention": "border-radius:3px;padding:0 2px;",
    "cohort": "border-bottom:3px double #7a4fc4;",
    "cue": "border-bottom:2px dashed #b3261e;",
    "term": "border-bottom:1px dotted #667;",
}


def marked_html(cut: Iterable[Piece]) -> str:
    """Pieces as HTML with their styles inline, since a notebook's page is not ours to style."""
    return "".join(_piece_html(piece) for piece in cut)


def _piece_html(piece: Piece) -> str:
    html = escape(visible(piece.text))
    for mark in reversed(piece.marks):
        html = f'<span style="{_style(mark)}" title="{escape(_title(mark))}">{html}</span>'
    return html


def _style(mark: Mark) -> str:
    style = _STYLE[mark.kind]
    if mark.kind in ("mention", "cohort"):
        style += f"background:{LABEL_COLOURS.get(mark.label, '#eee')};color:{_TEXT_COLOUR};"
    if mark.kind == "mention" and mark.assertion == "absent":
        style += "text-decoration:line-through;"
    return style


def _title(mark: Mark) -> str:
    return "cue: what decided the assertion" if mark.kind == "cue" else f"{mark.label}, {mark.assertion}"


def link_html(source: Source) -> str:
    """The title as a link where the address is one of the web, else as text."""
    title = escape(visible(shortened(source.title, _TITLE_WIDTH) or source.doc_id))
    address = escape(source.address, quote=True)
    if source.address.startswith(("https://", "http://")):
        return f'<a href="{address}" rel="noopener noreferrer" target="_blank">{title}</a>'
    return f'{title} <small style="opacity:.7">{escape(visible(source.address))}</small>'


def evidence_html(evidence: Evidence) -> str:
    """Evidence for a notebook: one block of HTML, escaped, without scripts."""
    row = evidence.row
    head = f"<b>{escape(visible(shortened(headline(row.table, row.values), 300)))}</b>"
    parts = [
        f'<div>{head} <small style="opacity:.7">{escape(visible(f"{row.table} {row.row_id}"))}</small></div>'
    ]
    if source := evidence.source:
        about = (shortened(source.publisher, _TITLE_WIDTH), str(source.published_on or ""))
        aside = " · ".join(escape(visible(one)) for one in about if one)
        parts.append(f"<div><bdi>{link_html(source)}</bdi> {aside}</div>")
    if passage := evidence.passage:
        parts.append(
            f'<blockquote dir="auto" style="margin:.5em 0;padding-left:.8em;border-left:3px solid #8888">'
            f'<span style="opacity:.65">{escape(visible(passage.before))}</span>'
            f"{marked_html(passage.pieces())}"
            f'<span style="opacity:.65">{escape(visible(passage.after))}</span></blockquote>'
        )
    if evidence.concepts:
        named = (f"{one['name']} ({one['concept_id']})" for one in evidence.concepts.values())
        parts.append(f'<div><small style="opacity:.7">{escape(visible(", ".join(named)))}</small></div>')
    return f'<div style="max-width:60em;line-height:1.5">{"".join(parts)}</div>'
