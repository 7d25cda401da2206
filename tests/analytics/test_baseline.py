"""Is the baseline that of other programs, on measured and published data, and does a weak one say so?"""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.baseline import fit, fsu, lag_one, t_value
from analytics.savings import against_baseline
from tests.reference import MELBOURNE, published_figures, reference_file

DAILY = "eemeter-samples/il-electricity-cdd-hdd-daily.csv.gz"
WEATHER = "eemeter-samples/il-tempF.csv.gz"
YEARS = (("2015-12-27", "2016-12-25"), ("2017-01-04", "2018-01-03"))

# Predicted minus actual of the treatment plant on the recorded days [kWh], and as a share of the prediction.
SAVED = (
    (2016, 607810.6, 0.00859),
    (2017, -5497497.0, -0.08004),
    (2018, -3021612.6, -0.04511),
    (2019, -583675.5, -0.01819),
)


def melbourne_days() -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Energy and drivers (inflow, TN, T) of the recorded days, by year."""
    with reference_file(MELBOURNE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for year in range(2014, 2020):
        days = [r for r in rows if int(r["year"]) == year]
        energy = np.array([float(r["total_grid"]) for r in days])
        found[year] = energy, np.array([[float(r[c]) for c in ("avg_inflow", "TN", "T")] for r in days])
    return found


def sample_days() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Daily electricity, heating and cooling degree days (60 and 65 degrees Fahrenheit), and the dates."""
    by_day = defaultdict(list)
    with gzip.open(reference_file(WEATHER), "rt", encoding="utf-8", newline="") as file:
        for time, value in list(csv.reader(file))[1:]:
            by_day[time[:10]].append(float(value))
    with gzip.open(reference_file(DAILY), "rt", encoding="utf-8", newline="") as file:
        rows = [(time[:10], value) for time, value in list(csv.reader(file))[1:] if value]
    mean = np.array([np.mean(by_day[day]) for day, _ in rows])
    degree_days = np.column_stack([np.maximum(60.0 - mean, 0.0), np.maximum(mean - 65.0, 0.0)])
    return np.array([float(v) for _, v in rows]), degree_days, [day for day, _ in rows]


@pytest.mark.reference
def test_the_treatment_plant_has_a_weak_baseline_and_savings_of_both_signs() -> None:
    days = melbourne_days()
    model = fit(*days[2015])
    assert model.n == 258
    assert model.coefficients.tolist() == pytest.approx([389344.888, 234.050, -1202.558, -2888.237], abs=6e-4)
    assert (model.r2, model.cv_rmse) == pytest.approx((0.17184, 0.13733), abs=6e-6)
    assert model.weak() == ("r2",)
    for year, kwh, share in SAVED:
        saving = against_baseline(model, days[year][1], days[year][0], autocorrelated=True, months=12)
        assert saving.saved == pytest.approx(kwh, abs=0.06)
        assert saving.fraction == pytest.approx(share, abs=6e-6)
        assert "r2" in saving.weak


@pytest.mark.reference
def test_a_built_in_saving_of_a_tenth_is_found() -> None:
    wanted = published_figures("eemeter-samples")["ols_baseline_hdd60_cdd65_daily"]
    energy, degree_days, day = sample_days()
    before, after = (slice(day.index(first), day.index(last) + 1) for first, last in YEARS)
    model = fit(energy[before], degree_days[before])
    assert model.n == wanted["n"] == 365
    assert model.coefficients.tolist() == pytest.approx(wanted["params"], abs=1e-6)
    assert model.r2 == pytest.approx(wanted["r2"], abs=1e-8)
    saving = against_baseline(model, degree_days[after], energy[after], autocorrelated=True, months=12)
    assert (saving.adjusted, saving.actual) == pytest.approx((wanted["predicted_reporting"], 9082.24), abs=1e-3)
    assert 100 * saving.fraction == pytest.approx(wanted["saving_pct"], abs=1e-4)
    # The truth is 10 %: inside the interval, and a sound method lands within two points.
    assert abs(saving.fraction - 0.10) < 0.02
    assert abs(saving.saved - 0.10 * saving.adjusted) < saving.uncertainty
    raw = energy[after].sum() / energy[before].sum() - 1.0
    assert raw == pytest.approx(-0.1274, abs=5e-5)  # part of it is weather


def test_it_is_what_statsmodels_finds() -> None:
    rng = np.random.default_rng(4)
    drivers = np.column_stack([rng.uniform(800, 1000, 44), rng.uniform(0, 300, 44), rng.uniform(0, 250, 44)])
    energy = 80 + drivers @ np.array([0.4, 0.12, 0.07]) + rng.normal(0, 6.0, 44)
    model = fit(energy, drivers)
    other = sm.OLS(energy, sm.add_constant(drivers)).fit()
    assert model.coefficients.tolist() == pytest.approx(other.params.tolist(), rel=1e-10)
    assert model.standard_errors.tolist() == pytest.approx(other.bse.tolist(), rel=1e-9)
    assert model.t_values.tolist() == pytest.approx(other.tvalues.tolist(), rel=1e-9)
    assert (model.r2, model.rmse) == pytest.approx((other.rsquared, math.sqrt(other.mse_resid)), rel=1e-10)
    assert model.significant().tolist() == (other.pvalues < 0.05).tolist()
    assert model.rho == pytest.approx(np.corrcoef(other.resid[1:], other.resid[:-1])[0, 1], rel=1e-9)


def test_rows_that_are_not_complete_do_not_count() -> None:
    drivers = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    energy = np.array([2.0, 4.1, np.nan, 8.0, 10.1])
    drivers[1, 0] = np.nan
    model = fit(energy, drivers)
    assert model.n == 3
    assert model.predict([[10.0]]).tolist() == pytest.approx(
        fit(energy[[0, 3, 4]], drivers[[0, 3, 4]]).predict([[10.0]]).tolist()
    )


def test_what_cannot_be_fitted_is_refused() -> None:
    with pytest.raises(ValueError, match="2 complete rows for 2 parameters"):
        fit([1.0, 2.0], [[1.0], [2.0]])
    with pytest.raises(ValueError, match="follows from the others"):
        fit([1.0, 2.0, 3.0, 4.5], [[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [4.0, 8.0]])
    with pytest.raises(ValueError, match="wanted \\(n, n_drivers\\)"):
        fit([1.0, 2.0], [1.0, 2.0])


def test_limits_follow_the_length_of_the_report() -> None:
    # CV(RMSE) between 20 and 25 %: too much for less than a year, enough for a year.
    energy = [70.0, 130.0, 100.0, 70.0, 130.0, 100.0, 120.0, 80.0]
    model = fit(energy, [[float(i)] for i in range(8)])
    assert 0.25 < model.cv_rmse < 0.30
    assert [("cv_rmse" in model.weak(m)) for m in (6, 12, 60, 61)] == [True, True, True, False]


def test_small_things_said_plainly() -> None:
    assert math.isnan(lag_one([1.0, 2.0])) and math.isnan(lag_one([1.0, 1.0, 1.0, 1.0]))
    assert lag_one([1.0, -1.0, 1.0, -1.0]) == pytest.approx(-1.0)
    assert math.isnan(fsu(0.05, 0.0, 12, 12, 2.0))
    assert fsu(0.05, 0.1, 12, 12, 2.0, rho=-0.5) == fsu(0.05, 0.1, 12, 12, 2.0)
    assert t_value(0.95, 10) == pytest.approx(2.228139, abs=5e-7)
