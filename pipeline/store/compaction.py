"""Which small shards to put together, so that a store has few large files however many runs have added to it.

Shards that stand side by side are joined, so that the order of rows stays; the joined shard takes the name of
the first, so that its files sort to the same place. A large shard costs more to rewrite when one of its
documents changes, many small ones cost more at each run, which links every file: hence a target between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from pipeline.store.files import FileEntry

#: Size of all files of a compacted shard, compressed: some 3,000 abstracts or 200 papers. One is rewritten in
#: a third of a second, and 100,000 abstracts are 30 shards of nine files. Linking a file costs 0.1 ms.
TARGET_BYTES: Final = 8_000_000
#: A shard of half the target and more is left alone.
SMALL_BYTES: Final = TARGET_BYTES // 2
#: A row counts as so many bytes at least: half of what one takes on average, so that texts that compress to
#: nearly nothing do not make shards of millions of rows, which would have to fit into memory.
_ROW_BYTES: Final = 30
#: Shards that a run joins by itself. Tiny ones become small ones, and these large ones, so that no row is
#: written more than three times.
_MANY: Final = 16
_TINY_BYTES: Final = SMALL_BYTES // _MANY


def sizes(entries: Mapping[str, Sequence[FileEntry]]) -> dict[str, int]:
    """Size of each shard, all its files together, in reading order: bytes, or what its rows weigh if more.

    Args:
        entries: files by table; the first table has a file of every shard.
    """
    found: dict[str, int] = {}
    for files in entries.values():
        for entry in files:
            found[entry.name] = found.get(entry.name, 0) + max(entry.bytes, entry.rows * _ROW_BYTES)
    return found


def all_groups(shards: Mapping[str, int]) -> list[list[str]]:
    """Groups of small shards that stand side by side, none larger than the target together."""
    return [group for group, _ in _groups(shards, SMALL_BYTES) if len(group) > 1]


def first_group(shards: Mapping[str, int]) -> list[str]:
    """One group that is worth joining, or none: what a run may do in passing.

    Many tiny shards, or as many small ones as the target has room for. A group is never larger than the
    target, so the cost does not depend on how many documents there are.
    """
    for limit in (_TINY_BYTES, SMALL_BYTES):
        for group, is_full in _groups(shards, limit):
            if len(group) >= _MANY or (is_full and len(group) > 1):
                return group
    return []


def _groups(shards: Mapping[str, int], limit: int) -> Iterator[tuple[list[str], bool]]:
    """Shards below a limit, side by side; with whether another one would go beyond the target."""
    for is_small, side_by_side in groupby(shards, lambda name: shards[name] < limit):
        group: list[str] = []
        room = TARGET_BYTES
        for name in side_by_side if is_small else ():
            if shards[name] > room:
                yield group, True
                group, room = [], TARGET_BYTES
            group.append(name)
            room -= shards[name]
        yield group, False
