"""What do all panels have in common?

Each has a title, a description that says what it is and where it comes from, a unit, a word and a colour for "no data",
its queries and a smallest step. A panel is made by one of the functions here, so none can be without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, Self

from grafana_foundation_sdk.cog.builder import Builder

from dashboards.looks import GREY, RED, Column, no_data, thresholds
from dashboards.sdk import bargauge, common, geomap, maps, model, parts, stat, statetimeline, table, timeseries
from dashboards.spec import FRESHNESS, Spec
from dashboards.words import NO_DATA, Say

NARROWEST_PX = 60
"""Width that a column of a table has at least."""

DATASOURCE = common.DataSourceRef(type_val="influxdb", uid="${datasource}")


class _Builder(Protocol):
    """What the library's panels have in common."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def datasource(self, datasource: common.DataSourceRef) -> Self: ...
    def height(self, h: int) -> Self: ...
    def span(self, w: int) -> Self: ...
    def interval(self, interval: str) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def decimals(self, decimals: float) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def time_from(self, time_from: str) -> Self: ...
    def hide_time_override(self, hide_time_override: bool) -> Self: ...
    def mappings(self, mappings: list[model.ValueMapping]) -> Self: ...
    def build(self) -> model.Panel: ...


def stat_panel(t: Say, spec: Spec, fields: str = "", *, text_only: bool = False, every: bool = False) -> model.Panel:
    """One number, or one a series.

    Parameters
    ----------
    fields : str
        Which field is shown, as a regular expression; "" for the numeric ones.
    text_only : bool
        In the colour of the value, without a name.
    every : bool
        A number for each row of a table, in place of the last row's.
    """
    shown = parts.ReduceDataOptions().calcs(["lastNotNull"]).fields(fields).values(every)
    panel = stat.Panel().reduce_options(shown).graph_mode(common.BigValueGraphMode.NONE)
    panel.color_mode(common.BigValueColorMode.VALUE)
    panel.text_mode(common.BigValueTextMode.VALUE if text_only else common.BigValueTextMode.AUTO)
    return _dressed(t, panel, spec)


def bars_panel(t: Say, spec: Spec, largest: float | None = None, *, long_names: bool = False) -> model.Panel:
    """One horizontal bar a series, as long as its newest value.

    Parameters
    ----------
    largest : float, optional
        Value of a full bar; default: the largest one shown.
    long_names : bool
        Names stand above the bars; beside them they are cut off at a third of the width.
    """
    shown = parts.ReduceDataOptions().calcs(["lastNotNull"]).values(False)
    panel = bargauge.Panel().reduce_options(shown).orientation(common.VizOrientation.HORIZONTAL)
    panel.display_mode(common.BarGaugeDisplayMode.BASIC).value_mode(common.BarGaugeValueMode.TEXT).min(0)
    if largest is not None:
        panel.max(largest)
    if long_names:
        panel.name_placement(common.BarGaugeNamePlacement.TOP)
    return _dressed(t, panel, spec)


def lines_panel(
    t: Say, spec: Spec, dashed: str = "", *, limit: bool = True, from_zero: bool = False, shares: bool = False
) -> model.Panel:
    """Lines over time; a gap stays a gap.

    Parameters
    ----------
    dashed : str
        Query whose lines are drawn dashed.
    limit : bool
        The dashed lines are red: a limit, a goal.
    from_zero : bool
        The axis begins at zero, or below it where a value does.
    shares : bool
        The axis goes from zero to one.
    """
    panel = _over_time(t, spec).line_width(1.5).fill_opacity(0)
    panel.show_points(common.VisibilityMode.AUTO)
    if from_zero:
        panel.axis_soft_min(0)
    if shares:
        panel.min(0).max(1)
    if dashed:
        panel.override_by_query(dashed, _limit_line() if limit else [_DASHES])
    return _dressed(t, panel, spec)


def columns_panel(t: Say, spec: Spec, *, dashed: str = "", stacked: bool = False, named: bool = True) -> model.Panel:
    """Upright bars over time, each standing right of its instant: that of a month at its first day.

    A threshold that a transformation brings (the base year) is drawn as a dashed line. Bars of several series stand
    before each other: only a part of the one behind, or stacked, says what is so.

    Parameters
    ----------
    dashed : str
        Query whose lines are drawn red and dashed: a goal.
    stacked : bool
    named : bool
        The series are told below; not needed where the title says what the only one is.
    """
    panel = _over_time(t, spec, named=named).draw_style(common.GraphDrawStyle.BARS).fill_opacity(70).line_width(0)
    panel.bar_alignment(common.BarAlignment.AFTER).bar_width_factor(0.8).axis_soft_min(0)
    panel.thresholds_style(parts.GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED))
    if stacked:
        panel.stacking(parts.StackingConfig().mode(common.StackingMode.NORMAL))
    if dashed:
        panel.override_by_query(dashed, [model.DynamicConfigValue("custom.drawStyle", "line"), *_limit_line()])
    return _dressed(t, panel, spec)


