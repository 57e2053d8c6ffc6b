import assert from "node:assert/strict";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { largeId } from "@dramac/seeds/large";
import { dialPort, publishFixture } from "../../src/index.ts";
import { createPages } from "../members/backend.ts";
import type { Gone } from "./job-paths.ts";
import { createCaller, type LargePlatform } from "./management-paths.ts";

/** The host that the module calls; the node reaches it through a network that a test hands in. */
export const PARTNER = "api.partner-one.com";
const SLUG = "large-partner-sync";

/** What no module of the seed does: mail, files, and calls to another host, with a secret and without. */
function callsOut(manifest: Record<string, unknown>): void {
  Object.assign(manifest, {
    id: SLUG,
    slug: SLUG,
    name: "Partner sync",
    permissions: ["read:site", "access:storage", "send:email", "access:api"],
    connect: [{ host: PARTNER, visitor: ["GET /v1/*"] }],
    secrets: { api: { host: PARTNER } },
  });
}

/** Installs that module on a new site, has it do all of it for a visitor and for a member, and takes it away. */
export async function useCaller(platform: LargePlatform): Promise<Gone> {
  const ask = createCaller(platform);
  const { port, owner, database } = platform;
  const host = "https://partner.example";
  await publishFixture(database, "probe", callsOut);
  const [module] = await database.withPlatform("test look-up", (tx) => tx`select id from modules where slug = ${SLUG}`);
  const site = `/api/sites/${String((await ask(owner, "POST", `/api/clients/${largeId("client", 0)}/sites`, { name: "Partner" })).id)}`;
  const id = (await ask(owner, "POST", `${site}/installations`, { moduleId: module?.id })).id as InstallationId;
  await ask(owner, "PUT", `${site}/installations/${id}/secrets`, { name: "api", value: "a secret of the large seed" });
  await ask(owner, "GET", `${site}/installations/${id}/secrets`);
  const { key } = await ask(owner, "POST", `${site}/surfaces`, { name: "Partner", origins: [host] });
  await database.withTenant(
    largeId("agency", 0),
    (tx) =>
      tx`insert into verified_recipients (installation_id, agency_id, address, verified_at) values (${id}, ${largeId("agency", 0)}, 'team@large.example', now())`,
  );
  const pages = createPages(platform, key as string, host);
  const { status, body } = await pages.session(id, { visitor: null });
  assert.equal(status, 200, JSON.stringify(body));
  const call = async (token: string, method: string, endpoint: string, data?: unknown) => {
    const answer = await pages.call(id, token, { method, endpoint, data });
    assert.ok(answer.status === 200 && answer.body.status < 300, `${method} ${endpoint}: ${JSON.stringify(answer.body)}`);
  };
  await call(body.token, "POST", "/email", { template: "note", fields: { text: "Hello" } });
  await call(body.token, "GET", `/connect/${PARTNER}/v1/things`);
  await call(owner, "POST", `/connect/${PARTNER}/v2/things`, { body: {} });
  const origin = `http://${installationLabel(id)}.frames.localhost:${port}`;
  const stored = await dialPort(port, `/api/modules/${id}/media?collection=notes&name=note.txt`, {
    method: "PUT",
    headers: { origin, authorization: `Bearer ${body.token}`, "content-type": "text/plain" },
    body: `A note of ${id}`,
  });
  assert.equal(stored.status, 201, stored.body);
  const { url, hash } = JSON.parse(stored.body) as { url: string; hash: string };
  for (const _ of ["as it is read", "and kept"]) assert.equal((await dialPort(port, new URL(url).pathname, { host: new URL(url).host })).status, 200);
  await call(owner, "DELETE", `/media/${hash}`);
  await ask(owner, "DELETE", `${site}/installations/${id}`);
  return { level: "site", id };
}
