/*
 * Sets up a client's site that shows a paid module at the agency's price. It uses the public API alone, with plain `fetch`.
 *
 *   npm start                                   # in one terminal
 *   node --import tsx examples/first-site.ts    # in another: reads .dramac/dev.json
 *
 * With another platform: PLATFORM=https://connect.example KEY=dk_live_… ORIGIN=https://shop.example MODULE=contact-form node --import tsx examples/first-site.ts
 */
import { existsSync, readFileSync } from "node:fs";

interface Entity {
  readonly id: string;
}

const dev = existsSync(".dramac/dev.json")
  ? (JSON.parse(readFileSync(".dramac/dev.json", "utf8")) as { platform: string; keys: { superAdmin: string } })
  : undefined;
const { PLATFORM = dev?.platform, KEY = dev?.keys.superAdmin, ORIGIN = "http://localhost:4010", MODULE = "contact-form" } = process.env;
if (!PLATFORM || !KEY) throw new Error("Start the platform first (npm start), or set PLATFORM and KEY.");

const say = (text: string) => console.log(`✓ ${text}`);

/** Calls the API. @throws Error with the sentence of the refusal, which says what to do */
async function call<Answer>(key: string, method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(PLATFORM + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer & { code?: string; detail?: string };
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.code}: ${answer.detail}`);
  return answer;
}

const slug = `example-${Date.now().toString(36)}`;
const agency = await call<Entity>(KEY, "POST", "/api/admin/agencies", { name: "Example Studio", slug, currency: "EUR" });
const owner = await call<{ key: string }>(KEY, "POST", `/api/agencies/${agency.id}/keys`, { label: "example", role: "agency_owner", mode: "test" });
say(`agency ${slug} has a key of its own; from here on the agency acts by itself`);

const client = await call<Entity>(owner.key, "POST", `/api/agencies/${agency.id}/clients`, { name: "Harbour Bakery" });
const site = await call<Entity>(owner.key, "POST", `/api/clients/${client.id}/sites`, { name: "Bakery", timeZone: "Europe/Berlin" });
const surface = await call<{ key: string }>(owner.key, "POST", `/api/sites/${site.id}/surfaces`, { name: "Bakery", origins: [ORIGIN] });
say(`client, site and a surface for ${ORIGIN}`);

const { items } = await call<{ items: { id: string; slug: string; name: string }[] }>(owner.key, "GET", `/api/agencies/${agency.id}/modules?text=${MODULE}`);
const module = items.find((one) => one.slug === MODULE);
if (!module) throw new Error(`The catalogue has no active module ${MODULE}.`);
const money = (amount: number | null) => (amount === null ? "none" : `${(amount / 100).toFixed(2)} EUR`);
await call(KEY, "PUT", `/api/admin/modules/${module.id}/prices`, {
  pricingType: "monthly",
  currency: "EUR",
  wholesaleMonthly: 500,
  wholesaleYearly: 5_000,
  wholesaleOneTime: 0,
  suggestedRetailMonthly: 1_000,
  suggestedRetailYearly: 10_000,
});
say(`${module.name} costs agencies ${money(500)} a month`);

const subscription = await call<Entity & { status: string }>(owner.key, "POST", `/api/agencies/${agency.id}/subscriptions`, { moduleId: module.id });
say(`subscribed: ${subscription.status} until the agency pays`);
await call(KEY, "POST", `/api/admin/subscriptions/${subscription.id}/grant`, { reason: "paid by hand for this example" });
const priced = await call<{ monthly: { retail: number; profit: number } }>(
  owner.key,
  "PUT",
  `/api/agencies/${agency.id}/subscriptions/${subscription.id}/markup`,
  { type: "percentage", basisPoints: 8_000 },
);
say(`paid; at a markup of 80 % the client pays ${money(priced.monthly.retail)}, of which ${money(priced.monthly.profit)} stay with the agency`);

const offered = await call<{ items: { slug: string; retailMonthly: number | null }[] }>(owner.key, "GET", `/api/clients/${client.id}/modules`);
say(`the client's catalogue: ${offered.items.map((one) => `${one.slug} at ${money(one.retailMonthly)}`).join(", ")}`);

const installed = await call<Entity & { version: string }>(owner.key, "POST", `/api/sites/${site.id}/installations`, { moduleId: module.id });
const { line } = await call<{ line: string }>(owner.key, "GET", `/api/sites/${site.id}/installations/${installed.id}/embed-codes`);
say(`${module.name} ${installed.version} is installed; paste this into any page of ${ORIGIN}:`);
console.log(`\n${line}\n\nSurface ${surface.key}`);
