// Which view belongs to the address? #/[KIND/ID], #/plant/ID[/TAB], #/point/PLANT/POINT, #/system
// Links from elsewhere say scopes as they are told there: #/KIND:ID, and #/figure/KIND:ID/PERIOD/NAME opens a figure over its page.

import { live } from "./api.js";
import { h } from "./dom.js";
import { openId } from "./explain.js";
import { overview } from "./overview.js";
import { plant } from "./plant.js";
import { point } from "./point.js";
import { asOfBand, banners, footer, topBar } from "./shell.js";
import { system } from "./system.js";
import { t } from "./text.js";

const ROUTES = { plant: (_, id, tab) => plant(id, tab), point: (_, plantId, id) => point(plantId, id), system: () => system() };
let [current, shown] = [null, ""];
const place = h("div.place");

function asked() {
  const parts = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  const figure = parts[0] === "figure" ? parts.slice(1).join("/") : "";
  const [place, ...rest] = figure ? parts.slice(1, 2) : parts;
  return { parts: [...place.split(":"), ...rest], figure };
}

function route() {
  const { parts, figure } = asked();
  const subject = ROUTES[parts[0]] ? parts.slice(0, 2).join("/") : "";
  if (current?.go && subject === shown && !figure) { // another part of what is already there
    current.go(...parts);
    return;
  }
  shown = subject;
  current?.dispose();
  current = (ROUTES[parts[0]] ?? overview)(...parts);
  place.replaceChildren(current.el);
  scrollTo(0, 0);
  const opened = current;
  current.ready.then(() => {
    if (figure) openId(figure).catch((error) => opened.el.prepend(h("p.fine", { role: "alert" }, error.message)));
    const heading = opened.el.querySelector("h1")?.textContent;
    document.title = [heading, t("app.name")].filter(Boolean).join(" · ");
  });
}

document.body.append(topBar(), asOfBand(), banners(), place, footer());
addEventListener("hashchange", route);
live.start();
route();
