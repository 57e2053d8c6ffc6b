import assert from "node:assert/strict";
import { test } from "node:test";
import { readLemonSqueezy } from "../../src/billing/lemonsqueezy/environment.ts";

const store = { LEMONSQUEEZY_STORE_ID: "1" };

test("Lemon Squeezy is configured by the environment, or not at all", () => {
  assert.equal(readLemonSqueezy({}), undefined);
  assert.equal(readLemonSqueezy({ LEMONSQUEEZY_STORE_ID: "" }), undefined);
  assert.deepEqual(readLemonSqueezy({ ...store, LEMONSQUEEZY_API_KEY: "k" }), { storeId: "1", apiKeys: { live: "k" } });
  const both = { ...store, LEMONSQUEEZY_API_KEY: "k", LEMONSQUEEZY_TEST_API_KEY: "t", LEMONSQUEEZY_API_URL: "http://127.0.0.1:8790" };
  assert.deepEqual(readLemonSqueezy(both), { storeId: "1", apiKeys: { live: "k", test: "t" }, apiUrl: "http://127.0.0.1:8790" });
});

test("a store without a key, a store that is no number, and keys in the clear are refused", () => {
  assert.throws(() => readLemonSqueezy(store), /LEMONSQUEEZY_API_KEY/);
  assert.throws(() => readLemonSqueezy({ LEMONSQUEEZY_STORE_ID: "mine", LEMONSQUEEZY_API_KEY: "k" }), /the store's number/);
  for (const url of ["http://api.example.com", "http://localhost.example.com", "http://127.0.0.1.example.com", "ftp://api.example.com", "somewhere"]) {
    assert.throws(() => readLemonSqueezy({ ...store, LEMONSQUEEZY_API_KEY: "k", LEMONSQUEEZY_API_URL: url }), /LEMONSQUEEZY_API_URL/, url);
  }
  assert.ok(readLemonSqueezy({ ...store, LEMONSQUEEZY_API_KEY: "k", LEMONSQUEEZY_API_URL: "https://api.example.com" }));
});
