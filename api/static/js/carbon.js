// How much CO2 does a plant cause this year, against the same dates of the base year, and from what?

import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { SHARE, figureButton, figureName } from "./figure.js";
import { glyph, reason } from "./target.js";
import { localDate, localMs, num, percent, t } from "./text.js";

const COLUMNS = ["part", "amount", "factor", "now", "then", "share"];
const DEFAULT_BASE = 2015;
const two = (n) => String(n).padStart(2, "0");
const signedShare = (value) => percent(value, 1, true);

export function carbonBlock(page, detail, { programme } = {}) {
  const base = programme?.base_year ?? DEFAULT_BASE;
  const path = `/plants/${encodeURIComponent(detail.id)}/carbon`;
  const body = h("div.carbon-body");
  const factors = h("p.fine");
  let drawn = "";
  const load = async () => {
    const scope = `plant:${detail.id}`;
    const now = owned(await get(path), scope);
    const [from, to] = [now.from, now.to].map((text) => sameDate(Date.parse(text), now, base, detail.zone));
    const [then, indicators] = await Promise.all([get(path, { from, to }).then((figure) => owned(figure, scope)), programme ? get("/indicators", { scope }) : []]);
    const next = JSON.stringify([now, then, indicators]);
    if (next === drawn) return; // what did not change stays under the reader's eyes
    drawn = next;
    factors.textContent = now.factors ? t("carbon.factors", { factors: now.factors }) : "";
    const target = indicators.find((i) => i.target === 0 && i.current.unit === now.unit);
    body.replaceChildren(...(now.inputs.length ? [cards(now, then, base, target), scopes(now, then, base), parts(now, then, base)]
      : [h("p.empty", {}, t("carbon.none"))]));
  };
  const el = h("section.carbon-block", {}, h("div.section-head", {}, h("h2", {}, t("carbon.title")), factors),
    h("p.lead", {}, t("carbon.lead")), body);
  return { el, load };
}

// The tree with the plant at every branch: each of them opens for itself.
const owned = (figure, scope) => ({ ...figure, scope, inputs: figure.inputs.map((below) => owned(below, scope)) });

// The same date of the base year, as an instant; 29 February becomes 1 March.
function sameDate(ms, figure, base, zone) {
  const { year, month, day } = localDate(ms, zone);
  const then = year - (localDate(Date.parse(figure.from), zone).year - base);
  const date = month === 2 && day === 29 ? "03-01" : `${two(month)}-${two(day)}`;
  return new Date(localMs(`${then}-${date}T00:00`, zone)).toISOString();
}

// What follows from two figures, so that it can be opened, too.
function derived(name, value, formula, inputs) {
  const [first] = inputs;
  const least = Math.min(...inputs.map((f) => f.coverage ?? 1));
  return { ...first, name, value, unit: SHARE, formula, inputs, coverage: least, note: "", scope: "" };
}

const ratio = (top, bottom) => (top?.value == null || bottom?.value == null || bottom.value <= 0 ? null : top.value / bottom.value);

function changeOf(now, then) {
  const of = ratio(now, then);
  return derived("co2_change", of === null ? null : of - 1, "now / then - 1", [now, then]);
}

function cards(now, then, base, target) {
  const card = (title, ...content) => h("article.card", {}, h("h2", {}, title), content);
  return h("div.cards.carbon-cards", {},
    card(t("carbon.this_year"), h("p.big", {}, figureButton(now, { scale: false }))),
    card(t("carbon.same_dates", { base }), h("p.big", {}, figureButton(then, { scale: false }))),
    card(t("carbon.change"), h("p.big", {}, figureButton(changeOf(now, then), { text: signedShare }))),
    target && card(t("carbon.target"), verdict(target)));
}

