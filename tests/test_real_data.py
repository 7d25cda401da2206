"""Do measured data come out right at the other end: file, gateway, broker, collector, journal, settlement, series?

Each data set goes once through a real broker and the whole product. What comes out is held against figures that others
computed from the same files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.calendar import day_number
from engine.figure import Series
from engine.period import Period, new_year
from engine.targets.verdict import judge
from registry import load_programmes
from simulators.replay import ReplayReport, replay
from taihu.assembly import Product
from taihu.clock import WallClock
from taihu.settings import load_settings
from tests.reference import COSSMIC, MELBOURNE, ROOT, STEEL, published_figures, reference_file
from tests.servers import Mosquitto, wait_until

pytestmark = [pytest.mark.server, pytest.mark.reference, pytest.mark.timeout(180)]

YEARS = range(2014, 2020)
KNOWN_DAYS = dict(zip(YEARS, (245, 258, 260, 253, 246, 120), strict=True))


@dataclass(frozen=True)
class Run:
    """A data set that went through the product."""

    product: Product
    plant: str
    report: ReplayReport

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.product.registry().plants[self.plant].zone)

    def series(self, point: str, step: str, first: str, last: str) -> Series:
        """Steps of a point from the local day `first` until before the local day `last`."""
        from_ms, to_ms = (
            int(datetime.fromisoformat(day).replace(tzinfo=self.zone).timestamp() * 1000) for day in (first, last)
        )
        return self.product.figures.series(f"{self.plant}/{point}", from_ms, to_ms, step)

    def local(self, start_ms: int) -> datetime:
        return datetime.fromtimestamp(start_ms / 1000, self.zone)


@contextmanager
def through_the_product(folder: Path, example: str, data: str, readings: int) -> Iterator[Run]:
    """Replay a file into `taihu serve`'s parts; the block begins when the last reading is settled."""
    path = reference_file(data)
    settings = load_settings(ROOT / "examples" / example / "taihu.toml", data=folder / "data")
    assert settings.mqtt is not None
    with Mosquitto(folder / "broker", "max_queued_messages 0\n") as broker:
        settings = settings.model_copy(
            update={
                "mqtt": settings.mqtt.model_copy(update={"port": broker.port}),
                "http": settings.http.model_copy(update={"port": 0}),
            }
        )
        product = Product(settings, WallClock())
        product.start()
        try:
            wait_until(lambda: product.health()["collector"]["subscribed"], 20.0, "the subscription")
            report = replay(ROOT / "examples" / example / "replay.toml", path, f"mqtt://127.0.0.1:{broker.port}")
            wait_until(lambda: product.store.counts().readings >= readings, 60.0, "the last reading in the journal")
            wait_until(lambda: product.store.settled_batch == product.store.counts().batches, 60.0, "settlement")
            (plant,) = product.registry().plants
            yield Run(product, plant, report)
        finally:
            product.stop()


@pytest.fixture(scope="module")
def melbourne(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with through_the_product(tmp_path_factory.mktemp("melbourne"), "melbourne", MELBOURNE, 1382 * 10) as run:
        yield run


@pytest.fixture(scope="module")
def steel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with through_the_product(tmp_path_factory.mktemp("steel"), "steel-kr", STEEL, 35_040 * 4) as run:
        yield run


@pytest.fixture(scope="module")
def cossmic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with through_the_product(tmp_path_factory.mktemp("cossmic"), "cossmic", COSSMIC, 24 * 15) as run:
        yield run


@dataclass(frozen=True)
class RecordedDay:
    """A row of the Melbourne file, read without the product."""

    day: date
    inflow_m3_per_s: float
    cod_mg_per_l: float

    @property
    def length_s(self) -> float:
        """Length of the local day: summer time makes it 23 or 25 hours twice a year."""
        zone = ZoneInfo("Australia/Melbourne")
        start, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (self.day, self.day + timedelta(days=1)))
        return (end.astimezone(UTC) - start.astimezone(UTC)).total_seconds()


def recorded_days(year: int) -> list[RecordedDay]:
    with reference_file(MELBOURNE).open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == str(year)]
    return [
        RecordedDay(date(year, int(row["month"]), int(row["day"])), float(row["avg_inflow"]), float(row["COD"]))
        for row in rows
    ]


