"""How does the programme stand: its targets, its plants, its cities, and how much of it is known?"""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import looks
from dashboards.frame import Plan, dashboard, opened, period_variable, scope_variable
from dashboards.influxql import InfluxQL
from dashboards.looks import FULL_ABOVE, SHARE, Column
from dashboards.panels import bars_panel, lines_panel, map_panel, table_panel
from dashboards.queries import Fields, held, newest, steps
from dashboards.sdk import model
from dashboards.spec import DAY, JUST_NOW, LATEST, Spec
from dashboards.tables import joined, named, ordered, spread, without_time
from dashboards.words import CITIES, MEMBERS, TARGETS, UNITS, Say
from sinks.schema import COMPARED, FORECAST, NEEDED, PLACE, PROGRESS, QUALITY, TARGET

UID = "taihu-programme"
WHOLE = {"scope": "$scope", "series": "!/:/"}
"""Targets without the members of their groups."""
PARTS = {"scope": "$scope", "series": "/:/"}
"""The members alone."""


def build(t: Say) -> model.Dashboard:
    """Programme overview."""
    about = t(
        "Targets against the base year with forecast and chance, plants and cities by status, completeness of data.",
        "各项目标与基准年的比较、预测与达标概率，各厂与各市的状态，数据完整程度。",
    )
    panels = [_targets(t), _progress(t), _chance(t), _members(t), _plants(t), _map(t), _completeness(t), _course(t)]
    return dashboard(
        t, Plan(UID, about, [scope_variable(t, TARGET), period_variable(t)], panels, "now-90d", refresh="5m")
    )


def _targets(t: Say) -> model.Panel:
    about = t(
        "Each target of the programme: base and current period, change (GB/T 13234: negative is a saving), target,"
        " status, forecast of the target year with its 80 % interval, chance of meeting the target. Source: the"
        " programme file; the even pace is a choice of the product. Of a group (pollutants, sectors of CO2) base and"
        " now are the sum, status, change and progress those of its worst member: each stands in the table below.",
        "项目各项目标：基准期与当前期、变化率（GB/T 13234：负值为节约）、目标、状态、目标年预测及其80 %区间、达标概率。"
        "来源：项目文件；匀速进度为本产品的约定。"
        "分组目标（污染物、各行业二氧化碳）：基准期与当前为合计值，状态、变化与进度为组内最差者的；各项见下表。",
    )
    return _standing(t, t("Targets", "目标"), about, WHOLE, TARGETS, 8)


def _members(t: Say) -> model.Panel:
    about = t(
        "Each pollutant and each sector of CO2 by itself: a group of them is met when every one is. Columns as above;"
        " loads in kg of the period, CO2 in tonnes.",
        "各污染物与各行业二氧化碳单项：组内各项均达标，该组方为达标。各列含义同上；排放量为期间内千克数，二氧化碳为吨。",
    )
    return _standing(t, t("Members of the groups", "分组目标各项"), about, PARTS, MEMBERS, 13)


