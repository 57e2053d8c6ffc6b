import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONNECT_LIMITS } from "@dramac/contracts";
import type { Database } from "../src/db/database.ts";
import { ApiError } from "../src/http/api-error.ts";
import { createConnect } from "../src/outgoing/connect.ts";
import type { InstallationSecrets } from "../src/outgoing/installation-secrets.ts";
import type { Caller } from "../src/services/caller.ts";

const HOST = "api.partner-one.com";

interface Who {
  readonly network: string;
  readonly installation: string;
  readonly agency: string;
}

/** Numbers that no two calls share, where a test does not say otherwise. */
let count = 0;
const somebody = (same: Partial<Who> = {}): Who => {
  const n = ++count;
  return { network: `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`, installation: `installation ${n}`, agency: `agency ${n}`, ...same };
};

const callerOf = ({ network, installation, agency }: Who) =>
  ({
    installation: { id: installation, level: "platform", agencyId: agency, manifest: { connect: [HOST], secrets: {} } },
    principal: "agency_member",
    client: { address: network, requestId: "" },
  }) as unknown as Caller;

/** Calls of a host that answers when the test says so: its name then turns out to lead nowhere. */
function startConnect({ isSlow = true } = {}) {
  const waiting: (() => void)[] = [];
  const connect = createConnect({
    database: { withTenant: (_: string, work: (tx: unknown) => unknown) => work(async () => []) } as unknown as Database,
    network: {
      resolve: () => (isSlow ? new Promise((resolve) => waiting.push(() => resolve([]))) : Promise.resolve([])),
      connect: () => assert.fail("nothing is connected to here"),
    },
    secrets: { headersFor: async () => [] } as unknown as InstallationSecrets,
    isOwnHost: () => false,
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    /** @returns what refuses it, or that it is under way */
    async begin(who: Who): Promise<ApiError | "under way"> {
      const before = waiting.length;
      let refusal: ApiError | undefined;
      const call = connect(callerOf(who), "GET", `${HOST}/`, undefined).then(
        () => assert.fail("it leads nowhere"),
        (error: ApiError) => (refusal = error),
      );
      if (!isSlow) return call;
      while (waiting.length === before && !refusal) await turn();
      return refusal ?? "under way";
    },
    async answer(): Promise<void> {
      for (const end of waiting.splice(0)) end();
      for (let turns = 0; turns < 20; turns++) await turn();
    },
  };
}

function assertRefused(outcome: ApiError | "under way", said: RegExp): void {
  assert.ok(outcome instanceof ApiError, "it is under way");
  assert.equal(outcome.code, "rate_limited");
  assert.match(outcome.message, said);
  assert.ok(Number(outcome.extra.headers?.["retry-after"]) > 0);
}

describe("calls to other hosts under way at once", () => {
  for (const [whose, most, same, said] of [
    ["a network", CONNECT_LIMITS.inFlightOfNetwork, { network: "203.0.113.1" }, /from this network/],
    ["an IPv6 household", CONNECT_LIMITS.inFlightOfNetwork, { network: "2001:db8::1" }, /from this network/],
    ["an installation", CONNECT_LIMITS.inFlightOfInstallation, { installation: "one" }, /by this installation/],
    ["an agency", CONNECT_LIMITS.inFlightOfAgency, { agency: "one" }, /by this agency/],
  ] as const) {
    test(`${whose} has ${most}; its neighbour calls meanwhile, and when some are answered there is room again`, async () => {
      const { begin, answer } = startConnect();
      for (let at = 0; at < most; at++) assert.equal(await begin(somebody(same)), "under way");
      const next = "network" in same && same.network.includes(":") ? { network: "2001:db8:0:0:ffff::2" } : same;
      assertRefused(await begin(somebody(next)), said);
      assert.equal(await begin(somebody()), "under way");
      await answer();
      assert.equal(await begin(somebody(next)), "under way");
      await answer();
    });
  }

  test(`all modules together have ${CONNECT_LIMITS.inFlight}, and afterwards there is room again`, async () => {
    const { begin, answer } = startConnect();
    for (let at = 0; at < CONNECT_LIMITS.inFlight; at++) assert.equal(await begin(somebody()), "under way");
    assertRefused(await begin(somebody()), /by all modules together/);
    await answer();
    assert.equal(await begin(somebody()), "under way");
    await answer();
  });
});

describe("calls to other hosts in a minute", () => {
  for (const [whose, most, same] of [
    ["a network", CONNECT_LIMITS.perMinuteOfNetwork, { network: "203.0.113.1" }],
    ["an agency", CONNECT_LIMITS.perMinuteOfAgency, { agency: "one" }],
  ] as const) {
    test(`${whose} begins ${most}, and its neighbour begins one more`, async () => {
      const { begin } = startConnect({ isSlow: false });
      const codeOf = async (who: Who) => (await begin(who)) as ApiError;
      for (let at = 0; at < most; at++) assert.equal((await codeOf(somebody(same))).code, "upstream_failed");
      assertRefused(await codeOf(somebody(same)), /Try again in \d+ s/);
      assert.equal((await codeOf(somebody())).code, "upstream_failed");
    });
  }
});