@pytest.mark.parametrize("data_set", ["melbourne", "steel", "cossmic"])
def test_nothing_is_lost_and_nothing_is_refused(data_set: str, request: pytest.FixtureRequest) -> None:
    run: Run = request.getfixturevalue(data_set)
    assert run.report.acknowledged == run.report.messages
    assert (run.report.bad_row_count, run.report.unheard) == (0, 0)
    assert run.product.store.dead_letters(10) == []
    assert run.product.health()["settling"]["error"] == ""


# -- Melbourne: daily amounts, means and concentrations, 622 absent days -----------------------------------------------


def test_melbourne_energy_of_each_year(melbourne: Run) -> None:
    published = published_figures("melbourne-etp")["per_year"]
    years = melbourne.series("el.in", "year", "2014-01-01", "2020-01-01")
    assert [melbourne.local(t).year for t in years.start_ms] == list(YEARS)
    assert years.amount == pytest.approx([published[str(y)]["energy_kwh_sum"] for y in YEARS], rel=1e-9)
    assert years.estimated == [0.0] * 6  # a year knows the amount of its days exactly
    lengths = [366 if y == 2016 else 365 for y in YEARS]
    # A day of 23 or 25 hours moves the share by an hour or two.
    shares = [KNOWN_DAYS[y] / n for y, n in zip(YEARS, lengths, strict=True)]
    assert years.coverage == pytest.approx(shares, abs=2 / 24 / 365)


def test_melbourne_absent_days_are_missing_and_not_zero(melbourne: Run) -> None:
    days = melbourne.series("el.in", "day", "2014-01-01", "2019-06-28")
    known = [amount is not None for amount in days.amount]
    assert (len(known), known.count(False)) == (2004, 622)
    per_year = {
        y: sum(k for k, t in zip(known, days.start_ms, strict=True) if melbourne.local(t).year == y) for y in YEARS
    }
    assert per_year == KNOWN_DAYS
    assert {(k, c, e) for k, c, e in zip(known, days.coverage, days.estimated, strict=True)} == {
        (True, 1.0, 0.0),
        (False, 0.0, 0.0),
    }
    assert min(amount for amount in days.amount if amount is not None) == 116_638.0  # the file's smallest day
    months = melbourne.series("el.in", "month", "2014-01-01", "2019-07-01")
    assert len(months.amount) == 66
    assert all(amount is not None for amount in months.amount)


def test_melbourne_energy_per_megalitre(melbourne: Run) -> None:
    published = published_figures("melbourne-etp")["per_year"]
    energy = melbourne.series("el.in", "year", "2014-01-01", "2020-01-01").amount
    inflow = melbourne.series("inflow", "year", "2014-01-01", "2020-01-01").amount
    for year, energy_kwh, inflow_m3 in zip(YEARS, energy, inflow, strict=True):
        assert energy_kwh is not None
        by_hand_m3 = sum(row.inflow_m3_per_s * row.length_s for row in recorded_days(year))
        assert inflow_m3 == pytest.approx(by_hand_m3, rel=1e-9)
        # The published figure takes every day for 86 400 s; the two days of summer time are what is between them.
        assert energy_kwh / (inflow_m3 / 1000) == pytest.approx(published[str(year)]["kwh_per_ML"], rel=6e-4)


