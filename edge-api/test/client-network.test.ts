import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Hono } from "hono";
import { clientAddress, networkOf } from "../src/http/client-network.ts";

describe("the network that an address belongs to", () => {
  for (const [address, network] of [
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["::ffff:cb00:7109", "203.0.113.9"],
    ["0:0:0:0:0:FFFF:203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2"],
    ["2001:db8:1:2::", "2001:db8:1:2"],
    ["2001:db8::1", "2001:db8:0:0"],
    ["2001:db8::2:0:0:1", "2001:db8:0:0"],
    ["2001:DB8:0:0:ffff::2", "2001:db8:0:0"],
    ["2001:db8::5:1:0:0:1", "2001:db8:0:5"],
    ["::1", "0:0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["64:ff9b::203.0.113.9", "64:ff9b:0:0"],
    ["not an address", "not an address"],
  ] as const) {
    test(`${address} belongs to ${network}`, () => assert.equal(networkOf(address), network));
  }

  test("addresses of one /64 belong to one network, addresses of two to two", () => {
    const networks = (addresses: readonly string[]) => new Set(addresses.map(networkOf)).size;
    assert.equal(networks(["2001:db8::1", "2001:db8::2:3", "2001:db8:0:0:a:b:c:d", "2001:db8:0::f"]), 1);
    assert.equal(networks(["2001:db8:0:1::1", "2001:db8:0:2::1"]), 2);
  });
});

test("X-Forwarded-For is read only behind trusted proxies, from the right", async () => {
  const ask = async (trustedProxies: number) => {
    const app = new Hono().get("/", (context) => context.text(networkOf(clientAddress(context, trustedProxies))));
    return (await app.request("/", { headers: { "x-forwarded-for": "192.0.2.66, 2001:db8::7, 198.51.100.1" } })).text();
  };
  assert.equal(await ask(0), "unknown");
  assert.equal(await ask(1), "198.51.100.1");
  assert.equal(await ask(2), "2001:db8:0:0");
});
