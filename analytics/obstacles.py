"""What else than missing readings forbids a verdict: no base year, a closed plant, a plan, factors of two kinds?

States of plants as arrays whose last axis has `STATES` places:

=========  =====================================================================================================
`OPENED`   1 where the plant was opened after the base period began: it has no base to be held against
`CLOSED`   1 where it was closed before the current period began
`PLANNED`  share of the days whose value added is only planned, the larger of both periods'
`MIXED`    1 where a carrier's standard coal is taken from different editions of the factor book in the two periods
`WATER`    1 where a load to water is declared in the one period and measured in the other; `AIR` the same for air
=========  =====================================================================================================

A group has one of the first two where all its members have it, and the others as its worst member does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics import intensity
from analytics.columns import Bool, Float64
from analytics.fleet import Known
from analytics.standings import Compared
from analytics.verdict import Codes, Reason

OPENED, CLOSED, PLANNED, MIXED, WATER, AIR = range(6)
STATES = 6

REFUSED = (Reason.OPENED_AFTER_BASE_YEAR, Reason.CLOSED, Reason.EDITIONS_MIXED, Reason.METHODS_DIFFER)
"""Here even the change means nothing; a plan only makes it unsure."""


def together(members: Float64) -> Float64:
    """The state of a group.

    Parameters
    ----------
    members : ndarray, shape (n_members, ..., STATES)

    Returns
    -------
    ndarray, shape (..., STATES)

    Examples
    --------
    >>> together(np.array([[1.0, 0.0, 0.1, 0.0, 0.0, 0.0], [0.0, 0.0, 0.3, 1.0, 0.0, 0.0]]))
    array([0. , 0. , 0.3, 1. , 0. , 0. ])
    """
    of_all, of_any = members.min(axis=0), members.max(axis=0)
    return np.concatenate([of_all[..., :PLANNED], of_any[..., PLANNED:]], axis=-1)


def obstacle(
    states: Float64, min_coverage: float, *, per_value_added: bool, energy: bool, method_of: str | None = None
) -> Codes:
    """What stands in the way of a verdict; 0 for nothing.

    Parameters
    ----------
    states : ndarray, shape (..., STATES)
    min_coverage : float
        Share of the days that must be told by more than a plan.
    per_value_added : bool
        Whether value added is in the indicator.
    energy : bool
        Whether standard coal is.
    method_of : {"water", "air"}, optional
        The medium whose loads must be got by one method in both periods; None where that does not matter.

    Returns
    -------
    ndarray of int8, shape (...)
        `Reason`.

    Examples
    --------
    >>> planned, opened = [0.0, 0.0, 0.3, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    >>> codes = obstacle(np.array([planned, opened]), 0.75, per_value_added=True, energy=True)
    >>> [Reason(int(code)).key for code in codes]
    ['rests_on_plan', 'opened_after_base_year']
    """
    nothing = np.zeros(states.shape[:-1], np.bool_)
    found: tuple[tuple[Bool, Reason], ...] = (
        (states[..., OPENED] > 0.0, Reason.OPENED_AFTER_BASE_YEAR),
        (states[..., CLOSED] > 0.0, Reason.CLOSED),
        (states[..., PLANNED] > 1.0 - min_coverage + 1e-12 if per_value_added else nothing, Reason.RESTS_ON_PLAN),
        (states[..., MIXED] > 0.0 if energy else nothing, Reason.EDITIONS_MIXED),
        (states[..., WATER] > 0.0 if method_of == "water" else nothing, Reason.METHODS_DIFFER),
        (states[..., AIR] > 0.0 if method_of == "air" else nothing, Reason.METHODS_DIFFER),
    )
    codes = np.zeros(nothing.shape, np.int8)
    for there, reason in reversed(found):
        codes = np.where(there, np.int8(reason), codes)
    return codes


def hinder(found: Compared, codes: Codes, value_added: Known | None = None) -> Compared:
    """Standings without a verdict where something stands in its way.

    Parameters
    ----------
    found : Compared
    codes : ndarray of int8
        As `obstacle` says, of the same shape.
    value_added : Known, optional
        Of the current periods: what is a mass is shown per value added where there is no base year.
    """
    opened, closed = codes == Reason.OPENED_AFTER_BASE_YEAR, codes == Reason.CLOSED
    refused = np.isin(codes, np.array(REFUSED, np.int8))
    # What is only unsure leaves an earlier reason standing; a state of the plant goes before it.
    speaks = refused | ((codes != 0) & (found.status != 0))
    current, coverage, provisional = np.where(closed, np.nan, found.current), found.coverage, found.provisional
    if value_added is not None:
        current = np.where(opened, intensity.intensity(current, value_added.value), current)
        coverage = np.where(opened, np.minimum(coverage, value_added.coverage), coverage)
        provisional = np.where(opened, np.maximum(provisional, value_added.provisional), provisional)
    return replace(
        found,
        base=np.where(opened, np.nan, found.base),
        current=current,
        change=np.where(refused, np.nan, found.change),
        progress=np.where(refused, np.nan, found.progress),
        status=np.where(speaks, np.int8(0), found.status),
        reason=np.where(speaks, codes, found.reason),
        coverage=coverage,
        provisional=provisional,
    )
