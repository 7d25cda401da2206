// What does every view have in common? It loads, it may fail, it listens, and it cleans up when another one takes its place.

import { h } from "./dom.js";
import { has, t } from "./text.js";

export function view(build) {
  const cleanups = [];
  const el = h("main", { id: "main" });
  const page = {
    el,
    append(...children) {
      el.append(...children.filter(Boolean));
      el.removeAttribute("aria-busy");
    },
    on: (...stops) => cleanups.push(...stops),
    every(ms, work) {
      const timer = setInterval(() => document.hidden || page.attempt(work), ms);
      cleanups.push(() => clearInterval(timer));
    },
    // A refresh that fails leaves what is shown; the state of the stream says that something is wrong.
    attempt: (work) => Promise.resolve(work()).catch((error) => console.warn(error.message)),
    dispose() {
      cleanups.forEach((stop) => stop());
      el.querySelectorAll(".chart").forEach((chart) => chart.dispose());
    },
  };
  el.setAttribute("aria-busy", "true");
  page.ready = build(page)
    .catch((error) => el.replaceChildren(errorBox(error)))
    .finally(() => el.removeAttribute("aria-busy"));
  return page;
}

export function errorBox(error) {
  const key = `error.${error.code}`;
  return h("section.card.error", { role: "alert" }, h("h2", {}, t("error.title")),
    h("p", {}, has(key) ? t(key) : t("error.error")),
    h("p.fine", {}, error.message), h("button.plain",
      { type: "button", onclick: () => dispatchEvent(new HashChangeEvent("hashchange")) }, t("nav.retry")));
}

// One of a few: a row of buttons that say which is pressed.
export function choice(label, options, chosen, choose) {
  const buttons = options.map(([value, text]) =>
    h("button", { type: "button", "data-value": value, "aria-pressed": String(value === chosen), onclick: () => {
      buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.value === value)));
      choose(value);
    } }, text));
  return h("div.choice", { role: "group", "aria-label": label }, buttons);
}
