// How does one target look? Change against the base year, the way done against the even pace, and a status in shape and word.

import { get } from "./api.js";
import { h } from "./dom.js";
import { figureButton, noteText, pollutantName } from "./figure.js";
import { has, num, percent, pick, share, t, unitText } from "./text.js";

const GLYPHS = { met: "✓", on_pace: "●", behind: "▼", not_assessable: "○" };
const TRACK = 1.2; // the track ends at 120 % of the way

export const glyph = (status) => h(`span.glyph.${status}`, { "aria-hidden": "true" }, GLYPHS[status]);

export function statusChip(indicator) {
  return h(`span.chip.${indicator.status}`, { title: why(indicator) }, glyph(indicator.status),
    t(`status.${indicator.status}`));
}

export function why(indicator) {
  if (!indicator.reason) return t(`status.${indicator.status}`);
  return has(`reason.${indicator.reason}`) ? t(`reason.${indicator.reason}`) : noteText(indicator.reason);
}

export const targetName = (id, programme) => pick(programme?.indicators.find((target) => target.id === id)?.name)
  || t(`figure.${id}`);

// The targets of a plant.
export function targetsBlock(page, detail, { programme }) {
  const cards = h("div.cards.targets");
  const load = async () => {
    const found = programme ? await get("/indicators", { scope: `plant:${detail.id}` }) : [];
    cards.replaceChildren(...found.map((indicator) => targetCard(indicator, programme)));
  };
  return { load, el: h("section", { hidden: !programme }, h("h2", {}, t("plant.targets")), cards) };
}

export function targetCard(indicator, programme) {
  const missing = indicator.change === null;
  const part = (p) => h("li", { title: `${pollutantName(p.id.split(":")[1])}: ${why(p)}` }, glyph(p.status),
    h("b", {}, p.id.split(":")[1]), percent(p.change, 0, true));
  return h(`article.card.target.${indicator.status}`, {},
    h("header", {}, h("h3", {}, targetName(indicator.id, programme)), statusChip(indicator)),
    h("p.change", {}, h("span.number", {}, percent(indicator.change, 1, true)),
      h("span.goal", {}, t("target.goal", { target: percent(indicator.target, 0, true) }), weakest(indicator))),
    track(indicator),
    missing || indicator.reason ? h("p.why", {}, why(indicator)) : null,
    h("p.from-to", {}, h("span.label", {}, t("target.base")),
      figureButton(indicator.base, { scale: false, bare: indicator.current.value !== null }),
      h("span.arrow", { "aria-hidden": "true" }, "→"),
      h("span.label", {}, t("target.current")), figureButton(indicator.current, { scale: false })),
    indicator.parts.length > 0 && h("ul.parts", {}, indicator.parts.map(part)),
    h("p.fine", {}, quality(indicator)));
}

// A group stands where its weakest member stands, so the change above is that member's, not the total's below.
function weakest({ parts, change }) {
  const member = change === null ? undefined : parts.find((part) => part.change === change);
  return member ? ` · ${t("target.weakest", { name: member.id.split(":")[1] })}` : "";
}

function quality({ current }) {
  const text = t("target.quality", { coverage: share(current.coverage), provisional: share(current.provisional) });
  return current.factors ? `${text} · ${current.factors}` : text;
}

function track(indicator) {
  const at = (progress) => `${100 * Math.min(1, Math.max(0, progress / TRACK))}%`;
  const done = t("target.progress", { progress: percent(indicator.progress, 0) });
  const text = `${done} · ${t("target.pace", { pace: percent(indicator.pace, 0) })}`;
  return h("div.way", {},
    h("div.track", { role: "img", "aria-label": text },
      h("div.fill", { style: { width: at(indicator.progress ?? 0) } }),
      h("div.goal-mark", { style: { left: at(1) } }),
      h("div.pace-mark", { style: { left: at(indicator.pace) } })),
    h("p.fine", {}, text));
}

// One target in a table cell.
export function targetCell(indicator) {
  if (!indicator) return h("span.target-cell", {}, num(null));
  const change = percent(indicator.change, 1, true);
  const title = [
    `${t(`status.${indicator.status}`)} · ${t("target.goal", { target: percent(indicator.target, 0, true) })}`,
    why(indicator),
    `${num(indicator.base.value)} → ${num(indicator.current.value)} ${unitText(indicator.current.unit)}`,
    quality(indicator),
  ].join("\n");
  return h("span.target-cell", { title }, glyph(indicator.status), h("span.number", {}, change),
    h("span.visually-hidden", {}, t(`status.${indicator.status}`)));
}
