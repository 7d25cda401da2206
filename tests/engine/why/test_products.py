"""Is the mix of products found where the months tell it, and left in efficiency where they do not?

A plant with two products, known from monthly bills: 30 tce, 0.02 tce a tonne of yarn and 0.08 tce a tonne of cloth.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics.calendar import day_number
from engine.accounts import Accounts
from engine.columns import month_book
from engine.ledger import Ledger
from engine.period import Period
from engine.why.products import ProductMix, product_mix
from engine.why.split import split
from registry import Statement
from tests.engine.make import PLANT, ZONE, registry_of
from tests.engine.why.test_split import by_key, coal, earns, plant

GAS_KGCE = 1.2143
YEARS = (2015, 2016, 2017)
FIRST, LAST = day_number(date(2015, 1, 1)), day_number(date(2018, 1, 1))


def _statements(yarn: np.ndarray, cloth: np.ndarray, noise_tce: float = 0.2, cloth_unit: str = "t") -> list[Statement]:
    rng = np.random.default_rng(5)
    tce = 30.0 + 0.02 * yarn + 0.08 * cloth + rng.normal(0.0, noise_tce, 36)
    rows = []
    for i in range(36):
        period = f"{YEARS[i // 12]}-{i % 12 + 1:02d}"
        for item, value, unit in (
            ("energy:natural_gas", 1000.0 * tce[i] / GAS_KGCE, "m3"),
            ("output:yarn", yarn[i], "t"),
            ("output:cloth", cloth[i], cloth_unit),
        ):
            rows.append(Statement(plant="a", period=period, item=item, value=value, unit=unit, status="final"))
    return rows


@pytest.fixture(name="made")
def _made() -> tuple[np.ndarray, np.ndarray]:
    """A third of the output is cloth in 2015 and two thirds in 2017."""
    rng = np.random.default_rng(2)
    total, share = rng.uniform(900.0, 1100.0, 36), np.repeat([1 / 3, 1 / 2, 2 / 3], 12) + rng.uniform(-0.1, 0.1, 36)
    return total * (1.0 - share), total * share


@pytest.fixture(name="ask")
def _ask(tmp_path: Path) -> Callable[[list[Statement]], ProductMix]:
    def ask(statements: list[Statement]) -> ProductMix:
        registry = registry_of(tmp_path, PLANT.format(id="a"), statements)
        accounts = Accounts(registry, Ledger("a", FIRST, {}, {}), "equivalent", "GB/T 2589-2008", 2015)
        years = [Period.of(day_number(date(y, 1, 1)), day_number(date(y + 1, 1, 1)), ZONE) for y in (2015, 2017)]
        return product_mix(accounts, month_book(accounts, FIRST, LAST), "energy", years[0], years[1])

    return ask


def test_more_of_the_heavy_product_makes_a_heavier_mix(
    ask: Callable[[list[Statement]], ProductMix], made: tuple[np.ndarray, np.ndarray]
) -> None:
    found = ask(_statements(*made))
    shares = [made[1][year].sum() / (made[0][year].sum() + made[1][year].sum()) for year in (slice(12), slice(24, 36))]
    wanted = [0.02 + (0.08 - 0.02) * share for share in shares]
    assert found.why_not == ""
    assert (found.base, found.current) == pytest.approx(wanted, rel=0.04)


def test_what_the_months_do_not_tell_is_not_told(
    ask: Callable[[list[Statement]], ProductMix], made: tuple[np.ndarray, np.ndarray]
) -> None:
    noisy = ask(_statements(*made, noise_tce=30.0))
    assert noisy == ProductMix(why_not="products_unknown")
    alike = ask(_statements(made[0], 2.0 * made[0]))
    assert alike == ProductMix(why_not="products_unknown")
    # Tonnes and metres are not added, so there is no output at all.
    assert ask(_statements(*made, cloth_unit="m")) == ProductMix()


def test_the_mix_is_structure_between_products() -> None:
    # 100 -> 150 tce for 1000 t of a mix that became half as heavy again: nothing was done worse.
    member = plant((coal(100.0), earns(500.0, 1000.0)), (coal(150.0), earns(500.0, 1000.0)))
    heavier = type(member)(**{**vars(member), "products": ProductMix(0.04, 0.06)})
    effects = split([heavier], absolute=False)
    assert by_key(effects) == pytest.approx({"structure": 0.1})
    assert [part.name for part in effects[0].parts] == ["between_products"]
    lighter = type(member)(**{**vars(member), "products": ProductMix(0.04, 0.05)})
    weight = 0.1 / math.log(1.5)
    assert by_key(split([lighter], absolute=False)) == pytest.approx(
        {"structure": weight * math.log(1.25), "efficiency": weight * math.log(1.2)}
    )
