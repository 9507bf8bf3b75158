"""The evidence table, rates and timeline: each study once, this study's own, animals apart."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path

import pytest

from pipeline import open_snapshot
from pipeline.analysis import OpenSnapshot
from pipeline.errors import UsageError
from tests.unit.analysis.told import ICANS, Told, news, published, trial

TEXT = (
    "Cells in lymphoma and lupus\n\nTen patients were treated. CRS was seen. ICANS was seen. "
    "They were given CD19 CAR T cells."
)


def study(
    doc_id: str, n: int, crs: int, *, on: date | None = date(2023, 5, 17), text: str = TEXT, **facts: object
) -> Told:
    """A document on one study of `n` subjects, `crs` of whom had CRS."""
    told = Told(doc_id, text, on=on)
    setting = str(facts.get("setting", "human"))
    told.cohort("Ten patients", n, setting=setting)
    told.study(n, cohort=f"{doc_id}#c0", **facts)  # type: ignore[arg-type]
    told.event("CRS was seen", figures=(crs, n), cohort=f"{doc_id}#c0", setting=setting)
    return told


def opened(output: Path, *documents: Told) -> OpenSnapshot:
    return open_snapshot(published(output, *documents).path)


def test_a_row_holds_what_a_reader_of_trials_asks_for(snapshot: OpenSnapshot) -> None:
    """Product, target, disease, phase, size, toxicity with denominators, registry id, source."""
    (row,) = snapshot.evidence_table().to_dict("records")
    assert (row["product"], row["antigens"], row["diseases"]) == ("CD19 CAR T cells", ["CD19"], ["lymphoma"])
    assert (row["phase"], row["setting"], row["n"], row["n_role"]) == ("1", "human", 38, "treated")
    assert (row["crs"], row["crs_affected"], row["crs_at_risk"]) == ("present", 12, 38)
    assert (row["icans"], row["icans_affected"], row["icans_at_risk"]) == ("absent", 0, 38)
    assert row["icans_term"] == ICANS
    assert (row["trial_ids"], row["published_on"]) == (["NCT00000001"], date(2024, 3, 1))
    assert row["source"] == "https://journal.example.org/trial"
    assert snapshot.evidence(row["crs_ids"][0]).passage.sentence.startswith("Cytokine release syndrome")


def test_nobody_counts_a_trial_twice(snapshot: OpenSnapshot) -> None:
    """The news item repeats the paper, by its study key; it is there for who asks."""
    assert snapshot.evidence_table().doc_id.tolist() == ["trial"]
    told = snapshot.evidence_table(repeats=True)
    assert told.set_index("doc_id").repeats.dropna().to_dict() == {"news": "trial#t0"}


def test_a_copy_repeats_its_original_without_a_key(tmp_path: Path) -> None:
    """Two documents of nearly the same words tell one study, whatever else is known of it."""
    words = TEXT + " It was a trial in one hospital, and nobody had to be treated again within the year." * 2
    snapshot = opened(tmp_path, study("copy", 10, 4, text=words), study("first", 10, 4, text=words))
    assert snapshot.documents.duplicate_of.dropna().tolist() == ["copy"]
    found = snapshot.evidence_table(repeats=True)
    assert found.set_index("doc_id").repeats.dropna().to_dict() == {"first": "copy#t0"}


def test_the_later_larger_account_of_a_trial_counts(tmp_path: Path) -> None:
    """Of two papers on one trial, the one on more patients."""
    found = opened(
        tmp_path, study("interim", 10, 4, key="NCT1#human"), study("final", 30, 9, key="NCT1#human")
    ).evidence_table()
    assert found[["doc_id", "n"]].values.tolist() == [["final", 30]]


def test_animals_are_told_apart(tmp_path: Path) -> None:
    """By a column of the evidence table; rates are of people unless asked for."""
    snapshot = opened(tmp_path, study("people", 10, 4), study("mice", 20, 20, setting="animal"))
    assert snapshot.evidence_table().setting.tolist() == ["human", "animal"]
    assert snapshot.evidence_table(setting="animal").doc_id.tolist() == ["mice"]
    assert snapshot.adverse_event_rates().affected.tolist() == [4]
    assert snapshot.adverse_event_rates(setting="animal").affected.tolist() == [20]
    assert snapshot.adverse_event_rates(setting=None).affected.tolist() == [24]


def test_what_is_only_planned_is_left_out(tmp_path: Path) -> None:
    """A registry entry without a subject, and a use that is proposed; not a trial that has treated."""
    entry = Told("entry", TEXT, kind="registry")
    entry.study(None)
    idea = Told("idea", TEXT)
    idea.uses(
        idea.mention("CD19 CAR T cells", "THERAPY", "CD19 CAR T cells"),
        idea.mention("lupus", "DISEASE", "lupus"),
        "proposed",
    )
    idea.study(None)
    untold = Told("untold", TEXT)
    untold.study(None)
    snapshot = opened(tmp_path, entry, idea, untold, study("done", 10, 4))
    assert snapshot.evidence_table().doc_id.tolist() == ["untold", "done"]
    planned = snapshot.evidence_table(planned=True)
    assert planned[planned.is_planned].doc_id.tolist() == ["entry", "idea"]


def test_neurotoxicity_stands_in_for_icans_and_says_so(tmp_path: Path) -> None:
    """Where a study speaks of neurotoxicity alone."""
    told = study("d", 10, 4)
    told.event("ICANS was seen", "neurotoxicity", figures=(2, 10), cohort="d#c0")
    (row,) = opened(tmp_path, told).evidence_table().to_dict("records")
    assert (row["icans_term"], row["icans_affected"]) == ("neurotoxicity", 2)


def test_rates_are_sums_with_a_wilson_interval(tmp_path: Path) -> None:
    """Ten and thirty patients, four and nine of them affected; the interval is the formula's."""
    snapshot = opened(tmp_path, study("one", 10, 4), study("two", 30, 9))
    (row,) = snapshot.adverse_event_rates("antigen").to_dict("records")  # type: ignore[arg-type]
    assert (row["antigen"], row["n_studies"], row["affected"], row["at_risk"]) == ("CD19", 2, 13, 40)
    assert row["percent"] == pytest.approx(32.5)
    z, p, n = 1.959964, 0.325, 40
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    assert (row["low"], row["high"]) == pytest.approx(
        (100 * (middle - half), 100 * (middle + half)), abs=1e-4
    )


