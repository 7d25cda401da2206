// Why did a target move? A dialog: one sentence, the causes as a waterfall that ends at the change, and the meters that carry it.

import { get, getOnce } from "./api.js";
import { chart } from "./chart.js";
import { openDialog, refusal } from "./dialog.js";
import { h } from "./dom.js";
import { figureButton } from "./figure.js";
import { partName } from "./target.js";
import { capital, num, percent, pick, signed, t, unitText } from "./text.js";
import { choice } from "./view.js";
import { waterfallOptions } from "./waterfall.js";

const MOST_PARTS = 4;
const LEAST_PART = 0.02; // of its effect

// `period` is ytd, rolling12 or full_year; of a group each member can be asked too, the one that holds it back first.
export async function openWhy(scope, id, period) {
  const inside = h("div.why-dialog", { "aria-live": "polite" }, h("p.fine", {}, t("why.working")));
  const members = h("div.why-members");
  const dialog = openDialog(t("why.title"), [members, inside]);
  inside.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
  const show = async (chosen) => {
    inside.setAttribute("aria-busy", "true");
    try {
      const [why, plants] = await Promise.all([get("/why", { scope, indicator: chosen, period }), getOnce("/plants")]);
      draw(inside, why, new Map(plants.map((plant) => [plant.id, pick(plant.name)])));
    } catch (error) {
      inside.replaceChildren(...refusal(error));
    } finally {
      inside.removeAttribute("aria-busy");
    }
  };
  const found = await get("/indicators", { scope, period }).then((all) => all.find((one) => one.id === id), () => null);
  const parts = found?.parts ?? [];
  const first = parts.find((part) => part.change !== null && part.change === found.change)?.id ?? id;
  if (parts.length) {
    const options = [[id, t("why.together")], ...parts.map((part) => [part.id, partName(part.id)])];
    members.append(choice(t("why.of"), options, first, show));
  }
  await show(first);
}

function draw(inside, why, names) {
  inside.querySelector(".chart")?.dispose();
  const fall = why.effects.length ? chart("waterfall", pick(why.sentence)) : null;
  inside.replaceChildren(...[
    h("p.why-sentence", {}, pick(why.sentence)),
    ends(why),
    fall,
    why.effects.length > 0 && effects(why),
    why.meters.length > 0 && meters(why, names),
    why.notes.length > 0 && h("ul.why-notes", {}, why.notes.map((note) => h("li", { "data-note": note.key }, pick(note.text)))),
    h("p.fine", {}, t("why.method")),
  ].filter(Boolean));
  if (!fall) return;
  fall.style.height = `${2.1 * (why.effects.length + 1) + 2.4}rem`;
  fall.draw(waterfallOptions(why));
}

const ends = ({ base, current }) => h("p.from-to", {}, h("span.label", {}, t("target.base")),
  figureButton(base, { scale: false, bare: current.value !== null }), h("span.arrow", { "aria-hidden": "true" }, "→"),
  h("span.label", {}, t("target.current")), figureButton(current, { scale: false }));

const points = (share) => (share === null ? num(null) : t("why.points", { n: percent(share, 1, true).replace(/\s*%/, "") }));

function effects({ effects: all, change, base, unit }) {
  const row = (name, amount, share, parts = []) => h("tr", {}, h("th", { scope: "row" }, name),
    h("td.number", {}, points(share)), h("td.number", {}, signed(amount)),
    h("td.fine", {}, parts.filter((part) => Math.abs(part.amount) >= LEAST_PART * Math.abs(amount)).sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount)).slice(0, MOST_PARTS)
      .map((part) => `${pick(part.text)} ${signed(part.amount, 3)}`).join(" · ")));
  return h("table.list.why-effects", {}, h("thead", {}, h("tr", {}, [t("why.cause"), t("why.share"), unitText(unit), t("why.parts")]
    .map((text) => h("th", { scope: "col" }, text)))),
  h("tbody", {}, all.map((effect) => row(capital(pick(effect.name)), effect.amount, effect.share, effect.parts)),
    row(t("why.change"), change, base.value > 0 ? change / base.value : null)));
}

// Of one plant the role is enough; of several each meter says whose it is.
function meters({ scope, meters: all, base, unit }, names) {
  const whose = (meter) => (scope.startsWith("plant:") ? "" : `${names.get(meter.plant) ?? meter.plant} · `);
  const largest = Math.max(...all.map((meter) => Math.abs(meter.amount)));
  return h("section.why-meters", {}, h("h3", {}, t("why.meters")), h("ul", {}, all.map((meter) =>
    h(`li${meter.role === "internal" ? ".inside" : ""}`, { "data-point": meter.point },
      h("a", { href: `#/point/${meter.point}` }, pick(meter.name)),
      h("small", {}, `${whose(meter)}${t(`why.role.${meter.role}`)}`),
      h("span.why-bar", { "aria-hidden": "true" }, h(`i${meter.amount > 0 ? ".more" : ".less"}`,
        { style: { width: `${(100 * Math.abs(meter.amount)) / largest}%` } })),
      h("span.number", { title: `${signed(meter.amount)} ${unitText(unit)}` },
        points(base.value > 0 ? meter.amount / base.value : null))))));
}
