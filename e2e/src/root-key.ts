import type { Database } from "@dramac/edge-api/database";
import { makeApiKey } from "@dramac/edge-api/api-keys";

/** Makes a temporary key of a super admin, in a database whose keys are unknown. */
export async function makeRootKey(database: Database): Promise<{ key: string; revoke(): Promise<void> }> {
  const { key, prefix, hash } = makeApiKey("test");
  await database.withPlatform(
    "temporary key",
    (tx) => tx`insert into api_keys (role, label, prefix, hash) values ('super_admin', 'temporary', ${prefix}, ${hash})`,
  );
  return {
    key,
    revoke: async () => {
      await database.withPlatform("temporary key", (tx) => tx`delete from api_keys where prefix = ${prefix}`);
    },
  };
}
