// How does the page ask, and how does it hear what changes?

import { asOf } from "./asof.js";

const BASE = "/api/v1";
// What may be asked as of a moment.
const KNOWN = new RegExp("(^|/)(now|indicators|targets|overview|why|explain|series|intervals|latest|findings|balance|carbon|trends"
  + "|exceedances|limits|loads|tax)$");

export class ApiError extends Error {
  constructor(status, { code, message, where }) {
    super(message);
    Object.assign(this, { status, code, where });
  }
}

export const get = (path, query = {}) =>
  request(path, asOf.set && KNOWN.test(path) ? { ...query, as_of: asOf.query(clock.zone) } : query);

export const post = (path, body) => request(path, {},
  { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const postCsv = (path, query, file) => request(path, query,
  { method: "POST", headers: { "Content-Type": "text/csv" }, body: file });

async function request(path, query, options = {}) {
  const pairs = Object.entries(query).flatMap(([k, v]) =>
    [v].flat().filter((x) => x !== null && x !== undefined).map((x) => [k, x]));
  let response;
  try {
    response = await fetch(`${BASE}${path}${pairs.length ? "?" : ""}${new URLSearchParams(pairs)}`, options);
  } catch (error) {
    throw new ApiError(0, { code: "unreachable", message: String(error.message), where: path });
  }
  const body = await response.json();
  if (!response.ok) throw new ApiError(response.status, body.error);
  return body;
}

const kept = new Map();

// Nouns hardly change: asked for once.
export function getOnce(path) {
  if (!kept.has(path)) kept.set(path, get(path).catch((error) => { kept.delete(path); throw error; }));
  return kept.get(path);
}

const TYPES = ["hello", "now", "latest", "settled", "health", "dropped"];
const MOVING = ["now", "latest", "settled"]; // what stands still while an earlier moment is shown

// The live stream: `on` hears one type of event until the returned function is called. `state` is live or lost.
export const live = new (class extends EventTarget {
  state = "connecting";

  start() {
    const source = new EventSource(`${BASE}/live`);
    for (const type of TYPES) {
      source.addEventListener(type, (message) => {
        if (type === "hello") this.#turn("live");
        const event = JSON.parse(message.data);
        if (MOVING.includes(type)) clock.set(event.time_ms);
        if (!asOf.set || !MOVING.includes(type)) this.dispatchEvent(new CustomEvent(type, { detail: event }));
      });
    }
    // The browser tries again by itself, except after an answer that is no stream.
    source.addEventListener("error", () => {
      this.#turn("lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(), 5000);
    });
    addEventListener("pagehide", () => source.close());
  }

  on(type, hear) {
    const listener = (event) => hear(event.detail);
    this.addEventListener(type, listener);
    return () => this.removeEventListener(type, listener);
  }

  #turn(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
})();

// The product's clock between its events, at the product's speed; `now` is the moment that is shown.
export const clock = {
  ms: null, at: 0, speed: 1, zone: "Asia/Shanghai",
  set(ms, speed = this.speed) { Object.assign(this, { ms, speed, at: performance.now() }); },
  real() { return this.ms === null ? null : this.ms + (performance.now() - this.at) * this.speed; },
  now() { return asOf.set ? Math.min(asOf.ms(this.zone), this.real() ?? Infinity) : this.real(); },
};
