import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONNECT_LIMITS } from "@dramac/contracts";
import type { Database } from "../src/db/database.ts";
import { ApiError } from "../src/http/api-error.ts";
import { createConnect } from "../src/outgoing/connect.ts";
import type { InstallationSecrets } from "../src/outgoing/installation-secrets.ts";
import type { Caller } from "../src/services/caller.ts";

const HOST = "api.partner-one.com";

interface CallerIds {
  readonly network: string;
  readonly installation: string;
  readonly agency: string;
}

/** A caller whose network, installation and agency no other caller has, unless the test gives them. */
let count = 0;
const newCaller = (same: Partial<CallerIds> = {}): CallerIds => {
  const n = ++count;
  return { network: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, installation: `installation ${n}`, agency: `agency ${n}`, ...same };
};

const callerOf = ({ network, installation, agency }: CallerIds) =>
  ({
    installation: { id: installation, level: "platform", agencyId: agency, manifest: { connect: [HOST], secrets: {} } },
    principal: "agency_member",
    client: { address: network, requestId: "" },
  }) as unknown as Caller;

/** Calls to a host that answers when the test says so. The answer is that the host does not exist. */
function startConnect({ isSlow = true } = {}) {
  const waiting: (() => void)[] = [];
  const connect = createConnect({
    database: { withTenant: (_: string, work: (tx: unknown) => unknown) => work(async () => []) } as unknown as Database,
    network: {
      resolve: () => (isSlow ? new Promise((resolve) => waiting.push(() => resolve([]))) : Promise.resolve([])),
      connect: () => assert.fail("no connection is opened in this test"),
    },
    secrets: { headersFor: async () => [] } as unknown as InstallationSecrets,
    isOwnHost: () => false,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    /** @returns the error, or that the call is in progress */
    async begin(ids: CallerIds): Promise<ApiError | "in progress"> {
      const before = waiting.length;
      let refusal: ApiError | undefined;
      const call = connect(callerOf(ids), "GET", `${HOST}/`, undefined).then(
        () => assert.fail("the host does not exist"),
        (error: ApiError) => (refusal = error),
      );
      if (!isSlow) return call;
      while (waiting.length === before && !refusal) await turn();
      return refusal ?? "in progress";
    },
    async answer(): Promise<void> {
      for (const end of waiting.splice(0)) end();
      for (let turns = 0; turns < 20; turns++) await turn();
    },
  };
}

function assertRefused(outcome: ApiError | "in progress", message: RegExp): void {
  assert.ok(outcome instanceof ApiError, "it is in progress");
  assert.equal(outcome.code, "rate_limited");
  assert.match(outcome.message, message);
  assert.ok(Number(outcome.extra.headers?.["retry-after"]) > 0);
}

describe("concurrent calls to other hosts", () => {
  for (const [owner, max, same, message] of [
    ["a network", CONNECT_LIMITS.inFlightOfNetwork, { network: "203.0.113.1" }, /from this network/],
    ["an IPv6 household", CONNECT_LIMITS.inFlightOfNetwork, { network: "2001:db8::1" }, /from this network/],
    ["an installation", CONNECT_LIMITS.inFlightOfInstallation, { installation: "one" }, /by this installation/],
    ["an agency", CONNECT_LIMITS.inFlightOfAgency, { agency: "one" }, /by this agency/],
  ] as const) {
    test(`${owner} has ${max}; its neighbour can still call, and finished calls free their slots`, async () => {
      const { begin, answer } = startConnect();
      for (let at = 0; at < max; at++) assert.equal(await begin(newCaller(same)), "in progress");
      const next = "network" in same && same.network.includes(":") ? { network: "2001:db8:0:0:ffff::2" } : same;
      assertRefused(await begin(newCaller(next)), message);
      assert.equal(await begin(newCaller()), "in progress");
      await answer();
      assert.equal(await begin(newCaller(next)), "in progress");
      await answer();
    });
  }

  test(`all modules together have ${CONNECT_LIMITS.inFlight}, and finished calls free their slots`, async () => {
    const { begin, answer } = startConnect();
    for (let at = 0; at < CONNECT_LIMITS.inFlight; at++) assert.equal(await begin(newCaller()), "in progress");
    assertRefused(await begin(newCaller()), /by all modules together/);
    await answer();
    assert.equal(await begin(newCaller()), "in progress");
    await answer();
  });
});

describe("calls to other hosts per minute", () => {
  for (const [owner, max, same] of [
    ["a network", CONNECT_LIMITS.perMinuteOfNetwork, { network: "203.0.113.1" }],
    ["an agency", CONNECT_LIMITS.perMinuteOfAgency, { agency: "one" }],
  ] as const) {
    test(`${owner} can make ${max}, and its neighbour can make one more`, async () => {
      const { begin } = startConnect({ isSlow: false });
      const errorOf = async (ids: CallerIds) => (await begin(ids)) as ApiError;
      for (let at = 0; at < max; at++) assert.equal((await errorOf(newCaller(same))).code, "upstream_failed");
      assertRefused(await errorOf(newCaller(same)), /Try again in \d+ s/);
      assert.equal((await errorOf(newCaller())).code, "upstream_failed");
    });
  }
});
