"""The web, politely and with limits: the only room that speaks HTTP.

What every source needs is settled here: pauses between requests, tries again with growing pauses,
conditional requests, redirects, limits of size and time, robots.txt, and the cache of what was fetched.
httpx, tenacity and protego take a fifth of a second to import, so that this module is imported by those
sources alone that need the web, and only when they are asked for something.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from typing import Final, NamedTuple, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from pipeline.errors import SourceError
from pipeline.settings import settings
from pipeline.sources.payload_cache import Kept, PayloadCache
from pipeline.sources.references import is_web
from pipeline.sources.robots import ROBOT, Robots

#: What a server says when trying again may help.
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
#: As browsers and RFC 9309 count them, rounded up.
_MAX_REDIRECTS: Final = 6
#: Pauses between tries are drawn from 0 to 1, 2, 4 … s, up to this.
_MAX_PAUSE: Final = 60.0
#: A server that asks for a longer pause is left alone until the next run.
_MAX_RETRY_AFTER: Final = 300.0
#: A file of 100 MB over a slow line takes minutes; who needs longer drips on purpose.
_MAX_SECONDS: Final = 900.0
#: After so many addresses in a row that a host didn't give, it is taken to be down, for so long.
_MAX_GIVEN_UP: Final = 3
_DOWN_SECONDS: Final = 600.0
#: RFC 9309 has a robots.txt kept for up to a day.
_ROBOTS_SECONDS: Final = 24 * 3600

_Asked = TypeVar("_Asked")

_sleep = time.sleep
_clock = time.monotonic


class Answer(NamedTuple):
    """What an address gave.

    Attributes:
        body: the bytes, decompressed.
        media_type: as the server says, with its parameters, or "".
        modified_at: UTC time of the last change, if the server tells.
    """

    body: bytes
    media_type: str = ""
    modified_at: datetime | None = None


class RefusedError(SourceError):
    """A server's last word; asking again would not help.

    Attributes:
        status: of the answer.
        body: the first bytes of the answer.
    """

    def __init__(self, message: str, status: int, body: bytes) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class PassingError(Exception):
    """A trouble that may have passed at the next try; raised by checks of answers too."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Web:
    """Requests to web servers, one at a time.

    Args:
        payload_cache: where answers are kept.
    """

    def __init__(self, payload_cache: PayloadCache) -> None:
        self.cache = payload_cache
        limits = settings()
        about = "CAR-T literature mapping" + (f"; {limits.contact}" if limits.contact else "")
        self._client = httpx.Client(
            headers={"User-Agent": f"{ROBOT}/{version('cartographer')} ({about})", "Accept-Encoding": "gzip"},
            timeout=limits.timeout_seconds,
            follow_redirects=False,
        )
        self._ready_at: dict[str, float] = {}
        self._given_up: dict[str, int] = {}
        self._down_until: dict[str, float] = {}
        self._robots = Robots(self._rules)

    def get(
        self,
        address: str,
        *,
        since: float = float("inf"),
        delay: float | None = None,
        check: Callable[[bytes], None] | None = None,
        is_page: bool = False,
        keep_as: str = "",
    ) -> Answer:
        """What an address gives: from the cache where that is recent enough, else from the server.

        A server that can tell is only asked whether what is kept has changed.

        Args:
            address: http or https.
            since: what was fetched at that time (seconds since 1970) or later is not asked for again.
            delay: seconds between two requests to its host; by default those of the settings.
            check: looks at a new answer and raises PassingError if it is cut off or an error in disguise.
            is_page: it belongs to a web site rather than to a service for programs: robots.txt rules.
            keep_as: the name under which the answer is kept, where addresses change from run to run; by
                default the address.

        Raises:
            SourceError: the server can't be reached, refuses, or gives more than is read at once; or it may
                not be asked and nothing is kept.
        """
        kept = self.cache.get(keep_as or address)
        if kept is not None and (settings().offline or kept.fetched_at >= since):
            return answer_of(kept)
        _check_offline(address)
        conditions = {}
        if kept is not None and kept.etag and not keep_as:
            conditions["If-None-Match"] = kept.etag
        if kept is not None and kept.last_modified and not keep_as:
            conditions["If-Modified-Since"] = kept.last_modified
        met = self._persistently(
            address, lambda: self._followed(address, conditions, delay, check, is_page=is_page)
        )
        if met is None:
            if kept is None:
                raise SourceError(f"{address} answers that nothing has changed, but was not asked that.")
            self.cache.confirm(address)
            return answer_of(kept)
        self.cache.put([met._replace(address=keep_as or address)])
        return answer_of(met)

    def post(
        self, address: str, form: Mapping[str, str], *, delay: float, check: Callable[[bytes], None]
    ) -> bytes:
        """What a service answers to a form. Nothing is kept, and no redirect is followed.

        Raises:
            SourceError: as `get`.
        """
        _check_offline(address)

        def ask() -> bytes:
            response, body = self._once("POST", address, {}, delay, form)
            if response.status_code in _REDIRECTS:
                raise SourceError(f"{address} has moved. Correct the setting that names it.")
            check(body)
            return body

        return self._persistently(address, ask)

    def _persistently(self, address: str, ask: Callable[[], _Asked]) -> _Asked:
        """Ask until there is an answer, with random pauses that grow, or those that the server asks for."""
        host = urlsplit(address).netloc
        if _clock() < self._down_until.get(host, 0):
            raise SourceError(
                f"{host} was not asked for {address}: it has not answered. A later run tries again."
            )
        tries = Retrying(
            stop=stop_after_attempt(settings().max_attempts),
            wait=_pause,
            retry=retry_if_exception_type(PassingError),
            sleep=_sleep,
            reraise=True,
        )
        try:
            found = tries(ask)
        except PassingError as problem:
            self._given_up[host] = self._given_up.get(host, 0) + 1
            if self._given_up[host] >= _MAX_GIVEN_UP:
                self._down_until[host] = _clock() + _DOWN_SECONDS
            raise SourceError(f"{address} can't be fetched: {problem}. A later run tries again.") from None
        self._given_up[host] = 0
        return found

    def _followed(
        self,
        address: str,
        conditions: Mapping[str, str],
        delay: float | None,
        check: Callable[[bytes], None] | None,
        *,
        is_page: bool,
    ) -> Kept | None:
        """The answer at the end of all redirects; None if nothing has changed."""
        at = address
        for _ in range(_MAX_REDIRECTS):
            pause = settings().delay_seconds if delay is None else delay
            if is_page:
                pause = max(pause, self._robots.pause(at))
            response, body = self._once("GET", at, conditions, pause, None)
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if response.status_code not in _REDIRECTS or "location" not in response.headers:
                if check is not None:
                    check(body)
                told = response.headers.get
                return Kept(
                    address,
                    body,
                    told("content-type", ""),
                    told("etag", ""),
                    told("last-modified", ""),
                    time.time(),
                )
            at = urldefrag(urljoin(at, response.headers["location"])).url
            if not is_web(at):
                raise SourceError(f"{address} leads to {at}, which is no web address; that is not followed.")
        raise SourceError(f"{address} leads from one address to the next without end.")

    def _once(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        delay: float,
        form: Mapping[str, str] | None,
    ) -> tuple[httpx.Response, bytes]:
        host = urlsplit(address).netloc
        self._wait_for_turn(host, delay)
        try:
            with self._client.stream(method, address, headers=headers, data=form) as response:
                body = _body(response, address)
        except httpx.InvalidURL as problem:
            raise SourceError(
                f"{address} is no web address, or leads to none, which is not followed: {problem}."
            ) from None
        except (httpx.HTTPError, OSError) as problem:
            raise PassingError(str(problem) or type(problem).__name__) from None
        status = response.status_code
        if status in _PASSING:
            retry_after = _retry_after(response)
            if retry_after is not None and retry_after > _MAX_RETRY_AFTER:
                self._down_until[host] = _clock() + retry_after
                raise SourceError(
                    f"{host} asks to be left alone for {retry_after:,.0f} s. A later run tries again."
                )
            raise PassingError(f"the server says {status} {response.reason_phrase}", retry_after)
        if status >= httpx.codes.BAD_REQUEST:
            raise RefusedError(
                f"{address} can't be fetched: the server says {status} {response.reason_phrase}.",
                status,
                body[:2000],
            )
        return response, body

    def _wait_for_turn(self, host: str, delay: float) -> None:
        now = _clock()
        ready_at = self._ready_at.get(host, now)
        if ready_at > now:
            _sleep(ready_at - now)
        self._ready_at[host] = max(now, ready_at) + delay

    def _rules(self, address: str) -> bytes | None:
        try:
            return self.get(address, since=time.time() - _ROBOTS_SECONDS).body
        except RefusedError:
            return None


