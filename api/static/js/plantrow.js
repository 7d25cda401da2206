// How does one plant look in a table: what it draws now, and where it stands against each target?

import { get } from "./api.js";
import { changeFigure } from "./derived.js";
import { h, svg } from "./dom.js";
import { cityName, figureButton, openPanel } from "./figure.js";
import { sectorName } from "./scopes.js";
import { chosenPeriod } from "./strip.js";
import { glyph, keyText, shortName } from "./target.js";
import { MISSING, percent, pick, share, t } from "./text.js";

const DAY_QUARTERS = 96;

// `live` names the columns of the present that are shown; `programme()` holds the targets.
export function plantRow(plant, live, programme) {
  const cells = { power: figureButton(undefined, { scale: false }), today: figureButton(undefined, { per: 1000, symbol: "MWh" }),
    month: figureButton(), curve: h("div.curve") };
  const verdicts = new Map((programme()?.indicators ?? []).map(({ id }) =>
    [id, h("td.verdict", { "data-label": shortName(id, programme()) }, MISSING)]));
  const el = h("tr", { "data-plant": plant.id },
    h("th", { scope: "row" }, h("a", { href: `#/plant/${encodeURIComponent(plant.id)}` }, pick(plant.name)),
      h("small", {}, `${cityName(plant.city)} · ${sectorName(plant.sector)}`)),
    live.map((name) => h("td", { "data-label": t(`column.${name}`) }, cells[name])), [...verdicts.values()]);
  let [judged, at] = [null, -1];
  return {
    el,
    show(figures) {
      cells.power.show(figures.power_kw);
      cells.today.show(figures.today_kwh);
      cells.month.show(figures.month_tce);
    },
    draw: (levels) => cells.curve.replaceChildren(sparkline(levels.slice(-DAY_QUARTERS))),
    // Row `index` of the columns of GET /overview.
    judge(columns, index) {
      if (columns === judged && index === at) return;
      [judged, at] = [columns, index];
      for (const [id, td] of verdicts) td.replaceChildren(cell(columns, index, columns?.indicators.indexOf(id) ?? -1, plant, id));
    },
  };
}

function cell(columns, row, column, plant, id) {
  if (!columns || row === undefined || column < 0) return MISSING;
  const of = (name) => columns[name]?.[row]?.[column] ?? null;
  const [status, probability, why] = [of("status"), of("probability"), of("reason")];
  if (status === null) return MISSING;
  const title = [t(`status.${status}`), why && keyText(why), probability !== null && `${t("target.probability")} ${percent(probability, 0)}`,
    t("target.quality", { coverage: share(of("coverage")), provisional: share(of("provisional")) })].filter(Boolean).join("\n");
  return h("button.figure.target-cell", { type: "button", title, onclick: () => open(plant, id) }, glyph(status),
    h("span.number", {}, percent(of("change"), 1, true)), h("span.visually-hidden", {}, t(`status.${status}`)));
}

// The columns hold no inputs: they are asked for when somebody opens one.
async function open(plant, id) {
  const found = await get("/indicators", { scope: `plant:${plant.id}`, period: chosenPeriod() });
  await openPanel(changeFigure(found.find((indicator) => indicator.id === id)));
}

// Quarters that are not known leave a hole.
function sparkline(values) {
  const top = Math.max(...values.filter((v) => v !== null), 0) || 1;
  const runs = [[]];
  values.forEach((value, i) => (value === null ? runs.push([])
    : runs.at(-1).push(`${i} ${(27 - (25 * value) / top).toFixed(1)}`)));
  const paths = runs.filter((run) => run.length).flatMap((run) => {
    const [first, last] = [run[0], run.at(-1)].map((corner) => corner.split(" ")[0]);
    const line = `M${run.join("L")}`;
    return [svg("path", { class: "under", d: `${line}L${last} 28L${first} 28Z` }),
      svg("path", { d: line, "vector-effect": "non-scaling-stroke" })];
  });
  return svg("svg", { viewBox: `0 0 ${values.length} 28`, preserveAspectRatio: "none", class: "spark",
    "aria-hidden": "true" }, ...paths);
}
