import type { Addresses } from "../addresses.ts";
import { printDocumentHeaders } from "../http/frame-headers.ts";
import { cspHash } from "./assets.ts";
import { escapeHtml, inlineJson } from "./inline.ts";

export interface PrintDocument {
  readonly title: string;
  readonly locale: string;
  /** HTML as the module wrote it. */
  readonly html: string;
  /** The module's name, shown above the page. */
  readonly module: string;
}

/**
 * Parses the module's HTML in an inert document, removes elements that do not belong on a printed page, and opens the print dialog.
 * The policy already blocks all of them except `meta`, which could navigate the tab.
 */
const SCRIPT = `const { html } = JSON.parse(document.querySelector("script[type]").textContent);
const { head, body } = new DOMParser().parseFromString(html, "text/html");
const main = document.querySelector("main");
for (const part of [head, body]) {
  for (const one of part.querySelectorAll("meta,base,link,script,iframe,object,embed,form,title")) one.remove();
  main.append(...part.childNodes);
}
document.querySelector("button").onclick = () => print();
addEventListener("load", () => print());`;

const STYLE = `body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#111;background:#fff}
main{max-width:48rem;margin:0 auto;padding:1.5rem}
body>header{display:flex;gap:1rem;align-items:center;justify-content:space-between;padding:.5rem 1.5rem;background:#f2f3f5;border-bottom:1px solid #d5d8dd}
body>header p{margin:0;color:#444}
body>header button{font:inherit;padding:.35rem 1.1rem;border:1px solid #1d4ed8;border-radius:.4rem;background:#1d4ed8;color:#fff;cursor:pointer}
body>header button:focus-visible{outline:3px solid #93b4ff;outline-offset:2px}
@media print{body>header{display:none!important}main{max-width:none;padding:0}}`;

/** Renders a page to print on the installation's own origin. It can show and print its content, and nothing else. */
export function renderPrintDocument(
  { title, locale, html, module }: PrintDocument,
  addresses: Pick<Addresses, "media">,
): { body: string; headers: Record<string, string> } {
  const body = `<!doctype html><html lang="${escapeHtml(locale)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)}</title><style>${STYLE}</style><body><header lang="en"><p>Made by the module ${escapeHtml(module)}</p><button type="button">Print</button></header><main></main><script type="application/json">${inlineJson({ html })}</script><script>${SCRIPT}</script></body></html>`;
  return { body, headers: printDocumentHeaders(addresses.media, cspHash(SCRIPT)) };
}
