"""JSON: a record, or several, of ClinicalTrials.gov or Europe PMC; JSON lines that are called JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from pipeline.errors import ParseError
from pipeline.parse import clinicaltrials, europepmc, jsonl
from pipeline.parse.assembly import failure
from pipeline.parse.decoding import decode
from pipeline.records import Document, Failure, Payload

_Record = dict[str, Any]
#: A key that all records of a kind have, and what reads them.
_READERS: Final[dict[str, Callable[[_Record, str], Document]]] = {
    "protocolSection": clinicaltrials.document,
    "source": europepmc.document,
}


def read(payload: Payload) -> Iterator[Document | Failure]:
    """The records of a file, one at a time: one object, a list of them, or a page as the services give it.

    Raises:
        ParseError: it is no JSON, or holds nothing that is known.
    """
    try:
        found = json.loads(decode(payload.body))
    # Besides bad syntax: numbers of over 4,300 digits (ValueError), very deep nesting (RecursionError).
    except (ValueError, RecursionError) as problem:
        if b'"text"' in payload.body:
            yield from jsonl.read(payload)
            return
        raise ParseError(f"This is no JSON: {problem}. Fetch it again, or check where it was cut.") from None
    if isinstance(found, dict) and isinstance(found.get("text"), str):
        yield from jsonl.read(payload)
        return
    records = _records(found)
    if not records:
        raise ParseError(
            "This JSON holds no record of ClinicalTrials.gov or Europe PMC. Save documents as JSON lines: "
            'one {"id": …, "text": …} a line.'
        )
    for number, record in enumerate(records, start=1):
        fragment = f"#{number}" if len(records) > 1 else ""
        try:
            yield _document(record, payload.source_uri + fragment)
        except ParseError as problem:
            yield failure(payload, problem, fragment)


def _records(found: Any) -> list[Any]:  # noqa: ANN401 - whatever the JSON holds
    if isinstance(found, list):
        return found
    if not isinstance(found, dict):
        return []
    results = found.get("resultList")
    listed = results.get("result") if isinstance(results, dict) else found.get("studies")
    if isinstance(listed, list):
        return listed
    return [found] if any(key in found for key in _READERS) else []


def _document(record: Any, source_uri: str) -> Document:  # noqa: ANN401 - as above
    if isinstance(record, dict):
        for key, reader in _READERS.items():
            if key in record:
                return reader(record, source_uri)
    raise ParseError("This is no record of ClinicalTrials.gov or Europe PMC.")
