"""The incremental plan: what a run meets against what the store holds, counted one document at a time."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol
from urllib.parse import unquote, urldefrag, urlsplit

from pipeline.fingerprint import extraction_key
from pipeline.records import Document, Failure

Meeting = Literal["first", "again", "clash"]


#: Address of a record of PubMed: in a MEDLINE file, or found by a query.
_PUBMED_RECORD: Final = re.compile(r"(?:#pmid:|//pubmed\.ncbi\.nlm\.nih\.gov/)(\d+)/?$")


class Met(NamedTuple):
    """A document that a run has met, as far as the plan must know it: small, so that workers can send it."""

    doc_id: str
    source_uri: str
    text_sha256: str
    key: str

    @classmethod
    def of(cls, document: Document, fingerprint: str) -> Met:
        """A document, and the key that its rows bear if a model of that fingerprint reads it."""
        key = extraction_key(document, fingerprint)
        return cls(document.doc_id, document.source_uri, document.text_sha256, key)


class FirstMet:
    """Tells the first document of an id from those that repeat it.

    Args:
        taken: `doc_id` → `text_sha256` of documents that were met before.
    """

    def __init__(self, taken: Mapping[str, str] | None = None) -> None:
        # Half of the hash tells texts apart, and keeps the memory of a long run small.
        self._texts = {doc_id: _short(text_sha256) for doc_id, text_sha256 in (taken or {}).items()}

    def __contains__(self, doc_id: str) -> bool:
        return doc_id in self._texts

    def meet(self, doc_id: str, text_sha256: str) -> Meeting:
        """`first`, `again` with the same text, or `clash`: another text under an id that is taken."""
        short = _short(text_sha256)
        known = self._texts.get(doc_id)
        if known is None:
            self._texts[doc_id] = short
            return "first"
        return "again" if known == short else "clash"


def _short(text_sha256: str) -> bytes:
    return bytes.fromhex(text_sha256[:32])


def duplicate_id(doc_id: str, source_uri: str) -> Failure:
    """The failure of a document whose id another one of the run has taken."""
    problem = (
        f"another document of this run has the id {doc_id!r} and another text; "
        "only the first was read. Give each document an id of its own."
    )
    return Failure(source_uri, "parse", "DuplicateId", problem)


class Held(Protocol):
    """What the plan asks of the snapshot before."""

    def index(self) -> dict[str, str]:
        """`doc_id` → `extraction_key`."""

    def sources(self) -> dict[str, str]:
        """`doc_id` → `source_uri`."""


class Increment:
    """Compares what a run meets with what the store holds, and counts it.

    Documents must be told in the order in which the sources give them, whoever reads them: of two with the
    same id, the first wins.

    Args:
        previous: the snapshot before, if there is one.
        full: read every document, also those whose key has not changed.

    Attributes:
        index: `doc_id` → `extraction_key` of the snapshot before.
        n_seen: documents (and failures) met, a repetition of the same document counted once.
        n_unchanged: documents that are taken over as they are.
        failures: what could not be read so far.
        deleted: PMIDs that PubMed has deleted, as far as the sources tell.
    """

    def __init__(self, previous: Held | None, *, full: bool = False) -> None:
        self._previous = previous
        self._full = full
        self._first = FirstMet()
        self.index = previous.index() if previous else {}
        self.n_seen = 0
        self.n_unchanged = 0
        self.failures: list[Failure] = []
        self.deleted: frozenset[str] = frozenset()
        self._failed: set[str] = set()
        self._dropped: set[str] = set()

    def source_uris(self) -> Collection[str]:
        """Where the documents of the snapshot before came from."""
        return self._sources.values()

    def keys_of(self, source_uri: str) -> dict[str, str]:
        """`doc_id` → key of the documents that the store holds from a source: what need not be read again."""
        if self._full or not self.index:
            return {}
        return {doc_id: self.index[doc_id] for doc_id in self._by_source.get(source_uri, ())}

    def keys_among(self, doc_ids: Iterable[str]) -> dict[str, str]:
        """`doc_id` → key of those of the documents that the store holds."""
        if self._full or not self.index:
            return {}
        return {doc_id: self.index[doc_id] for doc_id in doc_ids if doc_id in self.index}

    def is_kept(self, documents: Iterable[Met]) -> bool:
        """Whether the store holds all of these documents as they are."""
        return not self._full and all(self.index.get(one.doc_id) == one.key for one in documents)

    def keep(self, documents: Iterable[Met]) -> None:
        """Count documents that are taken over as they are."""
        self.n_unchanged += len(self._count(documents))

    def read(self, documents: Iterable[Met]) -> set[str]:
        """Count documents that have been read; the ids of those whose rows must not be published."""
        told = {one.doc_id: one for one in documents}
        return told.keys() - {one.doc_id for one in self._count(told.values())}

    def fail(self, document: Met, failure: Failure) -> None:
        """Count a document that was met, and could not be read."""
        if self._count([document]):
            self.failures.append(failure)
            self._failed.add(document.doc_id)

    def refuse(self, failures: Iterable[Failure]) -> None:
        """Count what could not be fetched or parsed."""
        for failure in failures:
            self.n_seen += 1
            self.failures.append(failure)

    def missing(self, read: Collection[str]) -> set[str]:
        """Documents of the snapshot before whose source no longer holds them, or that PubMed has deleted.

        A deleted record that was met, since an older file still has it, is taken out of the counts.

        Args:
            read: sources that this run has read.
        """
        failed = {urldefrag(failure.source_uri).url for failure in self.failures}
        gone = set()
        for doc_id, source_uri in self._sources.items():
            uri = urldefrag(source_uri).url
            if self.is_deleted(source_uri):
                gone.add(doc_id)
                if doc_id in self._first and not (doc_id in self._failed or doc_id in self._dropped):
                    self.n_seen -= 1
                    self.n_unchanged -= 1
            elif doc_id not in self._first and uri not in failed and (uri in read or _has_vanished(uri)):
                gone.add(doc_id)
        return gone

    def is_deleted(self, source_uri: str) -> bool:
        """Whether a document of that address is a record that PubMed has deleted."""
        record = _PUBMED_RECORD.search(source_uri) if self.deleted else None
        return record is not None and record[1] in self.deleted

    def drop(self, doc_ids: Collection[str]) -> None:
        """Take documents out of the counts that were read, and are not to be published."""
        self.n_seen -= len(doc_ids)
        self._dropped |= set(doc_ids)

    def _count(self, documents: Iterable[Met]) -> list[Met]:
        """Those that are met for the first time; another text under an id that is taken is refused."""
        new = []
        for one in documents:
            meeting = self._first.meet(one.doc_id, one.text_sha256)
            if meeting == "first":
                self.n_seen += 1
                new.append(one)
            elif meeting == "clash":
                self.refuse([duplicate_id(one.doc_id, one.source_uri)])
        return new

    @cached_property
    def _sources(self) -> dict[str, str]:
        return self._previous.sources() if self._previous else {}

    @cached_property
    def _by_source(self) -> dict[str, list[str]]:
        """A document comes from the payload of its own address, or of that without the last fragment."""
        found: dict[str, list[str]] = {}
        for doc_id, source_uri in self._sources.items():
            for uri in {source_uri, source_uri.rpartition("#")[0]}:
                if uri:
                    found.setdefault(uri, []).append(doc_id)
        return found


def _has_vanished(uri: str) -> bool:
    address = urlsplit(uri)
    return address.scheme == "file" and not Path(unquote(address.path)).exists()
