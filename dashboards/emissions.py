"""Are limits kept, what was exceeded, how much was discharged, and does it fall?"""

from __future__ import annotations

from dashboards import looks
from dashboards.frame import Plan, dashboard, tag_variable
from dashboards.influxql import InfluxQL
from dashboards.looks import LIMIT_USE, Column
from dashboards.panels import lines_panel, table_panel
from dashboards.queries import Fields, held, lines, newest, steps
from dashboards.sdk import model
from dashboards.spec import DAY, HOUR, JUST_NOW, LATEST, Spec
from dashboards.tables import merged, ordered, without_time
from dashboards.words import TARGETS, UNITS, Say
from sinks.schema import EXCEEDANCE, EXCESS, LIMIT, LOAD, MEAN, SLOPE, TREND

UID = "taihu-emissions"
_INDICATOR = {"energy_per_value_added": TARGETS["energy_per_value_added"]}
"""What is no pollutant, and has a trend all the same."""
CHOSEN = {"plant": "$plant", "series": "/^$pollutant$/"}
BY_LIMIT = ("outlet", "series", "limit")
DAYS = "/1d($| )/"
"""Limits of daily means: their name ends so, or goes on with the value where there are two of one name."""


def build(t: Say) -> model.Dashboard:
    """Emissions."""
    about = t(
        "Means against limits, exceedances, loads as measured and as reported, trends since the base year.",
        "均值与限值、超标、实测与上报排放量、自基准年以来的趋势。",
    )
    plant = tag_variable("plant", t("plant", "工厂"), LIMIT, "plant")
    of_plant = {"plant": "$plant"}
    pollutant = tag_variable("pollutant", t("pollutant", "污染物"), LIMIT, "series", of_plant, all_of=True)
    panels: list[model.Panel | str] = [
        _limits(t),
        t("Means against limits", "均值与限值"),
        _means(t, "air", t("Hourly means, exhaust gas", "废气小时均值"), looks.AIR, HOUR),
        _means(t, "water", t("Daily means, wastewater", "废水日均值"), looks.WATER, DAY),
        _means(t, "air", t("Daily means, exhaust gas", "废气日均值"), looks.AIR, DAY),
        _means(t, "water", t("Hourly means, wastewater", "废水小时均值"), looks.WATER, HOUR),
        t("Exceedances, loads and trends", "超标、排放量与趋势"),
        _exceedances(t),
        _loads(t),
        _trends(t),
    ]
    return dashboard(t, Plan(UID, about, [plant, pollutant], panels, "now-7d", refresh="5m"))


def _limits(t: Say) -> model.Panel:
    known: Fields = ["value", "allowed", "use", "valid", "due", "over_month", "over_year"]
    queries = [
        InfluxQL("A", held(LIMIT, ["state"], CHOSEN, ["limit", "outlet", "series"]), table=True),
        InfluxQL("B", newest(LIMIT, known, CHOSEN, [*BY_LIMIT, "unit"]), table=True),
    ]
    link = (t("Open the limits", "打开限值"), "${page}/#/plant/${plant}/emissions")
    columns = [
        Column("outlet", t("outlet", "排放口"), width=90),
        Column("series", t("pollutant", "污染物"), width=90),
        Column("limit", t("limit by", "限值依据"), width=280),
        Column("state", t("state", "状态"), mappings=looks.limit_states(t), link=link),
        Column("value", t("mean now", "当前均值"), looks.COUNT, decimals=2),
        Column("allowed", t("limit", "限值"), looks.COUNT, decimals=2),
        Column("unit", t("unit of both", "单位"), mappings=looks.called(t, UNITS)),
        Column("use", t("use", "占比"), looks.SHARE, steps=LIMIT_USE, decimals=0),
        Column("valid", t("valid this quarter", "本季度有效"), looks.COUNT, decimals=0),
        Column("due", t("due this quarter", "本季度应有"), looks.COUNT, decimals=0),
        Column("over_month", t("over this month", "本月超标"), looks.COUNT, steps=looks.NONE_BAD, decimals=0),
        Column("over_year", t("over this year", "本年超标"), looks.COUNT, steps=looks.NONE_BAD, decimals=0),
    ]
    about = t(
        "Each limit as the product judges it now: mean of the hour or day that runs (mg/L, mg/m³ at reference oxygen),"
        " periods over the limit. 75 % of a quarter's periods must be valid (HJ 75, HJ 356). The plant's permit decides"
        " which limits hold.",
        "本产品对各限值的当前判定：当前小时或当日均值（mg/L，或按基准氧折算的mg/m³）、超标次数。"
        "每季度有效数据不少于75 %（HJ 75、HJ 356）。适用限值以排污许可证为准。",
    )
    change = [without_time(), merged(), ordered(columns)]
    title = t("Limits now", "当前限值")
    spec = Spec(title, about, queries, looks.COUNT, 24, 10, since=JUST_NOW, change=change)
    return table_panel(t, spec, columns, t("use", "占比"))


