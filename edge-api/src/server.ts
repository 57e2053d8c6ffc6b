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
  /** Unready, drained, flushed, disconnected; the embedded PostgreSQL last. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Folder of the built browser scripts. */
  readonly dist?: string;
  /** Serve the shell that answers `/echo` itself, for benchmarks and attack tests. */
  readonly echo?: boolean;
  /** Limits of modules that differ from the defaults, for benchmarks. */
  readonly limits?: Limits | undefined;
  /** How many calls of the management API a minute takes, for tests that try all of it. */
  readonly managementRates?: typeof MANAGEMENT_RATES | undefined;
  /** How other hosts are reached, for tests; no setting of a deployment leads here. */
  readonly network?: OutgoingNetwork | undefined;
  /** The clock of what is paid for, for tests. */
  readonly clock?: (() => number) | undefined;
  /** Hears every statement, for tests of how they are planned. */
  readonly onStatement?: DatabaseOptions["onStatement"];
  /** Hears what PostgreSQL says beside its answers, for the same tests. */
  readonly onNotice?: DatabaseOptions["onNotice"];
}

/** Starts one node: its database when none is given, migrations, and the server for all origins. */
export async function startServer(
  configuration: Configuration,
  { dist = "dist", echo = false, limits, managementRates, network, clock, onStatement, onNotice }: StartOptions = {},
): Promise<RunningServer> {
  const embedded = configuration.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: join(configuration.dataFolder, "postgres") }) : undefined;
  const databaseUrl = configuration.databaseUrl ?? (embedded?.url as string);
  const undo: (() => Promise<unknown>)[] = [async () => embedded?.stop()];
  /** Every step is taken, whatever comes of those before it: the database goes last, and must go. */
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
    // Before the first event arrives; from then on it is a job.
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
    const jobs = startJobs(database, allJobs());
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
  // With the listener's own Response and Request in place of Node's an answer takes two thirds of the time: they become streams only where somebody asks.
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
