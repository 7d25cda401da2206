"""Is the truth the same in every cut, and does it agree with what instruments show?"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from simulators import Plant, truth, write_truth
from simulators.workdays import HOUR_MS, MINUTE_MS
from tests.simulators.when import ms


def test_hours_sum_to_days_and_days_to_months(plants: dict[str, Plant]) -> None:
    plant = plants["wx-plating"]
    from_ms, to_ms = ms("2016-01-17 05:00"), ms("2016-04-02 09:00")
    by_period = {p: truth(plant, from_ms, to_ms, p) for p in ("hour", "day", "month")}
    for hour, day, month in zip(*by_period.values(), strict=True):
        assert hour.id == day.id == month.id
        assert len(hour.amount) == (to_ms - from_ms) // HOUR_MS
        assert (len(day.amount), len(month.amount)) == (77, 4)
        assert hour.amount.sum() == pytest.approx(month.amount.sum(), rel=1e-9)
        in_february = (day.start_ms >= ms("2016-02-01")) & (day.end_ms <= ms("2016-03-01"))
        assert in_february.sum() == 29
        assert day.amount[in_february].sum() == pytest.approx(month.amount[1], rel=1e-9)


def test_each_point_and_each_pollutant_has_a_truth(plants: dict[str, Plant]) -> None:
    found = {t.id: t.unit for t in truth(plants["zj-cement"], ms("2015-01-01"), ms("2015-01-02"), "day")}
    assert found == {
        "zj-cement/el.in": "kWh", "zj-cement/el.kiln": "kWh", "zj-cement/el.mill": "kWh", "zj-cement/coal.kiln": "t",
        "zj-cement/water.in": "m3", "zj-cement/st.flow": "Nm3", "zj-cement/ww.flow": "m3",
        "zj-cement/st.SO2": "kg", "zj-cement/st.NOx": "kg", "zj-cement/st.PM": "kg",
        "zj-cement/ww.COD": "kg", "zj-cement/ww.NH3-N": "kg",
    }  # fmt: skip


@pytest.mark.parametrize(("pollutant", "factor"), [("st.NOx", 1e-6), ("ww.COD", 1e-3)])
def test_minutely_samples_give_the_load(plants: dict[str, Plant], pollutant: str, factor: float) -> None:
    # mg/m3 x Nm3/h x 1e-6 and mg/L x m3/h x 1e-3 are kg/h (HJ 212-2017 annex D)
    plant = plants["wx-dyeing"]
    from_ms, to_ms = ms("2018-03-05"), ms("2018-03-12")
    outlet, _, name = pollutant.partition(".")
    flow = next(c for c in plant.channels if c.point == f"{outlet}.flow")
    level = next(c for c in plant.channels if c.pollutant == name)
    rate = plant.series(flow, from_ms, to_ms, MINUTE_MS).value
    concentration = plant.series(level, from_ms, to_ms, MINUTE_MS if outlet == "st" else HOUR_MS).value
    held = np.repeat(concentration, len(rate) // len(concentration))
    load = (held * rate).sum() / 60.0 * factor
    true = next(t for t in truth(plant, from_ms, to_ms) if t.id == f"wx-dyeing/{pollutant}")
    assert load == pytest.approx(true.amount.sum(), rel=2e-3)


def test_amounts_sum_to_the_truth(plants: dict[str, Plant]) -> None:
    plant = plants["zj-cement"]
    coal = next(c for c in plant.channels if c.kind == "amount")
    # A label of the end: what is due in (from, to] amounts to [from, to).
    series = plant.series(coal, ms("2017-05-01 00:15"), ms("2017-05-02 00:15"))
    true = next(t for t in truth(plant, ms("2017-05-01"), ms("2017-05-02")) if t.id == "zj-cement/coal.kiln")
    assert len(series.value) == 96
    assert series.value.sum() == pytest.approx(true.amount[0], abs=0.02)


def test_the_file_says_what_when_and_in_which_unit(plants: dict[str, Plant], tmp_path: Path) -> None:
    truths = truth(plants["nj-chem"], ms("2018-01-01"), ms("2018-03-01"), "month")
    write_truth(truths, tmp_path / "truth.csv")
    with (tmp_path / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(truths)
    assert rows[1]["start"] == "2018-02-01T00:00:00+08:00"
    assert rows[1]["end"] == "2018-03-01T00:00:00+08:00"
    assert float(rows[1]["amount"]) == pytest.approx(truths[0].amount[1])


@pytest.mark.parametrize(
    ("from_text", "to_text"),
    [("2014-12-31", "2015-02-01"), ("2019-12-01", "2020-01-02"), ("2016-01-02", "2016-01-02"),
     ("2016-01-01 00:30", "2016-01-02")],
)  # fmt: skip
def test_a_range_that_cannot_be_is_refused(plants: dict[str, Plant], from_text: str, to_text: str) -> None:
    with pytest.raises(ValueError, match="wanted full hours between"):
        truth(plants["nj-chem"], ms(from_text), ms(to_text))
