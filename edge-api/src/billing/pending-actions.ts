import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { type BillingMode, type BillingProvider, BillingRefused } from "./provider.ts";

const RETRY_SECONDS = 30;
const MAX_ATTEMPTS = 8;
/** How long a node owns an action that it claimed. After that another node may claim it. */
const LEASE_SECONDS = 120;

interface PendingAction {
  readonly id: string;
  readonly mode: BillingMode;
  readonly action: "refund_order" | "cancel_subscription";
  readonly resourceId: string;
  readonly attempts: number;
}

/**
 * Makes the queued calls of the provider: refunds of second payments, cancellations of subscriptions that would be charged twice. The
 * calls may be repeated safely, so a node that dies in between does no harm.
 * @returns how many actions were tried
 */
export async function runPendingActions(
  { database, provider, clock }: { database: Database; provider: BillingProvider; clock: () => number },
  shouldStop: () => boolean = () => false,
): Promise<number> {
  const logger = getLogger(["dramac", "billing"]);
  for (let done = 0; ; done++) {
    const pending = shouldStop() ? undefined : await claimNext(database, new Date(clock()));
    if (!pending) return done;
    const { id, action, resourceId, attempts } = pending;
    const error = await perform(provider, pending).then(
      () => undefined,
      (reason: Error) => reason,
    );
    const isDead = error !== undefined && (attempts >= MAX_ATTEMPTS || error instanceof BillingRefused);
    const next = new Date(clock() + RETRY_SECONDS * 1_000 * 2 ** attempts);
    await database.withPlatform(
      "billing duty",
      (tx) =>
        tx`update billing_duties set status = ${error ? (isDead ? "dead" : "pending") : "done"}, last_error = ${error?.message ?? null}, next_attempt_at = ${next} where id = ${id}`,
    );
    if (isDead) logger.error("BILLING_DUTY_DEAD: {action} of {id} was refused: {error}", { action, id: resourceId, error: error.message });
  }
}

async function claimNext(database: Database, now: Date): Promise<PendingAction | undefined> {
  const [pending] = await database.withPlatform(
    "billing duty",
    (tx) => tx<PendingAction[]>`
      update billing_duties set attempts = attempts + 1, next_attempt_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
      where id = (select id from billing_duties where status = 'pending' and next_attempt_at <= ${now} order by next_attempt_at limit 1 for update skip locked)
      returning id, mode, duty as action, resource_id as "resourceId", attempts`,
  );
  return pending;
}

async function perform(provider: BillingProvider, { action, resourceId, mode }: PendingAction): Promise<void> {
  if (action === "refund_order") await provider.refundOrder(resourceId, mode);
  else await provider.cancel(resourceId, mode);
}
