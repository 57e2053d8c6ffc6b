import { createBillingCounters, reconcile } from "@dramac/edge-api/billing";
import { createLemonSqueezy } from "@dramac/edge-api/lemonsqueezy";
import { createTestDatabase } from "@dramac/edge-api/test-database";
import { startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { buy } from "./buy.ts";
import { untilCaughtUp, untilDrained } from "./wait-for-inbox.ts";
import { seedSubscriptions } from "./seed-subscriptions.ts";
import { startSimulatedClock } from "./simulated-clock.ts";
import { startNodes } from "./nodes.ts";
import { createDeliveryShuffler } from "./delivery-shuffler.ts";
import { createChance } from "./random.ts";
import { startRecorder } from "./recorder.ts";
import { actForCustomers } from "./customer-actions.ts";
import { startFlakyProxy } from "./flaky-proxy.ts";
import { verifyOutcome } from "./verify-outcome.ts";

const DAY_MS = 86_400_000;
const START = new Date("2026-01-30T10:00:00Z");
const SECRET = "a-secret-of-drills";
const EVENTS_OF_A_SUBSCRIPTION = 20;
const INTERRUPTED_SHARE = 0.05;
const KILLS = 20;
/** Theirs is 300 a minute; ours 240, for two nodes. */
const CALLS_A_MINUTE = 120;
/** In so many rounds everything is bought. */
const BUYING_ROUNDS = 4;

interface DrillReport {
  /** What is wrong; empty when all is well. */
  readonly faults: readonly string[];
  readonly events: number;
  readonly dropped: number;
  /** Deliveries, with those that came again. */
  readonly sent: number;
  /** Events that were given up after four attempts. */
  readonly lost: number;
  readonly subscriptions: number;
  readonly rows: number;
  readonly effects: number;
  readonly interrupted: number;
  readonly killed: number;
  /** Calls of the provider's API while the nodes ran: reads of one resource. */
  readonly fetches: number;
  readonly tooMany: number;
  /** What reconciliation found, and what it found when it looked again. */
  readonly drifts: readonly [first: number, second: number];
  /** While deliveries came and were worked off, without what the story itself took. */
  readonly workMs: number;
}

/**
 * A story of many customers at a stand-in provider, told by the worst of posts to nodes that are killed, over a line that tears, with a
 * provider that is not always there; then a reconciliation, and then the verdict.
 */
export async function runDrill({ events, seed, log = () => undefined }: { events: number; seed: number; log?: (line: string) => void }): Promise<DrillReport> {
  const chance = createChance(seed);
  const undo: (() => Promise<unknown>)[] = [];
  const api = { fetches: 0, tooMany: 0, isOpen: false };
  try {
    const { database, url, destroy } = await createTestDatabase();
    undo.push(destroy);
    const recorder = await startRecorder();
    undo.push(recorder.close);
    const mock = await startLemonSqueezyMock({
      clock: START,
      webhooks: [{ url: recorder.url, secret: SECRET }],
      onCall: (_, status) => {
        if (api.isOpen) api.fetches++;
        if (status === 429) api.tooMany++;
      },
    });
    undo.push(mock.close);
    const { control } = mock;
    const line = await startFlakyProxy(url, { chance: createChance(seed + 1), share: INTERRUPTED_SHARE });
    undo.push(line.close);
    const settings = { databaseUrl: line.url, apiUrl: mock.url, apiKey: mock.apiKeys.test, storeId: "1", secret: SECRET, callsAMinute: CALLS_A_MINUTE };
    // About as many statements of effects as there will be events, spread over the deaths.
    const deaths = Array.from({ length: KILLS }, () => 20 + chance.below(Math.max(40, events / 3)));
    const nodes = await startNodes(settings, control.now, () => deaths.pop());
    undo.push(nodes.stop);
    const clock = startSimulatedClock(mock, nodes.tell);
    undo.push(clock.stop);

    const timing = { now: control.now, random: () => 0.5, sleep: (ms: number) => control.advance(ms) };
    const provider = createLemonSqueezy({ storeId: "1", apiKeys: mock.apiKeys, apiUrl: mock.url, timing });
    const wishes = [...(await seedSubscriptions(database, chance, Math.ceil(events / EVENTS_OF_A_SUBSCRIPTION)))];
    const perRound = Math.ceil(wishes.length / BUYING_ROUNDS);
    const post = createDeliveryShuffler(chance, { secret: SECRET, ports: nodes.ports, sleep: clock.sleep });

    let workMs = 0;
    for (let round = 0; post.counts.events < events || post.hasFor(round); round++) {
      if (post.counts.events < events) {
        await clock.hold(async () => {
          await control.advance((2 + chance.below(14)) * DAY_MS + chance.below(DAY_MS));
          for (const wish of wishes.splice(0, perRound)) await buy({ database, provider, mock, chance }, wish);
          await actForCustomers(mock, chance);
        });
        for (const body of recorder.taken()) post.post(round, body);
      }
      const began = Date.now();
      api.isOpen = true;
      // Half of the time nobody can be asked, and what deliveries say themselves has to do.
      if (chance.is(0.5)) control.failApi({ kind: "status", status: 503 });
      await post.goRound(round);
      await untilCaughtUp(database, events / 50);
      await control.heal();
      api.isOpen = false;
      workMs += Date.now() - began;
      log(`round ${round}: ${JSON.stringify({ ms: Date.now() - began, ...post.counts, ...line.counts, ...nodes.counts })}`);
    }
    const began = Date.now();
    api.isOpen = true;
    await untilDrained(database, mock, clock);
    api.isOpen = false;
    workMs += Date.now() - began;
    await nodes.stop();
    await clock.stop();
    await control.advance(DAY_MS / 24);

    const services = { database, provider, mode: "test", counts: createBillingCounters(), clock: control.now } as const;
    const [first, second] = [await reconcile(services), await reconcile(services)];
    const faults = await verifyOutcome({ database, mock, acknowledged: post.acknowledged, isTold: post.isTold, alerts: nodes.alerts });
    const [inbox] = await database.withPlatform("drill report", (tx) => tx`select count(*)::int as rows from webhook_inbox`);
    return {
      faults: [
        ...first.errors,
        ...second.errors,
        ...nodes.faults.map(String),
        ...(second.drifts ? [`A second reconciliation finds ${second.drifts} drifts.`] : []),
        ...faults,
      ],
      ...post.counts,
      ...line.counts,
      subscriptions: control.state.subscriptions.length,
      rows: inbox?.rows as number,
      killed: nodes.counts.killed,
      fetches: api.fetches,
      tooMany: api.tooMany,
      drifts: [first.drifts, second.drifts],
      workMs,
    };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => undefined);
  }
}
