import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../../services/audit.ts";
import type { BillingSettings } from "../billing-settings.ts";
import type { BillingCounters } from "../counters.ts";
import type { BillingProvider, WebhookDelivery } from "../provider.ts";
import { createBatchWriter } from "./batch-writer.ts";
import { auditRefusal, type ReceivedDelivery, storeDeliveries } from "./store-deliveries.ts";

type Header = (name: string) => string | undefined;

/**
 * Takes webhook deliveries: verifies, stores and answers them. The inbox worker applies their effects later. Nothing of a delivery that is
 * not signed is stored.
 * @param services.onStored called when there is a new delivery to process
 */
export function createReceiver(services: {
  database: Database;
  settings: BillingSettings;
  provider: Pick<BillingProvider, "webhooks">;
  counts: BillingCounters;
  onStored: () => void;
  clock: () => number;
}) {
  const { database, settings, counts, onStored, clock } = services;
  const { webhooks } = services.provider;
  const logger = getLogger(["dramac", "billing"]);
  const write = createBatchWriter((deliveries: readonly ReceivedDelivery[]) => storeDeliveries(database, deliveries));

  /** @returns the delivery, or why it is refused */
  function verify(raw: Buffer, header: Header): WebhookDelivery | "no secret" | "unsigned" | "unreadable" {
    if (!settings.webhookSecrets.length) return "no secret";
    if (!webhooks.isSigned(raw, header, settings.webhookSecrets)) return "unsigned";
    try {
      return webhooks.readDelivery(raw);
    } catch {
      return "unreadable";
    }
  }

  /** Stores a verified delivery. `known`: it was stored before. */
  async function store(delivery: WebhookDelivery, raw: Buffer, header: Header, client: ClientInfo): Promise<"stored" | "known" | "ignored"> {
    const outcome = reasonToIgnore(delivery);
    const headers = Object.fromEntries(webhooks.storedHeaders.flatMap((name) => (header(name) === undefined ? [] : [[name, header(name)]])));
    const isNew = await write({ delivery, raw, headers, outcome, client, at: new Date(clock()) });
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
    verify,
    store,
    /** Verifies and stores. @throws ApiError `unavailable` if no secret is configured, `unauthorized`, `bad_request` */
    async receive(raw: Buffer, header: Header, client: ClientInfo) {
      const verified = verify(raw, header);
      switch (verified) {
        case "no secret":
          throw new ApiError("unavailable", "No secret for webhooks is set here: set LEMONSQUEEZY_WEBHOOK_SECRET.");
        case "unsigned":
          counts.add("unsigned");
          throw new ApiError("unauthorized", "X-Signature must be the hex HMAC-SHA256, in lower case, of exactly these bytes with the webhook's secret.");
        case "unreadable":
          await refuse("is signed, but it cannot be read as a delivery", client);
          throw new ApiError("bad_request", "The signature is right, but the body is not JSON with meta.event_name and data.type, data.id, data.attributes.");
        default:
          return store(verified, raw, header, client);
      }
    },
  };

  /** A signed delivery that is not for this deployment is stored for people to see, and has no effect. */
  function reasonToIgnore({ kind, store, mode, event }: WebhookDelivery): string | undefined {
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
