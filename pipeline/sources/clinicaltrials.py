"""ClinicalTrials.gov by query, through version 2 of its API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from pipeline.errors import SourceError
from pipeline.records import Failure, Payload
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.references import query_of

_SCHEME: Final = "clinicaltrials:"
#: Up to 1,000 are allowed; a study with posted results may have a megabyte.
_PAGE_SIZE: Final = 50
#: Some 50 requests a minute are let through.
_DELAY: Final = 1.2


def claims(reference: str) -> bool:
    """Whether this is `clinicaltrials:` and a query."""
    return reference.lower().startswith(_SCHEME)


def fetch(reference: str) -> Iterator[Payload | Failure]:
    """The studies that a query finds, each as the registry's JSON.

    Raises:
        SourceError: the query is empty; raised at once.
    """
    query = query_of(_SCHEME, reference)
    return _read(_SCHEME + query, query)


def _read(reference: str, query: str) -> Iterator[Payload | Failure]:
    from pipeline.sources import queries  # noqa: PLC0415 - costs time, and files need no web
    from pipeline.sources.web import PassingError, the_web  # noqa: PLC0415 - as above

    def following(page: dict[str, Any]) -> dict[str, str]:
        if not isinstance(page.get("studies"), list):
            raise PassingError("the answer holds no list of studies")
        queries.check_count(int(page.get("totalCount") or 0))
        token = page.get("nextPageToken")
        return {"pageToken": str(token)} if token else {}

    address = f"{settings().clinicaltrials_url.rstrip('/')}/studies"
    parameters = {"query.term": query, "pageSize": str(_PAGE_SIZE), "countTotal": "true", "format": "json"}
    for page in queries.pages(the_web(), reference, address, parameters, following, delay=_DELAY):
        if isinstance(page, Failure):
            yield page
            continue
        for study in page["studies"]:
            yield _study(reference, study)


def _study(reference: str, study: Any) -> Payload | Failure:  # noqa: ANN401 - as it came
    try:
        nct_id = study["protocolSection"]["identificationModule"]["nctId"]
    except (KeyError, TypeError):
        return streams.failure(reference, SourceError("A study without an NCT number was passed over."))
    body = json.dumps(study, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    return Payload(f"https://clinicaltrials.gov/study/{nct_id}", body, "application/json")
