import { z } from "zod";
import { InstantSchema } from "./page.ts";
import { BILLING_CYCLES } from "./subscriptions.ts";

/** A calendar month in UTC, `2026-03`. */
export const MonthSchema = z.string().regex(/^20\d{2}-(?:0[1-9]|1[0-2])$/, "a month, like 2026-03");

export const StatementQuerySchema = z.strictObject({
  /** Of a provider's test mode nothing is ever in the same statement as real money. */
  mode: z.enum(["live", "test"]).default("live"),
});

/** The months that there are statements of, newest first. */
export const StatementListSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      month: MonthSchema,
      /** Whether the month is over: its statement never changes any more. */
      isFinal: z.boolean(),
    }),
  ),
});

/** Minor units; what was given back makes it negative. */
const Money = z.number().int();
/** What was sold at wholesale, less discounts, with tax, less what was refunded and disputed (both without tax): what was paid. */
const Paid = { wholesale: Money, discount: Money, tax: Money, refunded: Money, disputed: Money, paid: Money };
const Module = { moduleId: z.uuid(), moduleSlug: z.string().nullable(), moduleName: z.string().nullable() };

/** What a line came from: a resource of the provider, by which it finds it again. */
const SourceSchema = z.strictObject({ provider: z.string(), kind: z.enum(["order", "invoice", "dispute"]), id: z.string() });

/** One posting, as it is kept in the ledger under `entryId`. */
const Entry = {
  entryId: z.uuid(),
  kind: z.enum(["payment", "refund", "reversal", "dispute", "correction"]),
  ...Module,
  source: SourceSchema,
  currency: z.string(),
  /** When the provider says that it happened. */
  occurredAt: InstantSchema,
  /** When we wrote it: the month goes by this. */
  postedAt: InstantSchema,
};

const Month = { month: MonthSchema, isFinal: z.boolean(), mode: z.enum(["live", "test"]) };

/** An agency's month: what it paid us, and what its clients owe it. */
export const AgencyStatementSchema = z.strictObject({
  agencyId: z.uuid(),
  ...Month,
  /** By currency. */
  totals: z.array(z.strictObject({ currency: z.string(), ...Paid })),
  modules: z.array(z.strictObject({ ...Module, currency: z.string(), ...Paid })),
  entries: z.array(z.strictObject({ ...Entry, subscriptionId: z.uuid().nullable(), ...Paid })),
  /** The agency's own sale, reckoned by what was installed at what price; the platform charges none of it. */
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

/** A developer's month: its share of what was sold of its modules. */
export const DeveloperStatementSchema = z.strictObject({
  developerId: z.uuid(),
  developerName: z.string(),
  ...Month,
  /** By currency; `held` is what of the share cannot be paid out yet at this moment. */
  totals: z.array(z.strictObject({ currency: z.string(), base: Money, share: Money, held: Money })),
  modules: z.array(z.strictObject({ ...Module, currency: z.string(), base: Money, share: Money })),
  entries: z.array(
    z.strictObject({
      ...Entry,
      /** Wholesale net of discounts, refunds and tax. */
      base: Money,
      share: Money,
      /** From when on it can be paid out. */
      availableAt: InstantSchema,
    }),
  ),
});
export type DeveloperStatement = z.infer<typeof DeveloperStatementSchema>;
