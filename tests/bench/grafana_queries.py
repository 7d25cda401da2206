"""How long does each dashboard's slowest query take on five years of six plants?

Synthetic lines of every measurement that is asked, named as in the schema: five years of quarters of 42 points, of
hourly and daily means, of months, years and daily judgements; of what is written each minute as much as any panel looks
back at first (older minutes lie in blocks that are not read). The bucket has shards of a year, as `docs/influxdb.md`
asks for. Queries go to Debian's InfluxDB, or to the one that the environment names (`tests.influx`), as Grafana sends
them: each panel's range, variables put in, steps for a panel 1000 pixels wide.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analytics.calendar import day_start
from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS
from dashboards import shipped
from tests.bench.report import Result, at_most, note
from tests.dashboards.filled import put_in
from tests.dashboards.read import Asked, queries
from tests.influx import Influx

ZONE = "Asia/Shanghai"
END_MS = 1_577_808_000_000  # 2020-01-01 00:00 in Shanghai
YEARS = 5
BEGIN_MS = END_MS - (YEARS * 365 + 1) * DAY_MS
QUALITY_MS, LIMIT_MS, NOW_MS = 92 * DAY_MS, 31 * DAY_MS, 8 * DAY_MS
"""So long each minute stands."""
PLANTS = tuple(f"plant{n}" for n in range(6))
POINTS = ("el.in", "el.a", "el.b", "el.c", "gas.in", "water.in", "steam")
POLLUTANTS = {"air": ("SO2", "NOx", "PM"), "water": ("COD", "NH3-N", "TN", "TP")}
TARGETS = ("energy_per_value_added", "water_per_value_added", "water_pollutants", "air_pollutants", "co2", "co2:C31")
SCOPES = (*(f"plant:{plant}" for plant in PLANTS), "city:wuxi", "sector:C17", "programme:sunan-2019")
MOST_MS = 300.0
TRIES = 5
PIXELS = 1000
LINES_AT_ONCE = 50_000


def measure(folder: Path) -> Iterator[Result]:
    """The slowest query of each dashboard and of the rules."""
    with Influx(folder / "influx") as influx:
        influx.long_shards(influx.bucket)
        began = time.monotonic()
        written = sum(_write(influx, lines) for lines in _all())
        note(f"grafana_queries: {written} lines written in {time.monotonic() - began:.0f} s")
        slowest: dict[str, tuple[float, str]] = {}
        for asked in queries():
            took_ms = _took_ms(influx, _asked(asked))
            slowest[asked.uid] = max(slowest.get(asked.uid, (0.0, "")), (took_ms, f"{asked.panel} {asked.ref}"))
        for rule in shipped.rules("en"):
            for one in rule["data"]:
                if "query" in one["model"]:
                    from_ms = END_MS - one["relativeTimeRange"]["from"] * 1000
                    took_ms = _took_ms(influx, put_in(one["model"]["query"], {}, from_ms, END_MS, "1m"))
                    slowest["rules"] = max(slowest.get("rules", (0.0, "")), (took_ms, f"{rule['uid']} {one['refId']}"))
    for uid, (took_ms, which) in slowest.items():
        yield at_most(f"grafana_queries: slowest of {uid} ({which})", took_ms, "ms", MOST_MS)


def _took_ms(influx: Influx, text: str) -> float:
    """Median of a few tries.

    Raises
    ------
    ValueError
        If there is nothing in the answer: that would be no measurement.
    """
    took = []
    for _ in range(TRIES):
        began = time.perf_counter()
        if not influx.query(text):
            raise ValueError(f"{text}: nothing came, wanted rows to be timed")
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[len(took) // 2]


def _asked(asked: Asked) -> str:
    dashboard = shipped.dashboards("en")[asked.uid]
    since = str(asked.settings.get("timeFrom") or dashboard["time"]["from"])
    from_ms = END_MS - _length_ms(since)
    step = max((END_MS - from_ms) // PIXELS, _length_ms(asked.settings["interval"]))
    pollutants = "|".join(name for names in POLLUTANTS.values() for name in names)
    told = {
        "plant": f"({'|'.join(PLANTS)})" if "/^$plant$/" in asked.query else PLANTS[0],
        "scope": "programme:sunan-2019",
        "period": "ytd",
        "pollutant": f"({pollutants})",
    }
    return put_in(asked.query, told, from_ms, END_MS, f"{step}ms")


def _length_ms(text: str) -> int:
    """Of ``now-5y/y``, ``1y``, ``24h`` or ``15m``; a year begun counts whole."""
    found = re.fullmatch(r"(?:now-)?(\d+)([mhdy])(/y)?", text)
    assert found is not None, text
    unit_ms = {"m": 60_000, "h": HOUR_MS, "d": DAY_MS, "y": 366 * DAY_MS}[found[2]]
    return int(found[1]) * unit_ms


def _write(influx: Influx, lines: Iterator[str]) -> int:
    """As the sender does it, in large pieces; how many."""
    count, piece = 0, []
    for line in lines:
        piece.append(line)
        if len(piece) == LINES_AT_ONCE:
            influx.write(piece)
            count, piece = count + len(piece), []
    if piece:
        influx.write(piece)
    return count + len(piece)


def _all() -> Iterator[Iterator[str]]:
    for plant in PLANTS:
        yield _intervals(plant)
        yield _limits(plant)
        yield _means(plant)
        yield _now(plant)
    yield _years()
    yield _days()
    yield _product()


def _times(step_ms: int) -> list[int]:
    """Instants of five years."""
    found: list[int] = np.arange(BEGIN_MS, END_MS, step_ms, dtype=np.int64).tolist()
    return found


def _minutes(back_ms: int) -> list[int]:
    found: list[int] = np.arange(END_MS - back_ms, END_MS, 60_000, dtype=np.int64).tolist()
    return found


def _wave(n: int, at: int = 0) -> list[float]:
    return (100.0 + 30.0 * np.sin(np.arange(n) / 7.0 + at)).round(4).tolist()


def _intervals(plant: str) -> Iterator[str]:
    times = _times(INTERVAL_MS)
    for at, point in enumerate(POINTS):
        medium = {"e": "electricity", "g": "natural_gas", "w": "water", "s": "steam"}[point[0]]
        key = f"interval,medium={medium},meter=M{at},plant={plant},series={point}"
        for time_ms, value in zip(times, _wave(len(times), at), strict=True):
            yield (
                f"{key} amount={value},known=1.0,measured=1.0,estimated=0.0,peak={value},below=0.1,above=0.1,"
                f"flags=0.0 {time_ms}"
            )


def _named(plant: str) -> Iterator[tuple[str, str]]:
    """Averaging and tags of each limit."""
    for medium, names in POLLUTANTS.items():
        outlet = "st" if medium == "air" else "ww"
        for name in names:
            for averaging in ("1h", "1d"):
                tags = f"limit=GB\\ {averaging},medium={medium},outlet={outlet},plant={plant},series={name}"
                yield averaging, f"{tags},unit={'mg/m3' if medium == 'air' else 'mg/L'}"


def _limits(plant: str) -> Iterator[str]:
    times = _minutes(LIMIT_MS)
    for _, tags in _named(plant):
        for time_ms, value in zip(times, _wave(len(times)), strict=True):
            yield (
                f"limit,{tags} known=1.0,state=0.0,value={value},allowed=150.0,use=0.7,valid=1488.0,due=1490.0,"
                f"over_month=0.0,over_year=3.0 {time_ms}"
            )


def _means(plant: str) -> Iterator[str]:
    days = day_start(np.arange(BEGIN_MS // DAY_MS, END_MS // DAY_MS), ZONE).tolist()
    for averaging, tags in _named(plant):
        times = _times(HOUR_MS) if averaging == "1h" else days
        for time_ms, value in zip(times, _wave(len(times)), strict=True):
            yield f"mean,{tags} known=1.0,value={value},allowed=150.0,judged=1.0,over=0.0 {time_ms}"
        of_limit = tags.rpartition(",unit=")[0]
        no_limit = of_limit.split(",", 1)[1]
        for time_ms in days[::30]:
            yield f"exceedance,{tags} known=1.0,{_RUN} {time_ms}"
            yield f"excess,{of_limit},unit=kg value=1.0,known=1.0 {time_ms}"
            for of in ("measured", "reported"):
                yield f"load,of={of},{no_limit},unit=kg known=1.0,{_MASS} {time_ms}"
        for time_ms in days[-40:]:
            yield f"trend,of=load,{no_limit} known=1.0,p=0.01,verdict=-1.0 {time_ms}"
            yield f"slope,of=load,{no_limit} value=-0.05,known=1.0,low=-0.07,high=-0.02 {time_ms}"


_RUN = "hours=2.0,peak=160.0,mean=155.0,periods=2.0,open=0.0"
_MASS = "value=100.0,coverage=1.0,estimated=0.01,provisional=0.0,valid=730.0,due=744.0"
NOW = (
    *("power_kw", "today_kwh", "today_tce", "today_water_m3", "month_kwh", "month_tce", "month_water_m3"),
    *("year_kwh", "year_tce", "year_water_m3"),
    *(f"month_load_kg:{name}" for names in POLLUTANTS.values() for name in names),
)


def _now(plant: str) -> Iterator[str]:
    times = _minutes(NOW_MS)
    quality = "coverage=1.0,estimated=0.0,provisional=0.0"
    for name in NOW:
        for time_ms, value in zip(times, _wave(len(times)), strict=True):
            yield f"now,scope=plant:{plant},series={name},unit=kW known=1.0,value={value},{quality} {time_ms}"
    shares = "coverage=0.99,estimated=0.01,silent=0.0,points=15.0,doubts=1.0"
    for time_ms in _minutes(QUALITY_MS):
        yield f"quality,plant={plant} known=1.0,{shares} {time_ms}"


def _years() -> Iterator[str]:
    names = ("energy_tce", "water_m3", "co2_t", "value_added", "energy_per_value_added", "water_per_value_added")
    quality = "coverage=1.0,estimated=0.0,provisional=0.0"
    months = np.arange(f"{2020 - YEARS}-01", "2020-01", dtype="datetime64[M]").astype("datetime64[D]").astype(int)
    times = day_start(months, ZONE).tolist()
    for scope in SCOPES:
        for name in names:
            for time_ms in times:
                yield f"month,scope={scope},series={name},unit=t known=1.0,value=100.0,{quality} {time_ms}"
        for name in (*names, "coal:electricity", "coal:natural_gas", "coal:steam"):
            for time_ms in times[::12]:
                yield f"year,scope={scope},series={name},unit=t known=1.0,value=1200.0,{quality} {time_ms}"
        for time_ms in times[12::12]:
            for name in SAVINGS:
                yield f"saving,scope={scope},series={name},unit=tce value=3.0,known=1.0,{quality} {time_ms}"


def _days() -> Iterator[str]:
    """A judgement a day, of every scope, target and period."""
    days = day_start(np.arange(BEGIN_MS // DAY_MS, END_MS // DAY_MS), ZONE).tolist()
    for scope in SCOPES:
        for target in TARGETS:
            for period in ("ytd", "rolling12", "full_year"):
                key = f"period={period},scope={scope},series={target}"
                for time_ms in days:
                    yield f"target,{key} known=1.0,status=1.0,change=-0.16,target=-0.18,pace=0.75 {time_ms}"
                    yield f"compared,{key},unit=t {_COMPARED} {time_ms}"
                    yield f"progress,{key} value=0.9,known=1.0 {time_ms}"
            for time_ms in days:
                yield f"needed,scope={scope},series={target} known=1.0,change=-0.01,month=-0.001 {time_ms}"
                yield f"budget,scope={scope},series={target},unit=t/month value=100.0,known=1.0 {time_ms}"
                yield f"forecast,scope={scope},series={target},unit=t {_FORECAST} {time_ms}"
        if not scope.startswith(("sector", "programme")):
            plant = f",plant={scope[6:]}" if scope.startswith("plant:") else ""
            for time_ms in days:
                yield f"place,city=wuxi{plant},scope={scope} {_PLACE} {time_ms}"


SAVINGS = (
    *("saving_fixed_base", "saving_fixed_base_final", "saving_fixed_base_total", "saving_fixed_base_total_final"),
    *("saving_yearly", "saving_yearly_total", "goal"),
)
_COMPARED = "known=1.0,base=1.2,current=1.0,coverage=1.0,estimated=0.0,provisional=0.1"
_FORECAST = "known=1.0,value=1.0,low=0.9,high=1.1,change=-0.17,change_low=-0.2,change_high=-0.1,probability=0.4"
_PLACE = (
    'known=1.0,name_en="Wuxi",name_zh="无锡",lat=31.6,lon=120.3,plants=1.0,status=1.0,behind=0.0,met=4.0,'
    "not_assessable=0.0"
)


def _product() -> Iterator[str]:
    for time_ms in _minutes(LIMIT_MS):
        beat = "readings=1e6,dead_letters=0.0,rejected_lines=0.0,lag_s=1.0,collecting=1.0,settling=1.0"
        yield f"heartbeat,instance=taihu known=1.0,{beat} {time_ms}"
        yield f"sink,target=plant known=1.0,unsent_s=1.0,stopped=0.0,rejected=0.0,sent=1e6 {time_ms}"
