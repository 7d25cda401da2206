// How does a view show one of several panels? A row of links that say which one is open; arrow keys go from one to the next.

import { h } from "./dom.js";

// `items` are [name, text, address, build]; `build(panel)` fills a panel when it is first shown, `shown(name)` hears of every time.
export function tabs(label, items, shown = () => null) {
  const panels = new Map(items.map(([name]) => [name, h("div.panel-of-tab", { role: "tabpanel", id: `panel-${name}`,
    "aria-labelledby": `tab-${name}`, hidden: true })]));
  const links = items.map(([name, text, href]) => h("a.tab", { role: "tab", id: `tab-${name}`, href, "data-tab": name,
    "aria-controls": `panel-${name}` }, text));
  const bar = h("div.tabs", { role: "tablist", "aria-label": label, onkeydown: (event) => step(event, links) }, links);
  const built = new Set();
  const show = (wanted) => {
    const name = panels.has(wanted) ? wanted : items[0][0];
    for (const [key, panel] of panels) panel.hidden = key !== name;
    for (const link of links) {
      const chosen = link.dataset.tab === name;
      link.setAttribute("aria-selected", String(chosen));
      link.tabIndex = chosen ? 0 : -1;
      if (chosen) link.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
    if (!built.has(name)) {
      built.add(name);
      items.find(([key]) => key === name)[3](panels.get(name));
    }
    shown(name);
  };
  return { bar, panels: [...panels.values()], show };
}

// As in the tab pattern of WAI-ARIA: arrows move and open, Home and End go to the ends.
function step(event, links) {
  const at = links.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: links.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const link = links[(to + links.length) % links.length];
  link.focus();
  location.hash = link.hash;
}
