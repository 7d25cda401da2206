// What does a plant draw at this moment, and what did it amount to today, this month and this year?

import { clock, get } from "./api.js";
import { chart, loadOptions } from "./chart.js";
import { h } from "./dom.js";
import { figureButton } from "./figure.js";
import { t } from "./text.js";

const DAY_MS = 86400000;
const ROWS = [["electricity", "kwh"], ["energy", "tce"], ["water", "water_m3"]];
const SPANS = ["today", "month", "year"];
const at = (ms) => new Date(ms).toISOString();

// Power with the load curve, and the matrix of amounts by span.
export function nowBlock(page, detail) {
  const power = figureButton();
  const curve = chart("low", t("plant.load"));
  const cells = Object.fromEntries(ROWS.flatMap(([, key]) => SPANS.map((span) => [`${span}_${key}`, figureButton()])));
  const matrix = h("table.matrix", {},
    h("thead", {}, h("tr", {}, h("td"), SPANS.map((span) => h("th", { scope: "col" }, t(`plant.${span}`))))),
    h("tbody", {}, ROWS.map(([row, key]) => h("tr", {}, h("th", { scope: "row" }, t(`plant.row.${row}`)),
      SPANS.map((span) => h("td", {}, cells[`${span}_${key}`]))))));
  const load = async () => {
    if (!detail.incomer) return;
    const { start_ms: [start] } = await get(`/points/${detail.incomer}/series`,
      { step: "day", from: at(clock.now() - 1000), to: at(clock.now()) });
    const series = await get(`/points/${detail.incomer}/series`,
      { step: "15min", from: at(start - DAY_MS), to: at(clock.now()) });
    curve.draw(loadOptions(series, start, detail.zone), false);
  };
  page.every(30000, load);
  return {
    load,
    el: h("div.now", {},
      h("section.card.power", {}, h("h2", {}, t("plant.now")), h("p.big", {}, power)),
      h("section.card.matrix-card", {}, h("h2", {}, t("plant.amounts")), matrix),
      h("section.card.load", {}, h("h2", {}, t("plant.load")), curve)),
    now(figures) {
      power.show(figures.power_kw);
      for (const [key, cell] of Object.entries(cells)) cell.show(figures[key]);
    },
  };
}
