import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { managementOperations } from "@dramac/edge-api/operations";
import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { hasRole, ROLES } from "@dramac/contracts";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { paidOrder, post } from "../billing/money.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { idsAt, moduleOf, publishLevels, putInstallation, withSecret } from "./installed.ts";
import { sampleOf } from "./samples.ts";
import { connectMock, deadDelivery, startMock, subscriptionFor } from "./lemon-squeezy-mock.ts";

/* Every operation of the table with every kind of caller and id, over HTTP: what is added to the table is tried here by itself. */
const OPERATIONS = managementOperations({} as never, {} as never, { provider: {}, settings: {} } as never);
const AGENCY_ROLES = ROLES.slice(0, 4) as (keyof Agency["keys"])[];

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
let mock: LemonSqueezyMock;
before(async () => {
  const started = await startMock();
  mock = started.mock;
  const change = (manifest: Record<string, unknown>) => {
    Object.assign(manifest, { settingsSchema: { properties: { greeting: { type: "string" } } } });
    withSecret(manifest);
  };
  platform = await startPlatform(() => [], {
    managementRates: { perKey: 1e6, perNetwork: 1e6 },
    fixtures: ["probe"],
    change,
    environment: started.environment,
  });
  connectMock(mock, platform);
  await publishLevels(platform, change);
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
});
after(async () => {
  await platform?.close();
  await mock?.close();
});

const fill = (path: string, ids: Readonly<Record<string, string>>) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? assert.fail(`no ${name}`));

async function bodyOf(id: string, body: unknown): Promise<object | undefined> {
  const level = /^(\w+)\.installation\.install$/.exec(id)?.[1];
  if (id === "bulk-install.create") return { ...sampleOf(id), moduleId: await moduleOf(platform, "site") };
  if (id === "subscription.create" || level) return { moduleId: await moduleOf(platform, level ?? "site") };
  return body ? sampleOf(id) : undefined;
}

for (const { id, method, path, minimumRole, body, crossesTenants, isReadOnly, status = 200 } of OPERATIONS) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const ask = async (key: string | undefined, ids: Readonly<Record<string, string>>) =>
    call(platform, { key, method, path: fill(path, ids), body: await bodyOf(id, body) });
  const allowed = AGENCY_ROLES.filter((role) => hasRole(role, minimumRole));

  describe(`${method} ${path}`, () => {
    test("needs a key", async () => {
      for (const key of [undefined, "dk_live_made-up"]) assert.equal((await ask(key, idsAt(own, id))).body.code, "unauthorized");
    });

    test(`answers roles from ${minimumRole} upwards, and refuses the others`, async () => {
      for (const role of AGENCY_ROLES) {
        const answer = await ask(own.keys[role], await fresh(id));
        if (allowed.includes(role)) assert.equal(answer.status, status, `${role}: ${JSON.stringify(answer.body)}`);
        else assert.equal(answer.body.code, "principal_too_low", role);
      }
      const answer = await ask(platform.seeded.keys.superAdmin, await fresh(id));
      assert.equal(answer.status, status, JSON.stringify(answer.body));
    });

    const key = () => (allowed.length ? own.keys.agency_owner : platform.seeded.keys.superAdmin);
    for (const [index, name] of names.entries()) {
      // Super admins may access every tenant, and the catalogue and the calendar belong to all agencies.
      const isShared = index > 0 && (crossesTenants || ["moduleId", "month"].includes(name));
      if (allowed.length && !isShared)
        test(`33: answers a foreign ${name} exactly as a missing one`, async () => {
          // With a foreign first id the rest is foreign too, as a stranger would try it.
          const theirs = idsAt(foreign, id);
          const strange = index === 0 ? theirs : { ...idsAt(own, id), [name]: theirs[name] as string };
          const [there, missing] = [await ask(key(), strange), await ask(key(), { ...strange, [name]: randomUUID() })];
          assert.equal(there.status, 404);
          assert.deepEqual({ ...there.body, requestId: "" }, { ...missing.body, requestId: "" });
        });

      test(`answers an invalid ${name} as a missing one`, async () => {
        for (const wrong of ["1", "null", "..%2f", "%00", "a".repeat(500)]) assert.equal((await ask(key(), { ...idsAt(own, id), [name]: wrong })).status, 404);
      });
    }

    if (method === "GET" || isReadOnly) return;
    test("records a change and its actor in the audit log", async () => {
      const [{ count: before }] = await entries(id);
      await ask(key(), await fresh(id));
      const [{ count, actor_kind, request_id }] = await entries(id);
      assert.deepEqual([Number(count) - Number(before), actor_kind], [1, "api_key"]);
      assert.match(request_id, /^[0-9a-f-]{36}$/);
    });
  });
}

