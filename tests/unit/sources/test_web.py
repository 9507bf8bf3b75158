"""Requests: what is tried again, what is refused, and how politely it is asked."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from pipeline.errors import SourceError
from pipeline.sources.web import PassingError, the_web
from tests.local_web import LocalWeb, Reply
from tests.services import throttled

pytestmark = pytest.mark.usefixtures("pauses")

PAGE = b"<p>CD19 CAR T cells</p>"


@pytest.mark.parametrize(
    "fault",
    [
        Reply(b"", 500),
        Reply(b"", 502),
        Reply(b"", 503),
        throttled(7),
        Reply(PAGE, cut_to=5),
        Reply(PAGE, cut_to=0),
    ],
    ids=["500", "502", "503", "429", "cut off", "empty"],
)
def test_a_passing_trouble_is_tried_again(local_web: LocalWeb, fault: Reply) -> None:
    """Errors of the server, throttling, and answers that are shorter than announced."""
    address = local_web.serve("/a", PAGE)
    local_web.fail_next("/a", fault, fault)
    assert the_web().get(address).body == PAGE
    assert len(local_web.asked("/a")) == 3


def test_a_silent_server_is_a_passing_trouble(local_web: LocalWeb, given: Callable[..., None]) -> None:
    """Who says nothing for the time of the settings is asked again."""
    given(timeout_seconds=0.2)
    address = local_web.serve("/a", PAGE)
    local_web.fail_next("/a", Reply(PAGE, hangs=0.6))
    assert the_web().get(address).body == PAGE


def test_the_server_says_how_long_to_wait(local_web: LocalWeb, pauses: list[float]) -> None:
    """In seconds, or as a time."""
    address = local_web.serve("/a", PAGE)
    later = format_datetime(datetime.now(timezone.utc) + timedelta(seconds=50), usegmt=True)
    local_web.fail_next("/a", throttled(7), throttled(later))
    the_web().get(address)
    assert pauses[0] == 7
    assert 45 < pauses[1] <= 50


def test_pauses_grow_and_differ(local_web: LocalWeb, pauses: list[float], given: Callable[..., None]) -> None:
    """Drawn at random up to a bound that doubles: who were refused together do not come back together."""
    given(delay_seconds=0, max_attempts=9)
    for number in range(20):
        local_web.fail_next(f"/{number}", *[Reply(b"", 503)] * 8)
        the_web().get(local_web.serve(f"/{number}", PAGE))
    by_try = [pauses[at::8] for at in range(8)]
    assert all(len(set(each)) > 15 for each in by_try)
    assert all(max(each) <= min(2**at, 60) for at, each in enumerate(by_try))
    assert max(by_try[0]) < max(by_try[4])


def test_a_long_pause_is_left_to_the_next_run(local_web: LocalWeb, pauses: list[float]) -> None:
    """Nobody waits for an hour; nor is that host asked for anything else before the hour is over."""
    local_web.fail_next("/a", throttled(3600))
    with pytest.raises(SourceError, match="3,600 s"):
        the_web().get(local_web.serve("/a", PAGE))
    with pytest.raises(SourceError, match="later run"):
        the_web().get(local_web.serve("/b", PAGE))
    assert not local_web.asked("/b")
    assert not pauses


def test_a_last_word_is_not_questioned(local_web: LocalWeb) -> None:
    """404 is asked once."""
    with pytest.raises(SourceError, match="404"):
        the_web().get(f"{local_web.url}/missing")
    assert len(local_web.requests) == 1


def test_an_answer_in_disguise_is_tried_again(local_web: LocalWeb) -> None:
    """What a check refuses counts as an error of the server, and is not kept."""

    def check(body: bytes) -> None:
        if body != PAGE:
            raise PassingError("this is no page")

    address = local_web.serve("/a", b"error", "text/html")
    with pytest.raises(SourceError, match="this is no page"):
        the_web().get(address, check=check)
    assert len(local_web.requests) == 5
    assert the_web().cache.get(address) is None
    local_web.serve("/a", PAGE)
    assert the_web().get(address, check=check).body == PAGE


def test_a_dead_host_is_given_up(local_web: LocalWeb, given: Callable[..., None]) -> None:
    """After three addresses that it didn't give, the rest costs no time; another host is not affected."""
    given(max_attempts=2)
    for number in range(6):
        local_web.serve(f"/{number}", Reply(b"", 500))
        with pytest.raises(SourceError):
            the_web().get(f"{local_web.url}/{number}")
    assert len(local_web.requests) == 6
    with LocalWeb().running() as other:
        assert the_web().get(other.serve("/a", PAGE)).body == PAGE


def test_unreachable_hosts_are_told(local_web: LocalWeb) -> None:
    """Nobody listens there."""
    with LocalWeb().running() as gone:
        address = gone.url
    with pytest.raises(SourceError, match="can't be fetched"):
        the_web().get(f"{address}/a")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/a", "javascript:alert(1)"])
def test_a_redirect_out_of_the_web_is_refused(local_web: LocalWeb, target: str) -> None:
    """Whatever it leads to."""
    local_web.serve("/a", Reply(b"", 302, {"Location": target}))
    with pytest.raises(SourceError, match="not followed"):
        the_web().get(f"{local_web.url}/a")


def test_redirects_are_followed_but_not_for_ever(local_web: LocalWeb) -> None:
    """The content is kept under the address that was asked for."""
    local_web.serve("/a", Reply(b"", 301, {"Location": "/b"}))
    local_web.serve("/b", Reply(b"", 307, {"Location": f"{local_web.url}/c#part"}))
    local_web.serve("/c", PAGE)
    assert the_web().get(f"{local_web.url}/a").body == PAGE
    kept = the_web().cache.get(f"{local_web.url}/a")
    assert kept is not None
    assert kept.body == PAGE
    local_web.serve("/round", Reply(b"", 302, {"Location": "/round"}))
    with pytest.raises(SourceError, match="without end"):
        the_web().get(f"{local_web.url}/round")


