import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createBillingCounters, createReceiver, startInboxWorker } from "@dramac/edge-api/billing";
import { connectDatabase } from "@dramac/edge-api/database";
import { createLemonSqueezy } from "@dramac/edge-api/lemonsqueezy";
import { configure } from "@logtape/logtape";
import { crashAfter } from "./crash-points.ts";
import { createNodeClock } from "./node-clock.ts";
import { type FromNode, NODE_SETTINGS, type NodeSettings, type ToNode } from "./node-settings.ts";

/* A node's part in billing, in a process of its own: takes deliveries in by HTTP and works them off, by a clock that it is told. */

const settings = JSON.parse(process.env[NODE_SETTINGS] ?? "") as NodeSettings;
const say = (message: FromNode) => process.send?.(message);
const clock = createNodeClock(settings.now);
const { now } = clock.timing;

await configure({
  sinks: { parent: ({ rawMessage, properties }) => void say({ alert: `${String(rawMessage)} ${JSON.stringify(properties)}` }) },
  loggers: [
    { category: ["dramac"], lowestLevel: "error", sinks: ["parent"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["parent"] },
  ],
});
const database = connectDatabase({ url: settings.databaseUrl, max: 6, onStatement: crashAfter(settings.dieAfter) });
const counts = createBillingCounters();
const provider = createLemonSqueezy({
  storeId: settings.storeId,
  apiKeys: { test: settings.apiKey },
  apiUrl: settings.apiUrl,
  timing: clock.timing,
  callsPerMinute: settings.callsAMinute,
});
const worker = startInboxWorker({ database, provider, counts, clock: now }, { everyMs: 50 });
const variants = { monthly: "", yearly: "", one_time: "" };
const { receive } = createReceiver({
  database,
  settings: { storeId: settings.storeId, currency: "USD", mode: "test", webhookSecrets: [settings.secret], variants },
  counts,
  onStored: worker.wake,
  clock: now,
});

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const header = (name: string) => request.headers[name] as string | undefined;
  const status = await receive(Buffer.concat(chunks), header, { address: "127.0.0.1", requestId: "" }).then(
    () => 200,
    () => 503,
  );
  response.writeHead(status).end();
});
server.listen(0, "127.0.0.1", () => say({ port: (server.address() as AddressInfo).port }));

process.on("message", async (message: ToNode) => {
  if ("now" in message) return clock.tell(message.now);
  server.closeAllConnections();
  server.close();
  await worker.stop();
  await database.close();
  process.exit(0);
});
process.on("disconnect", () => process.exit(1));
