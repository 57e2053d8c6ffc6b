type LedgerErrorCode =
  /** The order that began a subscription is not known yet: its first invoice cannot be told from it. Wait, then try again. */
  | "order_unknown"
  /** Amounts of a payment contradict one another. */
  | "amounts_disagree"
  /** The same payment came before in another currency, or for another agency; or its dispute of another payment. */
  | "payment_changed"
  /** There is no such module, so nobody knows whose share it is. */
  | "module_unknown"
  /** Nothing of this payment is posted. */
  | "not_posted"
  /** More is disputed than is left of a payment. */
  | "too_much";

/** Money that cannot be posted as it was said. Nothing was written. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";

  constructor(
    readonly code: LedgerErrorCode,
    message: string,
  ) {
    super(message);
  }
}
