"""How much longer the main job on the seeds takes than what it can't do without: spaCy, Prefect, its server.

    python benchmarks/start.py [--repetitions N]

Both are run in turn, so that a busy machine is busy for both, each in a process of its own, after one run of
each that warms the disk and migrates the database of Prefect's server. The difference of the medians is
judged: at most 4 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
ALLOWED_SECONDS: Final = 4.0

#: What a plain script would do before it has done anything.
BARE_START: Final = """
import spacy
import prefect
from prefect.server.api.server import SubprocessASGIServer
server = SubprocessASGIServer()
server.start(timeout=120)
server.stop()
"""


def timed(command: Sequence[str], environment: dict[str, str]) -> float:
    """Wall time of a command that must succeed, in seconds."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} … failed:\n{done.stderr}")
    return seconds


def measure(repetitions: int) -> dict[str, list[float]]:
    """Seconds of the bare start and of the main job, taken in turn."""
    seconds: dict[str, list[float]] = {"bare start": [], "cartographer run": []}
    with tempfile.TemporaryDirectory() as folder:
        plain = {name: word for name, word in os.environ.items() if not name.startswith("PREFECT")}
        bare = plain | {
            "PREFECT_HOME": f"{folder}/prefect",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
        }
        own = plain | {"CARTOGRAPHER_CACHE": f"{folder}/cache"}
        for ordinal in range(repetitions + 1):
            output = f"{folder}/tables-{ordinal}"
            job = [sys.executable, "-m", "pipeline", "run", "seeds", "--output", output]
            taken = timed([sys.executable, "-c", BARE_START], bare), timed(job, own)
            if ordinal:
                for name, one in zip(seconds, taken, strict=True):
                    seconds[name].append(one)
    return seconds


def main() -> None:
    """Print medians, ranges and the difference; exit 1 if it is more than allowed."""
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("--repetitions", type=int, default=5, metavar="N")
    seconds = measure(reader.parse_args().repetitions)
    for name, taken in seconds.items():
        print(f"{name:<17} {statistics.median(taken):6.2f} s  ({min(taken):.2f}–{max(taken):.2f})")
    bare, job = (statistics.median(taken) for taken in seconds.values())
    print(f"{'difference':<17} {job - bare:6.2f} s  (at most {ALLOWED_SECONDS:.0f} s)")
    sys.exit(job - bare > ALLOWED_SECONDS)


if __name__ == "__main__":
    main()
