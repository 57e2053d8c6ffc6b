import type { SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { createSession } from "../../src/session.ts";
import type { Visitor } from "../../src/visitor.ts";
import { configure } from "./configuration.ts";

/** A session with the platform at an address, for a visitor whose credential is given; the page's backend says these of whoever is there, one at a time. */
export function openSession(platform: string, credential: string | null | undefined = null, over: Partial<ShellConfiguration> = {}, assertions: string[] = []) {
  const sessions: SessionResponse[] = [];
  const gone: string[] = [];
  const kept: (string | null | undefined)[] = [];
  const visitor: Visitor = { ask: () => Promise.resolve({ credential, assertion: assertions.shift() }), keep: (value) => void kept.push(value), receive() {} };
  const session = createSession(
    configure({}, { platform, ...over }),
    "https://host.example",
    visitor,
    (fresh) => sessions.push(fresh),
    (message) => gone.push(message),
  );
  return { session, sessions, gone, kept };
}
