"""Documents that repeat another one: which two do, and which document of a group is the original.

Two documents are linked when they are records of the same publication, or when their words are nearly the
same. Documents that are linked, directly or through others, are one group; its original is the one published
first (a document without a date comes after those with one, the smaller `doc_id` decides between equals). So
who repeats whom depends on the documents alone, and not on the order in which they were read.

A text is compared by its MinHash signature (datasketch) over runs of words. Boilerplate, quotes and
references do not count: they differ between copies, and are shared by texts that have nothing else in common.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.records import DocumentRow, SectionRow
from pipeline.vocabulary import SECTIONS_WITHOUT_FACTS

if TYPE_CHECKING:
    from datasketch import MinHash

#: Share of runs of words in common (Jaccard, estimated) from which two texts are one. Different documents
#: stay below: of 504 on CAR-T (drug pages, abstracts, news, papers) the most alike are two leaflets of one
#: template with 0.56 and two abstracts with 0.45. Records of different trials reach 0.98: their ids tell them
#: apart. The estimate errs by 0.04 (one standard deviation). Copies with six words of seven in common reach
#: 0.75.
MIN_SIMILARITY: Final = 0.75
#: Words in a run. With three, leaflets of one template reach 0.67; copies lose little by five.
_RUN_WORDS: Final = 5
_HASH_BYTES: Final = 4
_RUN_BYTES: Final = _HASH_BYTES * _RUN_WORDS
#: A shorter text says too little to be told from another of its kind: "Thanks for sharing this".
_MIN_WORDS: Final = 30
#: Hash values in a signature, and the bytes of four of them, a band: texts are compared if they share a band.
#: Two of similarity 0.75 fail to once in 180,000 times.
_HASHES: Final = 128
_BAND_BYTES: Final = 4 * _HASH_BYTES
_SEED: Final = 1
#: Runs that are hashed together; bounds the memory that a very long text takes.
_BATCH: Final = 4096
#: Genres whose own identifier names the publication. A news item bears that of the paper that it reports.
_PUBLICATIONS: Final = frozenset({"paper", "abstract", "preprint"})
#: Letters and digits of a title that must agree beside the identifier: a comment that was taken for a paper
#: bears its identifier, but not its title. Subtitles are left out by some sources.
_TITLE_CHARS: Final = 24

_Positions = npt.NDArray[np.int64]

_REGISTRY_ID: Final = re.compile(r"NCT\d{8}(?!\d)")
_WORD: Final = re.compile(r"\w+")


class Trace(NamedTuple):
    """What is kept of a document to recognise its copies.

    Attributes:
        doc_id: the document.
        published_on: when it was published, if known.
        publications: names of the publication that it is a record of; two records that share one are copies.
        trial_ids: registry ids that it names or is filed under. Records of different trials are often one
            template.
        signature: of its text, 512 bytes; empty if the text is too short to be compared.
    """

    doc_id: str
    published_on: date | None
    publications: tuple[str, ...]
    trial_ids: tuple[str, ...]
    signature: bytes


def trace(document: DocumentRow, sections: Iterable[SectionRow]) -> Trace:
    """The trace of a document."""
    return Trace(
        document.doc_id,
        document.published_on,
        _publications(document),
        _trial_ids(document),
        signature(_told(document.text, sections)),
    )


def signature(text: str) -> bytes:
    """MinHash signature of a text: 128 values of 32 bits, little-endian; empty for less than 30 words."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if len(words) < _MIN_WORDS:
        return b""
    # A run is hashed as the hashes of its words: SHA-1 of the words themselves was a fiftieth of reading.
    hashed = np.fromiter(map(zlib.crc32, map(str.encode, words)), "<u4", len(words)).tobytes()
    starts = range(0, len(hashed) - _RUN_BYTES + 1, _HASH_BYTES)
    runs = sorted({zlib.crc32(hashed[at : at + _RUN_BYTES]) for at in starts})
    minhash = _fresh_minhash().copy()
    for at in range(0, len(runs), _BATCH):
        minhash.update_batch(runs[at : at + _BATCH])
    return np.asarray(minhash.hashvalues, dtype="<u4").tobytes()


