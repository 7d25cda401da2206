// Do discharges fall by more than noise? Small charts of months with Sen's line, and the verdict in words.

import { get } from "./api.js";
import { chart } from "./chart.js";
import { h } from "./dom.js";
import { figureButton, pollutantName } from "./figure.js";
import { num, percent, pick, signed, t, unitText } from "./text.js";
import { trendOptions } from "./trendchart.js";
import { choice } from "./view.js";

const GLYPHS = { falling: "↓", rising: "↑", no_trend: "≈", not_distinguishable: "±", unknown: "○" };
const ENERGY = "energy_per_value_added";
let quantity = "load";

// The trends of what a plant discharges.
export function trendBlock(page, detail) {
  const chooser = choice(t("trend.quantity"), ["load", "concentration"].map((q) => [q, t(`trend.${q}`)]), quantity,
    (chosen) => { quantity = chosen; show(); });
  const { el, show, load } = block(page, detail, t("trend.title"), chooser, (trend) => trend.quantity === quantity);
  return { el, load };
}

// The trend of energy per value added, beside its target.
export function energyTrendBlock(page, detail) {
  const { el, load } = block(page, detail, t("trend.title_energy"), null, (trend) => trend.quantity === ENERGY);
  return { el, load };
}

function block(page, detail, title, chooser, wanted) {
  const cards = h("div.trends");
  let found = null;
  const shown = new Map();
  const show = () => {
    cards.querySelectorAll(".chart").forEach((one) => one.dispose());
    shown.clear();
    const trends = (found?.trends ?? []).filter((trend) => wanted(trend) && trend.test.n > 0);
    cards.replaceChildren(...trends.map((trend) => card(trend, found, detail)));
    el.hidden = found !== null && trends.length === 0;
  };
  const load = async () => {
    const next = await get(`/plants/${encodeURIComponent(detail.id)}/trends`);
    // Whole months change once a month; a refresh that brings the same leaves the charts alone.
    if (JSON.stringify(next) === JSON.stringify(found)) return;
    found = next;
    show();
  };
  const el = h("section.trend-block", {}, h("div.section-head", {}, h("h2", {}, title), chooser), cards,
    h("p.fine", {}, t("trend.lead")));
  return { el, show, load };
}

function card(trend, found, detail) {
  const name = [trend.pollutant ? pollutantName(trend.pollutant) : t("trend.energy"), pick(trend.outlet_name)].filter(Boolean).join(" · ");
  const curve = chart("trend", `${name}: ${t(`trend.verdict.${trend.verdict}`)}`);
  curve.draw(trendOptions(trend, detail.zone));
  return h(`section.card.trend-card.trend-${trend.verdict}`, { "data-trend": `${trend.quantity}:${trend.pollutant ?? ""}` },
    h("header", {}, h("h3", {}, name, trend.pollutant && h("small", {}, trend.pollutant)), h("span.chip.trend-chip", {},
      h("span.glyph", { "aria-hidden": "true" }, GLYPHS[trend.verdict]), t(`trend.verdict.${trend.verdict}`))),
    curve, words(trend, found), rests(trend));
}

// What the test says, as a sentence; the slope opens to the months it comes from.
function words(trend, found) {
  const { test } = trend;
  if (test.slope === null) return h("p", {}, t("trend.too_short", { n: test.n }));
  const range = [percentOr(test.low_share, test.low), percentOr(test.high_share, test.high)];
  return h("p.trend-words", {}, figureButton(slopeFigure(trend), { scale: false, text: () => percentOr(test.slope_share, test.slope) }),
    ` ${t("trend.per_year", { base: found.base_year })} `, h("span.fine", {}, t("trend.interval",
      { level: percent(found.level, 0), low: range[0], high: range[1], p: pText(test.p) })),
    trend.total && h("span.trend-total", {}, t("trend.total", { change: percent(trend.total.change, 1, true),
      target: percent(trend.total.target, 0, true), base: found.base_year }), " ", h(`span.chip.${trend.total.status}`, {},
      t(`status.${trend.total.status}`))));
}

const percentOr = (share, value) => (share === null ? signed(value) : percent(share, 1, true));
const pText = (p) => (p < 0.001 ? `< ${num(0.001)}` : `= ${num(p, 2)}`);

// What it rests on, and what to keep in mind.
function rests(trend) {
  const { test } = trend;
  const facts = [t("trend.months", { n: test.n }), trend.stretched > 0.005 && t("trend.stretched", { share: percent(trend.stretched) }),
    trend.estimated > 0.005 && t("trend.estimated", { share: percent(trend.estimated, 0) }),
    trend.censored > 0 && t("trend.censored", { share: percent(trend.censored, 0) }),
    trend.error_percent !== null && t(trend.error_sure ? "trend.error" : "trend.error_unsure", { error: num(trend.error_percent) })];
  const notes = trend.notes.filter((note) => note !== "too_short").map((note) => t(`trend.note.${note}`,
    { plain: pText(test.p_plain), dependent: test.p_correlated === null ? "" : pText(test.p_correlated), lag: num(test.lag1, 2) }));
  return h("details.trend-rests", {}, h("summary.fine", {}, facts.filter(Boolean).join(" · ")),
    h("ul.fine", {}, notes.map((note) => h("li", {}, note)), test.p_correlated !== null && h("li", {}, t("trend.both",
      { plain: pText(test.p_plain), dependent: pText(test.p_correlated), counts: t(`trend.${test.counts}`) }))));
}

// The slope as a figure: its months as inputs.
function slopeFigure(trend) {
  const { months, test, pollutant, unit } = trend;
  const instant = (ms) => new Date(ms).toISOString();
  const common = { estimated: 0, provisional: 0, factors: null, formula: "", inputs: [], note: "", scope: "" };
  const input = (month) => ({ ...common, name: `month:${month.month}`, value: month.value, unit,
    from: instant(month.start_ms), to: instant(month.end_ms), coverage: month.known, estimated: month.estimated });
  return { ...common, name: `sen_slope:${pollutant ?? ENERGY}`, value: test.slope, unit: `${unit}/a`,
    from: instant(months[0].start_ms), to: instant(months.at(-1).end_ms), coverage: 1 - trend.stretched,
    estimated: trend.estimated, formula: "median((xⱼ − xᵢ) / (j − i))", inputs: months.map(input).filter((m) => m.value !== null) };
}
