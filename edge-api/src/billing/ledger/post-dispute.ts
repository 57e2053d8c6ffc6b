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

/** A payment that a buyer's bank takes back, as an administrator reads it from the provider. */
export interface Dispute {
  /** The provider's own name of it, or the administrator's. */
  readonly id: string;
  /** Any entry of the payment. */
  readonly entryId: string;
  /** What is taken back so far, with tax, minor units; zero once it was won. */
  readonly total: bigint;
  /** What the provider asks for it, so far. */
  readonly fee: bigint;
  readonly occurredAt: Date;
  readonly now?: Date | undefined;
}

/**
 * Brings the ledger to what a dispute has taken so far: lines against the agency's payment, the developer's share and the platform's.
 * Said twice it posts once; won, it posts back. Runs as the platform.
 * @throws LedgerError `not_posted`, `payment_changed` when it was said of another payment, or `too_much` when less is left of it
 */
export async function postDispute(tx: Tx, { id, entryId, total, fee, occurredAt, now }: Dispute): Promise<Posting> {
  const money = await findPaymentKey(tx, entryId);
  const source = { kind: "dispute", id } as const;
  await lockPayment(tx, money);
  await requireSamePayment(tx, money, source);
  const posted = await readPostedPayment(tx, money);
  if (!posted || balanceOf(posted.balances, "wholesale_sales") === 0n) throw new LedgerError("not_posted", "Nothing is left of this payment to dispute.");
  const before = disputedIn(posted.ofDispute(id));
  const amounts = differenceTo(afterDispute(posted, before, { total, tax: taxOf(posted, before, total), fee }), posted.balances);
  if (!Object.keys(amounts).length) return { posted: false, reason: "unchanged" };
  const developer = posted.developer ?? { id: await findDeveloper(tx, posted.holder.moduleId), availableAt: new Date(occurredAt.getTime() + PAYOUT_HOLD_MS) };
  const written = await writeEntry(tx, {
    money,
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

/** The tax in what is taken: in proportion to what is left of the payment; what comes back comes back as it went. */
function taxOf({ balances }: PostedPayment, before: Disputed, total: bigint): bigint {
  const more = total - before.total;
  if (more < 0n) return proportionalShare(before.tax, total, before.total);
  const left = balanceOf(balances, "provider_receivable");
  if (more > left) throw new LedgerError("too_much", `Of this payment ${left} is left, which is less than ${more}.`);
  return before.tax + proportionalShare(more, -balanceOf(balances, "tax_pass_through"), left);
}

/** What the ledger holds of the payment afterwards. */
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
