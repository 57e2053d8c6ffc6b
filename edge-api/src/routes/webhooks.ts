import type { IncomingMessage, ServerResponse } from "node:http";
import { type Context, Hono } from "hono";
import type { Addresses } from "../addresses.ts";
import type { WebhookReceiver } from "../billing/webhook/receive.ts";
import { ApiError } from "../http/api-error.ts";
import { readBytes } from "../http/body.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { readAnnouncedBody } from "../http/read-announced-body.ts";
import type { ClientInfo } from "../services/audit.ts";

const PATH = "/api/webhooks/lemonsqueezy";
const BODY_BYTES = 1_048_576;
const PER_MINUTE = 6_000;
const JSON_TYPE = "application/json";

/** A request whose body has been read: the router takes it from here. */
type Read = IncomingMessage & { rawBody?: Buffer };

/** Where the billing provider tells what happened. It takes nothing but 200 for an answer: all else is told again. */
export function createWebhooks(services: {
  receiver: WebhookReceiver;
  addresses: Addresses;
  clientInfoOf: (context: Context) => ClientInfo;
  clientInfoOfRequest: (request: IncomingMessage) => ClientInfo;
}) {
  const { receiver, addresses, clientInfoOf, clientInfoOfRequest } = services;
  const perNetwork = createRateLimit(PER_MINUTE, 60);
  const counted = new WeakSet<object>();

  const routes = new Hono<{ Bindings: { incoming?: IncomingMessage } }>().post(PATH, async (context) => {
    const client = clientInfoOf(context);
    if (!context.env.incoming || !counted.has(context.env.incoming)) await perNetwork(networkOf(client.address));
    const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
    if (type !== JSON_TYPE) throw new ApiError("unsupported_media_type", `Send ${JSON_TYPE}.`);
    const raw = await readBytes(context.req.raw, BODY_BYTES);
    const outcome = await receiver.receive(raw, (name) => context.req.header(name), client);
    return context.json({ outcome }, 200, { "cache-control": "no-store" });
  });

  async function take(request: Read, response: ServerResponse): Promise<boolean> {
    const client = clientInfoOfRequest(request);
    const header = (name: string) => request.headers[name] as string | undefined;
    try {
      await perNetwork(networkOf(client.address));
      counted.add(request);
      const raw = await readAnnouncedBody(request);
      request.rawBody = raw;
      const judged = receiver.judge(raw, header);
      if (typeof judged === "string") return false;
      const body = JSON.stringify({ outcome: await receiver.take(judged, raw, header, client) });
      response.writeHead(200, {
        "content-type": JSON_TYPE,
        "content-length": Buffer.byteLength(body),
        "cache-control": "no-store",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
      });
      response.end(body);
      return true;
    } catch {
      return false;
    }
  }

  return {
    routes,
    /**
     * Takes a delivery that is in order straight from Node's own request, which costs a third of the whole router. Everything else is
     * left to it, with the bytes that have been read: writing the same delivery down twice is writing it once.
     * @returns whether it is answered; `undefined` for what is none
     */
    answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> | undefined {
      const { headers, method, url } = request;
      const isPlain = method === "POST" && url === PATH && headers["content-type"] === JSON_TYPE && Number(headers["content-length"]) <= BODY_BYTES;
      return isPlain && addresses.destination(headers.host ?? "").kind === "platform" ? take(request, response) : undefined;
    },
  };
}
