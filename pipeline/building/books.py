"""The books of a run: what became of everything that it has met, and what there is to publish."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from pipeline import __version__
from pipeline.errors import ReconcileError
from pipeline.increment import Increment, Memo
from pipeline.reading import Outcome, PartOutcome, Step, without
from pipeline.records import Failure, Payload, RunRow
from pipeline.store import ShardInfo
from pipeline.store.files import read_parquet
from pipeline.store.index import INDEX


class Books:
    """Takes steps and their outcomes, in order.

    Args:
        plan: counts documents.
        memo: is told what payloads hold.
        staging: where the shards are.
        keeps_sources: whether to keep where everything came from.

    Attributes:
        shards: what is to be published.
        replaced: documents in the shards that the snapshot before has as well.
        sources: where everything came from, without fragments, if that is kept.
        n_bytes: bytes of payloads that were looked into.
    """

    def __init__(self, plan: Increment, memo: Memo, staging: Path, *, keeps_sources: bool) -> None:
        self._plan = plan
        self._memo = memo
        self._staging = staging
        self.shards: list[ShardInfo] = []
        self.replaced: set[str] = set()
        self._keeps_sources = keeps_sources
        self.sources: set[str] = set()
        self.n_bytes = 0

    def enter(self, step: Step, outcome: Outcome) -> list[Failure]:
        """Enter a step; the failures that it brought.

        Raises:
            ReconcileError: the outcome does not answer for every part of the batch.
        """
        plan, n_before = self._plan, len(self._plan.failures)
        if len(outcome.parts) != len(step.batch.parts):
            raise ReconcileError(
                f"{len(outcome.parts)} answers came back for {len(step.batch.parts)} parts of the batch "
                f"{step.batch.name}; nothing was published"
            )
        answers = zip(step.batch.parts, outcome.parts, strict=True)
        doubles: set[str] = set()
        for met in step.met:
            if met is None:
                part, done = next(answers)
                doubles |= self._part(done)
                if isinstance(part, Payload) and done.is_whole and not done.refused:
                    self._memo.remember(part, done.met)
            elif isinstance(met, Failure):
                plan.refuse([met])
            else:
                plan.keep(met)
        for shard in outcome.shards:
            if left := without(shard, doubles, self._staging) if doubles else shard:
                self.shards.append(left)
                self.replaced.update(doc_id for doc_id in left.doc_ids if doc_id in plan.index)
        if self._keeps_sources:
            self.sources |= step.sources
        self.n_bytes += step.n_bytes
        return plan.failures[n_before:]

    def _part(self, done: PartOutcome) -> set[str]:
        """Ids of documents that another batch has met before."""
        doubles = self._plan.read(done.read)
        self._plan.keep(done.kept)
        for met, failure in done.failed:
            self._plan.fail(met, failure)
        self._plan.refuse(done.refused)
        return doubles

    def missing(self) -> set[str]:
        """Documents of the snapshot before to withdraw; what was read and is deleted leaves the shards."""
        left: list[ShardInfo] = []
        for shard in self.shards:
            gone = self._deleted(shard) if self._plan.deleted else set()
            self._plan.drop(gone)
            self.replaced -= gone
            if kept := without(shard, gone, self._staging):
                left.append(kept)
        self.shards = left
        return self._plan.missing(self.sources)

    def _deleted(self, shard: ShardInfo) -> set[str]:
        """Documents of a shard that are records that PubMed has deleted."""
        path = self._staging / INDEX / shard.files[INDEX].name
        rows = read_parquet(path, ["doc_id", "source_uri"]).to_pylist()
        return {row["doc_id"] for row in rows if self._plan.is_deleted(row["source_uri"])}

    def run(self, run_id: str, started_at: datetime, fingerprint: str, removed: set[str]) -> RunRow:
        """The row of the run, which ends now."""
        plan = self._plan
        finished_at = datetime.now(timezone.utc)
        return RunRow(
            run_id=run_id,
            started_at=started_at,
            finished_at=finished_at,
            version=__version__,
            fingerprint=fingerprint,
            n_seen=plan.n_seen,
            n_new=sum(shard.n_documents for shard in self.shards) - len(self.replaced),
            n_changed=len(self.replaced),
            n_unchanged=plan.n_unchanged,
            n_failed=len(plan.failures),
            n_removed=len(removed),
            seconds=(finished_at - started_at).total_seconds(),
        )
