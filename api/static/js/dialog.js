// How does the page ask something back? A dialog with a form; what goes wrong is said inside it.

import { h } from "./dom.js";
import { has, t } from "./text.js";

const WHO = "taihu.who";
let number = 0;

// Opens a dialog over everything; `body` is shown, and can be replaced with `say`.
export function openDialog(title, body) {
  const section = document.activeElement?.closest("section");
  const id = `dialog-${number += 1}`;
  const inside = h("div.dialog-inside", {}, body);
  const opener = document.activeElement;
  const el = h("dialog.ask", { "aria-labelledby": id, onclose: () => { el.remove(); goBack(opener, section); } },
    h("header.ask-head", {}, h("h2", { id }, title),
      h("button.close", { type: "button", "aria-label": t("nav.close"), onclick: () => el.close() }, "×")), inside);
  document.body.append(el);
  el.showModal();
  el.querySelector("form :is(input, select, textarea)")?.focus();
  return {
    close: () => el.close(),
    say(...content) {
      inside.replaceChildren(...content, h("div.ask-foot", {}, h("button.main", { type: "button", onclick: () => el.close() },
        t("nav.close"))));
      inside.querySelector(".main").focus();
    },
  };
}

// The button that asked may be gone with its event: then its section is where the reader goes on.
function goBack(opener, section) {
  const back = opener?.isConnected ? opener : section?.querySelector("h2");
  if (back?.tagName === "H2") back.tabIndex = -1;
  back?.focus({ preventScroll: true });
}

// One labelled field; the hint is read out with it.
export function field(label, input, hint = "") {
  const id = `field-${number += 1}`;
  input.id = id;
  if (hint) input.setAttribute("aria-describedby", `${id}-hint`);
  return h("div.field", {}, h("label", { for: id }, label), input, hint && h("p.fine", { id: `${id}-hint` }, hint));
}

export const numberInput = (name, required = false) =>
  h("input", { name, type: "number", step: "any", required, inputmode: "decimal" });

// Who says so, kept in this browser, and why.
export function whoAndWhy() {
  const who = h("input", { name: "who", required: true, maxlength: 200, autocomplete: "name",
    value: localStorage.getItem(WHO) ?? "" });
  const why = h("textarea", { name: "why", required: true, maxlength: 2000, rows: 2 });
  return [field(t("ask.who"), who), field(t("ask.why"), why)];
}

// A form that sends its values: `send(values)` answers with what is shown afterwards, or throws what is said in place.
export function form(lead, fields, action, send, dialog) {
  const wrong = h("div", { role: "alert" });
  const button = h("button.main", { type: "submit" }, action);
  const el = h("form", { novalidate: false, onsubmit: async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(el));
    for (const name of ["who", "why"]) if (name in values) values[name] = values[name].trim();
    if (values.who) localStorage.setItem(WHO, values.who);
    button.disabled = true;
    button.textContent = t("ask.working");
    wrong.replaceChildren();
    try {
      const after = await send(values);
      dialog().say(...after);
    } catch (error) {
      wrong.replaceChildren(...refusal(error));
    } finally {
      button.disabled = false;
      button.textContent = action;
    }
  } }, lead, fields, wrong, h("div.ask-foot", {},
    h("button.plain", { type: "button", onclick: () => dialog().close() }, t("ask.cancel")), button));
  return el;
}

// An error in the language of the page, with what exactly came and was wanted.
export function refusal(error) {
  const key = `error.${error.code}`;
  return [h("p.wrong", {}, has(key) ? t(key) : t("error.error")), h("p.fine", {}, error.message)];
}
