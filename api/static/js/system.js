// Is the product well, and what did it not understand?

import { clock, get, live } from "./api.js";
import { h } from "./dom.js";
import { sinksBlock } from "./sinks.js";
import { has, instantText, num, t } from "./text.js";
import { view } from "./view.js";

export function system() {
  return view(async (page) => {
    const health = h("div.cards.parts-of-health");
    const dead = h("div");
    const sinks = sinksBlock();
    page.append(h("header.page-head", {}, h("h1", {}, t("nav.system"))),
      h("section", {}, h("h2", {}, t("system.health")), health), sinks.el,
      h("section", {}, h("h2", {}, t("system.dead")), h("p.lead", {}, t("system.dead_hint")), dead));
    const show = (state) => health.replaceChildren(...healthCards(state));
    const load = async () => {
      show(await get("/health"));
      await sinks.load();
      if (!dead.dataset.paged) dead.replaceChildren(...deadLetters(await get("/dead-letters"), dead));
    };
    page.on(live.on("health", (event) => show(event.health)));
    page.every(5000, load);
    await load();
  });
}

const name = (key) => (has(`health.${key}`) ? t(`health.${key}`) : key.replaceAll("_", " "));

// Parts as cards; whatever stands outside a part goes into the last one.
function healthCards(state) {
  const entries = Object.entries(state).filter(([key]) => !["now", "now_ms", "sinks"].includes(key));
  const isPart = ([, value]) => value !== null && typeof value === "object";
  const rest = entries.filter((entry) => !isPart(entry));
  const card = (title, pairs) => h("section.card", {}, h("h3", {}, title),
    h("dl.pairs", {}, pairs.map(([key, value]) => [h("dt", {}, name(key)), h("dd", {}, shown(key, value))])));
  return [...entries.filter(isPart).filter(([, part]) => Object.keys(part).length).map(([key, part]) =>
    card(name(key), Object.entries(part))), rest.length ? card(t("health.other"), rest) : null].filter(Boolean);
}

function shown(key, value) {
  if (value === null || value === "" || (typeof value === "object" && !Object.keys(value).length)) return num(null);
  if (typeof value === "number") return key.endsWith("_ms") && value > 1e11 ? instantText(value, clock.zone) : num(value,
    Number.isInteger(value) ? 12 : 4);
  if (typeof value === "object") return h("dl.pairs", {},
    Object.entries(value).map(([k, v]) => [h("dt", {}, name(k)), h("dd", {}, shown(k, v))]));
  return has(`word.${value}`) ? t(`word.${value}`) : String(value);
}

function deadLetters({ counts, rows }, dead) {
  if (!rows.length) return [h("p.empty", {}, t("system.no_dead"))];
  const body = h("tbody", {}, rows.map(letter));
  let last = rows.at(-1).id;
  const more = h("button.plain", { type: "button", onclick: async () => {
    dead.dataset.paged = "yes"; // from now on the list stays as it is, so that nothing moves under the reader
    const next = await get("/dead-letters", { before_id: last });
    body.append(...next.rows.map(letter));
    last = next.rows.at(-1)?.id ?? 1;
    more.hidden = next.rows.length === 0;
  } }, t("nav.more"));
  const reasons = Object.entries(counts).slice(0, 12);
  return [
    h("ul.counts", {}, reasons.map(([reason, count]) => h("li", {}, h("span.number", {}, num(count)), " ", reasonText(reason)))),
    h("table.list.letters", {}, h("thead", {},
      h("tr", {}, ["received", "topic", "reason", "payload"].map((c) => h("th", { scope: "col" }, t(`system.${c}`))))),
      body),
    rows.length >= 50 ? more : "",
  ];
}

// "not a number: kwh: 'much'": the kind in the language of the page, what exactly came as it is.
function reasonText(reason) {
  const [kind, ...detail] = reason.split(": ");
  const key = `dead.${kind.toLowerCase().replace(/[^a-z0-9]+/g, "_")}`;
  return has(key) ? [h("b", {}, t(key)), detail.length > 0 && h("small", {}, detail.join(": "))] : reason;
}

function letter(row) {
  const remarks = [t("system.bytes", { n: num(row.size, 9) }), row.cut && t("system.cut"),
    row.encoding === "hex" && t("system.hex")].filter(Boolean);
  return h("tr", {},
    h("td", { "data-label": t("system.received") }, instantText(Date.parse(row.received), clock.zone)),
    h("td", { "data-label": t("system.topic") }, h("code", {}, row.topic), h("small", {}, row.source)),
    h("td", { "data-label": t("system.reason") }, reasonText(row.reason)),
    h("td", { "data-label": t("system.payload") }, h("pre", {}, row.payload), h("small", {}, remarks.join(" · "))));
}
