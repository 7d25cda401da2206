// Where does a figure come from? Below the tree: rule, factor rows, statements, points down to the readings, events, workbook.

import { asOf } from "./asof.js";
import { clock, get } from "./api.js";
import { h } from "./dom.js";
import { eventName } from "./eventtext.js";
import { carrierName, figureName, openPanel } from "./figure.js";
import { instantText, localField, num, pick, share, spanText, t, unitText } from "./text.js";
import { whatIfButton } from "./whatif.js";

const FEW = 12; // rows at first
const MIDNIGHT = "T00:00:00";
const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;

// SCOPE/PERIOD/NAME. Whole local days by their dates; what runs up to now, up to the end of today; a power is of now. "" for
// what has no scope, or no such time.
export function figureId({ scope, from, to, name, unit }) {
  const period = scope && periodOf(Date.parse(from), Date.parse(to), unit);
  return period ? `${scope}/${period}/${name}` : "";
}

function periodOf(from, to, unit) {
  if (unit === "kW") return "now";
  const [start, end] = [from, to].map((ms) => localField(ms, clock.zone));
  if (!start.endsWith(MIDNIGHT)) return "";
  if (end.endsWith(MIDNIGHT)) return `${start.slice(0, 10)}..${end.slice(0, 10)}`;
  const open = Math.abs((clock.now() ?? to) - to) < HOUR_MS;
  return open ? `${start.slice(0, 10)}..${localField(to + DAY_MS, clock.zone).slice(0, 10)}` : "";
}

const pathOf = (id) => `/figures/${id.split("/").map(encodeURIComponent).join("/")}`;

// The block fills itself, and tells the whole figure; of a figure without an id nothing more is known than its tree.
export function explainBlock(figure, tell = () => null) {
  const id = figureId(figure);
  const el = h("section.explain", { "aria-live": "polite" });
  if (!id) return el;
  el.append(h("p.fine", {}, t("explain.loading")));
  get(`${pathOf(id)}/explain`).then(async (found) => { await tell(found.figure); el.replaceChildren(...drawn(found, id)); })
    .catch((error) => el.replaceChildren(h("p.fine", {}, error.code === "not_found" ? t("explain.unknown") : error.message)));
  return el;
}

export async function openId(id) {
  const found = await get(`${pathOf(id)}/explain`);
  await openPanel(found.figure);
}

const drawn = (found, id) => [
  h("p.explain-text", {}, pick(found.text)),
  idLine(id),
  rule(found),
  part("explain.factors", found.factors, factorTable),
  part("explain.statements", found.statements, statementTable),
  part("explain.points", found.points, pointTable),
  part("explain.events", found.events, eventList),
].filter(Boolean);

const part = (key, rows, draw) => rows.length > 0 && h("section.explain-part", {}, h("h3", {}, t(key)), draw(rows));

function idLine(id) {
  const query = asOf.set ? `?as_of=${encodeURIComponent(asOf.query(clock.zone))}` : "";
  const copy = h("button.plain", { type: "button", onclick: async () => {
    await navigator.clipboard.writeText(id);
    copy.textContent = t("explain.copied");
  } }, t("explain.copy"));
  return h("p.explain-id", {}, h("code", {}, id), copy,
    h("a.plain", { href: `/api/v1${pathOf(id)}/workbook${query}`, download: "" }, t("explain.workbook")));
}

const rule = ({ formula, clause }) => h("section.explain-part", {}, h("h3", {}, t("explain.rule")),
  h("p", {}, h("code", {}, formula)), h("p", {}, pick(clause.text)),
  h("p.fine", {}, clause.source, clause.confidence === "unsure" && h("span.unsure", {}, ` · ${t("explain.unsure")}`)));

const head = (keys) => h("thead", {}, h("tr", {}, keys.map((key) => h("th", { scope: "col" }, key && t(`explain.${key}`)))));

const table = (keys, rows) => {
  const body = h("tbody", {}, rows.slice(0, FEW));
  const rest = rows.length > FEW && h("button.plain", { type: "button", onclick: () => { body.append(...rows.slice(FEW)); rest.remove(); } },
    t("explain.all", { n: rows.length }));
  return h("div.explain-table", {}, h("table.list", {}, head(keys), body), rest);
};

const factorTable = (rows) => table(["factor", "value", "edition", "valid", "what_if"], rows.map((row) => h("tr", {},
  h("th", { scope: "row" }, carrierName(row.carrier), row.plant && h("span.fine", {}, ` ${row.plant}`)),
  h("td", {}, `${num(row.value, 6)} `, h("span.unit", {}, unitText(row.unit))),
  h("td", { title: row.source }, row.edition, row.confidence === "unsure" && h("span.unsure", {}, ` ${t("explain.unsure")}`)),
  h("td", {}, validity(row)),
  h("td", {}, whatIfButton("factor", row)))));

const validity = ({ valid_from: from, valid_to: to }) => (from || to ? `${from ?? ""} – ${to ?? ""}` : t("explain.always"));

const statementTable = (rows) => table(["statement", "value", "status", "editions", "what_if"], rows.map((row) => h("tr", {},
  h("th", { scope: "row" }, `${figureName(row.item)} ${row.period}`, h("span.fine", {}, ` ${row.plant}`)),
  h("td", {}, `${num(row.value, 6)} `, h("span.unit", {}, unitText(row.unit))),
  h("td", { title: row.source }, t(`explain.status.${row.status}`)),
  h("td", { title: instantText(Date.parse(row.imported), clock.zone) }, num(row.editions)),
  h("td", {}, whatIfButton("statement", row)))));

const pointTable = (rows) => table(["point", "known", "readings", "first", "last"], rows.map((row) => h("tr", {},
  h("th", { scope: "row" }, h("a", { href: `#/point/${row.point}` }, pick(row.name))),
  h("td", {}, share(row.coverage)), h("td", {}, num(row.readings, 9)),
  h("td", {}, edge(row.first, row.unit)), h("td", {}, edge(row.last, row.unit)))));

const edge = (reading, unit) => (reading === null ? ""
  : h("span", { title: instantText(reading.time_ms, clock.zone) }, `${num(reading.value, 9)} `, h("span.unit", {}, unitText(unit))));

const eventList = (rows) => h("ul.causes", {}, rows.slice(0, FEW).map((row) => h("li", {}, `${eventName(row)} · ${t(`event.state.${row.state}`)}`,
  h("span.fine", {}, ` ${row.point} · ${spanText(row.from_ms, row.until_ms, clock.zone)}`))));
