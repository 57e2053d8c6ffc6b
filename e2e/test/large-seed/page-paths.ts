import assert from "node:assert/strict";
import { largeId, largeSiteKey, largeSurfaceKey } from "@dramac/seeds/large";
import { dialPort } from "../../src/index.ts";
import { createPages, startBackend } from "../members/backend.ts";
import type { LargePlatform } from "./management-paths.ts";

type Pages = ReturnType<typeof createPages>;
/** What the call before answered. */
type Answered = { items?: { id: string }[]; id?: string; next?: string | null };
type Call = readonly [method: string, endpoint: string, data?: unknown | ((answered: Answered) => unknown)];

/** Opens a session and asks for one thing after the other; `:last` is the document that was answered before. @returns the session's token */
async function brokered(pages: Pages, installation: string, more: object, calls: readonly Call[]): Promise<string> {
  const { status, body } = await pages.session(installation, more);
  assert.equal(status, 200, JSON.stringify(body));
  let answered: Answered = {};
  for (const [method, endpoint, given] of calls) {
    const data = typeof given === "function" ? given(answered) : given;
    const answer = await pages.call(installation, body.token, { method, endpoint: endpoint.replace(":last", answered.id ?? ""), data });
    assert.ok(answer.status === 200 && answer.body.status < 300, `${method} ${endpoint}: ${JSON.stringify(answer.body)}`);
    answered = answer.body.data ?? {};
  }
  return body.token;
}

/** What websites, frames and their modules ask for in a visitor's name: plans, scripts, frame documents, sessions, brokered calls, beacons. */
export async function visitSites(platform: LargePlatform, sites: readonly number[], sitesInAll: number): Promise<void> {
  for (const n of sites) {
    const [surface, host] = [largeSiteKey(n), `https://site-${n}.large.example`];
    const [form, chat] = [largeId("site-installation", n), largeId("site-installation", 2 * sitesInAll + n)];
    const pages = createPages(platform, surface, host);
    const plan = JSON.parse((await dialPort(platform.port, `/api/surfaces/${surface}/plan`)).body) as { modules: { installation: string; frame: string }[] };
    assert.equal((await dialPort(platform.port, `/embed/${surface}.js`)).status, 200);
    const frame = new URL(plan.modules.find(({ installation }) => installation === form)?.frame ?? assert.fail(`site ${n} does not show its form`));
    assert.equal((await dialPort(platform.port, frame.pathname, { host: frame.host })).status, 200);
    await brokered(pages, form, { visitor: null }, [
      ["GET", "/site"],
      ["GET", "/settings"],
      ["POST", "/storage/messages", { data: { name: "Ada", email: "ada@example.com", message: "Hello" } }],
    ]);
    const token = await brokered(pages, chat, { visitor: null }, [
      ["POST", "/storage/state", { data: { seenAt: "now" } }],
      ["PATCH", "/storage/state/:last", { data: { seenAt: "later" } }],
      ["POST", "/storage/messages", { data: { text: "Hello" } }],
      ["POST", "/storage/messages", { data: { text: "Anybody there?" } }],
      ["GET", "/storage/messages/:last"],
      ["GET", "/storage/messages", { limit: 1 }],
      ["GET", "/storage/messages", ({ next }: Answered) => ({ limit: 1, cursor: next })],
      ["GET", "/storage/messages", { limit: 1, sort: "-createdAt" }],
      ["GET", "/storage/messages", ({ next }: Answered) => ({ limit: 1, sort: "-createdAt", cursor: next })],
    ]);
    const event = { id: crypto.randomUUID(), installation: chat, version: "0.1.0", type: "load", at: new Date().toISOString() };
    const beacon = await dialPort(platform.port, "/api/events", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({ surface, token, events: [event] }),
    });
    assert.equal(beacon.status, 202);
  }
}

/** What portals and dashboards ask for in a member's name: plans of one client, its modules' sessions and documents. */
export async function visitPortal(platform: LargePlatform): Promise<void> {
  const [agencyId, clientId, siteId] = [largeId("agency", 0), largeId("client", 0), largeId("site", 0)];
  const backend = await startBackend(platform, { ids: { agencyId }, keys: { agency_owner: platform.owner } }, { role: "agency_member" });
  const portal = createPages(platform, largeSurfaceKey("portal", 0), "https://portal-0.large.example");
  const dashboard = createPages(platform, largeSurfaceKey("dash", 0), "https://agency-0.large.example");
  for (const pages of [portal, dashboard]) {
    for (const site of [undefined, siteId]) {
      const { status, body } = await pages.plan(await backend.sign({ client: clientId, ...(site && { site }) }));
      assert.equal(status, 200, JSON.stringify(body));
    }
  }
  // The longest collection that there is, page by page, by a program of the agency.
  const form = largeId("site-installation", 0);
  for (const query of [{ sort: "createdAt" }, { sort: "-createdAt" }, { visitor: "visitor-0" }]) {
    let cursor: string | undefined;
    for (let count = 0; count < 2; count++) {
      const { status, body } = await portal.call(form, platform.owner, {
        method: "GET",
        endpoint: "/storage/messages",
        data: { ...query, limit: 2, ...(cursor && { cursor }) },
      });
      assert.ok(status === 200 && body.data.items.length === 2, JSON.stringify(body));
      cursor = body.data.next;
    }
  }
  const tickets = largeId("client-installation", 0);
  await brokered(portal, tickets, { assertion: await backend.sign({ client: clientId }) }, [
    ["GET", "/settings"],
    ["GET", "/storage/messages", { visitor: "visitor-1", sort: "-createdAt" }],
    ["GET", "/storage/messages", { filter: { name: "Ada" } }],
  ]);
  // A member signs out, then returns with a used assertion and with an expired one.
  const [used, old] = [await backend.sign({ client: clientId }), await backend.sign({ client: clientId, iat: 1, exp: 60 })];
  const open = async (assertion: string) => (await portal.session(tickets, { assertion })).status;
  assert.deepEqual([await open(used), await open(used), await open(old), (await portal.signOut(used)).status], [200, 401, 401, 204]);
}
