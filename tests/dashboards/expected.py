"""What has each query to return? As the API says it, panel by panel, nothing taken from the lines.

A function a query: of the product and the dashboard's variables it gives the rows, each with its tags, its time where
that is shown (else None) and its values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from analytics.calendar import day_of, day_start, month_first_day, month_of
from analytics.columns import DERIVED, HOUR_MS
from analytics.units import UNITS
from engine.figure import Figure
from engine.outlets.exceedances import plant_periods
from engine.period import Period, new_year
from engine.targets.quotient import quotient
from tests.dashboards.filled import DOUBTS, INSTANCE, NOW_MS, REACH_MS, SINKS, ZONE, Filled

Row = tuple[dict[str, str], int | None, dict[str, Any]]
Variables = Mapping[str, str]
Says = Callable[[Filled, Variables], Iterable[Row]]

STATUS = {"met": 0, "on_pace": 1, "behind": 2, "not_assessable": 3}
VERDICT = {"falling": -1, "rising": 1, "no_trend": 0, "not_distinguishable": 0}
TODAY = int(day_of(NOW_MS, ZONE))
DAY_MS_ = int(day_start(TODAY, ZONE))
CITIES = {"wuxi": (31.57, 120.30), "zhenjiang": (32.21, 119.45)}
"""Latitude and longitude, as any atlas has them to about a tenth of a degree."""

# -- targets -----------------------------------------------------------------------------------------------------------


def _lines(f: Filled, scope: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = f.api("/targets", scope=scope)
    return found


def status(f: Filled, v: Variables) -> Iterable[Row]:
    for line in _lines(f, v["scope"]):
        yield {"series": line["id"]}, None, {"status": STATUS[line[v["period"]]["status"]]}


def standing(f: Filled, v: Variables) -> Iterable[Row]:
    for line in _lines(f, v["scope"]):
        told = line[v["period"]]
        if told["change"] is not None:
            current = told["current"]
            values = {"base": told["base"]["value"], "current": current["value"], "wanted": told["target"]}
            values |= {name: told[name] for name in ("change", "progress", "pace")}
            values |= {name: current[name] for name in ("coverage", "provisional")}
            yield {"series": line["id"]}, None, values


def forecast(f: Filled, v: Variables) -> Iterable[Row]:
    for line in _lines(f, v["scope"]):
        said = line["forecast"]
        if said["value"] is not None:
            values = {"forecast": said["change"], "low": said["change_low"], "high": said["change_high"]}
            values |= {"probability": said["probability"], "needed_month": line["needed"]["per_month"]}
            yield {"series": line["id"]}, None, values


def only(says: Says, *names: str) -> Says:
    """Fewer values of the same rows."""

    def fewer(f: Filled, v: Variables) -> Iterable[Row]:
        for tags, time_ms, values in says(f, v):
            yield tags, time_ms, {name: values[name] for name in names}

    return fewer


def course(f: Filled, v: Variables) -> Iterable[Row]:
    for tags, _, values in standing(f, v):
        yield tags, DAY_MS_, {"progress": values["progress"]}


def _counts(f: Filled, scope: str) -> dict[str, Any]:
    found = [one["status"] for one in f.api("/indicators", scope=scope, period="ytd")]
    judged = [STATUS[one] for one in found if one != "not_assessable"]
    good = found.count("met") + found.count("on_pace")
    counts = {"behind": found.count("behind"), "met": good, "not_assessable": found.count("not_assessable")}
    return counts | {"status": max(judged, default=3)}


def plants(f: Filled, v: Variables) -> Iterable[Row]:
    for plant in f.api("/plants"):
        tags = {"scope": f"plant:{plant['id']}", "plant": plant["id"], "city": plant["city"]}
        yield tags, None, {"name": plant["name"][v["lang"]]} | _counts(f, tags["scope"])


def by_target(f: Filled, v: Variables) -> Iterable[Row]:
    for plant in f.api("/plants"):
        scope = f"plant:{plant['id']}"
        for tags, _, values in status(f, {**v, "scope": scope}):
            yield {"scope": scope} | tags, None, {"state": values["status"]}


def cities(f: Filled, v: Variables) -> Iterable[Row]:
    names = f.api("/words")["cities"]
    for city in {plant["city"] for plant in f.api("/plants")}:
        scope = f"city:{city}"
        there = dict(zip(("lat", "lon"), CITIES[city], strict=True))
        yield {"scope": scope}, None, {"name": names[city][v["lang"]], "plants": 1} | there | _counts(f, scope)


# -- a plant now -------------------------------------------------------------------------------------------------------


def now(name: str, *, at_ms: int | None = None) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        value = f.api(f"/plants/{v['plant']}/now")["figures"][name]["value"]
        if value is not None:
            yield {"scope": f"plant:{v['plant']}"}, at_ms, {"value": value}

    return says


def month_loads(f: Filled, v: Variables) -> Iterable[Row]:
    for name, figure in f.api(f"/plants/{v['plant']}/now")["figures"].items():
        if name.startswith("month_load_kg:") and figure["value"] is not None:
            yield {"series": name}, None, {"value": figure["value"]}


def _label(limit: dict[str, Any]) -> str:
    return f"{'/'.join(filter(None, (limit['standard'], limit['class'])))} {limit['averaging']}"


def limits(*names: str, medium: bool = False, known: bool = True) -> Says:
    """Values of each limit as the API tells them; `known`: only where there is a mean."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for told in f.api(f"/plants/{v['plant']}/limits"):
            if told["pollutant"] not in v["pollutant"].strip("()").split("|") or (known and told["use"] is None):
                continue
            tags = {"outlet": told["outlet"], "series": told["pollutant"], "limit": _label(told["limit"])}
            values = {
                "state": told["state"],
                "use": told["use"],
                "value": told["current"]["value"],
                "allowed": told["limit"]["value"],
                "valid": told["valid"],
                "due": told["due"],
                "over_month": told["month"]["periods"],
                "over_year": told["year"]["periods"],
            }
            yield tags | ({"medium": told["medium"]} if medium else {}), None, {name: values[name] for name in names}

    return says


