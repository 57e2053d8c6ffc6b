/** The parts of billing one by one, for whoever puts a node together otherwise than `startServer` does. */
export { createBillingCounters } from "./counters.ts";
export { startInboxWorker } from "./inbox/worker.ts";
export { reconcile } from "./reconcile.ts";
export { createReceiver } from "./webhook/receive.ts";
