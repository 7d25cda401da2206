// How does one plant stand: now, today, this month and this year, against its targets and its limits?

import { clock, get, getOnce, live } from "./api.js";
import { balanceBlock } from "./balance.js";
import { plantChangesBlock } from "./changes.js";
import { barOptions, chart, loadOptions } from "./chart.js";
import { asOf } from "./asof.js";
import { h, retext } from "./dom.js";
import { eventsBlock } from "./events.js";
import { carrierText, cityName, figureButton, keepPointNames, loadWords, pollutantName } from "./figure.js";
import { targetCard } from "./target.js";
import { age, has, localDate, num, percent, pick, t, unitText } from "./text.js";
import { choice, view } from "./view.js";

const DAY_MS = 86400000;
const ROWS = [["electricity", "kwh"], ["energy", "tce"], ["water", "water_m3"]];
const SPANS = ["today", "month", "year"];
const at = (ms) => new Date(ms).toISOString();

export function plant(id) {
  return view(async (page) => {
    const path = encodeURIComponent(id);
    const [detail, points, programmes, , health] = await Promise.all([
      getOnce(`/plants/${path}`), getOnce(`/points?plant=${path}`), getOnce("/programmes"), loadWords(), get("/health")]);
    keepPointNames(points);
    clock.zone = detail.zone;
    if (clock.ms === null) clock.set(health.now_ms, health.speed);
    const programme = programmes.find((p) => detail.programmes.includes(p.id));
    const now = nowBlock();
    const targets = h("div.cards.targets");
    const table = pointTable(points);
    const outlets = outletBlock(detail, points);
    const history = historyBlock(page, detail, points, programme?.base_year ?? 2015);
    const events = asOf.set ? { el: "", load: () => null }
      : eventsBlock(page, { plant: id }, points, detail.zone, () => { page.attempt(refresh); page.attempt(later.load); });
    const balance = balanceBlock(page, detail);
    const later = plantChangesBlock(page, detail);
    page.append(head(detail, events), now.el, programme && h("section", {}, h("h2", {}, t("plant.targets")), targets), history.el,
      events.el, balance.el, outlets.el, table.el, later.el);
    const judge = async () => targets.replaceChildren(...(await get("/indicators", { scope: `plant:${id}` })).map((i) =>
      targetCard(i, programme)));
    const refresh = () => Promise.all([
      get(`/plants/${path}/now`).then(({ figures }) => { now.show(figures); outlets.loads(figures); }),
      get("/latest", { plant: id }).then((rows) => { table.show(rows); outlets.latest(rows); }),
      judge(), now.curve(detail), outlets.means(), history.load(), events.load(), balance.load()]);
    page.on(live.on("now", (event) => { if (event.plant === id) { now.show(event.figures); outlets.loads(event.figures); } }));
    page.on(live.on("latest", (event) => { table.show(event.values); outlets.latest(event.values); }),
      live.on("hello", () => page.attempt(refresh)));
    page.every(1000, table.tick);
    page.every(30000, () => now.curve(detail));
    page.every(20000, events.load);
    page.every(120000, refresh);
    await refresh();
    page.attempt(later.load);
  });
}

function head(detail, events) {
  const sector = has(`sector.${detail.sector}`) ? t(`sector.${detail.sector}`) : detail.sector;
  const facts = [cityName(detail.city), `${sector} ${detail.sector}`, t(`plant.size.${detail.size}`),
    detail.land_mu && `${num(detail.land_mu)} ${t("unit.mu")}`];
  return h("header.page-head", {}, h("div", {}, h("h1", {}, pick(detail.name)),
    h("p.lead", {}, facts.filter(Boolean).join(" · "))), events.link && h("div.side", {}, events.link));
}

