import { developerShare } from "@dramac/contracts";
import type { ProviderInvoice, ProviderOrder } from "../provider.ts";
import type { Balances } from "./accounts.ts";
import { LedgerError } from "./ledger-error.ts";
import { proportionalShare } from "./proportional-share.ts";

export type Payment = ProviderOrder | ProviderInvoice;
/** What counts of it. The subtotal does not: where prices hold tax it is another sum than total, tax and discount say. */
export type PaymentAmounts = Pick<Payment, "status" | "discount" | "tax" | "total" | "refunded">;

/** What a buyer's bank took back of a payment, minor units; `tax` is the part of `total` that was tax. */
export interface Disputed {
  readonly total: bigint;
  readonly tax: bigint;
  /** What the provider asks for the trouble. */
  readonly fee: bigint;
}
const UNDISPUTED: Disputed = { total: 0n, tax: 0n, fee: 0n };

/** Whether money is there in a state: `undefined` where nobody knows, and then nothing is concluded. */
function isCharged(status: Payment["status"]): boolean | undefined {
  switch (status) {
    case "paid":
    case "refunded":
    case "partial_refund":
      return true;
    case "pending":
    case "failed":
    case "fraudulent":
    case "void":
      return false;
    case "unknown":
      return undefined;
    default:
      throw new Error(`There is no status ${String(status satisfies never)}.`);
  }
}

/** 5 % and 50 minor units of what was paid, as the provider announces it: an estimate until it tells. */
export const estimateFee = (total: bigint): bigint => (total === 0n ? 0n : proportionalShare(total, 5n, 100n) + 50n);

/**
 * All that the ledger holds of a payment in a state, disputes included: a function of that state alone, in balance.
 *
 * What was refunded is tax in the proportion in which what was paid is; base and tax together are always the refund, to the cent.
 * The developer gets `developerShare` of what is left, the platform the rest. A payment that failed after all, or was fraud,
 * leaves nothing.
 * @param fee what the provider keeps of it
 * @returns `undefined` for a state that nobody knows
 * @throws LedgerError `amounts_disagree`
 */
export function balancesOf(payment: PaymentAmounts, fee: bigint, disputed: Disputed = UNDISPUTED): Balances | undefined {
  const charged = isCharged(payment.status);
  if (charged === undefined) return undefined;
  if (!charged) return {};
  const { discount, tax, total } = payment;
  const base = total - tax;
  if (discount < 0n || tax < 0n || base < 0n || payment.refunded < 0n) {
    throw new LedgerError("amounts_disagree", `Of ${total}, ${tax} is said to be tax, and ${discount} was taken off before: look at the provider's own page.`);
  }
  const [left, leftTax] = [total - disputed.total, tax - disputed.tax];
  const refunded = payment.status === "refunded" || payment.refunded > left ? left : payment.refunded;
  const refundedTax = proportionalShare(refunded, leftTax, left);
  const net = left - leftTax - (refunded - refundedTax);
  const developer = developerShare(net);
  const cost = fee + disputed.fee;
  return {
    provider_receivable: left - refunded,
    tax_pass_through: refundedTax - leftTax,
    wholesale_sales: -(base + discount),
    discounts: discount,
    refunds: refunded - refundedTax,
    disputes: disputed.total - disputed.tax,
    sales_shared: net,
    developer_payable: -developer,
    platform_revenue: developer - net,
    provider_fees: cost,
    provider_fees_withheld: -cost,
  };
}
