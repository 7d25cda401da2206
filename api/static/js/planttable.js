// Which plants are there, and how does each stand? A table that is searched, filtered and sorted, and draws only what is seen.

import { get } from "./api.js";
import { h } from "./dom.js";
import { plantRow } from "./plantrow.js";
import { heads, sorted } from "./plantsort.js";
import { matches, toolbar } from "./planttools.js";
import { scroller } from "./scroller.js";
import { num, t } from "./text.js";

export const MOST_LIVE = 60; // so many plants show their power, and are drawn whole
const LIVE = ["curve", "power", "today", "month"];

// `programme()` is the programme whose targets are shown.
export function plantTable(page, plants, programme) {
  if (!plants.length) return empty();
  const few = plants.length <= MOST_LIVE;
  const rows = new Map();
  const known = { columns: null, index: new Map(), now: new Map() };
  const filter = { has: () => true, text: "", city: "", sector: "" };
  const sort = { column: "", down: false };
  const table = h(`table.plants${few ? "" : ".many"}`);
  const [headRow, body] = [h("thead"), h("tbody")];
  table.append(headRow, body);
  const count = h("span.fine.count-of", { role: "status" });
  const self = {
    changed: () => null,
    status: { of: "", is: "", choose(of, is) { Object.assign(self.status, { of, is }); draw(); self.changed(); } },
    inScope: (id) => filter.has(plantOf.get(id) ?? {}),
  };
  const plantOf = new Map(plants.map((plant) => [plant.id, plant]));
  const cell = (name, plant, at) => known.columns?.[name]?.[known.index.get(plant.id)]?.[at] ?? null;
  const row = (plant) => {
    if (!rows.has(plant.id)) rows.set(plant.id, plantRow(plant, few ? LIVE : [], programme));
    const made = rows.get(plant.id);
    made.judge(known.columns, known.index.get(plant.id));
    if (few && known.now.has(plant.id)) made.show(known.now.get(plant.id));
    return made.el;
  };
  const shown = scroller(page, table, body, row, MOST_LIVE);
  const wanted = (plant) => filter.has(plant) && (!filter.city || plant.city === filter.city)
    && (!filter.sector || plant.sector === filter.sector) && matches(plant, filter.text)
    && (!self.status.of || cell("status", plant, known.columns.indicators.indexOf(self.status.of)) === self.status.is);
  const draw = () => {
    const found = sorted(plants.filter(wanted), sort, { cell, now: known.now, ids: known.columns?.indicators ?? [] });
    shown.show(found);
    count.textContent = t("overview.count", { n: num(found.length, 9), all: num(plants.filter(filter.has).length, 9) });
    bar.show(self.status, () => self.status.choose("", ""));
  };
  const head = () => headRow.replaceChildren(...heads(programme(), few ? LIVE : [], sort, (column) => {
    Object.assign(sort, { down: sort.column === column ? !sort.down : false, column });
    head();
    headRow.querySelector("[aria-sort] button").focus();
    draw();
  }));
  const bar = toolbar(plants, filter, count, draw, programme);
  return Object.assign(self, {
    el: h("section", {}, bar.el, table),
    within(where) {
      if (filter.programme !== where.programme) rows.clear(); // other targets, other columns
      Object.assign(filter, { has: where.has, programme: where.programme });
      bar.within(where);
      head();
      draw();
    },
    columns(columns) {
      Object.assign(known, { columns, index: new Map(columns.plants.map((plant, i) => [plant.id, i])) });
      draw();
    },
    now(list) {
      for (const { plant, figures } of list) {
        known.now.set(plant, figures);
        if (few) rows.get(plant)?.show(figures);
      }
    },
    curves: () => curves(few ? plants : [], rows),
  });
}

const empty = () => ({ el: h("p.empty", {}, t("overview.none")), status: {}, inScope: () => false, within: () => null,
  columns: () => null, now: () => null, curves: () => null });

// The last 24 hours of each plant's incomer, one after the other.
async function curves(plants, rows) {
  for (const plant of plants.filter((p) => p.incomer)) {
    const series = await get(`/points/${plant.incomer}/series`, { step: "15min" });
    rows.get(plant.id)?.draw(series.level);
  }
}
