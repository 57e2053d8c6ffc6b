import type { ErrorCode, ModuleMessages, Permission, ShellMessage } from "@dramac/contracts";
import type { Limits } from "@dramac/contracts/limits";
import { createBroker } from "../../src/broker.ts";
import type { ModuleLink } from "../../src/module-link.ts";
import { createContext } from "./configuration.ts";
import { openSession } from "./opened-session.ts";

const operations = [
  { pattern: "^GET /open$", permission: null },
  { pattern: "^GET /guarded$", permission: "read:site" as Permission },
  { pattern: "^PUT /media$", permission: "access:storage" as Permission },
];

interface Denial {
  readonly code: ErrorCode;
  readonly requestId?: number | undefined;
  readonly permission?: Permission | undefined;
  readonly text?: string | undefined;
}

/** A broker for a module with the given permissions. Its calls go to the mock platform at `platform`. */
export function brokered(platform: string, permissions: Permission[] = [], limits: Partial<Limits> = {}) {
  const controller = new AbortController();
  const sent: ShellMessage[] = [];
  const denied: Denial[] = [];
  const link: ModuleLink = {
    offer: () => false,
    send: (message) => sent.push(message),
    deny: (code, requestId, text, permission) => denied.push({ code, requestId, permission, text }),
  };
  const { session, gone } = openSession(platform);
  const broker = createBroker(createContext(limits, { operations, signal: controller.signal }), session, link, (permission) =>
    permissions.includes(permission),
  );
  const call = (requestId: number, endpoint = "/open", method: ModuleMessages["API_REQUEST"]["method"] = "GET") => broker.call({ requestId, method, endpoint });
  return { broker, call, sent, denied, gone, controller, codes: () => denied.map(({ code, requestId }) => `${requestId} ${code}`) };
}
