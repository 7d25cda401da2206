"""What happens in a plant right now: power, use, limits, and how old is what is known?"""

from __future__ import annotations

from dashboards import looks
from dashboards.frame import Plan, dashboard, tag_variable
from dashboards.influxql import InfluxQL
from dashboards.looks import LIMIT_USE, Column
from dashboards.panels import bars_panel, lines_panel, stat_panel, states_panel, table_panel
from dashboards.queries import last, newest, rates, steps
from dashboards.sdk import model
from dashboards.spec import JUST_NOW, QUARTER, Spec
from dashboards.tables import ordered, renamed
from dashboards.words import CARRIERS, ENERGY, FRESH_WATER, MEDIA, Say
from sinks.schema import INTERVAL, LIMIT, NOW, QUALITY

UID = "taihu-plant"
PLANT = {"plant": "$plant"}
BY_LIMIT = ("outlet", "series", "limit")
LIMIT_NAME = "$tag_outlet $tag_series · $tag_limit"


def build(t: Say) -> model.Dashboard:
    """Plant now."""
    about = t(
        "One plant: power and use of today, this month and this year, limits, power by consumer, age of the readings.",
        "单个工厂：功率，今日、本月与今年用量，限值，分项功率，读数时效。",
    )
    plant = tag_variable("plant", t("plant", "工厂"), QUALITY, "plant")
    panels = [*_numbers(t), _limit_use(t), _loads(t), _power(t), _states(t), _water(t), _age(t)]
    return dashboard(t, Plan(UID, about, [plant], panels, "now-24h", refresh="30s"))


def _numbers(t: Say) -> list[model.Panel]:
    energy = t("Sum of the grid meters and own production less exports.", "关口表与自产之和，减去外送。")
    coal, water = t(*ENERGY), t(*FRESH_WATER)
    return [
        _number(t, "power_kw", t("Power", "功率"), looks.KW, energy),
        _number(t, "today_kwh", t("Electricity today", "今日用电"), looks.KWH, energy),
        _number(t, "today_water_m3", t("Water today", "今日用水"), looks.M3, water, 0),
        _number(t, "month_tce", t("Energy this month", "本月能耗"), looks.TCE, coal),
        _number(t, "month_water_m3", t("Water this month", "本月用水"), looks.M3, water, 0),
        _number(t, "year_tce", t("Energy this year", "今年能耗"), looks.TCE, coal, 0),
    ]


def _number(t: Say, name: str, title: str, unit: str, about: str, decimals: int = 1) -> model.Panel:
    query = newest(NOW, ["value"], {"scope": "plant:$plant", "series": name}, ["scope"])
    link = (t("Open the plant's page", "打开工厂页面"), "${page}/#/plant/${plant}/now")
    spec = Spec(title, about, [InfluxQL("A", query)], unit, 4, 4, since=JUST_NOW, link=link, decimals=decimals)
    return stat_panel(t, spec, text_only=True)


def _limit_use(t: Say) -> model.Panel:
    about = t(
        "Mean of the hour or day that runs as a share of its limit, at reference oxygen where the standard asks for it"
        " (GB 13271 and others; the plant's permit decides). The product warns from 90 %.",
        "当前小时或当日均值占限值的比例，标准规定基准氧含量的按其折算（GB 13271等，以排污许可证为准）。90 %起预警。",
    )
    query = InfluxQL("A", newest(LIMIT, ["use"], PLANT, BY_LIMIT), alias=LIMIT_NAME)
    link = (t("Open the limits", "打开限值"), "${page}/#/plant/${plant}/emissions")
    title = t("Use of the limits", "占限值比例")
    spec = Spec(title, about, [query], looks.SHARE, 12, 11, steps=LIMIT_USE, since=JUST_NOW, decimals=0, link=link)
    return bars_panel(t, spec, 1.2, long_names=True)