/** The own ids, with a new one where an operation uses it up. */
async function fresh(id: string): Promise<Readonly<Record<string, string>>> {
  const root = platform.seeded.keys.superAdmin;
  const { agencyId = "" } = own.ids;
  const ids = idsAt(own, id);
  const [level = "", kind, action = ""] = id.split(".");
  // Earlier tests may have changed the subscription: an installation needs a running one.
  if (kind === "installation")
    await platform.database.withTenant(
      agencyId,
      (tx) => tx`update agency_module_subscriptions set status = 'active', provider = 'manual', ends_at = null where id = ${ids.subscriptionId ?? ""}`,
    );
  if (kind === "installation" || kind === "secret")
    await putInstallation(platform, own, level, action === "install" ? "none" : action === "restore" ? "uninstalled" : "installed");
  if (/^(?:checkout\.open|subscription\.(?:cancel|resume|portal))$/.test(id)) return { ...ids, subscriptionId: await subscriptionFor(platform, mock, own, id) };
  if (id === "webhook.replay") return { ...ids, webhookId: await deadDelivery(platform) };
  if (id === "key.revoke")
    return {
      ...ids,
      keyId: (await call(platform, { key: root, method: "POST", path: `/api/agencies/${agencyId}/keys`, body: sampleOf("key.create") })).body.id,
    };
  if (id === "platform-key.revoke")
    return { ...ids, keyId: (await call(platform, { key: root, method: "POST", path: "/api/admin/keys", body: sampleOf("platform-key.create") })).body.id };
  if (id === "module.set-status")
    return { ...ids, moduleId: (await call(platform, { key: root, method: "POST", path: "/api/admin/modules", body: sampleOf("module.create") })).body.id };
  if (id === "payment.dispute") {
    const posted = await post(platform, paidOrder(randomUUID()), { agencyId, moduleId: ids.moduleId as string, subscriptionId: null });
    return { ...ids, entryId: posted.posted ? posted.entryId : "" };
  }
  if (id.startsWith("request.") && id.endsWith("vote")) return voted(ids, id === "request.unvote");
  if (id.startsWith("platform-request.") || id === "request.update") {
    return {
      ...ids,
      requestId: (await call(platform, { key: root, method: "POST", path: `/api/agencies/${agencyId}/requests`, body: sampleOf("request.create") })).body.id,
    };
  }
  if (id.includes("review.") && id !== "review.write") {
    const { body } = await call(platform, {
      key: root,
      method: "PUT",
      path: `/api/agencies/${agencyId}/modules/${ids.moduleId}/review`,
      body: sampleOf("review.write"),
    });
    return { ...ids, reviewId: body.id };
  }
  if (id === "subscription.create") await platform.database.withTenant(agencyId, (tx) => tx`update agency_module_subscriptions set status = 'expired'`);
  if (!/^subscription\.(?:grant|end|end-grant|keep-installations)$/.test(id)) return ids;
  await platform.database.withTenant(agencyId, async (tx) => {
    await tx`delete from agency_module_subscriptions where id <> ${ids.subscriptionId ?? ""}`;
    await tx`update agency_module_subscriptions set status = 'pending', provider = 'lemonsqueezy'`;
    if (id === "subscription.end-grant") await tx`update agency_module_subscriptions set status = 'active', provider = 'manual'`;
    if (id === "subscription.keep-installations")
      await tx`update agency_module_subscriptions set max_installations = 1000, limit_ends_at = now() + interval '1 day'`;
  });
  return ids;
}

/** A wish that may be voted for: another agency's, with the own vote or without. */
async function voted(ids: Readonly<Record<string, string>>, hasVoted: boolean): Promise<Readonly<Record<string, string>>> {
  const requestId = foreign.ids.requestId as string;
  const { agencyId = "" } = own.ids;
  await platform.database.withPlatform("test state", async (tx) => {
    await tx`delete from module_request_votes where request_id = ${requestId}`;
    if (hasVoted) await tx`insert into module_request_votes (request_id, agency_id) values (${requestId}, ${agencyId})`;
  });
  return { ...ids, requestId };
}

const entries = (action: string) =>
  platform.database.withPlatform(
    "test look-up",
    (tx) =>
      tx`select count(*), max(actor_kind) as actor_kind, (array_agg(request_id order by created_at desc))[1] as request_id from audit_log where action = ${action}`,
  ) as unknown as Promise<[{ count: bigint; actor_kind: string; request_id: string }]>;

test("a method that a path does not support is refused with the supported ones", async () => {
  const answer = await call(platform, { key: own.keys.agency_owner, method: "PUT", path: `/api/agencies/${own.ids.agencyId}/clients` });
  assert.deepEqual([answer.status, answer.body.code, answer.headers.allow], [405, "method_not_allowed", "GET, POST"]);
});
