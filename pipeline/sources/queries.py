"""What queries to services for programs have in common: pages that lead on, broken off and resumed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlencode

from pipeline.errors import SourceError
from pipeline.records import Failure
from pipeline.settings import settings
from pipeline.sources import streams
from pipeline.sources.web import PassingError, RefusedError, Web

_MARKUP: Final = re.compile(r"<[^>]*>|\s+")
_MAX_TOLD: Final = 300


def pages(
    web: Web,
    reference: str,
    address: str,
    parameters: dict[str, str],
    following: Callable[[dict[str, Any]], dict[str, str]],
    *,
    delay: float,
) -> Iterator[dict[str, Any] | Failure]:
    """Pages of JSON, one after the other, from the first to the last.

    Pages are kept under the reference and their number: a run that is broken off goes on after the last one
    that it had, and what is kept can be read without a network.

    Args:
        web: where to ask.
        reference: names the query.
        address: of the service.
        parameters: of the first page.
        following: the parameters that the page after this one has in place of the first ones or beside them;
            empty at the end. Raises PassingError where the page is none.
        delay: seconds between two pages.
    """
    since = web.cache.begin(reference)
    changed: dict[str, str] = {}
    seen: list[dict[str, str]] = []
    while changed not in seen:
        seen.append(changed)
        asked = f"{address}?{urlencode(parameters | changed)}"
        try:
            answer = web.get(
                asked,
                since=since,
                delay=delay,
                check=lambda body: _check(body, following),
                keep_as=f"{reference}#{len(seen)}",
            )
            page, changed = _read(answer.body, following)
        except (SourceError, PassingError) as problem:
            if isinstance(problem, RefusedError):
                # A mark that leads on may have expired: the next run must not begin with the kept pages.
                web.cache.finish(reference)
            told = f"{problem} {_words(problem)}".strip()
            after = f" {len(seen) - 1} pages before it were read." if len(seen) > 1 else ""
            yield streams.failure(reference, SourceError(told + after))
            return
        yield page
        # At the end, Solr's cursors stay where they are.
        if not changed or changed == seen[-1]:
            web.cache.finish(reference)
            return
    yield streams.failure(reference, SourceError("The service leads back to a page that was read already."))


def check_count(n_records: int) -> None:
    """Whether a query may be read to its end.

    Raises:
        SourceError: it finds more records than the settings allow.
    """
    limit = settings().max_query_records
    if n_records > limit:
        raise SourceError(
            f"The query finds {n_records:,} records, more than the {limit:,} that are fetched. "
            "Narrow it, or raise CARTOGRAPHER_MAX_QUERY_RECORDS."
        )


def _check(body: bytes, following: Callable[[dict[str, Any]], dict[str, str]]) -> None:
    _read(body, following)


def _read(
    body: bytes, following: Callable[[dict[str, Any]], dict[str, str]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """A page, and what leads to the next."""
    try:
        # Services put line feeds into the strings of their error messages.
        page = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        raise PassingError("the answer is cut off, or no JSON") from None
    try:
        return page, following(page)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise PassingError("the answer is not what the service is known to give") from None


def _words(problem: Exception) -> str:
    """What a service says to a question that it refuses."""
    if not isinstance(problem, RefusedError):
        return ""
    said = " ".join(_MARKUP.sub(" ", problem.body.decode("utf-8", "replace")).split())
    return f"It says: {said[:_MAX_TOLD]}" if said else ""
