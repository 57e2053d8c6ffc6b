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

/** A request with the bytes of its body, which the router's Request then reads instead of the stream. */
type Read = IncomingMessage & { rawBody?: Buffer };

/** The route for the billing provider's webhooks. The provider repeats every delivery that is not answered with 200. */
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

  async function answerDirectly(request: Read, response: ServerResponse): Promise<boolean> {
    const client = clientInfoOfRequest(request);
    const header = (name: string) => request.headers[name] as string | undefined;
    try {
      await perNetwork(networkOf(client.address));
      counted.add(request);
      const raw = await readAnnouncedBody(request);
      request.rawBody = raw;
      const verified = receiver.verify(raw, header);
      if (typeof verified === "string") return false;
      const body = JSON.stringify({ outcome: await receiver.store(verified, raw, header, client) });
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
     * Answers a valid delivery directly from Node's request, at a third of the cost of the router. Everything else is left to the
     * router, with the bytes that have been read. Storing the same delivery twice is the same as storing it once.
     * @returns whether it has been answered; `undefined` for requests that are no delivery
     */
    answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> | undefined {
      const { headers, method, url } = request;
      const isPlain = method === "POST" && url === PATH && headers["content-type"] === JSON_TYPE && Number(headers["content-length"]) <= BODY_BYTES;
      return isPlain && addresses.destination(headers.host ?? "").kind === "platform" ? answerDirectly(request, response) : undefined;
    },
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;