def test_melbourne_per_unit_and_absolute_say_different_things(melbourne: Run) -> None:
    """First halves of 2015 and 2019: per megalitre 26 % less, in all nothing. The inflow rose, the energy did not."""
    accounts = melbourne.product.figures.accounts(melbourne.plant)
    energy_per_day, per_megalitre, figures = [], [], []
    for year in (2015, 2019):
        first, last = new_year(year), day_number(date(year, 7, 1))
        energy = accounts.carrier("electricity", Period.of(first, last, str(melbourne.zone)))
        assert energy.value is not None and energy.coverage is not None
        months = melbourne.series("inflow", "month", f"{year}-01-01", f"{year}-07-01").amount
        inflow_m3 = sum(amount or 0.0 for amount in months)
        # A sum over recorded days is no consumption of the half-year: what is compared is the mean of a known day.
        energy_per_day.append(energy.value / (energy.coverage * (last - first)))
        per_megalitre.append(energy.value / (inflow_m3 / 1000.0))
        figures.append(energy)
    assert energy_per_day == pytest.approx([272_985.83, 272_269.37], rel=1e-4)
    assert per_megalitre == pytest.approx([780.292, 577.018], rel=6e-4)
    assert energy_per_day[1] / energy_per_day[0] - 1.0 == pytest.approx(-0.0026, abs=2e-4)
    assert per_megalitre[1] / per_megalitre[0] - 1.0 == pytest.approx(-0.261, abs=1e-3)
    # A third of the days are absent: neither of them is a verdict.
    (programme,) = load_programmes()
    found = judge(programme, f"plant:{melbourne.plant}", "energy", 0.18, 2019, figures)
    assert (found.status, found.reason) == ("not_assessable", "base_year_coverage")
    anyway = judge(programme.model_copy(update={"min_coverage": 0.5}), "", "energy", 0.18, 2019, figures)
    assert anyway.status != "met"


@pytest.mark.parametrize(
    ("point", "published_name"),
    [("raw.nh3n", "ammonia_mean"), ("raw.bod", "BOD_mean"), ("raw.cod", "COD_mean"), ("raw.tn", "TN_mean")],
)
def test_melbourne_mean_concentrations(melbourne: Run, point: str, published_name: str) -> None:
    published = published_figures("melbourne-etp")["per_year"]
    for year in YEARS:
        days = melbourne.series(point, "day", f"{year}-01-01", f"{year + 1}-01-01")
        levels = [level for level in days.level if level is not None]
        assert (days.rate_unit, len(levels)) == ("mg/L", KNOWN_DAYS[year])
        assert sum(levels) / len(levels) == pytest.approx(published[str(year)][published_name], abs=5.1e-5)
        (mean,) = melbourne.series(point, "year", f"{year}-01-01", f"{year + 1}-01-01").level
        assert mean == pytest.approx(published[str(year)][published_name], rel=1e-4)  # a day of 23 hours weighs less


def test_melbourne_a_sample_does_not_leak_into_an_absent_day(melbourne: Run) -> None:
    energy = melbourne.series("el.in", "day", "2014-01-01", "2019-06-28")
    cod = melbourne.series("raw.cod", "day", "2014-01-01", "2019-06-28")
    assert [level is None for level in cod.level] == [amount is None for amount in energy.amount]
    # A sample stands for 24 hours; five of the recorded days have 25 (see the plant file).
    assert {round(c, 6) for c in cod.coverage} == {0.0, 0.96, 1.0}


def test_melbourne_days_above_the_example_limit(melbourne: Run) -> None:
    published = published_figures("melbourne-etp")["exceedance_days_by_year_COD_gt_1000"]
    for year in YEARS:
        days = melbourne.series("raw.cod", "day", f"{year}-01-01", f"{year + 1}-01-01")
        assert sum(level is not None and level > 1000.0 for level in days.level) == published[str(year)]


def test_melbourne_load_is_concentration_times_flow(melbourne: Run) -> None:
    for year in YEARS:
        (load_kg,) = melbourne.series("influent.COD", "year", f"{year}-01-01", f"{year + 1}-01-01").amount
        # mg/L = g/m3; the sample stands for 24 hours at most.
        by_hand_kg = sum(
            row.cod_mg_per_l * row.inflow_m3_per_s * min(row.length_s, 86_400.0) / 1000.0 for row in recorded_days(year)
        )
        assert load_kg == pytest.approx(by_hand_kg, rel=1e-6)


@pytest.mark.parametrize(
    ("point", "flag", "suspect"),
    [
        ("outflow", "range", "outflow_below_0p1"),
        ("air.t", "zero", "T_zero"),
        ("air.t_max", "zero", "TM_zero"),
        ("air.humidity", "zero", "humidity_zero"),
    ],
)
def test_melbourne_impossible_values_are_flagged_and_left_out(
    melbourne: Run, point: str, flag: str, suspect: str
) -> None:
    count = published_figures("melbourne-etp")["suspect"][suspect]
    days = melbourne.series(point, "day", "2014-01-01", "2019-06-28")
    flagged = [level for level, flags in zip(days.level, days.flags, strict=True) if flag in flags]
    assert flagged == [None] * count
    assert sum(level is not None for level in days.level) == 1382 - count


