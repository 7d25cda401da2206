// How does a person enter what no reading tells: an exchange, a ratio, a clock, or a whole table of them?

import { clock, post, postCsv } from "./api.js";
import { ask, settled } from "./decide.js";
import { field, numberInput, openDialog, refusal, whoAndWhy } from "./dialog.js";
import { h } from "./dom.js";
import { localField, localMs, num, pick, t, unitText } from "./text.js";

// What each kind asks for; a star marks what it cannot do without.
const KINDS = {
  swap: ["end_value", "start_value"], reset: ["end_value"], ratio: ["ratio*"], unit: ["ratio*", "to"],
  clock: ["to*", "shift*"], leave_out: ["to*"], calibration: [],
};
const REGISTER_ONLY = ["swap", "reset", "ratio"];
const MINUTE_MS = 60000;
const COLUMNS = "point,kind,at,to,end_value,start_value,ratio,shift,why";

// `points` holds what may be chosen; one point is not asked for.
export function askDeclaration(points, zone, done) {
  let chosen = points[0];
  const pointInput = h("select", { name: "point", onchange: () => { chosen = points.find((p) => p.id === pointInput.value); redo(); } },
    points.map((p) => h("option", { value: p.id }, `${pick(p.name)} (${p.id.split("/")[1]})`)));
  const kindInput = h("select", { name: "kind", onchange: () => show() });
  const own = h("div.own");
  const hint = h("p.fine", { "aria-live": "polite" });
  const show = () => {
    hint.textContent = t(`declare.${kindInput.value}_hint`);
    own.replaceChildren(...KINDS[kindInput.value].map((name) => ownField(name, chosen)));
  };
  const redo = () => {
    const kinds = Object.keys(KINDS).filter((kind) => chosen.kind === "register" || !REGISTER_ONLY.includes(kind));
    kindInput.replaceChildren(...kinds.map((kind) => h("option", { value: kind }, t(`declare.${kind}`))));
    show();
  };
  redo();
  const at = h("input", { name: "at", type: "datetime-local", step: 1, required: true,
    value: localField(Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS, zone) });
  const send = async (values) => {
    const answer = await post("/events/declare", body(values, chosen, zone));
    done();
    return settled(answer);
  };
  ask(t("events.declare"), h("p.fine", {}, t("declare.lead")), [
    points.length > 1 && field(t("point.name"), pointInput), field(t("declare.kind"), kindInput), hint,
    field(t("declare.at", { zone }), at), own, whoAndWhy()], t("declare.enter"), send);
}

function ownField(name, point) {
  const required = name.endsWith("*");
  const plain = name.replace("*", "");
  if (plain === "to") {
    return field(t("declare.to"), h("input", { name: "to", type: "datetime-local", step: 1, required }),
      required ? "" : t("declare.to_hint"));
  }
  if (plain === "shift") return field(t("declare.shift"), numberInput("shift", required), t("declare.shift_hint"));
  const label = { end_value: "value.end_in", start_value: "value.start_in", ratio: "value.ratio" }[plain];
  return field(t(label, { unit: unitText(point.unit) }), numberInput(plain, required));
}

function body({ kind, at, to, shift, who, why, ...numbers }, point, zone) {
  const given = Object.entries(numbers).filter(([name, text]) => name !== "point" && text !== "");
  return {
    point: point.id, kind, at_ms: localMs(at, zone), ...(to ? { to_ms: localMs(to, zone) } : {}),
    ...(shift ? { shift_ms: Math.round(Number(shift) * MINUTE_MS) } : {}),
    ...Object.fromEntries(given.map(([name, text]) => [name, Number(text)])), who, why,
  };
}

// A table: all of its lines, or none and the list of what is wrong with it.
export function askTable(done) {
  const [who] = whoAndWhy();
  const file = h("input", { type: "file", name: "file", accept: ".csv,text/csv", required: true });
  const wrong = h("div", { role: "alert" });
  const button = h("button.main", { type: "submit" }, t("declare.enter"));
  const el = h("form", { onsubmit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = t("ask.working");
    try {
      const name = who.querySelector("input").value.trim();
      localStorage.setItem("taihu.who", name);
      const answer = await postCsv("/events/csv", { who: name }, file.files[0]);
      if (answer.failed.length) return wrong.replaceChildren(...failedLines(answer.failed));
      done();
      dialog.say(h("p", {}, t("table.done", { n: num(answer.accepted) })));
    } catch (error) {
      wrong.replaceChildren(...refusal(error));
    } finally {
      button.disabled = false;
      button.textContent = t("declare.enter");
    }
  } }, h("p.fine", {}, t("table.lead")), h("pre.columns", {}, COLUMNS), field(t("table.file"), file, t("table.file_hint")), who,
  wrong, h("div.ask-foot", {}, h("button.plain", { type: "button", onclick: () => dialog.close() }, t("ask.cancel")), button));
  const dialog = openDialog(t("events.table"), el);
}

function failedLines(failed) {
  return [h("p.wrong", {}, t("table.failed", { n: num(failed.length) })),
    h("table.list.failed", {}, h("thead", {}, h("tr", {}, ["line", "column",
      "reason"].map((c) => h("th", { scope: "col" }, t(`table.${c}`))))),
      h("tbody", {}, failed.map((bad) => h("tr", {}, h("th", { scope: "row" }, num(bad.line, 9)),
        h("td", { "data-label": t("table.column") }, h("code", {}, bad.column)),
        h("td", { "data-label": t("table.reason") }, bad.reason)))))];
}
