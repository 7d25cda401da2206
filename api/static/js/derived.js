// Which numbers of a target are told besides its figures? Each as a figure, so that it opens like any other.

import { SHARE } from "./figure.js";
import { percent, t } from "./text.js";

const iso = (ms) => new Date(ms).toISOString();

// A number made of others: as well known as the least known of them, as provisional as the most provisional one.
function derived(name, value, unit, [from, to], formula, inputs, note = "") {
  const known = inputs.map((input) => input.coverage).filter((coverage) => coverage !== null);
  return {
    name, value, unit, from, to, formula, inputs, note,
    coverage: known.length ? Math.min(...known) : null,
    estimated: Math.max(0, ...inputs.map((input) => input.estimated)),
    provisional: Math.max(0, ...inputs.map((input) => input.provisional)),
    factors: inputs.find((input) => input.factors)?.factors ?? null,
  };
}

const span = ({ from, to }) => [from, to];
const year = ({ forecast }) => [iso(forecast.from_ms), iso(forecast.to_ms)];

export const changeFigure = ({ id, change, current, base, reason }) =>
  derived(`change:${id}`, change, SHARE, span(current), t("formula.change"), [current, base], change === null ? reason : "");

export const progressFigure = (indicator) =>
  derived(`progress:${indicator.id}`, indicator.progress, SHARE, span(indicator.current),
    t("formula.progress", { target: percent(indicator.target, 0, true) }), [changeFigure(indicator)],
    indicator.progress === null ? indicator.reason : "");

// Where the last twelve months lead: the forecast continues them. A group where every member must arrive is forecast by its
// weakest one.
const basis = ({ rolling12, forecast, parts }) => {
  const { current, base } = parts.find((part) => part.id === forecast.of)?.rolling12 ?? rolling12;
  return [current, base];
};

const METHODS = { walk: "formula.forecast", known: "formula.forecast_known", every_lowest_part: "formula.forecast_weakest" };

export const forecastFigure = (line) => derived(`forecast:${line.id}`, line.forecast.change, SHARE, year(line),
  t(METHODS[line.forecast.method] ?? "formula.forecast", { level: percent(line.forecast.level, 0), low: percent(line.forecast.change_low, 1, true),
    high: percent(line.forecast.change_high, 1, true), known: line.forecast.months_known, ahead: line.forecast.months_ahead }),
  basis(line), line.forecast.reason);

export const probabilityFigure = (line) => derived(`probability:${line.id}`, line.forecast.probability, SHARE, year(line),
  t("formula.probability", { target: percent(line.ytd.target, 0, true) }), [forecastFigure(line)], line.forecast.reason);

export const neededFigure = (line) => derived(`needed:${line.id}`, line.needed.change, SHARE, year(line),
  t("formula.needed"), basis(line));

export const perMonthFigure = (line) => derived(`needed_per_month:${line.id}`, line.needed.per_month, SHARE, year(line),
  t("formula.per_month", { months: line.needed.months }), [neededFigure(line)]);

export const budgetFigure = (line) => derived(`budget:${line.id}`, line.needed.budget, line.needed.budget_unit, year(line),
  t("formula.budget", { months: line.needed.budget_months, target: percent(line.ytd.target, 0, true) }), basis(line));
