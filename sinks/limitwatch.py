"""What is there to tell about limits that was not told yet?

A limit is exceeded by the mean of a period that is over: only that is an exceedance. It is told once, told again when
it ends, and taken back when it turns out to be none. What was told is matched by time, so a restatement that moves a
beginning by an hour is the same exceedance ::

    told        |=====|               |==|
    found now   |========|   |==|
    news        ended later   exceeded    withdrawn
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.columns import DAY_MS, HOUR_MS, LOCAL_DAY
from engine.outlets.exceedances import Exceedance
from engine.outlets.limitstates import EXCEEDED, WARN, LimitState
from registry import Limit, Outlet
from storage import Matter

GRACE_MS = 5 * 60_000
"""How long after its end a period is judged for notices: its last readings are on their way. [ms]"""

EARLY_SHARE = 0.25
"""Share of a period that must have passed before its running mean is told of: a first sample is no mean."""

QUIET_MS = DAY_MS
"""A warning is told again only after so long without one. [ms]"""

FORGET_MS = 40 * DAY_MS
"""After which nothing is told any more of what is over; longer than a look goes back (`sinks.plantwatch`). [ms]"""


@dataclass(frozen=True)
class Step:
    """One thing to do: to tell, to remember, or to forget.

    Attributes
    ----------
    state : str
        What is told; "" for nothing.
    exceedance : Exceedance or None
    running : LimitState or None
        What it is told of.
    matter : Matter or None
        What is remembered; without an id where the notice opens it. None: what `forgotten` says.
    forgotten : Matter or None
        What was told and is no matter any more.
    """

    state: str = ""
    exceedance: Exceedance | None = None
    running: LimitState | None = None
    matter: Matter | None = None
    forgotten: Matter | None = None


def about(head: str, limit: Limit, outlet: Outlet, pollutant: str, label: str) -> str:
    """What a matter is about: a limit of an outlet, under one of the heads `exceeded`, `running` and `warning`."""
    return "|".join((head, limit.plant, outlet.id, pollutant, label))


def exceedance_steps(
    of: str, found: Sequence[Exceedance], told: Iterable[Matter], from_ms: int, since_ms: int, now_ms: int
) -> Iterator[Step]:
    """What is new of one limit.

    Parameters
    ----------
    of : str
        As `about` says.
    found : sequence of Exceedance
        All that start at `from_ms` or later, none cut off.
    told : iterable of Matter
        Of the same limit, the oldest first.
    from_ms, since_ms, now_ms : int
        From where `found` knows; the first look ever, before which nothing is told; the present. [ms UTC]
    """
    rest = sorted(found, key=lambda one: one.start_ms)
    for matter in told:
        hits = [one for one in rest if one.start_ms < matter.until_ms and one.end_ms > matter.since_ms]
        if hits:
            rest.remove(hits[0])
            yield from _again(matter, hits[0])
        elif matter.since_ms >= from_ms:
            known = any(one.start_ms < matter.until_ms and one.end_ms > matter.since_ms for one in found)
            # Two that grew together are told of under the earlier one.
            yield Step("" if known else "withdrawn", forgotten=matter)
        elif matter.is_over and matter.until_ms < now_ms - FORGET_MS:
            yield Step(forgotten=matter)
    for one in rest:
        if one.end_ms > since_ms:
            state = "exceeded" if one.open else "ended"
            yield Step(state, one, matter=Matter("", of, state, one.start_ms, one.end_ms, not one.open))


def _again(matter: Matter, found: Exceedance) -> Iterator[Step]:
    """What is told of an exceedance that was told before: that it ended, otherwise than told, or goes on after all."""
    now = replace(
        matter,
        state="exceeded" if found.open else "ended",
        since_ms=found.start_ms,
        until_ms=found.end_ms,
        is_over=not found.open,
    )
    if now == matter:
        return
    same_end = now.is_over == matter.is_over and (found.open or now.until_ms == matter.until_ms)
    yield Step("" if same_end else now.state, found, matter=now)


def running_steps(
    of: Mapping[str, str],
    state: LimitState,
    told: Sequence[Matter],
    is_open: bool,
    now_ms: int,
    *,
    early: bool,
    warnings: bool,
) -> Iterator[Step]:
    """What is to be told of the period that runs.

    Parameters
    ----------
    of : mapping of str to str
        `about` of the heads ``running`` and ``warning``.
    state : LimitState
    told : sequence of Matter
        Of this limit under these heads.
    is_open : bool
        An exceedance that goes on was told: nothing more is.
    now_ms : int
        [ms UTC]
    early, warnings : bool
        Whether anybody wants them.
    """
    current = state.current
    length_ms = DAY_MS if state.limit.averaging_ms == LOCAL_DAY else max(state.limit.averaging_ms, HOUR_MS)
    runs = current.to_ms >= now_ms and now_ms - current.from_ms >= EARLY_SHARE * length_ms
    end_ms = current.from_ms + length_ms
    if early and runs and state.state == EXCEEDED and not is_open:
        mine = [m for m in told if m.about == of["running"] and m.since_ms == current.from_ms]
        if not mine:
            yield Step("running", running=state, matter=Matter("", of["running"], "running", current.from_ms, end_ms))
    near = [m for m in told if m.about == of["warning"]]
    if warnings and runs and state.state in (WARN, EXCEEDED):
        if not near and state.state == WARN:
            yield Step("warning", running=state, matter=Matter("", of["warning"], "warning", current.from_ms, now_ms))
        yield from (Step(matter=replace(one, until_ms=now_ms)) for one in near if now_ms - one.until_ms >= HOUR_MS)
        return
    yield from (Step(forgotten=one) for one in near if one.until_ms < now_ms - QUIET_MS)


def running_ends(told: Iterable[Matter], exceeded: Sequence[Exceedance], now_ms: int) -> Iterator[Step]:
    """Of running means that were told: which period is over, and was no exceedance after all.

    Where it was one, the exceedance says so.
    """
    for matter in told:
        if matter.until_ms + GRACE_MS <= now_ms:
            came = any(one.start_ms < matter.until_ms and one.end_ms > matter.since_ms for one in exceeded)
            yield Step("" if came else "not_exceeded", forgotten=matter)