def similarity(one: bytes, other: bytes) -> float:
    """Estimated share of runs of words that two texts have in common, 0..1."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def bands(signature: bytes) -> tuple[int, ...]:
    """Hashes (32 bits) of the parts of a signature: texts that are nearly the same share at least one."""
    return tuple(
        zlib.crc32(signature[at : at + _BAND_BYTES], at) for at in range(0, len(signature), _BAND_BYTES)
    )


def originals(traces: Iterable[Trace]) -> dict[str, str]:
    """`doc_id` of each document that repeats another one → `doc_id` of its original.

    Example:
        >>> record = Trace("pubmed:1", date(2025, 1, 2), ("pmid:1/cells",), (), b"")
        >>> originals([record, record._replace(doc_id="paper", published_on=date(2025, 1, 1))])
        {'pubmed:1': 'paper'}
    """
    ordered = sorted(traces, key=_precedence)
    groups = _Groups(len(ordered))
    for alike in _sharing_a_name(ordered):
        for position in alike[1:]:
            groups.join(alike[0], position)
    _join_of_one_text(ordered, groups)
    leaders = map(groups.leader_of, range(len(ordered)))
    return {ordered[own].doc_id: ordered[first].doc_id for own, first in enumerate(leaders) if own != first}


class _Groups:
    """Positions in groups, each led by its first member: whatever is joined, the lower position leads."""

    def __init__(self, n: int) -> None:
        self._leader = list(range(n))

    def leader_of(self, position: int) -> int:
        """The first member of the group of a position."""
        leader = self._leader
        while leader[position] != position:
            leader[position] = position = leader[leader[position]]
        return position

    def leaders_of(self, positions: _Positions) -> _Positions:
        """The same of several."""
        return np.fromiter(map(self.leader_of, positions.tolist()), np.int64, len(positions))

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        first, second = sorted((self.leader_of(one), self.leader_of(other)))
        self._leader[second] = first


def _precedence(trace: Trace) -> tuple[date, str]:
    return trace.published_on or date.max, trace.doc_id


def _sharing_a_name(traces: Sequence[Trace]) -> Iterator[list[int]]:
    """Positions of records of one publication."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for position, one in enumerate(traces):
        for name in one.publications:
            by_name[name].append(position)
    yield from by_name.values()


def _join_of_one_text(traces: Sequence[Trace], groups: _Groups) -> None:
    """Join documents of nearly the same text; of the very same, the first stands for all.

    Those that are in one group already are not compared: a story that a thousand sites took over costs a
    thousand steps and not a million.
    """
    equal: dict[tuple[bytes, tuple[str, ...]], int] = {}
    for position, one in enumerate(traces):
        if one.signature:
            first = equal.setdefault((one.signature, one.trial_ids), position)
            if first != position:
                groups.join(first, position)
    positions = np.fromiter(equal.values(), np.int64)
    hashes = np.frombuffer(b"".join(text for text, _ in equal), "<u4").reshape(-1, _HASHES)
    for candidates in _sharing_a_band([text for text, _ in equal]):
        leaders = groups.leaders_of(positions[candidates])
        for rank, candidate in enumerate(candidates[:-1], start=1):
            apart = np.flatnonzero(leaders[rank:] != leaders[rank - 1]) + rank
            if not len(apart):
                continue
            alike = np.mean(hashes[candidates[apart]] == hashes[candidate], axis=1) >= MIN_SIMILARITY
            for other in apart[alike]:
                own, its = int(positions[candidate]), int(positions[candidates[other]])
                if leaders[other] != leaders[rank - 1] and _may_be_one(traces[own], traces[its]):
                    groups.join(own, its)
                    leaders[leaders == leaders[other]] = leaders[rank - 1]


def _sharing_a_band(signatures: Sequence[bytes]) -> Iterator[_Positions]:
    """Positions of signatures that share a band, band by band. Takes 128 bytes of memory a signature."""
    hashed = np.fromiter(chain.from_iterable(map(bands, signatures)), np.uint32)
    for band in hashed.reshape(len(signatures), -1).T if signatures else ():
        order = np.argsort(band, kind="stable")
        is_next_equal = band[order][1:] == band[order][:-1]
        shared = order[np.append(is_next_equal, False) | np.insert(is_next_equal, 0, False)]
        yield from np.split(shared, np.flatnonzero(np.diff(band[shared])) + 1)


def _may_be_one(one: Trace, other: Trace) -> bool:
    """Whether two documents do not tell of different trials."""
    return not (one.trial_ids and other.trial_ids) or not set(one.trial_ids).isdisjoint(other.trial_ids)


def _publications(document: DocumentRow) -> tuple[str, ...]:
    if document.kind not in _PUBLICATIONS:
        return ()
    title = "".join(_WORD.findall(unicodedata.normalize("NFKC", document.title or "").casefold()))
    ids = {"doi": document.doi, "pmid": document.pmid, "pmcid": document.pmcid}
    return tuple(f"{kind}:{own}/{title[:_TITLE_CHARS]}" for kind, own in ids.items() if own)


def _trial_ids(document: DocumentRow) -> tuple[str, ...]:
    """Also those in its id and address: a record's text need not name the record."""
    filed_under = _REGISTRY_ID.findall(f"{document.doc_id} {document.url or ''}")
    return tuple(sorted({*document.trial_ids, *filed_under}))


def _told(text: str, sections: Iterable[SectionRow]) -> str:
    """The text without sections that repeat, cite or frame it."""
    parts, told_to = [], 0
    for section in sorted(sections, key=lambda section: section.start_char):
        if section.kind in SECTIONS_WITHOUT_FACTS:
            parts.append(text[told_to : section.start_char])
            told_to = section.end_char
    return "\n".join([*parts, text[told_to:]])


@cache
def _fresh_minhash() -> MinHash:
    # Imported when first asked for: it takes longer than opening a snapshot. The scheme is named because
    # signatures of different schemes can't be compared.
    from datasketch import MinHash  # noqa: PLC0415

    return MinHash(num_perm=_HASHES, seed=_SEED, scheme="affine32", hashfunc=int)
