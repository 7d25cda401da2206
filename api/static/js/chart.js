// How does a series become a chart? Amounts as bars, levels as lines, gaps never joined, estimates hatched, quality below.

import { h } from "./dom.js";
import { eventName } from "./eventtext.js";
import { dayOfMonth, hourText, instantText, monthName, monthText, num, percent, dateText, share, t, unitText, yearText,
  scaled } from "./text.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colours = () => Object.fromEntries(["ink", "soft", "line", "lake", "leaf", "amber", "red", "card",
  "faint"].map((c) => [c, css(`--${c}`)]));
const scheme = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// A chart element: `draw(options(colours))` draws, and again when size or colour scheme change.
export function chart(className, label) {
  const el = h(`div.chart.${className}`, { role: "img", "aria-label": label });
  let instance = null;
  let make = null;
  const paint = (notMerge) => {
    if (!make || !el.clientWidth) return; // not shown: drawn when it is
    instance ??= echarts.init(el, null, { renderer: "canvas" });
    instance.setOption({ ...base(), ...make(colours()) }, { notMerge });
  };
  const resize = new ResizeObserver(() => { if (instance) instance.resize(); else paint(true); });
  resize.observe(el);
  const repaint = () => paint(true);
  scheme.addEventListener("change", repaint);
  el.draw = (next, notMerge = true) => { make = next; paint(notMerge); };
  el.dispose = () => { resize.disconnect(); scheme.removeEventListener("change", repaint); instance?.dispose(); };
  return el;
}

const base = () => ({
  animation: !calm.matches, animationDuration: 400, animationDurationUpdate: 500,
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: px(0.78), color: css("--soft") },
});
export const px = (rem) => rem * parseFloat(getComputedStyle(document.documentElement).fontSize);

const axisText = (c) => ({ color: c.soft, fontSize: px(0.75) });
export const valueAxis = (c, name) => ({
  type: "value", name, nameTextStyle: { color: c.soft, align: "left", padding: [0, 0, 0, -px(1.6)], fontSize: px(0.75) },
    splitNumber: 4,
  axisLabel: { ...axisText(c), formatter: (v) => num(v, 3) }, splitLine: { lineStyle: { color: c.line } },
});
export const categoryAxis = (c, labels, gridIndex = 0, show = true) => ({
  type: "category", gridIndex, data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: c.line } },
  axisLabel: { ...axisText(c), show, hideOverlap: true },
});

export function tooltip(c, rows) {
  return {
    trigger: "axis", confine: true, backgroundColor: c.card, borderColor: c.line,
      textStyle: { color: c.ink, fontSize: px(0.82) },
    axisPointer: { type: "shadow", shadowStyle: { color: c.faint } },
    formatter: (params) => {
      const [title, ...pairs] = rows(params[0].dataIndex);
      return h("div.tip", {}, h("b", {}, title),
        pairs.filter(Boolean).map(([name, value]) => h("div", {}, h("span", {}, name), h("span.number", {}, value))));
    },
  };
}

const hatch = (c) => ({ symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -Math.PI / 4, color: c.card });
const GRID = { left: 8, right: 12, top: 34, bottom: 8, containLabel: true };

const LABELS = {
  "15min": (ms, zone) => hourText(ms, zone), hour: (ms, zone) => `${dayOfMonth(ms, zone)} ${hourText(ms, zone)}`,
  day: dayOfMonth, month: monthText, year: yearText,
};
export function stepLabels(series, zone) {
  const days = (series.start_ms.at(-1) - series.start_ms[0]) / 86400000;
  const label = series.step === "15min" && days > 1.2 ? LABELS.hour : LABELS[series.step];
  return series.start_ms.map((ms) => label(ms, zone));
}
export const stepTitle = (step, ms, zone) => ({ day: dateText, month: monthText, year: yearText }[step] ?? instantText)(ms,
  zone);

