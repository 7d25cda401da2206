// How does the programme stand, and its cities, sectors and plants? #/, #/programme/ID, #/city/ID, #/sector/ID

import { clock, get, getOnce, live } from "./api.js";
import { h } from "./dom.js";
import { cityName, loadWords } from "./figure.js";
import { notices } from "./notices.js";
import { MOST_LIVE, plantTable } from "./planttable.js";
import { savings } from "./savings.js";
import { scopeChooser, sectorName } from "./scopes.js";
import { chosenPeriod, periodChoice, strip } from "./strip.js";
import { tally } from "./tally.js";
import { num, pick, t } from "./text.js";
import { view } from "./view.js";

const MOST_LINES = 300; // plants whose targets are told with forecasts, together
const REFRESH_MS = 60000; // what is compared ends yesterday: only late readings and a new day move it

export function overview(kind = "", id = "") {
  return view(async (page) => {
    const [plants, programmes] = await Promise.all([getOnce("/plants"), getOnce("/programmes"), loadWords()]);
    clock.zone = plants[0]?.zone ?? clock.zone;
    const state = { where: place(kind, id, plants, programmes), columns: null };
    const table = plantTable(page, plants, () => state.where.programme);
    const counts = (line) => state.columns && tally(state.columns, line.id, table.inScope, table.status);
    const cards = strip(page, state.where.scope, state.where.programme, { extra: counts });
    const saved = savings(state.where.scope, state.where.programme, (plant) => pick(plants.find((one) => one.id === plant)?.name));
    const told = notices();
    const title = head(() => load());
    const chooser = scopeChooser(plants, programmes);
    table.changed = () => { cards.early(state.columns); cards.draw(); };
    const show = () => {
      title.show(state.where);
      chooser.show(state.where);
      table.within(state.where);
    };
    const columns = async () => {
      const { programme } = state.where;
      if (!programme) return;
      state.columns = await get("/overview", { programme: programme.id, period: chosenPeriod() });
      table.columns(state.columns);
      cards.early(state.columns);
      cards.draw();
    };
    const many = h("p.fine.many-plants");
    // The trees of thousands of plants are for nobody's eyes; their sums stand in the columns.
    const lines = () => {
      const count = plants.filter(state.where.has).length;
      many.textContent = count > MOST_LINES ? t("overview.many", { n: num(MOST_LINES, 9) }) : "";
      saved.el.hidden = count > MOST_LINES || !state.where.programme;
      return count > MOST_LINES ? null : Promise.all([cards.load(), saved.load()]);
    };
    const now = async () => { if (plants.length <= MOST_LIVE) table.now(await get("/now")); };
    const load = () => Promise.all([lines, columns, now, told.load].map(page.attempt));
    page.go = (nextKind = "", nextId = "") => {
      state.where = place(nextKind, nextId, plants, programmes);
      show();
      cards.show(state.where.scope);
      saved.show(state.where.scope, state.where.programme);
      if (state.columns) cards.early(state.columns);
      [lines, columns].forEach(page.attempt);
    };
    page.append(title.el, chooser.el, cards.el, many, table.el, saved.el, told.el);
    show();
    listen(page, load, table);
    await load();
    page.attempt(table.curves);
  });
}

function listen(page, load, table) {
  let read = performance.now();
  page.on(live.on("now", (event) => table.now([event])), live.on("hello", load),
    live.on("settled", () => {
      if (performance.now() - read < REFRESH_MS) return;
      read = performance.now();
      load();
    }));
  page.every(300000, table.curves);
}

// What the address means: a scope with its programme and the name that stands above.
function place(kind, id, plants, programmes) {
  const there = { city: (p) => p.city === id, sector: (p) => p.sector === id }[kind];
  const member = there && plants.find(there);
  if (member) {
    const programme = programmes.find((p) => member.programmes.includes(p.id)) ?? programmes[0];
    return { kind, id, scope: `${kind}:${id}`, programme, name: kind === "city" ? cityName(id) : sectorName(id), has: there };
  }
  const programme = programmes.find((p) => kind === "programme" && p.id === id) ?? programmes[0];
  const has = (plant) => !programme || plant.programmes.includes(programme.id) || programmes.length === 1;
  return { kind: "programme", id: programme?.id, scope: `programme:${programme?.id}`, programme, name: pick(programme?.name), has };
}

function head(again) {
  const [name, lead] = [h("h1"), h("p.lead")];
  const period = periodChoice(again);
  return {
    el: h("header.page-head", {}, h("div", {}, name, lead), h("div.side", {}, period)),
    show({ kind, programme, name: text }) {
      name.textContent = programme ? text : t("overview.no_programme");
      lead.textContent = programme ? t(`overview.${kind}`, { base: programme.base_year, target: programme.target_year }) : "";
      period.hidden = !programme;
      document.title = `${name.textContent} · ${t("app.name")}`;
    },
  };
}
