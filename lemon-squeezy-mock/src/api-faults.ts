import type { IncomingMessage, ServerResponse } from "node:http";

/** An injected fault of API calls. Without `times` it stays; without `method` or `path` it applies to every call. */
export type ApiFault = {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  /** Prefix of the path, such as `/v1/checkouts`. */
  readonly path?: string;
  times?: number;
} & (
  | { readonly kind: "status"; readonly status: number; readonly retryAfter?: number | string; readonly isDone?: boolean }
  /** An HTML page instead of JSON, like the answer of a proxy in front of a failing service. */
  | { readonly kind: "html"; readonly status: number; readonly isDone?: boolean }
  /** Performs the call and answers 204 without a body. */
  | { readonly kind: "empty" }
  | { readonly kind: "slow"; readonly ms: number }
  /** Closes the connection without an answer; `isDone`: after the call was performed. The caller cannot tell the difference. */
  | { readonly kind: "hangup"; readonly isDone?: boolean }
);

/** An answer that was not sent yet. */
export interface PreparedResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Finds the first fault that applies to a call, and counts it down. */
export function faultOf(faults: ApiFault[], { method, url = "" }: IncomingMessage): ApiFault | undefined {
  const fault = faults.find((one) => (one.method ?? method) === method && url.startsWith(one.path ?? "/v1/"));
  if (fault?.times !== undefined && --fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
  return fault;
}

/** Answers as the fault demands. Resolves when the answer was sent or the connection closed. */
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
    const errors = [{ status: String(fault.status), title: "Fault", detail: "The mock was told to fail." }];
    response.writeHead(fault.status, { "content-type": "application/vnd.api+json", ...retryAfter }).end(JSON.stringify({ errors }));
  } else if (done && !response.destroyed) response.writeHead(done.status, done.headers).end(done.body);
}
