"""How is a backup made beside a running product, and when does it count as whole?

The journal first, as of one moment (`storage.backup`), then the registry: points are only ever added there, so the
registry knows every point of the journal. The copy of the journal is opened as a store before it is called whole.
"""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from registry import Database
from storage import Store
from storage.store import FILE_NAME as JOURNAL
from taihu import __version__
from taihu.backupfiles import (
    MANIFEST,
    PART,
    REGISTRY,
    SETTINGS,
    BackupError,
    Manifest,
    Progress,
    backups_in,
    described,
    folder_name,
    fsync,
    leftovers_in,
    to_disk,
    told_time,
)
from taihu.clock import WallClock
from taihu.settings import Settings

SPARE_BYTES = 50_000_000
"""Left free beside a backup. [bytes]"""
_WATCH_S = 0.2
_CREDENTIALS = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")


@dataclass(frozen=True)
class Backup:
    """What is backed up, and how a backup of it is stopped.

    Attributes
    ----------
    store, database : Store and Database
        Open; others may read and write them meanwhile.
    settings : Settings
    """

    store: Store
    database: Database
    settings: Settings
    _stopped: threading.Event = field(default_factory=threading.Event)
    _stops: list[Callable[[], None]] = field(default_factory=list)

    def stop(self) -> None:
        """Let a backup that runs end soon, with an error."""
        self._stopped.set()
        for stop in self._stops:
            stop()

    def make(self, parent: Path, keep: int | None = None, progress: Progress = lambda done, total: None) -> Path:
        """Make one.

        Parameters
        ----------
        parent : Path
            Folder for backups of this Taihu alone; made when absent.
        keep : int, optional
            So many whole backups stay in it, older ones are deleted once this one is whole.
        progress : callable
            Told bytes done, and bytes in all.

        Returns
        -------
        Path
            The new folder.

        Raises
        ------
        BackupError
            If the folder cannot be used or has no space.
        storage.StoreError, registry.RegistryError
            If it cannot be written or read; nothing that looks like a backup is left.
        """
        now_ms = WallClock().now_ms()
        folder = parent / folder_name(now_ms)
        self._check(parent)
        with _written(parent):
            for leftover in leftovers_in(parent):
                shutil.rmtree(leftover)
            if folder.exists():
                raise BackupError(f"{folder} is there already; wait a second")
            part = parent / (folder.name + PART)
            part.mkdir(mode=0o700)
            try:
                self._fill(part, now_ms, progress)
                to_disk(part)
                part.rename(folder)
            except BaseException:
                shutil.rmtree(part, ignore_errors=True)
                raise
            fsync(parent)
            if keep is not None:
                for old in backups_in(parent)[:-keep]:
                    shutil.rmtree(old)
        return folder

    def _check(self, parent: Path) -> None:
        data = self.settings.data.resolve()
        if parent.resolve() == data or data in parent.resolve().parents:
            raise BackupError(
                f"{parent} lies in the data folder {data}; wanted a folder elsewhere, best on another disk"
            )
        with _written(parent):
            parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(parent).free
        wanted = self._journal_bytes() + SPARE_BYTES
        if free < wanted:
            raise BackupError(f"{parent}: {free / 1e6:.0f} MB are free; wanted {wanted / 1e6:.0f} MB for a backup")

    def _journal_bytes(self) -> int:
        return (self.settings.data / JOURNAL).stat().st_size

    def _fill(self, part: Path, now_ms: int, progress: Progress) -> None:
        with _watched(part / JOURNAL, self._journal_bytes(), progress):
            self.store.copy(part / JOURNAL, self._stops.append)
        # What opens, counts and closes is a store.
        with Store.open(part, memory_limit_mb=self.settings.storage.memory_mb) as copy:
            journal = asdict(copy.counts())
        rows, revision = _copy_registry(self.database, part / REGISTRY)
        (part / SETTINGS).write_text(settings_text(self.settings), encoding="utf-8")
        _copy_files(_opened(self.settings.plants), part / "plants")
        _copy_files(self.settings.programmes, part / "programmes")
        if self._stopped.is_set():
            raise BackupError(f"{part} was stopped before it was whole")
        manifest = Manifest(told_time(now_ms), __version__, journal, rows, revision, described(part))
        (part / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")


def settings_text(settings: Settings) -> str:
    """The settings that hold, as JSON, without passwords, tokens and secrets."""
    return json.dumps(_public(settings), ensure_ascii=False, indent=2) + "\n"


def _public(value: Any) -> Any:
    """Sections without the fields that are never shown, addresses without their passwords."""
    if isinstance(value, BaseModel):
        shown = [name for name, field in type(value).model_fields.items() if field.repr]
        return {name: _public(getattr(value, name)) for name in shown}
    if isinstance(value, Mapping):
        return {str(key): _public(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_public(one) for one in value]
    if isinstance(value, str):
        return _CREDENTIALS.sub(r"\1@", value)
    return str(value) if isinstance(value, Path) else value


def _copy_registry(database: Database, target: Path) -> tuple[dict[str, int], str]:
    with Database(f"sqlite:///{target}") as copy:
        copy.upgrade()
        rows = database.copy_to(copy)
        return rows, str(copy.revision())


def _opened(paths: Iterable[Path]) -> list[Path]:
    """Files, and those in folders; what went since the start is in the registry all the same."""
    return [file for path in paths for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]


def _copy_files(files: Iterable[Path], folder: Path) -> None:
    """Copies under the files' own names; of two with one name the second gets a number."""
    for number, file in enumerate(filter(Path.is_file, files)):
        folder.mkdir(exist_ok=True)
        free = folder / file.name
        shutil.copyfile(file, free if not free.exists() else folder / f"{number}-{file.name}")


@contextmanager
def _written(parent: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BackupError(
            f"{error.filename or parent}: {error.strerror}; wanted a folder that the running Taihu may write in"
        ) from error


@contextmanager
def _watched(file: Path, total: int, progress: Progress) -> Iterator[None]:
    """Tell how far a file that somebody else writes has grown."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(_WATCH_S):
            if file.exists():
                progress(min(file.stat().st_size, total), total)

    thread = threading.Thread(target=look, name="backup-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        progress(total, total)
