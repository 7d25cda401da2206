"""What are the next values of a monthly series, and how far off can that be?

A series is taken for the sum of four things, in logarithms::

    y(month) = season(calendar month) + level(month) + slope * month + noise

The level walks at random, because measures come and equipment wears; the slope is what has gone on all the time. All of
it is Gaussian given the variance of the noise, so the best linear predictor and its error follow from the covariances
(Rasmussen and Williams, Gaussian Processes for Machine Learning, 2006, 2.2 and 2.7), and with the variance unknown the
error is Student's. How strong walk and season are beside the noise is not known either: eight answers are kept and
weighed for each series by how well they explain it, and by how far its level would walk in a month against what plants
usually do. So the variances are the series' own, shrunk to those of others.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from analytics.columns import Float64, Int64

SHARES = tuple((walk, season) for season in (1.0, 12.0) for walk in (0.02, 0.15, 0.6, 2.0))
"""The eight answers: variance of the walk in a month and of a season, both in variances of the noise."""

SLOPE, SLOPE_MEAN = 0.002, -0.0004
"""Variance of the slope a month, in variances of the noise, and what the slope usually is at plants that answer to
targets, half a per cent less a year. What a series says of its own slope counts little: what has gone on need not go
on."""

NOISE, NOISE_MONTHS = 0.02, 6.0
"""Deviation of the monthly noise that plants usually have, and how many own months that knowledge is worth."""

WALK, WALK_SPREAD = 0.014, 1.0
"""Deviation of the walk in a month that plants usually have, 5 % a year, and the deviation of its logarithm's square.

These constants were chosen on random plants of one seed and judged on others (docs/targets.md)."""

_ANY_MEAN = 1e4
"""Variance of a mean of which nothing is known, in variances of the noise."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What each of n_answers sets of variances says about the wanted months.

    Attributes
    ----------
    weight : ndarray, shape (n_answers, n_series)
        How much each counts for a series; sums to 1.
    mean : ndarray, shape (n_answers, n_wanted, n_series)
        Expected values.
    covariance : ndarray, shape (n_answers, n_wanted, n_wanted)
        Of their errors, in variances of the noise.
    variance : ndarray, shape (n_answers, n_series)
        Of the noise.
    """

    weight: Float64
    mean: Float64
    covariance: Float64
    variance: Float64


def predict(known: Float64, at: Int64, wanted: Int64) -> Answers:
    """Forecasts, or values in between, of many series that know the same months.

    Parameters
    ----------
    known : ndarray, shape (n_known, n_series)
        Values of the known months, without NaN.
    at : ndarray of int, shape (n_known,)
        Their months, counted from any January; int64.
    wanted : ndarray of int, shape (n_wanted,)
        The months asked for.
    """
    usual_path = SLOPE_MEAN * at[:, np.newaxis]
    mean = (known - usual_path).mean(axis=0)
    lens = _lens(at.tobytes(), wanted.tobytes())
    centred = known - usual_path - mean
    # All answers in one product: the months whitened, whose squares weigh the answer, above the expected ones.
    seen = (lens.matrix @ centred).reshape(len(SHARES), len(at) + len(wanted), -1)
    white, expected = seen[:, : len(at)], seen[:, len(at) :]
    squares = NOISE_MONTHS * NOISE**2 + np.einsum("ats,ats->as", white, white)
    freedom = NOISE_MONTHS + len(at) - 1.0  # one degree went into the mean
    variance = squares / freedom
    walk = np.array([[walk] for walk, _ in SHARES])
    usual = np.log(walk * variance / WALK**2) / WALK_SPREAD
    weight = -0.5 * freedom * np.log(squares) - lens.log_root[:, np.newaxis] - 0.5 * usual**2
    weight = np.exp(weight - weight.max(axis=0))
    ahead = expected + mean + SLOPE_MEAN * wanted[:, np.newaxis]
    return Answers(weight / weight.sum(axis=0), ahead, lens.covariance, variance)


@dataclass(frozen=True, eq=False)
class _Lens:
    """What depends on the months alone.

    Attributes
    ----------
    matrix : ndarray, shape (n_answers * (n_known + n_wanted), n_known)
        Takes the known values, less their mean, to independent ones of equal variance and to the expected ones.
    covariance : ndarray, shape (n_answers, n_wanted, n_wanted)
    log_root : ndarray, shape (n_answers,)
        Logarithm of the root of the determinant of the known months' covariance.
    """

    matrix: Float64
    covariance: Float64
    log_root: Float64


@lru_cache(maxsize=256)
def _lens(at_bytes: bytes, wanted_bytes: bytes) -> _Lens:
    at, wanted = (np.frombuffer(b, np.int64) for b in (at_bytes, wanted_bytes))
    matrices, covariances, logs = [], [], []
    for walk, season in SHARES:
        root = np.linalg.cholesky(_covariance(at, at, walk, season) + np.eye(len(at)))
        whiten = np.linalg.inv(root)
        across = _covariance(wanted, at, walk, season) @ whiten.T
        matrices += [whiten, across @ whiten]
        covariances.append(_covariance(wanted, wanted, walk, season) + np.eye(len(wanted)) - across @ across.T)
        logs.append(float(np.log(np.diag(root)).sum()))
    return _Lens(np.concatenate(matrices), np.stack(covariances), np.array(logs))


def _covariance(one: Int64, other: Int64, walk: float, season: float) -> Float64:
    """Between the months of two lists without their noise, shape (len(one), len(other)), in variances of the noise."""
    t, u = one[:, np.newaxis].astype(np.float64), other[np.newaxis, :].astype(np.float64)
    same = (one[:, np.newaxis] - other[np.newaxis, :]) % 12 == 0
    # Where the walk began makes no difference: its mean is unknown anyway.
    return np.asarray(season * same + walk * (np.minimum(t, u) + 1.0) + SLOPE * t * u + _ANY_MEAN)
