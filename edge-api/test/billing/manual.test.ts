import assert from "node:assert/strict";
import { test } from "node:test";
import { createManualBilling } from "../../src/billing/manual.ts";
import type { BillingMode, ProviderSubscription } from "../../src/billing/provider.ts";
import { wanted } from "./helpers.ts";

const grant: ProviderSubscription = {
  id: "g1",
  storeId: "manual",
  mode: "live",
  createdAt: "2026-03-10T09:00:00.000Z",
  updatedAt: "2026-03-10T09:00:00.000Z",
  customerId: "acme",
  orderId: "",
  variantId: "booking",
  status: "active",
  pause: null,
  trialEndsAt: null,
  renewsAt: "2026-04-10T09:00:00.000Z",
  endsAt: null,
};

function setUp() {
  const kept = new Map([[grant.id, grant]]);
  let now = Date.parse(grant.createdAt);
  const find = async (id: string, mode: BillingMode) => [...kept.values()].find((one) => one.id === id && one.mode === mode);
  const store = {
    find,
    async *list(mode: BillingMode) {
      for (const one of kept.values()) if (one.mode === mode) yield one;
    },
    save: async (one: ProviderSubscription) => void kept.set(one.id, one),
  };
  return { billing: createManualBilling(store, () => now), goTo: (moment: string) => (now = Date.parse(moment)) };
}

test("a grant runs, pauses, is cancelled and resumed, and is over when its time has passed", async () => {
  const { billing, goTo } = setUp();
  assert.equal((await billing.pause("g1", "live", { mode: "free", resumesAt: "2026-03-20T00:00:00Z" })).status, "paused");
  goTo("2026-03-20T00:00:01Z");
  assert.deepEqual((await billing.getSubscription("g1", "live"))?.status, "active");
  assert.equal((await billing.cancel("g1", "live")).endsAt, grant.renewsAt);
  assert.equal((await billing.resume("g1", "live")).status, "active");
  assert.equal((await billing.changeVariant("g1", "live", "chat")).variantId, "chat");
  goTo("2026-04-10T09:00:00Z");
  for await (const { status } of billing.listSubscriptions("live")) assert.equal(status, "expired");
  await assert.rejects(billing.resume("g1", "live"), /is over/);
});

test("a grant is seen in its own mode alone", async () => {
  const { billing } = setUp();
  assert.equal(await billing.getSubscription("g1", "test"), undefined);
  await assert.rejects(billing.cancel("g1", "test"), { name: "BillingRefused" });
});

test("what needs money is refused with what to do instead", async () => {
  const { billing } = setUp();
  await assert.rejects(billing.createCheckout(wanted), { name: "BillingRefused", message: /have an administrator grant it/ });
  await assert.rejects(billing.refundOrder("1", "live"), { name: "BillingRefused", message: /the way it came/ });
  await assert.rejects(billing.refundInvoice("1", "live"), { name: "BillingRefused", message: /the way it came/ });
  await assert.rejects(billing.portalLinks("g1", "live"), { name: "BillingRefused", message: /ask the administrator/ });
});
