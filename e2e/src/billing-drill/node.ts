import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBillingCounters, createInboxWorker, createReceiver } from "@dramac/edge-api/billing";
import { connectDatabase } from "@dramac/edge-api/database";
import { createLemonSqueezy } from "@dramac/edge-api/lemonsqueezy";
import { configure } from "@logtape/logtape";
import { createCrashPoint } from "./crash-points.ts";
import { type FromNode, NODE_SETTINGS, type NodeSettings, TIME_HEADER, type ToNode } from "./node-messages.ts";

/* The billing part of a node, in a process of its own. It accepts deliveries over HTTP, and processes them when it is told to. */

/** Far longer than anything takes on a busy machine: only a drill that hangs comes to it. */
const HANG_MS = 120_000;

const settings = JSON.parse(process.env[NODE_SETTINGS] ?? "") as NodeSettings;
const send = (message: FromNode) => process.send?.(message);

let time = settings.now;
let sleepers: { readonly until: number; readonly wake: () => void }[] = [];
const now = () => time;
function setTime(later: number): void {
  time = Math.max(time, later);
  const due = sleepers.filter(({ until }) => until <= time);
  sleepers = sleepers.filter(({ until }) => until > time);
  for (const { wake } of due) wake();
}
const timing = {
  now,
  sleep: (ms: number) =>
    new Promise<void>((wake) => {
      const until = Math.ceil(time + ms);
      sleepers.push({ until, wake });
      send({ sleepUntil: until });
    }),
  random: () => 0.5,
};

await configure({
  sinks: { parent: ({ rawMessage, properties }) => void send({ alert: `${String(rawMessage)} ${JSON.stringify(properties)}` }) },
  loggers: [
    { category: ["dramac"], lowestLevel: "error", sinks: ["parent"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["parent"] },
  ],
});
const crashPoint = createCrashPoint();
const database = connectDatabase({
  url: settings.databaseUrl,
  max: 6,
  beginTimeoutMs: HANG_MS,
  statementTimeoutMs: HANG_MS,
  onStatement: crashPoint.onStatement,
});
const counts = createBillingCounters();
const provider = createLemonSqueezy({
  storeId: settings.storeId,
  apiKeys: { test: settings.apiKey },
  apiUrl: settings.apiUrl,
  timing,
  callsPerMinute: settings.callsPerMinute,
  timeoutMs: HANG_MS,
});
const { processDue } = createInboxWorker({ database, provider, counts, clock: now });
const variants = { monthly: "", yearly: "", one_time: "" };
const { receive } = createReceiver({
  database,
  settings: { storeId: settings.storeId, currency: "USD", mode: "test", webhookSecrets: [settings.secret], variants },
  provider,
  counts,
  onStored: () => undefined,
  clock: now,
});

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const header = (name: string) => request.headers[name] as string | undefined;
  setTime(Number(header(TIME_HEADER)));
  const status = await receive(Buffer.concat(chunks), header, { address: "127.0.0.1", requestId: "" }).then(
    () => 200,
    () => 503,
  );
  response.writeHead(status, { connection: "close" }).end();
});
server.listen(0, "127.0.0.1", () => send({ port: (server.address() as AddressInfo).port }));

async function work(crashAt: number | undefined): Promise<void> {
  crashPoint.set(crashAt);
  let groups = 0;
  const worked = await processDue(() => groups++ > 0).then(
    (done) => (done ? "one" : "none"),
    () => "failed" as const,
  );
  crashPoint.set(undefined);
  send({ worked });
}

process.on("message", async (message: ToNode) => {
  if ("now" in message) return setTime(message.now);
  if ("work" in message) return work(message.work.crashAt);
  server.closeAllConnections();
  server.close();
  await database.close();
  process.exit(0);
});
process.on("disconnect", () => process.exit(1));