def _means(t: Say, medium: str, title: str, unit: str, step: str) -> model.Panel:
    where = CHOSEN | {"medium": medium, "limit": DAYS if step == DAY else f"!{DAYS}"}
    length = step if step == DAY else "$__interval"
    values = steps(MEAN, "max", ["value"], where, BY_LIMIT, length)
    limits = steps(MEAN, "last", ["allowed"], where, BY_LIMIT, length)
    queries = [
        InfluxQL("A", values, alias="$tag_outlet $tag_series"),
        InfluxQL("B", limits, alias=t("limit $tag_series · $tag_limit", "限值 $tag_series · $tag_limit")),
    ]
    about = t(
        "Means as they are compared: flue gas at reference oxygen (GB 13271 and others), wastewater weighted by the"
        " flow (HJ 356). Dashed: the limit. Over longer ranges the largest mean of each step. Means that are not"
        " judged (start, stop, oxygen close to air) are drawn too: what counts stands under Exceedances. What is not"
        " known is a gap.",
        "用于比对的均值：废气按基准氧含量折算（GB 13271等），废水按流量加权（HJ 356）。虚线为限值。"
        "时间范围较长时取每步最大值。不参与判定的均值（启停、含氧量接近空气）也画出，是否超标以“超标”表为准。未知之处为空缺。",
    )
    return lines_panel(t, Spec(title, about, queries, unit, 12, 9, step=step), dashed="B")


def _exceedances(t: Say) -> model.Panel:
    shown: Fields = ["hours", "peak", "mean", "periods", "open"]
    queries = [
        InfluxQL("A", lines(EXCEEDANCE, shown, CHOSEN, [*BY_LIMIT, "unit"]), table=True),
        InfluxQL("B", lines(EXCESS, [("value", "mass")], CHOSEN, BY_LIMIT), table=True),
    ]
    columns = [
        Column("Time", t("since", "起始"), "time:YYYY-MM-DD HH:mm", width=150),
        Column("outlet", t("outlet", "排放口"), width=80),
        Column("series", t("pollutant", "污染物"), width=80),
        Column("limit", t("limit by", "限值依据"), width=240),
        Column("hours", t("length", "时长"), "suffix: h", decimals=0),
        Column("peak", t("peak", "峰值"), looks.COUNT, decimals=2),
        Column("mean", t("mean", "均值"), looks.COUNT, decimals=2),
        Column("unit", t("unit of both", "单位"), mappings=looks.called(t, UNITS)),
        Column("periods", t("periods", "时段数"), looks.COUNT, decimals=0),
        Column("mass", t("mass above", "超标排放量"), looks.KG, decimals=3),
        Column("open", t("may go on", "可能持续"), looks.COUNT, mappings=looks.yes_no(t, good=0)),
    ]
    about = t(
        "Runs of valid hours or days over a limit within the last year, or within a chosen range that is not relative."
        " Hours with oxygen close to air are not judged.",
        "最近一年内（或所选固定时间范围内）有效小时或有效日连续超标的情况。含氧量接近空气的小时不判定。",
    )
    change = [merged(), ordered(columns)]
    spec = Spec(t("Exceedances", "超标"), about, queries, looks.COUNT, 24, 8, step=HOUR, since="1y", change=change)
    return table_panel(t, spec, columns, t("since", "起始"))


def _loads(t: Say) -> model.Panel:
    by = ("outlet", "series")
    names = (t("measured", "实测"), t("reported", "上报"))
    queries = [
        InfluxQL(ref, lines(LOAD, ["value"], CHOSEN | {"of": of}, by), alias=f"$tag_outlet $tag_series {name}")
        for ref, of, name in zip("AB", ("measured", "reported"), names, strict=True)
    ]
    about = t(
        "Mass of each month as measured (concentration times flow), and as reported with invalid hours filled in by the"
        " rule in force (HJ 75-2017, HJ/T 356-2007, HJ 356-2019), dashed. The month that runs counts up to the"
        " last full hour.",
        "各月排放量：实测（浓度乘以流量），以及按现行规则补遗无效小时后的上报值"
        "（HJ 75-2017、HJ/T 356-2007、HJ 356-2019）。虚线为上报值。当月截至最近整点。",
    )
    title = t("Loads by month", "各月排放量")
    spec = Spec(title, about, queries, looks.KG, 10, 10, step=DAY, since="2y", decimals=1)
    return lines_panel(t, spec, "B", limit=False, from_zero=True)


def _trends(t: Say) -> model.Panel:
    plant, by = {"plant": "$plant"}, ("series", "of", "outlet")
    queries = [
        InfluxQL("A", newest(TREND, ["verdict", "p"], plant, by), table=True),
        InfluxQL("B", newest(SLOPE, [("value", "slope"), "low", "high"], plant, by), table=True),
    ]
    columns = [
        Column("series", t("pollutant", "污染物"), mappings=looks.called(t, _INDICATOR), width=170),
        Column("of", t("of", "对象"), mappings=looks.called(t, _QUANTITIES), width=170),
        Column("outlet", t("outlet", "排放口"), mappings=[looks.empty(t("whole plant", "全厂"))], width=95),
        Column("verdict", t("verdict", "结论"), mappings=looks.verdicts(t), width=150),
        Column("slope", t("a year", "每年"), looks.SHARE, decimals=1),
        Column("low", t("from", "下限"), looks.SHARE, decimals=1),
        Column("high", t("to", "上限"), looks.SHARE, decimals=1),
        Column("p", t("p-value", "p值"), looks.COUNT, decimals=4),
    ]
    about = t(
        "Seasonal Kendall test on the months since the base year with Sen's slope a year as a share of the base year's"
        " mean month and its 90 % interval (Hirsch and Slack; Gilbert). Only totals say whether a target is met.",
        "对基准年以来各月做季节性肯德尔检验；斜率为每年变化占基准年月均值的比例及其90 %区间。是否达标只看总量。",
    )
    title, change = t("Trends", "趋势"), [without_time(), merged(), ordered(columns)]
    spec = Spec(title, about, queries, looks.COUNT, 14, 10, step=DAY, since=LATEST, change=change)
    return table_panel(t, spec, columns)


_QUANTITIES = {"load": ("load", "排放量"), "concentration": ("concentration", "浓度")} | _INDICATOR
