// How do months become a small chart? Points, Sen's line through their medians, and the band of its interval's slopes.

import { categoryAxis, px, tooltip, valueAxis } from "./chart.js";
import { monthText, num, scaled, share, t, unitText, yearText } from "./text.js";

// A month that does not count has no point; a non-detect stands hollow at its limit.
export function trendOptions(trend, zone) {
  const { months } = trend;
  const top = Math.max(0, ...months.map((m) => m.value ?? 0));
  const [largest, unit] = scaled(top, trend.unit);
  const factor = top > 0 ? largest / top : 1;
  const values = (name) => months.map((m) => (m[name] === null ? null : m[name] * factor));
  const [line, low, high] = [values("line"), values("line_low"), values("line_high")];
  const labels = months.map((m) => monthText(m.start_ms, zone));
  const name = unitText(unit);
  const rows = (i) => [
    labels[i], [t(`trend.${trend.quantity === "energy_per_value_added" ? "energy" : trend.quantity}`),
      `${months[i].below ? "< " : ""}${num(values("value")[i])} ${name}`],
    months[i].high > months[i].low && [t("trend.range"), `${num(values("low")[i])} – ${num(values("high")[i])} ${name}`],
    line[i] !== null && [t("trend.line"), `${num(line[i])} ${name}`],
    [t("trend.known"), share(months[i].known)],
    months[i].valid_days !== null && [t("trend.valid_days"), num(months[i].valid_days)],
  ];
  return (c) => ({
    tooltip: tooltip(c, rows),
    grid: { left: px(3.6), right: px(0.8), top: px(1.9), bottom: px(1.7), outerBoundsMode: "none" },
    xAxis: { ...categoryAxis(c, labels), boundaryGap: true, axisLabel: { ...categoryAxis(c, labels).axisLabel,
      interval: (i) => startsYear(months[i].month), formatter: (_, i) => yearText(months[i].start_ms, zone) } },
    yAxis: { ...valueAxis(c, name), splitNumber: 3, min: 0 },
    series: [
      ...band(c, low, high),
      { type: "line", data: line, showSymbol: false, animation: false, silent: true, color: c.lake, lineStyle: { width: 2.2 }, z: 4 },
      { type: "line", data: values("value"), connectNulls: false, showSymbol: false, animation: false, silent: true, color: c.soft,
        lineStyle: { width: 0.7, opacity: 0.45 } },
      { type: "scatter", data: points(c, months, values("value")), symbolSize: px(0.42), animation: false, z: 5 },
    ],
  });
}

const startsYear = (month) => month.endsWith("-01");

const points = (c, months, values) => months.map((m, i) => ({ value: values[i], symbol: m.below ? "emptyTriangle" : "circle",
  itemStyle: { color: m.below ? c.amber : c.ink, opacity: 0.75 } }));

function band(c, low, high) {
  if (low.every((v) => v === null)) return [];
  const edge = (data, opacity) => ({ type: "line", stack: "band", stackStrategy: "all", data, symbol: "none", silent: true, animation: false,
    color: c.lake, lineStyle: { opacity: 0 }, areaStyle: { opacity }, z: 1, tooltip: { show: false } });
  return [edge(low, 0), edge(low.map((v, i) => (v === null ? null : high[i] - v)), 0.18)];
}
