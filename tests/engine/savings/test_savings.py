"""Are savings those of GB/T 13234, per plant and together, and are the two views and the parts never mixed up?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.explain.idperiod import period_text
from engine.explain.resolve import UnknownFigure, asked, resolve
from engine.figure import Figure
from engine.figures import Figures
from engine.period import Period, new_year
from engine.savings.saving import LEFT_OUT
from engine.savings.savings import YearSaving
from engine.savings.years import saving_year
from engine.settler import Settler
from registry import Registry, load_plant_files, load_programmes
from storage import Store
from tests.engine.make import DAILY, NOW_MS, PLANT, TODAY, ZONE, files_of, register, statements_of
from tests.engine.random_plants import now_ms, random_plants

(PROGRAMME,) = load_programmes()
KWH = 0.1229 / 1000.0  # tce, GB/T 2589-2008
YTD_DAYS = 243


@contextmanager
def _figures(folder: Path, life: str = "", missing: Sequence[str] = ()) -> Iterator[Figures]:
    """Plants "a" and "b" of `make`, and with `life` a third, "n", of which more is said there."""
    paths = files_of(folder)
    names = list(DAILY)
    if life:
        paths.append(folder / "n.toml")
        paths[-1].write_text(PLANT.format(id="n").replace("programmes", f"{life}\nprogrammes"), encoding="utf-8")
        names.append("n")
    said = [s for name in DAILY for s in statements_of(name)]
    since = 2017 if "opened" in life else 2015
    said += [s.model_copy(update={"plant": "n"}) for s in statements_of("a", since) if life]
    said = [s for s in said if f"{s.plant}/{s.period}" not in missing]
    registry = Registry.of_files(load_plant_files(paths), programmes=(PROGRAMME,), statements=said)
    with Store.open(folder / "data") as store:
        for name in names:
            for point, amounts in DAILY.get(name, DAILY["a"]).items():
                readings = register(registry, f"{name}/{point}", *amounts)
                store.append(readings.take(slice(731 if "opened" in life and name == "n" else 0, None)))
        Settler(store, registry, lambda: NOW_MS).step()
        yield Figures(store, lambda: registry, lambda: NOW_MS)


@pytest.fixture(name="figures", scope="module")
def _product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    with _figures(tmp_path_factory.mktemp("savings")) as figures:
        yield figures


def _by_year(found: Sequence[YearSaving]) -> dict[int, YearSaving]:
    return {one.year: one for one in found}


def test_a_plant_by_hand(figures: Figures) -> None:
    # a: 2400 kWh a day in 2015, 1920 later; 10 (10k yuan a day) at prices of 2015 until 2017, 12 in 2018.
    found = _by_year(figures.savings("plant:a"))
    assert list(found) == [2016, 2017, 2018]
    for year, days in ((2016, 366), (2017, 365)):
        # (240 - 192) kWh per 10k yuan on 10 of them a day
        assert found[year].fixed_base.value == pytest.approx(48.0 * KWH * 10.0 * days, rel=1e-9)
    # (240 - 160) kWh on 12 a day, up to yesterday
    assert found[2018].fixed_base.value == pytest.approx(80.0 * KWH * 12.0 * YTD_DAYS, rel=1e-9)
    assert found[2016].yearly.value == pytest.approx(found[2016].fixed_base.value)
    assert found[2017].yearly.value == pytest.approx(0.0, abs=1e-9)
    assert found[2018].yearly.value == pytest.approx(32.0 * KWH * 12.0 * YTD_DAYS, rel=1e-9)
    assert [one.is_running for one in found.values()] == [False, False, True]
    assert found[2018].fixed_base.unit == "tce" and found[2018].fixed_base.factors == "GB/T 2589-2008"


def test_what_saves_nothing_is_negative_and_no_zero(figures: Figures) -> None:
    # b: 1000 -> 3000 kWh a day at once, the value added 10 -> 30 in 2018 only
    found = _by_year(figures.savings("plant:b"))
    assert found[2016].fixed_base.value == pytest.approx((100.0 - 300.0) * KWH * 10.0 * 366, rel=1e-9)
    assert found[2018].fixed_base.value == pytest.approx(0.0, abs=1e-9)
    assert found[2018].yearly.value == pytest.approx((300.0 - 100.0) * KWH * 30.0 * YTD_DAYS, rel=1e-9)


def test_a_city_has_two_views_that_differ_by_the_weights_of_its_plants(figures: Figures) -> None:
    one = _by_year(figures.savings("city:wuxi"))[2018]
    assert one.fixed_base.value == pytest.approx(80.0 * KWH * 12.0 * YTD_DAYS, rel=1e-9)  # a's and b's 0
    # together 3400 kWh on 20, then 4920 kWh on 42: the plant that needs less energy has grown
    assert one.by_base.of_sums.value == pytest.approx((3400 / 20 - 4920 / 42) * KWH * 42 * YTD_DAYS, rel=1e-9)
    assert {part.scope for part in one.fixed_base.inputs} == {"plant:a", "plant:b"}
    assert one.by_base.plants.scope == one.by_base.of_sums.scope == "city:wuxi"


def test_only_what_rests_on_final_statements_is_final(figures: Figures) -> None:
    found = _by_year(figures.savings("city:wuxi"))
    # July 2018 is provisional, August a plan.
    assert [found[year].by_base.final_share for year in (2016, 2017, 2018)] == [1.0, 1.0, 0.0]
    assert found[2016].final.value == pytest.approx(found[2016].fixed_base.value)
    assert found[2018].final.value == 0.0
    assert [p.is_final for p in found[2018].plants] == [False, False]
    assert found[2018].fixed_base.provisional > 0.0


def test_totals_add_years_and_not_views(figures: Figures) -> None:
    found = _by_year(figures.savings("city:wuxi"))
    for view in ("by_base", "by_year"):
        each = [getattr(one, view).plants.value for one in found.values()]
        sums = [getattr(one, view).total.value for one in found.values()]
        assert sums == pytest.approx(np.cumsum(each).tolist())
        final = [getattr(one, view).final.value for one in found.values()]
        assert getattr(found[2018], view).total_final.value == pytest.approx(sum(final))
    assert found[2018].by_base.total is not None
    assert (found[2018].by_base.total.from_ms, found[2018].by_base.total.to_ms) == (
        Period.of(new_year(2016), TODAY, ZONE).from_ms,
        Period.of(new_year(2016), TODAY, ZONE).to_ms,
    )


def test_who_has_no_base_year_is_named_and_left_out(tmp_path: Path) -> None:
    with _figures(tmp_path, life="opened = 2017-01-01") as figures:
        found = _by_year(figures.savings("city:wuxi"))[2018]
        alone = _by_year(figures.savings("plant:n"))[2018]
    assert {p.plant: p.reason for p in found.plants} == {"a": "", "b": "", "n": "opened_after_base_year"}
    assert (alone.fixed_base.value, alone.yearly.value) == (None, None)
    assert alone.yearly.note == "opened_after_base_year"
    assert found.fixed_base.note == found.yearly.note == LEFT_OUT
    assert found.fixed_base.value == pytest.approx(80.0 * KWH * 12.0 * YTD_DAYS, rel=1e-9)
    # In the summed intensity it counts from the day it was opened, as in the city's target.
    assert found.by_base.of_sums.value == pytest.approx(
        (3400 / 20 - (4920 + 1920) / 54) * KWH * 54 * YTD_DAYS, rel=1e-9
    )


def test_a_year_without_statements_is_unknown_and_the_total_with_it(tmp_path: Path) -> None:
    missing = [f"{plant}/2017-{month:02d}" for plant in DAILY for month in range(1, 13)]
    with _figures(tmp_path, missing=missing) as figures:
        found = _by_year(figures.savings("city:wuxi"))
    assert (found[2017].fixed_base.value, found[2017].fixed_base.note) == (None, "no_statement")
    assert (found[2018].yearly.value, found[2018].yearly.note) == (None, "no_statement")
    assert found[2018].fixed_base.value is not None
    totals = [found[year].by_base.total for year in (2016, 2017, 2018)]
    assert [one is not None and one.value is not None for one in totals] == [True, False, False]


@pytest.mark.parametrize("scope", ["plant:a", "city:wuxi", "programme:sunan-2019"])
def test_every_figure_opens_by_its_id_as_it_was_listed(figures: Figures, scope: str) -> None:
    for one in figures.savings(scope):
        days = saving_year(new_year(one.year), min(new_year(one.year + 1), TODAY), 2015, ZONE).current
        for view in (one.by_base, one.by_year):
            for shown in (view.plants, view.final, view.of_sums, view.total, view.total_final):
                assert shown is not None
                first = new_year(2016) if "_total" in shown.name else days.first_day
                period = period_text(Period.of(first, days.last_day, ZONE))
                opened = _resolved(figures, scope, period, shown.name)
                assert (opened.value, opened.unit) == (pytest.approx(shown.value), "tce")
                assert (opened.coverage, opened.provisional) == (shown.coverage, shown.provisional)
                assert opened.scope == shown.scope == scope


def test_an_opened_saving_leads_to_the_meters_and_the_target(figures: Figures) -> None:
    found = _resolved(figures, "plant:a", "ytd", "saving_fixed_base")
    then, now, value_added = found.inputs
    assert (then.name, now.name, value_added.name) == ("energy_per_value_added",) * 2 + ("value_added_base_prices",)
    target = figures.indicators("plant:a")[0]
    assert (then.value, now.value) == (target.base.value, target.current.value)
    assert now.inputs[0].inputs[0].name == "coal:electricity"


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("2015-01-01..2016-01-01", "saving_yearly"),
        ("2016-06-01..2017-06-01", "saving_yearly"),
        ("2016-02-01..2018-01-01", "saving_yearly_total"),
        ("ytd", "saving_monthly"),
    ],
)
def test_a_period_or_a_name_that_is_no_saving_is_refused(figures: Figures, period: str, name: str) -> None:
    with pytest.raises(UnknownFigure):
        _resolved(figures, "city:wuxi", period, name)


def _resolved(figures: Figures, scope: str, period: str, name: str) -> Figure:
    return resolve(figures, figures._store, asked(figures, scope, period, name))


@pytest.mark.parametrize("seed", range(3))
def test_listed_and_opened_agree_for_random_plants(tmp_path: Path, seed: int) -> None:
    registry, kept, today = random_plants(tmp_path, np.random.default_rng(seed), n_plants=5)
    figures = Figures(kept, lambda: registry, lambda: now_ms(today))
    for one in figures.savings("programme:sunan-2019"):
        days = saving_year(new_year(one.year), min(new_year(one.year + 1), today), 2015, ZONE).current
        wanted = asked(figures, "programme:sunan-2019", period_text(days), "saving_yearly")
        for shown in (one.yearly, one.by_year.of_sums, one.fixed_base):
            opened = resolve(figures, kept, asked(figures, wanted.scope, wanted.period, shown.name))
            assert opened.value == shown.value or opened.value == pytest.approx(shown.value)
            assert opened.note == shown.note
        counted = [p.yearly.value for p in one.plants if p.yearly.value is not None]
        assert one.yearly.value == (pytest.approx(sum(counted)) if counted else None)
