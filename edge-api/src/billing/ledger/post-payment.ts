import type { Tx } from "../../db/database.ts";
import type { BillingProvider } from "../provider.ts";
import { type Balances, balanceOf, differenceTo } from "./accounts.ts";
import { findDeveloper, PAYOUT_HOLD_MS } from "./developer.ts";
import { LedgerError } from "./ledger-error.ts";
import { lockPayment, paymentKeyOf, requireSamePayment, type Source, sourceOf } from "./payment-key.ts";
import { balancesOf, estimateFee, type Payment } from "./payment-balances.ts";
import { type PostedPayment, readPostedPayment } from "./posted-payment.ts";
import { type EntryKind, type LedgerLine, writeEntry } from "./write-entry.ts";

/** Whose money it is, and what brought the news. */
export interface PaymentDestination {
  readonly provider: BillingProvider["name"];
  readonly agencyId: string;
  readonly moduleId: string;
  /** Of ours; `null` where none is bound to it. */
  readonly subscriptionId: string | null;
  /** Of a subscription's first invoice: the order that began it, as the provider's subscription names it. What our subscription remembers, unless given. */
  readonly orderId?: string | null | undefined;
  /** The row of `webhook_inbox` that said so. */
  readonly cause?: string | null | undefined;
  /** What the provider kept, minor units, once it told; until then an estimate is posted. */
  readonly fee?: bigint | undefined;
  /** When it is written, for tests that live at another time. */
  readonly now?: Date | undefined;
}

/** What came of posting. */
export type Posting =
  | { readonly posted: true; readonly entryId: string; readonly kind: EntryKind; readonly lines: readonly LedgerLine[] }
  /** `unchanged`: all of it was posted before. `unknown_status`: nothing is concluded from a state that nobody knows. */
  | { readonly posted: false; readonly reason: "unchanged" | "unknown_status" }
  /** It is the first payment of a subscription, which came in as `owner` before: bring that resource to its present state instead. */
  | { readonly posted: false; readonly reason: "same_money"; readonly owner: Source };

/**
 * Brings the ledger to the state that an order or an invoice says, by posting the difference to what was posted of it; nothing when
 * there is none, so calling again, or at the same time elsewhere, posts once. Runs as the platform, in the transaction of whatever
 * else follows from the payment; others that post the same payment wait for its end. That an older state does not come after a newer
 * one is the caller's to see to.
 * @throws LedgerError `order_unknown`, `amounts_disagree`, `payment_changed`, `module_unknown`; nothing is written then
 */
export async function postPayment(tx: Tx, payment: Payment, to: PaymentDestination): Promise<Posting> {
  const money = await paymentKeyOf(tx, payment, to);
  await lockPayment(tx, money);
  const posted = await readPostedPayment(tx, money);
  const source = sourceOf(payment);
  if (posted && (posted.owner.kind !== source.kind || posted.owner.id !== source.id)) return { posted: false, reason: "same_money", owner: posted.owner };
  await requireSamePayment(tx, money, source);
  requireSame(payment, to, posted);

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
    money,
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
function requireSame({ id, currency }: Payment, { agencyId }: PaymentDestination, posted: PostedPayment | undefined): void {
  if (!posted) return;
  const { holder } = posted;
  if (holder.currency !== currency)
    throw new LedgerError("payment_changed", `Payment ${id} was posted in ${holder.currency} and is said to be in ${currency} now.`);
  if (holder.agencyId !== agencyId) throw new LedgerError("payment_changed", `Payment ${id} was posted for another agency: nobody's money moves to another.`);
}

function kindOf(wanted: Balances, amounts: Balances, posted: PostedPayment | undefined): EntryKind {
  if (!posted || !Object.keys(posted.balances).length) return "payment";
  if (!Object.keys(wanted).length) return "reversal";
  return balanceOf(amounts, "wholesale_sales") === 0n && balanceOf(amounts, "refunds") > 0n ? "refund" : "correction";
}

/** When it happened, as far as the provider says. */
function momentOf({ status, createdAt, updatedAt, refundedAt }: Payment, kind: EntryKind): Date {
  if (kind === "payment") return new Date(status === "paid" ? updatedAt : createdAt);
  return new Date(kind === "refund" ? (refundedAt ?? updatedAt) : updatedAt);
}
