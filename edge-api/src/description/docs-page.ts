import { html, raw } from "hono/html";
import type { DescribedOperation, Description } from "./openapi.ts";

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #eef1f6); --soft: light-dark(#566072, #a9b3c4); --line: light-dark(#dde2ea, #343c4a); --paper: light-dark(#fbfaf7, #14181f); --card: light-dark(#fff, #1b212b); --link: light-dark(#1f5fbf, #8ab4ff) }
* { box-sizing: border-box }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif }
main, header { max-width: 960px; margin: 0 auto; padding: 24px 16px }
h1, h2 { line-height: 1.2; letter-spacing: -.01em }
h2 { margin: 40px 0 12px; text-transform: capitalize }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; list-style: none }
a { color: var(--link) }
article { margin: 0 0 12px; padding: 14px 18px; background: var(--card); border: 1px solid var(--line); border-radius: 12px }
h3 { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin: 0; font: 600 15px/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
h3 b { min-width: 4.2em }
.get { color: light-dark(#0b6b3a, #6fd39b) } .post { color: var(--link) } .put, .patch { color: light-dark(#8a5a00, #f0c060) } .delete { color: light-dark(#b3261e, #ff9a90) }
p { margin: 4px 0 } small { color: var(--soft) }
pre { overflow: auto; max-height: 420px; margin: 8px 0 0; padding: 12px; border: 1px solid var(--line); border-radius: 8px; font-size: 13px }
summary { cursor: pointer; color: var(--soft); font-size: .9rem }`;

/** The description for people: one page, no script, the same facts as `/openapi.json`. */
export function docsPage({ info, paths }: Description) {
  const all = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, described]) => ({ path, method, described })));
  const tags = [...new Set(all.map(({ described }) => described.tags[0]))].sort();
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>API of ${info.title}</title><style>${raw(STYLE)}</style></head><body>
<header><h1>${info.title} API</h1><p>${info.description} Version ${info.version}; as data in <a href="/openapi.json">openapi.json</a>.</p>
<p>Send <code>Authorization: Bearer</code> with a secret key. Every refusal is problem+json with a stable <code>code</code>, and says what to do.</p>
<nav>${tags.map((tag) => html`<a href="#${tag}">${tag}</a>`)}</nav></header>
<main>${tags.map((tag) => html`<h2 id="${tag}">${tag}</h2>${all.filter(({ described }) => described.tags[0] === tag).map(article)}`)}</main></body></html>`;
}

function article({ path, method, described }: { path: string; method: string; described: DescribedOperation }) {
  const { operationId, summary, parameters, requestBody, responses } = described;
  const query = parameters.filter(({ in: place }) => place === "query").map(({ name }) => name);
  const role = described["x-least-role"];
  const [status = "", answer] = Object.entries(responses)[0] ?? [];
  return html`<article id="${operationId}"><h3><b class="${method}">${method.toUpperCase()}</b><span>${path}</span></h3><p>${summary}</p>
<p><small>${role ? `for ${role.replace("_", " ")}s${role === "super_admin" ? "" : " and above"}` : "no secret key"}${query.length ? html` · ?${query.join(", ")}` : ""}</small></p>
${requestBody ? schema("What to send", Object.values(requestBody.content)[0]?.schema) : ""}
${schema(`What comes back with ${status}`, Object.values((answer?.content ?? {}) as Record<string, { schema: unknown }>)[0]?.schema)}</article>`;
}

function schema(title: string, json: unknown) {
  if (!json || !Object.keys(json).length) return "";
  return html`<details><summary>${title}</summary><pre tabindex="0">${JSON.stringify(json, null, 2)}</pre></details>`;
}
