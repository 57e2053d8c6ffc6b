import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { MODULE_TYPES } from "../manifest.ts";
import { lineOfText } from "../text.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";

export const MODULE_STATUSES = ["draft", "review", "active", "deprecated", "disabled"] as const;
export type ModuleStatus = (typeof MODULE_STATUSES)[number];
export const PRICING_TYPES = ["free", "one_time", "monthly", "yearly"] as const;

/** The next states of a module, by its state. */
export const MODULE_STATUS_CHANGES: Readonly<Record<ModuleStatus, readonly ModuleStatus[]>> = {
  draft: ["review"],
  review: ["active", "draft"],
  active: ["deprecated", "disabled"],
  deprecated: ["active", "disabled"],
  disabled: ["active"],
};

/** An amount in minor units, for example cents: an integer far below the range where numbers round. */
export const AmountSchema = z.number().int().min(0).max(1_000_000_000_00);
/** An amount that was computed from others; even with the largest markup it is exact as a number. */
export const ComputedAmountSchema = z.number().int().min(0);
const Slug = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "lower-case words joined by dashes");
const Word = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, "a lower-case word");

/** The facts about a module that everyone who sees it may read; never a price. */
export const ModuleFactsSchema = z.strictObject({
  id: z.uuid(),
  slug: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string(),
  type: z.enum(MODULE_TYPES),
  tags: z.array(z.string()),
  installLevel: z.enum(INSTALL_LEVELS),
  status: z.enum(MODULE_STATUSES),
  pricingType: z.enum(PRICING_TYPES),
  currency: z.string(),
  currentVersion: z.string(),
  authorName: z.string(),
  requiredPermissions: z.array(z.string()),
  providedHooks: z.array(z.string()),
  installCount: z.number(),
  ratingAverage: z.number(),
  ratingCount: z.number(),
  isFeatured: z.boolean(),
  publishedAt: InstantSchema.nullable(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});

const Wholesale = { wholesaleMonthly: AmountSchema, wholesaleYearly: AmountSchema, wholesaleOneTime: AmountSchema };
const Suggested = { suggestedRetailMonthly: AmountSchema.nullable(), suggestedRetailYearly: AmountSchema.nullable() };

/** A module as the platform sees it. */
export const PlatformModuleSchema = ModuleFactsSchema.extend({ ...Wholesale, ...Suggested, priceVersion: z.number(), killedAt: InstantSchema.nullable() });
/** A module as an agency sees it, with wholesale and suggested retail prices. */
export const AgencyModuleSchema = ModuleFactsSchema.extend({ ...Wholesale, ...Suggested, isSubscribed: z.boolean() });
/** A module as a client sees it, with the retail price of its agency only. */
export const ClientModuleSchema = ModuleFactsSchema.extend({ retailMonthly: ComputedAmountSchema.nullable(), retailYearly: ComputedAmountSchema.nullable() });

export const ModuleQuerySchema = PageQuerySchema.extend({
  /** Part of the name, slug or description. */
  text: lineOfText(80).optional(),
  category: Word.optional(),
  tag: Word.optional(),
  level: z.enum(INSTALL_LEVELS).optional(),
  type: z.enum(MODULE_TYPES).optional(),
  price: z.enum(["free", "paid"]).optional(),
});
export type ModuleQuery = z.infer<typeof ModuleQuerySchema>;
export const PlatformModuleQuerySchema = ModuleQuerySchema.extend({ status: z.enum(MODULE_STATUSES).optional() });

const Facts = {
  name: lineOfText(80),
  description: lineOfText(500).nullable(),
  category: Word,
  tags: z.array(Word).max(10),
  isFeatured: z.boolean(),
};
export const ModuleCreateSchema = z.strictObject({
  ...Facts,
  slug: Slug,
  type: z.enum(MODULE_TYPES).default("widget"),
  installLevel: z.enum(INSTALL_LEVELS),
  description: Facts.description.default(null),
  tags: Facts.tags.default([]),
  isFeatured: Facts.isFeatured.default(false),
});
export const ModuleChangeSchema = z.strictObject(Facts).partial();
export const ModuleStatusSchema = z.strictObject({ status: z.enum(MODULE_STATUSES), reason: lineOfText(500).optional() });
/** All prices at once, so that none has to be guessed. */
export const ModulePricesSchema = z.strictObject({
  pricingType: z.enum(PRICING_TYPES),
  currency: z.string().regex(/^[A-Z]{3}$/, "a currency, like EUR"),
  ...Wholesale,
  ...Suggested,
});
