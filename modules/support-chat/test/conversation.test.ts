import assert from "node:assert/strict";
import { test } from "node:test";
import { createConversation, type Line } from "../src/conversation.ts";

const line = (id: string, at: string, from: Line["from"] = "visitor", state: Line["state"] = "sent"): Line => ({ id, at, from, state, text: id });

test("messages are in order, each once, and those that are being sent come last", () => {
  const conversation = createConversation();
  conversation.put(line("b", "2026-01-02"));
  conversation.put(line("waiting", "2026-01-01", "visitor", "sending"));
  conversation.put(line("a", "2026-01-01"));
  conversation.put(line("b", "2026-01-02"));
  assert.deepEqual(
    conversation.list().map(({ id }) => id),
    ["a", "b", "waiting"],
  );
});

test("only answers of the team since the last reading are unread", () => {
  const conversation = createConversation();
  conversation.put(line("mine", "2026-01-03"));
  conversation.put(line("old", "2026-01-01", "team"));
  conversation.put(line("new", "2026-01-02", "team"));
  assert.equal(conversation.countUnread("2026-01-01"), 1);
  assert.equal(conversation.countUnread(""), 2);
  assert.equal(conversation.countUnread("2026-01-02"), 0);
});

test("the newest time is that of the newest stored message", () => {
  const conversation = createConversation();
  assert.equal(conversation.newest(), "");
  conversation.put(line("a", "2026-01-01"));
  conversation.put(line("b", "2026-01-02", "team"));
  conversation.put(line("waiting", "2026-01-09", "visitor", "failed"));
  assert.equal(conversation.newest(), "2026-01-02");
});