@pytest.mark.parametrize("announced", [True, False])
def test_too_much_is_refused_while_it_comes(
    local_web: LocalWeb, given: Callable[..., None], announced: bool
) -> None:
    """With a length announced or not, packed or not."""
    given(max_payload_bytes=100_000)
    local_web.serve("/a", Reply(bytes(5_000_000), announced=announced))
    packed = Reply(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"}, announced=announced)
    local_web.serve("/b", packed)
    for path in ("/a", "/b"):
        with pytest.raises(SourceError, match="CARTOGRAPHER_MAX_PAYLOAD_BYTES"):
            the_web().get(local_web.url + path)
        assert len(local_web.asked(path)) == 1


def test_only_what_has_changed_is_sent_again(local_web: LocalWeb) -> None:
    """By entity tag, or by date."""
    modified = "Wed, 21 Oct 2026 07:28:00 GMT"
    for path, marks in (("/tag", {"etag": '"v1"'}), ("/date", {"modified": modified})):
        address = local_web.serve_versioned(path, PAGE, **marks)
        assert [the_web().get(address).body for _ in range(3)] == [PAGE] * 3
        first, *later = local_web.asked(path)
        assert not {"if-none-match", "if-modified-since"} & first.headers.keys()
        assert all({"if-none-match", "if-modified-since"} & each.headers.keys() for each in later)
    assert the_web().get(f"{local_web.url}/date").modified_at == datetime(
        2026, 10, 21, 7, 28, tzinfo=timezone.utc
    )
    address = local_web.serve_versioned("/tag", b"new", etag='"v2"')
    assert the_web().get(address).body == b"new"


def test_what_is_recent_is_not_asked_for(local_web: LocalWeb) -> None:
    """The caller says how recent."""
    address = local_web.serve("/a", PAGE)
    the_web().get(address)
    kept = the_web().cache.get(address)
    assert kept is not None
    the_web().get(address, since=kept.fetched_at)
    assert len(local_web.requests) == 1
    the_web().get(address, since=kept.fetched_at + 1)
    assert len(local_web.requests) == 2


def test_without_a_network_only_what_is_kept_is_there(
    local_web: LocalWeb, given: Callable[..., None]
) -> None:
    """And the message says how to get the rest."""
    address = local_web.serve("/a", PAGE)
    the_web().get(address)
    given(offline=1)
    assert the_web().get(address).body == PAGE
    with pytest.raises(SourceError, match="CARTOGRAPHER_OFFLINE"):
        the_web().get(f"{local_web.url}/b")
    assert len(local_web.requests) == 1


def test_requests_to_one_host_keep_their_distance(
    local_web: LocalWeb, pauses: list[float], given: Callable[..., None]
) -> None:
    """The settings' for sites, the caller's for services."""
    given(delay_seconds=1.5)
    for number in range(3):
        the_web().get(local_web.serve(f"/{number}", PAGE))
    assert pauses == [1.5, 1.5]
    with LocalWeb().running() as other:
        the_web().get(other.serve("/a", PAGE))
    assert len(pauses) == 2


def test_servers_are_told_who_asks(local_web: LocalWeb, given: Callable[..., None]) -> None:
    """The program, and whom to write to."""
    given(contact="mail@example.org")
    the_web().get(local_web.serve("/a", PAGE))
    assert local_web.requests[0].headers["user-agent"].startswith("Cartographer/")
    assert "mail@example.org" in local_web.requests[0].headers["user-agent"]


def test_robots_txt_rules_over_pages(local_web: LocalWeb, pauses: list[float]) -> None:
    """It is read once; its pause is kept; it is none of the business of services for programs."""
    rules = "User-agent: Cartographer\nDisallow: /private\nCrawl-delay: 4\n\nUser-agent: *\nDisallow: /\n"
    local_web.serve("/robots.txt", rules, "text/plain")
    for path in ("/a", "/b", "/private/c"):
        local_web.serve(path, PAGE)
    the_web().get(f"{local_web.url}/a", is_page=True)
    the_web().get(f"{local_web.url}/b", is_page=True)
    assert pauses[-1] == 4
    with pytest.raises(SourceError, match="forbids programs"):
        the_web().get(f"{local_web.url}/private/c", is_page=True)
    assert len(local_web.asked("/robots.txt")) == 1
    assert the_web().get(f"{local_web.url}/private/c").body == PAGE


def test_a_redirect_leads_under_the_rules_of_where_it_leads(local_web: LocalWeb) -> None:
    """Rules can't be gone round."""
    local_web.serve("/robots.txt", "User-agent: *\nDisallow: /private\n", "text/plain")
    local_web.serve("/a", Reply(b"", 302, {"Location": "/private/b"}))
    local_web.serve("/private/b", PAGE)
    with pytest.raises(SourceError, match="forbids programs"):
        the_web().get(f"{local_web.url}/a", is_page=True)
    assert not local_web.asked("/private/b")


@pytest.mark.parametrize(("status", "may"), [(404, True), (403, True), (500, False)])
def test_a_missing_robots_txt_allows_and_a_broken_one_forbids(
    local_web: LocalWeb, status: int, may: bool
) -> None:
    """As RFC 9309 has it."""
    local_web.serve("/robots.txt", Reply(b"", status))
    address = local_web.serve("/a", PAGE)
    if may:
        assert the_web().get(address, is_page=True).body == PAGE
    else:
        with pytest.raises(SourceError, match=r"robots\.txt"):
            the_web().get(address, is_page=True)
