import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";

export interface HostPage {
  /** Complete, or in chunks. */
  readonly body: string | AsyncIterable<string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** Serves host pages by host name and path, and records every request, so that a test can assert that none came. */
export async function startHostServer(port: number, answer: (host: string, path: string, request: IncomingMessage) => HostPage | undefined) {
  const requests: { host: string; path: string; method: string }[] = [];
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? "").split(":")[0] ?? "";
    const path = request.url ?? "/";
    requests.push({ host, path, method: request.method ?? "" });
    const page = answer(host, path, request);
    response.writeHead(page ? 200 : 404, { "content-type": page?.type ?? "text/html; charset=utf-8", ...page?.headers });
    Readable.from(typeof page?.body === "object" ? page.body : [page?.body ?? ""]).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
