import type { Tx } from "../../db/database.ts";
import { type Account, addBalances, type Balances, balanceOf } from "./accounts.ts";
import type { PaymentKey, Source } from "./payment-key.ts";
import type { Disputed } from "./payment-balances.ts";

interface PostedLine {
  readonly sourceKind: Source["kind"];
  readonly sourceId: string;
  readonly sequence: number;
  readonly agencyId: string;
  readonly moduleId: string;
  readonly subscriptionId: string | null;
  readonly currency: string;
  readonly account: Account;
  readonly amount: bigint;
  readonly isEstimate: boolean;
  readonly developerId: string | null;
  readonly availableAt: Date | null;
}

/** Where the payment belongs. All of its entries agree. */
export type Holder = Pick<PostedLine, "agencyId" | "moduleId" | "subscriptionId" | "currency">;

/** The entries of one payment so far, summed up. */
export interface PostedPayment {
  readonly holder: Holder;
  /** The source of its first entry. For the first payment of a subscription it is either the order or the invoice. */
  readonly owner: Source;
  readonly balances: Balances;
  readonly disputed: Disputed;
  /** The provider's fee without the fees of disputes, and whether it is real or an estimate. */
  readonly fee: { readonly amount: bigint; readonly isKnown: boolean };
  readonly developer: { readonly id: string; readonly availableAt: Date } | undefined;
  /** The number of entries of a source. */
  readonly timesOf: (source: Source) => number;
  /** The sums of one dispute's entries. */
  readonly ofDispute: (id: string) => Balances;
}

/** Reads a payment's entries; the payment must be locked. @returns `undefined` if there are none */
export async function readPostedPayment(tx: Tx, { provider, mode, kind, id }: PaymentKey): Promise<PostedPayment | undefined> {
  const lines = (await tx`
    select e.source_kind as "sourceKind", e.source_id as "sourceId", e.sequence, e.agency_id as "agencyId", e.module_id as "moduleId",
      e.subscription_id as "subscriptionId", e.currency, l.account, l.amount, l.is_estimate as "isEstimate", l.developer_id as "developerId",
      l.available_at as "availableAt"
    from ledger_entries e join ledger_lines l on l.entry_id = e.id
    where e.provider = ${provider} and e.mode = ${mode} and e.money_kind = ${kind} and e.money_id = ${id}
    order by e.posted_at, e.sequence, l.number`) as unknown as PostedLine[];
  const own = lines.filter(({ sourceKind }) => sourceKind !== "dispute");
  const [first] = own;
  if (!first) return undefined;
  const disputes = lines.filter(({ sourceKind }) => sourceKind === "dispute");
  const fees = own.filter(({ account }) => account === "provider_fees");
  const developed = lines.find(({ developerId }) => developerId !== null);
  return {
    holder: first,
    owner: { kind: first.sourceKind, id: first.sourceId },
    balances: sum(lines),
    disputed: disputedIn(sum(disputes)),
    fee: { amount: balanceOf(sum(fees), "provider_fees"), isKnown: fees.some(({ isEstimate }) => !isEstimate) },
    developer: developed?.developerId && developed.availableAt ? { id: developed.developerId, availableAt: developed.availableAt } : undefined,
    timesOf: (source) => Math.max(0, ...lines.filter((line) => line.sourceKind === source.kind && line.sourceId === source.id).map(({ sequence }) => sequence)),
    ofDispute: (dispute) => sum(disputes.filter(({ sourceId }) => sourceId === dispute)),
  };
}

const sum = (lines: readonly PostedLine[]): Balances => lines.reduce<Balances>((all, { account, amount }) => addBalances(all, { [account]: amount }), {});

/** What disputes took back, computed from the sums of their entries. */
export const disputedIn = (balances: Balances): Disputed => ({
  total: -balanceOf(balances, "provider_receivable"),
  tax: balanceOf(balances, "tax_pass_through"),
  fee: balanceOf(balances, "provider_fees"),
});
