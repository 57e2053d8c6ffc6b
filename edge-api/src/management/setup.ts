import { randomBytes } from "node:crypto";
import type { SetupAnswerSchema, SetupSchema } from "@dramac/contracts";
import type { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { authorOf, type ClientInfo, writeAudit } from "../services/audit.ts";
import { hashOfSecret, makeApiKey } from "../services/api-keys.ts";

/** Key of the advisory lock that lets one node at a time work on set-up tokens. */
const SETUP_LOCK = 7_304_118;

async function hasSuperAdmin(tx: Tx): Promise<boolean> {
  const keys = await tx`select from api_keys where role = 'super_admin' and revoked_at is null and (expires_at is null or expires_at > now()) limit 1`;
  return keys.length > 0;
}

/**
 * Issues a token that creates the platform's first super admin, once. It expires after a day, and replaces the token before.
 * @returns nothing when a super admin exists already
 */
export async function issueSetupToken(database: Database): Promise<string | undefined> {
  const token = `dramac_setup_${randomBytes(24).toString("base64url")}`;
  return database.withPlatform("set-up token", async (tx) => {
    await tx`select pg_advisory_xact_lock(${SETUP_LOCK})`;
    await tx`delete from setup_tokens`;
    if (await hasSuperAdmin(tx)) return undefined;
    await tx`insert into setup_tokens (hash) values (${hashOfSecret(token)})`;
    return token;
  });
}

/** Creates the first super admin and its key. @throws ApiError `unauthorized`, `conflict` */
export async function redeemSetupToken(
  database: Database,
  { token, email, name }: z.output<typeof SetupSchema>,
  client: ClientInfo,
): Promise<z.output<typeof SetupAnswerSchema>> {
  const { key, prefix, hash } = makeApiKey("live");
  return database.withPlatform("set-up", async (tx) => {
    await tx`select pg_advisory_xact_lock(${SETUP_LOCK})`;
    const used = await tx`delete from setup_tokens where hash = ${hashOfSecret(token)} and created_at > now() - interval '1 day' returning hash`;
    if (!used.length || (await hasSuperAdmin(tx)))
      throw new ApiError("unauthorized", "This set-up token is unknown or was used. Start the platform again for another one.");
    const [known] = await tx`select from profiles where lower(email) = lower(${email})`;
    if (known) throw new ApiError("conflict", "A person has this e-mail address. Use another.");
    const [profile] = await tx`insert into profiles (role, email, name) values ('super_admin', ${email}, ${name}) returning id`;
    const profileId = profile?.id as string;
    const [made] = await tx`
      insert into api_keys (role, label, prefix, hash, created_by) values ('super_admin', 'set-up', ${prefix}, ${hash}, ${profileId}) returning id`;
    const actor = { keyId: made?.id as string, role: "super_admin", agencyId: null, clientId: null } as const;
    const change = { subject: "profile", id: profileId, after: { email, name, role: "super_admin" } };
    await writeAudit(tx, { action: "setup.redeem", author: authorOf(actor), change, client });
    return { profileId, key };
  });
}
