"""What does a notice say, and in which words?

Facts for programs, a sentence in Chinese and English for people, and a path on the page. Times in the sentence are the
plant's own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

from analytics.columns import HOUR_MS
from engine.outlets.exceedances import Exceedance
from engine.outlets.limitstates import LimitState
from registry import Limit, Outlet, Registry, Text
from registry.lists import POLLUTANTS
from sinks.produce.labels import averaging_text

Audience = Literal["all", "early", "warnings", "system"]
"""Who wants it: everybody, or who asked for this kind."""


@dataclass(frozen=True)
class News:
    """A notice before it has an id.

    Attributes
    ----------
    kind, state, plant : str
    audience : str
    facts : dict
        What goes out, without id and time.
    """

    kind: str
    state: str
    plant: str
    audience: Audience
    facts: dict[str, Any]


def new_id() -> str:
    """An id that no other notice of any Taihu has."""
    return uuid.uuid4().hex


def iso(time_ms: int) -> str:
    """An instant in UTC, to the second."""
    return dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def exceedance_news(registry: Registry, state: str, found: Exceedance, judged_after: bool | None = None) -> News:
    """A limit was exceeded by a period that is over (``exceeded``), or is no more (``ended``).

    Parameters
    ----------
    registry : Registry
    state : str
    found : Exceedance
    judged_after : bool, optional
        Of what ended: whether the period after it was held against the limit, or too little of it is known.
    """
    until_ms = found.end_ms if state == "ended" else None
    facts = _of_limit(registry, found.outlet, found.pollutant, found.limit, found.start_ms, until_ms)
    facts |= {"value": found.peak, "periods": found.periods, "excess_kg": found.excess_kg, "judged_after": judged_after}
    text = _exceedance_text(registry, state, found)
    if judged_after is False:
        text = {
            "zh": f"{text['zh']}其后的时段不作判定。",
            "en": f"{text['en']} The period after it could not be judged.",
        }
    return News("limit", state, found.limit.plant, "all", facts | {"text": text})


def running_news(registry: Registry, state: str, found: LimitState) -> News:
    """The mean of the period that runs is over the limit (``running``) or near it (``warning``)."""
    assert found.outlet is not None
    since_ms = found.current.from_ms
    facts = _of_limit(registry, found.outlet, found.pollutant, found.limit, since_ms, None)
    facts |= {"value": found.current.value, "text": _running_text(registry, state, found)}
    return News("limit", state, found.limit.plant, "early" if state == "running" else "warnings", facts)


def taken_back(earlier: dict[str, Any], state: str, until_ms: int) -> News:
    """What was told of a limit does not hold: ``withdrawn`` of an exceedance, ``not_exceeded`` of a running mean."""
    words = {
        "withdrawn": Text(
            zh="此前通知的超标经重新核算后不成立，或该限值已不再适用。",
            en="What was told as an exceedance is none after all: readings, decisions or the limit itself changed.",
        ),
        "not_exceeded": Text(
            zh="该时段已结束：整个时段的均值未超标，或数据不足不作判定。",
            en="The period is over: its mean did not exceed the limit, or too little of it is known to judge.",
        ),
    }[state]
    before = earlier["text"]
    facts = {name: value for name, value in earlier.items() if name not in _OF_ONE} | {
        "until": iso(until_ms),
        "until_ms": until_ms,
        "text": {"zh": f"【更正】{words.zh}（{before['zh']}）", "en": f"Corrected: {words.en} ({before['en']})"},
    }
    audience: Audience = "all" if state == "withdrawn" else "early"
    return News("limit", state, str(earlier["plant"]), audience, facts)


def system_news(kind: str, state: str, since_ms: int, text: Text, **facts: str) -> News:
    """Something is wrong with Taihu itself, or right again."""
    told = {"plant": "", **facts, "since": iso(since_ms), "since_ms": since_ms, "until": None, "until_ms": None}
    return News(kind, state, "", "system", {**told, "text": {"zh": text.zh, "en": text.en}, "path": "#/system"})


_OF_ONE = ("id", "matter", "kind", "state", "time", "time_ms")
"""What each notice has of its own."""


def body_of_news(news: News, id_: str, matter: str, now_ms: int) -> dict[str, Any]:
    """The notice as it is kept."""
    own = {"id": id_, "matter": matter, "kind": news.kind, "state": news.state, "time": iso(now_ms), "time_ms": now_ms}
    return own | news.facts


def _of_limit(
    registry: Registry, outlet: Outlet, pollutant: str, limit: Limit, since_ms: int, until_ms: int | None
) -> dict[str, Any]:
    plant = registry.plants[limit.plant]
    return {
        "plant": plant.id,
        "plant_name": _both(plant.name),
        "outlet": outlet.id,
        "outlet_name": _both(outlet.name),
        "point": limit.full_point,
        "pollutant": pollutant,
        "limit": {
            "value": limit.value.value,
            "unit": limit.value.unit,
            "averaging": averaging_text(limit.averaging_ms),
            "standard": limit.standard,
            "class": limit.limit_class,
            "confidence": limit.confidence,
            "o2_ref": limit.reference_o2,
            "monthly_share": limit.monthly_share,
        },
        "unit": limit.value.unit,
        "since": iso(since_ms),
        "since_ms": since_ms,
        "until": None if until_ms is None else iso(until_ms),
        "until_ms": until_ms,
        "path": f"#/plant/{plant.id}/emissions",
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _exceedance_text(registry: Registry, state: str, found: Exceedance) -> dict[str, str]:
    limit, zone = found.limit, registry.plants[found.limit.plant].zone
    zh_who, en_who = _who(registry, found.outlet, found.pollutant)
    begin, end = _local(found.start_ms, zone), _local(found.end_ms, zone)
    value = f"{found.peak:.4g} {limit.value.unit}"
    hours = f"{(found.end_ms - found.start_ms) / HOUR_MS:g}"
    zh_mean, en_mean = _mean_words(limit)
    zh_limit, en_limit = _limit_words(limit)
    if state == "ended":
        zh = f"【超标结束】{zh_who}：{begin} 至 {end} 共 {hours} 小时，{zh_mean}最高 {value}，{zh_limit}。"
        en = (
            f"Ended: {en_who} was over its limit from {begin} to {end}, {hours} h; {en_mean} up to {value}, {en_limit}."
        )
    else:
        zh = f"【超标】{zh_who}：{zh_mean} {value}，自 {begin} 起超过{zh_limit}。"
        en = f"Exceeded: {en_who}, {en_mean} {value}, over {en_limit} since {begin}."
    return {"zh": zh + _remark_zh(limit), "en": en + _remark_en(limit)}


def _running_text(registry: Registry, state: str, found: LimitState) -> dict[str, str]:
    assert found.outlet is not None
    limit, zone = found.limit, registry.plants[found.limit.plant].zone
    zh_who, en_who = _who(registry, found.outlet, found.pollutant)
    begin = _local(found.current.from_ms, zone)
    value = f"{found.current.value:.4g} {limit.value.unit}"
    zh_limit, en_limit = _limit_words(limit)
    if state == "running":
        zh = f"【预警】{zh_who}：自 {begin} 开始的时段尚未结束，目前均值 {value}，已高于{zh_limit}。"
        en = f"Early: {en_who}, the period since {begin} still runs; its mean so far is {value}, over {en_limit}."
    else:
        zh = f"【接近限值】{zh_who}：自 {begin} 开始的时段目前均值 {value}，接近{zh_limit}。"
        en = f"Near the limit: {en_who}, the mean since {begin} is {value} so far; {en_limit}."
    return {"zh": zh + _remark_zh(limit), "en": en + _remark_en(limit)}


def _who(registry: Registry, outlet: Outlet, pollutant: str) -> tuple[str, str]:
    plant = registry.plants[outlet.plant].name
    known = POLLUTANTS.get(pollutant)
    zh, en = (known.name.zh, known.name.en) if known is not None else (pollutant, pollutant)
    return f"{plant.zh} {outlet.name.zh} {zh}", f"{plant.en}, {outlet.name.en}, {en}"


def _mean_words(limit: Limit) -> tuple[str, str]:
    length = averaging_text(limit.averaging_ms)
    if length == "1d":
        return "日均值", "daily mean"
    return ("小时均值", "hourly mean") if length == "1h" else (f"{length} 均值", f"{length} mean")


def _limit_words(limit: Limit) -> tuple[str, str]:
    value = f"{limit.value.value:g} {limit.value.unit}"
    source = "/".join(word for word in (limit.standard, limit.limit_class) if word)
    return f"限值 {value}（{source}）", f"the limit of {value} ({source})"


def _remark_zh(limit: Limit) -> str:
    share = "" if limit.monthly_share is None else f"该限值要求每月 {100 * limit.monthly_share:g}% 的时段达标。"
    return share + ("" if limit.confidence == "sure" else "限值未经核实，以排污许可证为准。")


def _remark_en(limit: Limit) -> str:
    share = (
        ""
        if limit.monthly_share is None
        else f" The limit asks for {100 * limit.monthly_share:g} % of a month's periods."
    )
    return share + ("" if limit.confidence == "sure" else " The limit is not verified: the plant's permit decides.")


def _local(time_ms: int, zone: str) -> str:
    return dt.datetime.fromtimestamp(time_ms / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
