"""Figures, indicators and series made up from the sizes of the plants."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from analytics.columns import DAY_MS, HOUR_MS, INTERVAL_MS, Kind
from analytics.units import UNITS
from engine.figure import Figure, Indicator, Series
from engine.outlets.hours import OutletHours, read_hours
from engine.savings.savings import YearSaving
from engine.targets.indicators import Comparison
from engine.targets.line import TargetLine
from engine.trends.trends import PlantTrends
from engine.why.answer import Why
from registry import Outlet, Point, Registry
from tests.api.fake_carbon import made_up_carbon, made_up_growth
from tests.api.fake_fleet import FakeFleet
from tests.api.fake_plants import (
    CHANGES,
    FACTORS,
    NOW_MS,
    PACE,
    SIZE,
    TARGETS,
    following,
    local_midnight,
    local_start,
    mean_rate,
    shape,
)
from tests.api.fake_savings import made_up_savings
from tests.api.fake_store import FakeStore
from tests.api.fake_targets import made_up_line
from tests.api.fake_trends import made_up_trends
from tests.api.fake_why import made_up_why


class FakeFigures:
    """Figures made up from the sizes above."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self.now_ms = NOW_MS
        self.nudge = 0.0
        self.fleet = FakeFleet(registry, self)

    def outlet_hours(self, outlet: Outlet, from_ms: int, to_ms: int) -> OutletHours:
        return read_hours(FakeStore(self._registry), self._registry, outlet, from_ms, to_ms)  # type: ignore[arg-type]

    def now(self, plant_id: str) -> dict[str, Figure]:
        power, energy, water, _ = SIZE[plant_id]
        now = self.now_ms
        spans = {"today": local_midnight(now), "month": local_start(now, "month"), "year": local_start(now, "year")}
        incomer = next(p for p in self._registry.plant_points(plant_id) if p.carrier == "electricity")
        point = Figure(
            f"point:{incomer.full_id}",
            power * shape(now, len(plant_id)) + self.nudge,
            "kW",
            now - INTERVAL_MS,
            now,
            1.0,
        )
        found = {"power_kw": dataclasses.replace(point, name="power_kw", formula="Σ P", inputs=(point,))}
        for span, from_ms in spans.items():
            hours = (now - from_ms) / HOUR_MS
            electricity = Figure(f"point:{incomer.full_id}", power * hours, "kWh", from_ms, now, 0.998, 0.012)
            carrier = dataclasses.replace(electricity, name="carrier:electricity", formula="Σ", inputs=(electricity,))
            coal = Figure(
                "coal:electricity", power * hours * 0.1229e-3, "tce", from_ms, now, 0.998, 0.012, 0.0, FACTORS, "E · k",
                (carrier, Figure("factor:electricity", 0.1229, "kgce/kWh", from_ms, now, factors=FACTORS)),
            )  # fmt: skip
            total = energy / 8766 * hours
            gas = Figure("coal:natural_gas", total - coal.value, "tce", from_ms, now, 0.97, 0.05, 0.0, FACTORS, "E · k")
            found[f"{span}_kwh"] = carrier
            found[f"{span}_tce"] = Figure(
                "energy_tce", total, "tce", from_ms, now, 0.97, 0.03, 0.0, FACTORS, "Σ Eᵢ · kᵢ", (coal, gas)
            )
            known = plant_id != "zj-cement"
            found[f"{span}_water_m3"] = Figure(
                "water_m3", water / 8766 * hours if known else None, "m3", from_ms, now, 1.0 if known else 0.0,
                note="" if known else "part_missing",
            )  # fmt: skip
        for outlet in self._registry.outlets(plant_id):
            for i, pollutant in enumerate(outlet.pollutants):
                found[f"month_load_kg:{pollutant}"] = Figure(
                    f"load:{pollutant}", 820.0 / (i + 1), "kg", spans["month"], now, 0.93, 0.0, formula="Σ C · Q"
                )
        return found

    def indicators(self, scope: str, period: str = "ytd") -> list[Indicator]:
        kind, _, name = scope.partition(":")
        programme = next(iter(self._registry.programmes.values()))
        changes: tuple[float | None, ...] = (-0.132, -0.151, -0.118, -0.164)
        if kind == "plant":
            changes = CHANGES[name]
        rated = [target for target in programme.indicators if target.kind != "carbon"]
        found = [
            self._indicator(scope, target, change, TARGETS[i], i)
            for i, (target, change) in enumerate(zip(rated, changes, strict=True))
        ]
        carbon = made_up_growth(programme, self._registry, scope)
        return found if carbon is None else [*found, carbon]

    def targets(self, scope: str) -> list[TargetLine]:
        periods = [self.indicators(scope, period) for period in ("ytd", "rolling12", "full_year")]
        return [made_up_line(*of_one) for of_one in zip(*periods, strict=True)]

    def savings(self, scope: str) -> list[YearSaving]:
        return made_up_savings(self._registry, scope, self.now_ms)

    def carbon(self, plant_id: str, from_ms: int | None = None, to_ms: int | None = None) -> Figure:
        first = local_start(self.now_ms, "year") if from_ms is None else local_midnight(from_ms)
        years = (local_start(self.now_ms, "year") - local_start(first, "year")) / (365.25 * DAY_MS)
        last = local_midnight(self.now_ms if to_ms is None else to_ms)
        return made_up_carbon(plant_id, first, last, 1.0 + 0.01 * years)

    def trends(self, plant_id: str) -> PlantTrends:
        return made_up_trends(self._registry, plant_id, self.now_ms)

    def why(self, scope: str, indicator: str, period: str = "ytd", days: Comparison | None = None) -> Why:
        each = {one.id: one for whole in self.indicators(scope, period) for one in (whole, *whole.parts)}
        if indicator not in each:
            raise KeyError(f"{scope} has no indicator {indicator!r}; there are {', '.join(each)}")
        return made_up_why(self._registry, each[indicator])

    def _indicator(self, scope: str, target: Any, change: float | None, wanted: float, i: int) -> Indicator:
        current = _ratio(target.id, change, i)
        progress = None if change is None else math.log1p(change) / math.log1p(wanted)
        first, last = (local_midnight(int(t - 3 * 365.25 * DAY_MS)) for t in (current.from_ms, current.to_ms))
        whole = Indicator(
            id=target.id,
            scope=scope,
            base=dataclasses.replace(current, value=BASES[i], from_ms=first, to_ms=last, provisional=0.0),
            current=current,
            change=change,
            target=wanted,
            progress=progress,
            pace=PACE,
            status=_status(progress),
            reason="" if progress is not None else "coverage",
        )
        if i < 2 or change is None:
            return whole
        ids = [f"{target.id}:{pollutant}" for pollutant in target.pollutants]
        parts = [dataclasses.replace(whole, id=id_, change=change - 0.03 * k) for k, id_ in enumerate(ids)]
        return dataclasses.replace(whole, parts=tuple(parts))

    def series(self, full_id: str, from_ms: int, to_ms: int, step: str) -> Series:
        point = self._registry.points[full_id]
        level_only = point.kind in (Kind.CONCENTRATION, Kind.STATE)
        starts = [local_start(from_ms, step)]
        while following(starts[-1], step) < to_ms:
            starts.append(following(starts[-1], step))
        rows = [self._row(point, start, following(start, step), step) for start in starts]
        unit = point.unit if level_only else point.amount_unit
        return Series(
            unit=unit,
            rate_unit=point.unit if level_only else "kW" if unit == "kWh" else f"{unit}/h",
            start_ms=starts,
            amount=[None if level_only else amount for amount, *_ in rows],
            level=[level for _, level, *_ in rows],
            coverage=[coverage for *_, coverage, _, _ in rows],
            estimated=[estimated for *_, estimated, _ in rows],
            peak=[None if level is None else level * 1.07 for _, level, *_ in rows],
            flags=[flags for *_, flags in rows],
        )

    def _row(
        self, point: Point, start: int, end: int, step: str
    ) -> tuple[float | None, float | None, float, float, list[str]]:
        """Amount, level, coverage, estimated share and flags of one step."""
        hole = step in ("15min", "hour") and 0 <= start - (NOW_MS - 14 * HOUR_MS) < 3 * HOUR_MS
        spread = step in ("15min", "hour") and 0 <= start - (NOW_MS - 22 * HOUR_MS) < 4 * HOUR_MS
        if hole or start > self.now_ms:
            return None, None, 0.0, 0.0, []
        years = (start - local_start(NOW_MS, "year")) / (365.25 * DAY_MS)
        factor = (
            mean_rate(point)
            * UNITS[point.unit].factor
            * (1 if point.kind is Kind.REGISTER else 1 / UNITS[point.unit].factor)
        )
        level = factor * shape((start + end) / 2, point.key) * (1 + 0.05 * years)
        over = min(1.0, max(0.0, (self.now_ms - start) / (end - start)))
        flags = ["gap"] if spread else ["rollover"] if start % (37 * HOUR_MS) == 0 and step == "hour" else []
        return (
            level * over * (end - start) / HOUR_MS,
            level,
            over if step != "15min" else 1.0,
            1.0 if spread else 0.0,
            flags,
        )


