import { BillingRefused, BillingUnavailable } from "../provider.ts";

interface Refundable {
  readonly total: bigint;
  readonly refunded: bigint;
}

/** @throws BillingRefused for an amount that the API does not accept */
export function toCents(amount: bigint): number {
  if (amount <= 0n || amount > BigInt(Number.MAX_SAFE_INTEGER)) throw new BillingRefused(`${amount} is not a valid amount: give whole minor units above 0.`);
  return Number(amount);
}

/**
 * Refunds the difference between `targetTotal` and what was refunded before. The provider's refunds add up and have no idempotency key,
 * so the refunded amount is read before, and again afterwards if it is not known whether the refund was made.
 * @throws BillingUnavailable if it is not known whether the refund was made. Calling again is safe, and refunds no more than `targetTotal`
 */
export async function refundUpTo<Resource extends Refundable>(
  targetTotal: bigint | undefined,
  read: () => Promise<Resource>,
  refund: (cents: number) => Promise<unknown>,
): Promise<Resource> {
  const before = await read();
  const target = targetTotal ?? before.total;
  if (target > before.total) throw new BillingRefused(`No more than the total of ${before.total} can be refunded.`);
  if (before.refunded >= target) return before;
  const error = await refund(toCents(target - before.refunded)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error !== undefined && !(error instanceof BillingUnavailable)) throw error;
  const after = await read();
  if (after.refunded >= target) return after;
  throw error ?? new BillingUnavailable("Lemon Squeezy accepted the refund and does not show it yet: try again later.");
}