def states_panel(t: Say, spec: Spec) -> model.Panel:
    """One band a series, coloured by its state."""
    panel = statetimeline.Panel().merge_values(True).show_value(common.VisibilityMode.AUTO).row_height(0.8)
    panel.span_nulls(False).legend(_legend())
    return _dressed(t, panel, spec)


def table_panel(t: Say, spec: Spec, columns: Sequence[Column], order: str = "", *, down: bool = True) -> model.Panel:
    """A table; columns that are not named are left out by the panel's transformations.

    Parameters
    ----------
    columns : sequence of Column
        In the order shown.
    order : str
        Title of the column to sort by.
    down : bool
        Largest first.
    """
    # Without it each column takes 150 pixels, and the last ones stand outside the panel.
    panel = table.Panel().show_header(True).cell_height(common.TableCellHeight.SM).min_width(NARROWEST_PX)
    if order:
        panel.sort_by([parts.TableSortByFieldState().display_name(order).desc(down)])
    for column in columns:
        panel.override_by_name(column.field, column.properties(t))
    return _dressed(t, panel, spec)


def map_panel(t: Say, spec: Spec, color: str, label: str) -> model.Panel:
    """Circles on a map, by the fields ``lat`` and ``lon``.

    Parameters
    ----------
    color, label : str
        Fields that colour and name a circle.
    """
    style = {
        "size": {"fixed": 12, "min": 8, "max": 20},
        "color": {"field": color, "fixed": GREY},
        "opacity": 0.9,
        "symbol": {"mode": "fixed", "fixed": "img/icons/marker/circle.svg"},
        "text": {"mode": "field", "field": label, "fixed": ""},
        "textConfig": {"fontSize": 13, "offsetX": 0, "offsetY": 18, "textAlign": "center", "textBaseline": "middle"},
    }
    source = common.FrameGeometrySource(mode=common.FrameGeometrySourceMode.COORDS, latitude="lat", longitude="lon")
    # The library's builder of a layer takes a builder of its place; the bare objects say the same with less.
    layer = common.MapLayerOptions("markers", label, config={"style": style, "showLegend": False}, location=source)
    layer.tooltip = True
    panel = geomap.Panel().basemap(parts.MapLayerOptions().type("default").name("")).layers([_Made(layer)])
    panel.view(geomap.MapViewConfig().id("fit").all_layers(True).padding(25).max_zoom(9))
    panel.controls(geomap.ControlsOptions().show_zoom(True).mouse_wheel_zoom(False).show_attribution(True))
    panel.tooltip(geomap.TooltipOptions().mode(maps.TooltipMode.DETAILS))
    return _dressed(t, panel, spec)


class _Made(Builder[common.MapLayerOptions]):
    """What is made already, for those who ask for a builder."""

    def __init__(self, made: common.MapLayerOptions) -> None:
        self._made = made

    def build(self) -> common.MapLayerOptions:
        return self._made


def _over_time(t: Say, spec: Spec, *, named: bool = True) -> timeseries.Panel:
    panel = timeseries.Panel().legend(_legend(named)).span_nulls(False)
    return panel.tooltip(parts.VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI))


def _legend(shown: bool = True) -> parts.VizLegendOptions:
    return (
        parts.VizLegendOptions()
        .show_legend(shown)
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
        .calcs([])
    )


def _data_link(title: str, url: str) -> model.DashboardLink:
    return model.DashboardLink(title=title, type_val=model.DashboardLinkType.LINK, url=url)


_DASHES = model.DynamicConfigValue("custom.lineStyle", {"fill": "dash", "dash": [10, 6]})


def _limit_line() -> list[model.DynamicConfigValue]:
    return [
        _DASHES,
        model.DynamicConfigValue("color", {"mode": "fixed", "fixedColor": RED}),
        model.DynamicConfigValue("custom.showPoints", "never"),
        model.DynamicConfigValue("custom.lineWidth", 1.5),
        model.DynamicConfigValue("custom.fillOpacity", 0),
        model.DynamicConfigValue("custom.stacking", {"mode": "none", "group": "limit"}),
    ]


def _dressed(t: Say, panel: _Builder, spec: Spec) -> model.Panel:
    """With what every panel has."""
    panel.title(spec.title).description(spec.about).datasource(DATASOURCE).span(spec.width).height(spec.height)
    panel.interval(spec.step).unit(spec.unit).no_value(t(*NO_DATA)).mappings([*spec.mappings] or no_data(t))
    if spec.decimals is not None:
        panel.decimals(spec.decimals)
    if spec.since:
        # "Last 10 minutes" beside "Electricity today" would be read as what is shown, not as how fresh it is.
        panel.time_from(spec.since).hide_time_override(spec.since in FRESHNESS)
    made = panel.build()
    made.targets = list(spec.queries)
    made.transformations = list(spec.change) or None
    if made.field_config is not None:
        made.field_config.defaults.thresholds = thresholds(spec.steps).build()
        if spec.link is not None:
            made.field_config.defaults.links = [_data_link(*spec.link)]
    return made
