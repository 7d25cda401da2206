// How do the copies to other servers stand, and what did these refuse?

import { clock, get, post } from "./api.js";
import { field, form, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { age, instantText, num, t } from "./text.js";

const LOOKS = { ok: "met", waiting: "warn", stopped: "behind", off: "not_assessable" };

// {el, load}: hidden where no copy is configured.
export function sinksBlock() {
  const [targets, refused] = [h("div"), h("div")];
  const el = h("section.sinks", { hidden: true }, h("h2", {}, t("sinks.title")), h("p.lead", {}, t("sinks.hint")), targets, refused);
  const load = async () => {
    const sinks = await get("/sinks");
    el.hidden = sinks.length === 0;
    targets.replaceChildren(table("targets", ["target", "state", "oldest", "unsent", "sent", "refused", "words"],
      sinks.map((sink) => target(sink, load))));
    if (sinks.some((sink) => sink.rejected > 0)) refused.replaceChildren(...lines(await get("/sinks/rejected")));
  };
  return { el, load };
}

const table = (name, columns, rows) => h(`table.list.${name}`, {}, h("thead", {},
  h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`sinks.${c}`))), name === "targets" && h("th"))), h("tbody", {}, rows));

const cell = (column, ...content) => h("td", { "data-label": t(`sinks.${column}`) }, ...content);

function target(sink, again) {
  return h("tr", {},
    cell("target", h("b", {}, sink.name), h("small.block", {}, sink.url)),
    cell("state", h(`span.chip.${LOOKS[sink.state]}`, {}, t(`sinks.state.${sink.state}`)),
      h("small.block", {}, t("sinks.since", { moment: instantText(Date.parse(sink.since), clock.zone) }))),
    cell("oldest", sink.unsent_s > 0 ? age(sink.unsent_s * 1000) : t("sinks.all")),
    cell("unsent", num(sink.unsent, 12)), cell("sent", num(sink.sent, 12)), cell("refused", num(sink.rejected, 12)),
    cell("words", h("code", {}, sink.last_error)),
    h("td", {}, h("button.plain", { type: "button", onclick: () => resend(sink.name, again) }, t("sinks.again"))));
}

function lines({ rows }) {
  return [h("h3", {}, t("sinks.refused_lines")),
    table("refused", ["at", "target", "words", "line"], rows.map((row) => h("tr", {},
      cell("at", instantText(Date.parse(row.at), clock.zone)), cell("target", row.target), cell("words", row.reason),
      cell("line", h("pre", {}, row.line)))))];
}

// What a server lost is sent once more, from a day on or from the beginning.
function resend(name, again) {
  let dialog = null;
  const day = h("input", { name: "from", type: "date" });
  const send = async ({ from }) => {
    await post(`/sinks/${encodeURIComponent(name)}/resync`, { from: from || null });
    await again();
    return [h("p", {}, t("sinks.begun", { name }))];
  };
  dialog = openDialog(t("sinks.again_title", { name }), form(h("p.lead", {}, t("sinks.again_hint")),
    [field(t("sinks.from"), day, t("sinks.from_hint"))], t("sinks.again"), send, () => dialog));
}
