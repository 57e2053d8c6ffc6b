import type { Tx } from "../../db/database.ts";
import type { BillingProvider } from "../provider.ts";
import { type Balances, balanceOf, differenceTo } from "./accounts.ts";
import { findDeveloper, PAYOUT_HOLD_MS } from "./developer.ts";
import { LedgerError } from "./ledger-error.ts";
import { lockPayment, paymentKeyOf, requireSamePayment, type Source, sourceOf } from "./payment-key.ts";
import { balancesOf, estimateFee, type Payment } from "./payment-balances.ts";
import { type PostedPayment, readPostedPayment } from "./posted-payment.ts";
import { type EntryKind, type LedgerLine, writeEntry } from "./write-entry.ts";

/** Where a payment belongs, and what brought it. */
export interface PaymentDestination {
  readonly provider: BillingProvider["name"];
  readonly agencyId: string;
  readonly moduleId: string;
  /** Our subscription; `null` if none is bound to the payment. */
  readonly subscriptionId: string | null;
  /** For the first invoice of a subscription: the order that the provider's subscription names. Default: the order of our subscription. */
  readonly orderId?: string | null | undefined;
  /** The row of `webhook_inbox` that brought it. */
  readonly cause?: string | null | undefined;
  /** The provider's real fee in minor units. An estimate is posted while it is not known. */
  readonly fee?: bigint | undefined;
  readonly now: Date;
}

/** The result of posting. */
export type Posting =
  | { readonly posted: true; readonly entryId: string; readonly kind: EntryKind; readonly lines: readonly LedgerLine[] }
  /** `unchanged`: the ledger is up to date. `unknown_status`: nothing is concluded from an unknown status. */
  | { readonly posted: false; readonly reason: "unchanged" | "unknown_status" }
  /** The first payment of a subscription was posted with the resource `owner` as its source: post that resource instead. */
  | { readonly posted: false; readonly reason: "same_money"; readonly owner: Source };

/**
 * Brings the ledger to the present state of an order or invoice by posting the difference to what was posted before. Without a
 * difference nothing is posted, so repeated and simultaneous calls post once. Runs as the platform, in the transaction of the
 * payment's other effects; other transactions that post the same payment wait for its end. The caller must not pass an older state
 * after a newer one.
 * @throws LedgerError `order_unknown`, `amounts_disagree`, `payment_changed`, `module_unknown`. Then nothing was written
 */
export async function postPayment(tx: Tx, payment: Payment, to: PaymentDestination): Promise<Posting> {
  const key = await paymentKeyOf(tx, payment, to);
  await lockPayment(tx, key);
  const posted = await readPostedPayment(tx, key);
  const source = sourceOf(payment);
  if (posted && (posted.owner.kind !== source.kind || posted.owner.id !== source.id)) return { posted: false, reason: "same_money", owner: posted.owner };
  await requireSamePayment(tx, key, source);
  requireSameHolder(payment, to, posted);

  const knownFee = to.fee ?? (posted?.fee.isKnown && posted.fee.amount > 0n ? posted.fee.amount : undefined);
  const wanted = balancesOf(payment, knownFee ?? estimateFee(payment.total), posted?.disputed);
  if (!wanted) return { posted: false, reason: "unknown_status" };
  const amounts = differenceTo(wanted, posted?.balances ?? {});
  if (!Object.keys(amounts).length) return { posted: false, reason: "unchanged" };

  const kind = kindOf(wanted, amounts, posted);
  const occurredAt = momentOf(payment, kind);
  const developer = posted?.developer ?? {
    id: await findDeveloper(tx, to.moduleId),
    availableAt: new Date(occurredAt.getTime() + PAYOUT_HOLD_MS),
  };
  const { id, lines } = await writeEntry(tx, {
    key,
    source,
    sequence: (posted?.timesOf(source) ?? 0) + 1,
    kind,
    holder: posted?.holder ?? { ...to, currency: payment.currency },
    cause: to.cause ?? null,
    occurredAt,
    postedAt: to.now,
    amounts,
    isFeeEstimated: knownFee === undefined,
    developer,
  });
  return { posted: true, entryId: id, kind, lines };
}

/** @throws LedgerError `payment_changed` */
function requireSameHolder({ id, currency }: Payment, { agencyId }: PaymentDestination, posted: PostedPayment | undefined): void {
  if (!posted) return;
  const { holder } = posted;
  if (holder.currency !== currency) throw new LedgerError("payment_changed", `Payment ${id} was posted in ${holder.currency}, and is in ${currency} now.`);
  if (holder.agencyId !== agencyId)
    throw new LedgerError("payment_changed", `Payment ${id} was posted for another agency, and a payment never moves to another agency.`);
}

function kindOf(wanted: Balances, amounts: Balances, posted: PostedPayment | undefined): EntryKind {
  if (!posted || !Object.keys(posted.balances).length) return "payment";
  if (!Object.keys(wanted).length) return "reversal";
  return balanceOf(amounts, "wholesale_sales") === 0n && balanceOf(amounts, "refunds") > 0n ? "refund" : "correction";
}

/** When it happened, according to the provider. */
function momentOf({ status, createdAt, updatedAt, refundedAt }: Payment, kind: EntryKind): Date {
  if (kind === "payment") return new Date(status === "paid" ? updatedAt : createdAt);
  return new Date(kind === "refund" ? (refundedAt ?? updatedAt) : updatedAt);
}
