import type { Plan } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import type { MemberScope, SurfaceFacts } from "./surface-facts.ts";

/** A surface's plan as it is served, with the facts that it was built from. */
export interface BuiltPlan {
  readonly facts: SurfaceFacts | undefined;
  readonly plan: Plan;
  readonly json: string;
  readonly etag: string;
  /** When something in it begins or ends by itself, milliseconds since 1970. */
  readonly validUntil: number;
}

interface CachedPlan {
  readonly built: BuiltPlan;
  /** The cache's epoch when the build began. */
  readonly epoch: number;
}

const MAX_BYTES = 16 * 1024 * 1024;
/** How long stale plans are served before the database is asked again. */
const STALE_MS = 1_000;

const nameOf = (key: string, scope: MemberScope | undefined): string => (scope ? `${key}/${scope.clientId}/${scope.siteId}` : key);

/**
 * Plans in memory, by surface key and member scope. A plan is built once for all callers that ask for it at the same time.
 * A plan whose facts changed during the build is answered and not stored.
 * @param build reads the facts of a surface and builds its plan
 */
export function createPlanCache({
  database,
  clock,
  build,
}: {
  database: Pick<Database, "isListening">;
  clock: () => number;
  build: (key: string, scope: MemberScope | undefined) => Promise<BuiltPlan>;
}) {
  const plans = new LRUCache<string, CachedPlan>({ maxSize: MAX_BYTES, sizeCalculation: ({ built }) => built.json.length * 4 + 2_000 });
  const building = new Map<string, Promise<BuiltPlan>>();
  let epoch = 0;
  /** Plans of earlier epochs may be stale: a notification can have been lost. */
  let trustedSince = 0;
  let serveStaleUntil = 0;

  async function buildAndStore(key: string, scope: MemberScope | undefined): Promise<BuiltPlan> {
    const started = epoch;
    const built = await build(key, scope);
    if (started === epoch) plans.set(nameOf(key, scope), { built, epoch: started });
    return built;
  }

  function peekByName(name: string): BuiltPlan | undefined {
    const known = plans.get(name);
    if (!known) return undefined;
    const isFresh = known.epoch >= trustedSince && database.isListening() && clock() < known.built.validUntil;
    return isFresh || Date.now() < serveStaleUntil ? known.built : undefined;
  }

  /** Without a database the last plan is served: an old plan is better than none. */
  function serveStale(error: unknown, { built }: CachedPlan): BuiltPlan {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    serveStaleUntil = Date.now() + STALE_MS;
    return built;
  }

  return {
    /** The plan that is in memory and can be trusted. */
    peek: (key: string): BuiltPlan | undefined => peekByName(key),

    /** The plan that a surface shows to every visitor; with a scope, the plan for members of that scope. */
    get(key: string, scope?: MemberScope): Promise<BuiltPlan> | BuiltPlan {
      const name = nameOf(key, scope);
      const trusted = peekByName(name);
      if (trusted) return trusted;
      const known = plans.get(name);
      const running = building.get(name) ?? buildAndStore(key, scope).finally(() => building.delete(name));
      building.set(name, running);
      return known ? running.catch((error: unknown) => serveStale(error, known)) : running;
    },

    /** Drops the plans that a change affects. Plans that are being built are not stored. */
    drop(affects: (facts: SurfaceFacts | undefined, key: string) => boolean): void {
      epoch++;
      for (const [name, { built }] of plans.entries()) if (affects(built.facts, built.plan.surface.key)) plans.delete(name);
    },

    /** For lost notifications: every plan is built again before it is served, as long as the database answers. */
    markAllStale(): void {
      trustedSince = ++epoch;
      serveStaleUntil = 0;
    },

    /** How many plans are in memory, for metrics. */
    get size(): number {
      return plans.size;
    },
  };
}
