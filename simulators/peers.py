"""What would other programs make of the same register?

Restatements of the rule found in the source of each, not the programs themselves: a few lines that turn readings into
consumption. They stand beside the score for comparison, and are held against figures measured with the same faults.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.columns import HOUR_MS, Float64, Int64, Readings

Rule = Callable[[Float64, Float64, Float64], Float64]
"""Previous reading, reading, hours between them (each shape (n,)) -> what is added to the total."""

HA_DIP = 0.9
"""Home Assistant takes a fall below this share of the previous state for a reset."""

EMONCMS_MAX_KW = 60.0
"""emoncms: ``$max_power = 60000`` W."""


@dataclass(frozen=True)
class Peer:
    """A program's rule.

    Attributes
    ----------
    name : str
    source : str
        Product, file or function the rule stands in.
    rule : callable
    by_arrival : bool
        Whether it sees readings in the order in which they arrive; else by their own time.
    """

    name: str
    source: str
    rule: Rule
    by_arrival: bool


def total_increasing(before: Float64, value: Float64, _hours: Float64) -> Float64:
    """A fall below nine tenths starts a new cycle at zero; a smaller one is subtracted."""
    return np.where(value < HA_DIP * before, value, value - before)


def positive_delta(before: Float64, value: Float64, _hours: Float64) -> Float64:
    """A negative difference is dropped, and the next one counts from the lower value."""
    return np.maximum(value - before, 0.0)


def increase(before: Float64, value: Float64, _hours: Float64) -> Float64:
    """Any fall is a counter that restarted at zero."""
    return np.where(value < before, value, value - before)


def capped(before: Float64, value: Float64, hours: Float64) -> Float64:
    """Only rises below a fixed power are added."""
    rise = value - before
    return np.where((rise > 0.0) & (rise < EMONCMS_MAX_KW * hours), rise, 0.0)


PEERS = (
    Peer(
        "Home Assistant", "components/sensor/recorder.py, reset_detected for total_increasing", total_increasing, True
    ),
    Peer("ThingsBoard", "rule node calculate delta, TbCalculateDeltaNode", positive_delta, True),
    Peer("Prometheus", "promql/functions.go, extrapolatedRate for increase, without extrapolation", increase, False),
    Peer("InfluxQL", "non_negative_difference, summed", positive_delta, False),
    Peer("emoncms", "process_processlist.php, wh_accumulator", capped, False),
)


def peer_totals(readings: Readings, n_cases: int, peers: Sequence[Peer] = PEERS) -> dict[str, Float64]:
    """What the rules of peers make of registers.

    Parameters
    ----------
    readings : Readings
        Of points 1 to `n_cases`, any order.
    n_cases : int
    peers : sequence of Peer

    Returns
    -------
    dict of ndarray of float64, shape (n_cases,)
        By name of the peer, the total of each point, in the readings' own unit.
    """
    usable = readings.take(np.isfinite(readings.value) & (readings.flag & 3 == 0))
    totals: dict[str, Float64] = {}
    for by_arrival in (False, True):
        ordered = usable.take(_order(usable, by_arrival=by_arrival))
        same = ordered.point[1:] == ordered.point[:-1]
        hours = np.maximum(np.diff(ordered.time_ms) / HOUR_MS, 0.0)
        for peer in peers:
            if peer.by_arrival == by_arrival:
                steps = np.where(same, peer.rule(ordered.value[:-1], ordered.value[1:], hours), 0.0)
                totals[peer.name] = np.asarray(np.bincount(ordered.point[1:] - 1, steps, n_cases), np.float64)
    return {peer.name: totals[peer.name] for peer in peers}


def _order(readings: Readings, *, by_arrival: bool) -> Int64:
    if by_arrival:
        return np.lexsort((readings.time_ms, readings.received_ms, readings.point))
    return np.lexsort((readings.received_ms, readings.time_ms, readings.point))
