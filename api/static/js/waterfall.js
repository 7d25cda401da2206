// How do causes become a waterfall? Each bar starts where the one before ended; the last one is the whole change, from nothing.

import { px, tooltip } from "./chart.js";
import { percent, pick, signed, t, unitText } from "./text.js";

// `why` as GET /why answers; shares of the base period, so zero is the base period itself.
export function waterfallOptions(why) {
  const whole = why.effects.reduce((sum, effect) => sum + effect.share, 0);
  const steps = [...why.effects.map((effect) => ({ name: pick(effect.name), share: effect.share, amount: effect.amount })),
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
    grid: { left: 8, right: px(3.4), top: px(0.4), bottom: px(0.4), containLabel: true },
    xAxis: { type: "value", axisLabel: { color: c.soft, fontSize: px(0.75), formatter: (v) => percent(v, 0, true) },
      splitNumber: 4, splitLine: { lineStyle: { color: c.line } } },
    yAxis: { type: "category", inverse: true, data: steps.map((step) => step.name), axisTick: { show: false },
      axisLine: { lineStyle: { color: c.line } }, axisLabel: { color: c.ink, fontSize: px(0.82) } },
    series: series(c, steps),
  });
}

// A bar between two values on one axis: an unseen piece up to the nearer one, and what is seen on each side of zero.
function series(c, steps) {
  const sides = (step) => [Math.min(step.from, step.to), Math.max(step.from, step.to)];
  const unseen = steps.map((step) => { const [low, high] = sides(step); return low > 0 ? low : high < 0 ? high : 0; });
  const below = steps.map((step) => { const [low, high] = sides(step); return Math.min(low, 0) - Math.min(high, 0); });
  const above = steps.map((step) => { const [low, high] = sides(step); return Math.max(high, 0) - Math.max(low, 0); });
  const colour = (step) => (step.last ? c.lake : step.share > 0 ? c.red : c.leaf);
  const bars = (data, labelled) => ({ type: "bar", stack: "fall", barCategoryGap: "32%", data: steps.map((step, i) => ({
    value: data[i], itemStyle: { color: colour(step), borderRadius: 2 },
    label: { show: labelled(step, i), position: step.share < 0 ? "left" : "right", color: c.ink, fontSize: px(0.78),
      formatter: () => percent(step.share, 1, true) } })) });
  return [
    { type: "bar", stack: "fall", silent: true, data: unseen, itemStyle: { opacity: 0 }, tooltip: { show: false } },
    bars(below, (step, i) => below[i] !== 0 && (step.share < 0 || above[i] === 0)),
    bars(above, (step, i) => above[i] !== 0 && (step.share > 0 || below[i] === 0)),
  ];
}
