"""The list of what the shipped weights were made from, its check, and what is fetched by it."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from models.assets import COMPARED, Asset, Source, listed, main, run, sha256_of
from models.recipe import condition_roles, corpora, names
from models.recipe.vectors import RAW_TEXT
from pipeline.errors import SourceError, StoreError, UsageError
from pipeline.lexicon.knowledge import knowledge_sources
from pipeline.settings import settings
from pipeline.sources import web as web_module
from tests.conftest import ROOT
from tests.local_web import LocalWeb, Reply

ALPHA, BETA = b"alpha\n", b"beta\n"


@pytest.fixture
def local_web(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWeb]:
    """A web server; nobody waits between requests."""
    monkeypatch.setattr(web_module, "_sleep", lambda _: None)
    with LocalWeb().running() as served:
        yield served
    settings.cache_clear()


def asset(path: str, body: bytes, address: str = "") -> Asset:
    source = Source(f"Source of {path}", "CC0", f"Ask for {path}.", address)
    return Asset(path, source, hashlib.sha256(body).hexdigest(), len(body), address)


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_has_the_hash_of_the_sorted_lines_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(BETA)
    (tmp_path / "a.txt").write_bytes(ALPHA)
    lines = f"{hashlib.sha256(ALPHA).hexdigest()}  a.txt\n{hashlib.sha256(BETA).hexdigest()}  b.txt\n"
    assert sha256_of(tmp_path) == hashlib.sha256(lines.encode()).hexdigest()
    (tmp_path / "b.txt").rename(tmp_path / "c.txt")
    assert sha256_of(tmp_path) != hashlib.sha256(lines.encode()).hexdigest()


def test_what_is_missing_or_other_is_an_error_that_says_which_and_whom_to_ask(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_bytes(BETA)
    (tmp_path / "same.txt").write_bytes(ALPHA)
    assets = [asset(name, ALPHA) for name in ("other.txt", "same.txt", "gone.txt")]
    with pytest.raises(SourceError) as caught:
        run(tmp_path, assets)
    told = str(caught.value)
    assert "2 of 3 assets" in told
    assert "  other    other.txt\n" in told
    assert hashlib.sha256(BETA).hexdigest() in told
    assert "  missing  gone.txt\n" in told
    assert "Source of gone.txt (licence: CC0)\n" in told
    assert "Ask for gone.txt." in told
    assert "same.txt" not in told


def test_other_bytes_may_be_allowed_but_nothing_may_be_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.txt").write_bytes(BETA)
    run(tmp_path, [asset("other.txt", ALPHA)], allow_other=True)
    assert "other    other.txt" in capsys.readouterr().out
    with pytest.raises(SourceError, match="missing  gone"):
        run(tmp_path, [asset("other.txt", ALPHA), asset("gone.txt", ALPHA)], allow_other=True)


def test_missing_files_are_fetched_into_a_folder_that_was_not_there(
    tmp_path: Path, local_web: LocalWeb, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = [
        asset("a/alpha.txt", ALPHA, local_web.serve("/alpha", ALPHA)),
        asset("a/b/beta.txt", BETA, local_web.serve("/beta", BETA)),
    ]
    local_web.fail_next("/beta", Reply(b"", 503))
    run(tmp_path / "new", wanted, fetch=True)
    assert (tmp_path / "new/a/alpha.txt").read_bytes() == ALPHA
    assert files_below(tmp_path / "new") == {"a/alpha.txt", "a/b/beta.txt"}
    assert "2 of 2 assets" in capsys.readouterr().out
    asked = len(local_web.requests)
    run(tmp_path / "new", wanted, fetch=True)
    assert len(local_web.requests) == asked


def test_a_file_with_a_wrong_checksum_is_not_kept_and_both_checksums_are_told(
    tmp_path: Path, local_web: LocalWeb
) -> None:
    wanted = [
        asset("alpha.txt", ALPHA, local_web.serve("/alpha", BETA)),
        asset("beta.txt", BETA, local_web.serve("/beta", BETA)),
    ]
    with pytest.raises(SourceError) as caught:
        run(tmp_path, wanted, fetch=True)
    assert hashlib.sha256(ALPHA).hexdigest() in str(caught.value)
    assert hashlib.sha256(BETA).hexdigest() in str(caught.value)
    assert files_below(tmp_path) == {"beta.txt"}


def test_what_lies_there_is_never_replaced(tmp_path: Path, local_web: LocalWeb) -> None:
    (tmp_path / "alpha.txt").write_bytes(BETA)
    with pytest.raises(SourceError, match="other    alpha"):
        run(tmp_path, [asset("alpha.txt", ALPHA, local_web.serve("/alpha", ALPHA))], fetch=True)
    assert (tmp_path / "alpha.txt").read_bytes() == BETA
    assert not local_web.requests


def test_an_address_that_refuses_is_passed_over_and_one_that_does_not_answer_ends_it(
    tmp_path: Path, local_web: LocalWeb
) -> None:
    dead = "http://127.0.0.1:1/dead"
    wanted = [
        asset("gone.txt", ALPHA, local_web.url + "/gone"),
        asset("alpha.txt", ALPHA, local_web.serve("/alpha", ALPHA)),
        asset("dead.txt", ALPHA, dead),
        asset("beta.txt", BETA, local_web.serve("/beta", BETA)),
    ]
    with pytest.raises(SourceError) as caught:
        run(tmp_path, wanted, fetch=True)
    assert "/gone can't be fetched: the server says 404" in str(caught.value)
    assert f"{dead} can't be fetched" in str(caught.value)
    assert files_below(tmp_path) == {"alpha.txt"}
    assert not local_web.asked("/beta")


def test_nothing_is_fetched_offline(
    tmp_path: Path, local_web: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CARTOGRAPHER_OFFLINE", "1")
    settings.cache_clear()
    with pytest.raises(SourceError, match="CARTOGRAPHER_OFFLINE"):
        run(tmp_path, [asset("alpha.txt", ALPHA, local_web.serve("/alpha", ALPHA))], fetch=True)
    assert not local_web.requests


def test_a_place_that_cannot_be_written_to_is_told_and_nothing_is_left(
    tmp_path: Path, local_web: LocalWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StoreError, match="No space left on device"):
        run(tmp_path, [asset("alpha.txt", ALPHA, local_web.serve("/alpha", ALPHA))], fetch=True)
    assert not files_below(tmp_path)


def test_the_command_ends_with_the_code_of_the_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == UsageError.exit_code
    assert main([str(tmp_path / "nowhere")]) == SourceError.exit_code
    told = capsys.readouterr().err
    for one in listed():
        assert f"missing  {one.path}\n" in told
        assert f"{one.source.name} (licence: {one.source.licence})" in told
    assert not (tmp_path / "nowhere").exists()


def test_the_list_is_whole_and_its_addresses_do_not_move() -> None:
    assets = listed()
    assert len({one.path for one in assets}) == len(assets)
    for one in assets:
        assert not one.path.startswith("/")
        assert ".." not in one.path.split("/")
        assert re.fullmatch(r"[0-9a-f]{64}", one.sha256)
        assert one.n_bytes > 0
        assert one.source.licence
        assert one.source.note
        assert (one.source.compared in COMPARED) == bool(one.address)
        # Folders are many files: none of them has an address.
        assert not (one.address and one.path.endswith("/"))
        assert not one.address or re.match(
            r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/.+", one.address
        )


def test_no_address_is_of_a_test_part_that_is_held_back() -> None:
    held = [one.path for one in listed() if "test" in one.address.rpartition("/")[2].lower()]
    assert held == ["ner/iob/JNLPBA/test.tsv"]


def test_the_knowledge_base_was_built_from_what_is_listed() -> None:
    known = {one.path: one.sha256 for one in listed()}
    read = knowledge_sources(ROOT / "models" / "knowledge")["sha256_read"]
    assert isinstance(read, dict)
    assert {path: known.get(path) for path in read} == read


def test_the_raw_text_of_the_vectors_is_listed() -> None:
    assert {name for name, _ in RAW_TEXT} <= {one.path for one in listed()}


@pytest.mark.shared
def test_all_checksums_hold_and_one_byte_more_is_seen(shared: Path) -> None:
    assets = listed()
    run(shared / "corpora", assets)
    changed = replace(assets[0], sha256="0" * 64)
    with pytest.raises(SourceError, match=f"1 of {len(assets)} assets"):
        run(shared / "corpora", [changed, *assets[1:]])


def _recipe_reads(folder: Path) -> list[Callable[[], object]]:
    """The steps of the recipe, as far as they read; the knowledge base tells it itself."""
    rel, onto = folder / "rel", folder / "onto"
    return [
        lambda: list(corpora.read_all(folder)),
        lambda: names.everyday_words(folder / "parse.tar.xz"),
        lambda: [*names.disease_names(onto), *names.phenotype_names(onto)],
        lambda: [*names.gene_names(onto), *names.agent_names(onto)],
        lambda: next(condition_roles.from_phee(rel / "phee")),
        lambda: next(condition_roles.from_ade(rel / "ade", set())),
        lambda: next(condition_roles.from_biotext(rel / "biotext")),
    ]


@pytest.mark.shared
def test_the_recipe_reads_nothing_that_is_not_listed(shared: Path) -> None:
    folder, opened = shared / "corpora", set[str]()
    is_heard = True

    def hear(event: str, details: tuple[object, ...]) -> None:
        if is_heard and event == "open" and str(details[0]).startswith(f"{folder}/"):
            opened.add(str(details[0]).removeprefix(f"{folder}/"))

    sys.addaudithook(hear)
    try:
        for read in _recipe_reads(folder):
            read()
    finally:
        is_heard = False
    paths = {one.path for one in listed()}
    known = {path for path in opened if path in paths or f"{path.rpartition('/')[0]}/" in paths}
    assert len(opened) > 1000
    assert opened == known
