"""Value added: the worked examples of the notes (intensity.md, 6) and the rule of even days."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from analytics import value_added as va
from analytics.calendar import day_number

MAY_2018 = 48 * 12 + 4


def test_both_approaches_agree() -> None:
    production = va.by_production(52_000, 39_500, 1_300)
    income = va.by_income(2_600, 4_900, 1_900, 4_400)
    assert float(production) == float(income) == 13_800.0


def test_deflation_by_the_chained_index() -> None:
    level = va.chained_index([98.1, 104.6, 102.3, 98.9])
    assert level[-1] == pytest.approx(1.038180, abs=5e-7)
    assert float(va.deflate(13_800.0, level[-1])) == pytest.approx(13_292.494, abs=5e-4)


def test_unknown_index_makes_the_years_after_it_unknown() -> None:
    level = va.chained_index([98.1, math.nan, 102.3])
    assert np.isnan(level).tolist() == [False, True, True]
    assert np.isnan(va.deflate([1.0, 1.0], [0.0, math.nan])).all()


def test_a_month_is_spread_evenly_over_its_days() -> None:
    month = np.array([MAY_2018, MAY_2018 + 1], np.int32)
    days = np.arange(day_number(date(2018, 4, 30)), day_number(date(2018, 7, 2)), dtype=np.int32)
    value = va.spread_months(month, np.array([620.0, -30.0]), days)
    assert np.isnan(value[[0, -1]]).all()
    assert value[1:32].tolist() == pytest.approx([20.0] * 31)
    assert value[32:62].tolist() == pytest.approx([-1.0] * 30)
    assert np.nansum(value) == pytest.approx(590.0)


def test_gap_between_statements_is_unknown() -> None:
    month = np.array([MAY_2018, MAY_2018 + 2], np.int32)
    june = np.array([day_number(date(2018, 6, 15))], np.int32)
    assert np.isnan(va.spread_months(month, np.array([1.0, 1.0]), june)).all()
    assert va.provisional_days(month, np.array([True, True]), june).tolist() == [False]


def test_provisional_share_is_by_size() -> None:
    month = np.array([MAY_2018, MAY_2018 + 1], np.int32)
    days = np.arange(day_number(date(2018, 5, 1)), day_number(date(2018, 7, 1)), dtype=np.int32)
    value = va.spread_months(month, np.array([310.0, 90.0]), days)
    provisional = va.provisional_days(month, np.array([False, True]), days)
    assert va.provisional_share(value, provisional) == pytest.approx(90.0 / 400.0)
    assert math.isnan(va.provisional_share(np.array([math.nan]), np.array([True])))


def test_no_statement_at_all() -> None:
    nothing = np.empty(0, np.int32)
    day = np.array([17_000], np.int32)
    assert np.isnan(va.spread_months(nothing, np.empty(0), day)).all()
    assert va.provisional_days(nothing, np.empty(0, np.bool_), day).tolist() == [False]


def test_months_must_rise() -> None:
    with pytest.raises(ValueError, match="each once"):
        va.spread_months(np.array([5, 5], np.int32), np.ones(2), np.array([1], np.int32))
