import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#241f33, #f1eefa); --soft: light-dark(#655d7a, #b3abc8); --line: light-dark(#e2ddec, #3b3450); --paper: light-dark(#faf8ff, #16121f); --card: light-dark(#fff, #1f1a2b); --main: light-dark(#5a3fd6, #b5a2ff); --on-main: light-dark(#fff, #16121f); --warn: light-dark(#8f1d2c, #ff9aa8); }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif; }
.label { margin: 0; padding: 8px 16px; text-align: center; font-weight: 600; color: #3a2c00; background: #ffd84d; }
main { max-width: 640px; margin: 0 auto; padding: 24px 16px 64px; }
main.wide { max-width: 1080px; }
h1, h2 { line-height: 1.2; letter-spacing: -.01em; text-wrap: balance; }
section { padding: 20px; margin: 0 0 16px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow-x: auto; }
section > :first-child { margin-top: 0; } section > :last-child { margin-bottom: 0; }
.price { font-size: 1.6rem; font-weight: 700; } .soft { color: var(--soft); } .warn { color: var(--warn); font-weight: 600; }
label { display: block; margin: 12px 0; } fieldset { margin: 16px 0; padding: 8px 16px; border: 1px solid var(--line); border-radius: 10px; }
input[type=email], input[type=text], select { display: block; width: 100%; padding: 10px; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; }
button { padding: 10px 18px; font: inherit; font-weight: 600; color: var(--on-main); background: var(--main); border: 0; border-radius: 10px; cursor: pointer; }
button.pay { width: 100%; padding: 14px; font-size: 1.1rem; } :focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
form.inline { display: inline-block; margin: 4px 8px 4px 0; } table { border-collapse: collapse; width: 100%; } th, td { padding: 6px 10px 6px 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; } a { color: var(--main); }
`;

/** A whole page. Its first line says that nothing is real. */
export function page(title: string, body: Html, isWide = false): Html {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><link rel="icon" href="data:,"><style>${raw(STYLE)}</style></head><body><p class="label">Lemon Squeezy mock: nothing here is real, and no money moves.</p><main class="${isWide ? "wide" : ""}">${body}</main></body></html>`;
}

export const priceIn = (cents: number, currency: string): string => new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(cents / 100);

export const dayOf = (moment: number): string =>
  new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** The test cards and their behaviour. */
export const CARDS = [
  ["good", "Visa ending in 4242: pays"],
  ["declined", "Visa ending in 0002: is declined"],
  ["fails_later", "Visa ending in 0341: pays now, fails at renewals"],
  ["paypal", "PayPal: pays, and refuses changes through the API"],
] as const;
