import { z } from "zod";
import { lineOfText } from "../text.ts";
import { AmountSchema, ComputedAmountSchema } from "./catalogue.ts";
import { InstantSchema } from "./page.ts";

export const SUBSCRIPTION_STATUSES = ["pending", "on_trial", "active", "past_due", "unpaid", "paused", "cancelled", "expired"] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];
export const BILLING_CYCLES = ["monthly", "yearly", "one_time"] as const;

/** How an agency's retail price is computed from the wholesale price. */
export const MarkupSchema = z.discriminatedUnion("type", [
  /** 10,000 basis points are 100 %: the client pays twice what the agency pays. */
  z.strictObject({ type: z.literal("percentage"), basisPoints: z.number().int().min(0).max(10_000_000) }),
  z.strictObject({ type: z.literal("fixed"), amount: AmountSchema }),
  /** A price below wholesale is allowed only with `isSubsidy`. */
  z.strictObject({ type: z.literal("custom"), monthly: AmountSchema.nullable(), yearly: AmountSchema.nullable(), isSubsidy: z.boolean().default(false) }),
  z.strictObject({ type: z.literal("passthrough") }),
]);
export type MarkupInput = z.infer<typeof MarkupSchema>;

/** Wholesale, retail and their difference, in minor units; `null` if there is no such price. */
const Prices = z.strictObject({ wholesale: AmountSchema, retail: ComputedAmountSchema.nullable(), profit: z.number().int().nullable() });

/** An agency's subscription to a module, as the agency sees it. */
export const SubscriptionSchema = z.strictObject({
  id: z.uuid(),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  status: z.enum(SUBSCRIPTION_STATUSES),
  billingCycle: z.enum(BILLING_CYCLES),
  currency: z.string(),
  markup: MarkupSchema,
  /** What the agency pays, by the price version that it agreed to. The other prices apply to new sales. */
  agreed: z.strictObject({ priceVersion: z.number().int(), wholesale: AmountSchema }),
  monthly: Prices,
  yearly: Prices,
  maxInstallations: z.number().nullable(),
  currentInstallations: z.number(),
  currentPeriodEnd: InstantSchema.nullable(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
export const SubscriptionCreateSchema = z.strictObject({ moduleId: z.uuid(), billingCycle: z.enum(BILLING_CYCLES).default("monthly") });
/** Which installations stay if there are more than the subscription covers. */
export const RetainedInstallationsInputSchema = z.strictObject({ installationIds: z.array(z.uuid()).max(1_000) });
/** The installations of a subscription that covers fewer than are installed; at most 1,000. */
export const RetainedInstallationsSchema = z.strictObject({
  maxInstallations: z.number().nullable(),
  /** Until when the surplus installations run. */
  endsAt: InstantSchema.nullable(),
  installations: z.array(
    z.strictObject({
      id: z.uuid(),
      level: z.enum(["agency", "client", "site"]),
      clientId: z.uuid().nullable(),
      siteId: z.uuid().nullable(),
      installedAt: InstantSchema,
      limitStatus: z.enum(["within", "over_limit", "suspended"]),
    }),
  ),
});
/** A comped subscription: an administrator grants it without the billing provider. */
export const SubscriptionCompSchema = z.strictObject({
  reason: lineOfText(500),
  until: InstantSchema.nullable().default(null),
  maxInstallations: z.number().int().min(0).max(1_000_000).nullable().default(null),
});
