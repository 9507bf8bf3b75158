"""Gold files and gold JSON are read into facts, or refused with file, case and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import GoldError
from pipeline.evaluation.gold import GoldCohort, GoldRelation, read_document_gold, read_gold

HEAD = "=== A case\nkind: paper\nsetting: human\n"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_gold(content: str) -> Path:
        path = tmp_path / "cases.gold"
        path.write_text(content, encoding="utf-8")
        return path

    return write_gold


def test_a_case_becomes_facts(write: Write) -> None:
    """Tags and header lines are turned into facts; several cases share a file."""
    path = write(
        HEAD + "relation: targets | obe-cel | CD19\n"
        "relation: treats | obe-cel | B-ALL | tested\n"
        "---\n[obe-cel](THERAPY) binds [CD19](ANTIGEN) in [B-ALL](DISEASE).\n"
        "[Six](COHORT n=6 role=treated) had [fever](ADVERSE_EVENT n_affected=2 grade_max=2).\n\n"
        "=== Another\n---\nPlain text.\n"
    )
    case, plain = read_gold(path)
    assert case.title == "A case"
    assert case.header["kind"] == ("paper",)
    assert case.facts.settings == {"human"}
    assert case.facts.antigens[0].names == {"CD19"}
    assert case.facts.cohorts == (GoldCohort(6, "treated"),)
    assert case.facts.relations == (
        GoldRelation("targets", "obe-cel", "CD19"),
        GoldRelation("treats", "obe-cel", "B-ALL", "tested"),
    )
    event = case.facts.adverse_events[0]
    assert (event.assertion, event.figures) == ("present", (None, 2.0, 2.0, None, None))
    assert plain.text == "Plain text."
    assert not plain.facts.therapies


def test_surfaces_of_one_name_are_one_thing(write: Write) -> None:
    """Tags that share a name, in any case of letters, are the names of one thing."""
    (case,) = read_gold(write(HEAD + "---\n[BCMA](ANTIGEN name=TNFRSF17), or [tnfrsf17](ANTIGEN).\n"))
    assert len(case.facts.antigens) == 1
    assert case.facts.antigens[0].names == {"BCMA", "TNFRSF17", "tnfrsf17"}


def test_optional_things_are_marked(write: Write) -> None:
    """`ignore=yes` makes a thing optional; an ignored cohort has the number that it says."""
    body = "[placebo](THERAPY ignore=yes) for [one](COHORT ignore=yes), [rash](ADVERSE_EVENT ignore=yes)"
    (case,) = read_gold(write(f"{HEAD}---\n{body}\n"))
    assert case.facts.therapies[0].optional
    assert case.facts.adverse_events[0].optional
    assert case.facts.cohorts == (GoldCohort(1, "", optional=True),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("no title\n", "text before the first"),
        ("\n", "no case"),
        (HEAD, "no text"),
        (HEAD + "---\n \n", "no text"),
        (HEAD + "colour: red\n---\ntext\n", "header line 'colour: red'"),
        (HEAD + "phase:\n---\ntext\n", "header line 'phase:'"),
        ("=== A case\nkind: poem\n---\ntext\n", "unknown kind poem"),
        ("=== A case\nsetting: moon\n---\ntext\n", "unknown setting moon"),
        (HEAD + "---\n[CD19](ANTIGEN\n", "must be followed by"),
        (HEAD + "---\n[CD19](PROTEIN)\n", "unknown label PROTEIN"),
        (HEAD + "---\n[CD19](ANTIGEN name=a name=b)\n", "given twice"),
        (HEAD + "---\n[12](COHORT n=12)\n", "needs n and role"),
        (HEAD + "relation: targets | a | b\n---\ntext\n", "relations without a tagged mention"),
        (HEAD + "relation: targets | x | CD19\n---\n[CD19](ANTIGEN)\n", "'x' is not tagged"),
        (HEAD + "relation: loves | CD19 | CD19\n---\n[CD19](ANTIGEN)\n", "write: predicate"),
        (HEAD + "relation: targets | CD19\n---\n[CD19](ANTIGEN)\n", "write: predicate"),
        (HEAD + "relation: treats | CD19 | CD19 | maybe\n---\n[CD19](ANTIGEN)\n", "the status is one of"),
    ],
)
def test_mistakes_are_errors(write: Write, content: str, message: str) -> None:
    """Anything that is not understood is refused, with the file's name."""
    with pytest.raises(GoldError, match=message) as caught:
        read_gold(write(content))
    assert str(caught.value).startswith("cases.gold")


