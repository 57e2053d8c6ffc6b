import { developerShare } from "@dramac/contracts";
import type { ProviderInvoice, ProviderOrder } from "../provider.ts";
import type { Balances } from "./accounts.ts";
import { LedgerError } from "./ledger-error.ts";
import { proportionalShare } from "./proportional-share.ts";

export type Payment = ProviderOrder | ProviderInvoice;
/** The fields that decide. The subtotal is not used: in stores whose prices include tax it does not match total, tax and discount. */
export type PaymentAmounts = Pick<Payment, "status" | "discount" | "tax" | "total" | "refunded">;

/** What a buyer's bank took back of a payment, in minor units; `tax` is the tax within `total`. */
export interface Disputed {
  readonly total: bigint;
  readonly tax: bigint;
  /** The provider's fee for disputes. */
  readonly fee: bigint;
}
const UNDISPUTED: Disputed = { total: 0n, tax: 0n, fee: 0n };

/** Whether money was charged; `undefined` for an unknown status, from which nothing is concluded. */
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

/** The provider's published fee: 5 % plus 50 minor units. It is an estimate until the provider reports the real fee. */
export const estimateFee = (total: bigint): bigint => (total === 0n ? 0n : proportionalShare(total, 5n, 100n) + 50n);

/**
 * The balances that the ledger must hold for a payment, disputes included. They depend on the payment's present state only, and they
 * balance.
 *
 * A refund contains tax in the same proportion as the payment; base and tax together are exactly the refund. The developer gets
 * `developerShare` of the rest, the platform what is left. For a failed or fraudulent payment all balances are zero.
 * @param fee the provider's fee for the payment
 * @returns `undefined` for an unknown status
 * @throws LedgerError `amounts_disagree`
 */
export function balancesOf(payment: PaymentAmounts, fee: bigint, disputed: Disputed = UNDISPUTED): Balances | undefined {
  const charged = isCharged(payment.status);
  if (charged === undefined) return undefined;
  if (!charged) return {};
  const { discount, tax, total } = payment;
  const base = total - tax;
  if (discount < 0n || tax < 0n || base < 0n || payment.refunded < 0n) {
    throw new LedgerError(
      "amounts_disagree",
      `The total ${total}, the tax ${tax} and the discount ${discount} contradict each other: look at the payment's page at the provider.`,
    );
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
