import type { SecretDeclaration } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import type { InstallationFacts } from "../services/installation-facts.ts";
import type { Sealed, SecretBox } from "./secret-box.ts";

/** Where a sealed value belongs: moved to another row, it does not open. */
const contextOf = (installation: string, name: string, host: string): string => JSON.stringify([installation, name, host]);

/** A header with a secret in it, and the secret, so that it can be kept out of what comes back. */
export interface SecretHeader {
  readonly name: string;
  readonly value: string;
  readonly secret: string;
}

export function createInstallationSecrets(box: SecretBox) {
  return {
    async put(tx: Tx, at: { agencyId: string; installationId: string }, name: string, host: string, value: string): Promise<void> {
      const { keyId, wrappedKey, sealed } = box.seal(value, contextOf(at.installationId, name, host));
      await tx`
        insert into installation_secrets (installation_id, agency_id, name, host, key_id, wrapped_key, sealed)
        values (${at.installationId}, ${at.agencyId}, ${name}, ${host}, ${keyId}, ${wrappedKey}, ${sealed})
        on conflict (installation_id, name) do update
          set host = excluded.host, key_id = excluded.key_id, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, updated_at = now()`;
    },

    /**
     * The headers that a host is sent secrets in: those that the running version declares for it and that were put in for it.
     * @throws ApiError `unavailable` when one does not open, for what is sent without it would be another call
     */
    async headersFor(tx: Tx, { id, manifest }: InstallationFacts, host: string): Promise<SecretHeader[]> {
      const declared = Object.entries(manifest.secrets).filter(([, one]) => one.host === host);
      if (!declared.length) return [];
      const rows = await tx`select name, key_id, wrapped_key, sealed from installation_secrets where installation_id = ${id} and host = ${host}`;
      return declared.flatMap(([name, declaration]) => {
        const row = rows.find((one) => one.name === name);
        if (!row) return [];
        const stored: Sealed = { keyId: row.key_id as string, wrappedKey: row.wrapped_key as Buffer, sealed: row.sealed as Buffer };
        const secret = box.open(stored, contextOf(id, name, host));
        if (secret === undefined) throw new ApiError("unavailable", `The secret ${name} cannot be opened with this deployment's master key. Put it in again.`);
        return [asHeader(declaration, secret)];
      });
    },
  };
}

const asHeader = ({ header, format }: SecretDeclaration, secret: string): SecretHeader => ({
  name: header,
  // A function, so that `$&` in a secret stays what it is.
  value: format.replace("{secret}", () => secret),
  secret,
});

export type InstallationSecrets = ReturnType<typeof createInstallationSecrets>;
