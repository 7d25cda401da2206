"""What makes some panels a dashboard?

Its uid, variables, links to the others and to the product's page, time zone, and a place for each panel: from left to
right, as many in a row as fit, a text in between opens a new row with a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.panels import DATASOURCE
from dashboards.queries import tag_values
from dashboards.sdk import board, model
from dashboards.shipped import DATASOURCE_UID, PAGE, ZONE
from dashboards.words import PERIODS, Say
from sinks.schema import Measurement

GRID = 24
UIDS = {
    "taihu-programme": ("Programme overview", "项目总览"),
    "taihu-plant": ("Plant now", "工厂当前"),
    "taihu-energy": ("Energy and water", "能源与用水"),
    "taihu-emissions": ("Emissions", "排放"),
    "taihu-savings": ("Savings", "节能量"),
    "taihu-quality": ("Data quality", "数据质量"),
}
"""Every dashboard and its title."""

ALIKE = (frozenset({"taihu-plant", "taihu-emissions", "taihu-quality"}), frozenset({"taihu-energy", "taihu-savings"}))
"""Dashboards that look at hours and days, and at months and years: between others the range of time is not kept, or
months would be looked for in a day, and minutes in years."""

Variable = board.QueryVariable | board.CustomVariable


@dataclass(frozen=True)
class Plan:
    """A dashboard before it is put together.

    Attributes
    ----------
    uid, about : str
    variables : sequence
        Beside `datasource` and `page`, which all have.
    panels : sequence
        Panels in order; a text is the heading of what follows.
    since, until : str
        Range of time at first.
    refresh : str
    """

    uid: str
    about: str
    variables: Sequence[Variable]
    panels: Sequence[model.Panel | str]
    since: str
    until: str = "now"
    refresh: str = "1m"


def dashboard(t: Say, plan: Plan) -> model.Dashboard:
    """The dashboard of a plan."""
    made = (
        board.Dashboard(t(*UIDS[plan.uid]))
        .uid(plan.uid)
        .description(plan.about)
        .tags(["taihu"])
        .timezone(ZONE)
        .time(plan.since, plan.until)
        .refresh(plan.refresh)
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .editable()
        .week_start("monday")
        .variables([_datasource(t), *plan.variables, _page(t)])
        .links([*(_link(t, plan.uid, uid) for uid in UIDS if uid != plan.uid), _page_link(t)])
        .build()
    )
    made.panels = _placed(plan.panels)
    return made


def tag_variable(
    name: str,
    label: str,
    measurement: Measurement,
    tag: str,
    where: dict[str, str] | None = None,
    *,
    regex: str = "",
    all_of: bool = False,
    chosen: str = "",
) -> board.QueryVariable:
    """A variable whose values are those of a tag.

    Parameters
    ----------
    name, label : str
    measurement : Measurement
    tag : str
    where : dict, optional
        Only where other tags have these values.
    regex : str
        Only values that match.
    all_of : bool
        Several may be chosen, and all are at first.
    chosen : str
        What is chosen at first, where it is there; "" for the first.
    """
    query = tag_values(measurement, tag, where)
    made = board.QueryVariable(name).label(label).query(query).definition(query)
    made.datasource(DATASOURCE).refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
    made.sort(model.VariableSort.ALPHABETICAL_ASC).regex(regex).multi(all_of).include_all(all_of)
    if all_of:
        made.current(model.VariableOption(selected=True, text=["All"], value=["$__all"]))
    if chosen:
        made.current(model.VariableOption(selected=True, text=chosen, value=chosen))
    return made


def scope_variable(t: Say, measurement: Measurement, chosen: str = "programme:sunan-2019") -> board.QueryVariable:
    """Whose figures: a programme, a city, a sector or a plant."""
    label = t("programme, city, sector or plant", "项目、城市、行业或工厂")
    return tag_variable("scope", label, measurement, "scope", chosen=chosen)


def period_variable(t: Say) -> board.CustomVariable:
    """Over which period targets are held against the base year."""
    options = [model.VariableOption(text=t(*text), value=id_, selected=id_ == "ytd") for id_, text in PERIODS.items()]
    told = ", ".join(f"{t(*text)} : {id_}" for id_, text in PERIODS.items())
    made = board.CustomVariable("period").label(t("period", "期间")).values(told).options(options)
    return made.current(options[0])


def opened(uid: str, **variables: str) -> str:
    """Address of another dashboard with its variables, in its own range of time, asking the same server."""
    told = [f"var-{name}={value}" for name, value in variables.items()]
    return f"/d/{uid}?{'&'.join([*told, '${datasource:queryparam}'])}"


def _datasource(t: Say) -> board.DatasourceVariable:
    chosen = model.VariableOption(selected=True, text="Taihu", value=DATASOURCE_UID)
    return board.DatasourceVariable("datasource").label(t("data source", "数据源")).type("influxdb").current(chosen)


def _page(t: Say) -> board.TextBoxVariable:
    chosen = model.VariableOption(selected=True, text=PAGE, value=PAGE)
    made = board.TextBoxVariable("page").label(t("Taihu's page", "太湖页面")).default_value(PAGE)
    return made.current(chosen).options([chosen]).hide(model.VariableHide.HIDE_VARIABLE)


def _link(t: Say, here: str, uid: str) -> board.DashboardLink:
    made = board.DashboardLink(t(*UIDS[uid])).type(model.DashboardLinkType.LINK).url(f"/d/{uid}").icon("dashboard")
    alike = any({here, uid} <= group for group in ALIKE)
    return made.keep_time(alike).include_vars(True).target_blank(False).tooltip("")


def _page_link(t: Say) -> board.DashboardLink:
    title = t("Figures with their sources", "数值及其来历")
    made = board.DashboardLink(title).type(model.DashboardLinkType.LINK).url("${page}").icon("external link")
    return made.keep_time(False).include_vars(False).target_blank(True).tooltip("")


def _placed(panels: Sequence[model.Panel | str]) -> list[model.Panel | model.RowPanel]:
    """Panels with ids and places; those of a row stand after its heading."""
    found: list[model.Panel | model.RowPanel] = []
    x = y = tallest = 0
    for number, panel in enumerate(panels, 1):
        if isinstance(panel, str):
            row = board.Row(panel).id(number).collapsed(False).build()
            row.grid_pos = model.GridPos(h=1, w=GRID, x=0, y=y + tallest)
            x, y, tallest = 0, y + tallest + 1, 0
            found.append(row)
            continue
        place = panel.grid_pos
        if place is None:
            raise ValueError(f"panel {panel.title!r} has no size")
        if x + place.w > GRID:
            x, y, tallest = 0, y + tallest, 0
        panel.id_val = number
        panel.grid_pos = model.GridPos(h=place.h, w=place.w, x=x, y=y)
        x, tallest = x + place.w, max(tallest, place.h)
        found.append(panel)
    return found
