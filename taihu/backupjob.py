"""How does a running Taihu make a backup that another process of the same machine asks for?

`taihu backup` leaves a word in the data folder and says it in its request: whoever may write there owns the journal.
That keeps out what else reaches the address of the page: other machines, other users, pages of a browser. A backup
takes its time, so it is made by a thread, and asked how far it is.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from api.errors import ApiError
from registry import Database, RegistryError
from storage import Store, StoreError
from taihu.backup import Backup
from taihu.backupfiles import BackupError
from taihu.settings import Settings

PROOF_FILE = "backup.request"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class BackupState:
    """How far a backup is.

    Attributes
    ----------
    state : str
        ``none`` before the first, ``running``, ``done`` or ``failed``.
    done, total : float
        Of the journal. [bytes]
    folder : str
        Where it is going to be, and then is.
    error : str
        Why it failed; "" otherwise.
    """

    state: Literal["none", "running", "done", "failed"] = "none"
    done: float = 0.0
    total: float = 0.0
    folder: str = ""
    error: str = ""


class BackupJob:
    """Backups of one running product, one at a time."""

    def __init__(self, store: Store, database: Database, settings: Settings) -> None:
        self._store, self._database, self._settings = store, database, settings
        self._lock = threading.Lock()
        self._state = BackupState()
        self._backup: Backup | None = None
        self._thread: threading.Thread | None = None

    def state(self) -> BackupState:
        """How far the newest backup is."""
        return self._state

    def begin(self, to: str, keep: int | None, proof: str) -> BackupState:
        """Begin one.

        Parameters
        ----------
        to : str
            Folder for backups, absolute.
        keep : int or None
            How many stay in it.
        proof : str
            What `proved` left in the data folder.

        Raises
        ------
        api.errors.ApiError
            If the proof is wrong, the folder is relative, or a backup is being made.
        """
        self._check(to, proof)
        with self._lock:
            if self._state.state == "running":
                raise ApiError(409, f"a backup into {self._state.folder} is being made; wanted its end", "body")
            self._state = BackupState("running", folder=to)
            self._backup = Backup(self._store, self._database, self._settings)
            self._thread = threading.Thread(
                target=self._make, args=(self._backup, Path(to), keep), name="backup", daemon=True
            )
            self._thread.start()
            return self._state

    def stop(self) -> None:
        """End what runs, before the store closes."""
        if self._backup is not None:
            self._backup.stop()
        if self._thread is not None:
            self._thread.join()

    def _check(self, to: str, proof: str) -> None:
        path = self._settings.data / PROOF_FILE
        try:
            wanted = path.read_text(encoding="utf-8")
        except OSError:
            wanted = ""  # not there, or of another user: no proof either way
        if not wanted or not hmac.compare_digest(wanted.encode(), proof.encode()):
            raise ApiError(
                422,
                f"wanted the word that taihu backup leaves in {path}: only who owns the data may copy it",
                "body.proof",
            )
        if not Path(to).is_absolute():
            raise ApiError(422, f"{to!r} is not absolute; wanted the full path of a folder", "body.to")

    def _make(self, backup: Backup, parent: Path, keep: int | None) -> None:
        try:
            folder = backup.make(parent, keep, self._advance)
        except (BackupError, StoreError, RegistryError) as error:
            log.warning("the backup into %s failed: %s", parent, error)
            self._state = replace(self._state, state="failed", error=str(error))
        except Exception as error:
            log.exception("the backup into %s failed", parent)
            self._state = replace(self._state, state="failed", error=f"{type(error).__name__}: {error}")
        else:
            self._state = replace(self._state, state="done", folder=str(folder))

    def _advance(self, done: float, total: float) -> None:
        self._state = replace(self._state, done=done, total=total)


@contextmanager
def proved(data: Path) -> Iterator[str]:
    """A word in the data folder, while a request that says it is under way.

    Raises
    ------
    BackupError
        If this user may not write there.
    """
    word, path = secrets.token_hex(16), data / PROOF_FILE
    try:
        path.touch(mode=0o600)
        path.write_text(word, encoding="utf-8")
    except OSError as error:
        raise BackupError(f"{path}: {error.strerror}; wanted the user that taihu serve runs as") from error
    try:
        yield word
    finally:
        path.unlink(missing_ok=True)
