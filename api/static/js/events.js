// What is doubtful about these meters, who decides it, and what was decided before?

import { asOf } from "./asof.js";
import { get } from "./api.js";
import { askDecision, askReopening, askWithdrawal } from "./decide.js";
import { askDeclaration, askTable } from "./declare.js";
import { h } from "./dom.js";
import { amount, canAmount, eventName, hasStep, monthsTable, sentence, stateChip, valuesText } from "./eventtext.js";
import { instantText, num, pick, spanText, t, unitText } from "./text.js";
import { choice } from "./view.js";

const STATES = ["open", "decided", "declared", "all"];
const SHOWN = 20;
const MOST = 500;
const FEW = 3;
const DECISIONS = ["accept", "correct", "reject"];

// The events of a plant or of one point: `query` says which. `changed` hears that the past was settled anew.
export function eventsBlock(page, query, points, zone, changed) {
  const byId = new Map(points.map((p) => [p.id, p]));
  const many = points.length > 1;
  const [list, history, count] = [h("ol.events"), h("div.history"), h("span.count", { hidden: true })];
  // How many wait for somebody, and the way to them.
  const link = h("button.plain.open-events", { type: "button", hidden: true,
    onclick: () => { el.scrollIntoView({ block: "start" }); el.querySelector("button")?.focus({ preventScroll: true }); } });
  const more = h("button.plain", { type: "button", hidden: true, onclick: () => { shown += SHOWN; show(); } }, t("nav.more"));
  let [state, shown, entries, drawn] = ["open", SHOWN, [], ""];
  const again = () => { page.attempt(load); changed(); };
  const row = (event) => eventRow(event, byId.get(event.point), many, zone, again);
  const show = () => {
    const chosen = entries.filter((e) => wanted(e, state));
    const open = entries.filter((e) => e.state === "open").length;
    link.textContent = count.textContent = t("events.open", { n: `${num(open)}${entries.length < MOST ? "" : "+"}` });
    link.hidden = count.hidden = open === 0;
    list.replaceChildren(...chosen.slice(0, shown).map(row));
    if (!chosen.length) list.replaceChildren(h("li.empty", {}, t(`events.none_${state}`)));
    more.hidden = chosen.length <= shown;
    history.replaceChildren(...historyTable(entries, many ? byId : null, zone, again));
  };
  const load = async () => {
    const found = await get("/events", { ...query, limit: MOST });
    const text = JSON.stringify(found);
    if (text === drawn) return; // what did not change stays under the reader's hands
    [entries, drawn] = [found, text];
    show();
  };
  const declarable = points.filter((p) => !p.outlet);
  const actions = h("div.actions", {},
    declarable.length > 0 && h("button.plain", { type: "button", onclick: () => askDeclaration(declarable, zone, again) },
      t("events.declare")),
    h("button.plain", { type: "button", onclick: () => askTable(again) }, t("events.table")));
  const el = h("section.events-block", { id: "events" },
    h("div.section-head", {}, h("h2", {}, t("events.title"), count),
      choice(t("events.which"), STATES.map((s) => [s, t(`events.${s}_only`)]), state,
        (chosen) => { [state, shown] = [chosen, SHOWN]; show(); }), actions),
    list, more, h("h2.after", {}, t("history.title")), history);
  return { el, link, load };
}

const wanted = (event, state) => state === "all" || event.state === state
  || (state === "decided" && ["accepted", "corrected", "rejected"].includes(event.state));

function eventRow(event, point, many, zone, again) {
  const name = eventName(event);
  const button = (decision) => h("button.plain", { type: "button", "data-decision": decision,
    "aria-label": `${t(`ask.${decision}`)}: ${name}, ${spanText(event.from_ms, event.until_ms, zone)}`,
    onclick: () => askDecision(event, decision, point, zone, again) }, t(`ask.${decision}`));
  const said = event.decision;
  const late = event.what === "late_for_closed";
  const doubt = !event.what.startsWith("declared:") && !late;
  return h("li.event.card", { "data-event": event.id, "data-what": event.what, "data-state": event.state },
    h("div.event-when", {}, h("b", {}, spanText(event.from_ms, event.until_ms, zone)),
      many && h("a", { href: `#/point/${event.point}` }, pick(point.name))),
    h("div.event-what", {}, h("h3", {}, name, " ", stateChip(event.state)), h("p", {}, sentence(event)),
      said && h("p.fine", {}, t("history.line", { who: said.who, at: instantText(said.at_ms, zone), why: said.why }), " ",
        valuesText(said, event))),
    h("dl.event-numbers", {}, event.before !== null && doubt && event.after !== null && [h("dt", {}, t("events.readings")),
      h("dd", {}, `${num(event.before, 9)} → ${num(event.after, 9)} `, h("span.unit", {}, unitText(event.unit)))],
      doubt && hasStep(event) && [h("dt", {}, t("events.effect")), h("dd", {}, h("b", {}, amount(event.effect, event.amount_unit)))]),
    late && !asOf.set && h("div.event-actions", {}, h("button.plain", { type: "button",
      onclick: () => askReopening(event, zone, again) }, t("ask.reopen"))),
    doubt && !asOf.set && point && h("div.event-actions", {}, DECISIONS.filter((d) => d !== "correct" || canAmount(event, point)).map(button)));
}

// Everything that was ever said, newest first: who, when, why, before and after; what stands can be taken back.
function historyTable(entries, byId, zone, again) {
  const rows = entries.flatMap((event) => event.history.map((said, i) =>
    ({ event, said, last: i === event.history.length - 1 }))).sort((a, b) => b.said.id - a.said.id);
  if (!rows.length) return [h("p.empty", {}, t("history.none"))];
  const columns = ["when", "what", "about", "why", "changed"];
  return [h("table.list.decisions", {}, h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`history.${c}`))),
    h("td"))), h("tbody", {}, rows.map((row) => historyRow(row, byId, zone, again))))];
}

function historyRow({ event, said, last }, byId, zone, again) {
  const stands = !said.withdrawn && said.decision !== "withdraw" && event.what !== "declared:reopen";
  const name = byId?.get(event.point)?.name;
  const gone = said.withdrawn && said.decision !== "withdraw";
  return h(`tr${gone ? ".gone" : ""}`, { "data-decision": said.decision },
    h("th", { scope: "row" }, instantText(said.at_ms, zone), h("small", {}, said.who)),
    h("td", { "data-label": t("history.what") }, t(`history.${said.decision}`), gone && h("small", {}, t("history.gone")),
      h("small.block", {}, valuesText(said, event))),
    h("td", { "data-label": t("history.about") }, eventName(event), h("small.block", {}, name ? `${pick(name)} · ` : "",
      spanText(event.from_ms, event.until_ms, zone)),
      event.before !== null && h("small.block", {}, `${num(event.before, 9)} → ${num(event.after, 9)} ${unitText(event.unit)}`)),
    h("td", { "data-label": t("history.why") }, said.why),
    h("td", { "data-label": t("history.changed") }, last && event.months?.length ? h("details", { open: event.months.length <= FEW },
      h("summary", {}, t("history.months", { n: num(event.months.length) })), monthsTable(event.months, event.amount_unit)) : num(null)),
    h("td", {}, stands && !asOf.set && h("button.plain", { type: "button", "aria-label": `${t("ask.withdraw")}: ${eventName(event)}`,
      onclick: () => askWithdrawal(event, said, zone, again) }, t("ask.withdraw"))));
}
