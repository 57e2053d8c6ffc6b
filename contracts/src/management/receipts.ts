import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { InstantSchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

const Money = z.number().int();

/** Fields of every view: the installation, and what its client pays. Amounts are minor units. */
const CommonFields = {
  installationId: z.uuid(),
  level: z.enum(INSTALL_LEVELS),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  currency: z.string().nullable(),
  billingCycle: z.enum(BILLING_CYCLES).nullable(),
  /** What the client pays its agency each period; `null` if no client pays. */
  retail: Money.nullable(),
  /** The last recorded period. Without an end it is paid once. */
  period: z.strictObject({ from: InstantSchema, to: InstantSchema.nullable(), amount: Money }).nullable(),
};

/** Additional fields for the agency: what it pays and earns. */
const AgencyFields = {
  ...CommonFields,
  priceVersion: z.number().int().nullable(),
  wholesale: Money.nullable(),
  /** The markup rule at the time of the sale and its amount; `null` if no client pays. */
  markup: z
    .strictObject({ type: z.enum(["percentage", "fixed", "custom", "passthrough"]), basisPoints: z.number().int().nullable(), amount: Money })
    .nullable(),
  /** Retail minus wholesale, if the wholesale price is paid for this installation alone. */
  profit: Money.nullable(),
};

/** The price of an installation, in three views. Each contains only what its reader may know. */
export const ReceiptSchema = z.discriminatedUnion("view", [
  z.strictObject({ view: z.literal("client"), ...CommonFields }),
  z.strictObject({ view: z.literal("agency"), ...AgencyFields }),
  z.strictObject({
    view: z.literal("platform"),
    ...AgencyFields,
    developerId: z.uuid(),
    developerName: z.string(),
    /** The share of the wholesale price, before discounts, refunds and tax. */
    developerShare: Money.nullable(),
    platformShare: Money.nullable(),
  }),
]);
