"""Names of the ontologies as a table of hashes: where in a text the longest name of each kind lies."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from spacy.strings import get_string_id
from thinc.api import deserialize_attr, serialize_attr

UInts: Any = npt.NDArray[np.uint64]

#: Kinds of names in the table, one column of features each.
NAME_KINDS: Final = ("disease", "phenotype", "gene", "agent")
#: Names longer than this are looked up by no text; 99 % of the ontologies' names are shorter.
LONGEST_NAME: Final = 7
_BEGIN, _INSIDE, _LAST, _UNIT = 1, 2, 3, 4
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)


class NameTable:
    """Hashes of the names in the ontologies, with the kinds that each is a name of (a bit for each kind)."""

    def __init__(self, hashes: UInts | None = None, kinds: npt.NDArray[np.uint8] | None = None) -> None:
        self.hashes: UInts = np.zeros(0, dtype=np.uint64) if hashes is None else hashes
        self.kinds: npt.NDArray[np.uint8] = np.zeros(0, dtype=np.uint8) if kinds is None else kinds

    @classmethod
    def from_names(cls, names: dict[tuple[str, ...], int]) -> NameTable:
        """A table of names, each a tuple of `name_key` words, with the bits of its kinds."""
        rows: dict[int, int] = {}
        for words, bits in names.items():
            word_hashes = np.array([get_string_id(word) for word in words if word], dtype=np.uint64)
            if 0 < len(word_hashes) <= LONGEST_NAME:
                key = int(_run_hashes(word_hashes, len(word_hashes))[0])
                rows[key] = rows.get(key, 0) | bits
        order = sorted(rows)
        return cls(np.array(order, dtype=np.uint64), np.array([rows[key] for key in order], dtype=np.uint8))

    def tags(self, words: UInts) -> npt.NDArray[np.uint8]:
        """Place of each word in the longest name of each kind, shape (words, kinds).

        Args:
            words: Hashes of `name_key` of the tokens, 0 for hyphens, which names do without.
        """
        tags = np.zeros((len(words), len(NAME_KINDS)), dtype=np.uint8)
        places = np.flatnonzero(words)
        if not len(self.hashes) or not len(places):
            return tags
        solid = words[places]
        for length in range(1, min(LONGEST_NAME, len(solid)) + 1):
            runs = _run_hashes(solid, length)
            at = np.minimum(np.searchsorted(self.hashes, runs), len(self.hashes) - 1)
            starts = np.flatnonzero(self.hashes[at] == runs)
            if not len(starts):
                continue
            bits = self.kinds[at[starts]]
            for kind in range(len(NAME_KINDS)):
                found = starts[(bits >> kind) & 1 == 1]
                if length == 1:
                    tags[places[found], kind] = _UNIT
                    continue
                tags[places[found], kind] = _BEGIN
                tags[places[found + length - 1], kind] = _LAST
                for inside in range(1, length - 1):
                    tags[places[found + inside], kind] = _INSIDE
        return tags

    def to_bytes(self) -> bytes:
        """The table as bytes (little endian): hashes, then kinds."""
        hashes: bytes = self.hashes.astype("<u8").tobytes()
        return hashes + self.kinds.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> NameTable:
        """The table from the bytes that `to_bytes` gave."""
        n_names = len(content) // 9
        hashes = np.frombuffer(content, dtype="<u8", count=n_names).astype(np.uint64)
        return cls(hashes, np.frombuffer(content, dtype=np.uint8, offset=8 * n_names))


def _run_hashes(words: UInts, length: int) -> UInts:
    """Hash of each run of `length` words."""
    n_runs = len(words) - length + 1
    hashes: UInts = words[:n_runs].copy()
    for step in range(1, length):
        hashes = hashes * _FACTOR + words[step : step + n_runs]
    return hashes


@serialize_attr.register(NameTable)
def _names_to_bytes(_: object, value: NameTable, *__: object) -> bytes:
    return value.to_bytes()


@deserialize_attr.register(NameTable)
def _names_from_bytes(_: object, value: bytes, *__: object) -> NameTable:
    return NameTable.from_bytes(value)
