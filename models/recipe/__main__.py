"""The whole recipe with one command: corpora, treebanks, names, vectors, training, scores.

    python -m models.recipe --corpora ../shared/corpora --work models/work --weights models/weights

Each step is a module of its own and runs in a process of its own, so that its memory is given back. A step
whose result lies in the work folder already is not repeated; delete the file to have it made again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

#: Module of the step → the file by which it is known to be done.
PREPARATIONS: Final = {
    "corpora": "corpora.jsonl",
    "treebanks": "treebanks.jsonl",
    "names": "names.bin",
    "vectors": "floret.floret",
}


def run(module: str, *arguments: str) -> None:
    """Run one step; one thread, since sums in another order are other sums.

    Raises:
        subprocess.CalledProcessError: The step failed.
    """
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    subprocess.run([sys.executable, "-m", f"models.recipe.{module}", *arguments], check=True, env=environment)


def main() -> None:
    """Command line of the recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora")
    parser.add_argument("--work", type=Path, default=Path("models/work"), help="what is made on the way")
    parser.add_argument("--weights", type=Path, default=Path("models/weights"))
    arguments = parser.parse_args()
    for module, result in PREPARATIONS.items():
        if not (arguments.work / result).exists():
            run(module, "--corpora", str(arguments.corpora), "--work", str(arguments.work))
    places = ("--work", str(arguments.work), "--weights", str(arguments.weights))
    run("train", *places)
    run("evaluate", *places)


if __name__ == "__main__":
    main()
