type LedgerErrorCode =
  /** The order of a subscription is not known yet, so its first invoice cannot be matched with it. Try again later. */
  | "order_unknown"
  /** The amounts of a payment contradict each other. */
  | "amounts_disagree"
  /** The payment was posted in another currency or for another agency, or the dispute was posted for another payment. */
  | "payment_changed"
  /** There is no such module, so its developer is unknown. */
  | "module_unknown"
  /** Nothing is posted for this payment. */
  | "not_posted"
  /** The dispute is larger than what is left of the payment. */
  | "too_much";

/** A payment or dispute that cannot be posted. Nothing was written. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
  ) {
    super(message);
  }
}
