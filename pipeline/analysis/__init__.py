"""A snapshot for the person who asks questions: frames, SQL, ready frames, and the words behind a cell.

Neither spaCy nor Prefect is imported here, and pandas not before the first frame: opening takes a blink.
"""

from pipeline.analysis.documents import DocumentRows
from pipeline.analysis.evidence import Evidence, Passage, Source
from pipeline.analysis.marking import Mark, Piece
from pipeline.analysis.rows import Row
from pipeline.analysis.snapshot import OpenSnapshot

__all__ = [
    "DocumentRows",
    "Evidence",
    "Mark",
    "OpenSnapshot",
    "Passage",
    "Piece",
    "Row",
    "Source",
]
