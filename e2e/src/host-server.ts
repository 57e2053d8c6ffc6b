import { createServer, type IncomingMessage } from "node:http";

export interface HostPage {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** Serves host pages by host name and path, and remembers every request, so that a test can say that none came. */
export async function startHostServer(port: number, answer: (host: string, path: string, request: IncomingMessage) => HostPage | undefined) {
  const requests: { host: string; path: string; method: string }[] = [];
  const server = createServer((request, response) => {
    const host = (request.headers.host ?? "").split(":")[0] ?? "";
    const path = request.url ?? "/";
    requests.push({ host, path, method: request.method ?? "" });
    const page = answer(host, path, request);
    response.writeHead(page ? 200 : 404, { "content-type": page?.type ?? "text/html; charset=utf-8", ...page?.headers });
    response.end(page?.body ?? "");
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
