import assert from "node:assert/strict";
import { test } from "node:test";
import { failureMessage } from "@dramac/module-kit";

for (const [code, isOnline, pattern] of [
  ["timeout", false, /offline/],
  ["timeout", true, /No answer in time/],
  ["unreachable", true, /No answer in time/],
  ["rate_limited", true, /Wait a moment/],
  ["validation_failed", true, /not accepted/],
  ["quota_exceeded", true, /full/],
  [undefined, true, /did not work/],
] as const) {
  test(`${code ?? "no code"}, ${isOnline ? "online" : "offline"}: the message says why, and to try again`, () => {
    assert.match(failureMessage(code, isOnline), pattern);
    assert.match(failureMessage(code, isOnline), /try again/i);
  });
}
