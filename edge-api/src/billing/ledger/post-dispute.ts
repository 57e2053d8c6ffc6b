import { developerShare } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { type Balances, balanceOf, differenceTo } from "./accounts.ts";
import { findDeveloper, PAYOUT_HOLD_MS } from "./developer.ts";
import { LedgerError } from "./ledger-error.ts";
import { lockPayment, type PaymentKey, requireSamePayment } from "./payment-key.ts";
import type { Disputed } from "./payment-balances.ts";
import { disputedIn, type PostedPayment, readPostedPayment } from "./posted-payment.ts";
import type { Posting } from "./post-payment.ts";
import { proportionalShare } from "./proportional-share.ts";
import { writeEntry } from "./write-entry.ts";

/** A dispute, as an administrator reads it on the provider's pages: a buyer's bank takes a payment back. */
export interface Dispute {
  /** The provider's id of the dispute, or one that the administrator chose. */
  readonly id: string;
  /** The id of any entry of the payment. */
  readonly entryId: string;
  /** What was taken back so far, with tax, in minor units; zero once the dispute was won. */
  readonly total: bigint;
  /** The provider's fees for it so far. */
  readonly fee: bigint;
  readonly occurredAt: Date;
  readonly now: Date;
}

/**
 * Brings the ledger to the present state of a dispute: it reduces the payment, the developer's share and the platform's share. The same
 * state is posted only once; a dispute that was won is posted back. Runs as the platform.
 * @throws LedgerError `not_posted`; `payment_changed` if the dispute was posted for another payment; `too_much` if less is left of the payment
 */
export async function postDispute(tx: Tx, { id, entryId, total, fee, occurredAt, now }: Dispute): Promise<Posting> {
  const key = await findPaymentKey(tx, entryId);
  const source = { kind: "dispute", id } as const;
  await lockPayment(tx, key);
  await requireSamePayment(tx, key, source);
  const posted = await readPostedPayment(tx, key);
  if (!posted || balanceOf(posted.balances, "wholesale_sales") === 0n) throw new LedgerError("not_posted", "Nothing is left of this payment to dispute.");
  const before = disputedIn(posted.ofDispute(id));
  const amounts = differenceTo(afterDispute(posted, before, { total, tax: taxOf(posted, before, total), fee }), posted.balances);
  if (!Object.keys(amounts).length) return { posted: false, reason: "unchanged" };
  const developer = posted.developer ?? { id: await findDeveloper(tx, posted.holder.moduleId), availableAt: new Date(occurredAt.getTime() + PAYOUT_HOLD_MS) };
  const written = await writeEntry(tx, {
    key,
    source,
    sequence: posted.timesOf(source) + 1,
    kind: "dispute",
    holder: posted.holder,
    cause: null,
    occurredAt,
    postedAt: now,
    amounts,
    isFeeEstimated: false,
    developer,
  });
  return { posted: true, entryId: written.id, kind: "dispute", lines: written.lines };
}

async function findPaymentKey(tx: Tx, entryId: string): Promise<PaymentKey> {
  const [entry] = await tx`select provider, mode, money_kind as kind, money_id as id from ledger_entries where id = ${entryId}`;
  if (!entry) throw new LedgerError("not_posted", "The ledger has no such entry.");
  return entry as unknown as PaymentKey;
}

/** The tax within the disputed total, in proportion to what is left of the payment. Money that comes back has the tax with which it went. */
function taxOf({ balances }: PostedPayment, before: Disputed, total: bigint): bigint {
  const more = total - before.total;
  if (more < 0n) return proportionalShare(before.tax, total, before.total);
  const left = balanceOf(balances, "provider_receivable");
  if (more > left) throw new LedgerError("too_much", `Only ${left} is left of this payment, which is less than ${more}.`);
  return before.tax + proportionalShare(more, -balanceOf(balances, "tax_pass_through"), left);
}

/** The payment's balances after the dispute. */
function afterDispute({ balances }: PostedPayment, before: Disputed, after: Disputed): Balances {
  const [total, tax, fee] = [after.total - before.total, after.tax - before.tax, after.fee - before.fee];
  const net = balanceOf(balances, "sales_shared") - (total - tax);
  const developer = developerShare(net);
  return {
    ...balances,
    provider_receivable: balanceOf(balances, "provider_receivable") - total,
    tax_pass_through: balanceOf(balances, "tax_pass_through") + tax,
    disputes: balanceOf(balances, "disputes") + total - tax,
    sales_shared: net,
    developer_payable: -developer,
    platform_revenue: developer - net,
    provider_fees: balanceOf(balances, "provider_fees") + fee,
    provider_fees_withheld: balanceOf(balances, "provider_fees_withheld") - fee,
  };
}
