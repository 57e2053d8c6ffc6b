import { createHash } from "node:crypto";
import {
  type ConsentClass,
  type Entitlement,
  type EntryPoint,
  entryPointFor,
  type Hook,
  type InstallationId,
  LIMITS,
  type Limits,
  type Plan,
  type PlannedModule,
  presentationOf,
} from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { LRUCache } from "lru-cache";
import type { Addresses } from "../addresses.ts";
import type { Database } from "../db/database.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import type { Assets } from "../delivery/assets.ts";
import { type FrameDocument, renderFrameDocument } from "../delivery/frame-document.ts";
import { deliverableOrigins } from "./deliverable-origins.ts";
import { entitle, reasonShownOn } from "./entitlements.ts";
import { mapInChunks } from "./map-in-chunks.ts";
import { fallbackHeights } from "./fallback-heights.ts";
import type { InstallationFactsCache } from "./installation-facts.ts";
import type { PackageFiles } from "./package-files.ts";
import { loadSurface, type PlannedInstallation, type Scope, type SurfaceFacts } from "./surface-facts.ts";

/** A surface's plan as it is served, with what it was made from. */
export interface BuiltPlan {
  readonly facts: SurfaceFacts | undefined;
  readonly plan: Plan;
  readonly json: string;
  readonly etag: string;
  /** The epoch it was built in. */
  readonly epoch: number;
  /** When something in it begins or ends by itself, milliseconds since 1970. */
  readonly validUntil: number;
}

const PLAN_BYTES = 16 * 1024 * 1024;
const ASK_AGAIN_MS = 1_000;
/** A giant client's portal shows thousands, each with a document of its own. */
const RENDERED_AT_ONCE = 20;
const DOCUMENT_BYTES = 6 * 1024 * 1024;

const NOBODYS: Scope = { clientId: null, siteId: null };

const nameOf = (key: string, scope: Scope | undefined): string => (scope ? `${key}/${scope.clientId}/${scope.siteId}` : key);

/**
 * Plans and frame documents, served from memory: a hit touches no database.
 * Notifications drop what they name; what was being built meanwhile is answered but not kept.
 */
