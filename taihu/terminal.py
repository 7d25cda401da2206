"""What does the command line look like? The only place that prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

WIDE = 200
"""Characters a line of a table may have in a file or pipe."""
SHORT = 14
"""Characters of a cell that is never broken, such as a number with its unit."""
GAP = 2
"""Characters between columns."""

# Messages and progress go to standard error: standard output is for what a program reads.
console = Console(stderr=True, highlight=False)


class Bar:
    """One progress bar; `advance_to` may be called from any thread."""

    def __init__(self, progress: Progress, task: Any) -> None:
        self._progress, self._task = progress, task

    def advance_to(self, done: float, total: float) -> None:
        self._progress.update(self._task, completed=done, total=total)


@contextmanager
def progress(title: str, *, shown: bool = True, counted: bool = True) -> Iterator[Bar]:
    """A progress bar on standard error; nothing but the final state where that is no terminal."""
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn() if counted else TaskProgressColumn()]
    with Progress(*columns, TimeRemainingColumn(), console=console, disable=not shown) as bars:
        yield Bar(bars, bars.add_task(title, total=None))


def say(text: str) -> None:
    """A line for the person in front of the terminal."""
    console.print(text, soft_wrap=True, markup=False)


def fail(text: str) -> None:
    """A message about what went wrong; the caller ends the program."""
    console.print(f"[bold red]taihu:[/] {escape(text)}", soft_wrap=True, markup=True)


def emit_json(value: Any) -> None:
    """One JSON object on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    sys.stdout.flush()


def emit_table(table: Table) -> None:
    """A table on standard output, as wide as it needs where that is no terminal.

    On a screen only sentences are broken, between their words: a number or an id that is cut is of no use. A table that
    needs more than the screen has gets it, and the terminal goes on in its next line.
    """
    out = Console(highlight=False)
    width = _fit(table, out.width if out.is_terminal else WIDE)
    Console(highlight=False, width=width).print(table)


def _fit(table: Table, width: int) -> int:
    """Give each column its width of `width` characters; what the table needs, where that is more."""
    table.box, table.pad_edge = None, False
    needs = []
    for column in table.columns:
        texts = [str(column.header), *(str(cell) for cell in column.cells)]
        whole = column.no_wrap or all(len(cell) <= SHORT or " " not in cell.strip() for cell in texts[1:])
        natural = max(map(cell_len, texts))
        column.width = natural if whole else max((cell_len(word) for text in texts for word in text.split()), default=0)
        column.overflow = "fold"  # nothing is ever lost to an ellipsis
        needs.append((natural - column.width, column))
    least = sum((column.width or 0) + GAP for column in table.columns)
    spare = max(width - least, 0)
    needs.sort(key=lambda one: one[0])
    for done, (need, column) in enumerate(needs):
        more = min(need, spare // (len(needs) - done))
        column.width, spare = (column.width or 0) + more, spare - more
    return max(width, least)


def emit_text(text: str) -> None:
    """Plain lines on standard output."""
    sys.stdout.write(text + "\n")
