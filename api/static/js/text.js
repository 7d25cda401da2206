// How does a key, a number, a unit or an instant read in the chosen language?

import en from "./lang/en.js";
import zh from "./lang/zh.js";

const WORDS = { zh, en };
const KEPT = "taihu.lang";
const asked = new URLSearchParams(location.search).get("lang");
const kept = localStorage.getItem(KEPT);
const first = (navigator.language || "").startsWith("zh") ? "zh" : "en";

export const lang = [asked, kept, first].find((code) => code in WORDS);
export const other = lang === "zh" ? "en" : "zh";
export const MISSING = "—";
const MINUS = "\u2212"; // as long as a plus
document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";

const LOCALE = lang === "zh" ? "zh-CN" : "en-GB";

// The page is drawn anew: every text, chart and number format follows.
export function switchLanguage() {
  localStorage.setItem(KEPT, other);
  const url = new URL(location.href);
  url.searchParams.delete("lang");
  history.replaceState(null, "", url);
  location.reload();
}

export const has = (key) => key in WORDS[lang];

export function t(key, values = {}) {
  const text = WORDS[lang][key] ?? key.split(".").pop().replaceAll("_", " ");
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// A word of a sentence as a heading.
export const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

export const pick = (name) => (name ? name[lang] : "");

const formats = new Map();
function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat(LOCALE, options));
  return formats.get(key);
}

// Four significant digits; whole numbers from a thousand on. Missing is a dash, never 0.
export function num(value, digits = 4) {
  if (value === null || value === undefined) return MISSING;
  const whole = Math.abs(value) >= 10 ** (digits - 1);
  return format(whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits }).format(value).replace("-", MINUS);
}

// A difference: with its sign, and a true minus.
export function signed(value, digits = 4) {
  if (value === null || value === undefined) return MISSING;
  return `${value > 0 ? "+" : value < 0 ? MINUS : ""}${num(Math.abs(value), digits)}`;
}

export function percent(share, digits = 1, signed = false) {
  if (share === null || share === undefined) return MISSING;
  const options = { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits };
  if (signed) options.signDisplay = "exceptZero";
  return format(options).format(share).replace("-", MINUS);
}

// Shares near the ends must not round to them: 99.97 % known is not "100 %".
export function share(value) {
  if (value === null || value === undefined) return MISSING;
  const digits = value > 0.99 && value < 1 ? 2 : value > 0 && value < 0.01 ? 2 : 0;
  return percent(value >= 0.9999 && value < 1 ? 0.9999 : value, digits);
}

export function unitText(unit) {
  return (unit || "").split("/").map(oneUnit).join("/");
}

function oneUnit(unit) {
  const key = `unit.${unit}`;
  if (has(key)) return t(key);
  return unit.replace(/^10k_/, t("unit.10k_")).replace(/m3$/, "m\u00b3").replace(/^u(?=[gm])/, "\u00b5");
}

const LARGER = {
  kW: [1e4, "MW", 1e-3], kWh: [1e4, "MWh", 1e-3], MWh: [1e4, "GWh", 1e-3], kg: [1e4, "t", 1e-3], "kg/h": [1e4, "t/h", 1e-3],
};

// A large number in the next larger unit: [value, unit].
export function scaled(value, unit) {
  const step = LARGER[unit];
  if (!step || value === null || Math.abs(value) < step[0]) return [value, unit];
  return scaled(value * step[2], step[1]);
}

const clocks = new Map();
function clock(zone, options) {
  const key = `${zone} ${JSON.stringify(options)}`;
  if (!clocks.has(key)) clocks.set(key, new Intl.DateTimeFormat(LOCALE, { timeZone: zone, hourCycle: "h23", ...options }));
  return clocks.get(key);
}

const FOREVER_MS = 253402300799000; // 9999-12-31
const DAY = { year: "numeric", month: "2-digit", day: "2-digit" };
const TIME = { hour: "2-digit", minute: "2-digit" };
const SECONDS = { ...TIME, second: "2-digit" };
export const dateText = (ms, zone) => clock(zone, DAY).format(ms);
export const instantText = (ms, zone) => clock(zone, { ...DAY, ...TIME }).format(ms);
export const secondText = (ms, zone) => clock(zone, SECONDS).format(ms);
export const clockText = (ms, zone) => [dateText(ms, zone), clock(zone, { weekday: "short" }).format(ms),
  hourText(ms, zone)].join(" ");
export const hourText = (ms, zone) => clock(zone, TIME).format(ms);
export const monthText = (ms, zone) => clock(zone, { year: "numeric", month: "2-digit" }).format(ms);
export const monthName = (ms, zone) => clock(zone, { month: "short" }).format(ms);
export const dayOfMonth = (ms, zone) => clock(zone, { month: "numeric", day: "numeric" }).format(ms);
export const yearText = (ms, zone) => clock(zone, { year: "numeric" }).format(ms);

// From when to when; the second day only where it is another one, seconds only where minutes do not tell them apart.
export function spanText(from, to, zone) {
  if (to <= from) return instantText(from, zone);
  if (to >= FOREVER_MS) return t("span.open", { from: instantText(from, zone) });
  const same = dateText(from, zone) === dateText(to, zone);
  if (from % 60000 || to % 60000) {
    return `${dateText(from, zone)} ${secondText(from, zone)} – ${same ? "" : `${dateText(to, zone)} `}${secondText(to, zone)}`;
  }
  return `${instantText(from, zone)} – ${same ? hourText(to, zone) : instantText(to, zone)}`;
}

// Numbers of the local calendar: {year, month, day}.
export function localDate(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...DAY }).formatToParts(ms);
  return Object.fromEntries(parts.filter((p) => p.type !== "literal").map((p) => [p.type, Number(p.value)]));
}

// How far the clocks of a zone are ahead of UTC at an instant. [ms]
function offset(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...DAY, ...SECONDS }).formatToParts(ms);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts.map((p) => [p.type, Number(p.value)]));
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(ms / 1000) * 1000;
}

// "2018-09-01T08:00" as the clocks of a zone show it, to UTC milliseconds; and back, for a field of a form.
export function localMs(text, zone) {
  const wall = Date.parse(`${text}Z`);
  return wall - offset(wall - offset(wall, zone), zone);
}
export const localField = (ms, zone) => new Date(ms + offset(ms, zone)).toISOString().slice(0, 19);

const AGES = [[86400, "age.d"], [3600, "age.h"], [60, "age.min"], [1, "age.s"]];
export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [length, key] = AGES.find(([s]) => seconds >= s) ?? AGES.at(-1);
  return t(key, { n: Math.round(seconds / length) });
}

// A length of time in its two largest units: "2 h 40 min".
export function lengthText(ms) {
  const minutes = Math.round(ms / 60000);
  const [large, small, of] = minutes < 2880 ? ["age.h", "age.min", 60] : ["age.d", "age.h", 1440];
  if (minutes < 60) return age(ms);
  const rest = Math.floor((minutes % of) / (of === 60 ? 1 : 60));
  return [t(large, { n: Math.floor(minutes / of) }), rest > 0 && t(small, { n: rest })].filter(Boolean).join(" ");
}
