/*
 * Answers a support chat from a program, with the typed client. No page and no browser is involved.
 *
 *   npm start                                      # in one terminal
 *   node --import tsx examples/headless-support.ts    # in another: reads .dramac/dev.json
 *
 * With another platform: PLATFORM=https://connect.example KEY=dk_live_… node --import tsx examples/headless-support.ts
 */
import { existsSync, readFileSync } from "node:fs";
import { RequestFailed, createClient } from "@dramac/sdk/node";

const dev = existsSync(".dramac/dev.json")
  ? (JSON.parse(readFileSync(".dramac/dev.json", "utf8")) as { platform: string; keys: { superAdmin: string } })
  : undefined;
const { PLATFORM: platform = dev?.platform, KEY: key = dev?.keys.superAdmin } = process.env;
if (!platform || !key) throw new Error("Start the platform first (npm start), or set PLATFORM and KEY.");

const say = (text: string) => console.log(`✓ ${text}`);

const root = createClient({ platform, key });
const agency = await root.call("agency.create", { body: { name: "Desk Studio", slug: `desk-${Date.now().toString(36)}` } });
const owner = await root.call("key.create", { path: { agencyId: agency.id }, body: { label: "desk", role: "agency_owner", mode: "test" } });
const api = createClient({ platform, key: owner.key });
const client = await api.call("client.create", { path: { agencyId: agency.id }, body: { name: "Harbour Bakery" } });
const site = await api.call("site.create", { path: { clientId: client.id }, body: { name: "Bakery" } });
say(`agency ${agency.slug} has a client with a site`);

async function findModule(slug: string) {
  for await (const module of api.list("module.browse", { path: { agencyId: agency.id }, query: { text: slug } })) if (module.slug === slug) return module;
  throw new Error(`The catalogue has no active module ${slug}.`);
}
const module = await findModule("support-chat");
const { id: subscriptionId, status } = await api.call("subscription.create", { path: { agencyId: agency.id }, body: { moduleId: module.id } });
if (status !== "active") await root.call("subscription.grant", { path: { subscriptionId }, body: { reason: "paid by hand for this example" } });
const installed = await api.call("site.installation.install", { path: { siteId: site.id }, body: { moduleId: module.id } });
say(`${module.name} ${installed.version} is installed, with the permissions ${installed.grantedPermissions.join(", ")}`);

interface Message {
  readonly text: string;
}
const chat = api.module(installed.id);
const messages = chat.storage<Message>("messages");
for (const text of ["Do you bake on Sundays?", "Is the rye bread vegan?", "A cake for forty, please."])
  await messages.create({ text }, { visitor: "by-telephone" });
const { items } = await messages.list({ visitor: "by-telephone", sort: "-createdAt" });
say(`${items.length} messages are stored; the latest: ${items[0]?.data.text}`);

const path = { siteId: site.id, installationId: installed.id };
const { revision } = await api.call("site.installation.get", { path });
await api.call("site.installation.set-settings", { path, body: { teamName: "The night shift" }, ifMatch: revision });
say(`the team's name is now: ${(await chat.settings()).teamName}`);
const late = await api
  .call("site.installation.set-settings", { path, body: { teamName: "The day shift" }, ifMatch: revision })
  .catch((error: unknown) => error);
if (!(late instanceof RequestFailed)) throw new Error("A change under an older revision was accepted.");
say(`a change under an older revision is refused: ${late.code}`);

await messages.update(items[0]?.id ?? "", { text: "…" }).catch((error: RequestFailed) => say(`the manifest does not allow to change a message: ${error.code}`));
