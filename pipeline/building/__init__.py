"""A run from sources to a snapshot: the room that knows the order of the stages, and nothing of Prefect.

`run` is the order itself, `books` says what became of everything, `run_log` takes down what happened and
`progress` shows it to a person.
"""

from pipeline.building.run import Job, Reading, Run, begun, check_failures, offered
from pipeline.building.run_log import RunLog

__all__ = ["Job", "Reading", "Run", "RunLog", "begun", "check_failures", "offered"]
