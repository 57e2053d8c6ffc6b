import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { AmountSchema, PRICING_TYPES, ComputedAmountSchema } from "./catalogue.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

/** What a module cost agencies, from one announcement to the next. */
export const PriceVersionSchema = z.strictObject({
  version: z.number().int(),
  pricingType: z.enum(PRICING_TYPES),
  currency: z.string(),
  wholesaleMonthly: AmountSchema,
  wholesaleYearly: AmountSchema,
  wholesaleOneTime: AmountSchema,
  suggestedRetailMonthly: AmountSchema.nullable(),
  suggestedRetailYearly: AmountSchema.nullable(),
  /** From here on it is what new sales are made at. */
  announcedAt: InstantSchema,
  /** From here on it holds for what was sold before, too. */
  effectiveFrom: InstantSchema,
});

export const PRICE_CHANGE_STATUSES = ["announced", "applied", "dropped"] as const;
export const PriceChangeQuerySchema = PageQuerySchema.extend({ status: z.enum(PRICE_CHANGE_STATUSES).default("announced") });

const Facts = {
  id: z.uuid(),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  clientId: z.uuid().nullable(),
  siteId: z.uuid().nullable(),
  installationId: z.uuid().nullable(),
  currency: z.string(),
  billingCycle: z.enum(BILLING_CYCLES),
  status: z.enum(PRICE_CHANGE_STATUSES),
  announcedAt: InstantSchema,
  effectiveAt: InstantSchema,
};
/** From, to, and by how much, in minor units; `null` where there is no such price. */
const Step = z.strictObject({ from: ComputedAmountSchema.nullable(), to: ComputedAmountSchema.nullable(), difference: z.number().int().nullable() });

/** A price that was announced, for the agency's eyes. */
export const PriceChangeSchema = z.strictObject({
  ...Facts,
  subscriptionId: z.uuid(),
  /** `subscription` is what the agency itself pays. */
  level: z.enum(["subscription", ...INSTALL_LEVELS]),
  /** The platform's new wholesale price, or the agency's own move to its price of today. */
  cause: z.enum(["wholesale", "move"]),
  wholesale: Step,
  /** What is paid for the installation: retail, or wholesale where the agency uses it itself. */
  paid: Step,
});
/** The same for a client: what it pays, and never what that costs. */
export const ClientPriceChangeSchema = z.strictObject({ ...Facts, level: z.enum(["client", "site"]), retail: Step });

/** What came of moving installations to the price of today. */
export const PriceMoveSchema = z.strictObject({
  /** How many will change; those that stand at that price already do not. */
  announced: z.number().int(),
  effectiveAt: InstantSchema.nullable(),
});
