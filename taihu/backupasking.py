"""How does `taihu backup` get its backup: from the Taihu that runs on the data folder, or by itself where none does?"""

from __future__ import annotations

import time
from pathlib import Path

from registry import Database
from storage import Store
from storage.store import FILE_NAME as JOURNAL
from taihu.asking import NobodyThere, ask
from taihu.backup import Backup
from taihu.backupfiles import BackupError, Progress, refuse_root
from taihu.backupjob import proved
from taihu.importing import registry_url
from taihu.settings import Settings
from taihu.urlfile import read_url

_POLL_S = 0.3


def back_up(settings: Settings, parent: Path, keep: int | None, progress: Progress) -> Path:
    """A new backup in a folder of backups.

    Parameters
    ----------
    settings : Settings
        Whose data folder counts.
    parent : Path
    keep : int or None
        How many stay in it; None: all.
    progress : callable

    Returns
    -------
    Path
        The new folder.

    Raises
    ------
    BackupError, taihu.asking.AskError, storage.StoreError, registry.RegistryError
        Nothing that looks like a backup was left.
    """
    if not (settings.data / JOURNAL).is_file():
        raise BackupError(f"{settings.data} holds no {JOURNAL}; wanted the data folder of a Taihu")
    refuse_root(settings.data)
    running = read_url(settings.data)
    if running is not None:
        try:
            return _asked(settings, running, parent.resolve(), keep, progress)
        except NobodyThere:
            pass  # it ended without saying so; if it still holds the folder, opening that says so
    with (
        Store.open(
            settings.data, memory_limit_mb=settings.storage.memory_mb, threads=settings.storage.threads
        ) as store,
        Database(registry_url(settings)) as database,
    ):
        database.upgrade()
        return Backup(store, database, settings).make(parent.resolve(), keep, progress)


def _asked(settings: Settings, url: str, parent: Path, keep: int | None, progress: Progress) -> Path:
    with proved(settings.data) as word:
        told = ask(settings, "/backup", url=url, body={"to": str(parent), "keep": keep, "proof": word})
    while told["state"] == "running":
        time.sleep(_POLL_S)
        told = ask(settings, "/backup", url=url)
        progress(told["done"], told["total"])
    if told["state"] != "done":
        raise BackupError(told["error"])
    return Path(told["folder"])
