// What became known since a moment, of the time before it, and by which readings and decisions?

import { asOf } from "./asof.js";
import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { eventName } from "./eventtext.js";
import { figureName } from "./figure.js";
import { dateText, instantText, localField, monthText, num, share, signed, spanText, t, unitText } from "./text.js";

const WEEK_MS = 7 * 86400000;
const COLUMNS = ["time", "then", "now", "difference"];
const FEW = 6; // rows at first
const SHOWN = 12; // causes

export const changesBlock = (page, detail, zone) => block(page, `/points/${detail.id}/changes`, zone,
  (found) => (moved(found) ? [changedTable(found, zone), causes(found, zone)] : [h("p.empty", {}, t("changes.none"))]));

export const plantChangesBlock = (page, plant) => block(page, `/plants/${encodeURIComponent(plant.id)}/changes`, plant.zone,
  (found) => [figuresTable(found, plant), statements(found, plant.zone)]);

// Where an earlier moment is shown the question is at hand: what came after it?
function block(page, path, zone, draw) {
  const answer = h("div");
  const start = asOf.set ? asOf.day : localField(clock.now() - WEEK_MS, zone).slice(0, 10);
  const since = h("input.inline-date", { type: "date", name: "since", value: start, max: localField(clock.real(), zone).slice(0, 10),
    "aria-label": t("changes.since"), onchange: () => since.value && page.attempt(load) });
  const load = async () => {
    const given = asOf.set && since.value === asOf.day ? asOf.query(zone) : since.value;
    answer.replaceChildren(...draw(await get(path, { since: given })));
  };
  const el = h("section.changes-block", {}, h("div.section-head", {}, h("h2", {}, t("changes.title")),
    h("label.window", {}, h("span.fine", {}, t("changes.since")), since)), h("p.fine", {}, t("changes.lead")), answer);
  return { el, load };
}

const isMoved = (step) => Boolean(step.difference) || step.then !== step.now;
const moved = ({ steps }) => steps.some(isMoved);

function changedTable({ steps, total, step, unit }, zone) {
  const changed = steps.filter(isMoved);
  const name = (s) => (step === "month" ? monthText(s.from_ms, zone) : dateText(s.from_ms, zone));
  const value = (v, coverage) => [`${num(v, 6)} ${unitText(unit)}`, coverage < 1
    && h("small", {}, t("series.known", { coverage: share(coverage) }))];
  const row = (title, s) => h("tr", {}, h("th", { scope: "row" }, title),
    h("td", { "data-label": t("changes.then") }, value(s.then, s.coverage_then)),
    h("td", { "data-label": t("changes.now") }, value(s.now, s.coverage_now)),
    h("td", { "data-label": t("changes.difference") }, h("b", {}, signed(s.difference, 6)), " ", unitText(unit)));
  return folded(COLUMNS, [row(t("changes.total", { n: num(steps.length) }), total), ...changed.map((s) => row(name(s), s)).reverse()]);
}

// A table that begins with a few rows.
function folded(columns, rows) {
  rows.slice(FEW).forEach((hidden) => { hidden.hidden = true; });
  const more = h("button.plain", { type: "button", hidden: rows.length <= FEW,
    onclick: () => { rows.forEach((r) => { r.hidden = false; }); more.hidden = true; } }, t("changes.all"));
  return h("div", {}, h("table.list.changes", {}, h("thead", {}, h("tr", {}, columns.map((c) =>
    h("th", { scope: "col" }, t(`changes.${c}`))))), h("tbody", {}, rows)), more);
}

// Figures of a plant: each point leads to its own days and causes.
function figuresTable({ figures }, plant) {
  if (!figures.length) return h("p.empty", {}, t("changes.none"));
  const link = (name) => (name.startsWith(`point:${plant.id}/`) ? h("a", { href: `#/point/${name.slice(6)}` }, figureName(name))
    : figureName(name));
  const value = (v, unit, coverage) => [`${num(v, 6)} ${unitText(unit)}`, coverage !== null && coverage < 1
    && h("small", {}, t("series.known", { coverage: share(coverage) }))];
  return folded(["figure", ...COLUMNS.slice(1)], figures.map((f) => h("tr", {}, h("th", { scope: "row" }, link(f.name)),
    h("td", { "data-label": t("changes.then") }, value(f.then, f.unit, f.coverage_then)),
    h("td", { "data-label": t("changes.now") }, value(f.now, f.unit, f.coverage_now)),
    h("td", { "data-label": t("changes.difference") }, h("b", {}, signed(f.difference, 6)), " ", unitText(f.unit)))));
}

function statements({ statements: restated }, zone) {
  if (!restated.length) return "";
  const edition = (s) => (s === null ? num(null) : `${num(s.value, 8)} ${unitText(s.unit)} (${t(`note.${s.status}`)})`);
  return h("div.because", {}, h("h3", {}, t("changes.statements")), h("ul.causes", {}, restated.map((s) => h("li", {},
    t("changes.statement", { item: figureName(s.item), period: s.period, then: edition(s.then), now: edition(s.now),
      at: s.now ? instantText(s.now.imported_ms, zone) : "" })))));
}

function causes({ deliveries, sayings }, zone) {
  const lines = [
    ...sayings.map((s) => [s.at_ms, t("changes.saying", { at: instantText(s.at_ms, zone), who: s.who, what: t(`history.${s.decision}`),
      event: eventName(s), why: s.why })]),
    ...deliveries.map((d) => [d.received_ms, t("changes.delivery", {
      at: instantText(d.received_ms, zone), count: num(d.count, 9), span: spanText(d.first_ms, d.last_ms, zone),
      first: num(d.first_value, 9), last: num(d.last_value, 9) })]),
  ].sort(([a], [b]) => a - b);
  if (!lines.length) return "";
  return h("div.because", {}, h("h3", {}, t("changes.causes")), h("ul.causes", {}, lines.slice(0, SHOWN).map(([, text]) => h("li", {}, text)),
    lines.length > SHOWN && h("li.fine", {}, t("changes.more", { n: num(lines.length - SHOWN) }))));
}
