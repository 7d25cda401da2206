"""Does any id open, with the rule, the rows, the statements and the readings it rests on?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from analytics.calendar import day_start
from engine.explain.clauselist import CLAUSES
from engine.explain.clauses import clause_of
from engine.explain.evidence import owned
from engine.explain.idperiod import MalformedId, days_of
from engine.explain.resolve import UnknownFigure
from registry import load_factors
from tests.engine.explained import COD_MG_L, Opened, opened
from tests.engine.make import FIRST_DAY, NOW_MS, TODAY, ZONE

YTD_DAYS = 243


@pytest.fixture(name="product", scope="module")
def _product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("explained")) as product:
        yield product


def test_energy_of_a_plant_by_hand(product: Opened) -> None:
    found = product.explainer.explain("plant:v", "ytd", "energy_tce")
    day_kgce = (1000 + 300 - 100) * 0.1229 + 50 * 1.2143
    assert found.figure.value == pytest.approx(YTD_DAYS * day_kgce / 1000, rel=1e-9)
    assert found.asked.id == "plant:v/ytd/energy_tce"
    assert {(row.carrier, row.value, row.edition) for row in found.factors} == {
        ("electricity", 0.1229, "GB/T 2589-2008"),
        ("natural_gas", 1.2143, "GB/T 2589-2008"),
    }
    assert {use.point.id for use in found.points} == {"el", "pv", "out", "gas"}
    assert found.statements == ()
    assert "2018-01-01 to 2018-08-31" in found.text.en and "2018-01-01 至 2018-08-31" in found.text.zh
    assert "some factors are of unsure source" in found.text.en  # gas: within a printed range


def test_the_readings_at_the_ends_and_how_many(product: Opened) -> None:
    use = product.explainer.explain("plant:a", "ytd", "carrier:electricity").points[0]
    new_year, now = int(day_start(FIRST_DAY + 3 * 365 + 1, ZONE)), int(day_start(TODAY, ZONE))
    # One reading at each local midnight, both ends included.
    assert (use.readings, use.first, use.last) == (
        YTD_DAYS + 1,
        (new_year, pytest.approx(2400.0 * 365 + 1920.0 * 731)),
        (now, pytest.approx(2400.0 * 365 + 1920.0 * (731 + YTD_DAYS))),
    )
    assert use.coverage == pytest.approx(1.0)


def test_a_load_leads_to_its_flow_and_its_concentration(product: Opened) -> None:
    found = product.explainer.explain("plant:v", "ytd", "load:COD")
    assert found.figure.value == pytest.approx(YTD_DAYS * 90 * COD_MG_L / 1000, rel=1e-3)
    by_id = {use.point.id: use for use in found.points}
    assert set(by_id) == {"ww.COD", "flow", "cod"}
    assert by_id["ww.COD"].readings == 0 and by_id["ww.COD"].first is None
    assert by_id["cod"].first is not None and by_id["cod"].first[1] == COD_MG_L
    assert by_id["flow"].coverage is None


def test_value_added_names_its_statements_and_price_indices(product: Opened) -> None:
    found = product.explainer.explain("plant:a", "ytd", "energy_per_value_added")
    assert [(u.statement.item, u.statement.period) for u in found.statements if u.statement.item == "price_index"] == [
        ("price_index", "2016"),
        ("price_index", "2017"),
        ("price_index", "2018"),
    ]
    months = {u.statement.period: u for u in found.statements if u.statement.item == "value_added"}
    assert sorted(months) == [f"2018-{m:02d}" for m in range(1, 9)]
    assert (months["2018-03"].editions, months["2018-04"].editions) == (3, 1)


def test_a_group_adds_up_and_each_plant_in_it_says_whose_it_is(product: Opened) -> None:
    whole = product.explainer.explain("programme:sunan-2019", "ytd", "energy_tce").figure
    parts = [product.explainer.explain(f"plant:{p}", "ytd", "energy_tce").figure.value for p in ("a", "b", "v")]
    assert whole.value == pytest.approx(sum(p or 0.0 for p in parts), rel=1e-12)
    assert [part.scope for part in whole.inputs] == ["plant:a", "plant:b", "plant:v"]


@pytest.mark.parametrize("scope", ["plant:v", "city:wuxi", "programme:sunan-2019"])
def test_every_name_in_a_tree_opens_to_the_same_value(product: Opened, scope: str) -> None:
    for indicator in product.figures.indicators(scope):
        for one in owned(indicator.current):
            figure = one.figure
            if figure.name.startswith("statement:"):
                continue  # of its own month, below
            whose = f"plant:{one.plant}" if one.plant else scope
            found = product.explainer.explain(whose, "ytd", figure.name).figure
            assert (found.value, found.unit) == (figure.value, figure.unit), figure.name


def test_the_two_coefficients_of_a_carrier_open_apart_and_are_never_added(product: Opened) -> None:
    # GB/T 2589 table A.2 and the East China grid of 2012.
    wanted = {"factor:electricity": (0.1229, "kgce/kWh"), "factor_co2:electricity": (0.7035, "kgCO2/kWh")}
    for scope in ("plant:a", "programme:sunan-2019"):
        for name, (value, unit) in wanted.items():
            found = product.explainer.explain(scope, "ytd", name)
            assert (found.figure.value, found.figure.unit) == (value, unit)
            assert [(row.value, row.unit) for row in found.factors] == [(value, unit)]
            assert found.clause.formula == "k"


def test_a_statement_opens_over_its_own_month(product: Opened) -> None:
    found = product.explainer.explain("plant:v", "2015-03-01..2015-04-01", "statement:water")
    assert (found.figure.value, found.figure.unit) == (3000.0, "m3")
    assert [use.statement.period for use in found.statements] == ["2015-03"]


def test_what_a_plants_page_shows_of_the_present_opens(product: Opened) -> None:
    now = product.figures.now("a")
    for name, figure in now.items():
        assert product.explainer.explain("plant:a", "now", name).figure.value == figure.value, name
    today = product.explainer.explain("plant:a", "2018-09-01..2018-09-02", "carrier:electricity").figure
    assert today.value == now["today_kwh"].value


def test_the_tax_of_a_month_opens_and_no_other_time_has_one(product: Opened) -> None:
    found = product.explainer.explain("plant:v", "2018-08-01..2018-09-01", "tax")
    assert (found.figure.name, found.figure.unit) == ("tax", "yuan")
    assert found.clause.confidence == "unsure"
    with pytest.raises(UnknownFigure):
        product.explainer.explain("plant:v", "2018-08-01..2018-08-20", "tax")


def test_a_point_that_no_account_counts_opens(product: Opened) -> None:
    found = product.explainer.explain("plant:v", "ytd", "point:v/cod").figure
    assert (found.value, found.unit) == (pytest.approx(COD_MG_L), "mg/L")


def test_the_factors_of_then_count_for_then(product: Opened) -> None:
    row = load_factors().edition("GB/T 2589-2008").lookup("electricity", "coal", "equivalent", 2018)
    product.then = ((), load_factors().revised([row.model_copy(update={"value": 0.5, "source": "then"})]))
    try:
        found = product.explainer.explain("plant:a", "ytd", "energy_tce", NOW_MS - 1)
    finally:
        product.then = ((), load_factors())
    assert [(f.value, f.source) for f in found.factors] == [(0.5, "then")]
    assert found.figure.value == pytest.approx(1920 * 0.5 / 1000 * YTD_DAYS)
    assert found.as_of_ms == NOW_MS - 1


@pytest.mark.parametrize(
    ("id_", "error", "part", "said"),
    [
        (("plant:x", "ytd", "energy_tce"), UnknownFigure, "scope", "there is no plant 'x'"),
        (("planet:x", "ytd", "energy_tce"), MalformedId, "scope", "wanted plant:ID"),
        (("plant:a", "2018", "energy_tce"), MalformedId, "period", "wanted ytd"),
        (("plant:a", "2018-09-01..2018-01-01", "energy_tce"), MalformedId, "period", "a later one"),
        (("plant:a", "2018-02-30..2018-03-01", "energy_tce"), MalformedId, "period", "no period"),
        (("plant:a", "ytd", "enery_tce"), UnknownFigure, "name", "energy_tce"),
        (("plant:a", "ytd", "point:b/el"), UnknownFigure, "name", "point:a/el"),
    ],
)
def test_what_names_nothing_says_what_was_wanted(
    product: Opened, id_: tuple[str, str, str], error: type, part: str, said: str
) -> None:
    with pytest.raises(error, match=said) as raised:
        product.explainer.explain(*id_)
    assert raised.value.part == part


def test_named_periods_are_those_of_the_page() -> None:
    now_ms = NOW_MS
    ytd, rolling, year = (days_of(name, now_ms, ZONE, 2015) for name in ("ytd", "rolling12", "full_year"))
    assert (ytd.days, rolling.days, year.days) == (243, 365, 365)
    day = days_of("2018-01-01..2018-01-02", now_ms, ZONE, 2015)
    assert day.from_ms == int(dt.datetime(2017, 12, 31, 16, tzinfo=dt.UTC).timestamp() * 1000)


def test_every_clause_says_so_in_both_languages() -> None:
    assert clause_of("coal:diesel") is CLAUSES["coal"]
    for clause in CLAUSES.values():
        assert clause.text.zh != clause.text.en and clause.source and clause.formula
