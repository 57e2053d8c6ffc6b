import { measureApiMemory } from "./api-memory.ts";
import { measureRoundTrip } from "./bridge-round-trip.ts";
import { measureBytes } from "./bytes.ts";
import { measureManagementCurve } from "./management-curve.ts";
import { measureBillingDrill } from "./billing-drill.ts";
import type { Measurement } from "./measurement.ts";
import { measureMountCurve } from "./mount-curve.ts";
import { measureMountMany } from "./mount-many.ts";
import { measureMount } from "./mount-race.ts";
import { measurePageHeap } from "./page-heap.ts";
import { measurePlanHit } from "./plan-hit.ts";
import { measureSitesCurve } from "./sites-curve.ts";
import { measureWebhook } from "./webhook.ts";

/** Everything that `npm run bench` measures, in this order. */
export const MEASUREMENTS: readonly Measurement[] = [
  { name: "bytes", about: "what the browser scripts weigh after brotli", run: async () => ({ figures: measureBytes() }) },
  { name: "plan-hit", about: "plans from memory beside a bare node:http", run: async (rounds) => ({ figures: [await measurePlanHit(rounds)] }) },
  {
    name: "bridge-round-trip",
    about: "calls of a module beside a bare port and penpal, one at a time and 16 in flight",
    run: async (rounds) => ({ figures: await measureRoundTrip(rounds) }),
  },
  {
    name: "mount-race",
    about: "one module, cold and warm, beside a hand-written frame, penpal and an MCP Apps host",
    run: async (rounds) => ({ figures: await measureMount(rounds) }),
  },
  {
    name: "mount-many",
    about: "20 modules, cold and warm, beside 20 hand-written frames",
    run: async (rounds) => ({ figures: await measureMountMany(rounds) }),
  },
  { name: "page-heap", about: "heap that three modules add to their page, and what mounting leaves behind", run: measurePageHeap },
  { name: "api-memory", about: "memory of an API node that answers for 10,000 sites", run: measureApiMemory },
  { name: "sites-curve", about: "plan hits and memory of a node over 10³ to 10⁵ sites", run: measureSitesCurve },
  { name: "webhook", about: "webhooks accepted durably beside bare INSERTs", run: measureWebhook },
  { name: "billing-drill", about: "10,000 events, mixed, repeated, dropped and torn, with nodes killed", run: measureBillingDrill },
  { name: "management-curve", about: "lists, installing and plan building over 10³ to 10⁵ sites", run: measureManagementCurve },
  { name: "mount-curve", about: "time until 1 to 20 modules are ready", run: measureMountCurve },
];
