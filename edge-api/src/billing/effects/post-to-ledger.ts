import { LedgerError, postPayment } from "../ledger/index.ts";
import { readMirrored } from "../provider-mirror.ts";
import type { ProviderInvoice, ProviderOrder } from "../provider.ts";
import type { EffectContext } from "./effect-context.ts";

/** Whom a payment belongs to. */
export interface Payer {
  readonly agencyId: string;
  readonly moduleId: string;
  readonly subscriptionId: string | null;
  /** Of an invoice: the order that began its subscription. */
  readonly orderId?: string | undefined;
}

/**
 * Brings the ledger to the state of a payment. A payment that cannot be posted is reported and does not stop the other effects:
 * reconciliation tries again each night.
 */
export async function postToLedger(context: EffectContext, payment: ProviderOrder | ProviderInvoice, payer: Payer): Promise<void> {
  const { tx, provider, mode, cause, now } = context;
  const to = { ...payer, provider, cause: cause.kind === "webhook" ? cause.id : null, now };
  try {
    const posting = await tx.savepoint((inner) => postPayment(inner, payment, to));
    if (posting.posted || posting.reason !== "same_money" || posting.owner.kind === "dispute") return;
    const { kind, id } = posting.owner;
    const owner = await readMirrored(tx, { provider, mode, kind, id });
    if (owner) await tx.savepoint((inner) => postPayment(inner, owner.resource, to));
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    context.alert("BILLING_NOT_POSTED", `Payment ${payment.id} is not in the ledger: ${error.message}`);
  }
}
