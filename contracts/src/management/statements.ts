import { z } from "zod";
import { InstantSchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

/** A calendar month in UTC, `2026-03`. */
export const MonthSchema = z.string().regex(/^20\d{2}-(?:0[1-9]|1[0-2])$/, "a month, like 2026-03");

export const StatementQuerySchema = z.strictObject({
  /** A statement contains either real money or the provider's test mode, never both. */
  mode: z.enum(["live", "test"]).default("live"),
});

/** The months that have a statement, newest first. */
export const StatementListSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      month: MonthSchema,
      /** Whether the month has ended, so that its statement does not change any more. */
      isFinal: z.boolean(),
    }),
  ),
});

/** Minor units; refunds can make it negative. */
const Money = z.number().int();
/** paid = wholesale - discount + tax - refunded - disputed; refunded and disputed are without tax. */
const Paid = { wholesale: Money, discount: Money, tax: Money, refunded: Money, disputed: Money, paid: Money };
const Module = { moduleId: z.uuid(), moduleSlug: z.string().nullable(), moduleName: z.string().nullable() };

/** The provider's resource that brought an entry. */
const SourceSchema = z.strictObject({ provider: z.string(), kind: z.enum(["order", "invoice", "dispute"]), id: z.string() });

/** One entry of the ledger. */
const Entry = {
  entryId: z.uuid(),
  kind: z.enum(["payment", "refund", "reversal", "dispute", "correction"]),
  ...Module,
  source: SourceSchema,
  currency: z.string(),
  /** When it happened, according to the provider. */
  occurredAt: InstantSchema,
  /** When it was posted, which decides the month of the statement. */
  postedAt: InstantSchema,
};

const Month = { month: MonthSchema, isFinal: z.boolean(), mode: z.enum(["live", "test"]) };

/** An agency's month: what it paid to the platform, and what its clients owe it. */
export const AgencyStatementSchema = z.strictObject({
  agencyId: z.uuid(),
  ...Month,
  /** By currency. */
  totals: z.array(z.strictObject({ currency: z.string(), ...Paid })),
  modules: z.array(z.strictObject({ ...Module, currency: z.string(), ...Paid })),
  entries: z.array(z.strictObject({ ...Entry, subscriptionId: z.uuid().nullable(), ...Paid })),
  /** The agency's own sales, computed from its installations and their prices. The platform does not charge them. */
  clients: z.strictObject({
    totals: z.array(z.strictObject({ currency: z.string(), owed: Money })),
    /** For periods that began in the month. */
    dues: z.array(
      z.strictObject({
        clientId: z.uuid(),
        clientName: z.string().nullable(),
        ...Module,
        billingCycle: z.enum(BILLING_CYCLES),
        periods: z.number().int(),
        currency: z.string(),
        owed: Money,
      }),
    ),
  }),
});
export type AgencyStatement = z.infer<typeof AgencyStatementSchema>;

/** A developer's month: the share of the sales of its modules. */
export const DeveloperStatementSchema = z.strictObject({
  developerId: z.uuid(),
  developerName: z.string(),
  ...Month,
  /** By currency; `held` is the part of the share that cannot be paid out yet. */
  totals: z.array(z.strictObject({ currency: z.string(), base: Money, share: Money, held: Money })),
  modules: z.array(z.strictObject({ ...Module, currency: z.string(), base: Money, share: Money })),
  entries: z.array(
    z.strictObject({
      ...Entry,
      /** Wholesale net of discounts, refunds and tax. */
      base: Money,
      share: Money,
      /** The moment from which it can be paid out. */
      availableAt: InstantSchema,
    }),
  ),
});
export type DeveloperStatement = z.infer<typeof DeveloperStatementSchema>;
