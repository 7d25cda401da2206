"""How is the change of an indicator told in one sentence, in Chinese and in English?

::

    单位工业增加值能耗比2015年同期下降14.6 %：能效 −11.2、产品价值 −4.0、天气 +0.6 个百分点；变化主要在天然气。
    Energy per value added is 14.6 % below the same dates of 2015: efficiency −11.2, product value −4.0, weather +0.6
    points; most of the change is at Natural gas.

Points are per cent of the base period, so they add up to the change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from analytics.calendar import date_of
from engine.period import Period
from engine.targets.indicators import Comparison
from engine.why.meters import MeterShare
from engine.why.parts import Effect
from registry import Indicator as Target
from registry.lists import CARRIERS, MATERIALS, POLLUTANTS
from registry.text import Text

EFFECT_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "volume": Text(zh="产量规模", en="volume"),
        "structure": Text(zh="结构", en="structure"),
        "product_value": Text(zh="产品价值", en="product value"),
        "efficiency": Text(zh="能效", en="efficiency"),
        "carrier_mix": Text(zh="能源结构", en="carrier mix"),
        "process": Text(zh="工艺过程", en="processes"),
        "weather": Text(zh="天气", en="weather"),
        "factors": Text(zh="折算系数", en="factors"),
        "data": Text(zh="数据完整性", en="data coverage"),
        "unsplit": Text(zh="无法分解", en="not to be split"),
    }
)

PART_NAMES: Mapping[str, Text] = MappingProxyType(
    {
        "between_sectors": Text(zh="行业之间", en="between sectors"),
        "between_plants": Text(zh="同行业工厂之间", en="between plants of a sector"),
        "between_products": Text(zh="厂内产品之间", en="between products of a plant"),
        "flow": Text(zh="单位产出排放水量或烟气量", en="flow per output"),
        "concentration": Text(zh="浓度", en="concentration"),
        "value_added": Text(zh="增加值申报", en="value added stated"),
        "meters": Text(zh="计量数据", en="meters"),
        "electricity_self_use": Text(zh="自发自用电", en="own power used"),
        **{id_: carrier.name for id_, carrier in CARRIERS.items()},
        **{id_: material.name for id_, material in MATERIALS.items()},
    }
)

MOST_EFFECTS = 4
_LEAST_POINTS = 0.05
"""What would be written as 0.0. [%]"""


@dataclass(frozen=True)
class Said:
    """What a sentence is about."""

    name: Text
    when: Comparison
    period: str
    base: float | None
    current: float | None


def indicator_name(target: Target, indicator: str) -> Text:
    """Name of an indicator or of a part of one."""
    _, colon, part = indicator.partition(":")
    if target.kind == "carbon":  # its name is that of the target, "zero growth", which does not go up or down
        return Text(
            zh=f"二氧化碳排放量{f'（{part}）' if part else ''}", en=f"CO2 emissions{f' of {part}' if part else ''}"
        )
    if target.kind == "load" and part in POLLUTANTS:
        return Text(zh=f"{POLLUTANTS[part].name.zh}排放量", en=f"{part} load")
    return target.name if not colon else Text(zh=f"{target.name.zh}（{part}）", en=f"{target.name.en}, {part}")


def effect_name(key: str, target: Target) -> Text:
    """Name of an effect; what is energy efficiency for one indicator is less water or less pollution for another."""
    if key == "efficiency" and target.kind == "load":
        return Text(zh="排放强度", en="discharge intensity")
    if key == "efficiency" and target.quantity == "water":
        return Text(zh="用水效率", en="water efficiency")
    return EFFECT_NAMES[key]


def part_name(part: str, plants: Mapping[str, Text]) -> Text:
    """Name of a part of an effect; of one that has none, its key."""
    plant = plants.get(part.removeprefix("plant:"))
    return plant or PART_NAMES.get(part, Text(zh=part, en=part))


def sentence(
    said: Said, target: Target, effects: Sequence[Effect], carried: Sequence[MeterShare], plants: Mapping[str, Text]
) -> Text:
    """The whole answer in one sentence.

    Parameters
    ----------
    said : Said
    target : Target
    effects : sequence of Effect
        Empty where the change is not known.
    carried : sequence of MeterShare
        The largest first.
    plants : mapping of str to Text
        Names of the scope's plants.
    """
    against = _against(said)
    if said.base is None or said.current is None or not said.base > 0.0:
        return Text(
            zh=f"{said.name.zh}{against.zh}的变化无法说明：{_which(said).zh}没有数值。",
            en=f"Why {_lower(said.name.en)} moved {against.en} cannot be told: {_which(said).en} has no value.",
        )
    percent = 100.0 * (said.current / said.base - 1.0)
    many = target.kind == "carbon" or (target.kind == "load" and said.name == target.name)  # "pollutants are"
    moved = _moved(said, percent, against, many)
    told = [e for e in sorted(effects, key=lambda e: -abs(e.amount)) if abs(100.0 * (e.share or 0.0)) >= _LEAST_POINTS]
    if not told:
        return Text(zh=f"{moved.zh}。", en=f"{moved.en}.")
    names = [effect_name(effect.key, target) for effect in told[:MOST_EFFECTS]]
    points = [signed(100.0 * (effect.share or 0.0)) for effect in told[:MOST_EFFECTS]]
    zh = "、".join(f"{name.zh} {point}" for name, point in zip(names, points, strict=True))
    en = ", ".join(f"{name.en} {point}" for name, point in zip(names, points, strict=True))
    where_zh, where_en = _where(said.current - said.base, carried, plants)
    return Text(zh=f"{moved.zh}：{zh} 个百分点{where_zh}。", en=f"{moved.en}: {en} points{where_en}.")


def signed(value: float) -> str:
    """One decimal with its sign, as a reader writes it.

    Examples
    --------
    >>> signed(-11.24), signed(0.55), signed(-0.01)
    ('−11.2', '+0.6', '0.0')
    """
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'−' if value < 0.0 else '+'}{text}"


def _moved(said: Said, percent: float, against: Text, many: bool) -> Text:
    size = f"{abs(percent):.1f} %"
    lead = _lead(said, many)
    if abs(percent) < _LEAST_POINTS:
        return Text(zh=f"{said.name.zh}{against.zh}持平", en=f"{lead} level with {_than(said).en}")
    zh, en = ("下降", "below") if percent < 0.0 else ("上升", "above")
    return Text(zh=f"{said.name.zh}{against.zh}{zh}{size}", en=f"{lead} {size} {en} {_than(said).en}")


def _lead(said: Said, many: bool) -> str:
    """How the English sentence begins, verb included."""
    if said.period == "rolling12":
        return f"Over the last 12 months {_lower(said.name.en)} {'are' if many else 'is'}"
    if said.period == "full_year":
        return f"In {said.when.year} {_lower(said.name.en)} {'were' if many else 'was'}"
    of = "" if said.period else f" of {_days(said.when.current).en}"
    return f"{said.name.en}{of} {'are' if many else 'is'}"


def _than(said: Said) -> Text:
    year = date_of(said.when.base.first_day).year
    if said.period == "ytd":
        return Text(zh=f"{year}年同期", en=f"the same dates of {year}")
    return Text(zh=f"{year}年", en=str(year)) if said.period else _days(said.when.base)


def _against(said: Said) -> Text:
    """The comparison as one phrase."""
    than = _than(said)
    now = {"rolling12": "近12个月", "full_year": f"{said.when.year}年", "ytd": ""}.get(
        said.period, f"（{_days(said.when.current).zh}）"
    )
    return Text(zh=f"{now}比{than.zh}", en=f"against {than.en}")


def _days(period: Period) -> Text:
    first, last = date_of(period.first_day).isoformat(), date_of(period.last_day - 1).isoformat()
    return Text(zh=f"{first}至{last}", en=f"{first} to {last}")


def _which(said: Said) -> Text:
    if said.base is None or not said.base > 0.0:
        return _than(said)
    return Text(zh="本期", en="the current period")


def _where(change: float, carried: Sequence[MeterShare], plants: Mapping[str, Text]) -> tuple[str, str]:
    """Where most of the change sits, in Chinese and English ("" for nowhere): the largest meter at the boundary that
    moved the same way."""
    same = [m for m in carried if m.role != "internal" and m.amount * change > 0.0]
    if not same or change == 0.0 or same[0].amount / change < 1.0 / 3.0:
        return "", ""
    zh, en = same[0].name.zh, same[0].name.en
    if len(plants) > 1:
        zh, en = f"{plants[same[0].plant].zh}的{zh}", f"{en} of {plants[same[0].plant].en}"
    if same[0].amount / change >= 0.5:
        return f"；变化主要在{zh}", f"; most of the change is at {en}"
    return f"；变化最大的一处是{zh}", f"; the largest single place is {en}"


def _lower(name: str) -> str:
    """A name inside an English sentence; abbreviations stay as they are."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
