import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

interface CachedResponse {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly until: number;
  /** Request headers that the answer depends on, with what they were. */
  readonly vary: readonly (readonly [name: string, value: string | undefined])[];
}

/**
 * A shared cache in front of a port that stores all that HTTP lets it store, also answers to requests with credentials.
 * Its key is the host, the path, and the headers that `Vary` names.
 */
export async function startSharedCache(port: number) {
  const entries = new Map<string, CachedResponse[]>();
  let hits = 0;

  const server = createServer((incoming, outgoing) => {
    const name = `${incoming.headers.host}${incoming.url}`;
    const isRead = incoming.method === "GET";
    const known =
      isRead && entries.get(name)?.find(({ until, vary }) => until > Date.now() && vary.every(([header, value]) => incoming.headers[header] === value));
    if (known) {
      hits++;
      outgoing.writeHead(known.status, { ...known.headers, age: "1" }).end(known.body);
      return;
    }
    const { method, url, headers } = incoming;
    const asked = request({ host: "127.0.0.1", port, method, path: url, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const { "transfer-encoding": _, connection: __, "keep-alive": ___, ...told } = answer.headers;
        const body = Buffer.concat(parts);
        const keeps = isRead && lifetimeOf(answer.headers);
        const vary = (answer.headers.vary ?? "")
          .toLowerCase()
          .split(/\s*,\s*/)
          .filter(Boolean);
        if (keeps && !vary.includes("*")) {
          const entry = {
            status: answer.statusCode ?? 0,
            headers: told,
            body,
            until: Date.now() + keeps,
            vary: vary.map((header) => [header, headers[header] as string | undefined] as const),
          };
          entries.set(name, [...(entries.get(name) ?? []), entry]);
        }
        outgoing.writeHead(answer.statusCode ?? 0, told).end(body);
      });
    });
    asked.on("error", () => outgoing.destroy());
    incoming.pipe(asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** How many requests were answered without asking. */
    hits: () => hits,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Milliseconds that an answer may be kept for; where nothing is said, as heuristics would have it, a minute. */
function lifetimeOf(headers: IncomingMessage["headers"]): number {
  const control = String(headers["cdn-cache-control"] ?? headers["cache-control"] ?? "max-age=60");
  if (/no-store|no-cache|private/.test(control)) return 0;
  return Number(/(?:s-maxage|max-age)=(\d+)/.exec(control)?.[1] ?? 60) * 1_000;
}
