"""What stands in a backup, and is it still what was written?

::

    taihu-20261123T101500Z/
        manifest.json        what made it, how much it holds, size and sha256 of every other file
        journal.duckdb       readings, events, intervals: one moment of the journal
        registry.sqlite      plants, statements, factors; read after the journal, so it knows every point of it
        settings.json        the settings that held, without what is secret
        plants/*.toml        the plant files and
        programmes/*.toml    programme files they named

While it is made the folder ends with ``.part``; the name without it means that everything was written and is on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST = "manifest.json"
REGISTRY = "registry.sqlite"
SETTINGS = "settings.json"
PART = ".part"

_NAME = re.compile(r"taihu-\d{8}T\d{6}Z")
_CHUNK_BYTES = 4_000_000

Progress = Callable[[float, float], None]
"""Told how many bytes are done, and of how many."""


class BackupError(Exception):
    """A backup cannot be made, or what is there cannot be used; the text says what came and what was wanted."""


@dataclass(frozen=True)
class File:
    """One file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself.

    Attributes
    ----------
    made : str
        When the copying of the journal began, ISO 8601 in UTC, by the machine's clock.
    taihu : str
        Version that made it.
    journal : dict of str to int
        `storage.Counts`: readings, batches (the newest one's number), dead letters, intervals, settled batch.
    registry : dict of str to int
        Rows of each table.
    revision : str
        Of the registry's tables.
    files : dict of str to File
        By path inside the folder.
    format : int
    """

    made: str
    taihu: str
    journal: dict[str, int]
    registry: dict[str, int]
    revision: str
    files: dict[str, File]
    format: int = FORMAT

    def as_dict(self) -> dict[str, Any]:
        """As it stands in the file."""
        return asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"


def folder_name(now_ms: int) -> str:
    """Name of a backup made at a moment. [ms UTC]

    Examples
    --------
    >>> folder_name(1_795_428_900_000)
    'taihu-20261123T101500Z'
    """
    return f"taihu-{datetime.fromtimestamp(now_ms / 1000, UTC):%Y%m%dT%H%M%SZ}"


def told_time(now_ms: int) -> str:
    """A moment as the manifest says it. [ms UTC]

    Examples
    --------
    >>> told_time(1_795_428_900_000)
    '2026-11-23T10:15:00Z'
    """
    return f"{datetime.fromtimestamp(now_ms / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def backups_in(parent: Path) -> list[Path]:
    """The whole backups in a folder, the oldest first."""
    return sorted(path for path in parent.iterdir() if _NAME.fullmatch(path.name) and (path / MANIFEST).is_file())


def leftovers_in(parent: Path) -> list[Path]:
    """Backups that were begun and never finished."""
    return sorted(p for p in parent.iterdir() if p.name.endswith(PART) and _NAME.fullmatch(p.name.removesuffix(PART)))


def described(folder: Path) -> dict[str, File]:
    """Size and sha256 of every file in a folder, by path inside it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): File(path.stat().st_size, sha256(path)) for path in paths}


def sha256(path: Path, counted: Callable[[int], None] = lambda count: None) -> str:
    """Of a file; `counted` is told of every piece that was read. [bytes]"""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK_BYTES):
            digest.update(piece)
            counted(len(piece))
    return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """What a backup says about itself.

    Raises
    ------
    BackupError
        If the folder is no backup, or of a version that is not known here.
    """
    if folder.name.endswith(PART):
        raise BackupError(f"{folder}: this backup was never finished; wanted a folder without {PART} at its end")
    path = folder / MANIFEST
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        inside = backups_in(folder) if folder.is_dir() else []
        hint = f", e.g. its newest, {inside[-1]}" if inside else " made by taihu backup"
        raise BackupError(f"{folder}: there is no {MANIFEST} here; wanted the folder of one backup{hint}") from None
    except (OSError, ValueError) as error:
        raise BackupError(f"{path} cannot be read ({error}); wanted the manifest of a backup") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        came = told.get("format") if isinstance(told, dict) else told
        raise BackupError(f"{path}: format {came!r} is not known to this version; wanted {FORMAT}: update Taihu")
    try:
        files = {str(name): File(int(one["bytes"]), str(one["sha256"])) for name, one in told["files"].items()}
        return Manifest(**{**told, "files": files})
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise BackupError(f"{path}: not the manifest of a backup ({type(error).__name__}: {error})") from None


def verify(folder: Path, manifest: Manifest, progress: Progress = lambda done, total: None) -> None:
    """Whether every file is there and as it was written.

    Raises
    ------
    BackupError
        Names each file that is not.
    """
    total, done, wrong = sum(one.bytes for one in manifest.files.values()), 0, []

    def counted(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    for name, wanted in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != wanted.bytes:
                wrong.append(f"{name} has {size} bytes, wanted {wanted.bytes}")
            elif sha256(path, counted) != wanted.sha256:
                wrong.append(f"{name} is not what was written (its sha256 differs)")
        except OSError as error:
            wrong.append(f"{name} cannot be read ({error.strerror})")
    if wrong:
        raise BackupError(f"{folder} is damaged: {'; '.join(wrong)}; nothing was restored, take another backup")


def refuse_root(data: Path) -> None:
    """Root would leave files in a data folder that the user it belongs to cannot open.

    Raises
    ------
    BackupError
        If root asks, and the folder belongs to somebody else.
    """
    if not data.is_dir() or os.geteuid() != 0 or data.stat().st_uid == 0:
        return
    owner = data.owner()
    raise BackupError(f"{data} belongs to {owner}, and root asks; wanted that user: runuser -u {owner} -- taihu ...")


def to_disk(folder: Path) -> None:
    """Wait until everything in a folder, and the folder itself, would outlive a power cut."""
    for path in (*folder.rglob("*"), folder):
        fsync(path)


def fsync(path: Path) -> None:
    """Wait until a file, or the names in a folder, would outlive a power cut."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
