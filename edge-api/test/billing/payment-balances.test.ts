import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { AGENCY_ACCOUNTS, addBalances, type Balances, balanceOf, differenceTo } from "../../src/billing/ledger/accounts.ts";
import { balancesOf, estimateFee, type PaymentAmounts } from "../../src/billing/ledger/payment-balances.ts";

const STATES = ["pending", "failed", "paid", "refunded", "partial_refund", "fraudulent", "void"] as const;

/** Any payment: small amounts, for which rounding matters, and very large ones. */
const payments = fc
  .record({
    base: fc.oneof(fc.bigInt({ min: 0n, max: 30n }), fc.bigInt({ min: 0n, max: 10n ** 14n })),
    taxPoints: fc.bigInt({ min: 0n, max: 3_000n }),
    discount: fc.bigInt({ min: 0n, max: 10_000n }),
    refundedParts: fc.bigInt({ min: 0n, max: 12_000n }),
    status: fc.constantFrom(...STATES),
  })
  .map(({ base, taxPoints, discount, refundedParts, status }): PaymentAmounts => {
    const tax = (base * taxPoints) / 10_000n;
    return { status, discount, tax, total: base + tax, refunded: ((base + tax) * refundedParts) / 10_000n };
  });

const totalOf = (balances: Balances, accounts: readonly string[] = Object.keys(balances)): bigint =>
  accounts.reduce((sum, account) => sum + balanceOf(balances, account as never), 0n);
const stateOf = (payment: PaymentAmounts): Balances => balancesOf(payment, estimateFee(payment.total)) ?? assert.fail("the state is known");

describe("the balances of a payment", () => {
  it("add up to zero in every state, also in the agency's accounts, and lose no cent between developer and platform", () => {
    fc.assert(
      fc.property(payments, (payment) => {
        const state = stateOf(payment);
        assert.equal(totalOf(state), 0n);
        assert.equal(totalOf(state, AGENCY_ACCOUNTS), 0n);
        const [developer, platform, shared] = [-balanceOf(state, "developer_payable"), -balanceOf(state, "platform_revenue"), balanceOf(state, "sales_shared")];
        assert.equal(developer + platform, shared);
        assert.equal(developer, (shared * 7_000n + 5_000n) / 10_000n);
        assert.ok(developer >= 0n && platform >= 0n);
        // Money that was paid and not refunded is either tax or shared.
        assert.equal(balanceOf(state, "provider_receivable"), shared - balanceOf(state, "tax_pass_through"));
        assert.ok(balanceOf(state, "provider_receivable") >= 0n);
      }),
      { numRuns: 2_000 },
    );
  });

  it("depend on the last state only, and not on what was posted before", () => {
    fc.assert(
      fc.property(fc.array(payments, { minLength: 1, maxLength: 8 }), (states) => {
        let posted: Balances = {};
        for (const state of states) {
          const difference = differenceTo(stateOf(state), posted);
          assert.equal(totalOf(difference), 0n);
          assert.equal(totalOf(difference, AGENCY_ACCOUNTS), 0n);
          posted = addBalances(posted, difference);
        }
        assert.deepEqual(posted, differenceTo(stateOf(states.at(-1) as PaymentAmounts), {}));
      }),
      { numRuns: 1_000 },
    );
  });

  it("are correct to the cent", () => {
    const paid: PaymentAmounts = { status: "paid", discount: 1_000n, tax: 1_710n, total: 10_710n, refunded: 0n };
    assert.deepEqual(stateOf(paid), {
      provider_receivable: 10_710n,
      tax_pass_through: -1_710n,
      wholesale_sales: -10_000n,
      discounts: 1_000n,
      refunds: 0n,
      disputes: 0n,
      sales_shared: 9_000n,
      developer_payable: -6_300n,
      platform_revenue: -2_700n,
      provider_fees: 586n,
      provider_fees_withheld: -586n,
    });
    const third = stateOf({ ...paid, status: "partial_refund", refunded: 3_570n });
    assert.deepEqual(
      [third.provider_receivable, third.tax_pass_through, third.refunds, third.developer_payable, third.platform_revenue],
      [7_140n, -1_140n, 3_000n, -4_200n, -1_800n],
    );
    // The developer's share is rounded half up, so a single cent goes to the developer.
    assert.deepEqual(
      [1n, 2n, 5n, 15n].map((total) => balanceOf(stateOf({ status: "paid", discount: 0n, tax: 0n, total, refunded: 0n }), "developer_payable")),
      [-1n, -1n, -4n, -11n],
    );
    assert.equal(balanceOf(stateOf({ ...paid, status: "refunded" }), "provider_receivable"), 0n, "a refund without an amount is a full refund");
    assert.equal(balancesOf({ ...paid, status: "unknown" }, 0n), undefined);
  });

  it("are refused for amounts that contradict each other", () => {
    const paid: PaymentAmounts = { status: "paid", discount: 0n, tax: 0n, total: 100n, refunded: 0n };
    for (const wrong of [{ tax: 101n }, { tax: -1n }, { discount: -1n }, { refunded: -1n }]) {
      assert.throws(() => stateOf({ ...paid, ...wrong }), { code: "amounts_disagree" });
    }
  });
});
