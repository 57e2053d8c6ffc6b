import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createAddresses } from "../src/addresses.ts";
import { deliverableOrigins } from "../src/services/deliverable-origins.ts";

const addresses = createAddresses({
  platform: "https://connect.example.com",
  frames: "https://{installation}.frames.example.net",
  media: "https://media.example.net:8443",
});

describe("origins that frames are delivered to", () => {
  for (const [entry, isDeliverable] of [
    ["https://shop.example", true],
    ["http://localhost:4000", true],
    ["https://*.shops.example", true],
    ["https://www.example.com", true],
    ["https://connect.example.com:444", true],
    ["https://frames.example.net", true],
    ["https://connect.example.com", false],
    ["http://connect.example.com", false],
    ["https://*.example.com", false],
    ["https://media.example.net:8443", false],
    ["https://*.example.net:8443", false],
    [`https://i${"a".repeat(26)}.frames.example.net`, false],
    [`https://i${"b".repeat(25)}a.frames.example.net`, false],
    ["https://*.frames.example.net", false],
    ["http://*.frames.example.net", false],
    ["*", false],
    ["https:", false],
    ["https://*", false],
    ["'self'", false],
    ["https://shop.example; script-src *", false],
    ["", false],
  ] as const) {
    test(`${entry || "(empty)"} is ${isDeliverable ? "deliverable" : "removed"}`, () => {
      assert.deepEqual(deliverableOrigins(addresses, ["https://before.example", entry]), ["https://before.example", ...(isDeliverable ? [entry] : [])]);
    });
  }
});
