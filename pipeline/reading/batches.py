"""What is read together: payloads in order, until there is enough of them, and what became of them."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urldefrag

from pipeline.increment import Increment, Memo, Met
from pipeline.records import Document, Failure, Payload
from pipeline.sources import medline
from pipeline.store import ShardInfo

# Text of a batch, in bytes: three seconds' reading on one core, beside which a task costs nothing.
BATCH_BYTES: Final = 200_000
# Parts of each of the last batches, so that workers end within a second or so of each other.
_LAST_PARTS: Final = 4
# A payload with so much text is opened before it is read, so that its documents can be read by many.
LARGE_BYTES: Final = 3 * BATCH_BYTES
# Bytes of mark-up for one of text: 2.3 in JATS, 3 to 10 in pages; 7 in PubMed XML.
_MARK_UP: Final = 3
_PUBMED_MARK_UP: Final = 7
_ID: Final = re.compile(rb'"id"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+)')
# Payloads that have not changed cost next to nothing, and are counted so many at a time.
_KNOWN_TOGETHER: Final = 1000

#: What a batch is made of. A payload is parsed where it is read; a large one has been opened before.
Part = Payload | Document
#: Parses a payload.
Opened = Callable[[Payload], Iterable[Document | Failure]]


@dataclass(frozen=True)
class Batch:
    """Payloads to read together, and where their rows go.

    Attributes:
        name: name of the shard; unique within the run.
        staging: the writer's staging folder.
        run_id: the run.
        fingerprint: of the model that must read it.
        parts: what is read, in order.
        keys: `doc_id` → key of documents that the store holds from these sources; they are not read again.
        taken: `doc_id` → `text_sha256` of documents of the same batch that were read apart from it.
    """

    name: str
    staging: Path
    run_id: str
    fingerprint: str
    parts: tuple[Part, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)

    def of(self, suffix: object, parts: Iterable[Part] = ()) -> Batch:
        """A batch of some of the parts, or of what was found in them."""
        return replace(self, name=f"{self.name}-{suffix}", parts=tuple(parts))


@dataclass(frozen=True)
class PartOutcome:
    """What became of a part.

    Attributes:
        read: documents whose rows are in a shard.
        kept: documents that the store holds as they are.
        failed: documents that could not be read, each with its failure.
        refused: what could not be parsed, or has an id that is taken.
        is_whole: whether these are all its documents, and none was left out as a repetition.
    """

    read: tuple[Met, ...] = ()
    kept: tuple[Met, ...] = ()
    failed: tuple[tuple[Met, Failure], ...] = ()
    refused: tuple[Failure, ...] = ()
    is_whole: bool = True

    @property
    def met(self) -> tuple[Met, ...]:
        """All documents."""
        return (*self.read, *self.kept, *(met for met, _ in self.failed))

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Of documents, and of what is none."""
        return (*self.refused, *(failure for _, failure in self.failed))

    def __add__(self, other: PartOutcome) -> PartOutcome:
        return PartOutcome(
            self.read + other.read,
            self.kept + other.kept,
            self.failed + other.failed,
            self.refused + other.refused,
            self.is_whole and other.is_whole,
        )


@dataclass(frozen=True)
class Outcome:
    """What became of a batch: small, so that a worker can send it. `parts` are in the order of the batch."""

    shards: tuple[ShardInfo, ...] = ()
    parts: tuple[PartOutcome, ...] = ()

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(self.shards + other.shards, self.parts + other.parts)


@dataclass(frozen=True)
class Step:
    """What a run meets, a batch's worth of it, in order.

    Attributes:
        batch: what must be looked at; may have no parts.
        met: in the order of the sources: documents that have not changed; what could not be fetched or
            parsed; or None for the next part of the batch.
        sources: where all this came from, without fragments.
        n_bytes: bytes of the payloads that begin in this step.
    """

    batch: Batch
    met: tuple[tuple[Met, ...] | Failure | None, ...]
    sources: frozenset[str]
    n_bytes: int


def steps(
    payloads: Iterable[Payload | Failure],
    plan: Increment,
    memo: Memo,
    opened: Opened,
    first: Batch,
    *,
    n_workers: int = 1,
) -> Iterator[Step]:
    """Group what the sources give, in order, until there is enough to read.

    The last steps, one a worker, are divided, so that all workers have something to do until the end. Which
    are the last is known when the sources have ended: so many steps are held back.

    Args:
        payloads: may be slow; they are consumed as steps are asked for.
        plan: knows the documents of the store.
        memo: knows the documents of payloads.
        opened: parses a large payload.
        first: a batch without parts that says all else; its name is followed by a number.
        n_workers: how many batches can be read at the same time.
    """
    held: deque[Step] = deque()
    for step in _grouped(payloads, plan, memo, opened, first):
        held.append(step)
        if n_workers == 1 or len(held) > n_workers:
            yield held.popleft()
    for step in held:
        yield from _divided(step)


