import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTime } from "../src/format-time.ts";

const now = new Date("2026-03-10T12:00:00Z");

test("a message of today shows its time, an older one its day as well", () => {
  assert.match(formatTime("2026-03-10T09:05:00Z", now, "en-GB", "UTC"), /^09:05$/);
  assert.match(formatTime("2026-03-09T09:05:00Z", now, "en-GB", "UTC"), /9 Mar.*09:05/);
});

test("today depends on the visitor's time zone", () => {
  assert.match(formatTime("2026-03-09T23:30:00Z", now, "en-GB", "Europe/Berlin"), /^00:30$/);
});