// A point's steps with how well each is known below.
export function seriesOptions(series, zone, limit, events = [], quarters = []) {
  const level = series.amount.every((v) => v === null);
  const values = level ? series.level : series.amount;
  const unit = unitText(level ? series.rate_unit : series.unit);
  const labels = stepLabels(series, zone);
  const hatched = (c) => values.map((value, i) =>
    ({ value, itemStyle: series.estimated[i] > 0.5 ? { decal: hatch(c), opacity: 0.75 } : {} }));
  const flagged = series.flags.map((flags, i) => (flags.length ? [labels[i], values[i] ?? 0, i] : null)).filter(Boolean);
  const at = (event) => series.start_ms.findLastIndex((start) => start <= event.from_ms);
  const bounds = boundsOf(level ? [] : quarters, series.start_ms);
  const rows = (i) => [
    stepTitle(series.step, series.start_ms[i], zone),
    level ? null : [t("series.amount"), `${num(series.amount[i], 5)} ${unitText(series.unit)}`],
    [t("series.level"), `${num(series.level[i], 5)} ${unitText(series.rate_unit)}`],
    [t("series.peak"), `${num(series.peak[i], 5)} ${unitText(series.rate_unit)}`],
    [t("series.known", { coverage: "" }), share(series.coverage[i])],
    series.estimated[i] > 0 ? [t("series.of_which", { estimated: "" }), share(series.estimated[i])] : null,
    bounds.low[i] !== null && [t("series.bounds"), `${num(bounds.low[i], 5)} – ${num(bounds.high[i], 5)} ${unit}`],
    ...series.flags[i].map((flag) => [t("series.flagged"), t(`flag.${flag}`)]),
    ...events.filter((event) => at(event) === i).map((event) => [t("series.event"), eventName(event)]),
  ];
  return (c) => ({
    tooltip: tooltip(c, rows),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    // Both grids keep to the same edges, so that a step stands above its own quality.
    grid: [{ top: px(2), bottom: px(4.6) }, { height: px(1.1), bottom: px(1) }].map((g) =>
      ({ left: px(3.8), right: px(1.6), outerBoundsMode: "none", ...g })),
    xAxis: [categoryAxis(c, labels), categoryAxis(c, labels, 1, false)],
    yAxis: [{ ...valueAxis(c, unit), scale: level && !limit }, { type: "value", gridIndex: 1, max: 1, show: false },
      { type: "value", min: 0, max: 1, show: false }],
    dataZoom: [{ type: "inside", xAxisIndex: [0, 1] }],
    series: [
      level
        ? { type: "line", data: values, connectNulls: false, showSymbol: false, animation: false, step: "middle",
          color: c.lake, lineStyle: { width: 1.6 }, areaStyle: { opacity: 0.08 } }
        : { type: "bar", data: hatched(c), color: c.lake, barCategoryGap: "12%", large: false },
      { type: "scatter", data: flagged, symbol: "triangle", symbolSize: px(0.55), symbolOffset: [0, -px(0.6)],
        color: c.amber, tooltip: { show: false } },
      ...(limit ? [limitLine(c, limit, labels)] : []),
      ...qualityBars(c, series),
      ...boundsBand(c, bounds),
      { type: "scatter", yAxisIndex: 2, symbol: "diamond", symbolSize: px(0.85), tooltip: { show: false }, silent: true, z: 5,
        animation: false, data: events.filter((event) => at(event) >= 0).map((event) => ({ value: [labels[at(event)], 0.97, at(event)],
          itemStyle: { color: event.state === "open" ? c.amber : c.lake, borderColor: c.card, borderWidth: 1 } })) },
    ],
  });
}

// Between which values the true amount of each quarter lies; null where nothing bounds it.
function boundsOf(quarters, starts) {
  const rows = new Map(quarters.map((row) => [row.start_ms, row]));
  const edge = (sign, name) => starts.map((start) => {
    const row = rows.get(start);
    if (!row || row.amount === null || row[name] === null) return null;
    const at = row.amount + sign * row[name];
    return Math.abs(at) < Math.abs(row.amount) * NEAR_ZERO ? 0 : at; // bounds are rounded outwards
  });
  return { low: edge(-1, "below"), high: edge(1, "above") };
}

const NEAR_ZERO = 1e-3;

function boundsBand(c, { low, high }) {
  if (low.every((v) => v === null)) return [];
  const line = (data, areaStyle) => ({ type: "line", stack: "bounds", stackStrategy: "all", step: "middle", data, symbol: "none", silent: true,
    animation: false, connectNulls: false, color: c.amber, lineStyle: { opacity: 0 }, areaStyle, z: 4, tooltip: { show: false } });
  return [line(low, { opacity: 0 }), line(low.map((v, i) => (v === null || high[i] === null ? null : high[i] - v)), { opacity: 0.45 })];
}

function qualityBars(c, series) {
  const of = (values, itemStyle) => ({ type: "bar", xAxisIndex: 1, yAxisIndex: 1, stack: "quality", barCategoryGap: "0%",
    data: values, itemStyle, silent: true, animation: false });
  return [
    of(series.coverage.map((v, i) => v - series.estimated[i]), { color: c.leaf }),
    of(series.estimated, { color: c.amber, decal: hatch(c) }),
    of(series.coverage.map((v) => 1 - v), { color: c.line }),
  ];
}

