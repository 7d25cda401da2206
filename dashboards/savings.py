"""How much energy was saved since the base year, year by year, by whom, and how far is the goal?"""

from __future__ import annotations

from dashboards import looks
from dashboards.frame import Plan, dashboard, scope_variable
from dashboards.influxql import InfluxQL
from dashboards.looks import Column
from dashboards.panels import columns_panel, stat_panel, table_panel
from dashboards.queries import Fields, Where, lines, newest
from dashboards.sdk import model
from dashboards.spec import DAY, Spec
from dashboards.tables import merged, ordered, renamed
from dashboards.words import Say
from sinks.schema import SAVING

UID = "taihu-savings"
SCOPE = {"scope": "$scope"}
PLANTS = {"scope": "/^plant:/"}
YEARLY, FIXED = "saving_yearly", "saving_fixed_base"


def build(t: Say) -> model.Dashboard:
    """Savings."""
    about = t(
        "Energy saved since the base year: each year against the base year and the year before, against the goal,"
        " and by plant. Positive is a saving.",
        "基准年以来的节能量：各年与基准年、与上一年相比，与节能目标相比，并分厂列出。正值为节约。",
    )
    panels = [*_numbers(t), _sum(t), _yearly(t), _against_base(t), _by_plant(t), _plants(t)]
    # The only goal of the programme that comes with the product is that of Wuxi.
    scope = scope_variable(t, SAVING, "city:wuxi")
    return dashboard(t, Plan(UID, about, [scope], panels, "now-6y/y", "now/y", refresh="15m"))


def _chained(t: Say) -> str:
    return t(
        "Each year against the year before, at prices of the base year (GB/T 13234, value-based): what one measure"
        " saves a year counts once.",
        "各年与上一年相比，按基准年价格（GB/T 13234，产值节能量）：一项措施的年节能量只计一次。",
    )


def _fixed(t: Say) -> str:
    return t(
        "Each year against the base year (GB/T 13234): what one measure saves a year counts again every year.",
        "各年与基准年相比（GB/T 13234）：一项措施的年节能量每年重复计入。",
    )


def _numbers(t: Say) -> list[model.Panel]:
    since = t(
        " Added up by the product over the years that count; not known where one of them is not.",
        "由本产品对计入各年累计，其中任何一年未知则未知。",
    )
    certain = t(
        "Part of the savings against the base year that rests on final statements and measured energy.",
        "与基准年相比的节能量中，依据定稿报表与实测能耗的部分。",
    )
    return [
        _number(t, t("Saved, year on year", "累计节能量（环比）"), _chained(t) + since, f"{YEARLY}_total"),
        _number(t, t("Goal", "目标"), _goal(t), "goal"),
        _number(t, t("Saved against the base year", "累计节能量（定比）"), _fixed(t) + since, f"{FIXED}_total"),
        _number(t, t("Of it final", "其中已定稿"), certain + since, f"{FIXED}_total_final"),
    ]


def _goal(t: Say) -> str:
    return t(
        "Goal of the scope as the programme file has it; only some scopes have one. What counts towards it is a reading"
        " of the programme's, see its file.",
        "项目文件规定的节能目标，仅部分范围有目标；计入口径见项目文件。",
    )


def _number(t: Say, title: str, about: str, series: str) -> model.Panel:
    query = InfluxQL("A", newest(SAVING, ["value"], SCOPE | {"series": series}, ["scope"]))
    spec = Spec(title, about, [query], looks.TCE, 6, 4, step=DAY, decimals=0)
    return stat_panel(t, spec, text_only=True)


def _sum(t: Say) -> model.Panel:
    names = (t("saved so far", "累计节能量"), t("goal", "目标"))
    queries = [
        InfluxQL(ref, _saved(series, SCOPE), alias=name)
        for ref, series, name in zip("AB", (f"{YEARLY}_total", "goal"), names, strict=True)
    ]
    about = t(
        "Savings year on year, added up to each year. Dashed: the goal. ", "各年环比节能量的逐年累计。虚线为目标。"
    )
    title = t("Sum against the goal", "累计节能量与目标")
    spec = Spec(title, about + _goal(t), queries, looks.TCE, 8, 9, step=DAY, decimals=0)
    return columns_panel(t, spec, dashed="B")


