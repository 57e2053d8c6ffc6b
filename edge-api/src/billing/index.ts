/** The parts of billing, for programs that compose a node themselves instead of calling `startServer`. */
export { createBillingCounters } from "./counters.ts";
export { createInboxWorker } from "./inbox/worker.ts";
export { reconcile } from "./reconcile.ts";
export { createReceiver } from "./webhook/receive.ts";
