/** The ledger's functions for the rest of billing. */
export { checkLedger, type LedgerCheck } from "./check-ledger.ts";
export { LedgerError } from "./ledger-error.ts";
export { type Dispute, postDispute } from "./post-dispute.ts";
export { type PaymentDestination, type Posting, postPayment } from "./post-payment.ts";
