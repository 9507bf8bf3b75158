"""Compressed files, zip and tar: members as inputs of their own, and what must be refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from pipeline.records import Failure, Payload
from pipeline.sources import archives, payloads
from pipeline.sources.streams import Origin

TEXT = b"Eight patients were given CD19 CAR T cells."


def _tar(members: dict[str, bytes], mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, body in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return packed.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def _read(folder: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """Bodies and messages of failures, by the address after the folder's."""
    bodies: dict[str, bytes] = {}
    messages: dict[str, str] = {}
    for met in payloads([folder]):
        name = met.source_uri.removeprefix(folder.as_uri() + "/")
        if isinstance(met, Payload):
            assert name not in bodies
            bodies[name] = met.body
        else:
            assert met.stage == "fetch"
            messages[name] = met.message
    return bodies, messages


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.txt.gz", gzip.compress(TEXT)),
        ("a.txt.bz2", bz2.compress(TEXT)),
        ("a.txt.xz", lzma.compress(TEXT)),
        ("two-parts.txt.gz", gzip.compress(TEXT[:9]) + gzip.compress(TEXT[9:])),
    ],
)
def test_a_compressed_file_is_the_file_itself(folder: Path, name: str, packed: bytes) -> None:
    """Its address is the file's, its media type that of what is in it."""
    (folder / name).write_bytes(packed)
    [met] = payloads([folder])
    assert isinstance(met, Payload)
    assert (met.source_uri, met.body, met.media_type) == ((folder / name).as_uri(), TEXT, "text/plain")


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.zip", _zip({"n/b.txt": TEXT, "c d#1.md": TEXT})),
        ("a.tar", _tar({"n/b.txt": TEXT, "c d#1.md": TEXT})),
        ("a.tar.gz", _tar({"n/b.txt": TEXT, "c d#1.md": TEXT}, "w:gz")),
        ("a.tgz", _tar({"n/b.txt": TEXT, "c d#1.md": TEXT}, "w:gz")),
        ("a.tar.bz2", _tar({"n/b.txt": TEXT, "c d#1.md": TEXT}, "w:bz2")),
        ("a.tar.xz", _tar({"n/b.txt": TEXT, "c d#1.md": TEXT}, "w:xz")),
    ],
)
def test_members_have_addresses_of_their_own(folder: Path, name: str, packed: bytes) -> None:
    """The archive's address and the member's name as its fragment, so that the archive can be told again."""
    (folder / name).write_bytes(packed)
    found = [met for met in payloads([folder]) if isinstance(met, Payload)]
    assert {met.source_uri.partition("#")[2]: met.media_type for met in found} == {
        "n/b.txt": "text/plain",
        "c%20d%231.md": "text/markdown",
    }
    assert {urldefrag(met.source_uri).url for met in found} == {(folder / name).as_uri()}


def test_only_what_can_be_read_is_taken_from_an_archive(folder: Path) -> None:
    """As from a folder: other endings, hidden files and leftovers of a system are passed over."""
    members = {"a.txt": TEXT, "b.png": TEXT, ".c.txt": TEXT, "__MACOSX/._a.txt": TEXT, ".git/d.txt": TEXT}
    (folder / "a.zip").write_bytes(_zip(members))
    (folder / "table.csv.gz").write_bytes(gzip.compress(TEXT))
    assert _read(folder) == ({"a.zip#a.txt": TEXT}, {})


def test_archives_in_archives_are_read_to_a_depth(folder: Path, given: Callable[..., None]) -> None:
    """What lies deeper is refused by name, and its neighbours are read."""
    inner = _zip({"deep.txt": TEXT})
    (folder / "a.zip").write_bytes(_zip({"in.tar.gz": _tar({"b.txt": TEXT, "in.zip": inner}, "w:gz")}))
    assert set(_read(folder)[0]) == {"a.zip#in.tar.gz!/b.txt", "a.zip#in.tar.gz!/in.zip!/deep.txt"}
    given(max_archive_depth=3)
    bodies, messages = _read(folder)
    assert set(bodies) == {"a.zip#in.tar.gz!/b.txt"}
    assert "CARTOGRAPHER_MAX_ARCHIVE_DEPTH" in messages["a.zip#in.tar.gz!/in.zip"]


@pytest.mark.parametrize("pack", [_zip, _tar], ids=["zip", "tar"])
@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a/../../up.txt", "..\\up.txt", "C:\\up.txt"])
def test_a_name_that_climbs_out_is_refused(
    folder: Path, pack: Callable[[dict[str, bytes]], bytes], name: str
) -> None:
    """One failure; the good member beside it is read; nothing is written anywhere."""
    (folder / "slip.arc").write_bytes(pack({name: b"evil", "good.txt": TEXT}))
    (folder / "slip.arc").rename(folder / ("slip.zip" if pack is _zip else "slip.tar"))
    before = sorted(folder.parent.rglob("*"))
    bodies, messages = _read(folder)
    assert list(bodies.values()) == [TEXT]
    assert "climbs out" in next(iter(messages.values()))
    assert len(messages) == 1
    assert sorted(folder.parent.rglob("*")) == before


