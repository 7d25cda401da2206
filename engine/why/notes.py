"""What limits the answer to why an indicator moved?

Everything that a reader would otherwise have to guess: what is not known, what rests on provisional statements, where
the weather could not be told, where products could not be counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.figure import Indicator
from engine.why.loads import WHOLE
from engine.why.parts import UNSPLIT, Effect, Member
from engine.why.question import Question
from engine.why.split import without_value
from engine.why.terms import ENERGY, WATER
from engine.why.text import indicator_name, signed
from registry import Indicator as Target
from registry.text import Text

MOST_NAMES = 3
"""Plants named in one note."""

_REASONS = {
    "no_statement": Text(zh="没有工业增加值的申报", en="no value added is stated"),
    "price_index_missing": Text(zh="缺少出厂价格指数", en="a producer price index is missing"),
    "factor_missing": Text(zh="缺少折算系数", en="a factor is missing"),
    "opened_after_base_year": Text(zh="基年之后投产", en="opened after the base year"),
    "closed": Text(zh="已关停", en="closed"),
    "part_missing": Text(zh="部分能源或工厂没有数据", en="a carrier or a plant has no data"),
}
_UNKNOWN = Text(zh="没有数据", en="nothing is known")

_WEATHER = {
    "no_weather": Text(
        zh="没有完整的度日数（weather:hdd、weather:cdd），天气影响留在效率里",
        en="no complete degree days (weather:hdd, weather:cdd); what the weather made stays in efficiency",
    ),
    "few_months": Text(
        zh="可用的月份少于24个，天气影响留在效率里",
        en="fewer than 24 months can be used; what the weather made stays in efficiency",
    ),
    "weak_model": Text(
        zh="月度模型不够可靠（CV(RMSE) 超过限值），天气影响留在效率里",
        en="the monthly model is too weak (CV(RMSE) above its limit); what the weather made stays in efficiency",
    ),
    "no_weather_effect": Text(
        zh="月度数据中看不出显著的天气影响",
        en="the months show no significant effect of the weather",
    ),
}


@dataclass(frozen=True)
class Note:
    """One limit.

    Attributes
    ----------
    key : str
        ``not_known``, ``coverage``, ``provisional``, ``weather:...``, ``no_output``, ``products_unknown``,
        ``no_value_added``, ``declared``, ``came_or_went``, ``judged_by`` or ``unsplit``.
    text : Text
    """

    key: str
    text: Text


def notes(
    question: Question, target: Target, found: Indicator, members: Sequence[Member], effects: Sequence[Effect]
) -> Iterator[Note]:
    """All that should be known beside the effects."""
    yield from _figures(question, found)
    if found.base.value is None or found.current.value is None:
        return
    yield from _judged_by(target, found)
    names = {plant.id: plant.name for plant, _ in question.plants}
    if target.kind != "intensity" and without_value(members):
        yield Note(
            "no_value_added",
            Text(
                zh="有的工厂没有增加值，规模与结构无法分开",
                en="a plant has no value added, so volume and structure cannot be told apart",
            ),
        )
    declared = list(dict.fromkeys(member.plant for member in members if member.name.endswith(WHOLE)))
    if declared:
        text = Text(
            zh="部分排放量为装表以前的申报数，流量与浓度无法分开",
            en="part of the load was declared, before metering; flow and concentration cannot be told apart",
        )
        yield _of("declared", text, declared, names)
    reasons: dict[str, list[str]] = defaultdict(list)
    for member in members:
        if member.name in (ENERGY, WATER) and member.weather.why_not:
            reasons[member.weather.why_not].append(member.plant)
    for reason, plants in reasons.items():
        yield _of(f"weather:{reason}", _WEATHER[reason], plants, names)
    by_plant = {member.plant: member for member in members}
    without = [p for p, m in by_plant.items() if any(own.output is None and own.value for own in m.earned)]
    if without:
        text = Text(
            zh="产品产量没有按一种单位申报，产品价值和产品结构留在效率里",
            en="output is not stated in one unit; product value and the mix of products stay in efficiency",
        )
        yield _of("no_output", text, without, names)
    unknown = [m.plant for m in members if m.products.why_not]
    if unknown:
        text = Text(
            zh="各产品的单耗无法从月度数据分辨，产品结构留在效率里",
            en="the months do not tell what each product takes; the mix of products stays in efficiency",
        )
        yield _of("products_unknown", text, unknown, names)
    moved = [p for p, m in by_plant.items() if (m.earned[0].value == 0.0) != (m.earned[1].value == 0.0)]
    if moved:
        text = Text(
            zh="只在一个时期有增加值，计入结构", en="has value added in one period only and counts as structure"
        )
        yield _of("came_or_went", text, moved, names)

    if any(effect.key == UNSPLIT for effect in effects):
        text = Text(
            zh="有的部分从零或负数变来，没有对数，其变化整体列出",
            en="A part comes from nothing or changes its sign; it has no logarithm, and its change stands whole",
        )
        yield Note("unsplit", text)


def _figures(question: Question, found: Indicator) -> Iterator[Note]:
    """What the two figures say of themselves."""
    sides = ((found.base, Text(zh="基期", en="base period")), (found.current, Text(zh="本期", en="current period")))
    for figure, side in sides:
        least = question.programme.min_coverage
        if figure.value is None:
            reason = _REASONS.get(figure.note, _UNKNOWN)
            yield Note("not_known", Text(zh=f"{side.zh}：{reason.zh}", en=f"{side.en}: {reason.en}"))
        elif figure.coverage is not None and figure.coverage < least:
            zh = f"{side.zh}只有 {100 * figure.coverage:.0f} % 的时间有数据，低于 {100 * least:.0f} %，不能据此评价目标"
            en = (
                f"only {100 * figure.coverage:.0f} % of the {side.en} is known, below {100 * least:.0f} %: "
                "the target cannot be assessed from it"
            )
            yield Note("coverage", Text(zh=zh, en=en))
        if figure.provisional >= 0.005:
            share = f"{100 * figure.provisional:.0f} %"
            zh, en = f"{side.zh}有 {share} 依据暂估数", f"{share} of the {side.en} rests on provisional statements"
            yield Note("provisional", Text(zh=zh, en=en))


def _judged_by(target: Target, found: Indicator) -> Iterator[Note]:
    """Whose verdict a group's is, where it is not that of the sum which is split here."""
    if len(found.parts) < 2 or (target.kind != "carbon" and target.group != "every"):
        return
    last = [(part.change, part.id) for part in found.parts if part.status == found.status and part.change is not None]
    if not last:
        return
    change, part = max(last)
    name, percent = indicator_name(target, part), f"{signed(100.0 * change)} %"
    what = Text(zh="合计", en="the sum") if target.kind == "carbon" else Text(zh="污染当量合计", en="the equivalents")
    yield Note(
        "judged_by",
        Text(
            zh=f"目标逐项判断，以最差的一项为准：{name.zh} {percent}；这里分解的是{what.zh}",
            en=f"Each part is judged by itself, and the target stands where its worst one does: {name.en} {percent}; "
            f"what is split here is {what.en}",
        ),
    )


def _of(key: str, text: Text, plants: Sequence[str], names: dict[str, Text]) -> Note:
    """A note with the plants it is about, where there are several in the scope."""
    if len(names) == 1:
        return Note(key, Text(zh=text.zh, en=text.en[:1].upper() + text.en[1:]))
    more = len(plants) - MOST_NAMES
    zh = "、".join(names[p].zh for p in plants[:MOST_NAMES]) + (f"等{len(plants)}家" if more > 0 else "")
    en = ", ".join(names[p].en for p in plants[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    return Note(key, Text(zh=f"{zh}：{text.zh}", en=f"{en}: {text.en}"))
