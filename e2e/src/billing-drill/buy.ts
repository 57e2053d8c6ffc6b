import type { BillingProvider } from "@dramac/edge-api/billing-provider";
import type { Database } from "@dramac/edge-api/database";
import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import type { PlannedPurchase } from "./seed-subscriptions.ts";
import type { Chance } from "./random.ts";

const TAX_RATES = [0, 7.7, 19, 23];
const HALF_AN_HOUR_MS = 1_800_000;

/** Opens a checkout as an agency does, and pays it as a buyer does. @returns the provider's subscription */
export async function buy(
  { database, provider, mock, chance }: { database: Database; provider: BillingProvider; mock: LemonSqueezyMock; chance: Chance },
  purchase: PlannedPurchase,
) {
  const { subscriptionId, agencyId, cycle, hasTrial, email, price } = purchase;
  const { variants } = mock.catalogue;
  const variant = variants.find(
    ({ storeId, mode, interval, trialDays }) => storeId === 1 && mode === "test" && `${interval}ly` === cycle && trialDays > 0 === hasTrial,
  );
  const intentId = `ci_${Buffer.from(Array.from({ length: 16 }, () => chance.below(256))).toString("base64url")}`;
  const now = mock.control.now();
  const expiresAt = new Date(now + HALF_AN_HOUR_MS);
  await database.withPlatform(
    "drill checkout",
    (tx) => tx`
      insert into checkout_intents (id, agency_id, subscription_id, provider, store, mode, variant_id, billing_cycle, currency, amount, price_version, email, expires_at, created_at)
      values (${intentId}, ${agencyId}, ${subscriptionId}, 'lemonsqueezy', '1', 'test', ${String(variant?.id)}, ${cycle}, 'USD', ${price}, 1, ${email}, ${expiresAt}, ${new Date(now)})`,
  );
  const { id } = await provider.createCheckout({
    mode: "test",
    variantId: String(variant?.id),
    productName: "Drill",
    amount: price,
    intentId,
    email,
    redirectUrl: "https://console.example/",
    expiresAt: expiresAt.toISOString(),
  });
  return mock.control.pay(id, { card: chance.is(0.1) ? "fails_later" : "good", taxRate: chance.pick(TAX_RATES) });
}
