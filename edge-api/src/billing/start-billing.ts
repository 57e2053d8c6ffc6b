import type { Database } from "../db/database.ts";
import type { BillingSettings } from "./billing-settings.ts";
import { createBillingCounters } from "./counters.ts";
import { createBillingGaugeReader } from "./database-gauges.ts";
import { createDebounce } from "./inbox/debounce.ts";
import { startInboxWorker } from "./inbox/worker.ts";
import type { BillingProvider } from "./provider.ts";
import { startScheduledWork } from "./scheduled-work.ts";
import { createReceiver } from "./webhook/receive.ts";

/** Starts the billing of one node: it stores deliveries, processes them, and runs the scheduled work. */
export function startBilling(services: { database: Database; settings: BillingSettings; provider: BillingProvider; clock: () => number }) {
  const { database, settings, provider, clock } = services;
  const counts = createBillingCounters();
  const debounce = createDebounce();
  const inbox = startInboxWorker({ database, provider, counts, clock }, { beforeEach: debounce.wait });
  // Without a store there is no provider to ask.
  const scheduled = settings.storeId ? startScheduledWork({ database, provider, mode: settings.mode, counts, clock }) : undefined;
  const onStored = (): void => {
    debounce.restart();
    inbox.wake();
  };
  return {
    receiver: createReceiver({ database, settings, provider, counts, onStored, clock }),
    counts,
    readGauges: createBillingGaugeReader({ database, clock }),
    provider,
    wake: inbox.wake,
    stop: () => Promise.all([inbox.stop(), scheduled?.stop()]),
  };
}
