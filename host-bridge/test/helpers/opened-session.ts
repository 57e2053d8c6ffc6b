import type { SessionResponse } from "@dramac/contracts";
import { createSession } from "../../src/session.ts";
import type { Visitor } from "../../src/visitor.ts";
import type { ShellContext } from "../../src/shell-context.ts";
import { createContext } from "./configuration.ts";

/**
 * A session with the mock platform at `platform`.
 * @param credential the visitor's stored credential
 * @param assertions answers of the page's backend; each request for an assertion takes the next one
 */
export function openSession(platform: string, credential: string | null | undefined = null, overrides: Partial<ShellContext> = {}, assertions: string[] = []) {
  const sessions: SessionResponse[] = [];
  const gone: string[] = [];
  const stored: (string | null | undefined)[] = [];
  const visitor: Visitor = {
    ask: () => Promise.resolve({ credential, assertion: assertions.shift() }),
    keep: (value) => void stored.push(value),
    receive() {},
  };
  const session = createSession(
    createContext({}, { platform, ...overrides }),
    visitor,
    (fresh) => sessions.push(fresh),
    (message) => gone.push(message),
  );
  return { session, sessions, gone, stored };
}
