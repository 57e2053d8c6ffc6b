import { entryPointFor, type Hook, type InstallationId, type Limits } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import type { Database } from "../db/database.ts";
import type { Assets } from "../delivery/assets.ts";
import type { FrameDocument } from "../delivery/frame-document.ts";
import { createPlanBuilder } from "./build-plan.ts";
import { entitle } from "./entitlements.ts";
import { createFrameDocuments } from "./frame-documents.ts";
import type { InstallationFactsCache } from "./installation-facts.ts";
import type { PackageFiles } from "./package-files.ts";
import { type BuiltPlan, createPlanCache } from "./plan-cache.ts";
import type { MemberScope } from "./surface-facts.ts";

const EMPTY_SCOPE: MemberScope = { clientId: null, siteId: null };

/** Plans and frame documents, served from memory: a cache hit does not reach the database. Notifications drop what they name. */
export function createPlans(services: {
  database: Database;
  addresses: Addresses;
  assets: Assets;
  packages: PackageFiles;
  installations: InstallationFactsCache;
  limits?: Limits | undefined;
  clock: () => number;
}) {
  const { database, addresses, installations, clock } = services;
  const frameDocuments = createFrameDocuments(services);
  const plans = createPlanCache({ database, clock, build: createPlanBuilder({ database, addresses, frameDocuments, clock }) });

  /** The plan that shows an installation on a surface: on members' surfaces, the one for the installation's own client and site. */
  async function getForInstallation(id: InstallationId, key: string): Promise<BuiltPlan> {
    const shared = await plans.get(key);
    if (!shared.facts || shared.facts.kind === "site") return shared;
    const installed = await installations.get(id);
    return plans.get(key, installed?.agencyId === shared.facts.agencyId ? installed : EMPTY_SCOPE);
  }

  /**
   * The frame document of an installation on a surface: the current one, or an earlier one that a page with an older plan still asks for.
   * @returns `undefined` for an installation that may not run, and for a hash that was never in a plan
   */
  async function findFrameDocument(id: InstallationId, key: string, hash: string | undefined): Promise<FrameDocument | undefined> {
    const { facts, plan } = await getForInstallation(id, key);
    const installed = facts?.status === "active" ? facts.installations.find((one) => one.id === id) : undefined;
    if (!facts || !installed || !entitle(installed.entitledBy, clock()).isAllowed) return undefined;
    const shown = plan.modules.filter((one) => one.installation === id);
    const current = shown.map(({ frame }) => frame.slice(frame.lastIndexOf("/") + 1));
    const asked = hash ?? current[0] ?? "";
    const known = frameDocuments.find(id, key, asked);
    if (known?.version === installed.version) return known;
    const hook = shown[current.indexOf(asked)]?.hook;
    const point = hook === undefined ? undefined : entryPointFor(installed.manifest, facts.kind, hook as Hook | null);
    return point && frameDocuments.render(facts, installed, point);
  }

  return {
    get: plans.get,
    peek: plans.peek,
    drop: plans.drop,
    markAllStale: plans.markAllStale,
    getForInstallation,
    findFrameDocument,
    /** How many plans are in memory, for metrics. */
    get size(): number {
      return plans.size;
    },
  };
}

export type Plans = ReturnType<typeof createPlans>;
