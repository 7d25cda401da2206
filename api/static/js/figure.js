// How is a figure shown? A number that can be opened: coverage, provisional share and factors on hover, its making on click.

import { clock, getOnce } from "./api.js";
import { h, retext, set } from "./dom.js";
import { explainBlock } from "./explain.js";
import { MISSING, dateText, has, instantText, num, percent, pick, scaled, share, t, unitText } from "./text.js";

const DAY_MS = 86400000;
export const SHARE = "share"; // unit of what is a part of one

// The number and unit of a figure as a button. `figure` may be undefined: nothing came yet. Where figures stand below each
// other, `per` says how many of their units one shown `symbol` is; `bare` leaves the unit to the neighbour; `text` writes
// the value in another way.
export function figureButton(figure, { scale = true, per = 0, symbol = "", bare = false, text = null, digits = 4 } = {}) {
  const number = h("span.number");
  const unit = h("span.unit");
  const el = h("button.figure", { type: "button", onclick: () => el.figure && openPanel(el.figure) }, number, unit);
  el.show = (next) => {
    el.figure = next;
    if (!next) return;
    const own = [next.value, next.unit];
    const [value, shown] = per && next.value !== null ? [next.value / per, symbol] : scale ? scaled(...own) : own;
    retext(number, text ? text(value) : valueText(value, shown, digits));
    unit.textContent = value === null || bare || text ? "" : unitText(shown);
    el.classList.toggle("missing", value === null);
    el.classList.toggle("partial", value !== null && (next.coverage ?? 1) < 0.95);
    const spoken = `${figureName(next.name)}: ${number.textContent} ${unit.textContent}. ${t("nav.explain")}`;
    set(el, { title: summary(next), "aria-label": spoken });
  };
  number.textContent = MISSING;
  el.show(figure);
  return el;
}

// Shares read as percent; everything else as a number before its unit.
export const valueText = (value, unit, digits = 4) => (unit === SHARE ? percent(value) : num(value, digits));

export function summary(figure) {
  const parts = [t("figure.summary", { coverage: share(figure.coverage), estimated: share(figure.estimated),
    provisional: share(figure.provisional) })];
  if (figure.factors) parts.push(t("figure.summary_factors", { factors: figure.factors }));
  if (figure.value === null) parts.unshift(t("figure.missing"));
  if (figure.note) parts.push(noteText(figure.note));
  return parts.join("\n");
}

export const noteText = (key) => (has(`note.${key}`) ? t(`note.${key}`) : t(`reason.${key}`));

const pointNames = new Map();
let words = { carriers: {}, pollutants: {}, cities: {} };

export async function loadWords() {
  words = await getOnce("/words");
  return words;
}

export const cityName = (id) => pick(words.cities[id]) || id;
export const carrierName = (id) => pick(words.carriers[id]) || id;
export const carrierText = ({ carrier, direction }) =>
  [carrier && carrierName(carrier), (carrier || direction !== "internal")
    && t(`direction.${direction}`)].filter(Boolean).join(" · ");
export const pollutantName = (id) => pick(words.pollutants[id]) || id;
export const keepPointNames = (points) => points.forEach((point) => pointNames.set(point.id, pick(point.name)));

// "coal:natural_gas", "point:wx-dyeing/el.in": the head says what it is, the rest names it.
export function figureName(name) {
  const [head, ...rest] = name.split(":");
  if (!rest.length) return t(`figure.${head}`);
  const tail = rest.join(":");
  if (head === "point") return pointNames.get(tail) ?? tail;
  const listed = [words.carriers, words.pollutants, words.materials].map((list) => pick(list?.[tail])).find(Boolean)
    ?? pointNames.get(tail);
  const word = listed || (has(`sector.${tail}`) ? t(`sector.${tail}`) : figureName(tail));
  return head === "carrier" || head === "load" ? word : `${t(`figure.${head}`)} · ${word}`;
}

