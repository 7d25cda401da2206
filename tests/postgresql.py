"""PostgreSQL for tests: a cluster of our own that listens on a socket in its folder only."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

OWNER = "taihu"
"""May do everything, without a password."""

CAREFUL, PASSWORD = "careful", "lake"
"""A user whose password is asked for."""


class Cluster:
    """A cluster that runs.

    Parameters
    ----------
    folder : Path
        Of its socket.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)

    def url(self, database: str, user: str = OWNER) -> str:
        """Of a database, as SQLAlchemy takes it; `user` may be ``name:password``."""
        return f"postgresql+psycopg://{user}@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """URL of an empty database."""
        name = f"registry{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.url(name)

    def run(self, sql: str, database: str = "postgres") -> None:
        """One statement by the owner."""
        import psycopg

        with psycopg.connect(self.url(database).replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(sql)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster while the body runs; skips the test, with the reason, where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin/initdb)")
    binaries = found[-1].parent
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="taihu-pg-"))  # short: a socket's path has at most 107 characters
    try:
        if os.geteuid() == 0:  # initdb refuses root
            shutil.chown(folder, user)
        run = _runner(user)
        data = folder / "data"
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", OWNER, "--no-sync", "-E", "UTF8", "--no-locale")
        rules = data / "pg_hba.conf"
        rules.write_text(f"local all {CAREFUL} scram-sha-256\n" + rules.read_text())
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run(binaries / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", folder / "log", "-o", options, "start")
        try:
            yield Cluster(folder)
        finally:
            run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _runner(user: str) -> Callable[..., None]:
    prefix = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []

    def run(*words: object) -> None:
        done = subprocess.run([*prefix, *map(str, words)], cwd="/", capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr

    return run