def test_links_in_archives_are_refused(folder: Path) -> None:
    """Symbolic and hard links of a tar, and those that a zip can hold."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind in (("soft.txt", tarfile.SYMTYPE), ("hard.txt", tarfile.LNKTYPE)):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        device = tarfile.TarInfo("device.txt")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        good = tarfile.TarInfo("good.txt")
        good.size = len(TEXT)
        archive.addfile(good, io.BytesIO(TEXT))
    (folder / "links.tar").write_bytes(packed.getvalue())
    zipped = zipfile.ZipInfo("soft.txt")
    zipped.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "links.zip", "w") as archive_:
        archive_.writestr(zipped, "/etc/passwd")
        archive_.writestr("good.txt", TEXT)
    bodies, messages = _read(folder)
    assert set(bodies) == {"links.tar#good.txt", "links.zip#good.txt"}
    assert set(messages) == {"links.tar#soft.txt", "links.tar#hard.txt", "links.zip#soft.txt"}
    assert all("is a link" in message for message in messages.values())


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("bomb.txt.gz", gzip.compress(bytes(40_000_000))),
        ("bomb.xml.bz2", bz2.compress(b"<PubmedArticleSet><PubmedArticle>" + bytes(40_000_000))),
        ("bomb.tar.gz", gzip.compress(_tar({"a.txt": bytes(40_000_000)}))),
        ("bomb.zip", _zip({"a.txt": bytes(40_000_000)})),
    ],
)
def test_a_bomb_is_refused_before_it_has_grown(folder: Path, name: str, packed: bytes) -> None:
    """One that grows a thousandfold; the file beside it is read."""
    (folder / name).write_bytes(packed)
    (folder / "good.txt").write_bytes(TEXT)
    bodies, messages = _read(folder)
    assert bodies == {"good.txt": TEXT}
    assert "CARTOGRAPHER_MAX_EXPANSION" in " ".join(messages.values())


def test_a_bomb_is_not_unpacked_further_than_its_limit() -> None:
    """Of 40 MB of zeros in 40 kB, little more than the harmless 10 MB are ever unpacked."""

    class Zeros:
        n_bytes = 0

        def read(self, size: int = -1, /) -> bytes:
            assert size > 0
            self.n_bytes += size
            return bytes(size)

    zeros = Zeros()
    plain = archives._Unpacking(zeros, lambda: 1_000, archives._Allowance(10**9))
    [met] = archives._unpacked(plain, Origin("file:///bomb.txt", "bomb.txt"), 0, archives._Allowance(10**9))
    assert isinstance(met, Failure)
    assert zeros.n_bytes <= archives._HARMLESS + 2**20


def test_an_archive_gives_no_more_than_its_allowance(folder: Path, given: Callable[..., None]) -> None:
    """All members together; what came before is kept."""
    given(max_archive_bytes=100)
    (folder / "a.zip").write_bytes(_zip({f"{number}.txt": TEXT for number in range(5)}))
    bodies, messages = _read(folder)
    assert set(bodies) == {"a.zip#0.txt", "a.zip#1.txt"}
    assert "CARTOGRAPHER_MAX_ARCHIVE_BYTES" in messages["a.zip#2.txt"]


def test_a_member_that_is_too_large_costs_only_itself(folder: Path, given: Callable[..., None]) -> None:
    """The limit of a payload holds for members too."""
    given(max_payload_bytes=1_000)
    large = bytes(random.Random(1).randrange(256) for _ in range(2_000))
    for name, pack in (("a.zip", _zip), ("b.tar", _tar)):
        (folder / name).write_bytes(pack({"a.txt": TEXT, "b.txt": large, "c.txt": TEXT}))
    bodies, messages = _read(folder)
    assert set(bodies) == {"a.zip#a.txt", "a.zip#c.txt", "b.tar#a.txt", "b.tar#c.txt"}
    assert {name: "MAX_PAYLOAD_BYTES" in told for name, told in messages.items()} == {
        "a.zip#b.txt": True,
        "b.tar#b.txt": True,
    }


def test_a_truncated_archive_gives_what_is_whole(folder: Path) -> None:
    """And a failure that says that the rest is missing."""
    noise = random.Random(2).randbytes
    whole = _tar({"a.txt": TEXT, "b.txt": noise(50_000), "c.txt": TEXT}, "w:gz")
    (folder / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "cut.txt.gz").write_bytes(gzip.compress(noise(9_000))[:4_000])
    (folder / "cut.zip").write_bytes(_zip({"a.txt": TEXT})[:-30])
    bodies, messages = _read(folder)
    assert bodies == {"cut.tar.gz#a.txt": TEXT}
    assert {"cut.txt.gz", "cut.zip"} <= set(messages)
    assert all("broken or cut off" in message for message in messages.values())


def test_a_locked_member_says_so(folder: Path) -> None:
    """A password is nothing that a run can ask for."""
    packed = bytearray(_zip({"a.txt": TEXT}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + at] |= 1
    (folder / "a.zip").write_bytes(packed)
    assert "password" in _read(folder)[1]["a.zip#a.txt"]


@pytest.mark.parametrize("seed", range(60))
def test_noise_in_an_archive_never_breaks_the_reading(folder: Path, seed: int) -> None:
    """Whatever bytes are wrong: payloads and failures, no other error."""
    chance = random.Random(seed)
    members = {"a.txt": TEXT, "b.txt": chance.randbytes(400), "in.zip": _zip({"c.txt": TEXT})}
    packed = bytearray(_zip(members) if seed % 2 else _tar(members, "w:gz" if seed % 4 else "w"))
    for _ in range(chance.randrange(1, 12)):
        packed[chance.randrange(len(packed))] = chance.randrange(256)
    if seed % 3 == 0:
        del packed[chance.randrange(len(packed)) :]
    (folder / ("a.zip" if seed % 2 else "a.tar.gz" if seed % 4 else "a.tar")).write_bytes(packed)
    (folder / "good.txt").write_bytes(TEXT)
    assert _read(folder)[0]["good.txt"] == TEXT