// Power with the load curve, and the matrix of amounts by span.
function nowBlock() {
  const power = figureButton();
  const curve = chart("low", t("plant.load"));
  const cells = Object.fromEntries(ROWS.flatMap(([, key]) => SPANS.map((span) => [`${span}_${key}`, figureButton()])));
  const matrix = h("table.matrix", {},
    h("thead", {}, h("tr", {}, h("td"), SPANS.map((span) => h("th", { scope: "col" }, t(`plant.${span}`))))),
    h("tbody", {}, ROWS.map(([row, key]) => h("tr", {}, h("th", { scope: "row" }, t(`plant.row.${row}`)),
      SPANS.map((span) => h("td", {}, cells[`${span}_${key}`]))))));
  return {
    el: h("div.now", {},
      h("section.card.power", {}, h("h2", {}, t("plant.now")), h("p.big", {}, power)),
      h("section.card.matrix-card", {}, h("h2", {}, t("plant.amounts")), matrix),
      h("section.card.load", {}, h("h2", {}, t("plant.load")), curve)),
    show(figures) {
      power.show(figures.power_kw);
      for (const [key, cell] of Object.entries(cells)) cell.show(figures[key]);
    },
    async curve(detail) {
      if (!detail.incomer) return;
      const { start_ms: [start] } = await get(`/points/${detail.incomer}/series`,
        { step: "day", from: at(clock.now() - 1000), to: at(clock.now()) });
      const series = await get(`/points/${detail.incomer}/series`,
        { step: "15min", from: at(start - DAY_MS), to: at(clock.now()) });
      curve.draw(loadOptions(series, start, detail.zone), false);
    },
  };
}

// Days and months of one metered intake, with the base year beside the months.
function historyBlock(page, detail, points, baseYear) {
  const intakes = points.filter((p) => p.carrier && ["import", "production"].includes(p.direction));
  const [days, months] = [chart("mid", t("plant.last31")), chart("mid", t("plant.by_month", { base: baseYear }))];
  let chosen = intakes[0]?.id;
  const load = async () => {
    if (!chosen) return;
    const now = clock.now();
    const { year, month } = localDate(now, detail.zone);
    const path = `/points/${chosen}/series`;
    const [byDay, byMonth, before] = await Promise.all([
      get(path, { step: "day", from: at(now - 30 * DAY_MS), to: at(now) }),
      get(path, { step: "month", from: at(Date.UTC(year, 0, 1, 12)), to: at(now) }),
      get(path, { step: "month", from: at(Date.UTC(baseYear, 0, 1, 12)), to: at(Date.UTC(baseYear, month - 1, 15)) })]);
    days.draw(barOptions(byDay, detail.zone));
    months.draw(barOptions(byMonth, detail.zone, before, [String(year), String(baseYear)]));
  };
  const chooser = choice(t("plant.choose"), intakes.map((p) => [p.id, pick(p.name)]), chosen,
    (id) => { chosen = id; page.attempt(load); });
  return {
    load,
    el: h("section", {}, h("div.section-head", {}, h("h2", {}, t("plant.history")), chooser),
      h("div.pair", {}, h("div.card", {}, h("h3", {}, t("plant.last31")), days),
        h("div.card", {}, h("h3", {}, t("plant.by_month", { base: baseYear })), months))),
  };
}

