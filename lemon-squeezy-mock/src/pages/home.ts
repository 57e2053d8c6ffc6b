import { Hono } from "hono";
import { html } from "hono/html";
import type { MockContext } from "../records.ts";
import type { Control } from "../control.ts";
import type { Links } from "../links.ts";
import { dayOf, page } from "./page.ts";

const SHOWN = 50;
const JUMPS = [
  ["1", "a day"],
  ["7", "a week"],
  ["31", "a month"],
] as const;

/** The home page for demos: the clock with buttons, the subscriptions with their portals, and the deliveries. */
export function homePage({ state, clock }: MockContext, links: Links, control: Control): Hono {
  return new Hono()
    .get("/", (context) => {
      const deliveries = state.deliveries.slice(-SHOWN).reverse();
      return context.html(
        page(
          "Lemon Squeezy mock",
          html`<h1>Lemon Squeezy mock</h1>
<section><h2>Its clock</h2><p>It is ${dayOf(clock.now())}, ${new Date(clock.now()).toISOString().slice(11, 19)} UTC.</p>
${JUMPS.map(([days, name]) => html`<form class="inline" method="post" action="/clock"><button name="days" value="${days}">Move it ${name} forward</button></form>`)}</section>
<section><h2>Subscriptions</h2><table><thead><tr><th>Id<th>What<th>Mode<th>Status<th>Renews<th>Ends<th>Portal</thead><tbody>${state.subscriptions.map((row) => html`<tr><td>${row.id}<td>${row.productName}<td>${row.mode}<td>${row.status}<td>${dayOf(row.renewsAt)}<td>${row.endsAt ? dayOf(row.endsAt) : ""}<td><a href="${links.of(row)["customer_portal"]}">open</a>`)}</tbody></table></section>
<section><h2>Deliveries</h2><table><thead><tr><th>Id<th>Event<th>Mode<th>State<th>Answers</thead><tbody>${deliveries.map((one) => html`<tr><td>${one.id}<td>${one.event}<td>${one.mode}<td>${one.state}<td>${one.attempts.map(({ status }) => status || "none").join(", ")}`)}</tbody></table></section>`,
          true,
        ),
      );
    })
    .post("/clock", async (context) => {
      const days = Number((await context.req.parseBody())["days"]);
      if (days > 0 && days <= 366) await control.advance(days * 86_400_000);
      return context.redirect("/", 303);
    });
}
