"""The assets of the recipe: what the shipped weights were made from, checked, and fetched where missing.

    python -m models.assets CORPORA [--download] [--any]

`assets.json` lists every file and folder below CORPORA that `make models` and the evaluations beside it read,
by source: licence, SHA-256, size in bytes, and the public address of the same bytes where there is one, at a
commit that does not move. `compared` says how an address was compared with the asset when it was written
down: by all `bytes`, or by `length and end` alone. Either way nothing is kept that has another SHA-256.
Sources without an address are filtered (documents of test parts are left out), gathered from several places,
or not to be found in public; their `note` says where to ask.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from pipeline.errors import CartographerError, SourceError, StoreError, UsageError
from pipeline.sources.payload_cache import PayloadCache
from pipeline.sources.web import RefusedError, Web

LIST: Final = Path(__file__).with_name("assets.json")
COMPARED: Final = ("bytes", "length and end")


@dataclass(frozen=True)
class Source:
    """Where assets come from; `address` and `compared` are empty where there is none."""

    name: str
    licence: str
    note: str
    address: str = ""
    compared: str = ""


@dataclass(frozen=True)
class Asset:
    """A file, or a folder whose `path` ends with a slash, below the corpora folder.

    Attributes:
        path: with slashes, below the corpora folder.
        source: where it comes from.
        sha256: as `sha256_of` has it.
        n_bytes: its size, of a folder that of all its files.
        address: of the same bytes, or "".
    """

    path: str
    source: Source
    sha256: str
    n_bytes: int
    address: str


@dataclass(frozen=True)
class Fault:
    """An asset that is `missing` or has `other` bytes, and what is to be told of it."""

    asset: Asset
    kind: str
    told: str


def listed(path: Path = LIST) -> list[Asset]:
    """All assets, source by source."""
    assets = []
    for one in json.loads(path.read_text(encoding="utf-8")):
        files = one.pop("assets")
        source = Source(**one)
        for name, known in files.items():
            address = source.address + known["at"] if source.address else ""
            assets.append(Asset(name, source, known["sha256"], known["bytes"], address))
    return assets


def sha256_of(path: Path) -> str:
    """SHA-256 of a file; of a folder that of lines as `sha256sum` prints them, sorted by name.

    Raises:
        OSError: it is not there, or can't be read.
    """
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    lines = "".join(f"{sha256_of(path / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()


def faults(corpora: Path, assets: Iterable[Asset]) -> Iterator[Fault]:
    """The assets that are missing below the folder or have other bytes.

    Raises:
        StoreError: one can't be read.
    """
    for asset in assets:
        path = corpora / asset.path
        try:
            found = sha256_of(path)
        except (FileNotFoundError, NotADirectoryError):
            yield Fault(asset, "missing", "")
            continue
        except OSError as problem:
            raise StoreError(f"{path} can't be read: {problem.strerror}. Correct its permissions.") from None
        if found != asset.sha256:
            yield Fault(asset, "other", f"It has SHA-256 {found} instead of {asset.sha256}.")


def download(corpora: Path, missing: Iterable[Asset]) -> list[Fault]:
    """Fetch assets from their addresses, politely and with tries again as all sources of the pipeline do.

    A file appears whole, with the SHA-256 that is listed, or not at all. An address that refuses is passed
    over; where there is no answer at all, the rest is left for a later run.

    Returns:
        Those that could not be had, and why.

    Raises:
        StoreError: the folder can't be written to.
    """
    failed = []
    # What is fetched lies in the corpora folder afterwards: a copy in the usual cache is not wanted.
    with TemporaryDirectory() as kept:
        web = Web(PayloadCache(Path(kept)))
        for asset in missing:
            try:
                body = web.get(asset.address).body
            except SourceError as problem:
                failed.append(Fault(asset, "missing", str(problem)))
                if isinstance(problem, RefusedError):
                    continue
                break
            found = hashlib.sha256(body).hexdigest()
            if found == asset.sha256:
                _write(body, corpora / asset.path)
                print(f"fetched {asset.path} ({asset.n_bytes:,} bytes)", flush=True)
            else:
                told = f"{asset.address} gives SHA-256 {found} instead of {asset.sha256}; it was not kept."
                failed.append(Fault(asset, "missing", told))
    return failed


def _write(body: bytes, path: Path) -> None:
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(body)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as problem:
        raise StoreError(
            f"{path} can't be written: {problem.strerror}. Name a folder with room that may be written to."
        ) from None


def report(found: Iterable[Fault]) -> Iterator[str]:
    """Lines that say what is wrong, source by source, with its licence and what is known of it."""
    for source, some in groupby(found, lambda fault: fault.asset.source):
        yield f"\n{source.name} (licence: {source.licence})"
        for fault in some:
            yield f"  {fault.kind:8} {fault.asset.path}"
            if fault.told:
                yield f"           {fault.told}"
        if not source.address:
            yield f"  No address: {source.note}"


def run(corpora: Path, assets: list[Asset], *, fetch: bool = False, allow_other: bool = False) -> None:
    """Check, fetch what is missing if asked to, and say how it stands.

    Args:
        corpora: the folder; with `fetch` it may be missing.
        assets: all that have to be there.
        fetch: get what is missing and has an address. What is there is never replaced.
        allow_other: other bytes are told, but no error.

    Raises:
        UsageError: `corpora` is no folder.
        SourceError: an asset is missing, or other than the shipped weights were made from.
        StoreError: the folder can't be read or written to.
    """
    if corpora.exists() and not corpora.is_dir():
        raise UsageError(f"{corpora} is no folder. Name the folder of the corpora.")
    found = list(faults(corpora, assets))
    if fetch:
        wanted = [fault.asset for fault in found if fault.kind == "missing" and fault.asset.address]
        failed = {fault.asset: fault for fault in download(corpora, wanted)}
        # Looked at anew: what is told of an asset is what lies there now.
        found = [failed.get(fault.asset, fault) for fault in faults(corpora, assets)]
    if any(fault.kind == "missing" or not allow_other for fault in found):
        lines = [
            f"{len(found)} of {len(assets)} assets in {corpora} are not as the shipped weights had them.",
            *report(found),
            "",
            "Put what is missing where it is named. `--download` (`make models` has it) fetches what has an",
            "address; for the rest ask where its note says, or the maintainers. Remove what is other to have",
            "it fetched, or train on it nevertheless, to other weights: `--any`, `make models ASSETS=any`.",
        ]
        raise SourceError("\n".join(lines))
    size = sum(asset.n_bytes for asset in assets) / 1e6
    print(f"{len(assets) - len(found)} of {len(assets)} assets ({size:.0f} MB) are as listed in {LIST.name}.")
    for line in report(found):
        print(line)


def main(arguments: list[str] | None = None) -> int:
    """Command line; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpora", type=Path, help="folder of the corpora")
    parser.add_argument("--download", action="store_true", help="fetch what is missing and has an address")
    parser.add_argument("--any", action="store_true", help="files with other bytes are no error")
    given = parser.parse_args(arguments)
    try:
        run(given.corpora, listed(), fetch=given.download, allow_other=given.any)
    except CartographerError as problem:
        print(f"models.assets: {problem}", file=sys.stderr)
        return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
