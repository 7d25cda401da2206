"""How far from the truth is the settlement of the fault corpus?

Each row is broken, let in, sorted as the journal does, settled in one call, and judged (`simulators.judge`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from analytics.columns import Float64, Kind, Ranges, Readings
from analytics.settlement import Settled, settle
from simulators.faults import ZONES, Cases, Row, cases_of, faults_of
from simulators.judge import Result, judge
from simulators.peers import Peer, peer_totals

Admit = Callable[[Readings], Readings]
"""The check at the door: which readings are let in. Each one's receipt is its "now"."""


def score(
    rows: Sequence[Row],
    n_cases: int,
    admit: Admit,
    progress: Callable[[int, int], None] | None = None,
    *,
    peers: Sequence[Peer] = (),
) -> Iterator[Result]:
    """Settle and judge rows, kind by kind and sampling by sampling.

    Parameters
    ----------
    rows : sequence of Row
    n_cases : int
        Cases a row, kind and sampling.
    admit : callable
    progress : callable, optional
        Is told how many of how many are done.
    peers : sequence of Peer
        Whose rules are applied to the same registers.
    """
    # One kind, sampling and line after another: rows of one line share their truth and their unbroken readings.
    tasks = [(row, kind, ms) for row in rows for kind in row.kinds for ms in row.samplings_ms]
    tasks.sort(key=lambda task: (task[1], task[2], repr(task[0].line), task[0].rated))
    for done, (row, kind, period_ms) in enumerate(tasks):
        if progress is not None:
            progress(done, len(tasks))
        yield score_row(row, kind, period_ms, n_cases, admit, peers)
    if progress is not None:
        progress(len(tasks), len(tasks))


def score_row(row: Row, kind: Kind, period_ms: int, n_cases: int, admit: Admit, peers: Sequence[Peer] = ()) -> Result:
    """One row for one kind and one sampling."""
    cases = cases_of(row, kind, period_ms, n_cases)
    faults = faults_of(row, kind, period_ms)
    drawn = " + ".join(fault.name for fault in faults) if not row.faults else ""
    result = judge(cases, settled_cases(cases, admit), row, drawn, len(faults))
    if kind is not Kind.REGISTER or not peers:
        return result
    return replace(result, peer_error=_peer_errors(cases, peers))


def _peer_errors(cases: Cases, peers: Sequence[Peer]) -> dict[str, Float64]:
    """Error of the total by peers' rules. They know no missing time and no declaration, so the whole truth counts."""
    first = np.minimum.reduceat(cases.readings.time_ms, cases.first[:-1])
    last = np.maximum.reduceat(cases.readings.time_ms, cases.first[:-1])
    case = np.arange(cases.count)
    truth = cases.truth.at(case, last) - cases.truth.at(case, first)
    totals = peer_totals(cases.readings, cases.count, peers)
    return {name: np.asarray(np.abs(total / truth - 1.0), np.float64) for name, total in totals.items()}


def settled_cases(cases: Cases, admit: Admit) -> Settled:
    """Settle cases as the journal would hand their readings out: by point, time and arrival."""
    readings = admit(cases.readings)
    point, time_ms = readings.point, readings.time_ms
    if not bool(((time_ms[1:] > time_ms[:-1]) | (point[1:] > point[:-1])).all()):
        readings = readings.take(np.lexsort((readings.received_ms, time_ms, point)))
    low_ms, high_ms = np.full(cases.count, cases.line.start_ms), np.full(cases.count, cases.end_ms)
    ranges = Ranges(cases.points.key, low_ms, high_ms)
    return settle(cases.points, ZONES, readings, ranges, cases.events)
