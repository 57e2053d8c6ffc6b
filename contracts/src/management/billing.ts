import { z } from "zod";
import { ENTITLEMENT_REASONS, type EntitlementReason } from "../entitlement.ts";
import { AmountSchema } from "./catalogue.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { SUBSCRIPTION_STATUSES } from "./subscriptions.ts";

const REASONS = Object.keys(ENTITLEMENT_REASONS) as [EntitlementReason, ...EntitlementReason[]];

export const CheckoutCreateSchema = z.strictObject({
  /** Where the buyer is sent after paying; https, or http on localhost. */
  redirectUrl: z.url({ protocol: /^https?$/ }).max(500),
  /** Whom the receipt goes to; the caller's profile or the agency's owner unless given. */
  email: z.email().max(254).optional(),
});
/** What somebody set out to pay. */
export const CheckoutSchema = z.strictObject({
  id: z.string(),
  subscriptionId: z.uuid(),
  status: z.enum(["open", "paid", "expired", "mismatched", "late"]),
  /** Where to pay; `null` once it is over. */
  url: z.string().nullable(),
  /** Before tax, minor units. */
  amount: AmountSchema,
  currency: z.string(),
  billingCycle: z.string(),
  expiresAt: InstantSchema,
  /** Why it came to nothing. */
  reason: z.string().nullable(),
});

/** Whether it may run, why, because of what, until when, and what would change it. */
export const EntitlementSchema = z.strictObject({
  isAllowed: z.boolean(),
  reason: z.enum(REASONS),
  /** The reason as a sentence. */
  sentence: z.string(),
  mayInstall: z.boolean(),
  maySetSettings: z.boolean(),
  /** When the answer changes by itself, and to what. */
  validUntil: InstantSchema.nullable(),
  next: z.enum(REASONS).nullable(),
  /** What somebody can do about it; `null` where nothing is wrong. */
  remedy: z.string().nullable(),
  /** What brought the subscription to where it stands, the last first. */
  causes: z.array(
    z.strictObject({
      version: z.number().int(),
      at: InstantSchema,
      status: z.enum(SUBSCRIPTION_STATUSES),
      reason: z.enum(REASONS),
      isAllowed: z.boolean(),
      kind: z.enum(["webhook", "reconciliation", "operation"]),
      /** A delivery's id, for whoever runs the platform. */
      id: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});

/** Pages of the provider, signed for some hours: ask again for the next click. */
export const PortalLinksSchema = z.strictObject({ portal: z.string(), updatePaymentMethod: z.string(), changePlan: z.string().nullable() });

/** What was paid for a subscription. */
export const PaymentSchema = z.strictObject({
  kind: z.enum(["order", "invoice"]),
  id: z.string(),
  status: z.string(),
  currency: z.string(),
  subtotal: AmountSchema,
  discount: AmountSchema,
  tax: AmountSchema,
  total: AmountSchema,
  refunded: AmountSchema,
  at: InstantSchema,
});

export const SimulateLapseSchema = z.strictObject({
  /** Only this module; all that is paid for unless given. */
  moduleId: z.uuid().optional(),
});
/** What becomes of an installation if nothing is paid any more from today. */
export const LapseSchema = z.strictObject({
  installationId: z.uuid(),
  level: z.enum(["agency", "client", "site"]),
  clientId: z.uuid().nullable(),
  clientName: z.string().nullable(),
  siteId: z.uuid().nullable(),
  siteName: z.string().nullable(),
  moduleId: z.uuid(),
  moduleName: z.string(),
  /** What visitors see in its place. */
  fallback: z.string(),
  /** One step after the other. */
  steps: z.array(
    z.strictObject({
      at: InstantSchema,
      reason: z.enum(REASONS),
      sentence: z.string(),
      isAllowed: z.boolean(),
      /** Whether more of the module may be installed. */
      mayInstall: z.boolean(),
      maySetSettings: z.boolean(),
    }),
  ),
});

export const INBOX_STATUSES = ["pending", "waiting", "done", "ignored", "dead"] as const;
export const InboxQuerySchema = PageQuerySchema.extend({ status: z.enum(INBOX_STATUSES).optional() });
/** A delivery of the billing provider's. */
export const InboxItemSchema = z.strictObject({
  id: z.uuid(),
  event: z.string(),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable(),
  mode: z.string(),
  store: z.string(),
  status: z.enum(INBOX_STATUSES),
  attempts: z.number().int(),
  /** What was concluded. */
  outcome: z.string().nullable(),
  lastError: z.string().nullable(),
  receivedAt: InstantSchema,
  nextAttemptAt: InstantSchema,
  doneAt: InstantSchema.nullable(),
});
