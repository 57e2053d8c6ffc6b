import { isSurfaceKey, type InstallationId, type Permission, PRINCIPAL_OF_ROLE, type Principal, permissionsOf, type SurfaceKind } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import type { ClientInfo } from "./audit.ts";
import { findKeyHolder, isApiKey, type KeyHolder } from "./api-keys.ts";
import type { Identities } from "./identity/identities.ts";
import type { Member } from "./identity/member.ts";
import type { InstallationFacts, InstallationFactsCache } from "./installation-facts.ts";
import type { Plans } from "./plans.ts";
import type { Tokens } from "./tokens.ts";

/** Who calls the broker, for which installation and with which rights. It is determined again for each call. */
export interface Caller {
  readonly installation: InstallationFacts;
  readonly principal: Principal;
  readonly surfaceKind: SurfaceKind;
  /** The surface's key; empty for a program that calls with a secret key. */
  readonly surface: string;
  readonly permissions: readonly Permission[];
  /** The id of the visitor or member for this installation. */
  readonly sub?: string;
  /** The person that a customer's backend vouched for. */
  readonly member?: Member;
  /** The secret key of a program that calls without a page. */
  readonly key?: KeyHolder;
  readonly client: ClientInfo;
}

/** Finds the caller of a bearer token. @throws ApiError `unauthorized`, `token_expired`, `gone`, `not_found` */
export function createCallerAuthentication(services: {
  database: Database;
  installations: InstallationFactsCache;
  plans: Plans;
  tokens: Tokens;
  identities: Identities;
}) {
  const { database, installations, plans, tokens, identities } = services;

  async function byKey(key: string, id: InstallationId, client: ClientInfo): Promise<Caller> {
    const holder = await findKeyHolder(database, key);
    const installation = await installations.get(id);
    const isOwn = holder.role === "super_admin" || holder.agencyId === installation?.agencyId;
    const isClients = holder.clientId === null || holder.clientId === installation?.clientId;
    if (!installation || !isOwn || !isClients) throw new ApiError("not_found", "There is no such installation.");
    if (!installation.runs) throw new ApiError("gone", "This installation does not run at the moment. What it stored is in its export.");
    const principal = PRINCIPAL_OF_ROLE[holder.role];
    const usable = permissionsOf(principal, "agency");
    const permissions = installation.manifest.permissions.filter((one) => installation.granted.includes(one) && usable.has(one));
    return { installation, principal, surfaceKind: "agency", surface: "", permissions, key: holder, client };
  }

  async function byToken(token: string, id: InstallationId, client: ClientInfo): Promise<Caller> {
    const capability = await tokens.read(token);
    if (capability.installation !== id) throw new ApiError("unauthorized", "This token belongs to another installation.");
    const installation = await installations.get(id, capability.surface);
    if (!installation?.runs) throw new ApiError("gone", "This installation does not run any more.");
    if (installation.grantsEpoch !== capability.grantsEpoch) throw new ApiError("token_expired", "The granted permissions have changed. Open a new session.");
    if (capability.member) await identities.requireValid(capability.member);
    const { facts } = isSurfaceKey(capability.surface) ? await plans.get(capability.surface) : { facts: undefined };
    if (facts?.status !== "active") throw new ApiError("gone", "This surface is suspended.");
    return {
      installation,
      principal: capability.principal,
      surfaceKind: facts.kind,
      surface: capability.surface,
      client,
      permissions: capability.permissions,
      ...(capability.sub && { sub: capability.sub }),
      ...(capability.member && { member: capability.member }),
    };
  }

  return function authenticate(authorization: string | undefined, id: InstallationId, client: ClientInfo): Promise<Caller> {
    const bearer = /^Bearer ([\w.~+/=-]+)$/.exec(authorization ?? "")?.[1];
    if (!bearer) return Promise.reject(new ApiError("unauthorized", "Send Authorization: Bearer with a capability token or a secret key."));
    return isApiKey(bearer) ? byKey(bearer, id, client) : byToken(bearer, id, client);
  };
}

export type AuthenticateCaller = ReturnType<typeof createCallerAuthentication>;
