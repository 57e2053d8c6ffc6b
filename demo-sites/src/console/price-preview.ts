import { type MarkupInput, retailPrice } from "@dramac/contracts";
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { type Cycle, money, per } from "./labels.ts";

/** What a module costs the agency, by how it is sold. */
export type Wholesale = Readonly<Partial<Record<Cycle, number>>>;

/** What a client pays by a markup, by the platform's own rule; `null` where the agency names no price. */
function retailOf(wholesale: number, markup: MarkupInput, cycle: Cycle): number | null {
  switch (markup.type) {
    case "percentage":
      return Number(retailPrice(BigInt(wholesale), { type: "percentage", basisPoints: BigInt(markup.basisPoints) }));
    case "fixed":
      return Number(retailPrice(BigInt(wholesale), { type: "fixed", fixed: BigInt(markup.amount) }));
    case "custom":
      return cycle === "yearly" ? markup.yearly : markup.monthly;
    case "passthrough":
      return wholesale;
    default:
      return markup satisfies never;
  }
}

/** Price, retail and profit side by side. */
export function pricePreview(wholesale: Wholesale, markup: MarkupInput, currency: string): Html {
  const cycles = (Object.entries(wholesale) as [Cycle, number][]).map(([cycle, price]) => ({ cycle, price, retail: retailOf(price, markup, cycle) }));
  const isLoss = cycles.some(({ price, retail }) => retail !== null && retail < price);
  return html`<table class="stacks"><caption>For each place that it is installed at</caption><thead><tr><td></td><th scope="col" class="amount">You pay</th><th scope="col" class="amount">Your client pays</th><th scope="col" class="amount">You keep</th></tr></thead><tbody>${cycles.map(
    ({ cycle, price, retail }) =>
      html`<tr><th scope="row">${per(cycle)}</th><td class="amount" data-label="You pay">${money(price, currency)}</td><td class="amount" data-label="Your client pays">${retail === null ? "–" : money(retail, currency)}</td><td class="amount" data-label="You keep">${retail === null ? "–" : money(retail - price, currency)}</td></tr>`,
  )}</tbody></table>${isLoss ? html`<p class="fault">Below what you pay: each sale loses money. Tick the box if that is meant.</p>` : ""}`;
}
