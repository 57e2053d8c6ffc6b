import { z } from "zod";
import { ENTITLEMENT_REASONS, type EntitlementReason } from "../entitlement.ts";
import { AmountSchema } from "./catalogue.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { SUBSCRIPTION_STATUSES } from "./subscriptions.ts";

const REASONS = Object.keys(ENTITLEMENT_REASONS) as [EntitlementReason, ...EntitlementReason[]];

export const CheckoutCreateSchema = z.strictObject({
  /** The page that the buyer returns to after paying; https, or http on localhost. */
  redirectUrl: z.url({ protocol: /^https?$/ }).max(500),
  /** The address for the receipt. Default: the agency's owner. */
  email: z.email().max(254).optional(),
});
/** A checkout that was opened for a subscription. */
export const CheckoutSchema = z.strictObject({
  id: z.string(),
  subscriptionId: z.uuid(),
  status: z.enum(["open", "paid", "expired", "mismatched", "late"]),
  /** The page where to pay; `null` if it is not open. */
  url: z.string().nullable(),
  /** Before tax, minor units. */
  amount: AmountSchema,
  currency: z.string(),
  billingCycle: z.string(),
  expiresAt: InstantSchema,
  /** Why it granted nothing; `null` otherwise. */
  reason: z.string().nullable(),
});

/** Whether something may run: the reason, the causing events, until when, and what would change it. */
export const EntitlementSchema = z.strictObject({
  isAllowed: z.boolean(),
  reason: z.enum(REASONS),
  /** The reason as a sentence. */
  sentence: z.string(),
  mayInstall: z.boolean(),
  maySetSettings: z.boolean(),
  /** When the answer changes without any event, and the reason from then on. */
  validUntil: InstantSchema.nullable(),
  next: z.enum(REASONS).nullable(),
  /** What a person can do about it; `null` if there is no problem. */
  remedy: z.string().nullable(),
  /** The events that led to the present status, newest first. */
  causes: z.array(
    z.strictObject({
      version: z.number().int(),
      at: InstantSchema,
      status: z.enum(SUBSCRIPTION_STATUSES),
      reason: z.enum(REASONS),
      isAllowed: z.boolean(),
      kind: z.enum(["webhook", "reconciliation", "operation"]),
      /** The id of a delivery, for administrators. */
      id: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
});

/** Links to pages of the provider. They expire after some hours: request them again for each click. */
export const PortalLinksSchema = z.strictObject({ portal: z.string(), updatePaymentMethod: z.string(), changePlan: z.string().nullable() });

/** A payment for a subscription. */
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
  /** Only this module. Default: all paid modules. */
  moduleId: z.uuid().optional(),
});
/** What happens to an installation if no payment is made from today. */
export const LapseSchema = z.strictObject({
  installationId: z.uuid(),
  level: z.enum(["agency", "client", "site"]),
  clientId: z.uuid().nullable(),
  clientName: z.string().nullable(),
  siteId: z.uuid().nullable(),
  siteName: z.string().nullable(),
  moduleId: z.uuid(),
  moduleName: z.string(),
  /** What visitors see instead of the module. */
  fallback: z.string(),
  /** In order of time. */
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
/** A webhook delivery of the billing provider. */
export const InboxItemSchema = z.strictObject({
  id: z.uuid(),
  event: z.string(),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable(),
  mode: z.string(),
  store: z.string(),
  status: z.enum(INBOX_STATUSES),
  attempts: z.number().int(),
  /** What followed from it. */
  outcome: z.string().nullable(),
  lastError: z.string().nullable(),
  receivedAt: InstantSchema,
  nextAttemptAt: InstantSchema,
  doneAt: InstantSchema.nullable(),
});
