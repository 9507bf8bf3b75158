"""The page, put together: one HTML file that carries its styles, scripts, charts and documents.

The page holds no word of a document as HTML, other than names of concepts in the charts, which the template
escapes. All the rest is packed JSON, which the page's script puts into the page as text. A policy lets this
page's own script and style run, by their hashes, and forbids everything else, the network included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Final

import jinja2
from markupsafe import Markup

from pipeline import __version__
from pipeline.report.charts import Chart
from pipeline.report.embedding import packed, script_hash
from pipeline.report.headline import Number

_HERE: Final = files("pipeline.report")
#: Parts of the script, in the order in which they stand on each other.
_SCRIPTS: Final = (
    "elements",
    "embedded",
    "columns",
    "filters",
    "evidence",
    "documents",
    "mentions",
    "facts",
    "legend",
    "reader",
    "routes",
)


@dataclass(frozen=True)
class Page:
    """All that the page shows.

    Attributes:
        snapshot_id: the snapshot that it was made from.
        published_at: when that was published, UTC.
        n_documents: documents in it.
        numbers: the headline numbers.
        charts: the charts.
        about: paragraphs on how the figures were read.
        index: what the page needs at once: studies, list of documents, concepts, word lists.
        batches: the documents in full, in batches that are unpacked when one of them is opened.
    """

    snapshot_id: str
    published_at: datetime
    n_documents: int
    numbers: Sequence[Number]
    charts: Sequence[Chart]
    about: Sequence[str]
    index: dict[str, Any]
    batches: Sequence[str]


def html(page: Page) -> str:
    """The page as HTML."""
    style, early_script = _asset("page.css"), _asset("theme.js")
    script = "(() => {\n" + "\n".join(_asset(f"{name}.js") for name in _SCRIPTS) + "})();\n"
    script = f'"use strict";\n{script}'
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {script_hash(early_script)} {script_hash(script)}",
            f"style-src {script_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    payloads = [("index", packed(page.index))]
    payloads += [(f"documents-{n}", batch) for n, batch in enumerate(page.batches)]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((_HERE / "templates" / "page.html.jinja").read_text("utf-8"))
    return template.render(
        snapshot_id=page.snapshot_id,
        published_at=page.published_at,
        n_documents=page.n_documents,
        numbers=page.numbers,
        charts=page.charts,
        about=page.about,
        version=__version__,
        # Ours, and as they are: escaped quotes would be another script than the one that was hashed.
        policy=Markup(policy),
        style=Markup(style),
        early_script=Markup(early_script),
        script=Markup(script),
        payloads=[(name, Markup(payload)) for name, payload in payloads],
    )


def _asset(name: str) -> str:
    return (_HERE / "assets" / name).read_text("utf-8")