async function learnPoints(figure) {
  const plants = new Set();
  const visit = (f) => {
    const id = f.name.startsWith("point:") ? f.name.slice(6) : "";
    if (id && !pointNames.has(id)) plants.add(id.split("/")[0]);
    f.inputs.forEach(visit);
  };
  visit(figure);
  for (const plant of plants) keepPointNames(await getOnce(`/points?plant=${encodeURIComponent(plant)}`));
}

export function periodText(figure) {
  const [from, to] = [Date.parse(figure.from), Date.parse(figure.to)];
  const short = to - from < 2 * DAY_MS;
  const open = clock.now() !== null && to > clock.now();
  const end = short ? instantText(to, clock.zone) : dateText(to - 1, clock.zone); // a day's name stands for the whole day
  return `${(short ? instantText : dateText)(from, clock.zone)} – ${open ? t("figure.open") : end}`;
}

export async function openPanel(figure) {
  await learnPoints(figure);
  const close = h("button.close", { type: "button", "aria-label": t("nav.close"), onclick: () => dialog.close() }, "×");
  const own = facts(figure, true);
  // Where many figures were sent they came without their trees: the explanation brings it.
  const grow = async (whole) => {
    if (figure.inputs.length || !whole.inputs.length) return;
    await learnPoints(whole);
    own.replaceWith(facts(whole, true));
  };
  const dialog = h("dialog.panel", { "aria-label": t("figure.panel"), onclose: () => dialog.remove(),
    onclick: (event) => event.target === dialog && dialog.close() },
    h("div.panel-body", {}, close, h("p.kicker", {}, t("figure.panel")), own, explainBlock(figure, grow)));
  document.body.append(dialog);
  dialog.showModal();
}

function facts(figure, top = false, scope = figure.scope) {
  const value = h("p.panel-value", {}, h("span.number", {}, valueText(figure.value, figure.unit, 5)),
    h("span.unit", {}, unitText(figure.unit)));
  const rows = [
    ["figure.period", periodText(figure)],
    ["figure.formula", figure.formula && h("code", {}, readable(figure.formula))],
    ["figure.coverage", figure.coverage !== null && h("span.with-bar", {}, share(figure.coverage), bar(figure))],
    ["figure.estimated", figure.estimated > 0 && share(figure.estimated)],
    ["figure.provisional", figure.provisional > 0 && percent(figure.provisional, 0)],
    ["figure.factors", figure.factors],
    ["figure.note", figure.note && noteText(figure.note)],
  ].filter(([, content]) => content);
  return h("section.facts", {},
    top && h("h2", {}, figureName(figure.name)), value,
    h("dl.pairs", {}, rows.map(([key, content]) => [h("dt", {}, t(key)), h("dd", {}, content)])),
    figure.inputs.length > 0 && h("h3", {}, t("figure.inputs")),
    figure.inputs.map((input) => h("details.input", {},
      h("summary", {}, h("span.input-name", {}, figureName(input.name)),
        h("span.input-value", {}, `${valueText(input.value, input.unit)} `, h("span.unit", {}, unitText(input.unit)))),
      facts(input, false, input.scope || scope), opener(input, input.scope || scope))));
}

// An input opens for itself, as that of the plant whose it is.
const opener = (input, scope) => scope && h("button.plain", { type: "button", onclick: () => openPanel({ ...input, scope }) },
  t("nav.explain"));

// Identifiers inside a formula read as names.
const readable = (formula) => formula.replace(/[a-z]+(_[a-z0-9]+)+/g,
  (name) => (has(`figure.${name}`) ? t(`figure.${name}`) : name));

// What is measured, estimated and missing, as one bar.
export function bar({ coverage, estimated }) {
  const known = Math.min(1, coverage ?? 0);
  const spread = Math.min(known, estimated * known);
  return h("span.bar", { "aria-hidden": "true" },
    h("i.bar-measured", { style: { width: `${100 * (known - spread)}%` } }),
      h("i.bar-estimated", { style: { width: `${100 * spread}%` } }));
}
