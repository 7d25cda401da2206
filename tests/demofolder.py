"""One data folder of the demo for all tests of a run, whichever process they stand in.

Importing the history of six plants takes both cores for half a minute. So it is done once, by the command a user types;
the processes of a run wait for each other by a lock, and each test goes on with a copy of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import free_port

READY_S = 240
"""How long six plants' history may take on two shared cores. [s]"""
LIVE_MESSAGES = 200
"""So many messages the demo got before it is stopped."""
LIVE_S = 150.0
"""And at most so long it goes on live, until half of its readings were settled within `LIVE_LAG_S` again. [s]"""
LIVE_LAG_S = 4.0


@dataclass(frozen=True)
class FilledDemo:
    """The folder of a demo that was started from nothing and stopped, and what it printed at its end."""

    folder: Path
    printed: str

    def copy(self, to: Path) -> Path:
        """A folder of one's own to go on with."""
        shutil.copytree(self.folder, to)
        return to


def filled_demo(factory: pytest.TempPathFactory) -> FilledDemo:
    """The demo of this run; who asks first fills it, the others wait."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # the processes of one run have their folders side by side
    folder, printed, tried = root / "filled-demo", root / "filled-demo.json", root / "filled-demo.tried"
    with (root / "filled-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not tried.exists():
            tried.touch()
            printed.write_text(_fill(folder), encoding="utf-8")
        if not printed.exists():
            pytest.fail("the demo could not be filled; the first test that asked says why")
    return FilledDemo(folder, printed.read_text(encoding="utf-8"))


@contextmanager
def running_demo(folder: Path, *options: str) -> Iterator[str]:
    """A demo in a process of its own, and the address of its page."""
    with _process(folder, *options) as (process, url):
        yield url
        process.terminate()
        assert process.wait(30) == 0


def health(url: str) -> dict[str, Any]:
    """What a running demo says of its parts; empty while nobody answers."""
    try:
        with urllib.request.urlopen(f"{url}/api/v1/health", timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except OSError:
        return {}


def _fill(folder: Path) -> str:
    with _process(folder, "--json") as (process, url):
        _until(process, lambda: _is_filled(health(url)))
        end = time.monotonic() + LIVE_S
        _until(process, lambda: _is_live(health(url)) or time.monotonic() > end)
        process.terminate()
        text, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    return text


def _is_filled(state: dict[str, Any]) -> bool:
    imported = state.get("import", {}).get("state")
    if imported == "failed":
        pytest.fail(f"the demo's history was not imported: {state['import']}")
    return imported == "done" and state["collector"]["received"] >= LIVE_MESSAGES


def _is_live(state: dict[str, Any]) -> bool:
    lag_s = state["settling"]["lag_p50_s"] if state else None
    return lag_s is not None and lag_s < LIVE_LAG_S


@contextmanager
def _process(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    command = [sys.executable, "-m", "taihu", "demo", "--data", str(folder), "--port", str(port), *options]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.PIPE if "--json" in options else None, text=True) as process:
        try:
            _until(process, lambda: bool(health(url)))
            yield process, url
        finally:
            if process.poll() is None:
                process.kill()


def _until(process: subprocess.Popen[str], is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + READY_S
    while not is_so():
        if process.poll() is not None:
            pytest.fail(f"taihu demo ended with status {process.returncode}")
        if time.monotonic() > end:
            pytest.fail(f"the demo was not ready within {READY_S} s")
        threading.Event().wait(0.2)
