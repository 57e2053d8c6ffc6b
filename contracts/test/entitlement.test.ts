import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ENTITLEMENT_TIMES, type EntitlementReason, entitlementOf, lapseTimelineOf, SUBSCRIPTION_STATUSES, type SubscriptionFacts } from "../src/index.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-03-01T12:00:00Z");

const subscription = (status: SubscriptionFacts["status"], more: Partial<SubscriptionFacts> = {}): SubscriptionFacts => ({
  status,
  provider: "lemonsqueezy",
  pauseMode: null,
  revoked: null,
  statusSince: NOW,
  trialEndsAt: null,
  renewsAt: null,
  endsAt: null,
  ...more,
});

/** The reason at moments after NOW; with a `+` where more may be installed, with a `-` where it does not run. */
const timeline = (facts: SubscriptionFacts | undefined, moments: readonly number[], isFree = false) =>
  moments.map((after) => {
    const { reason, isAllowed, mayInstall } = entitlementOf(facts, isFree, NOW + after);
    return `${reason}${isAllowed ? (mayInstall ? "+" : "") : "-"}`;
  });

describe("the timeline of a subscription without further news", () => {
  for (const [name, facts, moments, expected] of [
    ["free modules need none", undefined, [0, 9_999 * DAY], ["free+", "free+"]],
    ["paid without end", subscription("active"), [0, 9_999 * DAY], ["paid+", "paid+"]],
    [
      "a renewal without a webhook: three days as before, two weeks as overdue, a week of grace",
      subscription("active", { renewsAt: NOW }),
      [-1, 4 * 60_000, HOUR, 71 * HOUR, 73 * HOUR, 13 * DAY, 15 * DAY, 20 * DAY, 21 * DAY],
      ["paid+", "paid+", "unconfirmed+", "unconfirmed+", "past_due", "past_due", "grace", "grace", "unpaid-"],
    ],
    ["a trial end without a webhook", subscription("on_trial", { trialEndsAt: NOW }), [-1, HOUR, 73 * HOUR], ["trial+", "unconfirmed+", "trial_over-"]],
    ["granted until a moment", subscription("active", { provider: "manual", endsAt: NOW }), [-1, 6 * 60_000], ["granted+", "ended-"]],
    ["granted until further notice", subscription("active", { provider: "manual" }), [9_999 * DAY], ["granted+"]],
    [
      "past due",
      subscription("past_due"),
      [0, 3 * DAY - 1, 3 * DAY, 14 * DAY - 1, 14 * DAY, 21 * DAY],
      ["past_due+", "past_due+", "past_due", "past_due", "grace", "unpaid-"],
    ],
    ["unpaid", subscription("unpaid"), [0, 7 * DAY - 1, 7 * DAY], ["grace", "grace", "unpaid-"]],
    ["paused, and free", subscription("paused", { pauseMode: "free" }), [0, 99 * DAY], ["paused_free+", "paused_free+"]],
    ["paused, and void", subscription("paused", { pauseMode: "void" }), [0], ["paused-"]],
    ["cancelled until its end", subscription("cancelled", { endsAt: NOW + DAY }), [0, DAY, DAY + 6 * 60_000], ["cancelled", "cancelled", "ended-"]],
    ["cancelled without an end", subscription("cancelled"), [0, 6 * 60_000], ["cancelled", "ended-"]],
    ["paid, and given back", subscription("active", { revoked: "refunded", renewsAt: NOW + DAY }), [0], ["refunded-"]],
    ["paid by fraud", subscription("on_trial", { revoked: "fraudulent" }), [0], ["fraudulent-"]],
    ["not paid for yet", subscription("pending"), [0], ["pending-"]],
    ["expired", subscription("expired"), [0], ["expired-"]],
  ] as [string, SubscriptionFacts | undefined, number[], string[]][]) {
    test(name, () => assert.deepEqual(timeline(facts, moments, facts === undefined), expected));
  }

  test("no subscription, and the module is not free", () => assert.deepEqual(timeline(undefined, [0]), ["none-"]));

  test("settings are read-only during grace, and only then while the module runs", () => {
    assert.equal(entitlementOf(subscription("unpaid"), false, NOW).maySetSettings, false);
    assert.equal(entitlementOf(subscription("past_due"), false, NOW + 10 * DAY).maySetSettings, true);
  });
});

