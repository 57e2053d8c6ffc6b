import { createBillingCounters, reconcile } from "@dramac/edge-api/billing";
import { createLemonSqueezy } from "@dramac/edge-api/lemonsqueezy";
import { createTestDatabase } from "@dramac/edge-api/test-database";
import { startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { buy } from "./buy.ts";
import { actForCustomers } from "./customer-actions.ts";
import { createDeliveryShuffler } from "./delivery-shuffler.ts";
import { createDrillSteps } from "./drill-steps.ts";
import { createEventLog } from "./event-log.ts";
import { startFlakyProxy } from "./flaky-proxy.ts";
import { createNodes } from "./nodes.ts";
import { createChance } from "./random.ts";
import { startRecorder } from "./recorder.ts";
import { seedSubscriptions } from "./seed-subscriptions.ts";
import { verifyOutcome } from "./verify-outcome.ts";

const DAY_MS = 86_400_000;
const START = new Date("2026-01-30T10:00:00Z");
const SECRET = "a-secret-of-drills";
const EVENTS_PER_SUBSCRIPTION = 20;
const MAX_CRASHES = 20;
/** The provider allows 300; a node alone uses 240, and here are two of them. */
const CALLS_PER_MINUTE = 120;
/** All purchases are made in the first rounds. */
const BUYING_ROUNDS = 4;

export interface DrillOptions {
  /** At least so many events of the provider. */
  readonly events: number;
  readonly seed: number;
  /** Gets a line after each round. */
  readonly log?: (line: string) => void;
  /** Gets each line of the event log. */
  readonly onEvent?: (line: string) => void;
}

interface DrillReport {
  /** The digest of the event log: the same for each run with this seed and this number of events. */
  readonly digest: string;
  /** What is wrong, in sentences; empty when all is well. */
  readonly problems: readonly string[];
  readonly events: number;
  readonly dropped: number;
  /** Deliveries, with the repeated ones. */
  readonly sent: number;
  /** Deliveries that no node took. */
  readonly refused: number;
  /** Deliveries that the provider gave up after four attempts. */
  readonly lost: number;
  readonly subscriptions: number;
  /** Rows of the inbox. */
  readonly rows: number;
  /** Rows of the inbox that were given up after eight attempts, with an alert. */
  readonly dead: number;
  /** Transactions of effects. */
  readonly effects: number;
  /** Transactions whose connection was closed in between. */
  readonly interrupted: number;
  /** Nodes that crashed. */
  readonly killed: number;
  /** Calls of the provider's API by the nodes; each reads one resource. */
  readonly fetches: number;
  readonly tooManyCalls: number;
  /** Drifts that the first reconciliation repaired, and those that a second one found. */
  readonly drifts: readonly [first: number, second: number];
  /** How long delivering and processing took, milliseconds of the machine. */
  readonly workMs: number;
}

/**
 * Many customers subscribe, pay, cancel and get refunds at a mock of the provider. Its events are dropped, copied, delayed and shuffled;
 * the nodes that process them crash, lose their connections to PostgreSQL, and often cannot reach the provider's API. Then books are
 * reconciled, and everything is verified. The seed determines all of it.
 */
export async function runDrill({ events, seed, log = () => undefined, onEvent }: DrillOptions): Promise<DrillReport> {
  const chance = createChance(seed);
  const eventLog = createEventLog(onEvent);
  const undo: (() => Promise<unknown>)[] = [];
  const api = { isCounted: false, fetches: 0, tooManyCalls: 0 };
  try {
    const { database, url, destroy } = await createTestDatabase();
    undo.push(destroy);
    const recorder = await startRecorder();
    undo.push(recorder.close);
    const mock = await startLemonSqueezyMock({
      clock: START,
      webhooks: [{ url: recorder.url, secret: SECRET }],
      onCall: (path, status) => {
        if (!api.isCounted) return;
        eventLog.add(`call ${path.split("?")[0]}: ${status}`);
        api.fetches++;
        if (status === 429) api.tooManyCalls++;
      },
    });
    undo.push(mock.close);
    const { control } = mock;
    const proxy = await startFlakyProxy(url);
    undo.push(proxy.close);
    const nodes = createNodes({
      settings: { databaseUrl: proxy.url, apiUrl: mock.url, apiKey: mock.apiKeys.test, storeId: "1", secret: SECRET, callsPerMinute: CALLS_PER_MINUTE },
      now: control.now,
      advanceTo: (moment) => control.advanceTo(new Date(moment)),
    });
    undo.push(nodes.stop);
    for (const slot of [0, 1]) await nodes.start(slot);

    const timing = { now: control.now, random: () => 0.5, sleep: (ms: number) => control.advance(ms) };
    const provider = createLemonSqueezy({ storeId: "1", apiKeys: mock.apiKeys, apiUrl: mock.url, timing });
    const purchases = [...(await seedSubscriptions(database, chance, Math.ceil(events / EVENTS_PER_SUBSCRIPTION)))];
    const perRound = Math.ceil(purchases.length / BUYING_ROUNDS);
    const shuffler = createDeliveryShuffler(chance);
    // There are more effects than a quarter of the events.
    const crashes = Array.from({ length: Math.min(MAX_CRASHES, Math.ceil(events / 50)) }, () => chance.below(events / 4)).sort((one, other) => one - other);
    const steps = createDrillSteps({ database, mock, nodes, proxy, shuffler, chance, log: eventLog, secret: SECRET, crashes });

    let workMs = 0;
    for (let round = 0; shuffler.counts.events < events || shuffler.hasFrom(round); round++) {
      if (shuffler.counts.events < events) {
        await control.advance((2 + chance.below(14)) * DAY_MS + chance.below(DAY_MS));
        for (const purchase of purchases.splice(0, perRound)) await buy({ database, provider, mock, chance }, purchase);
        await actForCustomers(mock, chance);
      }
      for (const body of recorder.take()) shuffler.add(round, body);
      const began = Date.now();
      api.isCounted = true;
      // In half of the rounds the API is down, and only the states in the deliveries themselves are known.
      const isDown = chance.is(0.5);
      if (isDown) control.failApi({ kind: "status", status: 503 });
      eventLog.add(`round ${round}${isDown ? ", API down" : ""}`);
      await steps.playRound(round);
      await control.heal();
      api.isCounted = false;
      workMs += Date.now() - began;
      log(
        `round ${round}: ${JSON.stringify({ ms: Date.now() - began, digest: eventLog.digest(), ...shuffler.counts, ...steps.counts, ...proxy.counts, ...nodes.counts })}`,
      );
    }
    const began = Date.now();
    api.isCounted = true;
    eventLog.add("drain");
    await steps.drain();
    api.isCounted = false;
    workMs += Date.now() - began;
    await nodes.stop();
    await control.advance(DAY_MS / 24);

    const services = { database, provider, mode: "test", counts: createBillingCounters(), clock: control.now } as const;
    const [first, second] = [await reconcile(services), await reconcile(services)];
    const problems = await verifyOutcome({
      database,
      mock,
      acknowledged: shuffler.acknowledged,
      isLastDelivered: shuffler.isLastDelivered,
      alerts: nodes.alerts,
    });
    const [inbox] = await database.withPlatform(
      "drill report",
      (tx) => tx`select count(*)::int as rows, count(*) filter (where status = 'dead')::int as dead from webhook_inbox`,
    );
    return {
      digest: eventLog.digest(),
      problems: [
        ...first.errors,
        ...second.errors,
        ...nodes.errors.map(String),
        ...(second.drifts ? [`A second reconciliation finds ${second.drifts} drifts.`] : []),
        ...problems,
      ],
      ...shuffler.counts,
      ...steps.counts,
      ...proxy.counts,
      subscriptions: control.state.subscriptions.length,
      rows: inbox?.rows as number,
      dead: inbox?.dead as number,
      killed: nodes.counts.killed,
      fetches: api.fetches,
      tooManyCalls: api.tooManyCalls,
      drifts: [first.drifts, second.drifts],
      workMs,
    };
  } finally {
    for (const step of undo.reverse()) await step().catch(() => undefined);
  }
}
