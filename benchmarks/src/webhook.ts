import { randomBytes } from "node:crypto";
import autocannon from "autocannon";
import postgres from "postgres";
import { race } from "./figure.ts";
import type { Outcome } from "./measurement.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import { forkApiNode } from "./fork-api-node.ts";
import { createDeliveries } from "./webhook-bodies.ts";

const SECRET = "a-secret-of-benchmarks";
const STORE = "1";
const SECONDS = 3;
/** Of the node's pool, and of the one beside it. */
const POOL = 10;
const AT_ONCE = 50;
/** Deliveries come from as many: how many one of them may send is not what is measured. */
const NETWORKS = 100;

/**
 * Deliveries a second that are verified, written down and answered with 200, by HTTP, beside the same rows inserted one by one over a bare
 * pool of the same size. PostgreSQL flushes each commit to the disk, as in production.
 */
export async function measureWebhook(rounds: number): Promise<Outcome> {
  const server = await startDurablePostgres();
  try {
    const settings = { LEMONSQUEEZY_STORE_ID: STORE, LEMONSQUEEZY_WEBHOOK_SECRET: SECRET, LEMONSQUEEZY_MODE: "test" };
    const node = await forkApiNode(server.url, { TRUSTED_PROXIES: "1", ...settings }, "serve");
    const sql = postgres(server.url, { max: POOL, onnotice: () => undefined });
    const nextDelivery = createDeliveries(STORE, SECRET);
    const bare = async () => {
      const end = Date.now() + SECONDS * 1_000;
      let done = 0;
      const writers = Array.from({ length: AT_ONCE }, async () => {
        for (; Date.now() < end; done++) {
          const { body } = nextDelivery();
          await sql`insert into webhook_inbox (store, mode, event_name, resource_type, resource_id, dedupe_sha256, raw_body, headers, status)
            values (${STORE}, 'test', 'subscription_updated', 'subscription', ${String(done)}, ${randomBytes(32)}, ${Buffer.from(body)}, ${sql.json({ "content-type": "application/json" })}, 'done')`;
        }
      });
      await Promise.all(writers);
      return done / SECONDS;
    };
    const ours = async () => {
      const rate = await deliver(`${node.url}/api/webhooks/lemonsqueezy`, nextDelivery);
      // What was taken in is worked off before the other one runs: neither pays for the other's work.
      await sql`update webhook_inbox set status = 'done' where status in ('pending', 'waiting')`;
      return rate;
    };
    try {
      const rates = await race(rounds, { ours, bare });
      const figure = { ours: rates.ours.toFixed(0), peer: rates.bare.toFixed(0), ratio: rates.ours / rates.bare };
      return {
        figures: [
          {
            what: `webhooks accepted durably a second, ${AT_ONCE} at once, to bare INSERTs over ${POOL} connections`,
            ...figure,
            target: { bound: 0.7, is: "at least" },
          },
        ],
      };
    } finally {
      await sql.end();
      await node.close();
    }
  } finally {
    await server.stop();
  }
}

/** @throws Error when anything but 200 was answered */
async function deliver(url: string, nextDelivery: ReturnType<typeof createDeliveries>): Promise<number> {
  let network = 0;
  const result = await autocannon({
    url,
    connections: AT_ONCE,
    duration: SECONDS,
    requests: [
      {
        method: "POST",
        setupRequest(request) {
          const { body, signature } = nextDelivery();
          network = (network + 1) % NETWORKS;
          const forwarded = `10.1.0.${network}`;
          return { ...request, body, headers: { "content-type": "application/json", "x-signature": signature, "x-forwarded-for": forwarded } };
        },
      },
    ],
  });
  if (result.non2xx || result.errors) throw new Error(`${result.non2xx} deliveries were refused and ${result.errors} failed.`);
  return result.requests.average;
}
