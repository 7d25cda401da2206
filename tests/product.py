"""The product as a user runs it: a process, a port, a log."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.servers import free_port


class Serve:
    """`taihu serve` as a process of its own.

    Parameters
    ----------
    folder : Path
        Gets `taihu.toml`, the data and the log.
    settings : str
        TOML of everything but the data folder and the page's port.
    """

    def __init__(self, folder: Path, settings: str) -> None:
        self.port = free_port()
        config = folder / "taihu.toml"
        config.write_text(f'data = "data"\n{settings}[http]\nport = {self.port}\n', encoding="utf-8")
        command = [sys.executable, "-m", "taihu", "serve", "--config", str(config)]
        self._log = (folder / "serve.log").open("ab")
        self.process = subprocess.Popen(command, stdout=self._log, stderr=self._log)

    def health(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("health")
        return found

    def wait(self, what: str, until: Any, timeout_s: float = 120.0) -> dict[str, Any]:
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"taihu serve ended with status {self.process.returncode} while waiting for {what}")
            try:
                health = self.health()
            except OSError:
                health = None
            if health is not None and until(health):
                return health
            time.sleep(0.1)  # each answer costs the process that is measured
        raise TimeoutError(f"{what} did not happen within {timeout_s:g} s")

    def memory_mb(self) -> float:
        """Resident memory at its highest. [MB]"""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)
        self._log.close()

    def get(self, path: str) -> Any:
        """An answer of the API, e.g. ``get("plants")``."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/{path}", timeout=10) as answer:
            return json.load(answer)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(30)
        self._log.close()
