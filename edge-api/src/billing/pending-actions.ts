import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { type BillingMode, type BillingProvider, BillingRefused } from "./provider.ts";

const RETRY_SECONDS = 30;
const MAX_ATTEMPTS = 8;
/** Whoever took a duty has so long for it, before another node may. */
const LEASE_SECONDS = 120;

interface PendingAction {
  readonly id: string;
  readonly mode: BillingMode;
  readonly action: "refund_order" | "cancel_subscription";
  readonly resourceId: string;
  readonly attempts: number;
}

/**
 * Does what is owed to the provider's customers: gives money back, ends subscriptions that nobody should pay for twice. Said twice,
 * the provider does it once, so a node that dies in between does no harm.
 * @returns how many were looked at
 */
export async function runPendingActions(
  { database, provider, clock }: { database: Database; provider: BillingProvider; clock: () => number },
  shouldStop: () => boolean = () => false,
): Promise<number> {
  const logger = getLogger(["dramac", "billing"]);
  for (let done = 0; ; done++) {
    const duty = shouldStop() ? undefined : await claimNext(database, new Date(clock()));
    if (!duty) return done;
    const error = await perform(provider, duty).then(
      () => undefined,
      (error: Error) => error,
    );
    const isDead = error !== undefined && (duty.attempts >= MAX_ATTEMPTS || error instanceof BillingRefused);
    const next = new Date(clock() + RETRY_SECONDS * 1_000 * 2 ** duty.attempts);
    await database.withPlatform(
      "billing duty",
      (tx) =>
        tx`update billing_duties set status = ${error ? (isDead ? "dead" : "pending") : "done"}, last_error = ${error?.message ?? null}, next_attempt_at = ${next} where id = ${duty.id}`,
    );
    if (isDead) logger.error("BILLING_DUTY_DEAD: {duty} of {id} was refused: {error}", { duty: duty.action, id: duty.resourceId, error: error.message });
  }
}

async function claimNext(database: Database, now: Date): Promise<PendingAction | undefined> {
  const [duty] = await database.withPlatform(
    "billing duty",
    (tx) => tx<PendingAction[]>`
      update billing_duties set attempts = attempts + 1, next_attempt_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
      where id = (select id from billing_duties where status = 'pending' and next_attempt_at <= ${now} order by next_attempt_at limit 1 for update skip locked)
      returning id, mode, duty, resource_id as "resourceId", attempts`,
  );
  return duty;
}

async function perform(provider: BillingProvider, { action: duty, resourceId, mode }: PendingAction): Promise<void> {
  if (action === "refund_order") await provider.refundOrder(resourceId, mode);
  else await provider.cancel(resourceId, mode);
}