def every_limit(says: Says, at_ms: int | None = None) -> Says:
    """The same of all pollutants."""

    def all_of(f: Filled, v: Variables) -> Iterable[Row]:
        chosen = {told["pollutant"] for told in f.api(f"/plants/{v['plant']}/limits")}
        for tags, _, values in says(f, {**v, "pollutant": "|".join(chosen)}):
            yield tags, at_ms, values

    return all_of


def power(f: Filled, v: Variables) -> Iterable[Row]:
    for point in f.api("/points", plant=v["plant"]):
        if point["carrier"] == "electricity":
            yield from _rates(f, point["id"], int(v["from_ms"]), int(v["to_ms"]))


def _rates(f: Filled, full_id: str, from_ms: int, to_ms: int) -> Iterable[Row]:
    found = f.product.figures.series(full_id, from_ms, to_ms, "15min")
    for start_ms, level in zip(found.start_ms, found.level, strict=True):
        if level is not None:
            yield {"series": full_id.split("/")[1]}, start_ms, {"rate": level}


def ages(f: Filled, v: Variables) -> Iterable[Row]:
    registry = f.product.registry()
    media = {f"{o.plant}/{p}": o.medium for o in registry.outlets(v["plant"]) for p in _of_outlet(o)}
    media |= {p.full_id: p.carrier for p in registry.plant_points(v["plant"]) if p.carrier}
    for point in registry.plant_points(v["plant"]):
        found = f.product.figures.series(point.full_id, int(v["from_ms"]), int(v["to_ms"]), "15min")
        known = [(at, share) for at, share in zip(found.start_ms, found.coverage, strict=True) if share > 0]
        if known:
            medium = media.get(point.full_id)
            tags = {"series": point.id} | ({"medium": medium} if medium else {})
            yield tags, known[-1][0], {"known": known[-1][1]}


def _of_outlet(outlet: Any) -> list[str]:
    loads = [outlet.load_id(name) for name in outlet.pollutants]
    gas = () if outlet.gas is None else outlet.gas.points
    more = [name for name in (outlet.oxygen, outlet.moisture) if name]
    return [outlet.flow, *outlet.pollutants.values(), *loads, *gas, *more]


# -- months and years --------------------------------------------------------------------------------------------------


def _figure(f: Filled, scope: str, name: str, first: int, last: int) -> Figure:
    """A figure of some local days, sums first."""
    _, books = f.product.figures.group(scope)
    period = Period.of(first, last, ZONE)

    def summed(one: str) -> Figure:
        made = {"energy_tce": "energy", "water_m3": "water", "co2_t": "carbon", "value_added": "value_added"}
        parts = [getattr(b, made[one])(period) for b in books]
        known = all(part.value is not None for part in parts)
        value = sum(part.value for part in parts) if known else None
        return Figure(one, value, parts[0].unit, period.from_ms, period.to_ms)

    tops = {"energy_per_value_added": "energy_tce", "water_per_value_added": "water_m3"}
    return quotient(name, summed(tops[name]), summed("value_added")) if name in tops else summed(name)


