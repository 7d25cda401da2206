"""How does a backup become a data folder again, in place of none, and never by half?

Everything is checked before anything is written: the backup's own files, the folder, the registry. What is written
stands in ``restore.part`` of the data folder until it is whole; then it takes its names.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry import Database
from storage import Store
from storage.store import FILE_NAME as JOURNAL
from taihu.backupfiles import (
    REGISTRY,
    BackupError,
    Manifest,
    Progress,
    fsync,
    read_manifest,
    refuse_root,
    to_disk,
    verify,
)
from taihu.settings import Settings

STAGE = "restore.part"


def restore(folder: Path, settings: Settings, progress: Progress = lambda done, total: None) -> Manifest:
    """Fill the data folder and the registry of the settings from a backup.

    Parameters
    ----------
    folder : Path
        The folder of one backup.
    settings : Settings
        `data` must be empty, and so must the registry of `registry_url` where one is named.
    progress : callable
        Told bytes verified, and bytes in all.

    Raises
    ------
    BackupError
        If the backup is damaged or the data folder is not empty.
    registry.RegistryError, storage.StoreError
        If the registry is not empty, or something cannot be written. Nothing was restored then.
    """
    manifest = read_manifest(folder)
    refuse_root(settings.data)
    _refuse_full(settings.data)
    if settings.registry_url is not None:
        with Database(settings.registry_url) as target:
            target.upgrade()
            if not target.is_empty():
                raise BackupError(
                    f"the registry named in registry_url holds plants or imports; wanted an empty database for {folder}"
                )
    verify(folder, manifest, progress)
    with _staged(settings.data) as stage:
        shutil.copyfile(folder / JOURNAL, stage / JOURNAL)
        shutil.copyfile(folder / REGISTRY, stage / REGISTRY)
        # What opens is a store, and one of an older version is brought up to date here.
        with Store.open(stage, memory_limit_mb=settings.storage.memory_mb, threads=settings.storage.threads):
            pass
        with Database(f"sqlite:///{stage / REGISTRY}") as registry:
            registry.upgrade()
            if settings.registry_url is not None:
                to_disk(stage)
                with Database(settings.registry_url) as target:
                    registry.copy_to(target)
        if settings.registry_url is not None:
            (stage / REGISTRY).unlink()
        to_disk(stage)
        for file in sorted(stage.iterdir()):
            file.rename(settings.data / file.name)
        fsync(settings.data)
    return manifest


def _refuse_full(data: Path) -> None:
    """Only an empty folder is filled: a Taihu that runs on it, or once ran, has left its journal."""
    inside = sorted(path.name for path in data.iterdir() if path.name != "lost+found") if data.is_dir() else []
    if [name for name in inside if name != STAGE]:
        raise BackupError(
            f"{data} is not empty (it holds {', '.join(inside[:5])}); wanted an empty data folder: stop the Taihu that "
            "runs on it and move the folder away"
        )


@contextmanager
def _staged(data: Path) -> Iterator[Path]:
    stage = data / STAGE
    try:
        if stage.exists():
            shutil.rmtree(stage)  # of a restore that was cut off
        stage.mkdir(parents=True)
        yield stage
    except OSError as error:
        raise BackupError(f"{error.filename or data}: {error.strerror}; wanted a data folder to write in") from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)