// Each pollutant of each outlet: latest sample, mean over the limit's own time, limit, and what left this month.
function outletBlock(detail, points) {
  const unit = Object.fromEntries(points.map((p) => [p.id, p.unit]));
  const rows = detail.outlets.flatMap((outlet) => Object.entries(outlet.pollutants).map(([pollutant, point]) => {
    const limit = detail.limits.find((l) => l.point === point);
    const latest = h("span.number", {}, num(null));
    const mean = h("span.number", {}, num(null));
    const use = h("div.use");
    return { outlet, pollutant, point, limit, latest, mean, use, load: figureButton() };
  }));
  const row = (r, i) => h("tr", {},
    h("th", { scope: "row" }, h("a", { href: `#/point/${r.point}` }, pollutantName(r.pollutant)),
      h("small", {}, r.pollutant),
      (i === 0 || rows[i - 1].outlet !== r.outlet) && h("span.tag", {},
        `${pick(r.outlet.name)} · ${t(`outlet.${r.outlet.medium}`)}`)),
    h("td", { "data-label": t("outlet.latest") }, r.latest, " ", h("span.unit", {}, unitText(unit[r.point]))),
    h("td", { "data-label": t("outlet.mean") }, r.mean, " ",
      h("small", {}, r.limit ? t(`outlet.mean_${r.limit.averaging}`) : "")),
    h("td", { "data-label": t("outlet.limit"), title: r.limit?.confidence === "unsure" ? t("outlet.unsure") : null },
      r.limit ? `${num(r.limit.value)} ${unitText(r.limit.unit)}` : t("outlet.no_limit"), r.limit
      && h("small", {}, r.limit.standard)),
    h("td", { "data-label": t("outlet.use") }, r.use),
    h("td", { "data-label": t("outlet.load") }, r.load));
  const columns = ["pollutant", "latest", "mean", "limit", "use", "load"];
  return {
    el: rows.length ? h("section", {}, h("h2", {}, t("plant.outlets")), h("table.list", {},
      h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`outlet.${c}`))))),
        h("tbody", {}, rows.map(row)))) : "",
    latest(values) {
      for (const r of rows) for (const v of values) if (v.point === r.point) retext(r.latest, num(v.value));
    },
    loads(figures) {
      for (const r of rows) r.load.show(figures[`month_load_kg:${r.pollutant}`]);
    },
    async means() {
      await Promise.all(rows.filter((x) => x.limit).map(async (r) => {
        const step = { "1d": "day", "1h": "hour" }[r.limit.averaging] ?? "15min";
        const series = await get(`/points/${r.point}/series`, { step, from: at(clock.now() - 1000), to: at(clock.now()) });
        const mean = series.level.at(-1);
        r.mean.textContent = num(mean);
        r.use.replaceChildren(mean === null || mean === undefined ? num(null) : useBar(mean / r.limit.value));
      }));
    },
  };
}

function useBar(ratio) {
  const state = ratio > 1 ? "behind" : ratio > 0.9 ? "warn" : "met";
  return h(`span.use-bar.${state}`, {}, h("span.bar", { "aria-hidden": "true" },
    h("i", { style: { width: `${Math.min(100, 100 * ratio)}%` } })), h("span.number", {}, percent(ratio, 0)));
}

// Latest reading of every point and how old it is.
function pointTable(points) {
  const rows = new Map(points.filter((p) => !p.outlet).map((p) =>
    [p.id, { point: p, value: h("span.number", {}, num(null)),
    age: h("td.age", { "data-label": t("point.age") }, t("point.never")), time: null }]));
  const row = ({ point, value, age: old }) => h("tr", { "data-point": point.id },
    h("th", { scope: "row" }, h("a", { href: `#/point/${point.id}` }, pick(point.name)),
      h("small", {}, point.id.split("/")[1])),
    h("td", { "data-label": t("point.kind") }, t(`kind.${point.kind}`)),
    h("td", { "data-label": t("point.carrier") }, carrierText(point)),
    h("td", { "data-label": t("point.latest") }, value, " ", h("span.unit", {}, unitText(point.unit)),
      point.multiplier !== 1 && h("small", {}, t("point.multiplier", { n: num(point.multiplier) }))),
    old);
  const tick = () => {
    for (const r of rows.values()) {
      if (r.time === null) continue;
      const late = r.point.every_s && clock.now() - r.time > 3000 * r.point.every_s + 15000 * clock.speed;
      r.age.textContent = late ? `${age(clock.now() - r.time)} · ${t("point.late")}` : age(clock.now() - r.time);
      r.age.classList.toggle("late", Boolean(late));
    }
  };
  return {
    tick,
    el: h("section", {}, h("h2", {}, t("plant.points")), h("table.list", {},
      h("thead", {}, h("tr", {}, ["name", "kind", "carrier", "latest",
        "age"].map((c) => h("th", { scope: "col" }, t(`point.${c}`))))),
      h("tbody", {}, [...rows.values()].map(row)))),
    show(values) {
      for (const v of values) {
        const r = rows.get(v.point);
        if (!r) continue;
        r.time = v.time_ms;
        retext(r.value, v.value === null ? t("point.null") : num(v.value, 7));
      }
      tick();
    },
  };
}
