export const STATUSES = ["draft", "sent", "paid", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

export interface Line {
  readonly text: string;
  /** In thousandths: 1,500 are one and a half. */
  readonly quantityMilli: number;
  /** Minor units of the invoice's currency. */
  readonly unitCents: number;
}

/** What a member writes. */
export interface Draft {
  readonly customer: string;
  readonly email: string;
  readonly address: string;
  /** Days as ISO dates, without a time: an invoice is due on a day wherever it is read. */
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly taxBasisPoints: number;
  readonly note: string;
  readonly lines: readonly Line[];
}

/** A stored invoice. It is never deleted, only cancelled: its number stays taken. */
export interface Invoice extends Draft {
  /** Names the act of creating it, so that a second try is known for one. */
  readonly key: string;
  readonly number: number;
  /** The number as it is written, with the prefix of its day. */
  readonly label: string;
  readonly status: Status;
  readonly currency: string;
}

export const LIMITS = { lines: 40, quantityMilli: 100_000_000, unitCents: 1_000_000_000 } as const;

export const isOverdue = ({ status, dueOn }: Invoice, today: string): boolean => status === "sent" && dueOn < today;
