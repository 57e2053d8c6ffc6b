import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { AmountSchema, PRICING_TYPES, ComputedAmountSchema } from "./catalogue.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

/** One version of a module's prices. */
export const PriceVersionSchema = z.strictObject({
  version: z.number().int(),
  pricingType: z.enum(PRICING_TYPES),
  currency: z.string(),
  wholesaleMonthly: AmountSchema,
  wholesaleYearly: AmountSchema,
  wholesaleOneTime: AmountSchema,
  suggestedRetailMonthly: AmountSchema.nullable(),
  suggestedRetailYearly: AmountSchema.nullable(),
  /** From this time it applies to new sales. */
  announcedAt: InstantSchema,
  /** From this time it applies to earlier sales, too. */
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
/** A change of an amount, in minor units; `null` when there is no such price. */
const Step = z.strictObject({ from: ComputedAmountSchema.nullable(), to: ComputedAmountSchema.nullable(), difference: z.number().int().nullable() });

/** An announced price change, as the agency sees it. */
export const PriceChangeSchema = z.strictObject({
  ...Facts,
  subscriptionId: z.uuid(),
  /** `subscription` means the price that the agency itself pays. */
  level: z.enum(["subscription", ...INSTALL_LEVELS]),
  /** A new wholesale price of the platform, or the agency's own move to its current price. */
  cause: z.enum(["wholesale", "move"]),
  wholesale: Step,
  /** The price of the installation: retail, or wholesale when the agency uses it itself. */
  paid: Step,
});
/** The same as a client sees it: with the retail price only. */
export const ClientPriceChangeSchema = z.strictObject({ ...Facts, level: z.enum(["client", "site"]), retail: Step });

/** The result of moving installations to the current price. */
export const PriceMoveSchema = z.strictObject({
  /** How many prices will change; installations with the current price are not counted. */
  announced: z.number().int(),
  effectiveAt: InstantSchema.nullable(),
});
