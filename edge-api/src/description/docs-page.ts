import { html, raw } from "hono/html";
import { cspHash } from "../delivery/assets.ts";
import { type DocsGroup, type DocumentedOperation, groupOperations } from "./docs-groups.ts";
import { DOCS_STYLE } from "./docs-style.ts";
import type { Description } from "./openapi.ts";
import { schemaText } from "./schema-text.ts";

/**
 * Filters operations while the reader types. Every word must occur in an operation's text. A link to an operation that the
 * filter hides clears the filter first.
 */
const SEARCH_SCRIPT = `const field = document.querySelector("#search");
const status = document.querySelector("#found");
const operations = [...document.querySelectorAll("article")].map((element) => ({ element, text: element.textContent.toLowerCase() }));
const containers = [...document.querySelectorAll("[data-group]")];
const links = [...document.querySelectorAll("nav li")];
const isEmpty = (element) => !element.querySelector("article:not([hidden])");
function filter() {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const { element, text } of operations) {
    element.hidden = !words.every((word) => text.includes(word));
    if (!element.hidden) count++;
  }
  for (const group of containers) group.hidden = isEmpty(group);
  for (const link of links) link.hidden = document.getElementById(link.firstElementChild.hash.slice(1)).hidden;
  for (const area of document.querySelectorAll("nav section")) area.hidden = !area.querySelector("li:not([hidden])");
  status.textContent = words.length ? count + " of " + operations.length + " operations" : "";
}
function showTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.closest("[hidden]")) return;
  field.value = "";
  filter();
  target.scrollIntoView();
}
field.form.hidden = false;
field.form.onsubmit = (event) => event.preventDefault();
field.oninput = filter;
addEventListener("hashchange", showTarget);
filter();`;

/** The policy of the page: it shows text, runs its search script and loads nothing. */
export const DOCS_POLICY = `default-src 'none'; script-src '${cspHash(SEARCH_SCRIPT)}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** The description for people: one page with the same facts as `/openapi.json`. Reading needs no JavaScript; searching does. */
export function docsPage(description: Description) {
  const { info } = description;
  const areas = groupOperations(description);
  const shown = new Map<string, string>();
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>API of ${info.title}</title><style>${raw(DOCS_STYLE)}</style></head><body>
<header><h1>${info.title} API</h1><p>${info.description} Version ${info.version}; as data in <a href="/openapi.json">openapi.json</a>.</p>
<p>Send <code>Authorization: Bearer</code> with a secret key. Every error is problem+json with a stable <code>code</code> and a sentence that says what to do.</p>
<form role="search" hidden><label for="search">Search operations</label><input id="search" type="search" autocomplete="off" spellcheck="false"><p id="found" role="status"></p></form></header>
<div><nav aria-label="Operations">${areas.map(
    ({ title, groups }) =>
      html`<section><h2>${title}</h2><ul>${groups.map(({ id, title: name, operations }) => html`<li><a href="#${id}">${name}</a> <small>${operations.length}</small></li>`)}</ul></section>`,
  )}</nav>
<main>${areas.map(({ title, groups }) => html`<section data-group><h2>${title}</h2>${groups.map((group) => groupHtml(group, shown))}</section>`)}</main></div>
<script>${raw(SEARCH_SCRIPT)}</script></body></html>`;
}

const groupHtml = ({ id, title, operations }: DocsGroup, shown: Map<string, string>) =>
  html`<section data-group id="${id}"><h3>${title}</h3>${operations.map((operation) => operationHtml(operation, shown))}</section>`;

/** @param shown the operation in which each long schema has been shown already; later operations link to it */
function operationHtml({ path, method, described }: DocumentedOperation, shown: Map<string, string>) {
  const { operationId, summary, parameters, requestBody, responses } = described;
  const query = parameters.filter((parameter) => parameter.in === "query");
  const [status = "", answer] = Object.entries(responses)[0] ?? [];
  const received = Object.entries((answer?.content ?? {}) as Record<string, { schema: object }>)[0];
  const sent = requestBody && Object.values(requestBody.content)[0]?.schema;
  const show = (title: string, schema: object | undefined) => schemaHtml({ title, schema, operationId, shown });
  return html`<article id="${operationId}"><h4><b class="${method}">${method.toUpperCase()}</b> <a href="#${operationId}">${path}</a></h4><p>${summary}</p>
<p><small>${operationId} · ${callerOf(described["x-least-role"])}${query.length ? ` · ?${query.map(({ name }) => name).join(", ")}` : ""}</small></p>
${show("Request body", sent)}${show(`Response ${status}${received && received[0] !== "application/json" ? `, ${received[0]}` : ""}`, received?.[1].schema)}</article>`;
}

function callerOf(role: string | undefined): string {
  if (role === undefined) return "without a secret key";
  return `for ${role.replace("_", " ")}s${role === "super_admin" ? "" : " and above"}`;
}

/** Schemas that are at least this long are shown once. */
const MIN_SHARED_LENGTH = 160;

interface ShownSchema {
  readonly title: string;
  readonly schema: object | undefined;
  readonly operationId: string;
  readonly shown: Map<string, string>;
}

function schemaHtml({ title, schema, operationId, shown }: ShownSchema) {
  if (!schema || !Object.keys(schema).length) return "";
  const text = schemaText(schema as Readonly<Record<string, unknown>>);
  const first = shown.get(text);
  if (first !== undefined) return html`<p class="same">${title}: as in <a href="#${first}">${first}</a></p>`;
  if (text.length >= MIN_SHARED_LENGTH) shown.set(text, operationId);
  return html`<details><summary>${title}</summary><pre tabindex="0">${raw(escapeText(text))}</pre></details>`;
}

/** Escapes text between tags. Quotes stay: escaped, they would be a tenth of the page. */
const escapeText = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
