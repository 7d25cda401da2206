// How much energy was saved since the base year, by year, and by plant? Two views of the same, side by side, never added.

import { get } from "./api.js";
import { h } from "./dom.js";
import { figureButton } from "./figure.js";
import { keyText } from "./target.js";
import { num, percent, pick, share, t, unitText } from "./text.js";

const VIEWS = ["fixed_base", "yearly"];
const UNIT = "tce";

// `name(id)` is what a plant is called; `show(scope)` turns to another scope. Without a programme there is nothing to say.
export function savings(scope, programme, name) {
  const body = h("div.savings-body");
  const lead = h("p.lead");
  const el = h("section.savings", { hidden: !programme }, h("div.section-head", {}, h("h2", {}, t("savings.title"))), lead, body);
  let drawn = "";
  const load = async () => {
    if (el.hidden) return;
    const asked = scope;
    const found = await get("/savings", { scope: asked });
    const next = JSON.stringify(found);
    if (asked !== scope || next === drawn) return; // what did not change stays under the reader's eyes
    drawn = next;
    lead.textContent = t("savings.lead", { base: found.base_year });
    const open = Boolean(body.querySelector("details[open]"));
    body.replaceChildren(...(found.years.length ? parts(found, name, open) : [h("p.empty", {}, t("savings.none"))]));
  };
  return { el, load, show(next, has = programme) { [scope, drawn] = [next, ""]; el.hidden = !has; body.replaceChildren(); } };
}

// On the tab of the targets of a plant.
export function savingsBlock(page, detail, { programme }) {
  return savings(`plant:${detail.id}`, programme, () => "");
}

const parts = (found, name, open) => [goal(found), h("div.savings-views", {}, VIEWS.map((view) => years(found, view))),
  found.scope.startsWith("plant:") ? reasons(found) : plants(found, name, open)].filter(Boolean);

// What is added up, how much of it is final, and the goal where this scope has one.
function goal(found) {
  const { cumulative, cumulative_final: final, goal_tce: wanted } = found;
  if (!cumulative) return null;
  const done = wanted && cumulative.value !== null ? cumulative.value / wanted : null;
  return h("div.cards.savings-goal", {}, h("article.card", {},
    h("h3", {}, t("savings.since", { year: found.from_year })),
    h("p.big", {}, figureButton(cumulative, { scale: false })),
    h("p.fine", {}, t(`savings.rule.${found.counts}`)),
    h("p", {}, t("savings.of_it_final"), " ", figureButton(final, { scale: false }))),
  wanted && h("article.card", {}, h("h3", {}, t("savings.goal"), found.goal_confidence === "unsure"
    && h("small.unsure", {}, ` · ${t("carbon.unsure")}`)),
    h("p.big", {}, h("span.number", {}, num(wanted, 9)), " ", h("span.unit", {}, unitText(UNIT))),
    h("p", {}, t("savings.reached", { share: percent(done, 2) })),
    h("span.goal-bar", { "aria-hidden": "true" }, h("i", { style: { width: `${100 * Math.min(1, Math.max(0, done ?? 0))}%` } })),
    h("p.fine", {}, pick(found.goal_source))));
}

// One view, a row a year.
function years(found, view) {
  const group = !found.scope.startsWith("plant:");
  const columns = ["year", "saved", group && "of_sums", "final", "total", "known"].filter(Boolean);
  const counts = view === found.counts;
  const row = (year) => {
    const more = year[`${view}_more`];
    const button = (figure) => (figure ? figureButton(figure, { scale: false, bare: true }) : num(null));
    const cells = { saved: button(year[view]), of_sums: button(more.of_sums), final: button(more.final), total: button(more.total),
      known: share(year[view].coverage) };
    const note = year[view].note && h("small", {}, keyText(year[view].note));
    return h("tr", { "data-year": year.year }, h("th", { scope: "row" }, String(year.year), year.running && h("small", {}, t("savings.so_far")), note),
      columns.slice(1).map((column) => h("td", { "data-label": t(`savings.${column}`) }, cells[column])));
  };
  return h("div.savings-view", { "data-view": view }, h("h3", {}, t(`savings.${view}`, { base: found.base_year }),
    counts && h("small", {}, ` · ${t("savings.counts")}`)),
    h("table.list.savings-years", {}, h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, t(`savings.${column}`))))),
      h("tbody", {}, found.years.map(row))));
}

// Each plant in the view that counts; who is left out says why.
function plants(found, name, open) {
  const { counts, years: every } = found;
  const row = ({ plant, years: own }) => h("tr", { "data-saved": plant },
    h("th", { scope: "row" }, h("a", { href: `#/plant/${encodeURIComponent(plant)}/targets` }, name(plant) || plant)),
    own.map((year) => h("td", { "data-label": String(year.year) }, year.reason ? h("span.fine", {}, keyText(year.reason))
      : [figureButton(year[counts], { scale: false, bare: true }), !year.final && h("span.fine", { title: t("savings.not_final") }, "*")])));
  return h("details.savings-plants", { open }, h("summary", {}, t("savings.plants", { n: found.plants.length })),
    h("p.fine", {}, t(`savings.rule.${counts}`), " · ", t("savings.star")),
    h("table.list.savings-by-plant", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("column.plant")),
      every.map((year) => h("th", { scope: "col" }, String(year.year))))), h("tbody", {}, found.plants.map(row))));
}

// Of one plant: why a year has no saving.
function reasons(found) {
  const own = found.plants[0]?.years.filter((year) => year.reason) ?? [];
  return own.length > 0 && h("p.fine", {}, own.map((year) => `${year.year}: ${keyText(year.reason)}`).join(" · "));
}
