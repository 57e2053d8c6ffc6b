import { BillingRefused, BillingUnavailable } from "../provider.ts";

interface Refundable {
  readonly total: bigint;
  readonly refunded: bigint;
}

/** @throws BillingRefused for what the API cannot take as a number of cents */
export function toCents(amount: bigint): number {
  if (amount <= 0n || amount > BigInt(Number.MAX_SAFE_INTEGER)) throw new BillingRefused(`${amount} is no amount: give whole minor units above 0.`);
  return Number(amount);
}

/**
 * Gives back what is missing to `inAll`. Their refund adds up and has no key that would make it safe to repeat; so what has been given back
 * is read first, and read again when nobody knows whether the refund was made.
 * @throws BillingUnavailable when it is not known to be made: saying the same again is safe, and gives no more than `inAll`
 */
export async function refundUpTo<Resource extends Refundable>(
  inAll: bigint | undefined,
  look: () => Promise<Resource>,
  refund: (cents: number) => Promise<unknown>,
): Promise<Resource> {
  const before = await look();
  const target = inAll ?? before.total;
  if (target > before.total) throw new BillingRefused(`No more than the total of ${before.total} can be given back.`);
  if (before.refunded >= target) return before;
  const error = await refund(toCents(target - before.refunded)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error !== undefined && !(error instanceof BillingUnavailable)) throw error;
  const after = await look();
  if (after.refunded >= target) return after;
  throw error ?? new BillingUnavailable("Lemon Squeezy took the refund and does not show it yet: ask again later.");
}
