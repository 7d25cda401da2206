// How do the targets of a plant, a city, a sector or a programme stand? One card a target, read anew without moving anything.

import { get } from "./api.js";
import { h } from "./dom.js";
import { earlyCard, targetCard } from "./target.js";
import { t } from "./text.js";
import { choice, errorBox } from "./view.js";

const PERIODS = ["ytd", "rolling12", "full_year"];
const STANDING = ["change", "progress", "status", "reason", "coverage", "provisional"];
let period = "ytd"; // kept while the page is open: who compares whole years wants that everywhere

// Which comparison is shown; `changed` hears of another one.
export function periodChoice(changed) {
  const hint = h("p.fine.period-hint");
  const say = () => { hint.textContent = t(`period.${period}_hint`); };
  say();
  const buttons = choice(t("overview.period"), PERIODS.map((p) => [p, t(`period.${p}`)]), period,
    (chosen) => { period = chosen; say(); changed(); });
  return h("div.period", {}, buttons, hint);
}

export const chosenPeriod = () => period;

// `extra(line)` may add something of its own at the foot of a card; `show(scope)` turns to another scope.
export function strip(page, scope, programme, { short = false, extra = () => null } = {}) {
  const el = h("div.cards.targets", { "aria-live": "off" }, waiting(programme, { short }));
  let [lines, drawn, of] = [null, "", scope];
  const draw = () => {
    if (!lines || of !== scope) return;
    const now = JSON.stringify([period, lines, lines.map((line) => extra(line)?.outerHTML)]);
    if (now === drawn) return; // what did not change stays under the reader's eyes and hands
    drawn = now;
    keepPlace(el, () => el.replaceChildren(...lines.map((line) => targetCard(line, period, programme,
      { short, extra: extra(line), why: short ? null : () => openWhy(line) }))));
  };
  const load = async () => {
    const asked = scope;
    try {
      const found = programme ? await get("/targets", { scope: asked }) : [];
      if (asked !== scope) return;
      [lines, of] = [found, asked];
    } catch (error) {
      if (!lines) el.replaceChildren(errorBox(error));
      throw error;
    }
    draw();
  };
  return {
    el, load, draw,
    // What the columns of the overview know stands there until the lines come.
    early(columns) {
      if (lines && of === scope) return;
      el.replaceChildren(...waiting(programme, { short, extra }, columns, scope));
    },
    show(next) {
      [scope, drawn] = [next, ""];
      draw();
    },
  };
}

// Room for what comes, so that nothing below moves when it does.
function waiting(programme, { short, extra = () => null }, columns = null, scope = "") {
  const group = columns?.groups[scope];
  const standing = (at) => ({ ...Object.fromEntries(STANDING.map((key) => [key, group[key][at]])), pace: columns.pace });
  const known = (programme?.indicators ?? []).map((target) => [target, group && columns.indicators.indexOf(target.id)]);
  return known.filter(([, at]) => !group || group.status[at]).map(([target, at]) =>
    earlyCard(target, group ? standing(at) : null, programme, { short, extra: extra(target) }));
}

// What was opened stays open, and the keyboard stays where it was.
function keepPlace(el, replace) {
  const stops = () => [...el.querySelectorAll("button, summary")];
  const open = new Set([...el.querySelectorAll("details[open]")].map((d) => d.dataset.parts));
  const at = stops().indexOf(document.activeElement);
  replace();
  el.querySelectorAll("details").forEach((d) => { d.open = open.has(d.dataset.parts); });
  if (at >= 0) stops()[at]?.focus({ preventScroll: true });
}

// The dialog is read when somebody asks.
async function openWhy({ scope, id }) {
  const { openWhy: open } = await import("./why.js");
  await open(scope, id, period);
}

// The targets of a plant on a tab of their own.
export function targetsBlock(page, detail, { programme }) {
  const cards = strip(page, `plant:${detail.id}`, programme);
  const head = h("div.section-head", {}, h("h2", {}, t("plant.targets")), periodChoice(cards.draw));
  return { load: cards.load, el: h("section.strip", {}, head, cards.el) };
}

// The same in short, for the wall.
export function shortTargetsBlock(page, detail, { programme }) {
  const cards = strip(page, `plant:${detail.id}`, programme, { short: true });
  const hint = h("p.fine");
  const load = () => {
    hint.textContent = `${t(`period.${period}`)} · ${t(`period.${period}_hint`)}`;
    return cards.load().then(cards.draw);
  };
  const head = h("div.section-head", {}, h("h2", {}, t("plant.targets")), hint);
  return { load, el: h("section.strip", { hidden: !programme }, head, cards.el) };
}
