"""How many kilograms of a pollutant left through one outlet?

``load [kg] = concentration [mg/m3] x volume [m3] x 1e-6``, quarter by quarter, from the settled intervals of flow and
concentration (HJ 212-2017 annex D: G = C D 1e-3 with mg/L and m3; flue gas (33): G = C Qsn 1e-6 with the dry standard
concentration that is *not* converted to reference oxygen). Where only one of the two is known, the load is missing,
with one exception: nothing flowed, so nothing was discharged.
"""

from __future__ import annotations

import numpy as np

from analytics.bounds import rounded_up
from analytics.columns import Bool, Float32, Float64, Intervals
from analytics.ratio import ratio

KG_PER_MG = 1e-6


def load(flow: Intervals, concentration: Intervals, key: int) -> Intervals:
    """Load of one outlet as intervals of a derived point.

    Parameters
    ----------
    flow : Intervals
        Of one point, sorted by start; amount in m3 (wastewater) or in Nm3 of dry gas (flue gas).
    concentration : Intervals
        Of one point, sorted by start; amount in mg/m3 times hours.
    key : int
        Key of the derived point.

    Returns
    -------
    Intervals
        Amount in kg. The mean level ``amount / known hours`` stands for the whole of the flow's known seconds that
        the concentration covers: the flow is shared out evenly over its known seconds, so with ``f`` and ``c`` known
        seconds of flow and concentration the load is ``level x flow x min(f, c) / f`` and knows ``min(f, c)``
        seconds. A known flow of exactly 0 makes a known load of 0 whatever the concentration. The peak is the mean
        rate of the interval in kg/h: the peaks of flow and concentration need not fall together. Flags are those of
        both.
    """
    level_of, matched = _beside(flow, concentration)
    flow_s, level_s = _known_s(flow), np.where(matched, _known_s(level_of), 0.0)
    dry = (flow.amount == 0.0) & (flow_s > 0.0)
    known_s = np.where(dry, flow_s, np.minimum(flow_s, level_s))
    level = np.divide(level_of.amount * 3600.0, level_s, out=np.zeros(len(flow)), where=level_s > 0.0)
    share = np.divide(known_s, flow_s, out=np.zeros(len(flow)), where=flow_s > 0.0)
    amount_kg = np.where(dry, 0.0, level * flow.amount * share * KG_PER_MG)
    both_measured_s = np.minimum(flow.measured_s, np.where(matched, level_of.measured_s, np.float32(0.0)))
    measured_s = np.where(dry, flow.measured_s, both_measured_s)
    flags = flow.flags | np.where(matched, level_of.flags, np.uint16(0))
    uses_level = matched & ~dry
    below, above = _bounds(amount_kg, flow, level_of)
    result = Intervals(
        np.full(len(flow), key, np.int32),
        flow.start_ms,
        amount_kg,
        measured_s,
        (known_s - measured_s).astype(np.float32),
        ratio(amount_kg * 3600.0, known_s),
        flags,
        np.where(uses_level, np.minimum(flow.span_from_ms, level_of.span_from_ms), flow.span_from_ms),
        np.where(uses_level, np.maximum(flow.span_to_ms, level_of.span_to_ms), flow.span_to_ms),
        below,
        above,
    )
    return result.take((known_s > 0.0) | (flags != 0))


def _beside(flow: Intervals, other: Intervals) -> tuple[Intervals, Bool]:
    """The other point's interval beside each of the flow's, and whether there is one; the flow's own where not."""
    if len(other) == 0:
        return flow, np.zeros(len(flow), np.bool_)
    place = np.minimum(np.searchsorted(other.start_ms, flow.start_ms), len(other) - 1)
    return other.take(place), np.asarray(other.start_ms[place] == flow.start_ms, np.bool_)


def _bounds(amount_kg: Float64, flow: Intervals, level: Intervals) -> tuple[Float32, Float32]:
    """How far a product can lie off when each of its parts can, as shares of the parts; see `Intervals.below`."""
    with np.errstate(invalid="ignore"):
        low = (1.0 - ratio(flow.below, flow.amount)) * (1.0 - ratio(level.below, level.amount))
        high = (1.0 + ratio(flow.above, flow.amount)) * (1.0 + ratio(level.above, level.amount))
    # A part that is zero can be anything its own bounds allow; a share of it says nothing.
    certain = (flow.above == 0.0) | (level.above == 0.0)
    some = (amount_kg > 0.0) & np.isfinite(low)
    below = np.where(some, amount_kg - amount_kg * np.where(some, np.maximum(low, 0.0), 0.0), 0.0)
    bounded = (amount_kg > 0.0) & np.isfinite(high)
    unbounded = np.where(certain & (amount_kg == 0.0), 0.0, np.inf)
    above = np.where(bounded, amount_kg * (np.where(bounded, high, 1.0) - 1.0), unbounded)
    return rounded_up(below), rounded_up(above)


def _known_s(intervals: Intervals) -> Float64:
    return intervals.measured_s.astype(np.float64) + intervals.estimated_s
