// What did every point of a plant read last, and how long ago?

import { clock } from "./api.js";
import { h, retext } from "./dom.js";
import { carrierText } from "./figure.js";
import { age, num, pick, t, unitText } from "./text.js";

// Latest reading of every point and how old it is.
export function pointsBlock(page, detail, { points }) {
  const rows = new Map(points.filter((p) => !p.outlet).map((p) =>
    [p.id, { point: p, value: h("span.number", {}, num(null)),
    age: h("td.age", { "data-label": t("point.age") }, t("point.never")), time: null }]));
  const row = ({ point, value, age: old }) => h("tr", { "data-point": point.id },
    h("th", { scope: "row" }, h("a", { href: `#/point/${point.id}` }, pick(point.name)),
      h("small", {}, point.id.split("/")[1])),
    h("td", { "data-label": t("point.kind") }, t(`kind.${point.kind}`)),
    h("td", { "data-label": t("point.carrier") }, carrierText(point)),
    h("td", { "data-label": t("point.latest") }, value, " ", h("span.unit", {}, unitText(point.unit)),
      point.multiplier !== 1 && h("small", {}, t("point.multiplier", { n: num(point.multiplier) }))),
    old);
  const tick = () => {
    for (const r of rows.values()) {
      if (r.time === null) continue;
      const late = r.point.every_s && clock.now() - r.time > 3000 * r.point.every_s + 15000 * clock.speed;
      r.age.textContent = late ? `${age(clock.now() - r.time)} · ${t("point.late")}` : age(clock.now() - r.time);
      r.age.classList.toggle("late", Boolean(late));
    }
  };
  page.every(1000, tick);
  return {
    load: () => null,
    el: h("section", {}, h("h2", {}, t("plant.points")), h("table.list", {},
      h("thead", {}, h("tr", {}, ["name", "kind", "carrier", "latest",
        "age"].map((c) => h("th", { scope: "col" }, t(`point.${c}`))))),
      h("tbody", {}, [...rows.values()].map(row)))),
    latest(values) {
      for (const v of values) {
        const r = rows.get(v.point);
        if (!r) continue;
        r.time = v.time_ms;
        retext(r.value, v.value === null ? t("point.null") : num(v.value, 7));
      }
      tick();
    },
  };
}
