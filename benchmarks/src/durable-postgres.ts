import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";

/** A PostgreSQL with the settings of a deployment, which waits for the disk at each commit; the tests' own does not. */
export async function startDurablePostgres() {
  const folder = mkdtempSync(join(tmpdir(), "dramac-durable-"));
  const server = await startEmbeddedPostgres({ dataDir: join(folder, "postgres") });
  return {
    url: server.url,
    async stop(): Promise<void> {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
