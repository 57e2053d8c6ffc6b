/**
 * Accounts that an agency may see. The lines of an entry in these accounts balance by themselves. Debits are positive, credits negative.
 * - `provider_receivable`: payments of buyers that the provider holds, with tax.
 * - `tax_pass_through`: the tax in it. The provider is merchant of record and pays the tax; the platform never receives it.
 * - `wholesale_sales`: sales at wholesale prices, before discounts.
 * - `discounts`, `refunds`, `disputes`: discounts, refunds, and money that a buyer's bank took back; without tax.
 */
export const AGENCY_ACCOUNTS = ["provider_receivable", "tax_pass_through", "wholesale_sales", "discounts", "refunds", "disputes"] as const;

/**
 * Accounts that only the platform may see: how the money is shared.
 * - `sales_shared`: net wholesale sales, split into `developer_payable` and `platform_revenue`.
 * - `provider_fees`: the provider's fees; `provider_fees_withheld`: the same amount, which the provider deducts from the money that it holds.
 */
const INTERNAL_ACCOUNTS = ["sales_shared", "platform_revenue", "developer_payable", "provider_fees", "provider_fees_withheld"] as const;

export const ACCOUNTS = [...AGENCY_ACCOUNTS, ...INTERNAL_ACCOUNTS] as const;
export type Account = (typeof ACCOUNTS)[number];

/** Sums by account, in minor units of one currency. A missing account is zero. */
export type Balances = Readonly<Partial<Record<Account, bigint>>>;

export const balanceOf = (balances: Balances, account: Account): bigint => balances[account] ?? 0n;

/** What must be added to `posted` to get `wanted`. Unchanged accounts are left out. */
export function differenceTo(wanted: Balances, posted: Balances): Balances {
  const changed = ACCOUNTS.map((account) => [account, balanceOf(wanted, account) - balanceOf(posted, account)] as const);
  return Object.fromEntries(changed.filter(([, amount]) => amount !== 0n));
}

export const addBalances = (one: Balances, other: Balances): Balances =>
  Object.fromEntries(ACCOUNTS.map((account) => [account, balanceOf(one, account) + balanceOf(other, account)] as const).filter(([, amount]) => amount !== 0n));
