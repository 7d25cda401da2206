"""The `taihu` command as a user types it, inside the process of the test.

A process of its own takes seconds of a core to import everything anew; what is asked here, the words and the exit
status, is the same. Tests of servers, signals and power cuts start a real one.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest import mock

from taihu.cli import main

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def taihu(*arguments: str, **environment: str) -> Done:
    """Run a command. An error that the command does not turn into words is raised here, as a process would show it."""
    out, err = io.StringIO(), io.StringIO()
    typed = mock.patch.object(sys, "argv", ["taihu", *arguments])
    around = mock.patch.dict(os.environ, {"COLUMNS": "400", **environment})
    code: object = 0
    with typed, around, _as_before(), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code
    assert code is None or isinstance(code, int), code
    return Done(code or 0, out.getvalue(), err.getvalue())


@contextmanager
def _as_before() -> Iterator[None]:
    """Log and signals are the process's own; a command that ended leaves them as they were."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    caught = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in [one for one in root.handlers if one not in handlers]:
            root.removeHandler(handler)
        for number, handler_of in caught.items():
            signal.signal(number, handler_of)
