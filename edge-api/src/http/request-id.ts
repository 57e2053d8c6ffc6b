import { randomUUID } from "node:crypto";

const ids = new WeakMap<Request, string>();

/** The id of a request: error responses, logs and the audit log name the same one. */
export function requestIdOf(request: Request): string {
  const id = ids.get(request) ?? randomUUID();
  ids.set(request, id);
  return id;
}
