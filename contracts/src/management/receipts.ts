import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { InstantSchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

const Money = z.number().int();

/** What everybody may see who pays or is paid for an installation: what it is, and what its client pays. Minor units. */
const CommonFields = {
  installationId: z.uuid(),
  level: z.enum(INSTALL_LEVELS),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  currency: z.string().nullable(),
  billingCycle: z.enum(BILLING_CYCLES).nullable(),
  /** What the client pays its agency each period; `null` where no client pays. */
  retail: Money.nullable(),
  /** The period that was recorded last as owed; without an end it is paid once. */
  period: z.strictObject({ from: InstantSchema, to: InstantSchema.nullable(), amount: Money }).nullable(),
};

/** The agency's part: what it pays, and what it earns. */
const AgencyFields = {
  ...CommonFields,
  priceVersion: z.number().int().nullable(),
  wholesale: Money.nullable(),
  /** By which rule retail followed from wholesale when it was sold, and by how much; `null` where no client pays. */
  markup: z
    .strictObject({ type: z.enum(["percentage", "fixed", "custom", "passthrough"]), basisPoints: z.number().int().nullable(), amount: Money })
    .nullable(),
  /** What of retail stays with the agency when wholesale is paid for this installation alone. */
  profit: Money.nullable(),
};

/** What an installation was sold at, in three views; each holds what its reader may know and nothing else. */
export const ReceiptSchema = z.discriminatedUnion("view", [
  z.strictObject({ view: z.literal("client"), ...CommonFields }),
  z.strictObject({ view: z.literal("agency"), ...AgencyFields }),
  z.strictObject({
    view: z.literal("platform"),
    ...AgencyFields,
    developerId: z.uuid(),
    developerName: z.string(),
    /** Of wholesale, before discounts, refunds and tax, which a payment may bring. */
    developerShare: Money.nullable(),
    platformShare: Money.nullable(),
  }),
]);
