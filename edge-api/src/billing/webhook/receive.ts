import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../../services/audit.ts";
import type { BillingCounters } from "../counters.ts";
import type { BillingSettings } from "../billing-settings.ts";
import { type Delivery, readDelivery } from "./delivery.ts";
import { createBatchWriter } from "./batch-writer.ts";
import { isSigned } from "./signature.ts";
import { type ReceivedDelivery, auditRefusal, storeDeliveries } from "./store-deliveries.ts";

/** Headers that may help whoever looks into a delivery later; the rest is of no use, or nobody's business. */
const STORED_HEADERS = ["x-event-name", "content-type", "user-agent"] as const;

type Header = (name: string) => string | undefined;

/**
 * Takes deliveries in: verified, then written down, then answered; what they mean is worked out later. Nothing of what is not
 * verified is kept.
 * @param onStored called when there is something new to work on
 */
export function createReceiver(services: {
  database: Database;
  settings: BillingSettings;
  counts: BillingCounters;
  onStored: () => void;
  clock: () => number;
}) {
  const { database, settings, counts, onStored, clock } = services;
  const logger = getLogger(["dramac", "billing"]);
  const store = createBatchWriter((arrivals: readonly ReceivedDelivery[]) => storeDeliveries(database, arrivals));

  /** What these bytes say, or why nobody need read them. */
  function verify(raw: Buffer, header: Header): Delivery | "no secret" | "unsigned" | "unreadable" {
    if (!settings.webhookSecrets.length) return "no secret";
    if (!isSigned(raw, header("x-signature"), settings.webhookSecrets)) return "unsigned";
    try {
      return readDelivery(raw);
    } catch {
      return "unreadable";
    }
  }

  async function store(delivery: Delivery, raw: Buffer, header: Header, client: ClientInfo): Promise<"stored" | "known" | "ignored"> {
    const outcome = reasonToIgnore(delivery);
    const headers = Object.fromEntries(STORED_HEADERS.flatMap((name) => (header(name) === undefined ? [] : [[name, header(name)]])));
    const isNew = await store({ delivery, raw, headers, outcome, client, at: new Date(clock()) });
    if (!isNew) return "known";
    counts.add(outcome ? "ignored" : "stored");
    if (outcome) {
      logger.warn("BILLING_DELIVERY_IGNORED: {event} of {id}: {outcome}", { event: delivery.event, id: delivery.id, outcome });
      return "ignored";
    }
    onStored();
    return "stored";
  }

  return {
    judge: verify,
    take: store,
    /** Both of them. @throws ApiError `unavailable` without a secret, `unauthorized`, `bad_request` */
    async receive(raw: Buffer, header: Header, client: ClientInfo) {
      const judged = verify(raw, header);
      switch (judged) {
        case "no secret":
          throw new ApiError("unavailable", "No secret for webhooks is set here: set LEMONSQUEEZY_WEBHOOK_SECRET.");
        case "unsigned":
          counts.add("unsigned");
          throw new ApiError("unauthorized", "X-Signature must be the hex HMAC-SHA256, in lower case, of exactly these bytes with the webhook's secret.");
        case "unreadable":
          await refuse("is signed, and no delivery that we can read", client);
          throw new ApiError("bad_request", "The signature is right, but this is no JSON with meta.event_name and data.type, data.id, data.attributes.");
        default:
          return store(judged, raw, header, client);
      }
    },
  };

  /** What is signed and not for us is kept for people to see, and touches nothing. */
  function reasonToIgnore({ kind, store, mode, event }: Delivery): string | undefined {
    if (store !== undefined && store !== settings.storeId) return `It is of store ${store}, and this is ${settings.storeId}.`;
    if (mode !== settings.mode) return `It is of ${mode} mode, and only ${settings.mode} mode counts here.`;
    return kind === undefined ? `Nothing here follows from ${event}.` : undefined;
  }

  async function refuse(reason: string, client: ClientInfo): Promise<void> {
    counts.add("unreadable");
    logger.warn("BILLING_DELIVERY_UNREADABLE: a delivery {reason}", { reason });
    await database.withPlatform("webhook refused", (tx) => auditRefusal(tx, "", `A delivery ${reason}.`, client));
  }
}

export type WebhookReceiver = ReturnType<typeof createReceiver>;
