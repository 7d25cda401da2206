// What did one point do over time, how well is it known, and what was doubtful?

import { clock, get, getOnce, live } from "./api.js";
import { asOf } from "./asof.js";
import { changesBlock } from "./changes.js";
import { chart, seriesOptions } from "./chart.js";
import { h, retext } from "./dom.js";
import { eventsBlock } from "./events.js";
import { carrierText, keepPointNames, loadWords } from "./figure.js";
import { age, instantText, num, pick, t, unitText } from "./text.js";
import { choice, view } from "./view.js";

const DAY_MS = 86400000;
const STEPS = { "15min": 2 * DAY_MS, hour: 7 * DAY_MS, day: 62 * DAY_MS, month: 1461 * DAY_MS, year: 3653 * DAY_MS };
const MIN_REDRAW_MS = 5000; // live changes of a chart: not more often than the eye needs
const MOST_MARKS = 200;
let step = "hour";

export function point(plantId, pointId) {
  const id = `${plantId}/${pointId}`;
  return view(async (page) => {
    const [detail, plantDetail, , health] = await Promise.all([
      getOnce(`/points/${encodeURIComponent(plantId)}/${encodeURIComponent(pointId)}`),
        getOnce(`/plants/${encodeURIComponent(plantId)}`), loadWords(), get("/health")]);
    const siblings = await getOnce(`/points?plant=${encodeURIComponent(plantId)}`);
    keepPointNames(siblings);
    clock.zone = plantDetail.zone;
    clock.set(health.now_ms, health.speed);
    const latest = latestBlock(detail, plantDetail.zone);
    const course = courseBlock(page, detail, plantDetail);
    const doubts = asOf.set ? findingsBlock(id, plantDetail.zone)
      : eventsBlock(page, { point: id }, [detail], plantDetail.zone, () => { page.attempt(refresh); page.attempt(later.load); });
    const later = changesBlock(page, detail, plantDetail.zone);
    page.append(head(detail, plantDetail, siblings), latest.el, course.el, doubts.el, later.el);
    const readLatest = async () => latest.show((await get("/latest", { plant: plantId })).find((row) => row.point === id));
    const refresh = () => Promise.all([detail.outlet ? null : readLatest(), course.load(), doubts.load()]);
    let drawn = 0;
    page.on(live.on("latest", (event) => latest.show(event.values.find((row) => row.point === id))));
    page.on(live.on("settled", (event) => {
      if (!event.points.includes(id) || !course.atNow() || performance.now() - drawn < MIN_REDRAW_MS) return;
      drawn = performance.now();
      page.attempt(course.load);
    }), live.on("hello", () => page.attempt(refresh)));
    page.every(1000, latest.tick);
    page.every(15000, doubts.load);
    await refresh();
    page.attempt(later.load);
  });
}

function head(detail, plantDetail, siblings) {
  const parent = siblings.find((p) => p.id === detail.parent);
  const facts = [t(`kind.${detail.kind}`), carrierText(detail),
    detail.every_s && t("point.every", { age: age(detail.every_s * 1000) }), parent
      && t("point.parent", { name: pick(parent.name) })];
  return h("header.page-head", {}, h("div", {},
    h("p.kicker", {}, h("a", { href: `#/plant/${plantDetail.id}` }, pick(plantDetail.name)),
      ` / ${detail.id.split("/")[1]}`),
    h("h1", {}, pick(detail.name)), h("p.lead", {}, facts.filter(Boolean).join(" · "))));
}

function latestBlock(detail, zone) {
  const value = h("span.number", {}, num(null));
  const note = h("p.fine", {}, detail.outlet ? t("kind.load") : t("point.never"));
  let row = null;
  const tick = () => {
    if (row === null) return;
    note.textContent = `${t("point.at", { time: instantText(row.time_ms, zone) })} · ${age(clock.now() - row.time_ms)}`;
  };
  return {
    tick,
    el: detail.outlet ? "" : h("section.card.latest", {}, h("h2", {}, t("point.latest")),
      h("p.big", {}, value, h("span.unit", {}, unitText(detail.unit)),
        detail.multiplier !== 1 && h("small", {}, t("point.multiplier", { n: num(detail.multiplier) }))), note),
    show(next) {
      if (!next) return;
      row = next;
      retext(value, next.value === null ? t("point.null") : num(next.value, 8));
      tick();
    },
  };
}