def _standing(
    t: Say, title: str, about: str, who: Mapping[str, str], names: Mapping[str, tuple[str, str]], height: int
) -> model.Panel:
    """A table of targets, or of the members of their groups."""
    where = {**who, "period": "$period"}
    queries = [
        InfluxQL("A", held(TARGET, ["status"], where, ["series"]), table=True),
        InfluxQL("B", newest(TARGET, ["change", ("target", "wanted"), "pace"], where, ["series"]), table=True),
        InfluxQL("C", newest(COMPARED, [*_COMPARED], where, ["series", "unit"]), table=True),
        InfluxQL("D", newest(PROGRESS, [("value", "progress")], where, ["series"]), table=True),
        InfluxQL("E", newest(FORECAST, [*_FORECAST], who, ["series"]), table=True),
        InfluxQL("F", newest(NEEDED, [("month", "needed_month")], who, ["series"]), table=True),
    ]
    link = (t("Open the figure", "打开该数值"), "${page}/#/figure/${scope}/${period}/${__value.raw}")
    columns = [
        Column("series", t("target", "目标"), mappings=looks.called(t, names), link=link, width=190),
        Column("status", t("status", "状态"), mappings=looks.target_states(t), width=140),
        Column("base", t("base period", "基准期"), looks.NUMBER, width=115),
        Column("current", t("now", "当前"), looks.NUMBER, width=115),
        Column("unit", t("unit of both", "单位"), mappings=looks.called(t, UNITS), width=150),
        Column("change", t("change", "变化"), SHARE, decimals=1),
        Column("wanted", t("target change", "目标变化"), SHARE, decimals=1),
        Column("progress", t("progress", "进度"), SHARE, decimals=0),
        Column("pace", t("even pace", "匀速进度"), SHARE, decimals=0),
        Column("coverage", t("known", "已知"), SHARE, steps=FULL_ABOVE, decimals=1),
        Column("provisional", t("provisional", "暂估"), SHARE, decimals=1),
        Column("forecast", t("forecast", "预测"), SHARE, decimals=1),
        Column("low", t("80 % from", "80 % 下限"), SHARE, decimals=1),
        Column("high", t("80 % to", "80 % 上限"), SHARE, decimals=1),
        Column("probability", t("chance", "达标概率"), SHARE, decimals=0),
        Column("needed_month", t("needed a month", "每月需变化"), SHARE, decimals=2),
    ]
    change = [without_time(), joined("series"), ordered(columns)]
    spec = Spec(title, about, queries, SHARE, 24, height, step=DAY, since=LATEST, change=change)
    return table_panel(t, spec, columns)


_COMPARED = ("base", "current", "coverage", "provisional")
_FORECAST = (("change", "forecast"), ("change_low", "low"), ("change_high", "high"), "probability")


def _progress(t: Say) -> model.Panel:
    where = WHOLE | {"period": "$period"}
    about = t(
        "Progress ln(1 + change) / ln(1 + target): 100 % is the target reached; negative is further away than the base"
        " year. Yearly changes multiply, so an even pace is an even progress. A target of no growth has none.",
        "进度 ln(1+变化)/ln(1+目标)：100 %即达标，负值表示比基准年更差。逐年变化相乘，故匀速即进度均匀。"
        "零增长目标没有进度。",
    )
    query = InfluxQL("A", newest(PROGRESS, ["value"], where, ["series"]), alias="$tag_series")
    # What is behind is told by the status alone: half the progress is much early on, and little at the end.
    steps_ = ((None, looks.RED), (0.0, looks.BLUE), (1.0, looks.GREEN))
    title, change = t("Progress", "进度"), named(TARGETS, t)
    spec = Spec(title, about, [query], SHARE, 12, 7, DAY, steps=steps_, since=LATEST, decimals=0, change=change)
    return bars_panel(t, spec, 1.2)


def _chance(t: Say) -> model.Panel:
    about = t(
        "Probability of meeting the target in the target year, from the forecast of the plants' own months. Red below"
        " 50 %, green from 80 %.",
        "目标年达标的概率，由各厂自身月度数据预测得出。低于50 %为红，80 %起为绿。",
    )
    query = InfluxQL("A", newest(FORECAST, ["probability"], WHOLE, ["series"]), alias="$tag_series")
    steps_ = ((None, looks.RED), (0.5, looks.AMBER), (0.8, looks.GREEN))
    title, change = t("Chance of meeting the target", "达标概率"), named(TARGETS, t)
    spec = Spec(title, about, [query], SHARE, 12, 7, DAY, steps=steps_, since=LATEST, decimals=0, change=change)
    return bars_panel(t, spec, 1.0)


