"""CO2 made up from the sizes of the plants: a tree as the engine gives, with round factors."""

from __future__ import annotations

import dataclasses

from engine.figure import Figure, Indicator
from registry import Programme, Registry
from tests.api.fake_plants import NOW_MS, SIZE, local_midnight, local_start

EDITION = "NDRC 2013-2015"
SECTOR = {"cz-steel": "C31", "zj-cement": "C30", "nj-chem": "C26"}
CHANGE = {"cz-steel": -0.021, "zj-cement": -0.034, "nj-chem": 0.012}
HOURS = 8766.0


def made_up_carbon(plant_id: str, from_ms: int, to_ms: int, times: float = 1.0) -> Figure:
    """CO2 of a plant over some time."""
    power, energy, *_ = SIZE[plant_id]
    hours = (to_ms - from_ms) / 3.6e6 * times

    def branch(name: str, amount: float, unit: str, factor: float, factor_unit: str, process: bool = False) -> Figure:
        inside = Figure(f"{'material' if process else 'carrier'}:{name}", amount, unit, from_ms, to_ms, 0.98, 0.01)
        row = Figure(f"factor_co2:{name}", factor, factor_unit, from_ms, to_ms, factors=EDITION)
        formula = "M · k" if process else "E · k"
        inputs = (inside, row)
        return Figure(f"co2:{name}", amount * factor, "tCO2", from_ms, to_ms, 0.98, 0.01, 0.0, EDITION, formula, inputs)

    def total(name: str, *parts: Figure) -> Figure:
        value = sum(part.value or 0.0 for part in parts)
        return Figure(name, value, "tCO2", from_ms, to_ms, 0.98, 0.01, 0.0, EDITION, "Σ", parts)

    electricity = branch("electricity", power * hours, "kWh", 0.7035e-3, "tCO2/kWh")
    gas = branch("natural_gas", energy * 120.0 * hours / HOURS, "m3", 2.16219e-3, "tCO2/m3")
    fuels = [gas]
    if plant_id == "zj-cement":
        clinker = branch("clinker", 1_400_000.0 * hours / HOURS, "t", 0.5305, "tCO2/t", process=True)
        fuels.append(total("co2_process", clinker))
    found = total("co2_t", total("co2_scope1", *fuels), total("co2_scope2", electricity))
    return dataclasses.replace(found, scope=f"plant:{plant_id}")


def made_up_growth(programme: Programme, registry: Registry, scope: str) -> Indicator | None:
    """The target of no growth; None for plants of other sectors."""
    kind, _, name = scope.partition(":")
    target = next(t for t in programme.indicators if t.kind == "carbon")
    if kind == "plant":
        return _plant(name, target.id) if name in SECTOR else None
    there = [p for p in SECTOR if kind != "city" or registry.plants[p].city == name]
    if not there:
        return None
    parts = [
        dataclasses.replace(_plant(p, f"{target.id}:{SECTOR[p]}"), scope=scope, id=f"{target.id}:{SECTOR[p]}")
        for p in sorted(there, key=SECTOR.__getitem__)
    ]
    base, current = (
        dataclasses.replace(
            figures[0], name=target.id, value=sum(f.value or 0.0 for f in figures), inputs=tuple(figures), scope=scope
        )
        for figures in ([p.base for p in parts], [p.current for p in parts])
    )
    change = (current.value or 0.0) / (base.value or 1.0) - 1.0
    behind = any(p.status == "behind" for p in parts)
    return dataclasses.replace(
        parts[0], id=target.id, base=base, current=current, change=change, parts=tuple(parts),
        status="behind" if behind else "met", beside=(_reading("co2_sum_change", change, current),),
    )  # fmt: skip


def _plant(name: str, id_: str) -> Indicator:
    change = CHANGE[name]
    from_ms, to_ms = local_start(NOW_MS, "year"), local_midnight(NOW_MS)
    base = made_up_carbon(name, from_ms - 3 * 365 * 86_400_000, to_ms - 3 * 365 * 86_400_000)
    current = made_up_carbon(name, from_ms, to_ms, 1.0 + change)
    return Indicator(
        id=id_,
        scope=f"plant:{name}",
        base=base,
        current=current,
        change=change,
        target=0.0,
        progress=None,
        pace=0.0,
        status="met" if change <= 0.0 else "behind",
        beside=(_reading("co2_last_year_change", change + 0.004, current),),
    )


def _reading(name: str, change: float, current: Figure) -> Figure:
    return Figure(name, change, "share", current.from_ms, current.to_ms, 0.98, formula="Σ now / Σ then - 1")
