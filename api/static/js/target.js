// How does one target look? Change against the base year, the way done, where it will end, and a status in shape and word.

import { clock } from "./api.js";
import { budgetFigure, changeFigure, forecastFigure, neededFigure, perMonthFigure, probabilityFigure, progressFigure }
  from "./derived.js";
import { h } from "./dom.js";
import { bar, figureButton, noteText, pollutantName } from "./figure.js";
import { has, localDate, percent, pick, share, t } from "./text.js";
import { interval, track } from "./track.js";

const GLYPHS = { met: "✓", on_pace: "●", behind: "▼", not_assessable: "○" };

export const glyph = (status) => h(`span.glyph.${status}`, { "aria-hidden": "true" }, GLYPHS[status]);

export function statusChip(indicator) {
  return h(`span.chip.${indicator.status}`, { title: reason(indicator) }, glyph(indicator.status),
    t(`status.${indicator.status}`));
}

export const keyText = (key) => (has(`reason.${key}`) ? t(`reason.${key}`) : noteText(key));
export const reason = (indicator) => (indicator.reason ? keyText(indicator.reason) : t(`status.${indicator.status}`));

export const targetName = (id, programme) => pick(programme?.indicators.find((target) => target.id === id)?.name)
  || t(`figure.${id}`);

export const shortName = (id, programme) => (has(`target.short.${id}`) ? t(`target.short.${id}`) : targetName(id, programme));

// "water_pollutants:COD", "co2:C31": what the part is called, and how it is written in short.
export function partName(id) {
  const tail = id.split(":")[1];
  return has(`sector.${tail}`) ? t(`sector.${tail}`) : pollutantName(tail);
}
const shortPart = (id) => (has(`sector.${id.split(":")[1]}`) ? partName(id) : id.split(":")[1]);
const goalText = (target, programme) => (target === 0 ? t("target.no_more", { base: programme.base_year }) : t("target.goal", { target: percent(target, 0, true) }));
const signedShare = (digits) => (value) => percent(value, digits, true);
const likely = (value) => (value === null ? percent(null) : value > 0.99 ? t("target.almost_sure") : value < 0.01
  ? t("target.hardly") : percent(value, 0));

// `line` is a target of GET /targets; `period` says which of its three comparisons is shown; `extra` stands at its foot.
export function targetCard(line, period, programme, { short = false, extra = null, why = null } = {}) {
  const indicator = line[period];
  return h(`article.card.target.${indicator.status}${short ? ".short" : ""}`, { "data-target": line.id },
    h("header", {}, h("h3", {}, targetName(line.id, programme)), statusChip(indicator)),
    h("p.change", {}, figureButton(changeFigure(judgedBy(indicator)), { text: signedShare(1) })),
    h("p.goal", {}, goalText(indicator.target, programme), weakest(indicator)),
    track(indicator, line.forecast),
    short ? outlook(line) : details(line, indicator), extra || why ? h("div.card-foot", {}, extra, why && whyButton(indicator, why)) : null);
}

// What fits on a wall: where it will end, and how likely that is enough.
function outlook(line) {
  const { forecast } = line;
  if (forecast.change === null) return h("p.outlook.fine", {}, reasonLine(line));
  return h("p.outlook", {}, h("span.label", {}, year(forecast)),
    figureButton(forecastFigure(line), { text: signedShare(1) }),
    h("span.label", {}, t("target.probability")), figureButton(probabilityFigure(line), { text: likely }));
}

// What is known at once of a target of many plants, from the columns of the overview: `standing` may be null.
export function earlyCard({ id, reduction }, standing, programme, { short, extra }) {
  const indicator = { ...standing, target: reduction === 0 ? 0 : -reduction, parts: [], reason: standing?.reason ?? "" };
  return h(`article.card.target.waiting${short ? ".short" : ""}${standing ? `.${standing.status}` : ""}`, { "aria-busy": "true" },
    h("header", {}, h("h3", {}, targetName(id, programme)), standing && statusChip(indicator)),
    standing && [h("p.change", {}, h("span.number", {}, percent(standing.change, 1, true))), h("p.goal", {}, goalText(indicator.target, programme)),
      track(indicator, null), h("p.fine", {}, t("target.quality", { coverage: share(standing.coverage),
        provisional: share(standing.provisional) }))],
    extra && h("div.card-foot", {}, extra));
}

const year = ({ to_ms: to }) => String(localDate(to - 1, clock.zone).year);
const reasonLine = ({ ytd, forecast }) => (ytd.status === "not_assessable" ? reason(ytd) : forecast.reason && keyText(forecast.reason));

