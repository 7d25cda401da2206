// Which requests does the API answer? Drawn from its own description, without anybody else's scripts.

import { h } from "./dom.js";
import { brand, languageButton } from "./shell.js";
import { t } from "./text.js";

const description = "/api/v1/openapi.json";
const api = await (await fetch(description)).json();

const resolve = (schema) => (schema?.$ref ? api.components.schemas[schema.$ref.split("/").at(-1)] : schema);

function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" | ");
  if (schema.type === "array") return `${typeName(schema.items)}[]`;
  if (schema.enum) return schema.enum.join(" | ");
  return schema.type ?? "";
}

// `names` in a description stand as code.
const prose = (text) => (text ?? "").split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

const example = (schema) => (schema?.examples?.length ? h("code", {}, JSON.stringify(schema.examples[0])) : "");

function parameters(list = []) {
  if (!list.length) return "";
  return [h("h4", {}, t("docs.parameters")), h("table.list", {}, h("tbody", {}, list.map((p) => h("tr", {},
    h("th", { scope: "row" }, h("code", {}, p.name), p.required && h("small", {}, t("docs.required"))),
    h("td", {}, typeName(p.schema)), h("td", {}, prose(p.description)), h("td", {}, example(p.schema))))))];
}

function fields(schema, seen = [], key = "docs.answer") {
  const named = schema?.items ?? schema;
  const found = resolve(named);
  const title = typeName(named);
  if (!found?.properties || seen.includes(title)) return "";
  return h("details", {}, h("summary", {}, `${t(key)}: `, h("code", {}, typeName(schema))),
    h("table.list", {}, h("tbody", {}, Object.entries(found.properties).map(([name, field]) => h("tr", {},
      h("th", { scope: "row" }, h("code", {}, name)), h("td", {}, typeName(field)),
      h("td", {}, prose(field.description), fields(field, [...seen, title])), h("td", {}, example(field)))))));
}

// What an example is about: a plant and a point that are there.
async function nouns() {
  const points = await (await fetch("/api/v1/points")).json();
  const [plant, point] = (points[0]?.id ?? "").split("/");
  return { plant, point, scope: plant && `plant:${plant}` };
}

// An address that can be opened: every required parameter by what is there, or by its example. "" where one is missing.
function address(path, { parameters: list = [] }) {
  const needed = list.filter((p) => p.required);
  const value = (p) => there[p.name] ?? p.schema.examples?.[0] ?? p.schema.items?.examples?.[0];
  if (needed.some((p) => !value(p))) return "";
  const filled = needed.filter((p) => p.in === "path").reduce((text, p) => text.replace(new RegExp(`\\{${p.name}(:path)?\\}`),
    encodeURIComponent(value(p))), path);
  const query = new URLSearchParams(needed.filter((p) => p.in === "query").map((p) => [p.name, value(p)]));
  return filled + (query.size ? `?${query}` : "");
}

function operation(path, method, op) {
  const stream = Object.keys(op.responses["200"]?.content ?? {}).includes("text/event-stream");
  const open = method === "get" && !stream ? address(path, op) : "";
  return h("article.card.operation", {},
    h("h3", {}, h("span.method", {}, method.toUpperCase()), h("code", {}, path),
      open && h("a", { href: open, target: "_blank", title: decodeURIComponent(open) }, t("docs.try"))),
    h("p", {}, prose(op.description ?? op.summary)), parameters(op.parameters),
      fields(op.requestBody?.content?.["application/json"]?.schema, [], "docs.body"),
      fields(op.responses?.["200"]?.content?.["application/json"]?.schema));
}

const there = await nouns();
const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, op]) => ({ path, method, op })));
document.title = `${t("docs.title")} · ${t("app.name")}`;
document.body.append(
  h("header.top", {}, brand(), h("div.top-side", {}, languageButton())),
  h("main.docs", {}, h("header.page-head", {},
    h("div", {}, h("h1", {}, t("docs.title")), h("p.lead", {}, api.info.description)),
    h("a", { href: description }, t("docs.schema"))),
    api.tags.map((tag) => h("section", {}, h("h2", {}, tag.name), h("p.lead", {}, tag.description),
      operations.filter(({ op }) => op.tags?.includes(tag.name)).map(({ path, method, op }) =>
        operation(path, method, op))))));
