import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export const FAVICON = raw(
  `<link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4' fill='%231f5fbf'/></svg>">`,
);

const BASE = `
:root { color-scheme: light dark; --ink: light-dark(#1d2430, #eef1f6); --soft: light-dark(#566072, #a9b3c4); --line: light-dark(#dde2ea, #343c4a); --paper: light-dark(#fbfaf7, #14181f); --card: light-dark(#fff, #1b212b); --link: light-dark(#1f5fbf, #8ab4ff); }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif; }
main, footer, .bar { max-width: 960px; margin: 0 auto; padding: 24px 16px; }
h1, h2 { line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; }
a { color: var(--link); }
footer { color: var(--soft); font-size: .9rem; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; align-items: baseline; }
.cards { display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(260px, 1fr)); padding: 0; list-style: none; }
.cards > li { padding: 18px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.cards h2 { margin: 0 0 6px; font-size: 1.15rem; }
.cards p { margin: 0; color: var(--soft); }
`;

/** A whole page; styles and bodies come from the sites. */
export function page({
  title,
  body,
  head = "",
  style = "",
  language = "en",
}: {
  title: string;
  body: Html;
  head?: Html | string;
  style?: string;
  language?: string;
}): Html {
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title>${FAVICON}<style>${raw(BASE + style)}</style>${head}</head><body>${body}</body></html>`;
}
