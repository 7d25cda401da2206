"""Is the weather that of southern Jiangsu?"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from simulators import weather
from simulators.workdays import days, edge_of


def test_monthly_means_are_those_of_wuxi() -> None:
    # Long-term monthly means of the city: about 3 degC in January, 29 in July, 16.5 in the year.
    temperature = weather.temperature_c()
    month = (days().day_of_year / 30.44).astype(int)
    assert temperature[month == 0].mean() == pytest.approx(3.5, abs=1.5)
    assert temperature[month == 6].mean() == pytest.approx(28.7, abs=1.5)
    assert temperature.mean() == pytest.approx(16.4, abs=0.7)
    afternoon, night = temperature[days().hour == 15].mean(), temperature[days().hour == 3].mean()
    assert afternoon - night == pytest.approx(7.2, abs=0.2)


def test_the_sun_rises_and_sets() -> None:
    sun = weather.sun_share()
    hour = days().hour
    assert sun[(hour <= 4) | (hour >= 20)].max() == 0.0
    assert sun[hour == 12].min() > 0.0
    assert sun.max() <= 0.80
    # 1000 to 1150 kWh a year of each kW is what roofs around Suzhou give.
    assert 950.0 < sun.sum() / 5.0 < 1200.0


def test_midsummer_noon_is_higher_than_midwinter_noon() -> None:
    sun = weather.sun_share()
    years = range(2015, 2020)
    june = np.array([sun[edge_of(date(y, 6, 11)) : edge_of(date(y, 7, 1))].max() for y in years])
    december = np.array([sun[edge_of(date(y, 12, 11)) : edge_of(date(y, 12, 31))].max() for y in years])
    # Noon elevations 82 and 35 degrees: (sin 35 / sin 82)^1.2 = 0.52 under a clear sky.
    assert (december / june).mean() == pytest.approx(0.52, abs=0.1)


def test_degree_days_come_from_daily_means() -> None:
    hours = weather.temperature_c()[: 24 * 1826].reshape(1826, 24)
    winter, summer = weather.heating_degree_days(), weather.cooling_degree_days()
    assert (len(winter), len(summer)) == (1826, 1826)
    day = int(np.argmin(hours.mean(axis=1)))
    assert winter[day] == pytest.approx(14.0 - hours[day].mean())
    assert not ((winter > 0.0) & (summer > 0.0)).any()
    # Hours on both sides of the base weigh each other up in a day's mean: never more than the sum over the hours.
    assert (winter <= np.maximum(14.0 - hours, 0.0).mean(axis=1) + 1e-9).all()
