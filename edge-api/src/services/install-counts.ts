import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";

const EVERY_MS = 5_000;

/**
 * Adds up what installations noted while somebody else was changing their module's count. Any number of nodes may:
 * a module that another one is at is passed over. @returns the undo
 */
export function startInstallCounts(database: Database): () => Promise<void> {
  const logger = getLogger(["dramac", "install-counts"]);
  let settling: Promise<unknown> | undefined;

  function settle(): void {
    settling ??= database
      .withPlatform("settle install counts", (tx) => tx`select settle_install_counts()`)
      .catch((fault: Error) => logger.warn("install counts wait for the next time: {fault}", { fault: fault.message }))
      .finally(() => (settling = undefined));
  }

  const timer = setInterval(settle, EVERY_MS);
  return async function stop(): Promise<void> {
    clearInterval(timer);
    await settling;
  };
}