BASES = (0.738, 41.2, 5210.0, 88_300.0)
UNIT_NAMES = ("tce/10k_yuan", "m3/10k_yuan", "equivalents", "equivalents")


def _status(progress: float | None) -> Any:
    if progress is None:
        return "not_assessable"
    return "met" if progress >= 1 else "on_pace" if progress >= PACE else "behind"


def _ratio(name: str, change: float | None, i: int) -> Figure:
    """The current value of a target; the first two are quotients, the others pollution equivalents."""
    ytd = (local_start(NOW_MS, "year"), local_midnight(NOW_MS))
    top = Figure(("energy_tce", "water_m3", "", "")[i], 20_480.5, UNIT_NAMES[i].split("/")[0], *ytd, 0.972, 0.03)
    stated = Figure("statement:value_added", 4200.0, "10k_yuan", *ytd, provisional=1.0, note="provisional")
    value_added = Figure(
        "value_added_base_prices", 34_100.0, "10k_yuan", *ytd, 1.0, provisional=0.25, formula="Σ VAₘ", inputs=(stated,)
    )
    return Figure(
        name=name if i < 2 else f"{name}_equivalents",
        value=None if change is None else BASES[i] * (1 + change),
        unit=UNIT_NAMES[i],
        from_ms=ytd[0],
        to_ms=ytd[1],
        coverage=0.41 if change is None else 0.972,
        estimated=0.03,
        provisional=0.25,
        factors=FACTORS if i == 0 else None,
        formula=f"{top.name} / value_added_base_prices" if i < 2 else "Σ m / k",
        inputs=(top, value_added) if i < 2 else (),
    )
