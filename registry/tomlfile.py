"""How is a TOML file read so that a mistake in it is told with line and column?"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from registry.problems import Problem

_AT = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")


def read_toml(path: Path, problems: list[Problem]) -> dict[str, Any] | None:
    """The document, or None and one more problem.

    Parameters
    ----------
    path : Path
    problems : list of Problem
        Grows by what is wrong with the file: unreadable, not UTF-8, not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(str(path), "", error.strerror or str(error), "a TOML file that can be read"))
        return None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        came = f"not UTF-8 (byte 0x{error.object[error.start]:02x})"
        problems.append(Problem(f"{path}:{line}", "", came, "a file saved as UTF-8"))
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_syntax_problem(path, text, str(error)))
        return None


def _syntax_problem(path: Path, text: str, message: str) -> Problem:
    found = _AT.search(message)
    lines = text.splitlines() or [""]
    line, column = len(lines), len(lines[-1]) + 1
    if found is not None and found["line"] is not None:
        line, column = int(found["line"]), int(found["column"])
    came = lines[line - 1].strip() if line <= len(lines) else ""
    said = message[: found.start()] if found is not None else message
    return Problem(f"{path}:{line}:{column}", "", f"{said}: {came}" if came else said, "TOML")
