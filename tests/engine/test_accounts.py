"""Is each kilowatt-hour counted once, from meters or bills, and is what is open called provisional?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_start
from analytics.columns import Readings
from engine.accounts import Accounts
from engine.ledger import read_ledger
from engine.period import Period
from engine.settler import Settler
from registry import Registry, Statement
from storage import Store

from .make import FIRST_DAY, PLANT, TODAY, ZONE, register, registry_of, statements_of

YEAR = Period.of(FIRST_DAY, FIRST_DAY + 365, ZONE)
MORE = """
[[points]]
id = "el2"
name = {{ zh = "二号进线", en = "Second incomer" }}
kind = "register"
unit = "kWh"
carrier = "electricity"
direction = "{direction}"
every = "1d"
"""


def _registry(folder: Path, statements: Sequence[Statement], more: str = "") -> Registry:
    return registry_of(folder, PLANT.format(id="a") + more, statements)


def _accounts(store: Store, registry: Registry, *readings: Readings) -> Accounts:
    for part in readings:
        store.append(part)
    Settler(store, registry, lambda: 0).step()
    ledger = read_ledger(store, registry, "a", FIRST_DAY, TODAY)
    return Accounts(registry, ledger, "equivalent", "GB/T 2589-2008", 2015)


def _bill(period: str, mwh: float) -> Statement:
    return Statement(plant="a", period=period, item="energy:electricity", value=mwh, unit="MWh", status="final")


def _from_day(readings: Readings, day: int) -> Readings:
    return readings.take(readings.time_ms >= day_start(FIRST_DAY + day, ZONE))


def test_a_month_counts_by_its_bill_or_by_its_meters_never_by_both(tmp_path: Path) -> None:
    # The second incomer is read from 1 July on; until then the bill is the only one that knows the whole plant.
    bills = [_bill(f"2015-{m:02d}", 100.0) for m in range(1, 13)]
    registry = _registry(tmp_path, bills, MORE.format(direction="import"))
    with Store.open(tmp_path / "data") as store:
        one = register(registry, "a/el", 2400.0, 2400.0)
        two = _from_day(register(registry, "a/el2", 600.0, 600.0), 181)
        accounts = _accounts(store, registry, one, two)
    found = accounts.carrier("electricity", YEAR)
    assert found.value == pytest.approx(6 * 100_000.0 + 184 * 3000.0)
    assert found.coverage == pytest.approx(1.0)
    assert accounts.energy(YEAR).value == pytest.approx((600_000.0 + 184 * 3000.0) * 0.1229 / 1000)


def test_a_bill_of_the_year_stands_in_place_of_those_of_its_months(tmp_path: Path) -> None:
    bills = [_bill("2015", 1200.0), *(_bill(f"2015-{m:02d}", 99.0) for m in range(1, 13))]
    with Store.open(tmp_path / "data") as store:
        accounts = _accounts(store, _registry(tmp_path, bills))
    whole = accounts.carrier("electricity", YEAR)
    assert (whole.value, whole.coverage) == (1_200_000.0, 1.0)
    until_march = accounts.carrier("electricity", Period.of(FIRST_DAY, FIRST_DAY + 59, ZONE))
    assert (until_march.value, until_march.coverage) == (2 * 99_000.0, 1.0)


def test_own_power_beyond_the_import_leaves_less_than_nothing_of_the_grid(tmp_path: Path) -> None:
    """Sent away is more than was made: what passed through is no consumption."""
    more = MORE.format(direction="production") + MORE.format(direction="export").replace("el2", "el3")
    registry = _registry(tmp_path, [], more)
    with Store.open(tmp_path / "data") as store:
        accounts = _accounts(
            store,
            registry,
            register(registry, "a/el", 600.0, 600.0),
            register(registry, "a/el2", 2400.0, 2400.0),
            register(registry, "a/el3", 2900.0, 2900.0),
        )
    # 600 + 2400 - 2900 kWh a day; nothing of the own power stayed, 500 a day were passed on.
    assert accounts.carrier("electricity", YEAR).value == pytest.approx(365 * 100.0)
    assert accounts.energy(YEAR).value == pytest.approx(365 * 100.0 * 0.1229 / 1000)


def test_a_price_index_on_its_way_makes_value_added_provisional(tmp_path: Path) -> None:
    rows = [s for s in statements_of("a") if s.period != "2016"]
    rows.append(
        Statement(
            plant="a", period="2016", item="price_index", value=98.0, unit="previous_year=100", status="provisional"
        )
    )
    with Store.open(tmp_path / "data") as store:
        accounts = _accounts(store, _registry(tmp_path, rows))
    of_2017 = Period.of(FIRST_DAY + 731, FIRST_DAY + 1096, ZONE)
    assert accounts.value_added(YEAR).provisional == 0.0
    # 2017 is deflated by 2016 too.
    assert accounts.value_added(of_2017).provisional == 1.0
    assert accounts.value_added(of_2017).value == pytest.approx(3650.0)


def test_no_price_index_no_value_and_a_negative_month_counts(tmp_path: Path) -> None:
    rows = [s for s in statements_of("a") if not (s.item == "price_index" and s.period == "2017")]
    rows = [s if s.period != "2015-03" else s.model_copy(update={"value": -31.0}) for s in rows]
    with Store.open(tmp_path / "data") as store:
        accounts = _accounts(store, _registry(tmp_path, rows))
    assert accounts.value_added(YEAR).value == pytest.approx(10.0 * (365 - 31) - 31.0)
    late = accounts.value_added(Period.of(TODAY - 30, TODAY, ZONE))
    assert (late.value, late.note) == (None, "price_index_missing")
    assert np.isfinite(late.coverage or 0.0)
