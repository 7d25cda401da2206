// How do causes become a waterfall? Each bar starts where the one before ended; the last one is the whole change, from nothing.

import { px, tooltip } from "./chart.js";
import { capital, percent, pick, signed, t, unitText } from "./text.js";

// `why` as GET /why answers; shares of the base period, so zero is the base period itself.
export function waterfallOptions(why) {
  const whole = why.effects.reduce((sum, effect) => sum + effect.share, 0);
  const steps = [...why.effects.map((effect) => ({ name: capital(pick(effect.name)), share: effect.share, amount: effect.amount })),
    { name: t("why.change"), share: whole, amount: why.change, last: true }];
  let at = 0;
  for (const step of steps) {
    step.from = step.last ? 0 : at;
    step.to = step.from + step.share;
    at = step.to;
  }
  const rows = (i) => [steps[i].name, [t("why.share"), percent(steps[i].share, 2, true)],
    [unitText(why.unit), signed(steps[i].amount)]];
  return (c) => ({
    tooltip: tooltip(c, rows),
    grid: { left: 8, right: px(1.2), top: px(0.4), bottom: px(0.4), containLabel: true },
    xAxis: { type: "value", min: edge(-1), max: edge(1), axisLabel: { color: c.soft, fontSize: px(0.75), formatter: (v) => percent(v, 0, true) },
      splitNumber: 4, splitLine: { lineStyle: { color: c.line } } },
    yAxis: { type: "category", inverse: true, data: steps.map((step) => step.name), axisTick: { show: false },
      axisLine: { lineStyle: { color: c.line } }, axisLabel: { color: c.ink, fontSize: px(0.82) } },
    series: series(c, steps),
  });
}

// Room for the numbers beside the outermost bars.
const edge = (side) => ({ min, max }) => {
  const step = 10 ** Math.floor(Math.log10(Math.max(max - min, 1e-9))) / 2;
  const room = 0.16 * (max - min);
  return side < 0 ? (min < 0 ? Math.floor((min - room) / step) * step : 0) : (max > 0 ? Math.ceil((max + room) / step) * step : 0);
};

// A bar between two values on one axis: an unseen piece up to the nearer one, and what is seen on each side of zero.
function series(c, steps) {
  const sides = (step) => [Math.min(step.from, step.to), Math.max(step.from, step.to)];
  const unseen = steps.map((step) => { const [low, high] = sides(step); return low > 0 ? low : high < 0 ? high : 0; });
  const below = steps.map((step) => { const [low, high] = sides(step); return Math.min(low, 0) - Math.min(high, 0); });
  const above = steps.map((step) => { const [low, high] = sides(step); return Math.max(high, 0) - Math.max(low, 0); });
  const colour = (step) => (step.last ? c.lake : step.share > 0 ? c.red : c.leaf);
  const bars = (data, labelled) => ({ type: "bar", stack: "fall", barCategoryGap: "32%", data: steps.map((step, i) => ({
    value: data[i], itemStyle: { color: colour(step) },
    label: { show: labelled(step, i), position: step.share < 0 ? "left" : "right", color: c.ink, fontSize: px(0.78),
      formatter: () => percent(step.share, 1, true) } })) });
  return [
    { type: "bar", stack: "fall", silent: true, data: unseen, itemStyle: { opacity: 0 }, tooltip: { show: false } },
    bars(below, (step, i) => below[i] !== 0 && (step.share < 0 || above[i] === 0)),
    bars(above, (step, i) => above[i] !== 0 && (step.share > 0 || below[i] === 0)),
  ];
}
