import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import type { BillingCounters } from "../counters.ts";
import { AmbiguousStateError } from "../provider-mirror.ts";
import type { ResourceKind } from "../provider.ts";
import type { DeliveryGroup } from "./claim-deliveries.ts";

/** Pauses between the attempts, in seconds: eight attempts within a day. */
const RETRY_SECONDS = [5, 30, 300, 1_800, 7_200, 21_600, 43_200] as const;
const MAX_ATTEMPTS = RETRY_SECONDS.length + 1;
const MAX_TEXT = 2_000;

/** Why a group of deliveries could not be finished: an error, or a resource that is not known yet. */
export type RetryReason = Error | { readonly waitsFor: { readonly kind: ResourceKind; readonly id: string } };

/** Schedules the next attempt. After eight attempts the deliveries are dead: they are kept, and a person has to look. */
export async function scheduleRetry(
  { database, counts, clock }: { database: Database; counts: BillingCounters; clock: () => number },
  { kind, id, rows }: DeliveryGroup,
  reason: RetryReason,
): Promise<void> {
  const waitsFor = "waitsFor" in reason ? reason.waitsFor : undefined;
  const message = "waitsFor" in reason ? `${reason.waitsFor.kind} ${reason.waitsFor.id} is not known yet.` : reason.message;
  const storedError = (reason instanceof Error ? `${reason.name}: ${message}` : message).slice(0, MAX_TEXT);
  const status = waitsFor || reason instanceof AmbiguousStateError ? "waiting" : "pending";
  const now = new Date(clock());
  const dead = await database.withPlatform("billing put off", async (tx) => {
    let dead = 0;
    for (const { id: rowId, attempts } of rows) {
      const seconds = RETRY_SECONDS[attempts - 1];
      const { count } = await tx`
        update webhook_inbox set status = ${seconds === undefined ? "dead" : status}, last_error = ${storedError},
          waits_for_kind = ${waitsFor?.kind ?? null}, waits_for_id = ${waitsFor?.id ?? null}, next_attempt_at = ${new Date(now.getTime() + (seconds ?? 0) * 1_000)}
        where id = ${rowId} and status in ('pending', 'waiting')`;
      if (seconds === undefined) dead += count;
    }
    return dead;
  });
  counts.add("failed");
  const logger = getLogger(["dramac", "billing"]);
  const properties = { kind, id, error: message };
  if (!dead) return logger.info("{kind} {id} is tried again later: {error}", properties);
  counts.add("dead", dead);
  logger.error("BILLING_DEAD_LETTER: {kind} {id} was given up after {attempts} attempts: {error}", { ...properties, attempts: MAX_ATTEMPTS });
}
