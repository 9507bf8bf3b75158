"""The incremental plan: which of the documents that a run meets must be read, and which are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urlsplit

from pipeline.fingerprint import extraction_key
from pipeline.records import Document, Failure


class KeyedDocument(NamedTuple):
    """A document that must be read, and the key that its rows will bear."""

    document: Document
    key: str


class Increment:
    """Compares what a run meets with what the store holds, one document at a time.

    Args:
        index: `doc_id` → `extraction_key` of the snapshot before.
        fingerprint: of everything but the documents that shapes an extraction.
        full: read every document, also those whose key has not changed.

    Attributes:
        n_seen: documents (and failures) met, a repetition of the same document counted once.
        unchanged: documents that are taken over as they are.
        failures: what could not be read so far.
    """

    def __init__(self, index: Mapping[str, str], fingerprint: str, *, full: bool = False) -> None:
        self._index = index
        self._fingerprint = fingerprint
        self._full = full
        self._texts: dict[str, str] = {}
        self.n_seen = 0
        self.unchanged: set[str] = set()
        self.failures: list[Failure] = []

    def to_read(self, met: Iterable[Document | Failure]) -> Iterator[KeyedDocument]:
        """Those documents that are new or changed, in the order in which they are met."""
        for one in met:
            if isinstance(one, Failure):
                self.n_seen += 1
                self.failures.append(one)
            elif self._is_first(one):
                key = extraction_key(one, self._fingerprint)
                if self._index.get(one.doc_id) == key and not self._full:
                    self.unchanged.add(one.doc_id)
                else:
                    yield KeyedDocument(one, key)

    def _is_first(self, document: Document) -> bool:
        """Count a document; refuse another text under an id that is taken."""
        known = self._texts.get(document.doc_id)
        if known == document.text_sha256:
            return False
        self.n_seen += 1
        if known is None:
            self._texts[document.doc_id] = document.text_sha256
            return True
        problem = (
            f"another document of this run has the id {document.doc_id!r} and another text; "
            "only the first was read. Give each document an id of its own."
        )
        self.failures.append(Failure(document.source_uri, "parse", "DuplicateId", problem))
        return False

    def missing(self, sources: Mapping[str, str], read: Collection[str]) -> set[str]:
        """Documents of the snapshot before whose source no longer holds them."""
        failed = {urldefrag(failure.source_uri).url for failure in self.failures}
        gone = set()
        for doc_id, source_uri in sources.items():
            uri = urldefrag(source_uri).url
            if doc_id not in self._texts and uri not in failed and (uri in read or _has_vanished(uri)):
                gone.add(doc_id)
        return gone


def _has_vanished(uri: str) -> bool:
    address = urlsplit(uri)
    return address.scheme == "file" and not Path(unquote(address.path)).exists()