def _loads(t: Say) -> model.Panel:
    about = t(
        "Mass discharged this month so far: concentration times flow of all outlets, as measured.",
        "本月至今排放量：各排放口浓度乘以流量，按实测值。",
    )
    where = {"scope": "plant:$plant", "series": "/^month_load_kg:/"}
    query = InfluxQL("A", newest(NOW, ["value"], where, ["series"]), alias="$tag_series")
    change = [renamed("month_load_kg:(.*)", "$1")]
    title = t("Loads this month", "本月排放量")
    spec = Spec(title, about, [query], looks.KG, 12, 11, since=JUST_NOW, decimals=1, change=change)
    return bars_panel(t, spec)


def _power(t: Say) -> model.Panel:
    about = t(
        "Mean power of each electricity meter: amount of a quarter of an hour times four, over the time that is known."
        " A gap is a gap.",
        "各电表平均功率：每15分钟电量乘以4，按已知时间计。空缺即为缺数。",
    )
    query = InfluxQL("A", rates(PLANT | {"medium": "electricity"}, ["series"]), alias="$tag_series")
    spec = Spec(t("Power by consumer", "分项功率"), about, [query], looks.KW, 24, 9, step=QUARTER, decimals=1)
    return lines_panel(t, spec, from_zero=True)


def _states(t: Say) -> model.Panel:
    about = t(
        "State of each limit minute by minute, as the product judges it: kept, close (from 90 %), exceeded, unknown."
        " Over longer ranges the last state of each step: all exceedances stand under Emissions.",
        "各限值逐分钟的状态，由本产品判定：达标、接近（90 %起）、超标、未知。"
        "时间范围较长时取每步最后的状态，全部超标见“排放”。",
    )
    query = InfluxQL("A", steps(LIMIT, "last", ["state"], PLANT, BY_LIMIT, known=False), alias=LIMIT_NAME)
    colors = ((None, looks.GREEN), (1.0, looks.AMBER), (2.0, looks.RED), (3.0, looks.GREY))
    title = t("States of the limits", "限值状态")
    spec = Spec(title, about, [query], looks.COUNT, 24, 9, mappings=looks.limit_states(t), steps=colors)
    return states_panel(t, spec)


def _water(t: Say) -> model.Panel:
    about = t(
        "Fresh water taken in since midnight; flat while nothing is drawn. From the product's minute figures.",
        "零点以来的新水取水量，水平表示未取水。来自本产品逐分钟数值。",
    )
    where = {"scope": "plant:$plant", "series": "today_water_m3"}
    query = InfluxQL("A", steps(NOW, "max", ["value"], where, ["scope"]), alias=t("water", "用水"))
    title = t("Course of the water of the day", "当日用水过程")
    return lines_panel(t, Spec(title, about, [query], looks.M3, 12, 10, decimals=1))


def _age(t: Say) -> model.Panel:
    query = InfluxQL("A", last(INTERVAL, "known", PLANT, ["series", "medium"], known=True), table=True)
    columns = [
        Column("series", t("point", "计量点"), width=180),
        Column("medium", t("medium", "介质"), mappings=looks.called(t, CARRIERS | MEDIA), width=120),
        Column("Time", t("newest quarter", "最新一刻钟"), looks.AGE),
        Column("known", t("known of it", "其中已知"), looks.SHARE, decimals=0),
    ]
    about = t(
        "Start of the newest quarter of an hour of which something is known, for each point: what is older than an hour"
        " waits for its meter. The quarter that runs is known in part. What has been"
        " silent for a week is no longer listed; data quality counts it.",
        "各计量点最新有数据的一刻钟的起点：超过一小时即在等待该表的读数。当前一刻钟只有部分已知。静默超过一周的不再列出，由“数据质量”计数。",
    )
    title = t("Age of the readings", "读数时效")
    spec = Spec(title, about, [query], looks.COUNT, 12, 10, since="7d", change=[ordered(columns)])
    return table_panel(t, spec, columns, t("newest quarter", "最新一刻钟"), down=False)