// A series of its own, so that the axis always reaches it.
const limitLine = (c, limit, labels) => ({
  type: "line", data: labels.map((_, i) => ({ value: limit.value, label: { show: i === labels.length - 1 } })),
  symbol: "circle", symbolSize: 0.1, showAllSymbol: true, silent: true, animation: false,
  lineStyle: { color: c.red, type: "dashed", width: 1.2 }, color: c.red,
  label: { formatter: `${t("outlet.limit")} ${num(limit.value)}${limit.o2_ref ? ` ${t("limits.at_o2", { o2: num(limit.o2_ref) })}` : ""}`,
    color: c.red, position: "left", distance: px(0.4), offset: [0, -px(0.7)], fontSize: px(0.75) },
});

// Two lines over the hours of a day: today and yesterday.
export function loadOptions(series, dayStart, zone) {
  const [today, before] = [dayStart, dayStart - 86400000].map((start) => slots(series, start));
  const labels = Array.from({ length: 96 }, (_, i) => hourText(dayStart + i * 900000, zone));
  const unit = unitText(series.rate_unit);
  return (c) => ({
    tooltip: tooltip(c, (i) => [labels[i], [t("plant.today"), `${num(today[i])} ${unit}`],
      [t("plant.yesterday"), `${num(before[i])} ${unit}`]]),
    legend: legend(c), grid: GRID, xAxis: { ...categoryAxis(c, labels), boundaryGap: false,
      axisLabel: { ...axisText(c), interval: 11 } }, yAxis: valueAxis(c, unit),
    series: [
      { name: t("plant.yesterday"), type: "line", data: before, animation: false, showSymbol: false, connectNulls: false,
        color: c.soft, lineStyle: { width: 1.2, type: "dashed" } },
      { name: t("plant.today"), type: "line", data: today, animation: false, showSymbol: false, connectNulls: false,
        color: c.lake, lineStyle: { width: 2.2 }, areaStyle: { opacity: 0.12 } },
    ],
  });
}

function slots(series, start) {
  const found = new Array(96).fill(null);
  series.start_ms.forEach((ms, i) => {
    const slot = Math.floor((ms - start) / 900000);
    if (slot >= 0 && slot < 96) found[slot] = series.level[i];
  });
  return found;
}

const legend = (c) => ({ right: 8, top: 0, itemWidth: px(1.1), itemHeight: px(0.55),
  textStyle: { color: c.soft, fontSize: px(0.78) } });

// Bars of a series; `earlier` stands beside it, one bar a month of another year.
export function barOptions(series, zone, earlier = null, names = []) {
  const monthly = series.step === "month";
  const labels = series.start_ms.map((ms) => (monthly ? monthName(ms, zone) : dayOfMonth(ms, zone)));
  const top = Math.max(0, ...series.amount.filter((v) => v !== null), ...(earlier?.amount ?? []).filter((v) => v !== null));
  const [, unit] = scaled(top, series.unit);
  const factor = top > 0 ? scaled(top, series.unit)[0] / top : 1;
  const inUnit = (values) => values.map((v) => (v === null ? null : v * factor));
  const [values, before] = [inUnit(series.amount), earlier && inUnit(earlier.amount)];
  const change = (i) => (before?.[i] && values[i] !== null ? percent(values[i] / before[i] - 1, 1, true) : null);
  const rows = (i) => [
    stepTitle(series.step, series.start_ms[i], zone),
    [names[0] ?? t("series.amount"), `${num(values[i])} ${unitText(unit)}`],
    before && [names[1], `${num(before[i])} ${unitText(unit)}`],
    change(i) && [`${names[0]} / ${names[1]}`, change(i)],
    [t("series.known", { coverage: "" }), share(series.coverage[i])],
    series.estimated[i] > 0 ? [t("series.estimated"), share(series.estimated[i])] : null,
  ];
  return (c) => ({
    tooltip: tooltip(c, rows), legend: before ? legend(c) : undefined, grid: GRID, xAxis: categoryAxis(c, labels),
      yAxis: valueAxis(c, unitText(unit)),
    series: [
      before && { name: names[1], type: "bar", data: before, color: c.faint,
        itemStyle: { borderColor: c.soft, borderWidth: 0.6 }, barGap: "8%" },
      { name: names[0] ?? t("series.amount"), type: "bar", color: c.lake, barCategoryGap: "28%",
        data: values.map((value, i) => ({ value, itemStyle: series.coverage[i] < 0.95 ? { opacity: 0.55 } : {} })) },
    ].filter(Boolean),
  });
}
