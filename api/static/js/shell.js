// What stands around every view? Name, clock, state of the stream, language, what is wrong, and the way to the small print.

import { clock, get, live } from "./api.js";
import { asOf } from "./asof.js";
import { field, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { clockText, dateText, instantText, lang, localField, num, other, switchLanguage, t } from "./text.js";

const HEALTH_EVERY_MS = 5000;
const LOST_AFTER_MS = 3000; // a stream that is back at once is no news

export function brand() {
  return h("a.brand", { href: "/#/" }, h("img", { src: "/static/favicon.svg", alt: "", width: 28, height: 28 }),
    h("b", {}, t("app.name")), h("span", {}, t("app.claim")));
}

export function languageButton() {
  return h("button.plain.lang", { type: "button", lang: other === "zh" ? "zh-CN" : "en", title: t("nav.language_hint"),
    onclick: switchLanguage }, t("nav.language"));
}

export function topBar() {
  const time = h("time.clock");
  const state = h("span.live", { role: "status" });
  const show = () => {
    const word = asOf.set ? "paused" : live.state;
    state.className = `live ${word}`;
    state.replaceChildren(h("i"), t(`live.${word}`));
  };
  live.on("state", show);
  show();
  setInterval(() => { if (clock.ms !== null) time.textContent = clockText(clock.real(), clock.zone); }, 1000);
  const past = h("button.plain.as-of", { type: "button", "aria-haspopup": "dialog", "aria-pressed": String(asOf.set),
    title: t("asof.hint"), onclick: askMoment }, t("asof.button"));
  return h("header.top", {}, brand(), h("div.top-side", {}, time, state, past, languageButton()));
}

// Of which moment shall everything be told?
function askMoment() {
  const today = localField(clock.real() ?? Date.now(), clock.zone).slice(0, 10);
  const day = h("input", { type: "date", name: "day", required: true, max: today, value: asOf.day || today });
  const time = h("input", { type: "time", name: "time", value: asOf.time });
  const el = h("form", { onsubmit: (event) => {
    event.preventDefault();
    asOf.go(time.value ? `${day.value}T${time.value}` : day.value);
  } }, h("p", {}, t("asof.lead")), h("div.two", {}, field(t("asof.day"), day), field(t("asof.time"), time, t("asof.time_hint"))),
  h("div.ask-foot", {}, asOf.set && h("button.plain", { type: "button", onclick: () => asOf.go("") }, t("asof.now")),
    h("button.main", { type: "submit" }, t("asof.show"))));
  openDialog(t("asof.title"), el);
}

// The band that says that all of this is not now.
export function asOfBand() {
  if (!asOf.set) return "";
  const text = h("b");
  const show = () => {
    const ms = clock.now();
    text.textContent = t("asof.band", { moment: asOf.time ? instantText(ms, clock.zone) : t("asof.end_of",
      { day: dateText(Date.parse(`${asOf.day}T12:00:00Z`), "UTC") }) });
  };
  show();
  setInterval(show, 5000);
  return h("div.asof-band", { role: "status" }, h("span", {}, text, " ", t("asof.paused")),
    h("button.plain", { type: "button", onclick: () => asOf.go("") }, t("asof.now")));
}

export function footer() {
  return h("footer.foot", { lang: lang === "zh" ? "zh-CN" : "en" }, h("a", { href: "#/" }, t("nav.overview")),
    h("a", { href: "#/system" }, t("nav.system")), h("a", { href: "/docs" }, t("nav.api")));
}

// What a user must know before trusting the numbers below.
export function banners() {
  const el = h("div.banners", { role: "status" });
  let health = {};
  let lost = false;
  let timer = 0;
  const show = () => el.replaceChildren(...messages(health, lost).map(([kind, text, done]) =>
    h(`p.banner.${kind}`, {}, text, done === null ? null : h("progress", { max: 1, value: done, "aria-label": text }))));
  const read = async () => {
    try {
      health = await get("/health");
      clock.set(health.now_ms, health.speed ?? 1);
    } catch (error) {
      health = {};
      if (error.status) console.warn(error.message);
    }
    show();
  };
  live.on("state", (state) => {
    clearTimeout(timer);
    timer = setTimeout(() => { lost = state === "lost"; show(); }, state === "lost" ? LOST_AFTER_MS : 0);
  });
  live.on("health", (event) => { health = event.health; show(); });
  setInterval(read, HEALTH_EVERY_MS);
  read();
  return el;
}

function messages(health, lost) {
  const { import: imports = {}, collector = {}, settling = {} } = health;
  const found = [];
  if (lost && !asOf.set) found.push(["warn", t("banner.lost",
    { time: clock.ms === null ? num(null) : instantText(clock.ms, clock.zone) }), null]);
  if (imports.state === "running") found.push(["info",
    t("banner.import", { done: num(imports.done), total: num(imports.total) }), imports.total
    ? imports.done / imports.total : 0]);
  if (imports.state === "failed") found.push(["bad", t("banner.import_failed", { error: imports.error ?? "" }), null]);
  if (collector.connected === false) found.push(["warn", t("banner.broker", { error: collector.error ?? "" }), null]);
  if (settling.error) found.push(["bad", t("banner.settling", { error: settling.error }), null]);
  return found;
}