def test_a_study_of_two_targets_is_a_group_of_its_own(tmp_path: Path) -> None:
    """Unless each of them is asked for."""
    snapshot = opened(
        tmp_path, study("one", 10, 4), study("dual", 30, 9, antigens=("CD22", "CD19"), diseases=())
    )
    rates = snapshot.adverse_event_rates()
    assert dict(zip(rates.antigen, rates.affected, strict=True)) == {"CD19": 4, "CD19 + CD22": 9}
    each = snapshot.adverse_event_rates(each=True)
    assert dict(zip(each.antigen, each.affected, strict=True)) == {"CD19": 13, "CD22": 9}
    by_disease = snapshot.adverse_event_rates(["disease"])
    assert by_disease.disease.tolist() == ["lymphoma", "not stated"]


def test_rates_need_both_figures(tmp_path: Path) -> None:
    """A count without a denominator adds to neither sum."""
    bare = Told("bare", TEXT)
    bare.study(None)
    bare.event("CRS was seen", figures=(7, None))
    assert opened(tmp_path, bare, study("one", 10, 4)).adverse_event_rates().affected.tolist() == [4]


def test_a_single_event_may_be_named_without_a_list(snapshot: OpenSnapshot) -> None:
    """A string is one name, not a list of letters."""
    assert snapshot.adverse_event_rates(terms="CRS").equals(snapshot.adverse_event_rates(terms=["CRS"]))
    assert len(snapshot.adverse_event_rates(terms="crs")) == 1


def test_any_grade_stands_before_the_higher_ones(snapshot: OpenSnapshot) -> None:
    """As in the evidence table."""
    assert snapshot.adverse_event_rates(terms="ICANS").grades.tolist() == ["any", ">=3"]


def test_a_trial_told_twice_is_pooled_once(snapshot: OpenSnapshot) -> None:
    """CRS of the paper, and nothing of the news item."""
    assert snapshot.adverse_event_rates(terms=["CRS"]).n_studies.tolist() == [1]


def test_an_unknown_group_or_period_is_named(snapshot: OpenSnapshot) -> None:
    """With those that there are."""
    with pytest.raises(UsageError, match="antigen, disease"):
        snapshot.adverse_event_rates(["target"])  # type: ignore[list-item]
    for ask in (snapshot.evidence_table, snapshot.adverse_event_rates):
        with pytest.raises(UsageError, match="human, animal"):
            ask(setting="humans")
    with pytest.raises(UsageError, match="year, quarter, month"):
        snapshot.timeline("week")  # type: ignore[arg-type]


def test_the_timeline_counts_by_period_and_setting(tmp_path: Path) -> None:
    """Quarters begin in January, April, July and October; studies without a date are left out."""
    later, undated = study("later", 20, 3, on=date(2023, 12, 31)), study("undated", 5, 1, on=None)
    snapshot = opened(tmp_path, study("one", 10, 4), later, undated, study("mice", 6, 1, setting="animal"))
    rows = snapshot.timeline("quarter")[["period", "setting", "n_studies", "n_subjects", "n_studies_so_far"]]
    assert rows.values.tolist() == [
        [datetime(2023, 4, 1), "animal", 1, 6, 1],
        [datetime(2023, 4, 1), "human", 1, 10, 1],
        [datetime(2023, 10, 1), "human", 1, 20, 2],
    ]


def test_the_timeline_adds_up_only_sizes_that_are_stated_of_the_study(tmp_path: Path) -> None:
    """Not that of another study; and where none is stated, there is no sum, rather than nought."""
    other = study("other", 30, 2, on=date(2023, 1, 2), role="external")
    frame = opened(tmp_path, other, study("own", 10, 4, on=date(2024, 1, 2))).timeline()
    assert frame.n_studies.tolist() == [1, 1]
    assert frame.n_subjects.isna().tolist() == [True, False]
    assert frame.n_subjects.tolist()[1] == 10


def test_ready_frames_have_their_columns_also_when_empty(tmp_path: Path) -> None:
    """Types do not depend on what was found."""
    empty, full = opened(tmp_path / "e"), opened(tmp_path / "f", trial(), news())
    for frame in ("evidence_table", "event_figures", "adverse_event_rates", "timeline"):
        assert getattr(empty, frame)().dtypes.to_dict() == getattr(full, frame)().dtypes.to_dict()
        assert not len(getattr(empty, frame)())
        assert full.describe(frame)["column"].tolist() == list(getattr(full, frame)().columns)