const moment = fc.integer({ min: -60 * DAY, max: 60 * DAY }).map((by) => NOW + by);
const anyFacts = fc.record({
  status: fc.constantFrom(...SUBSCRIPTION_STATUSES),
  provider: fc.constantFrom("lemonsqueezy", "manual"),
  pauseMode: fc.constantFrom("free" as const, "void" as const, null),
  revoked: fc.constantFrom("refunded" as const, "fraudulent" as const, null, null, null),
  statusSince: moment,
  trialEndsAt: fc.option(moment),
  renewsAt: fc.option(moment),
  endsAt: fc.option(moment),
});

test("for any facts, the answer holds until validUntil, and an ended entitlement does not start again by itself", () => {
  fc.assert(
    fc.property(anyFacts, moment, fc.nat(40 * DAY), (facts, now, later) => {
      const first = entitlementOf(facts, false, now);
      assert.ok(first.validUntil === null || first.validUntil > now);
      const end = Math.min(first.validUntil ?? Number.POSITIVE_INFINITY, now + later + 1);
      assert.deepEqual(entitlementOf(facts, false, end - 1), first);
      const after = entitlementOf(facts, false, now + later);
      if (!first.isAllowed) assert.equal(after.isAllowed, false);
      if (!first.mayInstall) assert.equal(after.mayInstall, false);
      if (after.isAllowed) assert.notEqual(after.reason satisfies EntitlementReason, "unpaid");
    }),
    { numRuns: 20_000 },
  );
});

test("an unpaid module stops three weeks after its payment was due", () => {
  const { pastDue, grace, skew } = ENTITLEMENT_TIMES;
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { status, renewsAt, trialEndsAt, endsAt, statusSince, provider } = facts;
      const due =
        { active: provider === "manual" ? endsAt : renewsAt, on_trial: trialEndsAt, cancelled: endsAt ?? statusSince }[status as "active"] ?? statusSince;
      const isEndless =
        status === "paused" || (status === "active" && (provider === "manual" ? endsAt : renewsAt) === null) || (status === "on_trial" && trialEndsAt === null);
      if (!isEndless) assert.equal(entitlementOf(facts, false, due + pastDue + grace + skew).isAllowed, false);
    }),
    { numRuns: 5_000 },
  );
});

describe("without further payments", () => {
  const lapse = (facts: SubscriptionFacts) => lapseTimelineOf(facts, false, NOW).map(({ at, reason }) => [(at - NOW) / DAY, reason]);
  test("an active one runs until it is due, two weeks more, a week of grace, and not after that", () => {
    assert.deepEqual(lapse(subscription("active", { renewsAt: NOW + 10 * DAY })), [
      [0, "paid"],
      [10, "past_due"],
      [13, "past_due"],
      [24, "grace"],
      [31, "unpaid"],
    ]);
  });
  test("a trial likewise; a cancelled subscription ends with its period; a free one continues", () => {
    assert.deepEqual(lapse(subscription("on_trial", { trialEndsAt: NOW + DAY }))[1], [1, "past_due"]);
    assert.deepEqual(
      lapse(subscription("cancelled", { endsAt: NOW + DAY })).map(([, reason]) => reason),
      ["cancelled", "ended"],
    );
    assert.deepEqual(lapse(subscription("active", { provider: "manual" })), [[0, "granted"]]);
    assert.deepEqual(lapse(subscription("active")), [[0, "paid"]]);
  });
});