// The verdict of the sector's target, and other readings of it, which pass nothing.
function verdict(target) {
  const other = target.beside.map((figure) => [h("dt", {}, figureName(figure.name)),
    h("dd", {}, figureButton(figure, { text: signedShare }))]);
  return [h("p", {}, h(`span.chip.${target.status}`, {}, glyph(target.status), t(`status.${target.status}`))),
    target.reason && h("p.fine", {}, reason(target)),
    other.length > 0 && h("dl.pairs", { title: t("carbon.beside") }, other)];
}

const below = (figure, name) => figure.inputs.find((f) => f.name === name);

// Scope 1 with its processes, and scope 2: a bar for this year over one for the base year.
function scopes(now, then, base) {
  const pairs = [now, then].map((figure) => {
    const direct = below(figure, "co2_scope1");
    return { co2_scope1: direct, co2_process: direct && below(direct, "co2_process"), co2_scope2: below(figure, "co2_scope2") };
  });
  const names = Object.keys(pairs[0]).filter((name) => pairs.some((p) => p[name]));
  const most = Math.max(...names.flatMap((name) => pairs.map((p) => p[name]?.value ?? 0)), 1);
  const bar = (figure, kind) => h(`span.scope-bar.${kind}`, { "aria-hidden": "true" },
    h("i", { style: { width: `${(100 * Math.max(figure?.value ?? 0, 0)) / most}%` } }));
  const line = (figure, kind, title) => h("div.scope-line", {}, h("span.fine", {}, title), bar(figure, kind),
    figure ? figureButton(figure, { scale: false }) : h("span.number", {}, num(null)));
  return h("section.card.scopes", {}, h("h2", {}, t("carbon.scopes")), names.map((name) =>
    h(`div.scope${name === "co2_process" ? ".inner" : ""}`, { "data-scope": name }, h("h3", {}, figureName(name)),
      line(pairs[0][name], "this", t("carbon.this_year")), line(pairs[1][name], "that", t("carbon.same_dates", { base })))));
}

// Every `co2:NAME` below a figure.
function leaves(figure) {
  return figure.name.startsWith("co2:") ? [figure] : figure.inputs.flatMap(leaves);
}

// What each carrier and material gave, with its amount and the rows of the factor book.
function parts(now, then, base) {
  const before = new Map(leaves(then).map((f) => [f.name, f]));
  const found = leaves(now);
  const gone = [...before.values()].filter((f) => !found.some((g) => g.name === f.name));
  const title = { now: t("carbon.now"), then: t("carbon.then", { base }) };
  const head = COLUMNS.map((c) => h("th", { scope: "col" }, title[c] ?? t(`carbon.${c}`)));
  const rows = [...found.map((f) => [f, before.get(f.name)]), ...gone.map((f) => [null, f])];
  return h("section", {}, h("h2", {}, t("carbon.parts")), h("table.list.carbon", {}, h("thead", {}, h("tr", {}, head)),
    h("tbody", {}, rows.map(([figure, old]) => row(figure, old, now, title)))));
}

function row(figure, old, whole, title) {
  const shown = figure ?? old;
  const [amount, ...rows] = shown.inputs;
  const cell = (name, ...content) => h("td", { "data-label": title[name] ?? t(`carbon.${name}`) }, content);
  const share = figure && derived("co2_share", ratio(figure, whole), "co2 / co2_t", [figure, whole]);
  const kept = shown.value !== null && shown.value < 0;
  return h("tr", { "data-co2": shown.name.slice(4) },
    h("th", { scope: "row" }, figureName(`carrier:${shown.name.slice(4)}`), kept && h("small", {}, t("carbon.kept"))),
    cell("amount", figure && amount ? figureButton(amount) : num(null)),
    cell("factor", rows.map((f) => h("div", {}, figureButton(f, { scale: false }),
      f.note === "factor_unsure" && h("small", {}, t("carbon.unsure"))))),
    cell("now", figure ? figureButton(figure, { scale: false }) : num(null)),
    cell("then", old ? figureButton(old, { scale: false }) : num(null)),
    cell("share", share ? figureButton(share, { text: (value) => percent(value) }) : num(null)));
}
