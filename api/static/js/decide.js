// How does a person say what is true of one event: accept, correct, reject, or take back?

import { post } from "./api.js";
import { h } from "./dom.js";
import { field, form, numberInput, openDialog, whoAndWhy } from "./dialog.js";
import { canAmount, canExchange, consequence, eventName, monthsTable, sentence } from "./eventtext.js";
import { spanText, t, unitText } from "./text.js";


// Opens the question; `done` is called once the past is settled anew.
export function askDecision(event, decision, point, zone, done) {
  const send = async ({ who, why, ...rest }) => {
    const answer = await post("/events/decide", { point: event.point, what: event.what, from_ms: event.from_ms,
      until_ms: event.until_ms, decision, who, why, ...(decision === "correct" ? { correction: correction(rest) } : {}) });
    done();
    return settled(answer);
  };
  const fields = [decision === "correct" ? correctionFields(event, point) : null, whoAndWhy()];
  ask(`${t(`ask.${decision}`)} · ${eventName(event)}`, lead(event, zone, decision === "correct" ? t("ask.correct_lead")
    : consequence(event, decision)), fields, t(`ask.${decision}`), send);
}

export function askWithdrawal(event, decision, zone, done) {
  const send = async ({ who, why }) => {
    const answer = await post("/events/withdraw", { id: decision.id, who, why });
    done();
    return settled(answer);
  };
  ask(`${t("ask.withdraw")} · ${eventName(event)}`, lead(event, zone, t("ask.withdraw_lead")), whoAndWhy(),
    t("ask.withdraw"), send);
}

// A time whose raw readings are thinned already is settled only when somebody wants it.
export function askReopening(event, zone, done) {
  const send = async ({ who, why }) => {
    const { entry, lost } = await post("/events/reopen", { point: event.point, from_ms: event.from_ms, to_ms: event.until_ms,
      who, why });
    done();
    return [...settled(entry), h("h3", {}, t("lost.title")), h("ul.causes", {}, lost.map((key) => h("li", {}, t(`lost.${key}`))))];
  };
  ask(`${t("ask.reopen")} · ${eventName(event)}`, lead(event, zone, t("ask.reopen_lead")), whoAndWhy(), t("ask.reopen"), send);
}

export function ask(title, head, fields, action, send) {
  let dialog = null;
  dialog = openDialog(title, form(head, fields, action, send, () => dialog));
}

// What is said after the past was settled anew.
export const settled = (answer) => (answer.months === null ? [h("p", {}, t("ask.settling"))]
  : [h("p", {}, t("ask.settled")), h("h3", {}, t("months.title")), monthsTable(answer.months, answer.amount_unit)]);

const lead = (event, zone, what) => h("div.ask-lead", {},
  h("p.fine", {}, spanText(event.from_ms, event.until_ms, zone)), h("p", {}, sentence(event)), h("p.then", {}, what));

// Either the amount of the step or, for a register, where the old meter ended and the new one began.
function correctionFields(event, point) {
  const amount = field(t("value.amount_in", { unit: unitText(event.amount_unit) }), numberInput("amount"));
  const exchange = h("div.two", {},
    field(t("value.end_in", { unit: unitText(event.unit) }), numberInput("end_value"), t("value.end_hint")),
    field(t("value.start_in", { unit: unitText(event.unit) }), numberInput("start_value"), t("value.start_hint")));
  const blocks = { amount: canAmount(event, point) && amount, exchange: canExchange(event, point) && exchange };
  const open = Object.keys(blocks).filter((key) => blocks[key]);
  const show = (chosen) => open.forEach((key) => {
    blocks[key].hidden = key !== chosen;
    for (const input of blocks[key].querySelectorAll("input")) {
      input.disabled = key !== chosen;
      input.required = key === chosen;
    }
  });
  const choices = open.length < 2 ? "" : h("fieldset", {}, h("legend", {}, t("ask.known")), open.map((key, i) =>
    h("label.radio", {}, h("input", { type: "radio", name: "known", value: key, checked: i === 0,
      onchange: () => show(key) }), t(`ask.known_${key}`))));
  show(open[0]);
  return h("div.correction", {}, choices, open.map((key) => blocks[key]));
}

function correction(values) {
  const given = Object.entries(values).filter(([name, text]) => name !== "known" && text !== "");
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)]));
}