function details(line, indicator) {
  const judged = judgedBy(indicator);
  return [
    h("p.way-text.fine", {}, indicator.target === 0 ? heldBack(indicator) : [t("target.done"), " ",
      figureButton(progressFigure(judged), { text: (v) => percent(v, 0) }), " · ",
      t("target.pace", { pace: percent(indicator.pace, 0) })]),
    indicator.reason && h("p.why", {}, reason(indicator)),
    h("dl.pairs.outlooks", {}, row(t("target.base"), figureButton(judged.base, { scale: false })),
      row(t("target.current"), figureButton(judged.current, { scale: false })), ahead(line)),
    h("p.fine.quality", { title: indicator.current.factors }, bar(indicator.current), quality(indicator)),
    parts(line, indicator),
  ];
}

const whyButton = ({ change }, why) => h("button.plain.why-button", { type: "button", "aria-haspopup": "dialog", disabled: change === null,
  onclick: why }, t("target.why"));

const row = (key, ...content) => [h("dt", {}, key), h("dd", {}, content)];

function ahead(line) {
  const { forecast, needed } = line;
  const button = (figure, text) => figureButton(figure, { text });
  if (forecast.change === null) return row(t("target.forecast"), h("span.fine", {}, reasonLine(line) || t("figure.missing")));
  return [
    row(t("target.forecast_of", { year: year(forecast) }), button(forecastFigure(line), signedShare(1)),
      h("span.fine.second", {}, interval(forecast), forecast.of && ` · ${shortPart(forecast.of)}`)),
    row(t("target.probability"), button(probabilityFigure(line), likely)),
    needed.change !== null && row(t(needed.change < 0 ? "target.needed" : "target.reserve"), button(neededFigure(line), signedShare(1)),
      needed.change < 0 && needed.per_month !== null && h("span.second", {}, button(perMonthFigure(line), signedShare(2)), " ",
        h("span.fine", {}, t("target.a_month")))),
    needed.budget !== null && row(t("target.budget"), figureButton(budgetFigure(line), { scale: false })),
  ];
}

// A group whose members all have to arrive stands where its weakest one stands: that member's figures are shown, not the sum's.
const judgedBy = (indicator) => (indicator.change === null ? undefined
  : indicator.parts.find((part) => part.change === indicator.change)) ?? indicator;

function weakest(indicator) {
  const member = judgedBy(indicator);
  return member === indicator ? "" : ` · ${t("target.weakest", { name: shortPart(member.id) })}`;
}

// Where every member stands by itself, those that hold the group back are named.
const heldBack = ({ parts: members, status }) => (status === "behind" && members.some((part) => part.status === status)
  ? `${t("status.behind")}: ${members.filter((part) => part.status === status).map((part) => shortPart(part.id)).join(", ")}` : "\u00a0");

// What the bar above it shows, in words; an estimated share only where there is one.
const quality = ({ current }) => t(current.estimated > 0 ? "figure.summary" : "target.quality",
  { coverage: share(current.coverage), estimated: share(current.estimated), provisional: share(current.provisional) });

// The members of a group: a word each, and on opening what a target says of itself.
function parts(line, indicator) {
  if (!indicator.parts.length) return null;
  const lineOf = (part) => line.parts.find((p) => p.id === part.id);
  const code = (part) => h("li", { title: `${partName(part.id)}: ${reason(part)}` }, glyph(part.status), h("b", {}, shortPart(part.id)),
    h("span.visually-hidden", {}, t(`status.${part.status}`)));
  return h("details.parts-of", { "data-parts": line.id }, h("summary", {}, h("ul.parts", {}, indicator.parts.map(code))),
    h("ul.members", {}, indicator.parts.map((part) => member(part, lineOf(part)))));
}

function member(part, line) {
  return h(`li.member.${part.status}`, {},
    h("header", {}, h("b", {}, partName(part.id)), h("span.fine", {}, part.id.split(":")[1]), statusChip(part)),
    h("p.from-to", {}, figureButton(changeFigure(part), { text: signedShare(1) }),
      figureButton(part.base, { bare: part.current.value !== null && part.base.unit === part.current.unit, scale: false }),
      h("span.arrow", { "aria-hidden": "true" }, "→"), figureButton(part.current, { scale: false })),
    track(part, line?.forecast ?? null),
    line && line.forecast.change !== null && outlook(line),
    part.reason && h("p.why", {}, reason(part)));
}
