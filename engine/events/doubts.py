"""Which doubts did settlement find, each under one name that stays?

A finding is a row of the store; a `Doubt` is what a person decides about. Mostly they are the same::

    findings    spike   clock clock clock   impossible impossible      swap
    doubts      spike   [     clock     ]   [     impossible     ]     swap
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analytics.columns import DAY_MS, Findings, Flag
from storage import EventRow

NAMES: Mapping[Flag, str] = {
    Flag.SWAP: "swap",
    Flag.RESET: "reset",
    Flag.ROLLOVER: "rollover",
    Flag.SPIKE: "spike",
    Flag.ZERO: "zero",
    Flag.IMPOSSIBLE: "impossible",
    Flag.CONFLICT: "conflict",
    Flag.CLOCK: "clock",
    Flag.GAP: "silent",
    Flag.STUCK: "stuck",
}
"""How the findings are called outside."""


@dataclass(frozen=True)
class Numbers:
    """The numbers of one finding: readings on both sides and the amount of the step; None where there is none."""

    before: float | None
    after: float | None
    effect: float | None


@dataclass(frozen=True)
class Doubt:
    """One finding, as its key and its numbers."""

    point: int
    what: Flag
    from_ms: int
    until_ms: int
    said: Numbers


def doubts_of(findings: Findings) -> list[Doubt]:
    """The findings that have a name outside.

    A clock that stays wrong is one doubt, however long, and so are impossible steps one after the other: a register
    that begins to count in another unit is to be decided once.
    """
    rows = zip(*(column.tolist() for column in findings.as_dict().values()), strict=True)
    found = [
        Doubt(point, Flag(what), from_ms, until_ms, Numbers(number(before), number(after), number(effect)))
        for point, from_ms, until_ms, what, before, after, effect in rows
        if Flag(what) in NAMES
    ]
    shifts = [d for d in found if is_shift(d)]
    steps = [d for d in found if d.what is Flag.IMPOSSIBLE]
    single = [d for d in found if not is_shift(d) and d.what is not Flag.IMPOSSIBLE]
    return [*single, *_runs(shifts, _goes_on_wrong), *_runs(steps, _follows)]


def _runs(doubts: Iterable[Doubt], joins: Callable[[Doubt, Doubt], bool]) -> list[Doubt]:
    """Neighbouring doubts of one point as one, where they belong together."""
    runs: list[Doubt] = []
    for doubt in sorted(doubts, key=lambda d: (d.point, d.from_ms)):
        last = runs[-1] if runs else None
        if last is not None and last.point == doubt.point and joins(last, doubt):
            said = replace(last.said, after=doubt.said.after)
            runs[-1] = replace(last, until_ms=doubt.until_ms, said=said)
        else:
            runs.append(doubt)
    return runs


def _goes_on_wrong(last: Doubt, doubt: Doubt) -> bool:
    return last.said == doubt.said and doubt.from_ms - last.until_ms <= DAY_MS


def _follows(last: Doubt, doubt: Doubt) -> bool:
    return doubt.from_ms == last.until_ms


def may_begin_before(doubt: Doubt, seen_ms: int) -> bool:
    """Whether findings from `seen_ms` on may be too few to tell where a doubt begins. [ms UTC]"""
    is_run = is_shift(doubt) or doubt.what is Flag.IMPOSSIBLE
    return is_run and doubt.from_ms - DAY_MS <= seen_ms


def is_shift(doubt: Doubt) -> bool:
    """Whether the doubt is a clock that runs wrong by a fixed time, which is only proposed."""
    return doubt.what is Flag.CLOCK and doubt.said.after is None


def note_of(doubt: Doubt) -> str:
    """What the finding says, to be kept in the decision about it."""
    return json.dumps([doubt.said.before, doubt.said.after, doubt.said.effect])


def doubt_of_event(row: EventRow) -> Doubt:
    """The finding that a decision is about, as it was then."""
    event = row.event
    before, after, effect = json.loads(event.note)
    return Doubt(
        event.point, Flag(event.about_what), event.about_from_ms, event.about_until_ms, Numbers(before, after, effect)
    )


def number(value: float) -> float | None:
    """None where there is none."""
    return None if math.isnan(value) else float(value)
