// What happened to a meter, in plain words?

import { h } from "./dom.js";
import { has, lengthText, num, signed, t, unitText } from "./text.js";

const GLYPHS = { open: "!", accepted: "✓", corrected: "±", rejected: "×", declared: "●", withdrawn: "○", clear: "·" };

const declaredKind = (event) => (event.what.startsWith("declared:") ? event.what.slice(9) : "");
const isShift = (event) => event.what === "clock" && event.after === null && event.before !== null;

// Whether there is time between the two readings in which something flowed.
export const hasStep = (event) => event.until_ms > event.from_ms && !isShift(event);

export function eventName(event) {
  const kind = declaredKind(event);
  if (kind) return t("event.declared", { kind: t(`declare.${kind}`) });
  return has(`event.what.${event.what}`) ? t(`event.what.${event.what}`) : event.what.replaceAll("_", " ");
}

export function stateChip(state) {
  return h(`span.chip.state-${state}`, {}, h("span.glyph", { "aria-hidden": "true" }, GLYPHS[state] ?? "○"),
    t(`event.state.${state}`));
}

const reading = (value, unit) => (value === null ? num(null) : `${num(value, 9)} ${unitText(unit)}`);
export const amount = (value, unit) => (value === null ? t("series.missing") : `${num(value, 7)} ${unitText(unit)}`);
const shiftText = (ms) => (ms ? `${ms > 0 ? "+" : "\u2212"}${lengthText(Math.abs(ms))}` : num(null));

// One sentence: what the readings show, how it is taken, and what the step counts.
export function sentence(event) {
  const values = { before: reading(event.before, event.unit), after: reading(event.after, event.unit),
    length: lengthText(event.until_ms - event.from_ms), shift: shiftText(event.before) };
  const kind = declaredKind(event);
  if (kind) return t(`said.${kind}`, { ...values, ...saidValues(event) });
  if (isShift(event)) return t("say.clock_shift", values);
  if (!has(`say.${event.what}`)) return "";
  if (!hasStep(event) || event.what === "late_for_closed") return t(`say.${event.what}`, values);
  const step = event.effect === null ? t("say.step_missing") : t("say.step", { effect: amount(event.effect, event.amount_unit) });
  return t("say.sentence", { what: t(`say.${event.what}`, values), step });
}

function saidValues({ decision, unit }) {
  const { end_value: end = null, start_value: start = null, ratio = null, shift_ms: shift = null } = decision?.values ?? {};
  return { end: reading(end, unit), start: reading(start, unit), ratio: num(ratio, 6), shift: shiftText(shift) };
}

// What accepting or rejecting would do.
export function consequence(event, decision) {
  if (isShift(event)) return t(`then.${decision}_shift`, { shift: shiftText(event.before) });
  const own = `then.${decision}_${event.what}`;
  return has(own) ? t(own) : t(`then.${decision}`);
}

export const canExchange = (event, point) => point.kind === "register"
  && ["swap", "reset", "rollover", "impossible", "silent", "spike"].includes(event.what);
export const canAmount = (event, point) => point?.kind === "register" && hasStep(event) && !declaredKind(event);

// The numbers that a person gave, as a line.
export function valuesText(decision, event) {
  const unitOf = { amount: event.amount_unit, end_value: event.unit, start_value: event.unit, ratio: "" };
  return Object.entries(decision.values).filter(([, v]) => v !== null).map(([name, value]) =>
    `${t(`value.${name}`)} ${name === "shift_ms" ? shiftText(value) : `${num(value, 9)} ${unitText(unitOf[name] ?? "")}`}`.trim())
    .join(" · ");
}

// Months that changed, before and after, with the difference.
export function monthsTable(months, unit) {
  if (!months?.length) return h("p.empty", {}, t("months.none"));
  const columns = ["month", "before", "after", "difference"];
  const difference = (m) => (m.before === null || m.after === null ? null : m.after - m.before);
  return h("table.list.months", {}, h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`months.${c}`))))),
    h("tbody", {}, months.map((m) => h("tr", {}, h("th", { scope: "row" }, m.month),
      h("td", { "data-label": t("months.before") }, amount(m.before, unit)),
      h("td", { "data-label": t("months.after") }, amount(m.after, unit)),
      h("td", { "data-label": t("months.difference") }, h("b", {}, signed(difference(m), 7)), " ", unitText(unit))))));
}
