"""A document by whatever a person calls it: id, file, address, identifier, words of its title."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote, urlsplit

from pipeline.analysis.documents import Values
from pipeline.analysis.frames import stored_table
from pipeline.errors import UsageError
from pipeline.store import Snapshot

_COLUMNS: Final = ("doc_id", "source_uri", "url", "doi", "pmid", "pmcid", "title")
_SHOWN: Final = 5
_TITLE_WIDTH: Final = 60


def document_named(stored: Snapshot, name: str) -> str:
    """The id of the one document that is meant.

    Args:
        stored: the snapshot.
        name: its id or the beginning of it, the name or path of its file, its web address, DOI, PMID or
            PMCID, or words of its title. Tried in this order; the first that fits one document alone wins.

    Raises:
        UsageError: no document, or more than one, is meant; the message lists close matches.
    """
    wanted = name.strip()
    rows: list[Values] = stored_table(stored, "documents", _COLUMNS).to_pylist()
    for row in rows:
        if row["doc_id"] == wanted:
            return wanted
    fitting: list[Values] = []
    for fits in (_is_named, _begins, _is_titled) if wanted else ():
        fitting = [row for row in rows if fits(row, wanted)]
        if len(fitting) == 1:
            return str(fitting[0]["doc_id"])
        if fitting:
            break
    if fitting:
        more = f"\n  … and {len(fitting) - _SHOWN} more" if len(fitting) > _SHOWN else ""
        listed = "".join(f"\n  {_label(row)}" for row in fitting[:_SHOWN])
        raise UsageError(f"{name!r} fits {len(fitting)} documents; name one of them:{listed}{more}")
    known = {word: row for row in rows for word in (*_names(row), row["title"] or "") if word}
    close = [known[word] for word in difflib.get_close_matches(wanted, known, _SHOWN, cutoff=0.5)]
    listed = "".join(f"\n  {label}" for label in dict.fromkeys(map(_label, close)))
    told = (
        f"; close to it:{listed}"
        if close
        else ": name its id, file, address, DOI, PMID or words of its title; `cartographer show` lists all"
    )
    raise UsageError(f"the snapshot {stored.id} has no document {name!r}{told}")


def _is_named(row: Values, wanted: str) -> bool:
    return wanted.casefold() in (word.casefold() for word in _names(row)) or (
        "/" in wanted
        and unquote(row["source_uri"]).partition("#")[0].endswith(f"/{wanted.removeprefix('./')}")
    )


def _begins(row: Values, wanted: str) -> bool:
    return str(row["doc_id"]).startswith(wanted)


def _is_titled(row: Values, wanted: str) -> bool:
    return any(wanted.casefold() in word.casefold() for word in (row["title"] or "", *_names(row)))


def _names(row: Values) -> Iterator[str]:
    yield from (row[name] for name in _COLUMNS if row[name] and name != "title")
    yield file_name(row["source_uri"])


def file_name(source_uri: str) -> str:
    """The name of the file that an address ends in, with what follows a `#`.

    Example:
        >>> file_name("file:///news/CAR%20T.xml#pmid:7")
        'CAR T.xml#pmid:7'
    """
    parts = urlsplit(source_uri)
    return unquote(parts.path.rpartition("/")[2]) + (f"#{parts.fragment}" if parts.fragment else "")


def _label(row: Values) -> str:
    title = " ".join((row["title"] or "").split())[:_TITLE_WIDTH]
    return f"{row['doc_id']}  {file_name(row['source_uri'])}  {title}".rstrip()
