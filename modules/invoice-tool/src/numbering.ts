import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";
import type { Draft, Invoice } from "./invoice.ts";

const MAX_TRIES = 50;
const DIGITS = 4;

const idOf = (number: number): string => `n${number}`;

/**
 * Stores a draft under the next free number. The number is the document's id, so the storage refuses to give it twice.
 * Only a refused draft takes the number after it, so no number is left out.
 * When the answer of an earlier try was lost, a draft with the same `key` resolves with the invoice that the try has stored.
 * @throws RequestFailed any other refusal, or `conflict` after 50 tries
 */
export async function createNumbered(
  invoices: Collection<Invoice>,
  draft: Draft & Pick<Invoice, "key" | "currency">,
  prefix: string,
): Promise<StoredDocument<Invoice>> {
  const [earlier, newest] = await Promise.all([invoices.list({ filter: { key: draft.key }, limit: 1 }), invoices.list({ sort: "-createdAt", limit: 1 })]);
  if (earlier.items[0]) return earlier.items[0];
  let number = (newest.items[0]?.data.number ?? 0) + 1;
  for (let tries = 1; ; tries++) {
    try {
      return await invoices.create({ ...draft, status: "draft", number, label: `${prefix}${String(number).padStart(DIGITS, "0")}` }, { id: idOf(number) });
    } catch (error) {
      if (!(error instanceof RequestFailed) || error.code !== "conflict" || tries === MAX_TRIES) throw error;
      const taken = await invoices.get(idOf(number));
      if (taken.data.key === draft.key) return taken;
      number++;
    }
  }
}
