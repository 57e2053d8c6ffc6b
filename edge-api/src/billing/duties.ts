import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { type BillingMode, type BillingProvider, BillingRefused } from "./provider.ts";

const PAUSE_SECONDS = 30;
const ATTEMPTS = 8;
/** Whoever took a duty has so long for it, before another node may. */
const LEASE_SECONDS = 120;

interface Duty {
  readonly id: string;
  readonly mode: BillingMode;
  readonly duty: "refund_order" | "cancel_subscription";
  readonly resourceId: string;
  readonly attempts: number;
}

/**
 * Does what is owed to the provider's customers: gives money back, ends subscriptions that nobody should pay for twice. Said twice,
 * the provider does it once, so a node that dies in between does no harm.
 * @returns how many were looked at
 */
export async function doDuties(
  { database, provider, clock }: { database: Database; provider: BillingProvider; clock: () => number },
  isOver: () => boolean = () => false,
): Promise<number> {
  const logger = getLogger(["dramac", "billing"]);
  for (let done = 0; ; done++) {
    const duty = isOver() ? undefined : await take(database, new Date(clock()));
    if (!duty) return done;
    const fault = await perform(provider, duty).then(
      () => undefined,
      (error: Error) => error,
    );
    const isDead = fault !== undefined && (duty.attempts >= ATTEMPTS || fault instanceof BillingRefused);
    const next = new Date(clock() + PAUSE_SECONDS * 1_000 * 2 ** duty.attempts);
    await database.withPlatform(
      "billing duty",
      (tx) =>
        tx`update billing_duties set status = ${fault ? (isDead ? "dead" : "pending") : "done"}, last_error = ${fault?.message ?? null}, next_attempt_at = ${next} where id = ${duty.id}`,
    );
    if (isDead) logger.error("BILLING_DUTY_DEAD: {duty} of {id} was refused: {fault}", { duty: duty.duty, id: duty.resourceId, fault: fault.message });
  }
}

async function take(database: Database, now: Date): Promise<Duty | undefined> {
  const [duty] = await database.withPlatform(
    "billing duty",
    (tx) => tx<Duty[]>`
      update billing_duties set attempts = attempts + 1, next_attempt_at = ${now}::timestamptz + make_interval(secs => ${LEASE_SECONDS})
      where id = (select id from billing_duties where status = 'pending' and next_attempt_at <= ${now} order by next_attempt_at limit 1 for update skip locked)
      returning id, mode, duty, resource_id as "resourceId", attempts`,
  );
  return duty;
}

async function perform(provider: BillingProvider, { duty, resourceId, mode }: Duty): Promise<void> {
  if (duty === "refund_order") await provider.refundOrder(resourceId, mode);
  else await provider.cancel(resourceId, mode);
}
