// How does each pollutant of each outlet stand against its limit, now and over the year?

import { get } from "./api.js";
import { h, retext, svg } from "./dom.js";
import { figureButton, keepPointNames, pollutantName } from "./figure.js";
import { dateText, num, percent, pick, share, t, unitText } from "./text.js";

const COLUMNS = ["pollutant", "latest", "mean", "limit", "use", "capture", "over", "year"];
const STATES = ["met", "warn", "behind", "not_assessable"];
const GLYPHS = ["✓", "▲", "×", "○"];
const KEPT_CAPTURE = 0.75;
const DAY_MS = 86400000;

// One row a pollutant: latest sample, mean as it is compared, limit with its standard, capture rate, what was exceeded.
export function limitsBlock(page, detail, { points }) {
  const unit = Object.fromEntries(points.map((p) => [p.id, p.unit]));
  keepPointNames(detail.outlets.map((outlet) => ({ id: `${detail.id}/${outlet.id}`, name: outlet.name })));
  const latest = new Map();
  const body = h("tbody");
  const row = ({ outlet, pollutant, point }, state, first) => {
    if (!latest.has(point)) latest.set(point, h("span.number", {}, num(null)));
    const cell = (name, ...content) => h("td", { "data-label": t(`limits.${name}`) }, content);
    return h("tr", { "data-limit": point },
      h("th", { scope: "row" }, h("a", { href: `#/point/${point}` }, pollutantName(pollutant)), h("small", {}, pollutant),
        first && h("span.tag", {}, `${pick(outlet.name)} · ${t(`outlet.${outlet.medium}`)}`)),
      cell("latest", latest.get(point), " ", h("span.unit", {}, unitText(unit[point]))),
      state ? standing(state, cell, detail.zone) : [cell("mean"), cell("limit", t("outlet.no_limit")), ...["use", "capture", "over", "year"].map(
        (name) => cell(name))]);
  };
  const el = h("section.limits-block", {}, h("h2", {}, t("plant.outlets")), h("table.list.limits", {},
    h("thead", {}, h("tr", {}, COLUMNS.map((c) => h("th", { scope: "col" }, t(`limits.${c}`))))), body),
  h("p.fine", {}, t("limits.lead")));
  return {
    el,
    latest: (values) => values.forEach((v) => latest.has(v.point) && retext(latest.get(v.point), num(v.value))),
    async load() {
      const states = await get(`/plants/${encodeURIComponent(detail.id)}/limits`);
      // A point may have several limits, each with a row of its own; one without any is shown too.
      const rows = detail.outlets.flatMap((outlet) => Object.entries(outlet.pollutants).flatMap(([pollutant, point]) => {
        const mine = states.filter((state) => state.point === point);
        return (mine.length ? mine : [null]).map((state) => [{ outlet, pollutant, point }, state]);
      }));
      body.replaceChildren(...rows.map(([measured, state], i) => row(measured, state, rows[i - 1]?.[0].outlet !== measured.outlet)));
    },
  };
}

function standing(state, cell, zone) {
  const { limit, current } = state;
  const reference = limit.o2_ref === null ? "" : t("limits.at_o2", { o2: num(limit.o2_ref) });
  return [
    cell("mean", figureButton(current, { scale: false }), h("small", {}, [t(`limits.mean_${limit.averaging}`), reference].filter(Boolean)
      .join(" · "))),
    cell("limit", `${num(limit.value)} ${unitText(limit.unit)}`, h("small", {}, [limit.standard, pick(limit.class_name) || limit.class].filter(Boolean).join(" · ")),
      limit.confidence === "unsure" && h("span.tag", { title: t("outlet.unsure") }, t("limits.unsure"))),
    cell("use", useBar(state)),
    cell("capture", h(`span.number${(state.capture ?? 1) < KEPT_CAPTURE ? ".short" : ""}`, {}, share(state.capture)),
      h("small", {}, t("limits.valid_of_due", { valid: num(state.valid), due: num(state.due) }))),
    cell("over", counts(state.month, limit), h("small", {}, t("limits.this_year", { count: counts(state.year, limit) })),
      state.not_judged > 0 && h("small", {}, t("limits.idle", { n: num(state.not_judged) }))),
    cell("year", timeline(state, zone)),
  ];
}

// "3 h", "2 d": how long it was above.
export const periodsText = (n, averaging) => t(averaging === "1d" ? "limits.days" : "limits.hours",
  { n: num(n * (averaging === "1d" ? 1 : parseInt(averaging, 10) || 1)) });
const counts = (count, limit) => periodsText(count.periods, limit.averaging);

function useBar({ use, state }) {
  const label = h(`span.chip.${STATES[state]}`, {}, h("span.glyph", { "aria-hidden": "true" }, GLYPHS[state]),
    t(`limits.state_${state}`));
  if (use === null) return label;
  return h(`span.use-bar.${STATES[state]}`, {}, h("span.bar", { "aria-hidden": "true" },
    h("i", { style: { width: `${Math.min(100, 100 * use)}%` } })), h("span.number", {}, percent(use, 0)), label);
}

// The days of the year as a strip: kept, over, not known, stood.
function timeline({ days, year_start: first }, zone) {
  const start = Date.parse(`${first}T12:00:00Z`);
  const bars = [];
  for (let from = 0, to = 0; from < days.length; from = to) {
    while (days[to] === days[from] && to < days.length) to += 1;
    const span = [from, to - 1].map((day) => dateText(start + day * DAY_MS, "UTC"));
    const words = `${span[0] === span[1] ? span[0] : span.join(" – ")}: ${t(`limits.day_${days[from]}`)}`;
    // A single day over the limit shall be seen among hundreds.
    const width = days[from] === "2" ? Math.max(to - from, 2.5) : to - from;
    bars.push(svg("rect", { x: from, y: 0, width, height: 10, class: `day-${days[from]}` }, svg("title", {}, words)));
  }
  const over = [...days].filter((day) => day === "2").length;
  bars.sort((a, b) => a.classList.contains("day-2") - b.classList.contains("day-2"));
  return svg("svg", { class: "days", viewBox: `0 0 ${Math.max(365, days.length)} 10`, preserveAspectRatio: "none", role: "img",
    "aria-label": t("limits.strip", { n: num(over), zone }) }, ...bars);
}
