"""Do the strip's numbers follow from the months by hand: base, forecast, need, groups?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analytics.forecast import forecast
from engine.figures import Figures
from engine.settler import Settler
from engine.targets.strip import TargetLine, target_lines
from registry import Registry, load_plant_files
from storage import Store
from tests.engine.make import DAILY, NOW_MS, VALUE_ADDED, files_of, register, statements_of

DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
JANUARY_2015 = 45 * 12


@pytest.fixture(name="figures", scope="module")
def _figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    folder = tmp_path_factory.mktemp("strip")
    files = load_plant_files(files_of(folder))
    registry = Registry.of_files(files, statements=[s for name in DAILY for s in statements_of(name)])
    with Store.open(folder / "data") as store:
        for name, points in DAILY.items():
            for point, amounts in points.items():
                store.append(register(registry, f"{name}/{point}", *amounts))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Figures(store, lambda: registry, lambda: NOW_MS)


def _line(figures: Figures, scope: str, name: str) -> TargetLine:
    return next(line for line in figures.targets(scope) if line.id == name)


def _months(plants: str) -> tuple[np.ndarray, np.ndarray]:
    """Energy [tce] and value added of the 44 months, from the constant days of the plants; August is a plan."""
    days = np.concatenate([DAYS, np.where(np.arange(12) == 1, 29, DAYS), DAYS, DAYS[:8]])
    kwh = sum(np.where(np.arange(44) < 12, *DAILY[p]["el"]) for p in plants) * days
    value = sum(np.where(np.arange(44) < 36, *VALUE_ADDED[p]) for p in plants) * days
    value[43] = np.nan
    return kwh * 0.1229e-3, value


@pytest.mark.parametrize(("scope", "plants"), [("plant:a", "a"), ("city:wuxi", "ab"), ("sector:C17", "ab")])
def test_the_forecast_is_that_of_the_summed_months(figures: Figures, scope: str, plants: str) -> None:
    energy, value = _months(plants)
    base = energy[:12].sum() / value[:12].sum()
    wanted = forecast(energy[None], value[None], JANUARY_2015, 2019, threshold=0.82 * base)
    line = _line(figures, scope, "energy_per_value_added")
    said = line.forecast
    assert line.rolling12.base.value == pytest.approx(base, rel=1e-9)
    assert said.value == pytest.approx(wanted.centre[0], rel=1e-9)
    assert (said.low, said.high) == pytest.approx((wanted.low[0], wanted.high[0]), rel=1e-9)
    assert said.change == pytest.approx(wanted.centre[0] / base - 1.0, rel=1e-9)
    assert said.probability == pytest.approx(wanted.probability[0], rel=1e-9)
    # August is only planned: 43 of the 44 months are known.
    assert (said.months_known, said.months_ahead, said.method, said.reason) == (43, 12, "walk", "")
    start, end = (np.datetime64(f"{year}-01-01T00:00") - np.timedelta64(8, "h") for year in (2019, 2020))
    assert [said.from_ms, said.to_ms] == [int(t.astype("datetime64[ms]").astype(int)) for t in (start, end)]


def test_what_is_still_needed_by_hand(figures: Figures) -> None:
    line = _line(figures, "plant:a", "water_per_value_added")
    needed = line.needed
    # Twelve months to 31 August 2018: 114 m3 a day over 122 days of 10 and 243 days of 12 10k yuan.
    so_far = 114.0 * 365 / (10.0 * 122 + 12.0 * 243) / (100.0 / 10.0) - 1.0
    assert line.rolling12.change == pytest.approx(so_far, rel=1e-9)
    assert needed.change == pytest.approx(0.80 / (1.0 + so_far) - 1.0, rel=1e-9)
    assert needed.months == 16  # September 2018 to December 2019
    assert needed.per_month == pytest.approx((0.80 / (1.0 + so_far)) ** (1 / 16) - 1.0, rel=1e-9)
    # 8 m3 per 10k yuan on a value added of 2019 like 2018 grown as the last twelve months grew.
    _, value = _months("a")
    growth = value[32:43].sum() / value[20:31].sum()
    expected = np.append(value[36:43], value[31:36] * growth).sum() * growth
    assert needed.budget == pytest.approx(8.0 * expected / 12.0, rel=1e-9)
    assert (needed.budget_unit, needed.budget_months) == ("m3/month", 12)


def test_what_is_passed_already_needs_nothing(figures: Figures) -> None:
    needed = _line(figures, "plant:a", "energy_per_value_added").needed
    assert needed.change is not None
    assert needed.change > 0.0
    assert needed.per_month is not None
    assert needed.per_month > 0.0


def test_the_periods_are_those_of_the_indicators(figures: Figures) -> None:
    for period in ("ytd", "rolling12", "full_year"):
        alone = figures.indicators("plant:b", period)
        assert [getattr(line, period) for line in figures.targets("plant:b")] == alone


def test_without_points_there_is_no_forecast(figures: Figures) -> None:
    said = _line(figures, "plant:a", "water_pollutants").forecast
    assert (said.value, said.probability, said.reason) == (None, None, "no_points")


def test_a_scope_that_names_nothing(figures: Figures) -> None:
    with pytest.raises(KeyError):
        figures.targets("sector:Z99")
    with pytest.raises(KeyError):
        figures.targets("sector:")
    with pytest.raises(ValueError, match="sector:C31"):
        figures.targets("wuxi")


def test_a_plant_that_answers_to_no_programme_has_no_targets() -> None:
    class Nobody:
        def group(self, scope: str) -> tuple[None, list[object]]:
            return None, []

    assert target_lines(Nobody(), "plant:x") == []  # type: ignore[arg-type]


def test_the_target_year_that_is_over_is_a_fact(figures: Figures, monkeypatch: pytest.MonkeyPatch) -> None:
    """A programme that ended in 2017: what came of it is known, and met or not with certainty."""
    programme, accounts = figures.group("plant:a")
    assert programme is not None
    ended = programme.model_copy(update={"target_year": 2017})
    monkeypatch.setattr(figures, "group", lambda scope: (ended, accounts))
    line = _line(figures, "plant:a", "energy_per_value_added")
    # In 2017 it used 1920 kWh a day and earned 10 10k yuan: 20 % less than in 2015.
    assert line.forecast.value == pytest.approx(1920 * 0.1229e-3 / 10.0, rel=1e-9)
    assert (line.forecast.low, line.forecast.high) == (line.forecast.value, line.forecast.value)
    assert line.forecast.change == pytest.approx(-0.2)
    assert (line.forecast.probability, line.forecast.method, line.forecast.months_ahead) == (1.0, "known", 0)
    assert (line.needed.months, line.needed.per_month, line.needed.budget) == (0, None, None)
    water = _line(figures, "plant:a", "water_per_value_added")
    assert (water.forecast.change, water.forecast.probability) == (pytest.approx(0.14), 0.0)
