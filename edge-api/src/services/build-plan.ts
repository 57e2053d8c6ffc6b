import { createHash } from "node:crypto";
import {
  type ConsentClass,
  type Entitlement,
  type EntryPoint,
  entryPointFor,
  type Hook,
  type Plan,
  type PlannedModule,
  presentationOf,
} from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import type { Addresses } from "../addresses.ts";
import type { Database } from "../db/database.ts";
import type { FrameDocument } from "../delivery/frame-document.ts";
import { deliverableOrigins } from "./deliverable-origins.ts";
import { entitle, reasonShownOn } from "./entitlements.ts";
import { fallbackHeights } from "./fallback-heights.ts";
import type { FrameDocuments } from "./frame-documents.ts";
import { mapInChunks } from "./map-in-chunks.ts";
import type { BuiltPlan } from "./plan-cache.ts";
import { loadSurface, type MemberScope, type PlannedInstallation, type SurfaceFacts } from "./surface-facts.ts";

/** The portal of a very large client shows thousands of modules, each with a document of its own. */
const RENDERED_AT_ONCE = 20;

/** Builds plans from what the database holds of a surface, with the documents of its frames. */
export function createPlanBuilder(services: { database: Database; addresses: Addresses; frameDocuments: FrameDocuments; clock: () => number }) {
  const { database, addresses, frameDocuments, clock } = services;
  const logger = getLogger(["dramac", "plans"]);

  /** Later steps never see an origin that no frame may be delivered to. */
  function withDeliverableOrigins(facts: SurfaceFacts): SurfaceFacts {
    const [origins, previewOrigins] = [deliverableOrigins(addresses, facts.origins), deliverableOrigins(addresses, facts.previewOrigins)];
    const removed = facts.origins.length + facts.previewOrigins.length - origins.length - previewOrigins.length;
    if (removed) logger.warn("{removed} origins of surface {key} are the platform's own, or invalid: they get no frames", { removed, key: facts.key });
    return { ...facts, origins, previewOrigins };
  }

  /** @returns one module for each hook; none when the package is missing */
  async function planModules(facts: SurfaceFacts, installed: PlannedInstallation, entitlement: Entitlement): Promise<PlannedModule[]> {
    const modules: PlannedModule[] = [];
    const documents = new Map<EntryPoint, Promise<FrameDocument | undefined>>();
    for (const [order, hook] of installed.hooks.entries()) {
      const point = entryPointFor(installed.manifest, facts.kind, hook);
      if (!point) continue;
      const rendering = documents.get(point) ?? frameDocuments.render(facts, installed, point);
      documents.set(point, rendering);
      const document = await rendering;
      if (!document) {
        logger.warn("package of {slug} {version} is missing", { slug: installed.slug, version: installed.version });
        return [];
      }
      const frame = `${addresses.frameOrigin(installed.id)}/f/${facts.key}/${document.hash}`;
      modules.push(describeModule(facts, installed, { entitlement, point, frame, hook, order }));
    }
    return modules;
  }

  /** @throws DatabaseUnavailable */
  return async function build(key: string, scope: MemberScope | undefined): Promise<BuiltPlan> {
    const loaded = await loadSurface(database, key, scope);
    const facts = loaded && withDeliverableOrigins(loaded);
    const shown = facts?.status === "active" ? facts.installations.map((one) => ({ one, entitlement: entitle(one.entitledBy, clock()) })) : [];
    const modules = facts ? await mapInChunks(shown, RENDERED_AT_ONCE, ({ one, entitlement }) => planModules(facts, one, entitlement)) : [];
    const validUntil = Math.min(...shown.map(({ entitlement }) => entitlement.validUntil ?? Number.POSITIVE_INFINITY));
    return { facts, validUntil, ...serializePlan(key, facts, modules.flat()) };
  };
}

function describeModule(
  facts: SurfaceFacts,
  installed: PlannedInstallation,
  { entitlement, point, frame, hook, order }: { entitlement: Entitlement; point: EntryPoint; frame: string; hook: Hook | null; order: number },
): PlannedModule {
  const { isAllowed, reason } = entitlement;
  const shownReason = isAllowed ? undefined : reasonShownOn(facts.kind, reason);
  return {
    installation: installed.id,
    level: installed.level,
    slug: installed.slug,
    name: installed.name,
    version: installed.version,
    state: !isAllowed ? "suspended" : reason === "over_limit" ? "over_limit" : "active",
    ...(shownReason !== undefined && { reason: shownReason }),
    frame,
    hook,
    order,
    paths: [...installed.paths],
    presentation: {
      ...presentationOf(installed.manifest, facts.kind, point),
      ...(!isAllowed && { heights: fallbackHeights(installed.manifest.fallback) }),
    },
    consent: (installed.consent as ConsentClass | null) ?? installed.manifest.consent,
    fallback: installed.manifest.fallback,
  };
}

function serializePlan(key: string, facts: SurfaceFacts | undefined, modules: PlannedModule[]): Pick<BuiltPlan, "plan" | "json" | "etag"> {
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
  return { plan, json: JSON.stringify(plan), etag: `"${revision}"` };
}
