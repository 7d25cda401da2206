// How does each pollutant of each outlet stand against its limit?

import { clock, get } from "./api.js";
import { h, retext } from "./dom.js";
import { figureButton, pollutantName } from "./figure.js";
import { num, percent, pick, t, unitText } from "./text.js";

const at = (ms) => new Date(ms).toISOString();

// Each pollutant of each outlet: latest sample, mean over the limit's own time, limit, and what left this month.
export function outletBlock(page, detail, { points }) {
  const unit = Object.fromEntries(points.map((p) => [p.id, p.unit]));
  const rows = detail.outlets.flatMap((outlet) => Object.entries(outlet.pollutants).map(([pollutant, point]) => {
    const limit = detail.limits.find((l) => l.point === point);
    const latest = h("span.number", {}, num(null));
    const mean = h("span.number", {}, num(null));
    const use = h("div.use");
    return { outlet, pollutant, point, limit, latest, mean, use, load: figureButton() };
  }));
  const row = (r, i) => h("tr", {},
    h("th", { scope: "row" }, h("a", { href: `#/point/${r.point}` }, pollutantName(r.pollutant)),
      h("small", {}, r.pollutant),
      (i === 0 || rows[i - 1].outlet !== r.outlet) && h("span.tag", {},
        `${pick(r.outlet.name)} · ${t(`outlet.${r.outlet.medium}`)}`)),
    h("td", { "data-label": t("outlet.latest") }, r.latest, " ", h("span.unit", {}, unitText(unit[r.point]))),
    h("td", { "data-label": t("outlet.mean") }, r.mean, " ",
      h("small", {}, r.limit ? t(`outlet.mean_${r.limit.averaging}`) : "")),
    h("td", { "data-label": t("outlet.limit"), title: r.limit?.confidence === "unsure" ? t("outlet.unsure") : null },
      r.limit ? `${num(r.limit.value)} ${unitText(r.limit.unit)}` : t("outlet.no_limit"), r.limit
      && h("small", {}, r.limit.standard)),
    h("td", { "data-label": t("outlet.use") }, r.use),
    h("td", { "data-label": t("outlet.load") }, r.load));
  const columns = ["pollutant", "latest", "mean", "limit", "use", "load"];
  return {
    el: rows.length ? h("section", {}, h("h2", {}, t("plant.outlets")), h("table.list", {},
      h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`outlet.${c}`))))),
        h("tbody", {}, rows.map(row)))) : "",
    latest(values) {
      for (const r of rows) for (const v of values) if (v.point === r.point) retext(r.latest, num(v.value));
    },
    now(figures) {
      for (const r of rows) r.load.show(figures[`month_load_kg:${r.pollutant}`]);
    },
    async load() {
      await Promise.all(rows.filter((x) => x.limit).map(async (r) => {
        const step = { "1d": "day", "1h": "hour" }[r.limit.averaging] ?? "15min";
        const series = await get(`/points/${r.point}/series`, { step, from: at(clock.now() - 1000), to: at(clock.now()) });
        const mean = series.level.at(-1);
        r.mean.textContent = num(mean);
        r.use.replaceChildren(mean === null || mean === undefined ? num(null) : useBar(mean / r.limit.value));
      }));
    },
  };
}

function useBar(ratio) {
  const state = ratio > 1 ? "behind" : ratio > 0.9 ? "warn" : "met";
  return h(`span.use-bar.${state}`, {}, h("span.bar", { "aria-hidden": "true" },
    h("i", { style: { width: `${Math.min(100, 100 * ratio)}%` } })), h("span.number", {}, percent(ratio, 0)));
}
