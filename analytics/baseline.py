"""What would a plant have used, given its output and the weather, and how sure is that?

An ordinary least squares baseline with several drivers, judged by the measures of ASHRAE Guideline 14-2014: RMSE with
n - p degrees of freedom, CV(RMSE), NMBE, R2 and the lag-1 correlation of the residuals; and the fractional savings
uncertainty (FSU) of its annex B. A weak model says so itself (`Baseline.weak`): its predictions are numbers all the
same, and nobody else would see it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analytics.columns import Bool, Float64
from analytics.ratio import floats

Step = Literal["monthly", "daily"]

LEAST_R2 = 0.75
"""Rule of thumb only; a plant whose energy hardly moves has a small R2 and a good baseline."""
MOST_CV_RMSE = (0.20, 0.25, 0.30)
"""Whole-building prescriptive path of Guideline 14: under 12 months reported, 12 to 60, and more."""

_FACTOR = 1.26
_SUN_BALTAZAR: dict[Step, tuple[float, float, float]] = {
    "monthly": (-0.00022, 0.03306, 0.94054),
    "daily": (-0.00024, 0.03535, 1.00286),
}


@dataclass(frozen=True, eq=False)
class Baseline:
    """A fitted model ``y = a + sum of b_k x_k`` and how well it holds.

    Attributes
    ----------
    coefficients : ndarray of float64, shape (n_drivers + 1,)
        The constant, then one for each driver.
    standard_errors : ndarray of float64, shape (n_drivers + 1,)
    n : int
        Points used; p, the parameters, are as many as the coefficients.
    mean : float
        Mean of what was modelled.
    rmse : float
        ``sqrt(sum r^2 / (n - p))``, in the unit of y.
    nmbe : float
        ``sum r / ((n - p) mean)``; zero in sample, because of the constant.
    r2 : float
        ``1 - sum r^2 / sum (y - mean)^2``; NaN where y never moves.
    rho : float
        Lag-1 correlation of the residuals, in the order given; NaN where there are too few.
    """

    coefficients: Float64
    standard_errors: Float64
    n: int
    mean: float
    rmse: float
    nmbe: float
    r2: float
    rho: float

    @property
    def p(self) -> int:
        """Number of parameters, the constant among them."""
        return len(self.coefficients)

    @property
    def cv_rmse(self) -> float:
        """RMSE over the mean; NaN where that is not positive."""
        return self.rmse / self.mean if self.mean > 0.0 else math.nan

    @property
    def t_values(self) -> Float64:
        """Coefficients over their standard errors."""
        sure = self.standard_errors > 0.0
        found = np.where(self.coefficients == 0.0, 0.0, np.copysign(np.inf, self.coefficients))
        np.divide(self.coefficients, self.standard_errors, out=found, where=sure)
        return found

    def significant(self, confidence: float = 0.95) -> Bool:
        """Which coefficients differ from zero, two-sided, shape (n_drivers + 1,)."""
        return np.asarray(np.abs(self.t_values) > t_value(confidence, self.n - self.p))

    def predict(self, drivers: ArrayLike) -> Float64:
        """What the model expects, shape (m,), for drivers of shape (m, n_drivers)."""
        table = floats(drivers)
        return np.asarray(self.coefficients[0] + table @ self.coefficients[1:])

    def weak(self, months: int = 12) -> tuple[str, ...]:
        """Why the model is weak for so many reported months: ``cv_rmse``, ``r2``; empty where it is not."""
        limit = MOST_CV_RMSE[0 if months < 12 else 1 if months <= 60 else 2]
        found = [] if self.cv_rmse <= limit else ["cv_rmse"]
        return tuple(found if self.r2 >= LEAST_R2 else [*found, "r2"])


def fit(y: ArrayLike, drivers: ArrayLike) -> Baseline:
    """Ordinary least squares with a constant.

    Parameters
    ----------
    y : array_like of float, shape (n,)
        Energy of each month or day.
    drivers : array_like of float, shape (n, n_drivers)
        Output, value added, degree days ... of the same periods. Rows with a NaN in them, or in `y`, do not count.

    Raises
    ------
    ValueError
        If no degree of freedom is left, or the drivers say the same thing twice.

    Examples
    --------
    >>> model = fit([3.0, 5.0, 7.0, 9.1], [[1.0], [2.0], [3.0], [4.0]])
    >>> model.coefficients.round(3), round(model.r2, 4)
    (array([0.95, 2.03]), 0.9999)
    """
    value, table = floats(y), floats(drivers)
    if table.ndim != 2 or len(table) != len(value):
        raise ValueError(f"drivers of shape {table.shape} for {len(value)} values; wanted (n, n_drivers)")
    known = np.isfinite(value) & np.isfinite(table).all(axis=1)
    value = value[known]
    design = np.column_stack([np.ones(len(value)), table[known]])
    n, p = design.shape
    if n <= p:
        raise ValueError(f"{n} complete rows for {p} parameters; wanted at least {p + 1}")
    # Degree days and tonnes are of different size; scaled columns keep the rank a question of the data.
    scale = np.maximum(np.abs(design).max(axis=0), np.finfo(np.float64).tiny)
    found, _, rank, _ = np.linalg.lstsq(design / scale, value, rcond=None)
    if rank < p:
        raise ValueError(f"drivers of rank {rank - 1} for {p - 1} columns; one of them follows from the others")
    rest = value - design @ (found / scale)
    square, mean = float(rest @ rest), float(value.mean())
    spread = float(((value - mean) ** 2).sum())
    variance = square / (n - p) * np.linalg.inv((design / scale).T @ (design / scale)).diagonal()
    return Baseline(
        coefficients=np.asarray(found / scale),
        standard_errors=np.asarray(np.sqrt(np.maximum(variance, 0.0)) / scale),
        n=n,
        mean=mean,
        rmse=math.sqrt(square / (n - p)),
        nmbe=float(rest.sum()) / ((n - p) * mean) if mean > 0.0 else math.nan,
        r2=1.0 - square / spread if spread > 0.0 else math.nan,
        rho=lag_one(rest),
    )


def lag_one(residuals: ArrayLike) -> float:
    """Correlation of residuals with the ones before them; NaN for fewer than three or for none that moves."""
    rest = floats(residuals)
    if len(rest) < 3:
        return math.nan
    before, after = rest[:-1] - rest[:-1].mean(), rest[1:] - rest[1:].mean()
    size = math.sqrt(float(before @ before) * float(after @ after))
    return float(before @ after) / size if size > 0.0 else math.nan


def t_value(confidence: float, degrees: float) -> float:
    """Quantile of Student's t that encloses a share of it, two-sided.

    Examples
    --------
    >>> round(t_value(0.90, 10), 6)
    1.812461
    """
    return float(special.stdtrit(degrees, (1.0 + confidence) / 2.0))


def sun_baltazar(months: float, step: Step) -> float:
    """Multiplier that Sun and Baltazar put in place of 1.26: ``a M^2 + b M + c`` for M months reported.

    Examples
    --------
    >>> round(sun_baltazar(12, "monthly"), 5)
    1.30558
    """
    a, b, c = _SUN_BALTAZAR[step]
    return a * months**2 + b * months + c


def independent_points(n: float, rho: float) -> float:
    """How many independent points n autocorrelated ones are worth, ``n' = n (1 - rho) / (1 + rho)``; rho below 0 counts
    as 0."""
    kept = max(rho, 0.0)
    return n * (1.0 - kept) / (1.0 + kept)


def fsu(
    cv_rmse: float, fraction: float, n: float, m: float, t: float, *, rho: float = 0.0, factor: float = _FACTOR
) -> float:
    """Fractional savings uncertainty, ASHRAE Guideline 14-2014 annex B (eq. B-28 for rho = 0).

    ``FSU = t * factor * CV / F * sqrt((n / n') (1 + 2 / n') / m)`` with n' of `independent_points`.

    Parameters
    ----------
    cv_rmse : float
        CV(RMSE) of the baseline, a share.
    fraction : float
        Savings over adjusted baseline, F. [share]
    n, m : float
        Points of the baseline and of the reporting period.
    t : float
        `t_value` with n - p degrees of freedom.
    rho : float
        Lag-1 correlation of the residuals; 0 for monthly data.
    factor : float
        1.26, or `sun_baltazar`.

    Returns
    -------
    float
        Half-width over the savings, positive; NaN where there are no savings.

    Examples
    --------
    >>> round(fsu(0.05, 0.10, 12, 12, 1.8125), 4)
    0.356
    """
    if fraction == 0.0 or not (n > 0 and m > 0) or math.isnan(fraction):
        return math.nan
    independent = independent_points(n, rho)
    return t * factor * cv_rmse / abs(fraction) * math.sqrt(n / independent * (1.0 + 2.0 / independent) / m)
