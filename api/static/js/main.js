// Which view belongs to the address? #/, #/plant/ID, #/point/PLANT/POINT, #/system

import { live } from "./api.js";
import { h } from "./dom.js";
import { overview } from "./overview.js";
import { plant } from "./plant.js";
import { point } from "./point.js";
import { asOfBand, banners, footer, topBar } from "./shell.js";
import { system } from "./system.js";
import { t } from "./text.js";

const ROUTES = { plant: (id) => plant(id), point: (plantId, id) => point(plantId, id), system: () => system() };
let current = null;
const place = h("div.place");

function route() {
  const [name, ...parts] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
  current?.dispose();
  current = (ROUTES[name] ?? overview)(...parts);
  place.replaceChildren(current.el);
  scrollTo(0, 0);
  const shown = current;
  current.ready.then(() => {
    const heading = shown.el.querySelector("h1")?.textContent;
    document.title = [heading, t("app.name")].filter(Boolean).join(" · ");
  });
}

document.body.append(topBar(), asOfBand(), banners(), place, footer());
addEventListener("hashchange", route);
live.start();
route();
