import type { Database } from "../db/database.ts";
import { createBillingCounts } from "./counts.ts";
import { createBillingFigures } from "./figures.ts";
import { createLull } from "./inbox/lull.ts";
import { startInboxWorker } from "./inbox/worker.ts";
import type { BillingProvider } from "./provider.ts";
import { startRegularWork } from "./regular-work.ts";
import type { BillingSettings } from "./settings.ts";
import { createReceiver } from "./webhook/receive.ts";

/** A node's part in billing: takes deliveries in and works them off. */
export function startBilling(services: { database: Database; settings: BillingSettings; provider: BillingProvider; clock: () => number }) {
  const { database, settings, provider, clock } = services;
  const counts = createBillingCounts();
  const lull = createLull();
  const inbox = startInboxWorker({ database, provider, counts, clock }, { begin: lull.wait });
  // Where no store is named there is nobody to ask.
  const regular = settings.storeId ? startRegularWork({ database, provider, mode: settings.mode, counts, clock }) : undefined;
  const onStored = (): void => {
    lull.note();
    inbox.kick();
  };
  return {
    receiver: createReceiver({ database, settings, counts, onStored, clock }),
    counts,
    readFigures: createBillingFigures({ database, clock }),
    provider,
    kick: inbox.kick,
    stop: () => Promise.all([inbox.stop(), regular?.stop()]),
  };
}
