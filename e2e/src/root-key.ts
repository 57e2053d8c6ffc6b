import type { Database } from "@dramac/edge-api/database";
import { makeApiKey } from "@dramac/edge-api/api-keys";

/** A super admin's key for a while, in a database that has none that is known. */
export async function makeRootKey(database: Database): Promise<{ key: string; revoke(): Promise<void> }> {
  const { key, prefix, hash } = makeApiKey("test");
  await database.withPlatform(
    "a key for a while",
    (tx) => tx`insert into api_keys (role, label, prefix, hash) values ('super_admin', 'for a while', ${prefix}, ${hash})`,
  );
  return {
    key,
    revoke: async () => {
      await database.withPlatform("a key for a while", (tx) => tx`delete from api_keys where prefix = ${prefix}`);
    },
  };
}
