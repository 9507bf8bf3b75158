"""Jobs measured in turn, so that a busy machine is busy for all of them; medians, ranges, tables."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parent.parent


class Spread(NamedTuple):
    """Median and range of some measurements."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Their median and range."""
        return cls(statistics.median(values), min(values), max(values))

    def shown(self, form: str = ",.0f") -> str:
        """As "median (low–high)", each number in a format."""
        return f"{self.median:{form}} ({self.low:{form}}–{self.high:{form}})"


def in_turn(
    jobs: Mapping[str, Callable[[], object]],
    repetitions: int,
    clock: Callable[[], float] = time.perf_counter,
    *,
    is_warm: bool = False,
) -> dict[str, list[float]]:
    """Seconds of each job, taken in turn, after one round that warms caches and is not counted.

    Args:
        jobs: what to do, by name.
        repetitions: how many rounds count.
        clock: gives seconds.
        is_warm: leave out the round that is not counted, where less than a whole round warms.
    """
    seconds: dict[str, list[float]] = {name: [] for name in jobs}
    for ordinal in range(is_warm, repetitions + 1):
        for name, job in jobs.items():
            start = clock()
            job()
            if ordinal:
                seconds[name].append(clock() - start)
    return seconds


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Spread of the ratios, round by round."""
    return Spread.of([one / other for one, other in zip(above, below, strict=True)])


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; all columns but the first are aligned to the right."""
    lines = [f"| {' | '.join(header)} |", f"|---|{'---:|' * (len(header) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def machine() -> str:
    """The machine in words: processor, cores that this process may use, memory, Python."""
    model = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        names = [
            line.partition(":")[2].strip() for line in facts.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {gigabytes:.0f} GiB, Python {platform.python_version()}"


class Ran(NamedTuple):
    """What a command took, with all processes that it started."""

    seconds: float
    peak_bytes: int
    out: str
    cpu_seconds: float


#: Runs a command and tells the largest memory that it, or one of its children, held at a time (Linux: KiB),
#: and how long they kept processors busy.
_WATCHED: Final = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds = time.perf_counter() - start
if done.returncode:
    sys.exit(done.stderr)
print(done.stdout, end="")
taken = resource.getrusage(resource.RUSAGE_CHILDREN)
print(seconds, taken.ru_maxrss * 1024, taken.ru_utime + taken.ru_stime)
"""


def ran(command: Sequence[str], **environment: str) -> Ran:
    """Run a command that must succeed: wall time, peak memory of its largest process, output, CPU time."""
    watched = [sys.executable, "-c", _WATCHED, *command]
    done = subprocess.run(
        watched, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    out, _, last = done.stdout.rstrip().rpartition("\n")
    seconds, peak, cpu_seconds = last.split()
    return Ran(float(seconds), int(peak), out, float(cpu_seconds))
