import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer: a status with JSON or text, or a line that breaks, or a silence. */
export type Scripted =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | { readonly cut: true }
  | { readonly silent: true };

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly at: number;
}

/** A server of real HTTP that answers as it is told, in order; the last answer is given again. */
export async function startScriptedServer(answers: readonly Scripted[]) {
  const left = [...answers];
  const seen: Seen[] = [];
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = performance.now();
    let body = "";
    for await (const part of request) body += String(part);
    seen.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, at });
    const next = (left.length > 1 ? left.shift() : left[0]) as Scripted;
    if ("cut" in next) request.socket.destroy();
    else if ("status" in next) {
      response.writeHead(next.status, next.headers);
      response.end(typeof next.body === "string" ? next.body : JSON.stringify(next.body ?? {}));
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close(): void {
      server.close();
      server.closeAllConnections();
    },
  };
}
