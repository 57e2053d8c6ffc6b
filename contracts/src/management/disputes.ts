import { z } from "zod";
import { lineOfText } from "../text.ts";
import { AmountSchema } from "./catalogue.ts";
import { InstantSchema } from "./page.ts";

/** What a buyer's bank takes back of a payment, as the provider tells it to people: no event does. */
export const DisputeSchema = z.strictObject({
  /** The provider's name of the dispute; the same one again is the same dispute in a newer state. */
  id: lineOfText(100),
  /** Taken back so far, with tax, minor units of the payment's currency; 0 once it was won. */
  total: AmountSchema,
  /** What the provider asks for it, so far. */
  fee: AmountSchema,
  occurredAt: InstantSchema,
  reason: lineOfText(500),
});

/** What came of it in the ledger. */
export const DisputePostingSchema = z.strictObject({
  /** `null` when it stood there already. */
  entryId: z.uuid().nullable(),
  /** Debits are positive, credits negative. */
  lines: z.array(z.strictObject({ account: z.string(), amount: z.number().int() })),
});
