"""The command line: arguments in, exit code out.

One module a group of commands, which registers them where it is imported; `app` holds what all share.
"""

# In the order in which --help lists them.
from pipeline.cli import run  # isort: skip
from pipeline.cli import report  # isort: skip
from pipeline.cli import look  # isort: skip
from pipeline.cli import snapshots  # isort: skip
from pipeline.cli import evaluate  # isort: skip
from pipeline.cli.app import BUG_EXIT_CODE, DEBUG_VARIABLE, app, main

__all__ = ["BUG_EXIT_CODE", "DEBUG_VARIABLE", "app", "evaluate", "look", "main", "report", "run", "snapshots"]
