import { get, set } from "idb-keyval";
import type { Plan } from "@dramac/contracts";
import type {} from "./boot.ts";
import { start } from "./start.ts";

/* `/loader.js` with `data-site`: fetches the plan and keeps the last good one, so that the next page mounts at once. */
const KEPT_FOR_MS = 86_400_000;
const surface = (document.currentScript as HTMLScriptElement | null)?.dataset.site ?? "";
const key = `dramac:plan:${surface}`;

interface KeptPlan {
  readonly plan: Plan;
  readonly at: number;
}

async function fetchPlan(): Promise<Plan> {
  const response = await fetch(`${__DRAMAC_BOOT__.platform}/api/surfaces/${surface}/plan`);
  if (!response.ok) throw new Error(`The plan of ${surface} was answered with ${response.status}. Check data-site.`);
  const plan = (await response.json()) as Plan;
  await set(key, { plan, at: Date.now() }).catch(() => undefined);
  return plan;
}

async function load(): Promise<void> {
  const fresh = fetchPlan();
  fresh.catch(() => undefined);
  const kept = await get<KeptPlan>(key).catch(() => undefined);
  if (kept && Date.now() - kept.at < KEPT_FOR_MS) start(__DRAMAC_BOOT__, kept.plan, true, fresh);
  else start(__DRAMAC_BOOT__, await fresh, false);
}

load().catch((fault: unknown) => console.warn("[dramac]", fault));
