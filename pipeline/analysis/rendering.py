"""Evidence as text for a terminal and as HTML for a notebook. All that came from a document is escaped."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from pipeline.analysis.documents import Values
from pipeline.analysis.evidence import Evidence, Passage, Source
from pipeline.analysis.marking import Mark, Piece, shortened, signed, visible

_WIDTH: Final = 100
_TITLE_WIDTH: Final = 160
_SAID_WIDTH: Final = 300
#: A concept may have a hundred other names; these show what is meant.
_SYNONYMS: Final = 5

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


def source_line(source: Source) -> str:
    """Title, publisher, date and address in one line."""
    parts = (
        shortened(source.title, _TITLE_WIDTH) or source.doc_id,
        shortened(source.publisher, _TITLE_WIDTH),
        source.published_on.isoformat() if source.published_on else "",
        source.address,
    )
    return visible(" · ".join(part for part in parts if part))


def provenance(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """How a row came to be, as pairs of a name and what there is to say: words, scores, concepts, run."""
    if source := evidence.source:
        yield "document", source_line(source)
        yield "doc_id", source.doc_id
    if passage := evidence.passage:
        section = evidence.section or {}
        parts = (section.get("kind"), section.get("heading"), section.get("source_ref"))
        place = f"characters {passage.sentence_start_char} to {passage.sentence_end_char}"
        yield "read at", ", ".join(part for part in (place, *parts) if part)
    for mention in evidence.mentions:
        yield from _of_mention(mention, evidence.passage)
    if cohort := evidence.cohort:
        yield "cohort", f"{cohort['n']} {cohort['unit']}, {cohort['role']}, {cohort['cohort_id']}"
    if (score := evidence.row.values.get("score")) is not None and evidence.row.table == "relations":
        yield "score", f"{score:.2f}"
    for concept in evidence.concepts.values():
        others = ", ".join(concept["synonyms"][:_SYNONYMS])
        known = f"{concept['ontology']} {concept['ontology_version']}"
        yield (
            "concept",
            f"{concept['concept_id']} {concept['name']} ({known})" + (f": {others}" if others else ""),
        )
    yield "snapshot", evidence.snapshot_id
    if run := evidence.run:
        yield "read by", f"run {run['run_id']}, version {run['version']}, fingerprint {run['fingerprint']}"
    if key := evidence.extraction_key:
        yield "key", key


def _of_mention(mention: Values, passage: Passage | None) -> Iterator[tuple[str, str]]:
    place = f"characters {mention['start_char']} to {mention['end_char']}"
    score = "" if mention["score"] is None else f", score {mention['score']:.2f}"
    said = f"{mention['label']}, {mention['assertion']}, {mention['setting']}"
    yield "mention", f"“{mention['text']}” {said}; {place}; by {mention['annotator']}{score}"
    start, end = mention["cue_start_char"], mention["cue_end_char"]
    if passage and start is not None:
        yield (
            "cue",
            f"“{passage.text[start:end]}” made it {mention['assertion']}; characters {start} to {end}",
        )


def evidence_text(evidence: Evidence) -> str:
    """Evidence for a terminal, without colours."""
    row = evidence.row
    lines = [visible(f"{row.table}  {row.row_id}"), visible(shortened(evidence.says, _SAID_WIDTH))]
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
    "cohort": "border-bottom:3px double #9b6ddf;",
    "cue": "border-bottom:2px dashed #d9534f;",
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
        return (
            f'<a href="{address}" style="color:inherit" rel="noopener noreferrer" target="_blank">{title}</a>'
        )
    return f'{title} <small style="opacity:.7">{escape(visible(source.address))}</small>'


def evidence_html(evidence: Evidence) -> str:
    """Evidence for a notebook: one block of HTML, escaped, without scripts."""
    row = evidence.row
    head = f"<b>{escape(visible(shortened(evidence.says, _SAID_WIDTH)))}</b>"
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
