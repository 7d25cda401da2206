"""Backups that take no time, for tests of the HTTP side."""

from __future__ import annotations

from api.errors import ApiError
from taihu.backupjob import BackupState

PROOF = "4f2a"


class FakeBackups:
    """Begins one backup at most."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []
        self._state = BackupState()

    def state(self) -> BackupState:
        return self._state

    def begin(self, to: str, keep: int | None, proof: str) -> BackupState:
        if proof != PROOF:
            raise ApiError(422, "wanted the word of the data folder", "body.proof")
        if self._state.state == "running":
            raise ApiError(409, f"a backup into {to} is being made; wanted its end", "body")
        self.asked.append((to, keep))
        self._state = BackupState("running", 12.0, 48.0, to)
        return self._state