// The chart with its step and its window; `end` null means "up to now".
function courseBlock(page, detail, plantDetail) {
  const el = chart("tall", t("point.series"));
  const empty = h("p.empty", { hidden: true }, t("point.none"));
  const legend = h("p.legend");
  const span = h("span.fine");
  let end = null;
  const limit = plantDetail.limits.find((l) => l.point === detail.id && l.unit === detail.unit);
  const load = async () => {
    const to = end ?? clock.now();
    const from = to - STEPS[step];
    const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const [series, quarters, events] = await Promise.all([get(`/points/${detail.id}/series`, { step, ...range }),
      step === "15min" ? get(`/points/${detail.id}/intervals`, range) : { rows: [] },
      asOf.set ? [] : get("/events", { point: detail.id, ...range, limit: MOST_MARKS })]);
    const known = series.coverage.some((share) => share > 0);
    span.textContent = `${instantText(series.start_ms[0], plantDetail.zone)} – ${instantText(to, plantDetail.zone)}`;
    empty.hidden = known;
    legend.replaceChildren(...legendKeys());
    el.draw(seriesOptions(series, plantDetail.zone, limit, events, quarters.rows), end !== null);
  };
  const move = (direction) => {
    const to = (end ?? clock.now()) + direction * STEPS[step];
    end = to >= clock.now() ? null : to;
    page.attempt(load);
  };
  const button = (key, sign, work) => h("button.plain",
    { type: "button", onclick: work, title: t(`nav.${key}`), "aria-label": t(`nav.${key}`) }, sign);
  return {
    load,
    atNow: () => end === null,
    el: h("section.card", {}, h("div.section-head", {}, h("h2", {}, t("point.series")),
      choice(t("point.step"), Object.keys(STEPS).map((s) => [s, t(`step.${s}`)]), step,
        (chosen) => { step = chosen; end = null; page.attempt(load); }),
      h("div.window", {}, button("back", "‹", () => move(-1)), span, button("forward", "›", () => move(1)),
        button("now", "»", () => { end = null; page.attempt(load); }))),
      el, empty, legend),
  };
}

const legendKeys = () => [...[["measured", "leaf"], ["estimated", "amber"],
  ["missing", "line"]].flatMap(([key, colour]) => [h(`i.key.${colour}`), t(`series.${key}`)]),
h("i.key.flag", {}, "▲"), t("series.flagged"), h("i.key.mark", {}, "◆"), t("series.event"),
...(step === "15min" ? [h("i.key.band"), t("series.bounds")] : [])];

// What was doubtful as of an earlier moment: only to be read.
function findingsBlock(id, zone) {
  const findings = h("div.findings");
  return {
    el: h("section", {}, h("h2", {}, t("point.findings")), findings),
    load: async () => findings.replaceChildren(findingTable(await get("/findings", { point: id }), zone)),
  };
}

function findingTable(findings, zone) {
  if (!findings.length) return h("p.empty", {}, t("point.no_findings"));
  const columns = ["from", "what", "before", "after", "effect"];
  return h("table.list", {}, h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`point.${c}`))))),
    h("tbody", {}, findings.map((f) => h("tr", {},
      h("th", { scope: "row" }, `${instantText(Date.parse(f.from), zone)} – ${instantText(Date.parse(f.to), zone)}`),
      h("td", { "data-label": t("point.what") }, t(`flag.${f.what}`)),
      h("td", { "data-label": t("point.before") }, num(f.before, 8)),
      h("td", { "data-label": t("point.after") }, num(f.after, 8)),
      h("td", { "data-label": t("point.effect") },
        f.effect === null ? t("series.missing") : `${num(f.effect)} ${unitText(f.effect_unit)}`)))));
}