export function createPlans(services: {
  database: Database;
  addresses: Addresses;
  assets: Assets;
  packages: PackageFiles;
  installations: InstallationFactsCache;
  limits?: Limits | undefined;
  clock: () => number;
}) {
  const { database, addresses, assets, packages, installations, limits = LIMITS, clock } = services;
  const plans = new LRUCache<string, BuiltPlan>({ maxSize: PLAN_BYTES, sizeCalculation: ({ json }) => json.length * 4 + 2_000 });
  const documents = new LRUCache<string, FrameDocument & { readonly version: string }>({
    maxSize: DOCUMENT_BYTES,
    sizeCalculation: ({ body }) => body.length + 2_000,
  });
  const building = new Map<string, Promise<BuiltPlan>>();
  const logger = getLogger(["dramac", "plans"]);
  let epoch = 0;
  /** Plans that were built before it may be stale: a notification can have been lost. */
  let trustedSince = 0;
  let askAgainAt = 0;

  async function build(key: string, scope: Scope | undefined): Promise<BuiltPlan> {
    const started = epoch;
    const facts = withDeliverableOrigins(await loadSurface(database, key, scope));
    const shown = facts?.status === "active" ? facts.installations.map((one) => ({ one, entitlement: entitle(one.entitledBy, clock()) })) : [];
    const modules = facts ? await mapInChunks(shown, RENDERED_AT_ONCE, ({ one, entitlement }) => planned(facts, one, entitlement)) : [];
    const validUntil = Math.min(...shown.map(({ entitlement }) => entitlement.validUntil ?? Number.POSITIVE_INFINITY));
    const built = finish(key, facts, modules.flat(), started, validUntil);
    if (started === epoch) plans.set(nameOf(key, scope), built);
    return built;
  }

  /** Nobody who comes after this sees an origin that no frame may be delivered to. */
  function withDeliverableOrigins(facts: SurfaceFacts | undefined): SurfaceFacts | undefined {
    if (!facts) return undefined;
    const [origins, previewOrigins] = [deliverableOrigins(addresses, facts.origins), deliverableOrigins(addresses, facts.previewOrigins)];
    const left = facts.origins.length + facts.previewOrigins.length - origins.length - previewOrigins.length;
    if (left) logger.warn("{left} origins of surface {key} are the platform's own, or none: they get no frames", { left, key: facts.key });
    return { ...facts, origins, previewOrigins };
  }

  async function planned(facts: SurfaceFacts, installed: PlannedInstallation, { isAllowed, reason }: Entitlement): Promise<PlannedModule[]> {
    const modules: PlannedModule[] = [];
    const whyNot = isAllowed ? undefined : reasonShownOn(facts.kind, reason);
    const documents = new Map<EntryPoint, Promise<FrameDocument | undefined>>();
    for (const [order, hook] of installed.hooks.entries()) {
      const point = entryPointFor(installed.manifest, facts.kind, hook);
      if (!point) continue;
      const rendering = documents.get(point) ?? render(facts, installed, point);
      documents.set(point, rendering);
      const document = await rendering;
      if (!document) {
        logger.warn("package of {slug} {version} is missing", { slug: installed.slug, version: installed.version });
        return [];
      }
      modules.push({
        installation: installed.id,
        level: installed.level,
        slug: installed.slug,
        name: installed.name,
        version: installed.version,
        state: !isAllowed ? "suspended" : reason === "over_limit" ? "over_limit" : "active",
        ...(whyNot !== undefined && { reason: whyNot }),
        frame: `${addresses.frameOrigin(installed.id)}/f/${facts.key}/${document.hash}`,
        hook,
        order,
        paths: [...installed.paths],
        presentation: {
          ...presentationOf(installed.manifest, facts.kind, point),
          ...(!isAllowed && { heights: fallbackHeights(installed.manifest.fallback) }),
        },
        consent: (installed.consent as ConsentClass | null) ?? installed.manifest.consent,
        fallback: installed.manifest.fallback,
      });
    }
    return modules;
  }

  async function render(facts: SurfaceFacts, installed: PlannedInstallation, point: EntryPoint): Promise<FrameDocument | undefined> {
    const entry = await packages.readEntry(installed.packageHash, installed.manifest, point);
    if (!entry) return undefined;
    const document = renderFrameDocument(addresses, assets, facts, installed, entry, limits);
    documents.set(`${installed.id}/${facts.key}/${document.hash}`, { ...document, version: installed.version });
    return document;
  }

  function finish(key: string, facts: SurfaceFacts | undefined, modules: PlannedModule[], epoch: number, validUntil: number): BuiltPlan {
    const surface = {
      key,
      kind: facts?.kind ?? ("site" as const),
      status: facts?.status ?? ("unknown" as const),
      locale: facts?.locale ?? "en",
      theme: facts?.theme ?? { scheme: "auto" as const },
    };
    const revision = createHash("sha256")
      .update(JSON.stringify([surface, modules]))
      .digest("base64url")
      .slice(0, 22);
    const plan: Plan = { plan: 1, surface: { ...surface, revision }, modules };
    return { facts, plan, json: JSON.stringify(plan), etag: `"${revision}"`, epoch, validUntil };
  }

  /** The plan that is in memory and can be trusted. */
  function peek(key: string): BuiltPlan | undefined {
    const known = plans.get(key);
    if (!known) return undefined;
    return (known.epoch >= trustedSince && database.isListening() && clock() < known.validUntil) || Date.now() < askAgainAt ? known : undefined;
  }

  function get(key: string, scope?: Scope): Promise<BuiltPlan> | BuiltPlan {
    const name = nameOf(key, scope);
    const trusted = peek(name);
    if (trusted) return trusted;
    const known = plans.get(name);
    const running = building.get(name) ?? build(key, scope).finally(() => building.delete(name));
    building.set(name, running);
    return known ? running.catch((error: unknown) => servedStale(error, known)) : running;
  }

  /** Without a database the last plan stands: better a plan that may be old than none. */
  function servedStale(error: unknown, known: BuiltPlan): BuiltPlan {
    if (!(error instanceof DatabaseUnavailable)) throw error;
    askAgainAt = Date.now() + ASK_AGAIN_MS;
    return known;
  }

  /** The plan that shows an installation on a surface, whoever it is made for. */
  async function showing(id: InstallationId, key: string): Promise<BuiltPlan> {
    const open = await get(key);
    if (!open.facts || open.facts.kind === "site") return open;
    const installed = await installations.get(id);
    return get(key, installed?.agencyId === open.facts.agencyId ? installed : NOBODYS);
  }

  return {
    /** What a surface shows to everybody; with a scope, to a member whose page it is. */
    get,
    showing,
    peek,
    /**
     * The frame document of an installation on a surface: the current one, or an earlier one that a page
     * which saw the old plan may still ask for. Nothing for what may not run, and nothing for made-up hashes.
     */
    async frame(id: InstallationId, key: string, hash: string | undefined): Promise<FrameDocument | undefined> {
      const { facts, plan } = await showing(id, key);
      const installed = facts?.status === "active" ? facts.installations.find((one) => one.id === id) : undefined;
      if (!facts || !installed || !entitle(installed.entitledBy, clock()).isAllowed) return undefined;
      const shown = plan.modules.filter((one) => one.installation === id);
      const current = shown.map(({ frame }) => frame.slice(frame.lastIndexOf("/") + 1));
      const asked = hash ?? current[0] ?? "";
      const known = documents.get(`${id}/${key}/${asked}`);
      if (known?.version === installed.version) return known;
      const hook = shown[current.indexOf(asked)]?.hook;
      const point = hook === undefined ? undefined : entryPointFor(installed.manifest, facts.kind, hook as Hook | null);
      return point && render(facts, installed, point);
    },
    /** Drops the plans that a change names; all of them when it cannot be told. */
    drop(affects: (facts: SurfaceFacts | undefined, key: string) => boolean): void {
      epoch++;
      for (const [name, built] of plans.entries()) if (affects(built.facts, built.plan.surface.key)) plans.delete(name);
    },
    /** Notifications may have been lost: every plan is asked for again before it is served, where that is possible. */
    distrust(): void {
      trustedSince = ++epoch;
      askAgainAt = 0;
    },
    /** How many plans are held, for metrics. */
    get size() {
      return plans.size;
    },
  };
}

export type Plans = ReturnType<typeof createPlans>;
