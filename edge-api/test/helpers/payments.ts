import type { ProviderInvoice, ProviderOrder } from "../../src/billing/provider.ts";

const FACTS = {
  storeId: "1",
  mode: "live",
  customerId: "9",
  currency: "USD",
  createdAt: "2026-03-10T10:00:00.000Z",
  updatedAt: "2026-03-10T10:00:00.000Z",
  subtotal: 10_000n,
  discount: 1_000n,
  tax: 1_710n,
  total: 10_710n,
  refunded: 0n,
  refundedAt: null,
  status: "paid",
} as const;

/** A paid order of 100.00, with a discount of 10.00 and 19 % tax. */
export const orderOf = (given: Partial<ProviderOrder> & Pick<ProviderOrder, "id">): ProviderOrder => ({
  ...FACTS,
  number: given.id,
  variantId: "7",
  email: null,
  ...given,
});

/** A paid renewal of the same amounts. */
export const invoiceOf = (given: Partial<ProviderInvoice> & Pick<ProviderInvoice, "id">): ProviderInvoice => ({
  ...FACTS,
  subscriptionId: "77",
  reason: "renewal",
  ...given,
});
