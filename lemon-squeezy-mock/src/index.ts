export type { ApiFault } from "./api-faults.ts";
export { type Catalogue, defaultCatalogue } from "./catalogue.ts";
export type { Control } from "./control.ts";
export type { Buyer } from "./purchase.ts";
export { settingsFor } from "./settings.ts";
export { type LemonSqueezyMock, type LemonSqueezyMockOptions, startLemonSqueezyMock } from "./start.ts";
export type { Card, Checkout, Delivery, Invoice, Mode, Order, Subscription, Variant, MockState } from "./types.ts";
export type { WebhookFault } from "./webhook-faults.ts";
export { sign, type WebhookTarget } from "./webhooks.ts";
