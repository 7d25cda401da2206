"""What does `taihu score` do: break meters whose truth is known, settle them, and print how far off it is.

The corpus and its judgement stand in `simulators`; here the check at the door is the collector's, and the outcome
becomes a table, one JSON object, or the page of the documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.table import Table

from analytics.columns import Readings
from collector import check
from simulators.faults import corpus
from simulators.judge import BAR
from simulators.own import Own, own_rows, read_own
from simulators.peers import PEERS
from simulators.score import score
from simulators.scoreboard import COLUMNS, Line, beside_peers, cells, lines_of, markdown, percent
from taihu.settings import SettingsError

Progress = Callable[[int, int], None]

VERDICT_STYLE = {"holds": "green", "falls short": "bold red", "cannot be known": "yellow"}


@dataclass(frozen=True)
class Score:
    """The outcome of a run.

    Attributes
    ----------
    lines : list of Line
    cases : int
        Cases for each sampling of a line.
    own : Own or None
        The readings of the user, where these were broken.
    """

    lines: list[Line]
    cases: int
    own: Own | None = None

    @property
    def short(self) -> list[Line]:
        """The lines that fall short."""
        return [line for line in self.lines if line.shortfalls]

    def as_dict(self) -> dict[str, Any]:
        """One object for a machine."""
        return {
            "bar": BAR,
            "cases_per_sampling": self.cases,
            "data": None if self.own is None else self.own.as_dict(),
            "lines": len(self.lines),
            "falls_short": len(self.short),
            "peer_rules": {peer.name: peer.source for peer in PEERS} if any(li.peers() for li in self.lines) else {},
            "rows": [line.as_dict() for line in self.lines],
        }


def admitted(readings: Readings) -> Readings:
    """What the collector's check lets in, each reading looked at when it is received.

    Whatever lies ahead of its receipt or before the first meter is refused (`collector.check`).
    """
    if len(readings) == 0:
        return readings
    now_ms = int(readings.received_ms.max())
    ahead_ms = now_ms - readings.received_ms
    as_of_now = Readings(
        readings.point, readings.time_ms + ahead_ms, readings.value, readings.flag, readings.received_ms
    )
    refused = np.zeros(len(readings), np.bool_)
    refused[check(as_of_now, now_ms)[1].row] = True
    refused[check(readings, now_ms)[1].row] = True
    return readings.take(~refused) if bool(refused.any()) else readings


def run_score(
    cases: int,
    only: str = "",
    *,
    peer_rules: bool = False,
    data: Path | None = None,
    profile: Path | None = None,
    progress: Progress | None = None,
) -> Score:
    """Break, settle and judge.

    Parameters
    ----------
    cases : int
        Cases for each row, kind of reading and sampling.
    only : str
        Only rows whose name holds this text.
    peer_rules : bool
        Whether the rules of other programs are applied to the same registers.
    data, profile : Path, optional
        Break the readings of this file instead of simulated ones.

    Raises
    ------
    SettingsError
        If no row has such a name, or one of `data` and `profile` is missing.
    ReplayError
        If the file or its profile cannot be used.
    """
    own = None
    if (data is None) != (profile is None):
        raise SettingsError("--data and --profile go together: the file, and how to read it")
    if data is not None and profile is not None:
        own = read_own(profile, data)
        cases = own.most_cases(cases)
    rows = [row for row in (corpus() if own is None else own_rows(own)) if only.lower() in row.name.lower()]
    if not rows:
        raise SettingsError(f"--only {only!r}: no row has such a name; wanted a part of one, e.g. 'swap'")
    results = score(rows, cases, admitted, progress, peers=PEERS if peer_rules else ())
    order = {row.name: i for i, row in enumerate(rows)}
    lines = sorted(lines_of(results), key=lambda line: order[line.name])
    return Score(lines, cases, own)


def table(outcome: Score) -> Table:
    """The table for a terminal."""
    peers = [peer for peer in PEERS if any(peer.name in line.peers() for line in outcome.lines)]
    shown = Table(*COLUMNS, *(peer.name for peer in peers), title=title(outcome), pad_edge=False)
    for line in outcome.lines:
        others = line.peers()
        told = [percent(others[peer.name]) if peer.name in others else "" for peer in peers]
        shown.add_row(*cells(line), *told, style=VERDICT_STYLE[line.verdict] if line.verdict != "holds" else None)
    return shown


def title(outcome: Score) -> str:
    """What was held against what."""
    of = "simulated meters" if outcome.own is None else outcome.own.title
    held = len(outcome.lines) - len(outcome.short)
    return f"{of}: {held} of {len(outcome.lines)} rows within {BAR:.1%}"


def page(outcome: Score) -> str:
    """The table as Markdown, with what falls short and what cannot be known below it."""
    told = [f"- **{line.name}, {line.reading}**: {reason}" for line in outcome.short for reason in line.shortfalls]
    unknown = {line.name: line.not_knowable for line in outcome.lines if line.not_knowable}
    parts = [title(outcome) + ".", markdown(outcome.lines)]
    if told:
        parts.append("Falls short:\n\n" + "\n".join(told))
    if unknown:
        parts.append("Cannot be known:\n\n" + "\n".join(f"- **{name}**: {why}" for name, why in unknown.items()))
    if others := beside_peers(outcome.lines):
        sources = "\n".join(f"- {peer.name}: {peer.source}" for peer in PEERS)
        parts.append("Worst error of a register's total beside the rules of other programs, restated:\n\n" + others)
        parts.append("The rules stand in:\n\n" + sources)
    return "\n\n".join(parts)
