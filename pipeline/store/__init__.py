"""Immutable snapshots of all tables, each published in one atomic step.

OUTPUT/snapshots/<snapshot_id>/<table>/*.parquet     the tables; files are shared between snapshots
OUTPUT/snapshots/<snapshot_id>/_index/*.parquet      one small row a document: key, source, concepts
OUTPUT/snapshots/<snapshot_id>/manifest.json         every file with rows, bytes and SHA-256
OUTPUT/latest                                        link to the newest snapshot
OUTPUT/.lock, OUTPUT/.staging                        the writer's own
"""

from pipeline.store.retention import Retention
from pipeline.store.shards import ShardInfo, write_shard
from pipeline.store.snapshot import Snapshot
from pipeline.store.store import Store
from pipeline.store.writer import Pruned, Writer

__all__ = ["Pruned", "Retention", "ShardInfo", "Snapshot", "Store", "Writer", "write_shard"]
