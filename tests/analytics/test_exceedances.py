"""Exceedances: strictly above, unbroken, with their mass; and those of a real plant as others counted them."""

from __future__ import annotations

import csv
from datetime import date

import numpy as np
import pytest

from analytics.exceedances import excess, over_limit, runs, within_share
from tests.reference import MELBOURNE, reference_file


def test_equal_to_the_limit_is_not_over_it_and_what_is_not_judged_is_not_either() -> None:
    mean = np.array([80.0, 80.1, 90.0, np.nan])
    assert over_limit(mean, 80.0, np.array([True, True, False, True])).tolist() == [False, True, False, False]


def test_runs_have_start_end_peak_mean_count_and_mass() -> None:
    #   limit 50:       .    X     X     .    X
    mean = np.array([50.0, 60.0, 80.0, 40.0, 55.0])
    volume = np.array([1e5, 1e5, 2e5, 1e5, 1e5])
    over = over_limit(mean, 50.0, np.ones(5, np.bool_))
    found = runs(mean, over, excess(mean, 50.0, volume))
    assert (found.first.tolist(), found.last.tolist()) == ([1, 4], [3, 5])
    assert (found.peak.tolist(), found.peak_row.tolist()) == ([80.0, 55.0], [2, 4])
    assert (found.mean.tolist(), found.count.tolist()) == ([70.0, 55.0], [2, 1])
    #   (10 mg/m3 x 1e5 m3 + 30 x 2e5) / 1e6 = 7 kg
    assert found.excess_kg.tolist() == pytest.approx([7.0, 0.5])


def test_a_period_that_is_not_judged_ends_a_run() -> None:
    mean = np.array([60.0, 60.0, 60.0])
    found = runs(mean, over_limit(mean, 50.0, np.array([True, False, True])))
    assert found.count.tolist() == [1, 1]
    apart = runs(mean, mean > 50.0, follows=np.array([False, True, False]))
    assert apart.count.tolist() == [2, 1]


def test_without_a_flow_the_mass_is_unknown_and_never_zero() -> None:
    mean = np.array([60.0, 60.0, 1.0, 70.0])
    kg = np.array([np.nan, 2.0, 0.0, np.nan])
    found = runs(mean, mean > 50.0, kg)
    assert found.excess_kg.tolist() == pytest.approx([2.0, np.nan], nan_ok=True)
    assert np.isnan(runs(mean, mean > 50.0).excess_kg).all()


def test_nothing_over_is_no_run() -> None:
    assert len(runs(np.ones(3), np.zeros(3, np.bool_))) == 0
    assert len(runs(np.empty(0), np.empty(0, np.bool_))) == 0


def test_mass_above_a_limit_at_reference_oxygen() -> None:
    #   100 mg/m3 at 8 % are 115.3846 at 6 %; a limit of 100 at 6 % is 100 x 13/15 at 8 %
    found = excess(np.array([100.0]), 100.0, np.array([91_846.44]), np.array([8.0]), 6.0)
    assert float(found[0]) == pytest.approx((100.0 - 100.0 * 13 / 15) * 91_846.44e-6)


def test_ultra_low_steel_keeps_95_of_100_hours_of_each_month() -> None:
    month = np.repeat([24_225, 24_226], 100)
    over = np.zeros(200, np.bool_)
    over[:5] = over[100:106] = True
    judged = np.ones(200, np.bool_)
    months, share = within_share(over, judged, month)
    assert (months.tolist(), share.tolist()) == ([24_225, 24_226], [0.95, 0.94])
    assert np.isnan(within_share(over, ~judged, month)[1]).all()


# --- Melbourne, 2014 to 2019: figures of the data's own page ----------------------------------------------------------


@pytest.mark.reference
def test_exceedances_of_a_real_plant() -> None:
    with reference_file(MELBOURNE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: (int(row["year"]), int(row["month"]), int(row["day"])))
    day = np.array([date(int(r["year"]), int(r["month"]), int(r["day"])).toordinal() for r in rows])
    year = np.array([int(r["year"]) for r in rows])
    everything = np.ones(len(rows), np.bool_)
    columns = {name: np.array([float(r[name]) for r in rows]) for name in ("COD", "BOD", "Am", "TN")}
    over = {
        name: over_limit(columns[name], limit, everything)
        for name, limit in (("COD", 1000.0), ("BOD", 500.0), ("Am", 50.0), ("TN", 65.0))
    }
    assert {name: int(flags.sum()) for name, flags in over.items()} == {"COD": 107, "BOD": 122, "Am": 60, "TN": 226}
    assert [int(over["COD"][year == y].sum()) for y in range(2014, 2020)] == [10, 28, 8, 16, 40, 5]
    found = runs(columns["COD"], over["COD"], follows=np.diff(day, prepend=0) == 1)
    assert int(found.count.max()) == 3
    assert int(found.count.sum()) == 107