def months(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        first = int(month_of(day_of(int(v["from_ms"]), ZONE)))
        for month in range(first, int(month_of(TODAY))):
            start, end = (int(month_first_day(m)) for m in (month, month + 1))
            value = _figure(f, v["scope"], name, start, end).value
            if value is not None and int(v["from_ms"]) <= int(day_start(start, ZONE)):
                yield {"scope": v["scope"]}, int(day_start(start, ZONE)), {"value": value}

    return says


def _years(f: Filled, v: Variables, name: str) -> list[tuple[int, float]]:
    found = []
    for year in range(2015, 2019):
        value = _figure(f, v["scope"], name, new_year(year), min(new_year(year + 1), TODAY)).value
        if value is not None:
            found.append((int(day_start(new_year(year), ZONE)), value))
    return found


def years(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for at, value in _years(f, v, name):
            yield {"scope": v["scope"]}, at, {"value": value}

    return says


def last_year(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        yield {"scope": v["scope"]}, None, {"value": _years(f, v, name)[-1][1]}

    return says


def first_year(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        yield {}, None, {"value": _years(f, v, name)[0][1]}

    return says


def carriers(f: Filled, v: Variables) -> Iterable[Row]:
    _, books = f.product.figures.group(v["scope"])
    for name in {f"coal:{carrier}" for b in books for carrier in b.energy_carriers()}:
        having = [b for b in books if name.removeprefix("coal:") in b.energy_carriers()]
        for year in range(2015, 2019):
            period = Period.of(new_year(year), min(new_year(year + 1), TODAY), ZONE)
            values = [b.carrier_tce(name.removeprefix("coal:"), period).value for b in having]
            if all(value is not None for value in values):
                yield {"series": name}, period.from_ms, {"value": sum(filter(None, values))}


def base(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for line in _lines(f, v["scope"]):
            if line["id"] == name and line["full_year"]["change"] is not None:
                yield {"series": name}, None, {"base": line["full_year"]["base"]["value"]}

    return says


# -- emissions ---------------------------------------------------------------------------------------------------------


def means(medium: str, days: bool, field: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        from_ms = int(v["from_ms"])
        read, registry = f.product.figures.outlet_hours, f.product.registry()
        begin_ms = int(day_start(day_of(from_ms, ZONE), ZONE))
        for outlet, told in plant_periods(read, registry, v["plant"], begin_ms, NOW_MS):
            label = _label_of(told.limit)
            chosen = told.pollutant in v["pollutant"].strip("()").split("|")
            if outlet.medium != medium or label.endswith(" 1d") != days or not chosen:
                continue
            factor, tags = UNITS[told.limit.value.unit].factor, {"outlet": outlet.id, "series": told.pollutant}
            ended = (told.end_ms <= NOW_MS) & (told.start_ms >= from_ms) & np.isfinite(told.mean) & (told.known > 0)
            for at, mean in zip(told.start_ms[ended].tolist(), (told.mean[ended] / factor).tolist(), strict=True):
                value = mean if field == "value" else told.limit.value.value
                yield tags | {"limit": label}, at, {field: value}

    return says


def _label_of(limit: Any) -> str:
    words = "/".join(filter(None, (limit.standard, limit.limit_class)))
    return f"{words} {'1d' if limit.averaging_ms < 0 else f'{limit.averaging_ms // HOUR_MS}h'}"


def exceedances(f: Filled, v: Variables) -> Iterable[Row]:
    from_ms = max(int(v["from_ms"]), NOW_MS - REACH_MS)
    instant = dt.datetime.fromtimestamp(from_ms / 1000, dt.UTC).isoformat().replace("+00:00", "Z")
    for told in f.api("/exceedances", plant=v["plant"], **{"from": instant}):
        if told["pollutant"] in v["pollutant"].strip("()").split("|"):
            tags = {"outlet": told["outlet"], "series": told["pollutant"], "limit": _label(told["limit"])}
            values = {name: told[name] for name in ("peak", "mean", "periods", "excess_kg")}
            values |= {"hours": (told["end_ms"] - told["start_ms"]) / HOUR_MS, "open": int(told["open"])}
            yield tags, told["start_ms"], values


def loads(kind: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        first = int(month_of(day_of(NOW_MS - REACH_MS, ZONE)))
        for month in range(first + 1, int(month_of(TODAY)) + 1):
            from_ms, to_ms = (int(day_start(month_first_day(m), ZONE)) for m in (month, month + 1))
            span = {"from": _iso(from_ms), "to": _iso(to_ms)}
            for told in f.api(f"/plants/{v['plant']}/loads", **span):
                value = told[kind]["value"]
                if told["pollutant"] in v["pollutant"].strip("()").split("|") and value is not None:
                    yield {"outlet": told["outlet"], "series": told["pollutant"]}, from_ms, {f"{kind}_kg": value}

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


# -- quality -----------------------------------------------------------------------------------------------------------


def quality(f: Filled, v: Variables) -> Iterable[Row]:
    """Shares of yesterday as the days of the points give them; silence is not expected of works that just spoke."""
    registry = f.product.registry()
    for plant in registry.plants:
        if plant not in v["plant"].strip("()").split("|"):
            continue
        points = [p for p in registry.plant_points(plant) if p.kind not in DERIVED]
        from_ms = int(day_start(TODAY - 1, ZONE))
        told = [f.product.figures.series(p.full_id, from_ms, DAY_MS_, "day") for p in points]
        known = [one.coverage[0] for one in told]
        spread = [one.coverage[0] * one.estimated[0] for one in told]
        shares = {"coverage": float(np.mean(known)), "estimated": float(np.mean(spread))}
        yield {"plant": plant}, None, shares | {"points": len(points), "doubts": DOUBTS[plant]}


def of_all_plants(says: Says) -> Says:
    """Whichever plant is chosen."""

    def all_of(f: Filled, v: Variables) -> Iterable[Row]:
        return says(f, {**v, "plant": "|".join(f.product.registry().plants)})

    return all_of


def beat(name: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        health = f.api("/health")
        journal = health["journal"]
        told = {"readings": journal["readings"], "dead_letters": journal["dead_letters"], "rejected_lines": 3}
        told |= {"collecting": 1, "settling": 1, "lag_s": 1.25, "known": 1}
        yield {"instance": INSTANCE}, None, {name: told[name]}

    return says


def sinks(*names: str) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        for sink in SINKS:
            told = {"unsent_s": sink.unsent_s, "stopped": int(sink.state == "stopped")}
            told |= {"rejected": sink.rejected, "sent": sink.sent}
            yield {"target": sink.name}, None, {name: told[name] for name in names}

    return says


def at(says: Says, at_ms: int) -> Says:
    """The same, shown with its time."""

    def timed(f: Filled, v: Variables) -> Iterable[Row]:
        for tags, _, values in says(f, v):
            yield tags, at_ms, values

    return timed


# -- savings -----------------------------------------------------------------------------------------------------------


def _savings(f: Filled, scope: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = f.api("/savings", scope=scope)["years"]
    return [year for year in found if year["yearly"]["value"] is not None]


def saved(*names: str, all_plants: bool = False) -> Says:
    def says(f: Filled, v: Variables) -> Iterable[Row]:
        scopes = [f"plant:{plant['id']}" for plant in f.api("/plants")] if all_plants else [v["scope"]]
        for scope in scopes:
            for year in _savings(f, scope):
                fixed = year["fixed_base"]
                told = {"yearly_tce": year["yearly"]["value"], "fixed_base_tce": fixed["value"]}
                told |= {"final_tce": year["fixed_base_more"]["final"]["value"]}
                told |= {"coverage": fixed["coverage"], "provisional": fixed["provisional"]}
                yield (
                    {"scope": scope},
                    int(day_start(new_year(year["year"]), ZONE)),
                    {name: told[name] for name in names},
                )

    return says


def added_up(name: str, view: str, total: str) -> Says:
    """Over all years: the API's own total of the last year."""

    def says(f: Filled, v: Variables) -> Iterable[Row]:
        value = f.api("/savings", scope=v["scope"])["years"][-1][view][total]["value"]
        if value is not None:
            yield {"scope": v["scope"]}, None, {name: value}

    return says


def so_far(f: Filled, v: Variables) -> Iterable[Row]:
    for year in _savings(f, v["scope"]):
        at_ms = int(day_start(new_year(year["year"]), ZONE))
        yield {"scope": v["scope"]}, at_ms, {"yearly_total_tce": year["yearly_more"]["total"]["value"]}


def goal(f: Filled, v: Variables) -> Iterable[Row]:
    value = f.api("/savings", scope=v["scope"])["goal_tce"]
    if value is not None:
        yield {"scope": v["scope"]}, None, {"goal_tce": value}


def goal_of_each_year(f: Filled, v: Variables) -> Iterable[Row]:
    for tags, _, values in goal(f, v):
        for year in _savings(f, v["scope"]):
            yield tags, int(day_start(new_year(year["year"]), ZONE)), values
