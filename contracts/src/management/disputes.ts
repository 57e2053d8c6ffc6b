import { z } from "zod";
import { lineOfText } from "../text.ts";
import { AmountSchema } from "./catalogue.ts";
import { InstantSchema } from "./page.ts";

/** What a buyer's bank takes back of a payment. The provider shows it on its pages and sends no event. */
export const DisputeSchema = z.strictObject({
  /** The provider's id of the dispute. The same id again updates the same dispute. */
  id: lineOfText(100),
  /** Taken back so far, with tax, in minor units of the payment's currency; 0 once the dispute was won. */
  total: AmountSchema,
  /** The provider's fees for it so far. */
  fee: AmountSchema,
  occurredAt: InstantSchema,
  reason: lineOfText(500),
});

/** The entry that was posted. */
export const DisputePostingSchema = z.strictObject({
  /** `null` if the ledger was up to date. */
  entryId: z.uuid().nullable(),
  /** Debits are positive, credits negative. */
  lines: z.array(z.strictObject({ account: z.string(), amount: z.number().int() })),
});
