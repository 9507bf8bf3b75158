"""A key by which the same study is found again in other documents.

>>> study_key("human", trial_ids=("NCT04196413",), doi="10.1/a")
'NCT04196413#human'
>>> study_key("human", therapy="axi-cel", diseases=("DOID:0050745",), n_subjects=124)
'axi-cel|DOID:0050745|124#human'
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.vocabulary import Setting


def study_key(
    setting: Setting,
    *,
    trial_ids: Sequence[str] = (),
    doi: str | None = None,
    therapy: str | None = None,
    diseases: Sequence[str] = (),
    n_subjects: int | None = None,
) -> str | None:
    """The registry id that the document names first, else its DOI, else product, diseases and size.

    Args:
        setting: part of every key, so that a paper's patients and its animals stay apart.
        trial_ids: registry ids in the order of the text; a study names its own before others'.
        doi: the document's DOI.
        therapy: concept of the therapy, or its name.
        diseases: concepts of the diseases, in any order.
        n_subjects: headline number of subjects.

    Returns:
        None where therapy, disease and size are not all known: too little to tell two studies apart.
    """
    if trial_ids:
        stem = trial_ids[0].upper()
    elif doi:
        stem = f"doi:{doi.lower()}"
    elif therapy and diseases and n_subjects is not None:
        stem = f"{therapy}|{'+'.join(sorted(set(diseases)))}|{n_subjects}"
    else:
        return None
    return f"{stem}#{setting}"
