export const STATUSES = ["draft", "sent", "paid", "cancelled"] as const;
export type Status = (typeof STATUSES)[number];

export interface Line {
  readonly text: string;
  /** Thousandths: 1,500 means one and a half. */
  readonly quantityMilli: number;
  /** Minor units of the invoice's currency. */
  readonly unitCents: number;
}

/** The part of an invoice that a member writes. */
export interface Draft {
  readonly customer: string;
  readonly email: string;
  readonly address: string;
  /** ISO dates without a time: the due day is the same in every time zone. */
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly taxBasisPoints: number;
  readonly note: string;
  readonly lines: readonly Line[];
}

/** A stored invoice. It is never deleted, only cancelled: its number stays taken. */
export interface Invoice extends Draft {
  /** Identifies the act of creating the invoice, so that a second try is recognised. */
  readonly key: string;
  readonly number: number;
  /** The number with the prefix that the settings had when it was created. */
  readonly label: string;
  readonly status: Status;
  readonly currency: string;
}

export const LIMITS = { lines: 40, quantityMilli: 100_000_000, unitCents: 1_000_000_000 } as const;

export const isOverdue = ({ status, dueOn }: Invoice, today: string): boolean => status === "sent" && dueOn < today;
