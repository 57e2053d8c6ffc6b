import { html, raw } from "hono/html";
import { type Html, page } from "../page.ts";
import type { ConsoleContext } from "./console-context.ts";
import { STYLE } from "./style.ts";

const PAGES = [
  ["/", "Modules"],
  ["/lapse", "If nothing were paid"],
] as const;

/** A page of the console. */
export function layout({ mock }: ConsoleContext, title: string, main: Html, { path = "", head = "" as Html | string } = {}): Html {
  return page({
    title: `${title} – Northlight Studio`,
    style: STYLE,
    head: html`<script src="/console.js" defer></script>${head}`,
    body: html`<header class="bar"><strong>Northlight Studio</strong><nav aria-label="Console">${PAGES.map(
      ([address, name]) => html`<a href="${address}"${address === path ? raw(' aria-current="page"') : ""}>${name}</a>`,
    )}${mock ? html`<a href="${mock}/" target="_blank" rel="noopener">Lemon Squeezy mock</a>` : ""}</nav></header><main>${main}</main>`,
  });
}

/** Says what was done or why it was refused. It gets the focus, so that screen readers read it first. */
export const notice = (tone: "good" | "bad", words: Html): Html =>
  html`<div class="notice ${tone}" role="${tone === "bad" ? "alert" : "status"}" tabindex="-1">${words}</div>`;

/** A form of one button. */
export function button(
  action: string,
  label: string,
  {
    busy = "One moment …",
    look = "",
    fields = {},
    opens = false,
  }: { busy?: string; look?: string; fields?: Readonly<Record<string, string>>; opens?: boolean } = {},
): Html {
  return html`<form method="post" action="${action}"${opens ? raw(' target="_blank" rel="noopener"') : ""}>${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button class="${look}" data-busy="${busy}">${label}</button></form>`;
}
