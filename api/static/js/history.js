// What did a plant take in by day and by month, with the base year beside it?

import { clock, get } from "./api.js";
import { barOptions, chart } from "./chart.js";
import { h } from "./dom.js";
import { localDate, pick, t } from "./text.js";
import { choice } from "./view.js";

const DAY_MS = 86400000;
const DEFAULT_BASE_YEAR = 2015; // of plants that answer to no programme
const at = (ms) => new Date(ms).toISOString();

// Days and months of one metered intake, with the base year beside the months.
export function historyBlock(page, detail, { points, programme }) {
  const baseYear = programme?.base_year ?? DEFAULT_BASE_YEAR;
  const intakes = points.filter((p) => p.carrier && ["import", "production"].includes(p.direction));
  const [days, months] = [chart("mid", t("plant.last31")), chart("mid", t("plant.by_month", { base: baseYear }))];
  let chosen = intakes[0]?.id;
  const load = async () => {
    if (!chosen) return;
    const now = clock.now();
    const { year, month } = localDate(now, detail.zone);
    const path = `/points/${chosen}/series`;
    const [byDay, byMonth, before] = await Promise.all([
      get(path, { step: "day", from: at(now - 30 * DAY_MS), to: at(now) }),
      get(path, { step: "month", from: at(Date.UTC(year, 0, 1, 12)), to: at(now) }),
      get(path, { step: "month", from: at(Date.UTC(baseYear, 0, 1, 12)), to: at(Date.UTC(baseYear, month - 1, 15)) })]);
    days.draw(barOptions(byDay, detail.zone));
    months.draw(barOptions(byMonth, detail.zone, before, [String(year), String(baseYear)]));
  };
  const chooser = choice(t("plant.choose"), intakes.map((p) => [p.id, pick(p.name)]), chosen,
    (id) => { chosen = id; page.attempt(load); });
  return {
    load,
    el: h("section", {}, h("div.section-head", {}, h("h2", {}, t("plant.history")), chooser),
      h("div.pair", {}, h("div.card", {}, h("h3", {}, t("plant.last31")), days),
        h("div.card", {}, h("h3", {}, t("plant.by_month", { base: baseYear })), months))),
  };
}
