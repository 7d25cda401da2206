// Do the meters of a plant add up, level by level?

import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { carrierName, figureButton } from "./figure.js";
import { localDate, localMs, num, percent, pick, share, signed, spanText, t, unitText } from "./text.js";
import { choice } from "./view.js";

const GLYPHS = { within: "✓", unmetered: "▲", impossible: "×", unknown: "○" };
const COLUMNS = ["point", "amount", "difference", "share", "tolerance", "verdict"];
const QUARTER_MS = 900000;
const LAG_MS = 120000;
let span = "yesterday";

// From when to when, by the plant's calendar. [ms UTC]
function period(zone) {
  // Quarters that are over: of the one that runs a part would be missing at every meter.
  const now = Math.floor((clock.now() - LAG_MS) / QUARTER_MS) * QUARTER_MS;
  const midnight = (ms, first = false) => {
    const { year, month, day } = localDate(ms, zone);
    return localMs(`${year}-${two(month)}-${two(first ? 1 : day)}T00:00`, zone);
  };
  const [today, month] = [midnight(now), midnight(now, true)];
  return { today: [today, now], yesterday: [midnight(today - 1), today], month: [month, now],
    last_month: [midnight(month - 1, true), month] }[span];
}
const two = (n) => String(n).padStart(2, "0");

export function balanceBlock(page, plant) {
  const table = h("div");
  const shown = h("span.fine");
  const load = async () => {
    const [from, to] = period(plant.zone);
    if (to <= from) return;
    const { nodes } = await get(`/plants/${encodeURIComponent(plant.id)}/balance`,
      { from: new Date(from).toISOString(), to: new Date(to).toISOString() });
    el.hidden = nodes.length === 0;
    shown.textContent = spanText(from, to, plant.zone);
    table.replaceChildren(balanceTable(nodes.map((node) => withFigures(node, plant.id, from, to))));
  };
  const el = h("section.balance-block", {}, h("div.section-head", {}, h("h2", {}, t("balance.title")), shown,
    choice(t("balance.period"), ["today", "yesterday", "month", "last_month"].map((s) => [s, t(`balance.${s}`)]), span,
      (chosen) => { span = chosen; page.attempt(load); })), table, h("p.fine", {}, t("balance.lead")));
  return { el, load };
}

// What each meter counted, and what it has more than those right below it, as figures that open.
function withFigures(node, plant, from, to) {
  const children = node.children.map((child) => withFigures(child, plant, from, to));
  const [start, end] = [from, to].map((ms) => new Date(ms).toISOString());
  const counted = { name: `point:${node.point}`, value: node.amount, unit: node.unit, from: start, to: end, coverage: node.coverage,
    estimated: node.estimated, provisional: 0, factors: null, formula: "", inputs: [], note: "", scope: `plant:${plant}` };
  const less = { ...counted, name: "balance_difference", value: node.difference, formula: "A − Σ Aᵢ", scope: "",
    inputs: [counted, ...children.map((child) => child.counted)] };
  return { ...node, children, counted, less };
}

function balanceTable(nodes) {
  return h("table.list.balance", {}, h("thead", {}, h("tr", {}, COLUMNS.map((c) => h("th", { scope: "col" }, t(`balance.${c}`))))),
    h("tbody", {}, nodes.flatMap((node) => rows(node, 0))));
}

const rows = (node, depth) => [row(node, depth), ...node.children.flatMap((child) => rows(child, depth + 1))];

function row(node, depth) {
  const cell = (name, ...content) => h("td", { "data-label": t(`balance.${name}`) }, content);
  const unit = ` ${unitText(node.unit)}`;
  const own = node.verdict !== null;
  return h(`tr${depth ? `.child.depth-${Math.min(depth, 3)}` : ""}`, { "data-balance": node.point },
    h("th", { scope: "row" },
      h("a", { href: `#/point/${node.point}` }, pick(node.name)), h("small", {}, [node.carrier && carrierName(node.carrier),
        t(node.class_assumed ? "balance.class_assumed" : "balance.class", { percent: num(node.class_percent) })]
        .filter(Boolean).join(" · "))),
    cell("amount", figureButton(node.counted, { scale: false, text: (v) => num(v, 6) }), unit, node.coverage < 1 && h("small", {}, t("series.known", { coverage: share(node.coverage) }))),
    own ? cell("difference", figureButton(node.less, { scale: false, text: (v) => signed(v, 6) }), unit, range(node)) : h("td"),
    own ? cell("share", node.share_percent === null ? num(null) : percent(node.share_percent / 100, 2, true)) : h("td"),
    own ? cell("tolerance", "± ", num(node.tolerance, 5), unit, h("small", {}, t("balance.likely", { n: num(node.tolerance_rss, 4) })))
      : h("td"),
    own ? cell("verdict", h(`span.chip.verdict-${node.verdict}`, {}, h("span.glyph", { "aria-hidden": "true" }, GLYPHS[node.verdict]),
      t(`verdict.${node.verdict}`)), h("small.block", {}, t(`verdict.${node.verdict}_why`))) : h("td"));
}

// What is missing leaves the difference between two values.
function range({ lo, hi, difference, tolerance }) {
  const wide = lo === null || hi === null || difference === null || hi - lo > (tolerance ?? 0) / 2;
  return wide && h("small.block", {}, t("balance.between", { lo: signed(lo, 5), hi: signed(hi, 5) }));
}
