import { request } from "node:http";

export interface Call {
  /** The Host header; default: the port on localhost. */
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly bytes: Buffer;
}

/** Sends a request to a port of 127.0.0.1 with any Host header and any raw path, which ordinary clients would not allow. */
export function dialPort(port: number, path: string, { host = `localhost:${port}`, method = "GET", headers = {}, body = "" }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, method, headers: { host, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        const bytes = Buffer.concat(parts);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString("utf8"), bytes });
      });
    });
    call.on("error", reject);
    call.end(body);
  });
}
