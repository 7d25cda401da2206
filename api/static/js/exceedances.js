// When did a plant exceed which limit: from when to when, how far, and by how many kilograms?

import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { figureButton, pollutantName } from "./figure.js";
import { periodsText } from "./limits.js";
import { instantText, localDate, localMs, num, pick, spanText, t, unitText } from "./text.js";
import { choice } from "./view.js";

const COLUMNS = ["when", "where", "limit", "length", "peak", "mean", "excess"];
const SPANS = ["year", "last_year", "all"];
const FEW = 20;
let span = "year";

export function exceedancesBlock(page, detail, { programme }) {
  const base = programme?.base_year ?? 2015;
  const shown = h("div");
  let most = FEW;
  const load = async () => {
    const { year } = localDate(clock.now(), detail.zone);
    const [first, last] = { year: [year, null], last_year: [year - 1, year], all: [base, null] }[span];
    const at = (n) => new Date(localMs(`${n}-01-01T00:00`, detail.zone)).toISOString();
    const rows = await get("/exceedances", { plant: detail.id, from: at(first), ...(last ? { to: at(last) } : {}) });
    const more = h("button.plain", { type: "button", onclick: () => { most += 5 * FEW; page.attempt(load); } }, t("nav.more"));
    shown.replaceChildren(rows.length ? table(rows.slice(0, most), detail.zone) : h("p.empty", {}, t("exceed.none")),
      rows.length > most ? more : "", rows.length > 0 ? h("p.fine", {}, total(rows)) : "");
  };
  const names = { year: t("exceed.year"), last_year: t("exceed.last_year"), all: t("exceed.all", { base }) };
  return {
    load,
    el: h("section.exceedances", {}, h("div.section-head", {}, h("h2", {}, t("exceed.title")),
      choice(t("exceed.span"), SPANS.map((s) => [s, names[s]]), span,
        (chosen) => { span = chosen; most = FEW; page.attempt(load); })), shown),
  };
}

function table(rows, zone) {
  return h("table.list", {}, h("thead", {}, h("tr", {}, COLUMNS.map((c) => h("th", { scope: "col" }, t(`exceed.${c}`))))),
    h("tbody", {}, rows.map((row) => line(row, zone))));
}

function line(row, zone) {
  const { limit } = row;
  const cell = (name, ...content) => h("td", { "data-label": t(`exceed.${name}`) }, content);
  const unit = ` ${unitText(limit.unit)}`;
  const figures = figuresOf(row);
  return h("tr", { "data-exceedance": row.point },
    h("th", { scope: "row" }, spanText(row.start_ms, row.end_ms, zone), row.open && h("span.tag", {}, t("exceed.open"))),
    cell("where", h("a", { href: `#/point/${row.point}` }, pollutantName(row.pollutant)), h("small", {}, pick(row.outlet_name))),
    cell("limit", `${num(limit.value)}${unit}`, h("small", {}, [limit.standard, pick(limit.class_name) || limit.class,
      limit.o2_ref === null ? "" : t("limits.at_o2", { o2: num(limit.o2_ref) })].filter(Boolean).join(" · ")),
    limit.confidence === "unsure" && h("span.tag", { title: t("outlet.unsure") }, t("limits.unsure"))),
    cell("length", periodsText(row.periods, limit.averaging)),
    cell("peak", figureButton(figures.peak, five), h("small", {}, instantText(Date.parse(row.peak_time), zone))),
    cell("mean", figureButton(figures.mean, five)),
    cell("excess", figureButton(figures.excess, { scale: false })));
}

const five = { scale: false, digits: 5 };

// What a run is made of, as figures that open.
function figuresOf(row) {
  const { limit, pollutant } = row;
  const figure = (name, value, unit, formula, inputs, note = "") => ({ name: `${name}:${pollutant}`, value, unit, formula, inputs, note,
    from: row.start, to: row.end, coverage: null, estimated: 0, provisional: 0, factors: null });
  const bound = { ...figure("limit", limit.value, limit.unit, "", []), note: limit.confidence === "unsure" ? "limit_unsure" : "" };
  const oxygen = limit.o2_ref === null ? [] : [{ ...figure("reference_o2", limit.o2_ref, "%", "", []), name: "reference_o2" }];
  const convert = limit.o2_ref === null ? "" : "C · (21 − O2ref) / (21 − O2)";
  const peak = figure("peak", row.peak, limit.unit, convert, [bound, ...oxygen]);
  const mean = figure("mean", row.mean, limit.unit, convert, [bound, ...oxygen]);
  const above = limit.o2_ref === null ? "Σ (C − L) · Q" : "Σ (C − L · (21 − O2) / (21 − O2ref)) · Q";
  return { peak, mean, excess: figure("excess", row.excess_kg, "kg", above, [mean, bound, ...oxygen]) };
}

function total(rows) {
  const kg = rows.reduce((sum, row) => sum + (row.excess_kg ?? 0), 0);
  return t("exceed.total", { n: num(rows.length), kg: num(kg, 3) });
}
