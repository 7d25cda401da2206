"""How much energy did a plant use, in tonnes of standard coal?

``E = sum of E_i k_i`` (GB/T 2589): the energy that crossed the boundary, each carrier converted once by the factor of
the chosen basis (equivalent value 当量值 or equal value 等价值) and edition. Factors are dated data handed in; none is
here.

Electricity needs a balance first, since some of it may be made inside the boundary and some may leave it. How power
from the own roof is valued must be said by the caller: it makes a difference of 5 % in the worked example of the
notes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.columns import Float64

SelfUseRule = Literal["equivalent", "as_grid", "excluded"]
"""How self-used power of the own PV or wind counts: at its own factor (equivalent value), at the grid's factor, or not
at all ("E excluding renewables", reported beside E)."""

GRID = "electricity"
SELF_USE = "electricity_self_use"
KG_PER_T = 1000.0


@dataclass(frozen=True, eq=False)
class Electricity:
    """Electricity consumed inside the boundary, by origin.

    Attributes
    ----------
    grid_kwh : ndarray of float64
        Imported and consumed here; what was exported beyond the own generation is taken off.
    self_use_kwh : ndarray of float64
        Own generation from primary energy outside the balance (sun, wind) that was consumed here.
    """

    grid_kwh: Float64
    self_use_kwh: Float64

    @property
    def consumed_kwh(self) -> Float64:
        """All that was consumed: imported + generated - exported."""
        return self.grid_kwh + self.self_use_kwh


@dataclass(frozen=True, eq=False)
class CoalEquivalent:
    """Comprehensive energy and what it is made of.

    Attributes
    ----------
    total_tce : ndarray of float64
        Sum of the parts; NaN where a part is not known.
    parts_tce : dict of str to ndarray of float64
        By carrier, in the order given; `SELF_USE` stands for self-used own power.
    """

    total_tce: Float64
    parts_tce: dict[str, Float64]


def electricity(imported_kwh: ArrayLike, generated_kwh: ArrayLike = 0.0, exported_kwh: ArrayLike = 0.0) -> Electricity:
    """Balance of electricity at the boundary: ``consumed = imported + generated - exported``.

    Exports are taken from own generation first; what is exported beyond it (a CHP whose fuel is counted) reduces the
    import.

    Parameters
    ----------
    imported_kwh, generated_kwh, exported_kwh : array_like of float
        Broadcast together; NaN where not known makes the result NaN.

    Examples
    --------
    >>> balance = electricity(8000.0, 1500.0, 300.0)
    >>> float(balance.grid_kwh), float(balance.self_use_kwh)
    (8000.0, 1200.0)
    """
    imported, generated, exported = (np.asarray(a, np.float64) for a in (imported_kwh, generated_kwh, exported_kwh))
    self_use = np.maximum(generated - exported, 0.0)
    return Electricity(np.asarray(imported + generated - exported - self_use), np.asarray(self_use))


def coal_equivalent_tce(
    amounts: Mapping[str, ArrayLike],
    factors: Mapping[str, ArrayLike],
    *,
    power: Electricity | None = None,
    self_use: SelfUseRule = "equivalent",
    self_made: Collection[str] = (),
) -> CoalEquivalent:
    """Comprehensive energy consumption, GB/T 2589.

    Parameters
    ----------
    amounts : mapping of carrier to array_like of float
        Fuels, heat and purchased media that crossed the boundary, in the units of their factors. Not electricity where
        `power` is given.
    factors : mapping of carrier to array_like of float
        Standard coal per unit of the amount. [kgce per unit] ``"electricity"`` values the grid's power on the chosen
        basis, ``"electricity_self_use"`` own power under the rule ``"equivalent"``.
    power : Electricity, optional
        Balance of `electricity`.
    self_use : {"equivalent", "as_grid", "excluded"}
        How own power that was used here counts.
    self_made : collection of str
        Media made on site from energy that is in the sum already; they count 0 (no double count).

    Returns
    -------
    CoalEquivalent
        [tce]

    Raises
    ------
    ValueError
        If a carrier has no factor, or electricity is handed in both ways.

    Examples
    --------
    >>> result = coal_equivalent_tce({"diesel": 60_000.0}, {"diesel": 1.4571})
    >>> round(float(result.total_tce), 3)
    87.426
    """
    if power is not None and GRID in amounts:
        raise ValueError(f"{GRID!r} came both as an amount and as a balance; wanted one of them")
    flows: dict[str, ArrayLike] = dict(amounts)
    rates: dict[str, ArrayLike] = dict(factors)
    if power is not None:
        flows[GRID] = power.grid_kwh
        if self_use != "excluded":
            flows[SELF_USE] = power.self_use_kwh
            if self_use == "as_grid" and GRID in rates:
                rates[SELF_USE] = rates[GRID]
    without = [carrier for carrier in flows if carrier not in rates and carrier not in self_made]
    if without:
        raise ValueError(f"no standard coal factor for {', '.join(without)}; there are {', '.join(rates) or 'none'}")
    parts = {
        carrier: np.zeros_like(np.asarray(amount, np.float64))
        if carrier in self_made
        else np.asarray(np.asarray(amount, np.float64) * np.asarray(rates[carrier], np.float64) / KG_PER_T)
        for carrier, amount in flows.items()
    }
    total = np.asarray(sum(parts.values(), np.float64(0.0)), np.float64)
    return CoalEquivalent(total, parts)
