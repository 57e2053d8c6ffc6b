import type { MockState } from "@dramac/lemon-squeezy-mock";

/** Half up, of amounts that are not negative. */
const share = (amount: number, part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((2 * amount * part + whole) / (2 * whole)));

/** What the ledger must hold in all, cents by account, by what the provider took and gave back: worked out without a line of the ledger. */
export function expectedLedger({ orders, invoices }: Readonly<MockState>): Record<string, number> {
  const sums: Record<string, number> = {};
  const add = (account: string, cents: number) => (sums[account] = (sums[account] ?? 0) + cents);
  // A first invoice is its order's money.
  const periods = invoices.filter(({ reason, status }) => reason !== "initial" && status !== "pending" && status !== "void");
  for (const { total, tax, refundedAmount } of [...orders, ...periods]) {
    const taxBack = share(refundedAmount, tax, total);
    const net = total - tax - (refundedAmount - taxBack);
    const developer = share(net, 7_000, 10_000);
    const fee = total === 0 ? 0 : share(total, 5, 100) + 50;
    add("provider_receivable", total - refundedAmount);
    add("tax_pass_through", taxBack - tax);
    add("wholesale_sales", tax - total);
    add("refunds", refundedAmount - taxBack);
    add("sales_shared", net);
    add("developer_payable", -developer);
    add("platform_revenue", developer - net);
    add("provider_fees", fee);
    add("provider_fees_withheld", -fee);
  }
  return sums;
}
