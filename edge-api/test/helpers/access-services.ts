import { randomBytes } from "node:crypto";
import type { InstallationId, SessionRequest, SessionResponse } from "@dramac/contracts";
import { createAddresses } from "../../src/addresses.ts";
import type { Database } from "../../src/db/database.ts";
import type { ClientInfo } from "../../src/services/audit.ts";
import { type Caller, createCallerAuthentication } from "../../src/services/caller.ts";
import { createAssertionKeys } from "../../src/services/identity/assertion-keys.ts";
import { createAssertions } from "../../src/services/identity/assertions.ts";
import { createIdentities } from "../../src/services/identity/identities.ts";
import { createRefusalLog } from "../../src/services/identity/refusal-log.ts";
import { createInstallationFacts } from "../../src/services/installation-facts.ts";
import { createPackageFiles } from "../../src/services/package-files.ts";
import { createPlans } from "../../src/services/plans.ts";
import { createSessions } from "../../src/services/sessions.ts";
import { createSigningKey, createTokens } from "../../src/services/tokens.ts";
import { createVisitors } from "../../src/services/visitors.ts";

export const PLATFORM = "https://platform.example";
export const CLIENT: ClientInfo = { address: "203.0.113.9", requestId: "request" };

/**
 * The services that decide who may do what, put together as `createServices` does. The database does not listen for
 * notifications, so these services cache nothing and every call reads the current rows.
 */
export async function createAccessServices(database: Database) {
  const addresses = createAddresses({ platform: PLATFORM, frames: "https://{installation}.frames.example", media: "https://media.example" });
  const tokens = await createTokens(PLATFORM, [await createSigningKey()]);
  const assets = { embed: "", loader: "", version: "1.0.0", elements: new Map<string, string>(), runtime: "runtime.js", shell: "", shellHash: "sha256-" };
  const packages = createPackageFiles(database);
  const installations = createInstallationFacts(database, Date.now);
  const plans = createPlans({ database, addresses, assets, packages, installations, clock: Date.now });
  const assertionKeys = createAssertionKeys(database);
  const assertions = createAssertions(database, assertionKeys, PLATFORM);
  const identities = createIdentities({ keys: assertionKeys, assertions, tokens, noteRefusal: createRefusalLog(database) });
  const visitors = createVisitors(tokens, randomBytes(32));
  const open = createSessions({ plans, installations, tokens, visitors, identities });
  const authenticate = createCallerAuthentication({ database, installations, plans, tokens, identities });
  return {
    tokens,
    plans,
    assertionKeys,
    assertions,
    identities,
    visitors,
    openSession: (request: SessionRequest): Promise<SessionResponse> => open(request, CLIENT),
    /** @param bearer the token or secret key of the Authorization header */
    authenticate: (bearer: string, installation: InstallationId): Promise<Caller> => authenticate(`Bearer ${bearer}`, installation, CLIENT),
    authenticateHeader: (authorization: string | undefined, installation: InstallationId): Promise<Caller> => authenticate(authorization, installation, CLIENT),
  };
}

export type AccessServices = Awaited<ReturnType<typeof createAccessServices>>;
