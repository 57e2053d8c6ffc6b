import { get, set } from "idb-keyval";
import type { Plan } from "@dramac/contracts";
import type {} from "./boot.ts";
import { start } from "./start.ts";

/* Entry of `/loader.js` with `data-site`. It fetches the plan and caches it, so that the next page mounts without waiting for the network. */
const CACHE_MS = 86_400_000;
const surface = (document.currentScript as HTMLScriptElement | null)?.dataset.site ?? "";
const key = `dramac:plan:${surface}`;

interface CachedPlan {
  readonly plan: Plan;
  /** Milliseconds since 1970. */
  readonly at: number;
}

async function fetchPlan(): Promise<Plan> {
  const response = await fetch(`${__DRAMAC_BOOT__.platform}/api/surfaces/${surface}/plan`);
  if (!response.ok) throw new Error(`The request for the plan of ${surface} failed with status ${response.status}. Check data-site.`);
  const plan = (await response.json()) as Plan;
  await set(key, { plan, at: Date.now() }).catch(() => undefined);
  return plan;
}

async function load(): Promise<void> {
  const fresh = fetchPlan();
  fresh.catch(() => undefined);
  const cached = await get<CachedPlan>(key).catch(() => undefined);
  if (cached && Date.now() - cached.at < CACHE_MS) start(__DRAMAC_BOOT__, cached.plan, true, fresh);
  else start(__DRAMAC_BOOT__, await fresh, false);
}

load().catch((error: unknown) => console.warn("[dramac]", error));
