import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { StoredDocument } from "@dramac/sdk";
import { createThreads, newestOf } from "../src/inbox/threads.ts";

const message = (id: string, visitor: string | undefined, createdAt: string, author: "visitor" | "member" = "visitor"): StoredDocument<{ text: string }> => ({
  id,
  version: 1,
  data: { text: id },
  author,
  mine: author === "member",
  ...(visitor !== undefined && { visitor }),
  createdAt,
  updatedAt: createdAt,
});

describe("conversations", () => {
  test("are grouped by visitor, each message once and in order", () => {
    const threads = createThreads();
    for (const one of [message("b", "v", "2026-01-02"), message("a", "v", "2026-01-01"), message("b", "v", "2026-01-02"), message("x", "w", "2026-01-01")])
      threads.keep(one);
    assert.deepEqual(
      threads.list().map(({ visitor, lines }) => [visitor, lines.map(({ id }) => id)]),
      [
        ["v", ["a", "b"]],
        ["w", ["x"]],
      ],
    );
  });

  test("are listed with unread ones first, then the latest first", () => {
    const threads = createThreads();
    threads.keep(message("1", "old-unread", "2026-01-01"));
    threads.keep(message("2", "read", "2026-01-04"));
    threads.keep(message("3", "new-unread", "2026-01-03"));
    threads.keep(message("4", "answered", "2026-01-05", "member"));
    threads.mark("read", "2026-01-04");
    assert.deepEqual(
      threads.list().map(({ visitor, unread }) => [visitor, unread]),
      [
        ["new-unread", 1],
        ["old-unread", 1],
        ["answered", 0],
        ["read", 0],
      ],
    );
  });

  test("count the visitor's messages since the team last read them, and no mark moves back", () => {
    const threads = createThreads();
    for (const [id, at, author] of [
      ["1", "2026-01-01", "visitor"],
      ["2", "2026-01-02", "visitor"],
      ["3", "2026-01-03", "member"],
    ] as const)
      threads.keep(message(id, "v", at, author));
    const unread = () => threads.list()[0]?.unread;
    assert.equal(unread(), 2);
    threads.mark("v", "2026-01-01");
    assert.equal(unread(), 1);
    threads.mark("v", "2026-01-02");
    threads.mark("v", "2026-01-01");
    assert.equal(unread(), 0);
    const [thread] = threads.list();
    assert.equal(thread && newestOf(thread), "2026-01-02");
  });

  test("show a message that is being sent last, until the stored one replaces it", () => {
    const threads = createThreads();
    threads.keep(message("1", "v", "2026-01-05"));
    threads.put("v", { id: "mine", text: "…", from: "team", at: "2026-01-01", state: "sending" });
    assert.deepEqual(threads.list()[0]?.last.id, "mine");
    threads.keep(message("mine", "v", "2026-01-06", "member"));
    assert.deepEqual(
      threads.list()[0]?.lines.map(({ state }) => state),
      ["sent", "sent"],
    );
  });

  test("need a visitor: a message without one is left out", () => {
    const threads = createThreads();
    threads.keep(message("1", undefined, "2026-01-01"));
    assert.deepEqual(threads.list(), []);
  });
});
