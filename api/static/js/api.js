// How does the page ask, and how does it hear what changes?

const BASE = "/api/v1";

export class ApiError extends Error {
  constructor(status, { code, message, where }) {
    super(message);
    Object.assign(this, { status, code, where });
  }
}

export async function get(path, query = {}) {
  const pairs = Object.entries(query).flatMap(([k, v]) =>
    [v].flat().filter((x) => x !== null && x !== undefined).map((x) => [k, x]));
  let response;
  try {
    response = await fetch(`${BASE}${path}${pairs.length ? "?" : ""}${new URLSearchParams(pairs)}`);
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

// The live stream: `on` hears one type of event until the returned function is called. `state` is live or lost.
export const live = new (class extends EventTarget {
  state = "connecting";

  start() {
    const source = new EventSource(`${BASE}/live`);
    for (const type of TYPES) {
      source.addEventListener(type, (message) => {
        if (type === "hello") this.#turn("live");
        this.dispatchEvent(new CustomEvent(type, { detail: JSON.parse(message.data) }));
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

// The product's clock between its events, at the product's speed.
export const clock = {
  ms: null, at: 0, speed: 1, zone: "Asia/Shanghai",
  set(ms, speed = this.speed) { Object.assign(this, { ms, speed, at: performance.now() }); },
  now() { return this.ms === null ? null : this.ms + (performance.now() - this.at) * this.speed; },
};
for (const type of ["now", "latest", "settled"]) live.on(type, (event) => clock.set(event.time_ms));
