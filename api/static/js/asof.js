// As of which moment is everything shown? Now, or an earlier one that stands in the address: ?as_of=2018-09-05.

import { localMs } from "./text.js";

const KEY = "as_of";
const PATTERN = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/;
const given = new URLSearchParams(location.search).get(KEY) ?? "";
const DAY_MS = 86400000;

// `text` is a date, which means its last moment, or a date with a time, both by the clocks of the plant that is shown.
export const asOf = {
  text: PATTERN.test(given) ? given : "",
  get set() { return this.text !== ""; },
  get day() { return this.text.slice(0, 10); },
  get time() { return this.text.slice(11, 16); },
  ms(zone) {
    if (this.time) return localMs(this.text, zone);
    const next = new Date(Date.parse(`${this.day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
    return localMs(`${next}T00:00`, zone) - 1;
  },
  // A date is left to the server, which ends it by each plant's own clocks.
  query(zone) { return this.time ? this.ms(zone) : this.day; },
  // Everything is loaded anew; an empty text means now.
  go(text) {
    const url = new URL(location.href);
    if (text) url.searchParams.set(KEY, text); else url.searchParams.delete(KEY);
    location.assign(url);
  },
};
