// How is an element made? h("div.card", {title: "..."}, child, "text"): classes in the selector, everything else as attribute.

export function h(selector, attributes = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const el = document.createElement(tag || "div");
  if (classes.length) el.className = classes.join(" ");
  set(el, attributes);
  el.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

export function set(el, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(el.style, value);
    else if (value === null || value === undefined || value === false) el.removeAttribute(name);
    else el.setAttribute(name, value === true ? "" : value);
  }
  return el;
}

export function svg(tag, attributes, ...children) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, value);
  el.append(...children);
  return el;
}

const GLOW_EVERY_MS = 20000; // a value that moves every second need not say so every second
const glowed = new WeakMap();

// Puts text in place; new text glows, now and then.
export function retext(el, text) {
  if (el.textContent === text) return;
  el.textContent = text;
  const now = performance.now();
  if (now - (glowed.get(el) ?? -Infinity) < GLOW_EVERY_MS) return;
  glowed.set(el, now);
  el.classList.remove("fresh");
  void el.offsetWidth; // a class that is set again animates again only after a layout
  el.classList.add("fresh");
}
