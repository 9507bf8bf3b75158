"""How much longer it takes to open a snapshot and count a table than to import pandas and read the file.

    python -m benchmarks.open [OUTPUT] [--table mentions] [--repetitions N]

OUTPUT is an output folder; `outputs` unless named. Both are run in turn, each in a process of its own, after
one run of each that warms the disk. The ratio of the medians is judged: at most 1.5.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ALLOWED_RATIO: Final = 1.5
PLAIN: Final = "import pandas as pd; print(len(pd.read_parquet({folder!r})))"
OPENED: Final = "from pipeline import open_snapshot; print(len(open_snapshot({output!r}).{table}))"


def timed(script: str) -> tuple[float, int]:
    """Wall time in seconds of a script in a new process, and the number that it prints."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{script}\n{done.stderr}")
    return seconds, int(done.stdout)


def main() -> None:
    """Print medians, ranges and the ratio; exit 1 if it is more than allowed."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("output", nargs="?", default="outputs", metavar="OUTPUT")
    reader.add_argument("--table", default="mentions")
    reader.add_argument("--repetitions", type=int, default=11, metavar="N")
    asked = reader.parse_args()
    scripts = {
        "pandas and the file": PLAIN.format(folder=str(Path(asked.output, "latest", asked.table))),
        "open and count": OPENED.format(output=asked.output, table=asked.table),
    }
    seconds: dict[str, list[float]] = {name: [] for name in scripts}
    counted: set[int] = set()
    for ordinal in range(asked.repetitions + 1):
        for name, script in scripts.items():
            taken, rows = timed(script)
            counted.add(rows)
            if ordinal:
                seconds[name].append(taken)
    if len(counted) > 1:
        sys.exit(f"the two count different numbers of rows: {sorted(counted)}")
    print(f"{asked.table}: {counted.pop():,} rows")
    for name, taken_all in seconds.items():
        low, high = min(taken_all), max(taken_all)
        print(f"{name:<20} {statistics.median(taken_all):6.3f} s  ({low:.3f}–{high:.3f})")
    plain, opened = (statistics.median(taken_all) for taken_all in seconds.values())
    print(f"{'ratio':<20} {opened / plain:6.2f}    (at most {ALLOWED_RATIO})")
    sys.exit(opened / plain > ALLOWED_RATIO)


if __name__ == "__main__":
    main()
