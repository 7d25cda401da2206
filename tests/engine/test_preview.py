"""Does a proposal show every figure it touches, before and after, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.preview import Proposal, preview, proposed
from registry import load_factors

from .explained import Opened, opened

BOOK = load_factors().edition("GB/T 2589-2008")
POWER = BOOK.lookup("electricity", "coal", "equivalent", 2018)


@pytest.fixture(name="product", scope="module")
def _product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("preview")) as product:
        yield product


def test_a_factor_of_all_touches_every_scope_on_both_sides(product: Opened) -> None:
    found = preview(product.figures, product.registry, Proposal((POWER.model_copy(update={"value": 0.2458}),)))
    energy = {one.id: one for one in found.figures if one.name == "energy_tce"}
    scopes = {"programme:sunan-2019", "city:wuxi", "sector:C17", "plant:a", "plant:b", "plant:v"}
    assert {one.scope for one in found.figures} == scopes
    assert {one.name for one in found.figures} == {"energy_tce"}
    # Twice the factor: plant a has nothing but power.
    ytd = energy["plant:a/2018-01-01..2018-09-01/energy_tce"]
    assert ytd.before == pytest.approx(1920 * 243 * 0.1229 / 1000)
    assert ytd.after == pytest.approx(2 * (ytd.before or 0.0)) and ytd.difference == pytest.approx(ytd.before)
    assert {(t.after.scope, t.period) for t in found.indicators} == {
        (s, p) for s in scopes for p in ("ytd", "full_year")
    }
    assert {t.after.id for t in found.indicators} == {"energy_per_value_added"}
    # Both ends with the same factor: the change of a plant with power alone stays.
    alone = next(t for t in found.indicators if (t.after.scope, t.period) == ("plant:a", "ytd"))
    assert alone.after.change == pytest.approx(alone.before.change)


def test_a_statement_touches_its_plant_and_the_groups_above(product: Opened) -> None:
    said = next(s for s in product.registry.statements("b", "value_added") if s.period == "2018-05")
    found = preview(
        product.figures, product.registry, Proposal((), (said.model_copy(update={"value": 2 * said.value}),))
    )
    assert {one.scope for one in found.figures} == {"programme:sunan-2019", "city:wuxi", "sector:C17", "plant:b"}
    one = next(x for x in found.figures if x.id == "plant:b/2018-01-01..2018-09-01/value_added_base_prices")
    assert one.difference == pytest.approx(30.0 * 31)  # May again
    assert {t.after.id for t in found.indicators} == {"energy_per_value_added", "water_per_value_added"}


def test_it_comes_to_what_keeping_it_comes_to(product: Opened) -> None:
    proposal = Proposal((POWER.model_copy(update={"value": 0.13}),))
    found = preview(product.figures, product.registry, proposal)
    before = product.registry
    product.registry = proposed(before, proposal)
    try:
        for target in found.indicators:
            kept = {i.id: i for i in product.figures.indicators(target.after.scope, target.period)}
            assert kept[target.after.id] == target.after
    finally:
        product.registry = before


def test_nothing_proposed_changes_nothing(product: Opened) -> None:
    assert preview(product.figures, product.registry, Proposal((POWER,))).figures == ()
    assert preview(product.figures, product.registry, Proposal()).indicators == ()
    assert product.registry.factors.rows  # the present is as it was
