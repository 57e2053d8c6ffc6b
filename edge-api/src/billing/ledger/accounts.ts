/**
 * What an agency may see of its own money; these lines of an entry balance by themselves. Debits are positive, credits negative.
 * - `provider_receivable`: what buyers have paid and the provider holds, with tax.
 * - `tax_pass_through`: the tax in it. The provider is merchant of record: it owes and pays the tax, and we never touch it.
 * - `wholesale_sales`: what was sold, at wholesale, before anything was taken off.
 * - `discounts`, `refunds`, `disputes`: what was taken off, given back, and taken back by a buyer's bank; without tax.
 */
export const AGENCY_ACCOUNTS = ["provider_receivable", "tax_pass_through", "wholesale_sales", "discounts", "refunds", "disputes"] as const;

/**
 * How that money is shared; for the platform alone.
 * - `sales_shared`: what is left of wholesale, handed on to `developer_payable` and `platform_revenue`.
 * - `provider_fees`: what taking the money cost; `provider_fees_withheld`: the same, kept back by the provider from what it holds.
 */
const INTERNAL_ACCOUNTS = ["sales_shared", "platform_revenue", "developer_payable", "provider_fees", "provider_fees_withheld"] as const;

export const ACCOUNTS = [...AGENCY_ACCOUNTS, ...INTERNAL_ACCOUNTS] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Sums by account, minor units of one currency; what is missing is zero. */
export type Balances = Readonly<Partial<Record<Account, bigint>>>;

export const balanceOf = (balances: Balances, account: Account): bigint => balances[account] ?? 0n;

/** What has to be added to one to get the other; accounts that stay as they are are left out. */
export function differenceTo(wanted: Balances, posted: Balances): Balances {
  const changed = ACCOUNTS.map((account) => [account, balanceOf(wanted, account) - balanceOf(posted, account)] as const);
  return Object.fromEntries(changed.filter(([, amount]) => amount !== 0n));
}

export const addBalances = (one: Balances, other: Balances): Balances =>
  Object.fromEntries(ACCOUNTS.map((account) => [account, balanceOf(one, account) + balanceOf(other, account)] as const).filter(([, amount]) => amount !== 0n));
