import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Card } from "@dramac/lemon-squeezy-mock";
import { startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { createBillingCounters } from "../../src/billing/counters.ts";
import { createInboxWorker } from "../../src/billing/inbox/worker.ts";
import { createLemonSqueezy } from "../../src/billing/lemonsqueezy/adapter.ts";
import { runPendingActions } from "../../src/billing/pending-actions.ts";
import { reconcile } from "../../src/billing/reconcile.ts";
import { createReceiver } from "../../src/billing/webhook/receive.ts";
import { createTestDatabase } from "../helpers/database.ts";

const START = new Date("2026-03-10T09:00:00Z");
const SECRET = "a-secret-of-tests";
export const DAY_MS = 86_400_000;
const PRICE = 1_250n;

/** A delivery as the mock sent it. It reaches the inbox when the test says so. */
interface RecordedDelivery {
  readonly event: string;
  readonly raw: Buffer;
  readonly signature: string;
}

interface Purchase {
  readonly subscriptionId?: string;
  readonly amount?: bigint;
  readonly card?: Card;
  readonly taxRate?: number;
  readonly interval?: "month" | "year" | null;
  readonly hasTrial?: boolean;
  readonly email?: string;
  readonly buyerEmail?: string;
}

/**
 * The billing of one node in this process: a real database, the Lemon Squeezy mock with a clock that the test moves, and every step
 * only when the test asks for it.
 */
export async function startBilling(test: Pick<TestContext, "after">) {
  const { database, destroy } = await createTestDatabase();
  const sent: RecordedDelivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    sent.push({ event: request.headers["x-event-name"] as string, raw, signature: request.headers["x-signature"] as string });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const mock = await startLemonSqueezyMock({ clock: START, webhooks: [{ url, secret: SECRET }] });
  test.after(async () => {
    await mock.close();
    server.closeAllConnections();
    server.close();
    await destroy();
  });
  const { control } = mock;
  const clock = control.now;
  const timing = { now: clock, random: () => 0.5, sleep: (ms: number) => control.advance(ms) };
  const provider = createLemonSqueezy({ storeId: "1", apiKeys: mock.apiKeys, apiUrl: mock.url, timing });
  const counts = createBillingCounters();
  const { processDue } = createInboxWorker({ database, provider, counts, clock });
  const settings = { storeId: "1", currency: "USD", mode: "test", webhookSecrets: [SECRET], variants: { monthly: "", yearly: "", one_time: "" } } as const;
  const { receive } = createReceiver({ database, settings, provider, counts, onStored: () => undefined, clock });
  const rows = async <Row = Record<string, unknown>>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> => [
    ...((await database.withPlatform("test look", (tx) => tx.unsafe(text, parameters as never[]))) as unknown as Row[]),
  ];

  const agencyId = randomUUID();
  await database.withPlatform("test seed", (tx) => tx`insert into agencies (id, name, slug) values (${agencyId}, 'Payer', ${agencyId})`);

  async function deliver(deliveries: readonly RecordedDelivery[] = sent.splice(0)): Promise<void> {
    for (const { raw, signature, event } of deliveries) {
      const headers: Record<string, string> = { "x-signature": signature, "x-event-name": event };
      await receive(raw, (name) => headers[name], { address: "127.0.0.1", requestId: "test" });
    }
  }

  const self = {
    ...mock,
    database,
    provider,
    agencyId,
    counts,
    sent,
    rows,
    deliver,
    process: () => processDue(),
    runPendingActions: (shouldStop?: () => boolean) => runPendingActions({ database, provider, clock }, shouldStop),
    reconcile: (options: Parameters<typeof reconcile>[1] = {}) => reconcile({ database, provider, mode: "test", counts, clock }, options),
    /** Everything that was sent arrives and takes effect. */
    async catchUp(): Promise<void> {
      await deliver();
      await processDue();
    },
    /** A subscription to a module of its own, not paid for yet. */
    async newSubscription(): Promise<string> {
      const [id, moduleId] = [randomUUID(), randomUUID()];
      await database.withPlatform("test seed", async (tx) => {
        await tx`insert into modules (id, slug, name, category, status, pricing_type, author_name, wholesale_price_monthly, wholesale_price_yearly)
            values (${moduleId}, ${moduleId}, 'Sold', 'forms', 'active', 'monthly', 'Author', ${PRICE}, ${PRICE * 10n})`;
        await tx`insert into agency_module_subscriptions (id, agency_id, module_id, status, test_mode, billing_cycle)
            values (${id}, ${agencyId}, ${moduleId}, 'pending', true, 'monthly')`;
      });
      return id;
    },
    /** Opens a checkout for a subscription. */
    async openCheckout({ subscriptionId, amount = PRICE, interval = "month", hasTrial = false, email = "owner@example.com" }: Purchase = {}) {
      const id = subscriptionId ?? (await self.newSubscription());
      const variant = mock.catalogue.variants.find(
        (one) => one.storeId === 1 && one.mode === "test" && one.interval === interval && one.trialDays > 0 === hasTrial,
      );
      const intentId = `ci_${randomBytes(16).toString("base64url")}`;
      const cycle = interval === null ? "one_time" : `${interval}ly`;
      const now = new Date(clock());
      const expiresAt = new Date(clock() + 1_800_000);
      await database.withPlatform(
        "test checkout",
        (tx) => tx`
          insert into checkout_intents (id, agency_id, subscription_id, provider, store, mode, variant_id, billing_cycle, currency, amount, price_version, email, expires_at, created_at)
          values (${intentId}, ${agencyId}, ${id}, 'lemonsqueezy', '1', 'test', ${String(variant?.id)}, ${cycle}, 'USD', ${amount}, 3, ${email}, ${expiresAt}, ${now})`,
      );
      const checkout = await provider.createCheckout({
        mode: "test",
        variantId: String(variant?.id),
        productName: "Sold",
        amount,
        intentId,
        email,
        redirectUrl: "https://console.example/",
        expiresAt: expiresAt.toISOString(),
      });
      return { subscriptionId: id, intentId, checkoutId: checkout.id };
    },
    /** Opens a checkout and pays it. Its deliveries wait in `sent`. */
    async buy(purchase: Purchase = {}) {
      const checkout = await self.openCheckout(purchase);
      const buyer = { card: purchase.card ?? "good", taxRate: purchase.taxRate ?? 0, ...(purchase.buyerEmail && { email: purchase.buyerEmail }) } as const;
      if (purchase.interval === null) return { ...checkout, orderId: (await control.payOnce(checkout.checkoutId, buyer)).id, providerId: 0 };
      const paid = await control.pay(checkout.checkoutId, buyer);
      return { ...checkout, orderId: paid.orderId, providerId: paid.id };
    },
    async subscription(id: string) {
      const [row] = await rows("select * from agency_module_subscriptions where id = $1", [id]);
      return row as Record<string, unknown>;
    },
    async intent(id: string) {
      const [row] = await rows("select status, order_id, reason from checkout_intents where id = $1", [id]);
      return row as Record<string, unknown>;
    },
    /** The reasons of a subscription's entitlement since its first payment, in the order in which they were recorded. */
    async entitlements(id: string): Promise<string[]> {
      return (await rows("select reason from entitlement_changes where subscription_id = $1 and reason <> 'pending' order by version", [id])).map(
        ({ reason }) => reason as string,
      );
    },
    pendingActions: () =>
      rows<{ duty: string; resource_id: string; status: string; reason: string }>(
        "select duty, resource_id, status, reason from billing_duties order by created_at, duty",
      ),
    inbox: () =>
      rows<{ event_name: string; status: string; outcome: string | null; waits_for_kind: string | null; waits_for_id: string | null; attempts: number }>(
        "select event_name, status, outcome, waits_for_kind, waits_for_id, attempts, next_attempt_at, last_error from webhook_inbox order by received_at, id",
      ),
    /** Sums of the ledger by account, without zero sums. */
    async ledger(): Promise<Record<string, number>> {
      const sums = await rows<{ account: string; sum: number }>("select account, sum(amount)::int as sum from ledger_lines group by 1 having sum(amount) <> 0");
      return Object.fromEntries(sums.map(({ account, sum }) => [account, sum]));
    },
  };
  return self;
}

export type InProcessBilling = Awaited<ReturnType<typeof startBilling>>;
