"""Two snapshots compared: which facts came, went or changed, and why.

Only what differs is read. Shards that both snapshots share are the same bytes; of the other shards, the
index tells which documents differ, and the rows of these alone are read. So the cost depends on the
difference, also across a compaction, which changes every file and no row.

A fact is the same in both snapshots if it says the same, wherever it stands: a sentence put in front moves
all that follows, and changes nothing. Confidence scores, and who found a mention, are no part of a fact.
"""

from pipeline.comparison.causes import Cause
from pipeline.comparison.compare import Change, Comparison, compare

__all__ = ["Cause", "Change", "Comparison", "compare"]
