"""What is a figure called, and whose is it, in both languages?"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from engine.savings.saving import FINAL, FIXED_BASE, OF_SUMS, TOTAL, YEARLY
from registry import CARRIERS, CITY_NAMES, MATERIALS, POLLUTANTS, Registry, Text


def _savings() -> dict[str, Text]:
    """Both kinds of savings, and what is told of each."""
    kinds = {
        FIXED_BASE: ("节能量（定比）", "Saved against the base year"),
        YEARLY: ("节能量（环比）", "Saved against the year before"),
    }
    behind = {
        "": ("", ""),
        OF_SUMS: ("，按合计强度", ", of the summed intensity"),
        TOTAL: ("，累计", ", in all"),
        FINAL: ("，已确认部分", ", final part"),
        f"{TOTAL}{FINAL}": ("，累计已确认部分", ", in all, final part"),
    }
    return {
        f"{kind}{end}": Text(zh=f"{zh}{more_zh}", en=f"{en}{more_en}")
        for kind, (zh, en) in kinds.items()
        for end, (more_zh, more_en) in behind.items()
    }


_HEADS: Mapping[str, Text] = MappingProxyType(
    {
        "power_kw": Text(zh="电功率", en="Power"),
        "energy_tce": Text(zh="综合能耗", en="Comprehensive energy"),
        "water_m3": Text(zh="新水用量", en="Fresh water"),
        "value_added_base_prices": Text(zh="工业增加值（基准年价格）", en="Value added at base-year prices"),
        "coal": Text(zh="折标准煤", en="Coal equivalent"),
        "carrier": Text(zh="消费量", en="Consumption"),
        "bought": Text(zh="外购量", en="Bought"),
        "own": Text(zh="自产自用量", en="Made and used here"),
        "load": Text(zh="排放量", en="Load"),
        "per_value_added": Text(zh="单位工业增加值", en="Per value added"),
        "statement": Text(zh="报送数据", en="Statement"),
        "factor": Text(zh="系数", en="Factor"),
        "factor_co2": Text(zh="碳排放系数", en="CO2 factor"),
        "material": Text(zh="物料", en="Material"),
        "co2_t": Text(zh="二氧化碳排放", en="CO2"),
        "co2_scope1": Text(zh="直接排放", en="CO2, direct (scope 1)"),
        "co2_scope2": Text(zh="购入能源排放", en="CO2 of bought energy (scope 2)"),
        "co2_process": Text(zh="过程排放", en="CO2 of processes"),
        "co2": Text(zh="二氧化碳排放", en="CO2"),
        "tax": Text(zh="环境保护税（估算）", en="Environmental protection tax, an estimate"),
        "tax_outlet": Text(zh="排放口税额", en="Tax of an outlet"),
        "tax_rate": Text(zh="税额标准", en="Tax rate"),
        "tax_relief": Text(zh="减征比例", en="Relief"),
        "value_added": Text(zh="工业增加值", en="Value added"),
        "price_index": Text(zh="价格指数", en="Price index"),
        "output": Text(zh="产量", en="Output"),
        "energy": Text(zh="能源账单", en="Energy bill"),
        "water": Text(zh="新水", en="Water"),
        **_savings(),
    }
)

_EQUIVALENTS = "_equivalents"


def figure_text(registry: Registry, name: str) -> Text:
    """A figure's name, e.g. of ``coal:diesel``; the name itself where no word is known."""
    head, _, rest = name.partition(":")
    if head == "point" and rest in registry.points:
        return registry.points[rest].name
    title = _title(registry, head)
    if not rest:
        return title
    word = _word(registry, rest)
    return Text(zh=f"{title.zh}（{word.zh}）", en=f"{title.en}, {word.en}")


def scope_text(registry: Registry, scope: str) -> Text:
    """Whose it is: the name of a plant, a city, a programme; the code of a sector."""
    kind, _, name = scope.partition(":")
    if kind == "plant" and name in registry.plants:
        return registry.plants[name].name
    if kind == "programme" and name in registry.programmes:
        return registry.programmes[name].name
    if kind == "city":
        return CITY_NAMES.get(name, Text(zh=name, en=name))
    return Text(zh=f"行业 {name}", en=f"sector {name}") if kind == "sector" else Text(zh=scope, en=scope)


def _title(registry: Registry, head: str) -> Text:
    if head in _HEADS:
        return _HEADS[head]
    for programme in registry.programmes.values():
        for target in programme.indicators:
            if head.removesuffix(_EQUIVALENTS) != target.id:
                continue
            if not head.endswith(_EQUIVALENTS):
                return target.name
            return Text(zh=f"{target.name.zh}（污染当量）", en=f"{target.name.en}, equivalents")
    return Text(zh=head, en=head)


def _word(registry: Registry, word: str) -> Text:
    for known in (CARRIERS, POLLUTANTS, MATERIALS):
        if word in known:
            return known[word].name
    return figure_text(registry, word) if ":" in word else _title(registry, word)
