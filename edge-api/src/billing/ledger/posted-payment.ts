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

/** Whose money it is, as its first entry says; later ones say the same. */
export type Holder = Pick<PostedLine, "agencyId" | "moduleId" | "subscriptionId" | "currency">;

/** What is posted of one payment so far. */
export interface PostedPayment {
  readonly holder: Holder;
  /** What it came in as: of a subscription's first payment either its order or its invoice. */
  readonly owner: Source;
  readonly balances: Balances;
  readonly disputed: Disputed;
  /** The provider's fee, without that of disputes, and whether the provider told it. */
  readonly fee: { readonly amount: bigint; readonly isKnown: boolean };
  readonly developer: { readonly id: string; readonly availableAt: Date } | undefined;
  /** How often a source was posted. */
  readonly timesOf: (source: Source) => number;
  /** What of it one dispute has posted. */
  readonly ofDispute: (id: string) => Balances;
}

/** Reads what is posted of a payment, under its lock. @returns `undefined` when that is nothing */
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

/** What disputes took, out of what they posted. */
export const disputedIn = (balances: Balances): Disputed => ({
  total: -balanceOf(balances, "provider_receivable"),
  tax: balanceOf(balances, "tax_pass_through"),
  fee: balanceOf(balances, "provider_fees"),
});
