"""Neighbour search over the names of conditions: scispaCy's candidate generator on an index of our own.

scispaCy compares TF-IDF weights of character 3-grams through nmslib's HNSW graph. Its own builder does not run
on Python 3.11, so `build_index` makes the three parts (vocabulary with weights, vectors, graph) once, with one
thread and a fixed order, and `load_candidates` hands them to `scispacy.candidate_generation.CandidateGenerator`.
Acronyms do not survive 3-grams and are left out; exact lookup finds them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import ModelError
from pipeline.lexicon.normal_form import normal_form

if TYPE_CHECKING:
    from scispacy.candidate_generation import CandidateGenerator

    from pipeline.lexicon.knowledge import KnowledgeBase
