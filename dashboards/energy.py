"""How much energy and water was used, month by month and year by year, against the base year and per value added?"""

from __future__ import annotations

from dashboards import looks
from dashboards.frame import Plan, dashboard, scope_variable
from dashboards.influxql import InfluxQL
from dashboards.panels import columns_panel, stat_panel
from dashboards.queries import first, lines, newest
from dashboards.sdk import model
from dashboards.spec import DAY, THIS_YEAR, Spec
from dashboards.tables import named, threshold_from
from dashboards.words import CARRIERS, ENERGY, FRESH_WATER, TARGETS, Say
from sinks.schema import COMPARED, MONTH, YEAR, Measurement

UID = "taihu-energy"
SCOPE = {"scope": "$scope"}


def build(t: Say) -> model.Dashboard:
    """Energy and water."""
    about = t(
        "Energy, water, CO2 and value added of a plant, a city, a sector or the programme, by month and by year.",
        "工厂、城市、行业或项目的能源、用水、二氧化碳与工业增加值，按月、按年。",
    )
    panels: list[model.Panel | str] = [
        *_numbers(t),
        t("Energy", "能源"),
        _by_month(t, "energy_tce", t("Energy by month", "各月能耗"), looks.TCE, t(*ENERGY)),
        _by_year(t, "energy_tce", t("Energy by year", "各年能耗"), looks.TCE, t(*ENERGY)),
        _carriers(t),
        _per_value(t, "energy_per_value_added", t(*looks.TCE_PER_VALUE), 12, 3),
        t("Water", "用水"),
        _by_month(t, "water_m3", t("Water by month", "各月用水"), looks.M3, t(*FRESH_WATER), 8),
        _by_year(t, "water_m3", t("Water by year", "各年用水"), looks.M3, t(*FRESH_WATER), 8),
        _per_value(t, "water_per_value_added", t(*looks.WATER_PER_VALUE), 8, 1),
        t("CO2 and value added", "二氧化碳与工业增加值"),
        _by_month(t, "co2_t", t("CO2 by month", "各月二氧化碳"), looks.TONNES_CO2, _co2(t)),
        _by_year(t, "co2_t", t("CO2 by year", "各年二氧化碳"), looks.TONNES_CO2, _co2(t)),
        _by_month(t, "value_added", t("Value added by month", "各月工业增加值"), t(*looks.VALUE), _value(t)),
        _by_year(t, "value_added", t("Value added by year", "各年工业增加值"), t(*looks.VALUE), _value(t)),
    ]
    return dashboard(t, Plan(UID, about, [scope_variable(t, MONTH)], panels, "now-5y/y", "now/y", refresh="15m"))


def _co2(t: Say) -> str:
    return t(
        "CO2 of fuels, processes, bought power and heat, with one set of factors for all years.",
        "燃料、过程、外购电力与热力的二氧化碳，各年采用同一套系数。",
    )


def _value(t: Say) -> str:
    return t(
        "Industrial value added at prices of the base year, from monthly statements; provisional until they are final.",
        "按基准年价格计算的工业增加值，来自月度报表；报表定稿前为暂估。",
    )


def _numbers(t: Say) -> list[model.Panel]:
    return [
        _number(t, "energy_tce", t("Energy this year", "今年能耗"), looks.TCE, t(*ENERGY)),
        _number(t, "water_m3", t("Water this year", "今年用水"), looks.M3, t(*FRESH_WATER)),
        _number(t, "co2_t", t("CO2 this year", "今年二氧化碳"), looks.TONNES_CO2, _co2(t)),
        _number(t, "value_added", t("Value added this year", "今年工业增加值"), t(*looks.VALUE), _value(t)),
    ]


def _number(t: Say, name: str, title: str, unit: str, about: str) -> model.Panel:
    """The year that runs, up to yesterday: on 1 January that is the year before, and so it is counted everywhere."""
    query = newest(YEAR, ["value"], SCOPE | {"series": name}, ["scope"])
    until = t(
        " Up to yesterday; on 1 January the whole year that ended. In a chosen range that is not relative its last"
        " year.",
        "截至昨日；1月1日为刚结束的全年。所选为固定时间范围时，为其中最后一年。",
    )
    told, link = about + until, _figure(t, name)
    spec = Spec(title, told, [InfluxQL("A", query)], unit, 6, 4, DAY, since=THIS_YEAR, link=link, decimals=0)
    return stat_panel(t, spec, text_only=True)


def _by_month(t: Say, name: str, title: str, unit: str, about: str, width: int = 12) -> model.Panel:
    spec = Spec(title, about, [_lines("A", MONTH, name, title)], unit, width, 8, step=DAY, decimals=0)
    return columns_panel(t, spec, named=False)


def _by_year(t: Say, name: str, title: str, unit: str, about: str, width: int = 12) -> model.Panel:
    base = t(
        " Dashed: the base year, none where it is not known. The year that runs counts up to yesterday.",
        "虚线为基准年，基准年未知时不画。当年截至昨日。",
    )
    queries = [
        _lines("A", YEAR, name, title),
        InfluxQL("B", first(YEAR, "value", SCOPE | {"series": name}), table=True),
    ]
    change = [threshold_from("B", "value", "A")]
    told, link = about + base, _figure(t, name)
    spec = Spec(title, told, queries, unit, width, 8, step=DAY, decimals=0, change=change, link=link)
    return columns_panel(t, spec, named=False)


def _carriers(t: Say) -> model.Panel:
    about = t(
        "Comprehensive energy by carrier: amount times standard coal factor (GB/T 2589). A carrier that is not known in"
        " a year is missing from the bar: then the bar is no total.",
        "分能源品种的综合能耗：实物量乘以折标准煤系数（GB/T 2589）。某年未知的品种不在柱中，此时柱高不是合计。",
    )
    query = lines(YEAR, ["value"], SCOPE | {"series": "/^coal:/"}, ["series"])
    title = t("Energy by carrier", "分品种能耗")
    asked, change = [InfluxQL("A", query, alias="$tag_series")], named(CARRIERS, t, "coal:")
    return columns_panel(t, Spec(title, about, asked, looks.TCE, 12, 8, DAY, decimals=0, change=change), stacked=True)


def _per_value(t: Say, name: str, unit: str, width: int, decimals: int) -> model.Panel:
    about = t(
        "Sums first, then the quotient: use of the month over value added of the month at prices of the base year."
        " Dashed: the whole base year, as the target has it.",
        "先求和再相除：当月用量除以当月工业增加值（基准年价格）。虚线为目标所依据的整个基准年。",
    )
    base = newest(COMPARED, ["base"], SCOPE | {"series": name, "period": "full_year"}, ["series"])
    title, link = t(*TARGETS[name]), _figure(t, name)
    queries = [_lines("A", MONTH, name, title), InfluxQL("B", base, table=True)]
    change = [threshold_from("B", "base", "A")]
    spec = Spec(title, about, queries, unit, width, 8, step=DAY, decimals=decimals, change=change, link=link)
    return columns_panel(t, spec, named=False)


def _lines(ref: str, measurement: Measurement, name: str, title: str) -> InfluxQL:
    return InfluxQL(ref, lines(measurement, ["value"], SCOPE | {"series": name}, ["scope"]), alias=title)


def _figure(t: Say, name: str) -> tuple[str, str]:
    return t("Open the figure", "打开该数值"), "${page}/#/figure/${scope}/ytd/" + _OPENS_AS.get(name, name)


_OPENS_AS = {"value_added": "value_added_base_prices"}
"""Figures that the product's page knows by another name than the lines do."""
