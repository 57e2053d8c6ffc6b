import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import type { BillingCounters } from "../counters.ts";
import { MissingResourceError } from "../effects/effect-context.ts";
import { AmbiguousStateError } from "../provider-mirror.ts";
import { errorText, type DeliveryGroup } from "./claim-deliveries.ts";

/** Seconds between attempts: eight of them over a day. */
const RETRY_SECONDS = [5, 30, 300, 1_800, 7_200, 21_600, 43_200] as const;
const MAX_ATTEMPTS = RETRY_SECONDS.length + 1;

/** Tries again later; after eight times a person has to look, and nothing is lost meanwhile. */
export async function scheduleRetry(
  { database, counts, clock }: { database: Database; counts: BillingCounters; clock: () => number },
  { kind, id, rows }: DeliveryGroup,
  error: Error,
): Promise<void> {
  const isWaiting = error instanceof MissingResourceError || error instanceof AmbiguousStateError;
  const now = new Date(clock());
  const dead = await database.withPlatform("billing put off", async (tx) => {
    let dead = 0;
    for (const { id: rowId, attempts } of rows) {
      const pause = RETRY_SECONDS[attempts - 1];
      const { count } = await tx`
        update webhook_inbox set status = ${pause === undefined ? "dead" : isWaiting ? "waiting" : "pending"}, last_error = ${errorText(error)},
          next_attempt_at = ${new Date(now.getTime() + (pause ?? 0) * 1_000)}
        where id = ${rowId} and status in ('pending', 'waiting')`;
      if (pause === undefined) dead += count;
    }
    return dead;
  });
  counts.add("failed");
  const logger = getLogger(["dramac", "billing"]);
  const snapshot = { kind, id, error: error.message };
  if (!dead) return logger.info("{kind} {id} is tried again later: {error}", snapshot);
  counts.add("dead", dead);
  logger.error("BILLING_DEAD_LETTER: {kind} {id} was given up after {attempts} attempts: {error}", { ...snapshot, attempts: MAX_ATTEMPTS });
}
