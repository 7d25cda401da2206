"""How much energy was saved, against what, and what must not be added?

Savings of an energy-using unit by GB/T 13234 (product, value, measures, mix, single carrier, rate) and against an
adjusted baseline by GB/T 28750-2012 and IPMVP.

**Sign.** `difference` and everything named after it keep the sign of the standard, report minus base: **negative is a
saving** (GB/T 13234-2009, 5.4). `Saving.saved` and the portfolio turn it round, as grants, trading and IPMVP do:
positive is a saving. No function takes one for the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.baseline import Baseline, fsu, t_value
from analytics.columns import Float64
from analytics.ratio import floats, ratio


def product_difference(base: ArrayLike, report: ArrayLike, output: ArrayLike) -> float:
    """Product-based difference (产品节能量), ``sum of (e_j,i - e_b,i) M_j,i``; negative is a saving.

    With one carrier's amount per product it is the difference of that carrier (单项能源节能量), in physical units; with
    energy per use before and after each measure, that of the measures (技术措施节能量), overlap removed before.

    Parameters
    ----------
    base, report : array_like of float, shape (n_products,)
        Energy per product in the base and the report period. [tce/unit]
    output : array_like of float, shape (n_products,)
        Of the report period. [unit]

    Examples
    --------
    >>> round(product_difference([0.520, 1.150], [0.498, 1.180], [42_000, 9_000]), 6)
    -654.0
    """
    return float(((floats(report) - floats(base)) * floats(output)).sum())


def value_difference(base: float, report: float, value: float) -> float:
    """Value-based difference (产值节能量; with value added alike), ``(e_jg - e_bg) G_j``; negative is a saving.

    Parameters
    ----------
    base, report : float
        Energy per value at comparable prices. [tce/10k_yuan]
    value : float
        Of the report period, at the same prices. [10k_yuan]
    """
    return (report - base) * value


def mix_difference(base_share: ArrayLike, report_share: ArrayLike, base_energy: ArrayLike, value: float) -> float:
    """What a change of the product mix made (产品结构节能量), ``G_j sum of (K_j,i - K_b,i) e_b,i``; negative is a
    saving.

    Parameters
    ----------
    base_share, report_share : array_like of float, shape (n_products,)
        Shares of the products in the value of output.
    base_energy : array_like of float, shape (n_products,)
        Energy per value of each in the base period. [tce/10k_yuan]
    value : float
        Value of output of the report period. [10k_yuan]

    Examples
    --------
    >>> round(mix_difference([0.5, 0.5], [0.4, 0.6], [0.6, 0.2], 1000.0), 6)
    -40.0
    """
    return float(((floats(report_share) - floats(base_share)) * floats(base_energy)).sum() * value)


def rate(base: ArrayLike, report: ArrayLike, output: ArrayLike = 1.0) -> float:
    """Saving rate (节能率), ``sum of e_j M_j / sum of e_b M_j - 1``; negative is a saving. NaN without a base.

    Examples
    --------
    >>> round(rate([0.520, 1.150], [0.498, 1.180], [42_000, 9_000]), 5)
    -0.02032
    """
    made = floats(output)
    return float(ratio((floats(report) * made).sum(), (floats(base) * made).sum())) - 1.0


def yearly_differences(energy: ArrayLike, output: ArrayLike) -> Float64:
    """Each year against the year before it (环比), shape (n_years,); negative is a saving.

    Parameters
    ----------
    energy : array_like of float, shape (n_years + 1,)
        Energy per product, the base year first. [tce/unit]
    output : array_like of float, shape (n_years,)
        Of the years after the base year. [unit]
    """
    return np.asarray(np.diff(floats(energy)) * floats(output))


def fixed_base_differences(energy: ArrayLike, output: ArrayLike) -> Float64:
    """Each year against one base year (定比), shape (n_years,); parameters as of `yearly_differences`.

    The sum of the yearly differences, the fixed-base difference of the last year and the sum of the fixed-base
    differences are three quantities: a report says which one it shows.
    """
    each = floats(energy)
    return np.asarray((each[1:] - each[0]) * floats(output))


@dataclass(frozen=True)
class Saving:
    """Savings against an adjusted baseline (校准能耗), GB/T 28750-2012.

    Attributes
    ----------
    adjusted, actual : float
        What the baseline expects under the conditions of the report period, with dated adjustments; what was used.
    uncertainty : float
        Half-width of `saved` at `confidence`, in the unit of the energy; NaN where there are no savings.
    confidence : float
    weak : tuple of str
        Why not to rely on it: `Baseline.weak`, and ``uncertainty`` where the half-width at 68 % is not below half of
        the savings (Guideline 14); empty where nothing speaks against it.
    """

    adjusted: float
    actual: float
    uncertainty: float
    confidence: float
    weak: tuple[str, ...]

    @property
    def difference(self) -> float:
        """Report minus adjusted baseline (E_s of the standard); negative is a saving."""
        return self.actual - self.adjusted

    @property
    def saved(self) -> float:
        """Adjusted baseline minus report (IPMVP); positive is a saving."""
        return self.adjusted - self.actual

    @property
    def fraction(self) -> float:
        """Saved share of the adjusted baseline; NaN where that is not positive."""
        return self.saved / self.adjusted if self.adjusted > 0.0 else math.nan


def against_baseline(
    model: Baseline,
    drivers: ArrayLike,
    actual: ArrayLike,
    *,
    confidence: float = 0.90,
    adjustment: float = 0.0,
    autocorrelated: bool = False,
    months: int | None = None,
) -> Saving:
    """What was saved in a report period against a regression baseline.

    Parameters
    ----------
    model : Baseline
    drivers : array_like of float, shape (m, n_drivers)
        Of the report period.
    actual : array_like of float, shape (m,)
        What was used.
    confidence : float
        Of the uncertainty, two-sided.
    adjustment : float
        Non-routine adjustment A_m of the baseline over the report period (a new line, a closure), dated and stated by
        its owner; never a silent refit.
    autocorrelated : bool
        Daily and hourly models: the residuals' own lag-1 correlation counts. Monthly: not.
    months : int, optional
        Months reported, for the limit of CV(RMSE); default: as many as there are rows.

    Raises
    ------
    ValueError
        If the two have different lengths.
    """
    used, table = floats(actual), floats(drivers)
    if len(used) != len(table):
        raise ValueError(f"{len(used)} actual values for {len(table)} rows of drivers; wanted as many")
    adjusted, total = float(model.predict(table).sum()) + adjustment, float(used.sum())
    fraction = (adjusted - total) / adjusted if adjusted > 0.0 else math.nan
    rho = model.rho if autocorrelated and not math.isnan(model.rho) else 0.0

    def share(at: float) -> float:
        return fsu(model.cv_rmse, fraction, model.n, len(used), t_value(at, model.n - model.p), rho=rho)

    weak = model.weak(len(used) if months is None else months)
    # Guideline 14 asks for less than half of the savings at 68 %.
    sure = share(0.68) < 0.50
    half_width = share(confidence) * abs(adjusted - total)
    return Saving(adjusted, total, half_width, confidence, weak if sure else (*weak, "uncertainty"))


def portfolio(saved: ArrayLike, uncertainty: ArrayLike, *, independent: bool = True) -> tuple[float, float]:
    """Savings of several projects and the half-width of their sum, ``sqrt(sum U_i^2)``.

    Projects that share weather data or a meter are not independent: their half-widths add.

    Examples
    --------
    >>> total, half_width = portfolio([120.0, 85.0, 40.0], [30.0, 28.0, 22.0])
    >>> total, round(half_width, 3)
    (245.0, 46.562)
    """
    each = np.abs(floats(uncertainty))
    return float(floats(saved).sum()), float(np.hypot.reduce(each) if independent else each.sum())


@dataclass(frozen=True)
class TwoViews:
    """A plant's saving from above, which is what a city adds up, and the sum of its projects: the same joules, never
    added."""

    plant: float
    projects: float

    @property
    def residual(self) -> float:
        """Plant minus projects: mix, load, behaviour, error. Negative: projects are over-claimed, or load effects are
        not adjusted for."""
        return self.plant - self.projects


def two_views(plant_saved: float, project_saved: Sequence[float]) -> TwoViews:
    """Hold a plant's saving against those of the projects inside it."""
    return TwoViews(plant_saved, math.fsum(project_saved))


def expansion_saved(base: float, report: float, base_output: float, report_output: float) -> float:
    """Tradable saving of a retrofit that also enlarges capacity, positive is a saving: the output beyond the former
    one is excluded (Jiangsu pilot for project energy savings, 苏政办发〔2015〕27号). GB/T 13234's product-based saving
    counts all of it.

    Examples
    --------
    >>> round(expansion_saved(0.60, 0.50, 10_000, 12_000), 6)
    1000.0
    """
    return (base - report) * min(base_output, report_output)
