import { createClient } from "@dramac/sdk/node";

/** What costs money in the demo, in cents of a dollar. */
const PRICES = {
  "opening-hours": { wholesaleMonthly: 900, wholesaleYearly: 9_000, suggestedRetailMonthly: 1_900, suggestedRetailYearly: 19_000 },
  "invoice-tool": { wholesaleMonthly: 1_900, wholesaleYearly: 19_000, suggestedRetailMonthly: 3_900, suggestedRetailYearly: 39_000 },
} as const;

/** Whom receipts go to. */
const OWNER = { email: "grace@northlight.example", name: "Grace", role: "agency_owner" } as const;

/** What the demo agency need not pay for. */
const GRANTED = "invoice-tool";

/**
 * Gives the demo agency an owner, puts a price on some modules and grants the agency one of them, by the public API. Once; a
 * second call adds what is missing.
 */
export async function seedSales(platform: string, rootKey: string, agencyId: string): Promise<void> {
  const api = createClient({ platform, key: rootKey });
  const { items: people } = await api.call("profile.list", { path: { agencyId } });
  if (!people.length) await api.call("profile.create", { path: { agencyId }, body: OWNER });
  for (const [slug, prices] of Object.entries(PRICES)) {
    const { items } = await api.call("module.list", { query: { text: slug } });
    const module = items.find((one) => one.slug === slug);
    if (!module) throw new Error(`The demo sells ${slug}, and there is no such module.`);
    if (module.pricingType === "free")
      await api.call("module.set-prices", { path: { moduleId: module.id }, body: { pricingType: "monthly", currency: "USD", wholesaleOneTime: 0, ...prices } });
    if (slug === GRANTED) await grant(module.id);
  }

  async function grant(moduleId: string): Promise<void> {
    const path = { agencyId };
    for await (const known of api.list("subscription.list", { path })) if (known.moduleId === moduleId && known.status === "active") return;
    const { items } = await api.call("subscription.list", { path });
    const pending = items.find((one) => one.moduleId === moduleId && one.status === "pending");
    const { id } = pending ?? (await api.call("subscription.create", { path, body: { moduleId } }));
    await api.call("subscription.grant", { path: { subscriptionId: id }, body: { reason: "The demo shows it without a payment." } });
  }
}
