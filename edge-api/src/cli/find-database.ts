import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../config.ts";
import { EmbeddedPostgresError, runningEmbeddedUrl, startEmbeddedPostgres } from "@dramac/embedded-postgres";

import { CommandError } from "./command-error.ts";

/**
 * The server's own database: the one of `DATABASE_URL`; else the embedded one, beside the server that runs it, or for as long as the
 * command takes.
 * @throws CommandError when there is none
 */
export async function findDatabase({
  databaseUrl,
  dataFolder,
}: Pick<Configuration, "databaseUrl" | "dataFolder">): Promise<{ url: string; leave(): Promise<void> }> {
  if (databaseUrl !== undefined) return { url: databaseUrl, leave: async () => undefined };
  const dataDir = join(dataFolder, "postgres");
  if (!existsSync(join(dataDir, "cluster")))
    throw new CommandError(`There is no database: DATABASE_URL is not set, and ${dataFolder} holds none. Set DATABASE_URL, or DRAMAC_DATA, as for the server.`);
  try {
    const { url, stop } = await startEmbeddedPostgres({ dataDir });
    return { url, leave: stop };
  } catch (error) {
    const url = error instanceof EmbeddedPostgresError && error.code === "embedded_in_use" ? runningEmbeddedUrl(dataDir) : undefined;
    if (url === undefined) throw error;
    return { url, leave: async () => undefined };
  }
}
