import { request } from "node:http";

export interface Call {
  /** Host header; the port's own name on localhost unless given. */
  readonly host?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Dials a port of 127.0.0.1 with any Host header and any raw path, as no well-behaved client would. */
export function dialPort(port: number, path: string, { host = `localhost:${port}`, method = "GET", headers = {}, body = "" }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, path, method, headers: { host, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    call.on("error", reject);
    call.end(body);
  });
}
