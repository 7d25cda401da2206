// What if a factor or a statement were another one? Every target before and after, and then perhaps it is kept.

import { asOf } from "./asof.js";
import { post } from "./api.js";
import { field, form, numberInput, openDialog, whoAndWhy } from "./dialog.js";
import { h } from "./dom.js";
import { openId } from "./explain.js";
import { cityName, figureName } from "./figure.js";
import { has, num, percent, signed, t, unitText } from "./text.js";

const KINDS = {
  factor: { path: "/factors", list: "factors", choices: ["unsure", "sure"], choice: "confidence" },
  statement: { path: "/statements", list: "statements", choices: ["provisional", "final", "plan"], choice: "status" },
};

// The past is what it was: nothing is tried while an earlier moment is shown.
export const whatIfButton = (kind, row) => !asOf.set
  && h("button.plain", { type: "button", onclick: () => whatIf(kind, row) }, t("explain.try"));

function whatIf(kind, row) {
  const { list, choices, choice } = KINDS[kind];
  let dialog = null;
  const value = numberInput("value", true);
  value.value = row.value;
  const fields = [field(t("explain.new_value", { unit: unitText(row.unit) }), value),
    field(t(`explain.${choice}`), h("select", { name: choice }, choices.map((one) =>
      h("option", { value: one, selected: one === row[choice] }, t(`explain.${choice}.${one}`))))),
    field(t("explain.source"), h("input", { name: "source", required: true, maxlength: 300, value: row.source }))];
  const send = async (values) => {
    const proposed = next(kind, row, values);
    const found = await post("/preview", { [list]: [proposed] });
    return [beforeAfter(found), keep(kind, proposed, () => dialog)];
  };
  const title = kind === "factor" ? figureName(`factor:${row.carrier}`) : `${figureName(row.item)} ${row.period}`;
  dialog = openDialog(title, form(h("p", {}, t("explain.try_lead")), fields, t("explain.preview"), send, () => dialog));
}

// The same row with what was entered; a factor is named by its own dates, not by those of its edition.
function next(kind, row, values) {
  const entered = { value: Number(values.value), source: values.source.trim(), [KINDS[kind].choice]: values[KINDS[kind].choice] };
  const { plant, unit } = row;
  if (kind === "statement") return { plant, unit, period: row.period, item: row.item, ...entered };
  const { carrier, quantity, basis, edition, note } = row;
  return { carrier, quantity, basis, unit, edition, note, plant, valid_from: row.own_from, valid_to: row.own_to, ...entered };
}

function keep(kind, proposed, dialog) {
  const send = async ({ who, why }) => {
    const done = await post(KINDS[kind].path, { rows: [proposed], who, why });
    return [h("p", {}, t("explain.kept")), beforeAfter(done)];
  };
  return form(h("p.then", {}, t("explain.keep_lead")), whoAndWhy(), t("explain.keep"), send, dialog);
}

function beforeAfter({ figures, indicators }) {
  if (!figures.length && !indicators.length) return h("p.empty", {}, t("explain.nothing"));
  const columns = ["figure", "before", "after", "difference"];
  const rows = [...indicators.map(targetRow), ...figures.map(sumRow)];
  return h("div.explain-table.before-after", {}, h("table.list", {},
    h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`explain.${c}`))))), h("tbody", {}, rows)));
}

// A city and a sector by their names, a plant and a programme by their ids.
function scopeText(scope) {
  const [kind, name] = scope.split(":");
  if (kind === "city") return cityName(name);
  return kind === "sector" && has(`sector.${name}`) ? t(`sector.${name}`) : name;
}

const targetRow = (row) => h("tr", {},
  h("th", { scope: "row" }, figureName(row.id), h("span.fine", {}, ` ${scopeText(row.scope)} · ${t(`period.${row.period}`)}`)),
  h("td", {}, percent(row.change_before, 2, true), h("span.fine", {}, ` ${t(`status.${row.status_before}`)}`)),
  h("td", {}, percent(row.change_after, 2, true), h("span.fine", {}, ` ${t(`status.${row.status_after}`)}`)),
  h("td", {}, change(row)));

const change = ({ change_before: before, change_after: after }) =>
  (before === null || after === null ? "" : t("why.points", { n: percent(after - before, 2, true).replace(/\s*%/, "") }));

const sumRow = (row) => h("tr", {},
  h("th", { scope: "row" }, h("button.figure", { type: "button", onclick: () => openId(row.id) }, figureName(row.name)),
    h("span.fine", {}, ` ${scopeText(row.scope)} · ${row.id.split("/")[1]}`)),
  h("td", {}, num(row.before, 6)), h("td", {}, num(row.after, 6)),
  h("td", {}, `${signed(row.difference, 4)} `, h("span.unit", {}, unitText(row.unit))));
