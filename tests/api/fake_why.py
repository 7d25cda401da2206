"""Why an indicator moved, made up from its change."""

from __future__ import annotations

from engine.figure import Indicator
from engine.why.answer import Why
from engine.why.meters import MeterShare
from engine.why.notes import Note
from engine.why.parts import Effect, Part
from engine.why.text import EFFECT_NAMES, PART_NAMES, part_name
from registry import Registry
from registry.text import Text

SHARES = {"structure": 0.09, "product_value": 0.25, "efficiency": 0.71, "weather": -0.04, "data": -0.01}
"""Of the change; they sum to 1."""


def made_up_why(registry: Registry, found: Indicator) -> Why:
    """The same causes for everything, in the same proportions."""
    names = {plant.id: plant.name for plant in registry.plants.values()}
    title = Text(zh="单位工业增加值能耗", en="Energy per value added")
    before, now = found.base.value, found.current.value
    change = None if before is None or now is None else now - before
    effects = [] if change is None else [_effect(key, share * change, before or 1.0) for key, share in SHARES.items()]
    kind, _, name = found.scope.partition(":")
    taken = [p for p in registry.points.values() if p.carrier and p.direction == "import"]
    points = [p for p in taken if kind != "plant" or p.plant == name][:4]
    meters = [
        MeterShare(p.full_id, p.name, p.plant, "import", 1.0, 1.0 + (change or 0.0) / (i + 1))
        for i, p in enumerate(points)
    ]
    percent = 0.0 if found.change is None else 100 * found.change
    return Why(
        scope=found.scope,
        indicator=found.id,
        name=title,
        unit=found.current.unit,
        base=found.base,
        current=found.current,
        change=change,
        effect_names=dict(EFFECT_NAMES),
        part_names={p.name: part_name(p.name, names) for effect in effects for p in effect.parts} | dict(PART_NAMES),
        effects=tuple(effects),
        residual=0.0,
        sentence=Text(
            zh=f"{title.zh}比2015年同期变化 {percent:.1f} %。",
            en=f"{title.en} is {percent:.1f} % off the same dates of 2015.",
        ),
        meters=tuple(meters if change is not None else ()),
        notes=(Note("provisional", Text(zh="本期有 25 % 依据暂估数", en="25 % of the current period is provisional")),),
    )


def _effect(key: str, amount: float, base: float) -> Effect:
    parts = (Part("between_sectors", amount * 0.75), Part("between_plants", amount * 0.25))
    return Effect(key, amount, amount / base, parts if key == "structure" else ())
