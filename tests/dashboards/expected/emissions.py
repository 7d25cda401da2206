"""What has each query of the emissions to return?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np

from analytics.calendar import day_of, day_start, month_first_day, month_of
from analytics.columns import HOUR_MS
from engine.outlets.exceedances import plant_periods
from tests.dashboards.expected.limits import TOLD_IN, in_line, is_chosen, label, label_of, limits
from tests.dashboards.expected.rows import TODAY, Panels, Row, Says, Variables, only
from tests.dashboards.filled import NOW_MS, REACH_MS, ZONE, Filled

VERDICT = {"falling": -1, "rising": 1, "no_trend": 0, "not_distinguishable": 0}
VALUES = ("value", "allowed", "use", "valid", "due", "over_month", "over_year")


def means(medium: str, days: bool, field: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        from_ms = int(v["from_ms"])
        read, registry = f.product.figures.outlet_hours, f.product.registry()
        begin_ms = int(day_start(day_of(from_ms, ZONE), ZONE))
        for outlet, told in plant_periods(read, registry, v["plant"], begin_ms, NOW_MS):
            limit = told.limit
            averaging = "1d" if limit.averaging_ms < 0 else f"{limit.averaging_ms // HOUR_MS}h"
            if outlet.medium != medium or (averaging == "1d") != days or not is_chosen(told.pollutant, v):
                continue
            name = label(limit.standard, limit.limit_class, averaging)
            # The means are in mg/m3; a mg/L is a thousand of them.
            factor, tags = 1000.0 if medium == "water" else 1.0, {"outlet": outlet.id, "series": told.pollutant}
            allowed = limit.value.canonical / factor
            ended = (told.end_ms <= NOW_MS) & (told.start_ms >= from_ms) & np.isfinite(told.mean) & (told.known > 0)
            for at, mean in zip(told.start_ms[ended].tolist(), (told.mean[ended] / factor).tolist(), strict=True):
                value = mean if field == "value" else allowed
                yield tags | {"limit": name}, at, {field: value}

    return says


def _exceedances(f: Filled, v: Variables) -> Iterable[Any]:
    from_ms = max(int(v["from_ms"]), NOW_MS - REACH_MS)
    for told in f.api("/exceedances", plant=v["plant"], **{"from": _iso(from_ms)}):
        if is_chosen(told["pollutant"], v):
            yield told


def exceedances(f: Filled, v: Variables) -> Iterable[Row]:
    for told in _exceedances(f, v):
        tags = {"outlet": told["outlet"], "series": told["pollutant"], "limit": label_of(told["limit"])}
        tags["unit"] = TOLD_IN[told["limit"]["unit"]][1]
        values = {name: in_line(told[name], told["limit"]) for name in ("peak", "mean")}
        values |= {"periods": told["periods"], "open": int(told["open"])}
        yield tags, told["start_ms"], values | {"hours": (told["end_ms"] - told["start_ms"]) / HOUR_MS}


def masses(f: Filled, v: Variables) -> Iterable[Row]:
    for told in _exceedances(f, v):
        tags = {"outlet": told["outlet"], "series": told["pollutant"], "limit": label_of(told["limit"])}
        yield tags, told["start_ms"], {"mass": told["excess_kg"]}


def loads(kind: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        first = int(month_of(day_of(NOW_MS - REACH_MS, ZONE)))
        for month in range(first + 1, int(month_of(TODAY)) + 1):
            from_ms, to_ms = (int(day_start(month_first_day(m), ZONE)) for m in (month, month + 1))
            span = {"from": _iso(from_ms), "to": _iso(to_ms)}
            for told in f.api(f"/plants/{v['plant']}/loads", **span):
                value = told[kind]["value"]
                if is_chosen(told["pollutant"], v) and value is not None:
                    yield {"outlet": told["outlet"], "series": told["pollutant"]}, from_ms, {"value": value}

    return says


def _iso(time_ms: int) -> str:
    return dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def trends(f: Filled, v: Variables) -> Iterable[Row]:
    for told in f.api(f"/plants/{v['plant']}/trends")["trends"]:
        if told["verdict"] == "unknown":
            continue
        test = told["test"]
        tags = {"series": told["pollutant"] or told["quantity"], "of": told["quantity"]}
        tags |= {"outlet": told["outlet"]} if told["outlet"] else {}
        values = {"slope": test["slope_share"], "low": test["low_share"], "high": test["high_share"], "p": test["p"]}
        yield tags, None, values | {"verdict": VERDICT[told["verdict"]]}


PANELS: Panels = {
    ("taihu-emissions", "Limits now", "A"): limits("state", known=False),
    ("taihu-emissions", "Limits now", "B"): limits(*VALUES, unit=True),
    ("taihu-emissions", "Hourly means, exhaust gas", "A"): means("air", False, "value"),
    ("taihu-emissions", "Hourly means, exhaust gas", "B"): means("air", False, "allowed"),
    ("taihu-emissions", "Daily means, exhaust gas", "A"): means("air", True, "value"),
    ("taihu-emissions", "Daily means, exhaust gas", "B"): means("air", True, "allowed"),
    ("taihu-emissions", "Hourly means, wastewater", "A"): means("water", False, "value"),
    ("taihu-emissions", "Hourly means, wastewater", "B"): means("water", False, "allowed"),
    ("taihu-emissions", "Daily means, wastewater", "A"): means("water", True, "value"),
    ("taihu-emissions", "Daily means, wastewater", "B"): means("water", True, "allowed"),
    ("taihu-emissions", "Exceedances", "A"): exceedances,
    ("taihu-emissions", "Exceedances", "B"): masses,
    ("taihu-emissions", "Loads by month", "A"): loads("measured"),
    ("taihu-emissions", "Loads by month", "B"): loads("reported"),
    ("taihu-emissions", "Trends", "A"): only(trends, "verdict", "p"),
    ("taihu-emissions", "Trends", "B"): only(trends, "slope", "low", "high"),
}