def _plants(t: Say) -> model.Panel:
    name = t("name_en", "name_zh")
    shown: Fields = [(name, "name"), "status", "met", "behind", "not_assessable"]
    where = {"scope": "/^plant:/", "period": "$period", "series": "!/:/"}
    queries = [
        InfluxQL("A", newest(PLACE, shown, {"scope": "/^plant:/"}, ["scope", "plant", "city"]), table=True),
        InfluxQL("B", held(TARGET, [("status", "state")], where, ["scope", "series"]), table=True),
    ]
    link = (t("Open the plant", "打开工厂"), opened("taihu-plant", plant="${__value.raw}"))
    states = looks.target_states(t)
    columns = [
        Column("name", t("plant", "工厂"), width=230),
        Column("plant", t("id", "编号"), link=link, width=100),
        Column("city", t("city", "城市"), mappings=looks.called(t, CITIES), width=100),
        Column("status", t("worst", "最差"), mappings=states, width=140),
        *(Column(id_, t(*text), mappings=looks.own_target_states(t), width=155) for id_, text in TARGETS.items()),
        Column("met", t("met or on pace", "达标或正常"), looks.COUNT, width=95),
        Column("behind", t("behind", "滞后"), looks.COUNT),
        Column("not_assessable", t("not assessed", "未评价"), looks.COUNT, width=85),
    ]
    about = t(
        "Each plant with the status of each target over the chosen period. Worst and the counts are of the year to"
        " date. Source: the programme's targets; below 75 % coverage nothing is judged.",
        "各厂在所选期间各项目标的状态。“最差”及各项计数为今年至昨日。来源：项目目标；已知程度低于75 %不评价。",
    )
    by_target = spread("B", "scope", "series", "state")
    change = [without_time(), *by_target, joined("scope"), ordered(columns, ("scope",))]
    spec = Spec(t("Plants", "工厂"), about, queries, looks.COUNT, 24, 9, step=DAY, since=LATEST, change=change)
    return table_panel(t, spec, columns)


def _map(t: Say) -> model.Panel:
    name = t("name_en", "name_zh")
    shown: Fields = [(name, "name"), "lat", "lon", "status", "plants", "behind", "met", "not_assessable"]
    query = InfluxQL("A", newest(PLACE, shown, {"scope": "/^city:/"}, ["scope"]), table=True)
    about = t(
        "The cities, coloured by the worst status of their targets over the year to date, summed over their plants. The"
        " background map comes from a map server; without one the circles stand alone.",
        "各市按今年至昨日目标的最差状态着色，按市内各厂合计。底图来自地图服务器，没有时只显示圆点。",
    )
    colors = ((None, looks.GREEN), (1.0, looks.BLUE), (2.0, looks.RED), (3.0, looks.GREY))
    mappings = looks.target_states(t)
    title, change = t("Cities", "城市"), [without_time()]
    spec = Spec(title, about, [query], looks.COUNT, 12, 10, DAY, steps=colors, since=LATEST, change=change)
    panel = map_panel(t, spec, "status", "name")
    assert panel.field_config is not None
    told = [model.DynamicConfigValue("mappings", mappings)]
    by_name = model.MatcherConfig(id_val="byName", options="status")
    panel.field_config.overrides = [model.DashboardFieldConfigSourceOverrides(matcher=by_name, properties=told)]
    return panel


def _completeness(t: Say) -> model.Panel:
    about = t(
        "Known share of yesterday's time, mean over the points of each plant. What is not known is no zero.",
        "昨日时间的已知比例，为各厂计量点的平均值。未知不等于零。",
    )
    query = InfluxQL("A", newest(QUALITY, ["coverage"], {}, ["plant"]), alias="$tag_plant")
    link = (t("Open data quality", "打开数据质量"), opened("taihu-quality"))
    title = t("Completeness of the data", "数据完整程度")
    spec = Spec(title, about, [query], SHARE, 12, 10, steps=FULL_ABOVE, since=JUST_NOW, decimals=1, link=link)
    return bars_panel(t, spec, 1.0)


def _course(t: Say) -> model.Panel:
    where = WHOLE | {"period": "$period"}
    query = InfluxQL("A", steps(PROGRESS, "last", ["value"], where, ["series"], DAY), alias="$tag_series")
    about = t(
        "Progress as it was judged on each day; 100 % is the target. Days on which it could not be judged are gaps.",
        "每日评定的进度，100 %即达标。无法评价的日子为空缺。",
    )
    title, change = t("Course of the progress", "进度的变化"), named(TARGETS, t)
    return lines_panel(t, Spec(title, about, [query], SHARE, 24, 8, step=DAY, decimals=0, change=change))
