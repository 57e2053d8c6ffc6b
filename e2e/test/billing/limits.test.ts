import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { recordEndedLimits } from "@dramac/edge-api/limits";
import { HOST, type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const DAY = 86_400_000;

interface Installed {
  readonly id: string;
  readonly siteId: string;
  readonly key: string;
}

let at: BillingHarness;
before(async () => {
  at = await startBillingHarness();
});
after(() => at?.close());

const inDays = (days: number) => new Date(at.mock.control.now() + days * DAY).toISOString();

/** A module that was granted, on four sites, in that order. */
async function fourOf(slug: string) {
  const { moduleId, subscriptionId } = await at.sell(slug);
  await at.agencyApi.comp(subscriptionId);
  const all: Installed[] = [];
  for (let index = 0; index < 4; index++) {
    const siteId = await at.agencyApi.newSite();
    const { key } = (await at.agencyApi.asOwner("POST", `/api/sites/${siteId}/surfaces`, { name: "Shop", origins: [HOST] })).body;
    const { status, body } = await at.agencyApi.install(siteId, moduleId);
    assert.equal(status, 201, JSON.stringify(body));
    all.push({ id: body.id, siteId, key });
  }
  const path = `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}`;
  return {
    moduleId,
    subscriptionId,
    all,
    limit: async (maxInstallations: number | null, more: object = {}) =>
      assert.equal((await at.agencyApi.comp(subscriptionId, { maxInstallations, ...more })).status, 200),
    keep: (...which: number[]) => at.agencyApi.asOwner("PUT", `${path}/kept-installations`, { installationIds: which.map((one) => all[one]?.id) }),
    statuses: () =>
      Promise.all(all.map(async ({ id, siteId }) => (await at.agencyApi.asOwner("GET", `/api/sites/${siteId}/installations/${id}`)).body.limitStatus)),
    /** What visitors get: plans are told of a change within a moment. */
    async run(states: readonly string[]): Promise<void> {
      const end = Date.now() + 3_000;
      for (;;) {
        const found = await Promise.all(all.map(({ key }) => at.stateOf(key, slug)));
        if (found.join() === states.join()) return;
        assert.ok(Date.now() < end, `${found.join()} instead of ${states.join()}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    why: async (which: number) => (await at.agencyApi.asOwner("GET", `/api/sites/${all[which]?.siteId}/installations/${all[which]?.id}/entitlement`)).body,
  };
}

const [IN, OVER, OUT] = ["within", "over_limit", "suspended"];

test("with a limit below the number of installations the newest ones are the surplus; without a period they stop after a week", async () => {
  const { limit, statuses, run, why, moduleId } = await fourOf("too-many");
  await limit(2);
  assert.deepEqual(await statuses(), [IN, IN, OVER, OVER]);
  await run(["active", "active", "over_limit", "over_limit"]);
  const { isAllowed, reason, next, validUntil, remedy } = await why(3);
  assert.deepEqual([isAllowed, reason, next, Math.round((Date.parse(validUntil) - at.mock.control.now()) / DAY)], [true, "over_limit", "suspended", 7]);
  assert.match(remedy, /Raise the limit/);
  assert.equal((await at.agencyApi.install(await at.agencyApi.newSite(), moduleId)).body.code, "installation_limit_reached");

  await at.advance(8 * DAY);
  await run(["active", "active", "suspended", "suspended"]);
  assert.deepEqual(await statuses(), [IN, IN, OVER, OVER], "nothing had to happen for it");
  assert.deepEqual(await Promise.all([0, 3].map(async (which) => (await why(which)).reason)), ["granted", "suspended"]);
  await limit(3);
  await run(["active", "active", "active", "suspended"]);
  await limit(null);
  assert.deepEqual(await statuses(), [IN, IN, IN, IN]);
  await run(["active", "active", "active", "active"]);
});

test("with a period the surplus runs to its end, and a later limit does not postpone that", async () => {
  const { limit, why } = await fourOf("by-period");
  const until = inDays(20);
  await limit(3, { until });
  assert.equal((await why(3)).validUntil, until);
  await at.advance(DAY);
  await limit(2, { until: inDays(40) });
  assert.deepEqual([(await why(2)).validUntil, (await why(3)).validUntil], [until, until]);
});

test("the agency chooses which installations stay, before the end and after it", async () => {
  const { limit, statuses, keep, run, all, subscriptionId } = await fourOf("picked");
  assert.equal((await keep(0)).status, 409, "all of them stay");
  await limit(2);
  const picked = await keep(3, 1);
  assert.deepEqual(
    [
      picked.status,
      picked.body.maxInstallations,
      picked.body.installations.map(({ id, limitStatus }: { id: string; limitStatus: string }) => [all.findIndex((one) => one.id === id), limitStatus]),
    ],
    [
      200,
      2,
      [
        [1, IN],
        [3, IN],
        [0, OVER],
        [2, OVER],
      ],
    ],
  );
  const few = await keep(0, 1, 2);
  assert.deepEqual([few.status, few.body.code], [422, "validation_failed"]);
  const path = `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}/kept-installations`;
  const foreign = await at.agencyApi.asOwner("PUT", path, { installationIds: [(await fourOf("not-meant")).all[0]?.id] });
  assert.deepEqual([foreign.status, foreign.body.faults?.[0]?.path], [422, "/installationIds/0"], JSON.stringify(foreign.body));
  assert.deepEqual(await statuses(), [OVER, IN, OVER, IN]);
  await at.advance(8 * DAY);
  await run(["suspended", "active", "suspended", "active"]);
  assert.equal((await keep(2)).status, 200);
  assert.deepEqual(await statuses(), [IN, OUT, IN, OUT], "the one picked, and the oldest of the others");
  await run(["active", "suspended", "active", "suspended"]);
});

test("uninstalling makes room, and a payment brings everything back in one step", async () => {
  const { limit, statuses, run, all, subscriptionId } = await fourOf("roomy");
  await limit(2);
  await at.advance(8 * DAY);
  await run(["active", "active", "suspended", "suspended"]);
  const [first] = all;
  assert.equal((await at.agencyApi.asOwner("DELETE", `/api/sites/${first?.siteId}/installations/${first?.id}`)).status, 200);
  assert.deepEqual((await statuses()).slice(1, 3), [IN, IN]);
  await run(["", "active", "active", "suspended"]);

  assert.equal((await at.agencyApi.asRoot("DELETE", `/api/admin/subscriptions/${subscriptionId}/grant`)).status, 200);
  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  assert.deepEqual((await statuses()).slice(1), [IN, IN, IN]);
  const restored = await at.agencyApi.asOwner("POST", `/api/sites/${first?.siteId}/installations/${first?.id}/restore`);
  assert.equal(restored.status, 200, JSON.stringify(restored.body));
  await run(["active", "active", "active", "active"]);
});

test("a job records the stopped installations, so that lists show it and clients owe nothing", async () => {
  const { limit, statuses, subscriptionId } = await fourOf("noted");
  await limit(1);
  assert.equal(await recordEndedLimits(at.platform.database), 0, "it has not ended yet");
  await at.rows(`update agency_module_subscriptions set limit_ends_at = now() - interval '1 minute' where id = '${subscriptionId}'`);
  assert.ok((await recordEndedLimits(at.platform.database)) >= 1);
  assert.deepEqual(await statuses(), [IN, OUT, OUT, OUT]);
  assert.equal(await recordEndedLimits(at.platform.database), 0, "once");
});
