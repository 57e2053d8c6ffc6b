import { createServer, type Server } from "node:http";
import { join } from "node:path";
import type { MANAGEMENT_RATES } from "./management/router.ts";
import type { Limits } from "@dramac/contracts";
import { getRequestListener } from "@hono/node-server";
import { createAddresses } from "./addresses.ts";
import { type App, createApp } from "./app.ts";
import { createLemonSqueezyFromConfiguration } from "./billing/lemonsqueezy/create-from-configuration.ts";
import type { Configuration } from "./config.ts";
import { connectDatabase, type Database, type DatabaseOptions } from "./db/database.ts";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";
import { migrate } from "./db/migrate.ts";
import { readAssets } from "./delivery/assets.ts";
import { allJobs } from "./jobs/all-jobs.ts";
import { partitionsAround } from "./jobs/maintain-usage-partitions.ts";
import { startJobs } from "./jobs/runner.ts";
import { readKeys } from "./keys.ts";
import { startMetrics } from "./metrics.ts";
import type { OutgoingNetwork } from "./outgoing/network.ts";
import { folderMailer, smtpMailer } from "./services/mailer.ts";

export interface RunningServer {
  readonly app: App;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly mailFolder: string;
  /** Turns unready, drains connections, writes what is in memory and disconnects; stops the embedded PostgreSQL last. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Folder of the built browser scripts. */
  readonly dist?: string;
  /** Serves the shell that answers `/echo` itself, for benchmarks and attack tests. */
  readonly echo?: boolean;
  /** Limits of modules that differ from the defaults, for benchmarks. */
  readonly limits?: Limits | undefined;
  /** Rates of the management API, for tests that call all of it. */
  readonly managementRates?: typeof MANAGEMENT_RATES | undefined;
  /** How other hosts are reached, for tests. A deployment cannot set it. */
  readonly network?: OutgoingNetwork | undefined;
  /** The clock that subscriptions expire by, for tests. */
  readonly clock?: (() => number) | undefined;
  /** Is called with every SQL statement, for tests of query plans. */
  readonly onStatement?: DatabaseOptions["onStatement"];
  /** Is called with every notice of PostgreSQL, for the same tests. */
  readonly onNotice?: DatabaseOptions["onNotice"];
}

/** Starts one node: an embedded database when none is configured, migrations, jobs, metrics, and the server for all origins. */
export async function startServer(
  configuration: Configuration,
  { dist = "dist", echo = false, limits, managementRates, network, clock, onStatement, onNotice }: StartOptions = {},
): Promise<RunningServer> {
  const embedded = configuration.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: join(configuration.dataFolder, "postgres") }) : undefined;
  const databaseUrl = configuration.databaseUrl ?? (embedded?.url as string);
  const undo: (() => Promise<unknown>)[] = [async () => embedded?.stop()];
  /** Runs every step even when one before it fails: the database is stopped last, and must be stopped. */
  const close = async () => {
    const errors: unknown[] = [];
    for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => errors.push(error));
    if (errors.length) throw errors[0];
  };
  try {
    await migrate({ url: configuration.databaseDirectUrl ?? databaseUrl });
    const database = connectDatabase({
      url: databaseUrl,
      ...(configuration.databaseDirectUrl && { directUrl: configuration.databaseDirectUrl }),
      onStatement,
      onNotice,
    });
    undo.push(() => database.close());
    // Partitions must exist before the first event arrives; later a job creates them.
    await database.ensureUsagePartitions(...partitionsAround(new Date()));
    const mailFolder = join(configuration.dataFolder, "mail");
    const { smtpUrl, mailFrom } = configuration;
    const app = await createApp({
      database,
      addresses: createAddresses(configuration),
      assets: readAssets(dist, { echo }),
      ...(await readKeys(configuration)),
      sendMail: smtpUrl ? smtpMailer(smtpUrl, mailFrom) : folderMailer(mailFolder, mailFrom),
      trustedProxies: configuration.trustedProxies,
      usedUrls: [databaseUrl, configuration.databaseDirectUrl, smtpUrl],
      network,
      limits,
      managementRates,
      clock,
      billing: configuration.billing,
      billingProvider: createLemonSqueezyFromConfiguration(configuration),
    });
    undo.push(() => app.close());
    const jobs = startJobs(database, allJobs(clock));
    undo.push(() => jobs.stop());
    const metrics = await startMetrics(app, configuration.port + 2);
    undo.push(() => closeServer(metrics));
    const server = await listen(app, configuration.port);
    undo.push(() => closeServer(server));
    undo.push(async () => app.drain());
    return { app, database, databaseUrl, mailFolder, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(app: App, port: number): Promise<Server> {
  // The listener's own Request and Response take two thirds of the time of Node's, because they create streams only on demand.
  const listener = getRequestListener((request, env) => app.fetch(request, env), { errorHandler: () => app.refuse() });
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    if (app.answerPlan(request, response)) return;
    const route = () => listener(request, response);
    const delivery = app.answerDelivery(request, response);
    void (delivery ? delivery.then((isAnswered) => (isAnswered ? undefined : route())) : route());
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new Error(`Port ${port} is in use. Stop what runs there, or set PORT.`) : error),
    );
    server.listen(port, () => resolve(server));
  });
}

const DRAIN_MS = 5_000;

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
