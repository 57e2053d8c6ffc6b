import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { type Poller, createPoller } from "./create-poller.ts";

const EVERY_MS = 5_000;

/**
 * Adds up what installations noted while somebody else was changing their module's count. Any number of nodes may:
 * a module that another one is at is passed over.
 */
export function startInstallCounts(database: Database): Poller {
  const logger = getLogger(["dramac", "install-counts"]);
  const applyChanges = () => database.withPlatform("settle install counts", (tx) => tx`select settle_install_counts()`);
  return createPoller(applyChanges, {
    everyMs: EVERY_MS,
    onError: (error) => logger.warn("install counts wait for the next time: {error}", { error: error.message }),
  });
}
