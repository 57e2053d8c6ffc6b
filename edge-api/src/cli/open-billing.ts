import { configure, type LogRecord } from "@logtape/logtape";
import { createBillingCounters } from "../billing/counters.ts";
import { createLemonSqueezyFromConfiguration } from "../billing/lemonsqueezy/create-from-configuration.ts";
import type { ReconcileServices } from "../billing/reconcile.ts";
import { type Configuration, readConfiguration } from "../config.ts";
import { connectDatabase } from "../db/database.ts";
import { CommandError } from "./command-error.ts";
import { findDatabase } from "./find-database.ts";
import type { Screen } from "./screen.ts";

/** One statement reads the whole ledger. */
const STATEMENT_MS = 30 * 60_000;

export interface BillingCommand {
  readonly screen: Screen;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted when the command should stop. */
  readonly signal: AbortSignal;
}

/**
 * Runs `work` with the services that the server's configuration describes, and closes them afterwards. Logged warnings go to the screen.
 * @param needs `provider`: the command fails unless the provider can be called
 * @throws CommandError
 */
export async function openBilling<T>(
  { screen, environment }: BillingCommand,
  needs: "provider" | "database",
  work: (services: ReconcileServices & { readonly hasKey: boolean }) => Promise<T>,
): Promise<T> {
  const configuration = configurationOf(environment);
  const { billing, lemonSqueezy } = configuration;
  const lacks = [...(lemonSqueezy.apiKey === undefined ? ["LEMONSQUEEZY_API_KEY"] : []), ...(billing.storeId ? [] : ["LEMONSQUEEZY_STORE_ID"])];
  if (needs === "provider" && lacks.length) throw new CommandError(`The billing provider cannot be called: set ${lacks.join(" and ")}, as for the server.`);
  await logTo(screen);
  const { url, leave } = await findDatabase(configuration);
  try {
    const database = connectDatabase({
      url,
      ...(configuration.databaseDirectUrl && { directUrl: configuration.databaseDirectUrl }),
      max: 3,
      statementTimeoutMs: STATEMENT_MS,
    });
    try {
      await database.ping();
      return await work({
        database,
        provider: createLemonSqueezyFromConfiguration(configuration),
        mode: billing.mode,
        counts: createBillingCounters(),
        clock: Date.now,
        hasKey: !lacks.length,
      });
    } finally {
      await database.close();
    }
  } finally {
    await leave();
  }
}

function configurationOf(environment: NodeJS.ProcessEnv): Configuration {
  try {
    return readConfiguration(environment);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

function logTo(screen: Screen): Promise<void> {
  return configure({
    reset: true,
    sinks: { screen: (record: LogRecord) => screen.printError(record.message.map(String).join("")) },
    loggers: [
      { category: ["dramac"], lowestLevel: "warning", sinks: ["screen"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["screen"] },
    ],
  });
}