def test_an_error_names_case_and_line(write: Write) -> None:
    """The second case is at fault, in the second line of its text."""
    content = "=== First\n---\ntext\n\n=== Second\n---\nA line.\n[CD19 is not closed.\n"
    with pytest.raises(GoldError, match=r"cases\.gold, case 'Second': line 2: a bracket is never closed"):
        read_gold(write(content))


def test_a_relation_may_use_the_normal_name(write: Write) -> None:
    """Either the surface or the name of a tag stands in a relation, in any case of letters."""
    relation = "relation: targets | KYMRIAH | cd19\nrelation: targets | tisagenlecleucel | CD19\n"
    body = "[Kymriah](THERAPY name=tisagenlecleucel) and [CD19](ANTIGEN)"
    (case,) = read_gold(write(f"{HEAD}{relation}---\n{body}\n"))
    assert len(case.facts.relations) == 2


def json_gold(**changes: Any) -> dict[str, Any]:
    """Document-level gold of one sentence, with changes."""
    event = {"term": "fever", "assertion": "present", "grade_min": None, "grade_max": 2, "n": 3, "of": 6}
    return {
        "id": "one",
        "setting": ["mouse", "in_vitro"],
        "antigens": [{"symbol": "TNFRSF17", "surface": ["BCMA"]}],
        "diseases": [{"name": "multiple myeloma", "surface": ["myeloma"]}],
        "therapies": [{"name": "BCMA CAR T cells", "surface": ["BCMA CAR T cells"]}],
        "cohorts": [{"n": 6, "role": "treated"}],
        "adverse_events": [{**event, "percent": 50.0}],
        "targets": [["BCMA CAR T cells", "TNFRSF17"]],
        "treats": [["BCMA CAR T cells", "multiple myeloma", "tested"]],
        **changes,
    }


def write_json(folder: Path, facts: dict[str, Any]) -> tuple[Path, Path]:
    gold, text = folder / "one.json", folder / "one.txt"
    gold.write_text(json.dumps(facts), encoding="utf-8")
    text.write_text("BCMA CAR T cells for myeloma: fever in 3 of 6.", encoding="utf-8")
    return gold, text


def test_document_gold_is_read_from_json(tmp_path: Path) -> None:
    """The JSON form gives the same facts; mice and other animals are animals."""
    case = read_document_gold(*write_json(tmp_path, json_gold()))
    assert case.marked is None
    assert case.facts.settings == {"animal", "in_vitro"}
    assert case.facts.antigens[0].names == {"TNFRSF17", "BCMA"}
    assert case.facts.adverse_events[0].figures == (None, 2.0, 3.0, 6.0, 50.0)
    assert case.facts.relations[1] == GoldRelation("treats", "BCMA CAR T cells", "multiple myeloma", "tested")


def test_document_gold_names_a_surface_that_is_not_there(tmp_path: Path) -> None:
    """A surface must be found in the text."""
    paths = write_json(tmp_path, json_gold(diseases=[{"name": "lupus", "surface": ["SLE"]}]))
    with pytest.raises(GoldError, match=r"one\.json: 'SLE' is not in one\.txt"):
        read_document_gold(*paths)


def test_document_gold_needs_all_keys(tmp_path: Path) -> None:
    """A missing list is a mistake and not an empty one."""
    facts = json_gold()
    del facts["cohorts"]
    with pytest.raises(GoldError, match="cohorts"):
        read_document_gold(*write_json(tmp_path, facts))


def test_document_gold_must_be_json(tmp_path: Path) -> None:
    """Broken JSON is a gold error that names the file."""
    gold, text = write_json(tmp_path, json_gold())
    gold.write_text("{", encoding="utf-8")
    with pytest.raises(GoldError, match=r"one\.json"):
        read_document_gold(gold, text)
