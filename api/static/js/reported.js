// What left each outlet in a month as measured and as reported, and what does the environmental tax come to?

import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { figureButton, pollutantName } from "./figure.js";
import { localDate, localMs, num, percent, pick, share, t } from "./text.js";
import { choice } from "./view.js";

const COLUMNS = ["pollutant", "measured", "reported", "substituted", "capture", "equivalents", "tax"];
let which = "month";

export function reportedBlock(page, detail) {
  const shown = h("div");
  const total = figureButton();
  const load = async () => {
    const now = localDate(clock.now(), detail.zone);
    const month = now.year * 12 + now.month - 1 - (which === "month" ? 0 : 1);
    const [name, next] = [month, month + 1].map((m) => `${Math.floor(m / 12)}-${String((m % 12) + 1).padStart(2, "0")}`);
    const [from, to] = [name, next].map((text) => new Date(localMs(`${text}-01T00:00`, detail.zone)).toISOString());
    const path = `/plants/${encodeURIComponent(detail.id)}`;
    const [loads, tax] = await Promise.all([get(`${path}/loads`, { from, to }), get(`${path}/tax`, { month: name })]);
    total.show(tax);
    shown.replaceChildren(table(loads, tax, detail));
  };
  return {
    load,
    el: h("section.reported", {}, h("div.section-head", {}, h("h2", {}, t("reported.title")), h("span.fine", {},
      `${t("reported.tax_total")} `, total, " ", h("span.tag", { title: t("note.tax_estimate") }, t("limits.unsure"))),
    choice(t("reported.month"), ["month", "last_month"].map((m) => [m, t(`balance.${m}`)]), which,
      (chosen) => { which = chosen; page.attempt(load); })), shown, h("p.fine", {}, t("reported.lead"))),
  };
}

function table(loads, tax, detail) {
  return h("table.list", {}, h("thead", {}, h("tr", {}, COLUMNS.map((c) => h("th", { scope: "col" }, t(`reported.${c}`))))),
    h("tbody", {}, loads.map((load, i) => line(load, taxOf(tax, detail, load), loads[i - 1]?.outlet !== load.outlet))));
}

const taxOf = (tax, detail, load) => tax.inputs.find((part) => part.name === `tax_outlet:${detail.id}/${load.outlet}`)
  ?.inputs.find((part) => part.name === `tax:${load.pollutant}`);

function line(load, tax, first) {
  const cell = (name, ...content) => h("td", { "data-label": t(`reported.${name}`) }, content);
  const hours = load.substituted_hours > 0 && h("small", {}, t("limits.hours", { n: num(load.substituted_hours) }));
  return h("tr", { "data-load": `${load.outlet}.${load.pollutant}` },
    h("th", { scope: "row" }, pollutantName(load.pollutant), h("small", {}, load.pollutant),
      first && h("span.tag", {}, `${pick(load.outlet_name)} · ${t(`outlet.${load.medium}`)}`)),
    cell("measured", figureButton(load.measured)),
    cell("reported", figureButton(load.reported)),
    cell("substituted", load.substituted_share === null ? num(null) : percent(load.substituted_share), hours,
      h("small", {}, t(`rule.${load.rule}`))),
    cell("capture", share(load.capture)),
    cell("equivalents", tax && figureButton(tax.inputs[0], { scale: false, bare: true })),
    cell("tax", tax && figureButton(tax, { scale: false }), tax && tax.note && h("small", {}, t(`note.${tax.note}`))));
}
