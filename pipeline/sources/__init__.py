"""Sources: where documents come from. Each module fetches from one kind of place and hands on Payloads.

A source module offers two functions, and joins by being named in `_SOURCES`:

- `claims(reference)`: whether this source reads that kind of reference;
- `fetch(reference)`: checks the reference at once, then streams `Payload` and `Failure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urldefrag

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import clinicaltrials, europepmc, feeds, kept, local, pages, pubmed

__all__ = ["payloads", "with_kept"]


class _Source(NamedTuple):
    claims: Callable[[str], bool]
    fetch: Callable[[str], Iterator[Payload | Failure]]


# What exists as a file is one, whatever it is called.
_SOURCES: Final[tuple[_Source, ...]] = (
    _Source(local.claims, local.fetch),
    _Source(feeds.claims, feeds.fetch),
    _Source(pubmed.claims, pubmed.fetch),
    _Source(europepmc.claims, europepmc.fetch),
    _Source(clinicaltrials.claims, clinicaltrials.fetch),
    _Source(pages.claims, pages.fetch),
)


def payloads(paths: Sequence[str | Path]) -> Iterator[Payload | Failure]:
    """Everything that the references name, once each, in sorted order.

    Args:
        paths: files, folders, glob patterns, web addresses, feeds and queries; see `docs/sources.md`. A
            folder is searched through all its levels for files whose name ends as listed in
            `vocabulary.MEDIA_TYPE_BY_SUFFIX`, and for archives of such files; others are passed over without
            a word. A file that is named itself is handed on whatever it is called. Hidden files and folders
            (leading dot) are skipped, and links that lead out of the folder give a Failure.

    Returns:
        An iterator that reads one file, or asks for one address, at a time. What can't be read becomes a
        Failure and the rest goes on. A large PubMed set gives several payloads of one address.

    Raises:
        SourceError: nothing was named, or a reference names nothing; raised before the first payload.

    Example:
        >>> list(payloads(["README.md"]))[0].media_type
        'text/markdown'
    """
    if not paths:
        raise SourceError("No input was named: give at least one file, folder or pattern.")
    references = sorted({str(path) for path in paths})
    return _each_once([_contained(reference, _fetch(reference)) for reference in references])


def _fetch(reference: str) -> Iterator[Payload | Failure]:
    for source in _SOURCES:
        if source.claims(reference):
            return source.fetch(reference)
    raise SourceError(
        f"No source reads {reference}: give a file, a folder, a pattern such as 'news/*.txt', a web address, "
        "or feed:, pubmed:, europepmc: or clinicaltrials: with what to ask for."
    )


def _contained(reference: str, stream: Iterator[Payload | Failure]) -> Iterator[Payload | Failure]:
    """What a source gives; an error that it did not foresee ends it alone, and not the run."""
    try:
        yield from stream
    except Exception as error:
        told = f"The source broke off: {error or 'no reason is given'}. The rest of it was not read."
        yield Failure(reference, "fetch", type(error).__name__, told)


def _each_once(streams: Sequence[Iterator[Payload | Failure]]) -> Iterator[Payload | Failure]:
    """What the streams give, without repetitions; a large set gives several payloads of one address."""
    seen: set[bytes] = set()
    for stream in streams:
        for met in stream:
            content = f"{met.first_line} {met.sha256}" if isinstance(met, Payload) else met.message
            mark = blake2b(f"{met.source_uri}\n{content}".encode(errors="replace"), digest_size=16).digest()
            if mark not in seen:
                seen.add(mark)
                if isinstance(met, Payload) and kept.is_fetched(met.source_uri) and not settings().offline:
                    kept.keep(met)
                yield met


def with_kept(
    stream: Iterable[Payload | Failure], source_uris: Callable[[], Iterable[str]]
) -> Iterator[Payload | Failure]:
    """A stream, and then what was kept of addresses of the web that it gave nothing of.

    Args:
        stream: what sources give now.
        source_uris: where documents came from; asked for when the stream has ended.
    """
    given: set[str] = set()
    for met in stream:
        if isinstance(met, Payload):
            given.add(urldefrag(met.source_uri).url)
        yield met
    addresses = {urldefrag(uri).url for uri in source_uris()}
    yield from kept.payloads(sorted(one for one in addresses - given if kept.is_fetched(one)))
