// Which of the plants are wanted? A field to search, the city and the sector, and the status chosen above.

import { h } from "./dom.js";
import { cityName } from "./figure.js";
import { sectorName } from "./scopes.js";
import { shortName } from "./target.js";
import { t } from "./text.js";

export const matches = (plant, text) => !text || [plant.id, plant.name.zh, plant.name.en].some((name) => name.toLowerCase().includes(text));

// The city or sector that the address already says is not asked for again. `draw()` draws the table anew.
export function toolbar(plants, filter, count, draw, programme) {
  const search = h("input", { type: "search", "aria-label": t("overview.search"), placeholder: t("overview.search"),
    oninput: () => { filter.text = search.value.trim().toLowerCase(); draw(); } });
  const select = (key, name) => {
    const ids = [...new Set(plants.map((plant) => plant[key]))].sort();
    const el = h("select", { "aria-label": t(`scope.${key}`), onchange: () => { filter[key] = el.value; draw(); } },
      h("option", { value: "" }, t(`overview.any_${key}`)), ids.map((id) => h("option", { value: id }, name(id))));
    return el;
  };
  const lists = { city: select("city", cityName), sector: select("sector", sectorName) };
  const chosen = h("span");
  return {
    el: h("div.section-head", {}, h("h2", {}, t("overview.plants")), count, chosen,
      h("div.table-tools", {}, search, Object.values(lists))),
    within({ kind }) {
      for (const [key, list] of Object.entries(lists)) {
        list.hidden = kind === key;
        if (kind === key) filter[key] = list.value = "";
      }
    },
    show({ of, is }, clear) {
      chosen.replaceChildren(of ? h("button.plain", { type: "button", onclick: clear },
        `${shortName(of, programme())}: ${t(`status.${is}`)} ×`) : "");
    },
  };
}
