import { randomBytes } from "node:crypto";
import { type PaymentDestination, type Posting, postPayment } from "@dramac/edge-api/ledger";
import type { TestPlatform } from "../../src/index.ts";

type Payment = Parameters<typeof postPayment>[1];

/** A paid order of 100.00 less 10.00, and 19 % tax. */
export const paidOrder = (id: string, more: Partial<Payment> = {}): Payment =>
  ({
    id,
    storeId: "1",
    mode: "live",
    customerId: "9",
    currency: "USD",
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
    subtotal: 10_000n,
    discount: 1_000n,
    tax: 1_710n,
    total: 10_710n,
    refunded: 0n,
    refundedAt: null,
    status: "paid",
    number: id,
    variantId: "7",
    ...more,
  }) as Payment;

/** Posts as the inbox does: with the delivery that said so. */
export const post = (
  platform: TestPlatform,
  payment: Payment,
  to: Omit<PaymentDestination, "provider" | "now"> & { readonly now?: Date },
  event = "order_created",
): Promise<Posting> =>
  platform.database.withPlatform("test money", async (tx) => {
    const [delivery] = await tx`insert into webhook_inbox (store, mode, event_name, resource_type, resource_id, dedupe_sha256, raw_body)
      values ('1', ${payment.mode}, ${event}, 'orders', ${payment.id}, ${randomBytes(32)}, '') returning id`;
    return postPayment(tx, payment, { provider: "lemonsqueezy", cause: delivery?.id as string, now: new Date(), ...to });
  });

/** Reads comma-separated values by RFC 4180. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = cells.exec(text); match; match = cells.exec(text)) {
    const [whole, quoted, plain = "", end] = match;
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === "\r\n") records.push([]);
    if (!whole) break;
  }
  if (records.pop()?.length) throw new Error("The last line does not end.");
  return records;
}
