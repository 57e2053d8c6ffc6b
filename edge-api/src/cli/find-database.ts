import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../config.ts";
import { EmbeddedPostgresError, runningEmbeddedUrl, startEmbeddedPostgres } from "@dramac/embedded-postgres";

import { CommandError } from "./command-error.ts";

/**
 * Finds the server's database: the one in `DATABASE_URL`, else the embedded one. If no server runs the embedded one, it is started and
 * `leave` stops it.
 * @throws CommandError if there is no database
 */
export async function findDatabase({
  databaseUrl,
  dataFolder,
}: Pick<Configuration, "databaseUrl" | "dataFolder">): Promise<{ url: string; leave(): Promise<void> }> {
  if (databaseUrl !== undefined) return { url: databaseUrl, leave: async () => undefined };
  const dataDir = join(dataFolder, "postgres");
  if (!existsSync(join(dataDir, "cluster")))
    throw new CommandError(
      `There is no database: DATABASE_URL is not set, and ${dataFolder} contains none. Set DATABASE_URL, or DRAMAC_DATA, as for the server.`,
    );
  try {
    const { url, stop } = await startEmbeddedPostgres({ dataDir });
    return { url, leave: stop };
  } catch (error) {
    const url = error instanceof EmbeddedPostgresError && error.code === "embedded_in_use" ? runningEmbeddedUrl(dataDir) : undefined;
    if (url === undefined) throw error;
    return { url, leave: async () => undefined };
  }
}