@cache
def the_web() -> Web:
    """The web of this process, with the pauses and rules that all its sources share."""
    return Web(PayloadCache(settings().cache / "payloads"))


def _check_offline(address: str) -> None:
    if settings().offline:
        raise SourceError(
            f"{address} has not been fetched before, and CARTOGRAPHER_OFFLINE is set. Run once without it."
        )


def answer_of(kept: Kept) -> Answer:
    """What is kept, as the server gave it."""
    return Answer(kept.body, kept.media_type, _time(kept.last_modified))


def _time(stamp: str) -> datetime | None:
    """A date of HTTP as UTC time."""
    try:
        found = parsedate_to_datetime(stamp)
    except (TypeError, ValueError):
        return None
    return found.astimezone(timezone.utc)


def _body(response: httpx.Response, address: str) -> bytes:
    """The bytes of an answer as they come in, up to the limits of size and time."""
    limit, started, body = settings().max_payload_bytes, _clock(), bytearray()
    for block in response.iter_bytes():
        body += block
        if len(body) > limit:
            raise SourceError(
                f"{address} gives more than the {limit:,} bytes that are read at once. "
                "Save it in parts, or raise CARTOGRAPHER_MAX_PAYLOAD_BYTES."
            )
        if _clock() - started > _MAX_SECONDS:
            raise PassingError(f"the answer was not complete after {_MAX_SECONDS:.0f} s")
    return bytes(body)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that the server asks to wait; it may name a time instead."""
    stated = response.headers.get("retry-after", "").strip()
    if stated.isdigit():
        return float(stated)
    moment = _time(stated)
    return max((moment - datetime.now(timezone.utc)).total_seconds(), 0.0) if moment else None


_random_pause = wait_random_exponential(multiplier=1, max=_MAX_PAUSE)


def _pause(state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    asked = problem.retry_after if isinstance(problem, PassingError) else None
    return _random_pause(state) if asked is None else asked
