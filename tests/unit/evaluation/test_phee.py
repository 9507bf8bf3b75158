"""PHEE as a corpus: effects of adverse events and what is treated, checked against the text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import GoldError
from pipeline.evaluation.corpora import CorpusMention, read_corpus
from pipeline.evaluation.mentions import label_classes

TEXT = "Cough, and later oedema, came with captopril given for heart failure."


def part(*words: str) -> dict[str, Any]:
    return {"text": [list(words)], "start": [[TEXT.index(word) for word in words]]}


def written(path: Path, effect: dict[str, Any], kind: str = "Adverse_event") -> Path:
    event = {"event_type": kind, "Effect": effect, "Treatment": {"Disorder": part("heart failure")}}
    row = {"id": "1_2", "context": TEXT, "annotations": [{"events": [event, event]}]}
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return path


def test_effects_in_several_pieces_and_disorders_are_read_once(tmp_path: Path) -> None:
    corpus = read_corpus(written(tmp_path / "a.json", part("Cough", "oedema")))
    assert corpus.documents[0].mentions == (
        CorpusMention(0, 5, "Effect"),
        CorpusMention(17, 23, "Effect"),
        CorpusMention(55, 68, "Disorder"),
    )
    assert label_classes(corpus, {}) == {"Effect": "adverse_effects"}
    assert label_classes(corpus, {"Effect": "ADVERSE_EVENT"}) == {"Effect": "conditions"}


def test_effects_of_a_therapy_are_no_harms(tmp_path: Path) -> None:
    corpus = read_corpus(written(tmp_path / "a.json", part("Cough"), "Potential_therapeutic_event"))
    assert [mention.label for mention in corpus.documents[0].mentions] == ["Disorder"]


@pytest.mark.parametrize("effect", [{"text": [["Cough"]], "start": [[3]]}, {"text": [["Cough"]]}])
def test_what_does_not_fit_its_text_is_refused(tmp_path: Path, effect: dict[str, Any]) -> None:
    with pytest.raises(GoldError, match=r"a\.json:1"):
        read_corpus(written(tmp_path / "a.json", effect))