# -- Steel: 15-minute amounts with end labels, and the midnight that closes its day ------------------------------------


def test_steel_year_months_and_days(steel: Run) -> None:
    published = published_figures("steel-industry-kr")
    year = steel.series("el.in", "year", "2018-01-01", "2019-01-01")
    assert year.amount == pytest.approx([959_636.71], abs=1e-5)
    assert (year.coverage, year.estimated) == ([1.0], [0.0])
    months = steel.series("el.in", "month", "2018-01-01", "2019-01-01")
    assert months.amount == pytest.approx([published["kwh_by_month"][str(m)] for m in range(1, 13)], abs=1e-6)
    days = steel.series("el.in", "day", "2018-01-01", "2019-01-01")
    by_day = {
        steel.local(t).date().isoformat(): kwh
        for t, kwh in zip(days.start_ms, days.amount, strict=True)
        if kwh is not None
    }
    assert len(by_day) == 365
    largest, smallest = max(by_day, key=by_day.__getitem__), min(by_day, key=by_day.__getitem__)
    assert (largest, by_day[largest]) == ("2018-01-18", pytest.approx(7_353.84, abs=1e-6))
    assert (smallest, by_day[smallest]) == ("2018-09-26", pytest.approx(259.46, abs=1e-6))


def test_steel_largest_interval_stands_at_its_local_time(steel: Run) -> None:
    quarters = steel.series("el.in", "15min", "2018-01-01", "2019-01-01")
    assert len(quarters.amount) == 35_040
    assert set(quarters.coverage) == {1.0}
    assert set(quarters.estimated) == {0.0}
    at = max(range(35_040), key=lambda i: quarters.amount[i] or 0.0)
    assert quarters.amount[at] == pytest.approx(157.18, abs=1e-6)
    assert quarters.peak[at] == pytest.approx(628.72, abs=1e-6)
    # Published by its end, 2018-11-22 09:45; an interval is named by its start.
    assert steel.local(quarters.start_ms[at]).isoformat(" ", "minutes") == "2018-11-22 09:30+09:00"


def test_steel_outside_the_year_nothing_is_known(steel: Run) -> None:
    around = steel.series("el.in", "day", "2017-12-31", "2019-01-02")
    assert (around.amount[0], around.amount[-1]) == (None, None)


def test_steel_published_co2(steel: Run) -> None:
    (co2_t,) = steel.series("co2.published", "year", "2018-01-01", "2019-01-01").amount
    assert co2_t == pytest.approx(403.81, abs=1e-6)


# -- CoSSMic: registers read once an hour ------------------------------------------------------------------------------


def test_cossmic_each_register_has_its_difference(cossmic: Run) -> None:
    published = published_figures("cossmic-industrial")
    points = cossmic.product.registry().plant_points("cossmic")
    assert len(points) == published["registers"] == 15
    total_kwh = 0.0
    for point in points:
        day = cossmic.series(point.id, "day", "2017-02-01", "2017-02-02")
        (amount_kwh,) = day.amount
        assert point.channel is not None
        assert amount_kwh == pytest.approx(published["kwh_23h"][point.channel.partition("/")[2]], abs=5.1e-5)
        # Readings from 01:00 to 24:00 local time: 23 hours, known exactly although quarters are estimated.
        assert (day.coverage, day.estimated) == (pytest.approx([23 / 24]), [0.0])
        total_kwh += amount_kwh or 0.0
    assert total_kwh == pytest.approx(published["kwh_23h_total_of_listed"], abs=5.1e-5)


def test_cossmic_quarters_are_estimated_and_hours_are_known(cossmic: Run) -> None:
    quarters = cossmic.series("compressor", "15min", "2017-02-01T01:00", "2017-02-02")
    assert len(quarters.amount) == 23 * 4
    assert set(quarters.estimated) == {1.0}
    hours = cossmic.series("compressor", "hour", "2017-02-01T01:00", "2017-02-02")
    assert set(hours.estimated) == {0.0}
    assert hours.amount[0] == 39_514.5625 - 39_512.96875  # the first two readings of the file
