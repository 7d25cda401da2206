// Whose targets are shown? The programme, one of its cities or one of its sectors: a row of links.

import { h } from "./dom.js";
import { cityName } from "./figure.js";
import { has, pick, t } from "./text.js";

const MOST_LINKS = 8; // more are chosen from a list

export const sectorName = (id) => (has(`sector.${id}`) ? t(`sector.${id}`) : id);

export function scopeChooser(plants, programmes) {
  const ids = (key) => [...new Set(plants.map((plant) => plant[key]))].sort();
  const groups = [
    ["programme", programmes.map((p) => [p.id, programmes.length === 1 ? t("overview.all") : pick(p.name)])],
    ["city", ids("city").map((id) => [id, cityName(id)])],
    ["sector", ids("sector").map((id) => [id, sectorName(id)])],
  ].filter(([, members]) => members.length);
  const parts = groups.map(([kind, members]) => (members.length > MOST_LINKS ? list : links)(kind, members));
  return {
    el: h("nav.scope-nav", { "aria-label": t("overview.scope") }, parts.map((part) => part.el)),
    show: (where) => parts.forEach((part) => part.show(where)),
  };
}

const address = (kind, id) => `#/${kind}/${encodeURIComponent(id)}`;

function links(kind, members) {
  const all = members.map(([id, name]) => h("a", { href: address(kind, id), "data-id": id }, name));
  return {
    el: h("div.scope-group", {}, h("span.fine", {}, t(`scope.${kind}`)), h("div.choice", {}, all)),
    show: (where) => all.forEach((a) => (where.kind === kind && where.id === a.dataset.id
      ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current"))),
  };
}

function list(kind, members) {
  const select = h("select", { onchange: () => { location.hash = select.value; } }, h("option", { value: "#/" }, t("overview.all")),
    members.map(([id, name]) => h("option", { value: address(kind, id) }, name)));
  return {
    el: h("label.scope-group", {}, h("span.fine", {}, t(`scope.${kind}`)), select),
    show: (where) => { select.value = where.kind === kind ? address(kind, where.id) : "#/"; },
  };
}
