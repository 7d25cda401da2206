// How does one plant stand: now, against its targets, in what it emits, in its carbon, and how well do its meters know it?

import { clock, get, getOnce, live } from "./api.js";
import { asOf } from "./asof.js";
import { balanceBlock } from "./balance.js";
import { carbonBlock } from "./carbon.js";
import { plantChangesBlock } from "./changes.js";
import { h } from "./dom.js";
import { eventsBlock } from "./events.js";
import { cityName, keepPointNames, loadWords } from "./figure.js";
import { exceedancesBlock } from "./exceedances.js";
import { historyBlock } from "./history.js";
import { limitsBlock } from "./limits.js";
import { noticesBlock } from "./notices.js";
import { nowBlock } from "./now.js";
import { pointsBlock } from "./points.js";
import { reportedBlock } from "./reported.js";
import { savingsBlock } from "./savings.js";
import { shortTargetsBlock, targetsBlock } from "./strip.js";
import { tabs } from "./tabs.js";
import { has, num, pick, t } from "./text.js";
import { energyTrendBlock, trendBlock } from "./trend.js";
import { errorBox, view } from "./view.js";

const REFRESH_MS = 120000;
const EVENTS_MS = 20000;

// What stands on each tab, from top to bottom. A block is `block(page, detail, plant)` and answers with what it shows (`el`)
// and how it is read anew (`load`); it may hear the live values (`now(figures)`, `latest(values)`). `page.every` rests while
// its tab is hidden. `plant` holds `points`, `programme` (or none) and `events`. A tab without a block is not shown.
const TABS = {
  now: [nowBlock, shortTargetsBlock, historyBlock],
  targets: [targetsBlock, savingsBlock, energyTrendBlock],
  emissions: [limitsBlock, noticesBlock, exceedancesBlock, reportedBlock, trendBlock],
  carbon: [carbonBlock],
  meters: [(_, __, { events }) => events, balanceBlock, pointsBlock, plantChangesBlock],
};
const WANTED = { targets: ({ programme }) => Boolean(programme), emissions: (_, detail) => detail.outlets.length > 0 };

export function plant(id, tab = "now") {
  return view(async (page) => {
    const path = encodeURIComponent(id);
    const [detail, points, programmes, , health] = await Promise.all([
      getOnce(`/plants/${path}`), getOnce(`/points?plant=${path}`), getOnce("/programmes"), loadWords(), get("/health")]);
    keepPointNames(points);
    clock.zone = detail.zone;
    if (clock.ms === null) clock.set(health.now_ms, health.speed);
    const known = { points, programme: programmes.find((p) => detail.programmes.includes(p.id)) };
    const shelf = new Map(Object.keys(TABS).map((name) => [name, []]));
    let open = tab;
    const refresh = () => Promise.all([...readNow(id, shelf), ...shelf.get(open).map((block) => block.load())]);
    known.events = asOf.set ? { el: "", load: () => null }
      : eventsBlock(page, { plant: id }, points, detail.zone, () => page.attempt(refresh));
    const items = Object.entries(TABS).filter(([name, blocks]) => blocks.length && (WANTED[name]?.(known, detail) ?? true))
      .map(([name]) => [name, t(`tab.${name}`), `#/plant/${path}/${name}`, (panel) => fill(page, panel, shelf.get(name), TABS[name],
        detail, known)]);
    const bar = tabs(t("tab.label"), items, (name) => { open = name; page.attempt(refresh); });
    leadTo(known.events.link, `#/plant/${path}/meters`, bar);
    page.go = (_, __, next = "now") => bar.show(next);
    page.append(head(detail, known.events), bar.bar, ...bar.panels);
    bar.show(tab);
    page.on(live.on("now", (event) => { if (event.plant === id) tell(shelf, "now", event.figures); }),
      live.on("latest", (event) => tell(shelf, "latest", event.values)),
      live.on("hello", () => page.attempt(refresh)));
    page.every(EVENTS_MS, known.events.load);
    page.every(REFRESH_MS, refresh);
    page.attempt(known.events.load);
  });
}

const readNow = (id, shelf) => [
  get(`/plants/${encodeURIComponent(id)}/now`).then(({ figures }) => tell(shelf, "now", figures)),
  get("/latest", { plant: id }).then((values) => tell(shelf, "latest", values))];

const tell = (shelf, what, news) => [...shelf.values()].flat().forEach((block) => block[what]?.(news));

// Builds the blocks of a tab; one that fails says so in its own place.
function fill(page, panel, shelf, blocks, detail, known) {
  const here = { ...page, every: (ms, work) => page.every(ms, () => (panel.hidden ? null : work())) };
  for (const make of blocks) {
    const block = make(here, detail, known);
    const load = async () => {
      try {
        await block.load();
      } catch (error) {
        if (!block.el.isConnected || block.loaded) throw error;
        block.el.replaceWith(errorBox(error));
      }
      block.loaded = true;
    };
    shelf.push({ ...block, load });
    panel.append(block.el);
  }
}

// The button that counts what is to be decided stands on every tab; the events themselves stand on one.
function leadTo(link, address, bar) {
  link?.addEventListener("click", () => { history.pushState(null, "", address); bar.show("meters"); }, { capture: true });
}

function head(detail, events) {
  const sector = has(`sector.${detail.sector}`) ? t(`sector.${detail.sector}`) : detail.sector;
  const facts = [cityName(detail.city), `${sector} ${detail.sector}`, t(`plant.size.${detail.size}`),
    detail.land_mu && `${num(detail.land_mu)} ${t("unit.mu")}`];
  return h("header.page-head", {}, h("div", {}, h("h1", {}, pick(detail.name)),
    h("p.lead", {}, facts.filter(Boolean).join(" · "))), events.link && h("div.side", {}, events.link));
}
