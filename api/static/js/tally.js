// How many plants of a scope met a target, how many did not? A small bar; each part of it filters the table below.

import { h } from "./dom.js";
import { glyph } from "./target.js";
import { num, t } from "./text.js";

export const STATUSES = ["met", "on_pace", "behind", "not_assessable"];

// How many plants stand where; `inScope(plant id)` says who counts.
export function countOf(columns, indicator, inScope) {
  const at = columns.indicators.indexOf(indicator);
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0]));
  if (at < 0) return counts;
  columns.plants.forEach((plant, i) => {
    const status = columns.status[i][at]; // null: this plant does not answer to that target
    if (status && inScope(plant.id)) counts[status] += 1;
  });
  return counts;
}

// `status` holds which status of which target the table shows: {of, is, choose(of, is)}.
export function tally(columns, indicator, inScope, status) {
  const counts = countOf(columns, indicator, inScope);
  const chosen = (s) => status.of === indicator && status.is === s;
  const part = (s) => h(`i.${s}`, { style: { flexGrow: counts[s] } });
  const button = (s) => h("button", { type: "button", disabled: counts[s] === 0, "aria-pressed": String(chosen(s)), title: t(`status.${s}`),
    "aria-label": `${t(`status.${s}`)}: ${num(counts[s])}`, onclick: () => status.choose(...(chosen(s) ? ["", ""] : [indicator, s])) },
  glyph(s), num(counts[s]));
  return h("div.tally", { role: "group", "aria-label": t("target.tally", counts) },
    h("div.tally-bar", { "aria-hidden": "true" }, STATUSES.filter((s) => counts[s]).map(part)), STATUSES.map(button));
}