def _divided(step: Step) -> Iterator[Step]:
    """A step in a few of about the same amount of text, in order."""
    batch = step.batch
    enough = sum(map(_n_text, batch.parts)) / _LAST_PARTS
    parts, met = iter(batch.parts), list[tuple[Met, ...] | Failure | None]()
    own, n_text, left = list[Part](), 0, len(batch.parts)
    sources, n_bytes = step.sources, step.n_bytes
    for ordinal, one in enumerate(step.met):
        met.append(one)
        if one is None:
            own.append(next(parts))
            n_text, left = n_text + _n_text(own[-1]), left - 1
        if (n_text >= enough and left) or ordinal + 1 == len(step.met):
            yield Step(batch.of(f"{ordinal:04d}", own), tuple(met), sources, n_bytes)
            met, own, n_text = [], [], 0
            sources, n_bytes = frozenset(), 0
    if not step.met:
        yield step


def _grouped(
    payloads: Iterable[Payload | Failure], plan: Increment, memo: Memo, opened: Opened, first: Batch
) -> Iterator[Step]:
    """See `steps`."""
    step = _Growing(first, 0)
    for met in payloads:
        if isinstance(met, Payload):
            step.sources.add(urldefrag(met.source_uri).url)
            step.n_bytes += len(met.body)
            plan.deleted |= medline.deleted(met.body)
        for one in _looked_at(met, plan, memo, opened, first.fingerprint):
            step.add(one, plan)
            if step.is_full:
                yield step.done()
                step = _Growing(first, step.ordinal + 1)
    if step.met or step.sources:
        yield step.done()


def _looked_at(
    met: Payload | Failure, plan: Increment, memo: Memo, opened: Opened, fingerprint: str
) -> Iterator[Part | Failure | tuple[Met, ...]]:
    """What must be read of a payload, and what need not be."""
    if isinstance(met, Failure):
        yield met
        return
    known = memo.documents(met)
    if known is not None and plan.is_kept(known):
        yield known
    elif _n_text(met) <= LARGE_BYTES:
        yield met
    else:
        found = [
            (one, None) if isinstance(one, Failure) else (one, Met.of(one, fingerprint))
            for one in opened(met)
        ]
        documents = [document for _, document in found if document]
        if len(documents) == len(found):
            memo.remember(met, documents)
        for one, document in found:
            yield (document,) if document and plan.is_kept([document]) else one


def _n_text(part: Part) -> int:
    """How much text a part has, about, in bytes."""
    if isinstance(part, Document):
        return len(part.text)
    head = part.body[:1000].lstrip()
    if not head.startswith(b"<"):
        return len(part.body)
    is_pubmed = b"<Pubmed" in head or b"<MedlineCitation" in head
    return len(part.body) // (_PUBMED_MARK_UP if is_pubmed else _MARK_UP)


def _keys_of(payload: Payload, plan: Increment) -> dict[str, str]:
    """Keys of the documents that the store may hold from a payload.

    Of some lines of a file, those of the ids in them, and of the same numbers: a file may hold millions.
    """
    if payload.first_line is None:
        return plan.keys_of(payload.source_uri)
    keys = plan.keys_among(_ids(payload.body))
    for number in range(payload.first_line, payload.first_line + payload.body.count(b"\n") + 1):
        keys.update(plan.keys_of(f"{payload.source_uri}#{number}"))
    return keys


def _ids(lines: bytes) -> Iterator[str]:
    """What may be the id of a document in JSON lines, and perhaps more."""
    for found in _ID.finditer(lines):
        with suppress(ValueError):
            yield str(json.loads(found[1]))


class _Growing:
    """A step in the making."""

    def __init__(self, first: Batch, ordinal: int) -> None:
        self.ordinal = ordinal
        self.met: list[tuple[Met, ...] | Failure | None] = []
        self.sources: set[str] = set()
        self._first = first
        self._parts: list[Part] = []
        self._keys: dict[str, str] = {}
        self._n_text = 0
        self.n_bytes = 0

    @property
    def is_full(self) -> bool:
        return self._n_text >= BATCH_BYTES or len(self.met) >= _KNOWN_TOGETHER

    def add(self, one: Part | Failure | tuple[Met, ...], plan: Increment) -> None:
        """Put what was met at the end."""
        if isinstance(one, (Payload, Document)):
            self.met.append(None)
            self._parts.append(one)
            self._n_text += _n_text(one)
            if isinstance(one, Payload):
                self._keys.update(_keys_of(one, plan))
        else:
            self.met.append(one)

    def done(self) -> Step:
        """The step as it is."""
        name = f"{self._first.name}{self.ordinal:06d}"
        batch = replace(self._first, name=name, parts=tuple(self._parts), keys=self._keys)
        return Step(batch, tuple(self.met), frozenset(self.sources), self.n_bytes)
