import { isIP } from "node:net";
import { isInstallationId } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { LRUCache } from "lru-cache";
import type { Database } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import type { ClientInfo } from "../audit.ts";

/** Why an assertion is refused, in a word of the audit log. */
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

/** A refusal of what a customer's backend said of somebody. */
export class AssertionRefusal extends ApiError {
  constructor(
    readonly reason: RefusalReason,
    sentence: string,
    code: "assertion_refused" | "assertion_used" | "surface_not_allowed" = "assertion_refused",
  ) {
    super(code, sentence);
  }
}

/** What is no JWT, or is meant for another platform, is found before any key is looked up, and stays as cheap as that. */
const UNATTRIBUTED: ReadonlySet<RefusalReason> = new Set(["form", "audience"]);
const MAX_REMEMBERED = 10_000;
const MINUTE_MS = 60_000;

/**
 * Writes into an agency's audit log that assertions of its keys are refused, or used again: a key that somebody else has, or
 * a replay, shows there. At most one row for each key, reason and minute, on however many nodes: the row's id is made of them
 * (a UUID by a rule of our own: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8).
 */
export function createRefusalLog(database: Database) {
  const logger = getLogger(["dramac", "identity"]);
  /** What this node has written in this minute need not go to the database again. */
  const written = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  /** Only ids of keys that there are lead to a row, of revoked ones too: whatever else is made up is nobody's. */
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

  /** Takes note of a refusal; nobody waits for it. What is no refusal of an assertion is passed over. */
  return function note(keyId: string | undefined, error: unknown, client: ClientInfo): void {
    if (!(error instanceof AssertionRefusal) || UNATTRIBUTED.has(error.reason) || keyId === undefined || !isInstallationId(keyId)) return;
    const name = `${keyId} ${error.reason}`;
    const minute = Math.floor(Date.now() / MINUTE_MS);
    if (written.get(name) === minute) return;
    written.set(name, minute);
    write(keyId, error.reason, client).catch((reason: Error) =>
      logger.warn("a refused assertion is not in the audit log: {reason}", { reason: reason.message }),
    );
  };
}

export type RefusalLog = ReturnType<typeof createRefusalLog>;
