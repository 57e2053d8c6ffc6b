import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { type Poller, createPoller } from "./create-poller.ts";

const EVERY_MS = 5_000;

/**
 * Adds up the install counts that installations noted while another transaction had locked their module's count. Any number of nodes
 * may run it: a module that another node is working on is skipped.
 */
export function startInstallCounts(database: Database): Poller {
  const logger = getLogger(["dramac", "install-counts"]);
  const applyChanges = () => database.withPlatform("settle install counts", (tx) => tx`select settle_install_counts()`);
  return createPoller(applyChanges, {
    everyMs: EVERY_MS,
    onError: (error) => logger.warn("install counts are added up in the next round: {error}", { error: error.message }),
  });
}
