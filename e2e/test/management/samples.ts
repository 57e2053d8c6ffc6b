const BODIES: Readonly<Record<string, () => object>> = {
  "agency.surface.create": () => ({ name: "Studio", kind: "agency", origins: ["https://studio.example"] }),
  "agency.create": () => ({ name: "Northern Lights", slug: `n-${crypto.randomUUID()}` }),
  "agency.set-status": () => ({ status: "active", reason: "paid again" }),
  "agency.update": () => ({ name: "Southern Lights" }),
  "module.create": () => ({ name: "Booking", slug: `m-${crypto.randomUUID()}`, category: "forms", installLevel: "site", tags: ["booking"] }),
  "module.update": () => ({ description: "Books tables." }),
  "module.set-prices": () => ({
    pricingType: "monthly",
    currency: "USD",
    wholesaleMonthly: 1_000,
    wholesaleYearly: 10_000,
    wholesaleOneTime: 0,
    suggestedRetailMonthly: 2_000,
    suggestedRetailYearly: null,
  }),
  "module.set-developer": () => ({ name: "Harbour Works" }),
  "module.set-status": () => ({ status: "review" }),
  "platform-key.create": () => ({ label: "second" }),
  "payment.dispute": () => ({ id: `D-${crypto.randomUUID()}`, total: 1_000, fee: 1_500, occurredAt: new Date().toISOString(), reason: "the bank says so" }),
  "subscription.create": () => ({ moduleId: crypto.randomUUID(), billingCycle: "monthly" }),
  "subscription.set-markup": () => ({ type: "percentage", basisPoints: 5_000 }),
  "subscription.keep-installations": () => ({ installationIds: [] }),
  "subscription.grant": () => ({ reason: "a partner" }),
  "checkout.open": () => ({ redirectUrl: "https://console.example/modules", email: "buyer@example.com" }),
  "agency.simulate-lapse": () => ({ moduleId: crypto.randomUUID() }),
  "request.create": () => ({ title: "Tide tables", description: "High and low water,\nfor harbours.", priority: "high", budgetRange: "$50-200" }),
  "request.update": () => ({ description: "High and low water, for every harbour." }),
  "platform-request.update": () => ({ adminNotes: "Asked for twice before." }),
  "platform-request.set-status": () => ({ status: "reviewing", reason: "looks useful" }),
  "review.write": () => ({ rating: 4, title: "Does it", content: "And nothing more." }),
  "platform-review.set-status": () => ({ status: "published" }),
  "bulk-install.create": () => ({ moduleId: crypto.randomUUID(), siteIds: [crypto.randomUUID()] }),
  "client.create": () => ({ name: "Mill & Sons", email: "mill@example.com" }),
  "client.update": () => ({ name: "Mill & Daughters" }),
  "site.create": () => ({ name: "Bakery", domain: "bakery.example", timeZone: "Europe/Berlin" }),
  "site.update": () => ({ locale: "de", timeZone: "Europe/Vienna" }),
  "profile.create": () => ({ email: `${crypto.randomUUID()}@example.com`, name: "Grace", role: "agency_member" }),
  "profile.update": () => ({ status: "active" }),
  "assertion-key.register": () => ({
    label: "portal",
    role: "agency_member",
    publicKey: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
  }),
  "key.create": () => ({ label: "shop", role: "agency_member", mode: "test" }),
};

/** Of operations that are the same at each level. */
const LEVEL_BODIES: Readonly<Record<string, () => object>> = {
  "installation.install": () => ({ moduleId: crypto.randomUUID() }),
  "installation.switch": () => ({ enabled: true }),
  "installation.set-settings": () => ({ greeting: "Hello" }),
  "installation.set-grants": () => ({ permissions: ["read:site"] }),
  "secret.put": () => ({ name: "api", value: "a-long-secret" }),
  "installation.set-version": () => ({ version: null }),
  "surface.create": () => ({ name: "Shop", origins: ["https://shop.example"] }),
  "surface.update": () => ({ name: "Store", origins: ["https://*.store.example"], status: "active" }),
};

/** A body that an operation takes. @throws Error when there is none: the tests ask for all of them */
export function sampleOf(id: string): Record<string, unknown> {
  const sample = BODIES[id] ?? LEVEL_BODIES[id.replace(/^(?:agency|client|site)\./, "")];
  if (!sample) throw new Error(`Give ${id} a sample.`);
  return sample() as Record<string, unknown>;
}
