import { randomBytes } from "node:crypto";
import type { SetupAnswerSchema, SetupSchema } from "@dramac/contracts";
import type { z } from "zod";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { type Origin, writeAudit } from "./audit.ts";
import { hashOfSecret, makeApiKey } from "../services/api-keys.ts";

/**
 * A token that makes the platform's first super admin, once; the one before is void.
 * @returns nothing when there is a super admin already
 */
export async function issueSetupToken(database: Database): Promise<string | undefined> {
  const token = `dramac_setup_${randomBytes(24).toString("base64url")}`;
  return database.withPlatform("set-up token", async (tx) => {
    const [known] = await tx`select from api_keys where role = 'super_admin' and revoked_at is null limit 1`;
    if (known) return undefined;
    await tx`delete from setup_tokens`;
    await tx`insert into setup_tokens (hash) values (${hashOfSecret(token)})`;
    return token;
  });
}

/** Makes the first super admin and its key. @throws ApiError `unauthorized`, `conflict` */
export async function redeemSetupToken(
  database: Database,
  { token, email, name }: z.output<typeof SetupSchema>,
  origin: Origin,
): Promise<z.output<typeof SetupAnswerSchema>> {
  const { key, prefix, hash } = makeApiKey("live");
  return database.withPlatform("set-up", async (tx) => {
    const used = await tx`delete from setup_tokens where hash = ${hashOfSecret(token)} returning hash`;
    if (!used.length) throw new ApiError("unauthorized", "This set-up token is unknown or was used. Start the platform again for another one.");
    const [known] = await tx`select from profiles where lower(email) = lower(${email})`;
    if (known) throw new ApiError("conflict", "A person has this e-mail address. Use another.");
    const [profile] = await tx`insert into profiles (role, email, name) values ('super_admin', ${email}, ${name}) returning id`;
    const profileId = profile?.id as string;
    const [made] = await tx`
      insert into api_keys (role, label, prefix, hash, created_by) values ('super_admin', 'set-up', ${prefix}, ${hash}, ${profileId}) returning id`;
    const actor = { keyId: made?.id as string, role: "super_admin", agencyId: null, clientId: null } as const;
    await writeAudit(tx, "setup.redeem", actor, "", { subject: "profile", id: profileId, after: { email, name, role: "super_admin" } }, origin);
    return { profileId, key };
  });
}
