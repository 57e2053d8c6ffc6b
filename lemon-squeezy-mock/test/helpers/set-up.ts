import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type LemonSqueezyMockOptions, sign, startLemonSqueezyMock } from "../../src/index.ts";

export const START = new Date("2026-01-31T12:00:00Z");
export const DAY_MS = 86_400_000;
const SECRET = "a-secret-of-tests";

/** One received delivery. */
export interface Received {
  readonly event: string;
  readonly isSigned: boolean;
  readonly meta: { readonly event_name: string; readonly webhook_id: string; readonly test_mode: boolean; readonly custom_data?: Record<string, string> };
  readonly data: { readonly type: string; readonly id: string; readonly attributes: Record<string, unknown> };
}

/** A mock with a stopped clock, a receiver of its deliveries, and a client of its API. */
export async function setUp(test: TestContext, options: LemonSqueezyMockOptions = {}) {
  const received: Received[] = [];
  const receiver = { status: 200, delayMs: 0, maxConcurrent: 0, onDelivery: async (_: Received): Promise<void> => {} };
  let concurrent = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const event = String(request.headers["x-event-name"]);
    const isSigned = request.headers["x-signature"] === sign(body, SECRET);
    const delivery: Received = { event, isSigned, ...(JSON.parse(body) as Pick<Received, "meta" | "data">) };
    received.push(delivery);
    receiver.maxConcurrent = Math.max(receiver.maxConcurrent, ++concurrent);
    await new Promise((done) => setTimeout(done, receiver.delayMs));
    await receiver.onDelivery(delivery);
    concurrent--;
    response.writeHead(receiver.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const webhook = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, secret: SECRET };
  const mock = await startLemonSqueezyMock({ clock: START, webhooks: [webhook], ...options });
  test.after(async () => {
    await mock.close();
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  async function call(method: string, path: string, data?: object, key = mock.apiKeys.live) {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/vnd.api+json" };
    const response = await fetch(`${mock.url}/v1${path}`, { method, headers, ...(data && { body: JSON.stringify({ data }) }) });
    const body = (await response.json()) as { data: never; errors?: { detail: string }[]; meta?: { page: Record<string, number> } };
    return { status: response.status, headers: response.headers, body };
  }

  /** @returns its id */
  async function checkout(attributes: object = {}, variant = "101", key = mock.apiKeys.live): Promise<string> {
    const relationships = { store: { data: { type: "stores", id: variant.slice(0, 1) } }, variant: { data: { type: "variants", id: variant } } };
    const { status, body } = await call("POST", "/checkouts", { type: "checkouts", attributes, relationships }, key);
    assert.equal(status, 201, JSON.stringify(body));
    return (body.data as { id: string }).id;
  }

  /** The names of the events since the last call. */
  const events = () => received.splice(0).map(({ meta }) => meta.event_name);
  return { ...mock, received, receiver, call, checkout, events, webhook };
}