def _yearly(t: Say) -> model.Panel:
    title = t("Savings year on year", "各年节能量（环比）")
    query = InfluxQL("A", _saved(YEARLY, SCOPE), alias=title)
    spec = Spec(title, _chained(t) + _running(t), [query], looks.TCE, 8, 9, step=DAY, decimals=0)
    return columns_panel(t, spec, named=False)


def _against_base(t: Say) -> model.Panel:
    names = {
        FIXED: t("saved", "节能量"),
        f"{FIXED}_final": t("final part of it", "其中已定稿"),
    }
    queries = [
        InfluxQL(ref, _saved(series, SCOPE), alias=name)
        for ref, (series, name) in zip("AB", names.items(), strict=True)
    ]
    about = _fixed(t) + t(
        " The part of it that rests on final statements and measured energy stands before the whole.",
        "其中依据定稿报表与实测能耗的部分画在总量之前。",
    )
    title = t("Savings against the base year", "各年节能量（定比）")
    spec = Spec(title, about + _running(t), queries, looks.TCE, 8, 9, step=DAY, decimals=0)
    return columns_panel(t, spec)


def _running(t: Say) -> str:
    return t(" The year that runs counts up to yesterday.", "当年截至昨日。")


def _by_plant(t: Say) -> model.Panel:
    query = InfluxQL("A", _saved(YEARLY, PLANTS), alias="$tag_scope")
    about = _chained(t) + t(
        " All plants, whichever scope is chosen; who is not known in a year is missing from the bar.",
        "不论所选范围，列出所有工厂；某年未知的工厂不在柱中。",
    )
    title, change = t("Savings by plant", "各厂节能量"), [renamed("^plant:(.*)$", "$1")]
    spec = Spec(title, about, [query], looks.TCE, 24, 8, step=DAY, decimals=0, change=change)
    return columns_panel(t, spec, stacked=True)


def _plants(t: Say) -> model.Panel:
    shown: dict[str, Fields] = {
        YEARLY: [("value", "yearly")],
        FIXED: [("value", "fixed_base"), "coverage", "provisional"],
        f"{FIXED}_final": [("value", "final")],
    }
    queries = [
        InfluxQL(ref, _saved(series, PLANTS, fields), table=True)
        for ref, (series, fields) in zip("ABC", shown.items(), strict=True)
    ]
    columns = [
        Column("scope", t("plant", "工厂"), mappings=[looks.without("plant:")], width=180),
        Column("Time", t("year from", "年度起点"), "time: YYYY", width=120),
        Column("yearly", t("against the year before", "与上一年相比"), looks.TCE, decimals=0),
        Column("fixed_base", t("against the base year", "与基准年相比"), looks.TCE, decimals=0),
        Column("final", t("final part", "已定稿部分"), looks.TCE, decimals=0),
        Column("coverage", t("known", "已知"), looks.SHARE, steps=looks.FULL_ABOVE, decimals=1),
        Column("provisional", t("provisional", "暂估"), looks.SHARE, decimals=1),
    ]
    about = t(
        "Every plant and year with how much of it is known. What has no comparable base is left out.",
        "各厂各年节能量及其已知程度；没有可比基准的不列。",
    )
    title, change = t("Plants and years", "各厂各年"), [merged(), ordered(columns)]
    spec = Spec(title, about, queries, looks.TCE, 24, 10, step=DAY, change=change)
    return table_panel(t, spec, columns, t("year from", "年度起点"))


def _saved(series: str, where: Where, fields: Fields = ("value",)) -> str:
    """The years of one saving."""
    return lines(SAVING, fields, {**where, "series": series}, ["scope"])
