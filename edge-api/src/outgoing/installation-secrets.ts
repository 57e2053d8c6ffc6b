import type { SecretDeclaration } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import type { InstallationFacts } from "../services/installation-facts.ts";
import type { Sealed, SecretBox } from "./secret-box.ts";

/** The row that a sealed value belongs to; copied to another row, it cannot be opened. */
const contextOf = (installation: string, name: string, host: string): string => JSON.stringify([installation, name, host]);

/** A header that contains a secret, and the secret itself, so that it can be removed from the response. */
export interface SecretHeader {
  readonly name: string;
  readonly value: string;
  readonly secret: string;
}

interface NewSecret {
  readonly agencyId: string;
  readonly installationId: string;
  readonly name: string;
  readonly host: string;
  readonly value: string;
}

export function createInstallationSecrets(box: SecretBox) {
  return {
    /** Stores a secret, or replaces its value and host. */
    async put(tx: Tx, { agencyId, installationId, name, host, value }: NewSecret): Promise<void> {
      const { keyId, wrappedKey, sealed } = box.seal(value, contextOf(installationId, name, host));
      await tx`
        insert into installation_secrets (installation_id, agency_id, name, host, key_id, wrapped_key, sealed)
        values (${installationId}, ${agencyId}, ${name}, ${host}, ${keyId}, ${wrappedKey}, ${sealed})
        on conflict (installation_id, name) do update
          set host = excluded.host, key_id = excluded.key_id, wrapped_key = excluded.wrapped_key, sealed = excluded.sealed, updated_at = now()`;
    },

    /**
     * The headers with secrets for a host: those that the running version declares for it and that have a stored value.
     * @throws ApiError `unavailable` when a secret cannot be opened; the call must not be sent without it
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
        if (secret === undefined) throw new ApiError("unavailable", `The secret ${name} cannot be opened with this deployment's master key. Store it again.`);
        return [asHeader(declaration, secret)];
      });
    },
  };
}

const asHeader = ({ header, format }: SecretDeclaration, secret: string): SecretHeader => ({
  name: header,
  // A function: as a string, `$&` in a secret would be a replacement pattern.
  value: format.replace("{secret}", () => secret),
  secret,
});

export type InstallationSecrets = ReturnType<typeof createInstallationSecrets>;
