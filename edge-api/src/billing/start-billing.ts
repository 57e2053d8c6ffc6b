import type { Database } from "../db/database.ts";
import { createBillingCounters } from "./counters.ts";
import { createBillingGaugeReader } from "./database-gauges.ts";
import { createDebounce } from "./inbox/debounce.ts";
import { startInboxWorker } from "./inbox/worker.ts";
import type { BillingProvider } from "./provider.ts";
import { startScheduledWork } from "./scheduled-work.ts";
import type { BillingSettings } from "./billing-settings.ts";
import { createReceiver } from "./webhook/receive.ts";

/** A node's part in billing: takes deliveries in and works them off. */
export function startBilling(services: { database: Database; settings: BillingSettings; provider: BillingProvider; clock: () => number }) {
  const { database, settings, provider, clock } = services;
  const counts = createBillingCounters();
  const lull = createDebounce();
  const inbox = startInboxWorker({ database, provider, counts, clock }, { begin: lull.wait });
  // Where no store is named there is nobody to ask.
  const regular = settings.storeId ? startScheduledWork({ database, provider, mode: settings.mode, counts, clock }) : undefined;
  const onStored = (): void => {
    lull.restart();
    inbox.wake();
  };
  return {
    receiver: createReceiver({ database, settings, counts, onStored, clock }),
    counts,
    readFigures: createBillingGaugeReader({ database, clock }),
    provider,
    kick: inbox.wake,
    stop: () => Promise.all([inbox.stop(), regular?.stop()]),
  };
}
