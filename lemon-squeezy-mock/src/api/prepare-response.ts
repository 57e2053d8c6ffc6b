import type { IncomingMessage } from "node:http";
import type { PreparedResponse } from "../api-faults.ts";

/** Performs a request and returns the answer instead of sending it, so that a fault can replace it. */
export async function prepareResponse(fetch: (request: Request) => Response | Promise<Response>, incoming: IncomingMessage): Promise<PreparedResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = "GET", url = "/", headers } = incoming;
  const body = method === "GET" || method === "HEAD" ? {} : { body: Buffer.concat(chunks) };
  const request = new Request(`http://${headers.host ?? "localhost"}${url}`, { method, headers: textHeaders(headers), ...body });
  const answer = await fetch(request);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}

const textHeaders = (headers: IncomingMessage["headers"]) =>
  Object.entries(headers).flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
