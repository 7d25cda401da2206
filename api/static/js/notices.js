// What was told lately, of one plant or of all, and did it reach those who shall know?

import { clock, get } from "./api.js";
import { asOf } from "./asof.js";
import { h } from "./dom.js";
import { instantText, num, pick, t } from "./text.js";

const FEW = 5;
const LOOKS = { exceeded: "behind", running: "warn", warning: "warn", ended: "met", works: "met" };

// On the tab of the emissions of a plant.
export function noticesBlock(page, detail) {
  return notices({ plant: detail.id }, detail.zone);
}

// {el, load}; what was told does not change with what is known of another day.
export function notices(query = {}, zone = null) {
  const [body, lead] = [h("div"), h("p.fine")];
  const el = h("section.notices", { hidden: asOf.set }, h("h2", {}, t("notices.title")), lead, body);
  let drawn = "";
  const load = async () => {
    if (asOf.set) return;
    const found = await get("/notices", { ...query, limit: FEW });
    const next = JSON.stringify(found);
    if (next === drawn) return; // what did not change stays under the reader's eyes
    drawn = next;
    lead.textContent = t(found.webhooks.length ? "notices.lead" : "notices.nobody", { n: num(found.webhooks.length) });
    body.replaceChildren(found.rows.length ? table(found.rows, zone ?? clock.zone) : h("p.empty", {}, t("notices.none")));
  };
  return { el, load };
}

const table = (rows, zone) => h("table.list", {}, h("thead", {},
  h("tr", {}, ["time", "state", "text", "sent"].map((c) => h("th", { scope: "col" }, t(`notices.${c}`))))),
h("tbody", {}, rows.map((row) => line(row, zone))));

const cell = (name, ...content) => h("td", { "data-label": t(`notices.${name}`) }, content);

function line(row, zone) {
  return h("tr", { "data-notice": row.id }, cell("time", instantText(row.time_ms, zone)),
    cell("state", h(`span.chip.${LOOKS[row.state] ?? "not_assessable"}`, {}, t(`notices.state.${row.state}`))),
    cell("text", pick(row.text)),
    cell("sent", row.sends.length ? row.sends.map((send) => h("small.block", {}, sent(send, zone))) : t("notices.to_nobody")));
}

function sent(send, zone) {
  if (send.sent) return [h("b", {}, send.webhook), " ", instantText(Date.parse(send.sent), zone)];
  return [h("b", {}, send.webhook), " ", t(send.refused ? "notices.refused" : "notices.waiting"), " ", send.answer];
}
