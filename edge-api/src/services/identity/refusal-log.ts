import { isIP } from "node:net";
import { isInstallationId } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { LRUCache } from "lru-cache";
import type { Database } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../audit.ts";

/** Why an assertion is refused, as the audit log names it. */
export type RefusalReason =
  | "form"
  | "audience"
  | "key"
  | "signature"
  | "issuer"
  | "expired"
  | "lifetime"
  | "future"
  | "claims"
  | "tenant"
  | "signed out"
  | "surface"
  | "used";

/** The refusal of an assertion from a customer's backend. */
export class AssertionRefusal extends ApiError {
  constructor(
    readonly reason: RefusalReason,
    sentence: string,
    code: "assertion_refused" | "assertion_used" | "surface_not_allowed" = "assertion_refused",
  ) {
    super(code, sentence);
  }
}

/** Reasons that are found before the key is looked up. They are not logged, so that they stay cheap. */
const UNATTRIBUTED: ReadonlySet<RefusalReason> = new Set(["form", "audience"]);
const MAX_REMEMBERED = 10_000;
const MINUTE_MS = 60_000;

/**
 * Writes to an agency's audit log when assertions with its keys are refused or used again, so that the agency notices a stolen key or
 * a replay. There is at most one row for each key, reason and minute over all nodes: the row's id is a hash of these
 * (a UUID version 8: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8).
 */
export function createRefusalLog(database: Database) {
  const logger = getLogger(["dramac", "identity"]);
  /** The minute in which this node last wrote a key and reason, to avoid needless queries. */
  const written = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  /** Writes a row only for an existing key, including revoked ones: an unknown id belongs to no agency. */
  async function write(keyId: string, reason: RefusalReason, { address, requestId }: ClientInfo): Promise<void> {
    const action = reason === "used" ? "assertion.replay" : "assertion.refuse";
    await database.withPlatform(
      "refused assertion",
      (tx) => tx`
      insert into audit_log (id, agency_id, actor_kind, action, subject_kind, subject_id, reason, ip, request_id)
      select overlay(overlay(d.digest placing '8' from 13) placing '8' from 17)::uuid, k.agency_id, 'system', ${action}, 'assertion-key', k.id::text,
        ${reason}, ${isIP(address) ? address : null}::inet, ${requestId}
      from assertion_keys k
        cross join lateral (select md5(concat_ws('/', ${action}::text, k.id, ${reason}::text, extract(epoch from date_trunc('minute', now())))) as digest) d
      where k.id = ${keyId} on conflict (id) do nothing`,
    );
  }

  /** Records a refusal in the background. Other errors are ignored. */
  return function note(keyId: string | undefined, error: unknown, client: ClientInfo): void {
    if (!(error instanceof AssertionRefusal) || UNATTRIBUTED.has(error.reason) || keyId === undefined || !isInstallationId(keyId)) return;
    const name = `${keyId} ${error.reason}`;
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (written.get(name) === minute) return;
    written.set(name, minute);
    write(keyId, error.reason, client).catch((reason: Error) =>
      logger.warn("a refused assertion could not be written to the audit log: {reason}", { reason: reason.message }),
    );
  };
}

export type RefusalLog = ReturnType<typeof createRefusalLog>;
