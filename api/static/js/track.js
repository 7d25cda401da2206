// How far along is a target, how far should it be by now, and where will it end? One picture of two lanes.

import { h } from "./dom.js";
import { percent, t } from "./text.js";

const END = 1.3; // the track ends at 130 % of the way
const AROUND = 0.1; // where nothing has to become less: from 10 % more to 10 % less

// Where a change against the base year stands on the track, 0 to 1. The way is the ratio of logarithms, as progress is.
function place(change, target) {
  const at = target === 0 ? 0.5 - change / (2 * AROUND) : Math.log1p(change) / Math.log1p(target) / END;
  return Math.min(1, Math.max(0, at));
}

const css = (share) => `${(100 * share).toFixed(2)}%`;

// `forecast` may be null: one lane less, at the same height.
export function track({ change, target, progress, pace }, forecast) {
  const goal = place(target, target);
  const start = target === 0 ? goal : 0;
  const at = change === null ? start : place(change, target);
  const [low, high] = [Math.min(start, at), Math.max(start, at)];
  const ahead = forecast && forecast.change !== null;
  return h("div.way", { role: "img", "aria-label": spoken(target, progress, pace, ahead && forecast) },
    h("div.track", {}, h("div.fill", { style: { left: css(low), width: css(high - low) } }),
      h("div.goal-mark", { style: { left: css(goal) } }),
      target !== 0 && h("div.pace-mark", { style: { left: css(pace / END) } })),
    h("div.ahead", {}, ahead && whisker(forecast, target), h("div.goal-mark", { style: { left: css(goal) } })));
}

// The interval of the forecast with its middle. The larger reduction stands on the right.
function whisker({ change, change_low: low, change_high: high }, target) {
  const [left, right] = [place(high, target), place(low, target)];
  return [h("div.whisker", { style: { left: css(left), width: css(right - left) } }),
    h("div.expected", { style: { left: css(place(change, target)) } })];
}

function spoken(target, progress, pace, forecast) {
  const now = target === 0 ? "" : `${t("target.progress", { progress: percent(progress, 0) })} · ${
    t("target.pace", { pace: percent(pace, 0) })}`;
  return forecast ? `${now}${now && " · "}${t("target.ahead", { change: percent(forecast.change, 1, true) })} ${interval(forecast)}` : now;
}

export const interval = ({ change_low: low, change_high: high }) =>
  t("target.interval", { low: percent(low, 1, true), high: percent(high, 1, true) });
