// How are thousands of rows shown? Only those near the window are drawn; what is above and below keeps its room.

import { h } from "./dom.js";

const OVER = 12; // rows drawn above and below what is seen

// `row(item)` makes the row of an item; up to `most` items are drawn whole.
export function scroller(page, table, body, row, most) {
  let [list, whole, first, last, height] = [[], true, -1, -1, 0];
  const [above, below] = [h("tbody.room"), h("tbody.room")];
  const rows = (from, to) => list.slice(from, to).map(row);
  const paint = () => {
    if (whole || !table.isConnected) return;
    height ||= measure();
    const top = -table.getBoundingClientRect().top;
    const from = Math.max(0, Math.min(list.length, Math.floor(top / height)) - OVER);
    const to = Math.min(list.length, from + Math.ceil(innerHeight / height) + 2 * OVER);
    if (from === first && to === last) return;
    [first, last] = [from, to];
    above.style.height = `${from * height}px`;
    below.style.height = `${(list.length - to) * height}px`;
    fill(body, rows(from, to));
  };
  const measure = () => {
    body.replaceChildren(...rows(0, 1));
    return body.getBoundingClientRect().height || 1;
  };
  const again = () => { [first, last, height] = [-1, -1, 0]; paint(); };
  const scrolled = () => requestAnimationFrame(paint);
  addEventListener("scroll", scrolled, { passive: true });
  addEventListener("resize", again);
  page.on(() => removeEventListener("scroll", scrolled), () => removeEventListener("resize", again));
  return {
    show(next) {
      [list, whole] = [next, next.length <= most];
      table.setAttribute("aria-rowcount", String(next.length));
      if (whole) {
        above.remove();
        below.remove();
        fill(body, rows(0, list.length));
        return;
      }
      body.before(above);
      body.after(below);
      again();
    },
  };
}

// Rows that stand already are left alone, and with them what the keyboard is on.
function fill(body, rows) {
  if (body.children.length === rows.length && rows.every((row, i) => body.children[i] === row)) return;
  body.replaceChildren(...rows);
}
