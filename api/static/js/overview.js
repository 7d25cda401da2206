// How does the programme stand, and how does each plant?

import { clock, get, getOnce, live } from "./api.js";
import { h, svg } from "./dom.js";
import { cityName, figureButton, loadWords } from "./figure.js";
import { targetCard, targetCell } from "./target.js";
import { has, pick, t } from "./text.js";
import { choice, view } from "./view.js";

const PERIODS = ["ytd", "rolling12", "full_year"];
const DAY_MS = 86400000;
const REFRESH_MS = 20000; // targets move slowly; after a change of intervals this is soon enough
let period = "ytd";

export function overview() {
  return view(async (page) => {
    const [plants, programmes] = await Promise.all([getOnce("/plants"), getOnce("/programmes"), loadWords()]);
    clock.zone = plants[0]?.zone ?? clock.zone;
    const strip = h("div.cards.targets");
    const hint = h("p.fine");
    const rows = new Map(plants.map((plant) => [plant.id, plantRow(plant, programmes[0])]));
    let drawn = 0;
    const load = async () => {
      hint.textContent = t(`period.${period}_hint`);
      await refresh(plants, programmes, strip, rows);
      drawn = performance.now();
    };
    const again = () => page.attempt(load);
    page.append(head(programmes[0], hint, again), strip, plantTable(plants, programmes[0], rows));
    page.on(live.on("now", (event) => rows.get(event.plant)?.show(event.figures)));
    page.on(live.on("hello", again));
    page.on(live.on("settled", () => { if (performance.now() - drawn > REFRESH_MS) { drawn = performance.now(); again(); } }));
    page.every(300000, () => curves(plants, rows));
    await load();
    page.attempt(() => curves(plants, rows));
  });
}

function head(programme, hint, load) {
  const title = programme ? pick(programme.name) : t("overview.no_programme");
  return h("header.page-head", {},
    h("div", {}, h("h1", {}, title), programme
      && h("p.lead", {}, t("overview.programme", { base: programme.base_year, target: programme.target_year }))),
    programme && h("div.side", {}, choice(t("overview.period"), PERIODS.map((p) => [p, t(`period.${p}`)]), period,
      (chosen) => { period = chosen; load(); }), hint));
}

async function refresh(plants, programmes, strip, rows) {
  const scopes = [...programmes.slice(0, 1).map((p) => `programme:${p.id}`), ...plants.map((p) => `plant:${p.id}`)];
  const [indicators, now] = await Promise.all([scopes.length ? get("/indicators", { scope: scopes, period }) : [],
    get("/now")]);
  strip.replaceChildren(...indicators.filter((i) => i.scope.startsWith("programme:")).map((i) =>
    targetCard(i, programmes[0])));
  for (const figures of now) rows.get(figures.plant)?.show(figures.figures);
  for (const [id, row] of rows) row.judge(indicators.filter((i) => i.scope === `plant:${id}`));
}

function plantTable(plants, programme, rows) {
  if (!plants.length) return h("p.empty", {}, t("overview.none"));
  const targets = programme?.indicators ?? [];
  return h("section", {}, h("h2", {}, t("overview.plants")),
    h("table.plants", {},
      h("thead", {}, targets.length > 0 && h("tr", {}, h("td", { colspan: 5 }),
        h("th.group", { colspan: targets.length, scope: "colgroup" }, t("column.targets", { base: programme.base_year }))),
        h("tr", {}, ["plant", "curve", "power", "today", "month"].map((c) => h("th", { scope: "col" }, t(`column.${c}`))),
        targets.map((target) => h("th.target-head", { scope: "col", title: pick(target.name) }, shortTarget(target))))),
      h("tbody", {}, plants.map((plant) => rows.get(plant.id).el))));
}

const shortTarget = (target) => (has(`target.short.${target.id}`) ? t(`target.short.${target.id}`) : pick(target.name));

function plantRow(plant, programme) {
  const cells = { power: figureButton(undefined, { scale: false }),
    today: figureButton(undefined, { per: 1000, symbol: "MWh" }), month: figureButton() };
  const cell = (name, content) => h("td", { "data-label": t(`column.${name}`) }, content);
  const curve = h("div.curve");
  const verdicts = (programme?.indicators ?? []).map((target) =>
    [target.id, h("td.verdict", { "data-label": shortTarget(target) }, targetCell(null))]);
  const sector = has(`sector.${plant.sector}`) ? t(`sector.${plant.sector}`) : plant.sector;
  const el = h("tr", { "data-plant": plant.id },
    h("th", { scope: "row" }, h("a", { href: `#/plant/${plant.id}` }, pick(plant.name)),
      h("small", {}, `${cityName(plant.city)} · ${sector}`)),
    cell("curve", curve), cell("power", cells.power), cell("today", cells.today), cell("month", cells.month),
      verdicts.map(([, td]) => td));
  return {
    el, curve,
    show(figures) {
      cells.power.show(figures.power_kw);
      cells.today.show(figures.today_kwh);
      cells.month.show(figures.month_tce);
    },
    judge(indicators) {
      for (const [id, td] of verdicts) td.replaceChildren(targetCell(indicators.find((i) => i.id === id)));
    },
  };
}

// The last 24 hours of each plant's incomer as a small line; quarters that are not known leave a hole.
async function curves(plants, rows) {
  for (const plant of plants.filter((p) => p.incomer)) {
    const series = await get(`/points/${plant.incomer}/series`, { step: "15min" });
    rows.get(plant.id).curve.replaceChildren(sparkline(series.level.slice(-DAY_MS / 900000)));
  }
}

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
