"""Keys of studies: the same for one study wherever it is told, different for two."""

from __future__ import annotations

import pytest

from pipeline.study_keys import study_key


def test_a_registry_id_outranks_a_doi_and_a_description() -> None:
    """What a registry numbers is known by that number, and by the first that the text names."""
    key = study_key(
        "human", trial_ids=("NCT00000001", "NCT00000002"), doi="10.1/x", therapy="X", diseases=("D:1",)
    )
    assert key == "NCT00000001#human"
    assert study_key("human", doi="10.1/X", therapy="X") == "doi:10.1/x#human"


def test_the_order_of_diseases_does_not_count() -> None:
    """Two reports that name the same diseases in another order tell of one study."""
    one = study_key("human", therapy="X", diseases=("D:1", "D:2"), n_subjects=8)
    assert one == study_key("human", therapy="X", diseases=("D:2", "D:1", "D:2"), n_subjects=8)
    assert one != study_key("human", therapy="X", diseases=("D:1", "D:2"), n_subjects=9)


def test_patients_and_animals_of_one_paper_stay_apart() -> None:
    """The setting is part of the key."""
    assert study_key("human", doi="10.1/x") != study_key("animal", doi="10.1/x")


@pytest.mark.parametrize(
    "known",
    [
        {"therapy": "X", "diseases": ("D:1",)},
        {"therapy": "X", "n_subjects": 3},
        {"diseases": ("D:1",), "n_subjects": 3},
        {},
    ],
)
def test_too_little_gives_no_key(known: dict[str, object]) -> None:
    """A key that many studies would share is none."""
    assert study_key("human", **known) is None  # type: ignore[arg-type]
