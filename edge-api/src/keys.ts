import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Configuration } from "./config.ts";
import { createSigningKey, type SigningKeys } from "./services/tokens.ts";

/** Reads the keys of this deployment. In development they are created once and stored in the data folder. */
export async function readKeys(configuration: Configuration): Promise<{ signingKeys: SigningKeys; masterKey: Buffer }> {
  const readOrCreate = async <T>(name: string, make: () => Promise<T> | T): Promise<T> => {
    const file = join(configuration.dataFolder, name);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as T;
    const made = await make();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
    return made;
  };
  const signingKeys = configuration.signingKeys ?? (await readOrCreate("signing-keys.json", async () => [await createSigningKey()]));
  const masterKey = configuration.masterKey ?? (await readOrCreate("master-key.json", () => randomBytes(32).toString("base64")));
  return { signingKeys: signingKeys as SigningKeys, masterKey: Buffer.from(masterKey, "base64") };
}
