import assert from "node:assert/strict";
import { test } from "node:test";
import { failureMessage } from "../src/failure-message.ts";

for (const [code, isOnline, pattern] of [
  ["unreachable", false, /offline/],
  ["rate_limited", true, /wait a moment/],
  ["validation_failed", true, /not accepted/],
  ["timeout", true, /No answer in time/],
  ["unreachable", true, /No answer in time/],
  ["quota_exceeded", true, /could not be sent/],
  [undefined, true, /could not be sent/],
] as const) {
  test(`${code ?? "no code"}, ${isOnline ? "online" : "offline"}: the message says why, and to try again`, () => {
    assert.match(failureMessage(code, isOnline), pattern);
    assert.match(failureMessage(code, isOnline), /try again/);
  });
}
