import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import type { BillingCounts } from "../counts.ts";
import { WaitingFor } from "../effects/effect.ts";
import { AmbiguousOrder } from "../kept-resources.ts";
import { errorText, type Group } from "./claim.ts";

/** Seconds between attempts: eight of them over a day. */
const PAUSES = [5, 30, 300, 1_800, 7_200, 21_600, 43_200] as const;
const ATTEMPTS = PAUSES.length + 1;

/** Tries again later; after eight times a person has to look, and nothing is lost meanwhile. */
export async function putOff(
  { database, counts, clock }: { database: Database; counts: BillingCounts; clock: () => number },
  { kind, id, rows }: Group,
  fault: Error,
): Promise<void> {
  const isWaiting = fault instanceof WaitingFor || fault instanceof AmbiguousOrder;
  const now = new Date(clock());
  const dead = await database.withPlatform("billing put off", async (tx) => {
    let dead = 0;
    for (const { id: rowId, attempts } of rows) {
      const pause = PAUSES[attempts - 1];
      const { count } = await tx`
        update webhook_inbox set status = ${pause === undefined ? "dead" : isWaiting ? "waiting" : "pending"}, last_error = ${errorText(fault)},
          next_attempt_at = ${new Date(now.getTime() + (pause ?? 0) * 1_000)}
        where id = ${rowId} and status in ('pending', 'waiting')`;
      if (pause === undefined) dead += count;
    }
    return dead;
  });
  counts.add("failed");
  const logger = getLogger(["dramac", "billing"]);
  const said = { kind, id, fault: fault.message };
  if (!dead) return logger.info("{kind} {id} is tried again later: {fault}", said);
  counts.add("dead", dead);
  logger.error("BILLING_DEAD_LETTER: {kind} {id} was given up after {attempts} attempts: {fault}", { ...said, attempts: ATTEMPTS });
}
