"""Real servers for tests and measurements, each with a configuration and a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

_START_S = 10.0


def free_port() -> int:
    """A TCP port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def mosquitto_path() -> str | None:
    """Path of the mosquitto broker, which Debian keeps out of a user's PATH."""
    return shutil.which("mosquitto", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"]))


def mosquitto_or_skip() -> str:
    """Path of the broker; skips the test, with the reason, where there is none."""
    found = mosquitto_path()
    if found is None:
        pytest.skip("mosquitto is not installed")
    return found


class Server:
    """A broker of our own on a free port of the loopback address; a subclass says what is run.

    Parameters
    ----------
    folder : Path
        Gets configuration, log and whatever the server keeps; a later start goes on with it.

    Attributes
    ----------
    port : int
        Where it speaks MQTT.
    """

    name = "server"
    start_s = _START_S

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / f"{self.name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def _command(self) -> list[str]:
        """Write the configuration and say what to run."""
        raise NotImplementedError

    def _environment(self) -> dict[str, str]:
        """Variables of the server's process."""
        return dict(os.environ)

    def start(self) -> Self:
        """Start it and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = self._command()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + self.start_s
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                told = self.log.read_text(errors="replace")
                raise RuntimeError(f"{self.name} did not start on port {self.port}: {told[-500:]}")
            time.sleep(0.01)
        return self

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """End it in good order: persistent sessions and queued messages are written."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Mosquitto(Server):
    """A mosquitto with persistence.

    Parameters
    ----------
    folder : Path
    extra : str
        More lines of configuration, e.g. ``max_queued_messages 0``.
    listener : str
        Lines of the listener, e.g. certificates. Anonymous clients are let in unless `extra` says otherwise.
    """

    name = "mosquitto"

    def __init__(self, folder: Path, extra: str = "", listener: str = "") -> None:
        super().__init__(folder)
        self._extra = extra
        self._listener = listener

    def _command(self) -> list[str]:
        config = self.folder / "mosquitto.conf"
        access = "" if "allow_anonymous" in self._extra else "allow_anonymous true\n"
        # As root mosquitto would change to a user who may not write here.
        user = "user root\n" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
        config.write_text(
            f"per_listener_settings false\nlistener {self.port} 127.0.0.1\n{self._listener}"
            f"persistence true\npersistence_location {self.folder}/\nautosave_interval 1\nset_tcp_nodelay true\n"
            f"log_dest file {self.log}\n{user}{access}{self._extra}",
            encoding="utf-8",
        )
        return [mosquitto_or_skip(), "-c", str(config)]


def wait_until(condition: object, timeout_s: float = 10.0, what: str = "the condition") -> None:
    """Wait until ``condition()`` is true.

    Raises
    ------
    TimeoutError
        If it does not become true within `timeout_s`.
    """
    assert callable(condition)
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true within {timeout_s:g} s")
        time.sleep(0.005)
