// In which order do plants stand, and by which column? Heads that sort, and what they sort by.

import { h } from "./dom.js";
import { shortName } from "./target.js";
import { pick, t } from "./text.js";

const FIGURES = { power: "power_kw", today: "today_kwh", month: "month_tce" };

// What is not known stands last, whichever way is sorted.
export function sorted(plants, { column, down }, { cell, now, ids }) {
  if (!column) return plants;
  const at = ids.indexOf(column);
  const figure = FIGURES[column];
  const value = column === "plant" ? (plant) => pick(plant.name) : figure ? (plant) => now.get(plant.id)?.[figure]?.value ?? null
    : (plant) => cell("change", plant, at);
  const sign = down ? -1 : 1;
  const keyed = plants.map((plant) => [value(plant), plant]);
  keyed.sort(([a], [b]) => (a === null || b === null ? (a === null) - (b === null)
    : sign * (typeof a === "string" ? a.localeCompare(b) : a - b)));
  return keyed.map(([, plant]) => plant);
}

// `choose(column)` hears which column was asked for.
export function heads(programme, live, sort, choose) {
  const targets = programme?.indicators ?? [];
  const head = (column, text, title = "") => h("th", { scope: "col", title: title || null,
    "aria-sort": sort.column === column ? (sort.down ? "descending" : "ascending") : null },
  column === "curve" ? text : h("button.sort", { type: "button", onclick: () => choose(column) }, text));
  return [
    targets.length > 0 && h("tr", {}, h("td", { colspan: 1 + live.length }),
      h("th.group", { colspan: targets.length, scope: "colgroup" }, t("column.targets", { base: programme.base_year }))),
    h("tr", {}, ["plant", ...live].map((column) => head(column, t(`column.${column}`))),
      targets.map((target) => head(target.id, shortName(target.id, programme), pick(target.name)))),
  ].filter(Boolean);
}
