import type { Invoice } from "../src/invoice.ts";

/** An invoice of one line, with what a test cares about changed. */
export const invoice = (change: Partial<Invoice> = {}): Invoice => ({
  key: "k",
  number: 1,
  label: "INV-0001",
  status: "sent",
  customer: "Mill & Co.",
  email: "mill@example.com",
  address: "",
  issuedOn: "2026-03-01",
  dueOn: "2026-03-15",
  currency: "EUR",
  taxBasisPoints: 2_000,
  note: "",
  lines: [{ text: "Work", quantityMilli: 1_000, unitCents: 10_000 }],
  ...change,
});

export const stored = (data: Invoice) => ({ id: `n${data.number}`, version: 1, data, author: "member" as const, mine: true, createdAt: "", updatedAt: "" });
