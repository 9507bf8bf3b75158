"""Documents put together from text, sections and facts; the checks that every document passes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from pipeline.errors import ParseError
from pipeline.parse.facts import Facts, facts_in_text
from pipeline.parse.genre import genre
from pipeline.parse.identifiers import trial_ids
from pipeline.parse.layout import Unit, units
from pipeline.parse.sectioning import Outline, outline
from pipeline.records import Document, Failure, Payload, Section
from pipeline.settings import settings


def document_id(source_uri: str) -> str:
    """Id of a document that brings none: 16 hex digits of its address's hash."""
    return hashlib.blake2b(source_uri.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def failure(payload: Payload, problem: Exception, fragment: str = "") -> Failure:
    """A parse failure of a payload, or of the part of it that the fragment names."""
    return Failure(
        source_uri=payload.source_uri + fragment,
        stage="parse",
        error=type(problem).__name__,
        message=str(problem),
        payload_sha256=payload.sha256 if not fragment else None,
    )


def check_text(text: str) -> str:
    """The text itself.

    Raises:
        ParseError: there is nothing to read in it, or more than is read at once, or it holds half characters.
    """
    limit = settings().max_document_chars
    if not text or text.isspace():
        raise ParseError("There is no text in it (empty, or white space only).")
    if len(text) > limit:
        raise ParseError(
            f"The text has {len(text):,} characters, more than the {limit:,} that are read as one document. "
            "Split it, or raise CARTOGRAPHER_MAX_DOCUMENT_CHARS."
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ParseError(
            "The text holds lone surrogates (half characters). Mend the escapes (\\ud83d…)."
        ) from None
    return text


def read_text(
    text: str,
    source_uri: str,
    media_type: str,
    *,
    stated: Facts | None = None,
    doc_id: str | None = None,
    marked_units: Sequence[Unit] | None = None,
) -> Document:
    """A document from a text that is kept as it is: sections, genre and facts are read from its layout.

    Args:
        text: the text.
        source_uri: where it came from, with a fragment for a member of a set.
        media_type: of the source.
        stated: facts that the source states outside the text; they win over those in the text.
        doc_id: the caller's own id, or None for a hash of the address.
        marked_units: paragraphs with hints from mark-up; by default they are told by line ends.

    Raises:
        ParseError: see `check_text`.
    """
    check_text(text)
    stated = stated or Facts()
    layout = outline(marked_units if marked_units is not None else units(text), stated.kind == "forum")
    kind = stated.kind or genre(layout)
    return assemble(
        text,
        _sections(layout, kind == "abstract"),
        replace(stated.or_else(facts_in_text(text, layout)), kind=kind),
        source_uri,
        media_type,
        doc_id=doc_id,
    )


def assemble(
    text: str,
    sections: Sequence[Section],
    facts: Facts,
    source_uri: str,
    media_type: str,
    *,
    doc_id: str | None = None,
    registered: tuple[str, ...] = (),
) -> Document:
    """A document from its parts; ids of trials are read from the text, `registered` ones are added."""
    return Document(
        doc_id=doc_id or document_id(source_uri),
        source_uri=source_uri,
        media_type=media_type,
        kind=facts.kind or "other",
        text=text,
        sections=tuple(sections),
        title=facts.title,
        publisher=facts.publisher,
        published_on=facts.published_on,
        url=facts.url,
        doi=facts.doi,
        pmid=facts.pmid,
        pmcid=facts.pmcid,
        trial_ids=tuple(dict.fromkeys(trial_ids(text) + registered)),
        language=facts.language,
        is_machine_written=facts.is_machine_written,
    )


def _sections(layout: Outline, is_abstract: bool) -> tuple[Section, ...]:
    """Paragraphs without a standard heading are the abstract where the document is one."""
    sections = layout.sections()
    if not is_abstract:
        return sections
    return tuple(
        replace(section, kind="abstract")
        if section.kind == "body" and (section.heading or "Summary").lower() == "summary"
        else section
        for section in sections
    )
