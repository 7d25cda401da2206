// What stands around every view? Name, clock, state of the stream, language, what is wrong, and the way to the small print.

import { clock, get, live } from "./api.js";
import { h } from "./dom.js";
import { clockText, instantText, lang, num, other, switchLanguage, t } from "./text.js";

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
    state.className = `live ${live.state}`;
    state.replaceChildren(h("i"), t(`live.${live.state}`));
  };
  live.on("state", show);
  show();
  setInterval(() => { if (clock.ms !== null) time.textContent = clockText(clock.now(), clock.zone); }, 1000);
  return h("header.top", {}, brand(), h("div.top-side", {}, time, state, languageButton()));
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
  if (lost) found.push(["warn", t("banner.lost",
    { time: clock.ms === null ? num(null) : instantText(clock.ms, clock.zone) }), null]);
  if (imports.state === "running") found.push(["info",
    t("banner.import", { done: num(imports.done), total: num(imports.total) }), imports.total
    ? imports.done / imports.total : 0]);
  if (imports.state === "failed") found.push(["bad", t("banner.import_failed", { error: imports.error ?? "" }), null]);
  if (collector.connected === false) found.push(["warn", t("banner.broker", { error: collector.error ?? "" }), null]);
  if (settling.error) found.push(["bad", t("banner.settling", { error: settling.error }), null]);
  return found;
}
