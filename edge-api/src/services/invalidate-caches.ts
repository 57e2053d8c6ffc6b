import type { Database } from "../db/database.ts";
import type { Caller } from "./caller.ts";
import type { DocumentChanges } from "./document-changes.ts";
import type { AssertionKeys } from "./identity/assertion-keys.ts";
import type { InstallationFactsCache } from "./installation-facts.ts";
import type { PackageFiles } from "./package-files.ts";
import type { Plans } from "./plans.ts";

interface Change {
  readonly kind: string;
  readonly id?: string;
  readonly key?: string;
  readonly agency?: string;
  readonly site?: string;
  readonly module?: string;
}

/** Listens for changes in the database. Drops the caches of this node that they affect, and resets the streams of callers whose rights may have changed. */
export function invalidateCachesOnChange(
  database: Database,
  caches: { plans: Plans; installations: InstallationFactsCache; packages: PackageFiles; changes: DocumentChanges; assertionKeys: AssertionKeys },
): Promise<() => Promise<void>> {
  const { plans, installations, packages, changes, assertionKeys } = caches;
  function onChange(payload: string): void {
    const change = JSON.parse(payload) as Change;
    if (change.kind === "member" || change.kind === "assertion_key") {
      assertionKeys.drop(change.id ?? "");
      return changes.reset((caller) => touches(change, caller));
    }
    if (change.kind === "agency" || change.kind === "client") assertionKeys.clear();
    installations.clear();
    changes.reset((caller) => touches(change, caller));
    switch (change.kind) {
      case "surface":
        return plans.drop((_, key) => key === change.key);
      case "installation":
      case "site":
      case "exclusion": {
        const site = change.kind === "site" ? change.id : change.site;
        // A change without a site affects every surface of the agency: its members may see the installation on any of them.
        return plans.drop((facts) => facts === undefined || (facts.kind === "site" && site ? facts.siteId === site : facts.agencyId === change.agency));
      }
      case "module":
      case "version":
        packages.clear();
        return plans.drop((facts) => facts === undefined || facts.installations.some(({ moduleId }) => moduleId === change.module) || change.kind === "module");
      case "agency":
        return plans.drop((facts) => facts?.agencyId === change.id);
      default:
        return plans.drop((facts) => facts?.agencyId === change.agency);
    }
  }
  return database.listen("dramac_changed", onChange, () => {
    assertionKeys.clear();
    installations.clear();
    packages.clear();
    plans.markAllStale();
  });
}

/** Whether a change may have reduced a caller's rights. */
function touches({ kind, id, key, site, module, agency }: Change, { installation, surface, member }: Caller): boolean {
  switch (kind) {
    case "member":
    case "assertion_key":
      return member?.keyId === id;
    case "installation":
      return installation.id === id;
    case "surface":
      return surface === key;
    case "site":
      return installation.siteId === id;
    case "exclusion":
      return site === undefined || installation.siteId === site;
    case "module":
    case "version":
      return installation.moduleId === module;
    case "agency":
      return installation.agencyId === id;
    default:
      return installation.agencyId === agency;
  }
}
