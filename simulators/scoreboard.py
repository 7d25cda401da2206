"""What does the table of a score say?

One line a fault and kind of reading; the samplings are gathered in it. What falls short names the sampling, so that it
can be run alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.columns import Float64
from simulators.judge import BAR, Result

COLUMNS = ("fault", "reading", "cases", "worst", "median", "in bounds", "missing", "events", "")


@dataclass(frozen=True, eq=False)
class Line:
    """One line: a row of the corpus for one kind of reading.

    Attributes
    ----------
    results : tuple of Result
        One a sampling.
    """

    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        return self.results[0].row.name

    @property
    def reading(self) -> str:
        """Kind of reading in lower case."""
        return self.results[0].kind.name.lower()

    @property
    def error(self) -> Float64:
        """Error of the total of every case, as a share."""
        return np.concatenate([result.error for result in self.results])

    @property
    def inside(self) -> float:
        """Share of quarters inside their bounds."""
        quarters = sum(result.quarters for result in self.results)
        return 1.0 - sum(result.outside for result in self.results) / max(quarters, 1)

    @property
    def missing(self) -> float:
        """Share of the meters' time that is reported as missing, mean of the samplings."""
        return float(np.mean([result.missing for result in self.results]))

    @property
    def found(self) -> Counter[str]:
        """Findings by kind."""
        return sum((result.found for result in self.results), Counter())

    @property
    def not_knowable(self) -> str:
        """Why nobody can know it; such a line is shown and not judged."""
        return self.results[0].row.not_knowable

    @property
    def shortfalls(self) -> list[str]:
        """Why the line falls short, sampling by sampling."""
        return [
            f"{sampling(result)}: {reason}{f' ({result.what})' if result.what else ''}"
            for result in self.results
            for reason in result.shortfalls
        ]

    @property
    def verdict(self) -> str:
        """``holds``, ``falls short`` or ``cannot be known``."""
        if self.not_knowable:
            return "cannot be known"
        return "falls short" if self.shortfalls else "holds"

    def peers(self) -> dict[str, float]:
        """Worst error of the total by the rule of each peer; empty where none was asked for."""
        names = self.results[0].peer_error
        return {name: max(float(result.peer_error[name].max()) for result in self.results) for name in names}

    def as_dict(self) -> dict[str, Any]:
        """For a machine."""
        return {
            "fault": self.name,
            "reading": self.reading,
            "cases": len(self.error),
            "worst_error": float(self.error.max()),
            "median_error": float(np.median(self.error)),
            "inside_bounds": self.inside,
            "missing": self.missing,
            "events": dict(self.found),
            "verdict": self.verdict,
            "falls_short": self.shortfalls,
            "not_knowable": self.not_knowable,
            "peer_rules": self.peers(),
            "samplings": [
                {
                    "period_ms": result.period_ms,
                    "faults": result.what or result.row.name,
                    "worst_error": float(result.error.max()),
                    "worst_case": int(result.error.argmax()),
                    "inside_bounds": result.inside,
                    "missing": result.missing,
                    "excess_missing_s": float(result.excess_s.max()),
                    "cases_without_event": result.absent,
                }
                for result in self.results
            ],
        }


def sampling(result: Result) -> str:
    """Distance of readings as a person says it."""
    seconds = result.period_ms // 1000
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def lines_of(results: Iterable[Result]) -> list[Line]:
    """Results gathered by row and kind, in the order of their first appearance."""
    gathered: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        gathered.setdefault((result.row.name, result.kind.name), []).append(result)
    return [Line(tuple(group)) for group in gathered.values()]


def cells(line: Line) -> tuple[str, ...]:
    """One line of the table as text."""
    events = ", ".join(f"{name.lower()} {n}" for name, n in line.found.most_common(3))
    return (
        line.name,
        line.reading,
        str(len(line.error)),
        percent(float(line.error.max())),
        percent(float(np.median(line.error))),
        "all" if line.inside == 1.0 else f"{math.floor(line.inside * 1e4) / 1e4:.2%}",
        f"{line.missing:.1%}",
        events,
        line.verdict,
    )


def percent(share: float) -> str:
    """An error for the eye: two digits, or that it is far below the bar."""
    if share < BAR / 1e4:
        return "0"
    return f"{share:.3%}" if share < 10.0 else f"{share:.0%}"


def beside_peers(lines: Iterable[Line]) -> str:
    """The worst errors of registers beside those by the rules of other programs, for a page; empty without any."""
    compared = [line for line in lines if line.peers()]
    if not compared:
        return ""
    names = list(compared[0].peers())
    rows = [("fault", "Taihu", *names), ("---",) * (2 + len(names))]
    for line in compared:
        rows.append((line.name, percent(float(line.error.max())), *(percent(line.peers()[name]) for name in names)))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def markdown(lines: Iterable[Line]) -> str:
    """The table for a page."""
    rows = [(*COLUMNS[:-1], "verdict"), tuple("---" for _ in COLUMNS), *(cells(line) for line in lines)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
