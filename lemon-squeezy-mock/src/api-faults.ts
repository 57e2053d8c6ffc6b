import type { IncomingMessage, ServerResponse } from "node:http";

/** What goes wrong with calls of the API. Without `times` it stays; without `method` or `path` it meets every call. */
export type ApiFault = {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** The path's beginning, `/v1/checkouts`. */
  readonly path?: string;
  times?: number;
} & (
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number | string; readonly isDone?: boolean }
  /** A page instead of JSON, as proxies in front of a failing service answer. */
  | { readonly kind: "html"; readonly status: number; readonly isDone?: boolean }
  /** Does the work and answers 204 without a body. */
  | { readonly kind: "empty" }
  | { readonly kind: "slow"; readonly ms: number }
  /** The connection breaks; `isDone` says whether after the work was done: the caller cannot tell. */
  | { readonly kind: "hangup"; readonly isDone?: boolean }
);

/** An answer that was made and not sent yet. */
export interface PreparedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The first fault that meets this call, counted down. */
export function faultOf(faults: ApiFault[], { method, url = "" }: IncomingMessage): ApiFault | undefined {
  const fault = faults.find((one) => (one.method ?? method) === method && url.startsWith(one.path ?? "/v1/"));
  if (fault?.times !== undefined && --fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
  return fault;
}

/** Answers as the fault has it. Resolves when it was answered, or hung up on. */
export async function answerWithFault(fault: ApiFault, work: () => Promise<PreparedResponse>, response: ServerResponse): Promise<void> {
  if (fault.kind === "slow") await new Promise((done) => setTimeout(done, fault.ms).unref());
  const isDone = fault.kind === "slow" || fault.kind === "empty" || fault.isDone === true;
  const done = isDone ? await work() : undefined;
  if (fault.kind === "hangup") response.destroy();
  else if (fault.kind === "html")
    response.writeHead(fault.status, { "content-type": "text/html" }).end("<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>");
  else if (fault.kind === "empty") response.writeHead(204).end();
  else if (fault.kind === "status") {
    const retryAfter = fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
    const errors = [{ status: String(fault.status), title: "Fault", detail: "The stand-in was told to fail." }];
    response.writeHead(fault.status, { "content-type": "application/vnd.api+json", ...retryAfter }).end(JSON.stringify({ errors }));
  } else if (done && !response.destroyed) response.writeHead(done.status, done.headers).end(done.body);
}
